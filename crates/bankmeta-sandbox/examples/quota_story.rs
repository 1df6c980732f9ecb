//! How the client follows the service's quota, in real time and with real threads:
//! `cargo run --release -p bankmeta-sandbox --example quota_story`.
//!
//! First the service's quota falls from 50 to 20 calls a second and returns; then a batch
//! saturates the quota while somebody waits for single answers.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "an example for the terminal")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bankmeta::{Client, Lane, Verification};
use bankmeta_sandbox::{Sandbox, SandboxOptions};

const RATE: f64 = 48.0;

fn main() {
    falling_and_returning();
    two_lanes();
}

fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder().access_key("testid", "testsecret").endpoint(sandbox.endpoint());
    builder.quota(RATE).timeout(Duration::from_mins(1)).build().unwrap()
}

fn person(lane: Lane) -> Verification {
    Verification::builder().card_number("6222021234567890128").name("张三").lane(lane).build().unwrap()
}

fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions { https: false, ..Default::default() }).unwrap()
}

/// Calls from 16 threads while `during` runs.
fn saturated<R>(client: &Client, lane: Lane, during: impl FnOnce() -> R) -> R {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let _ = client.verify(&person(lane));
                }
            });
        }
        let result = during();
        over.store(true, Ordering::Relaxed);
        client.cancel();
        result
    })
}

fn falling_and_returning() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    // 6 s at 50, 12 s at 20, 14 s at 50.
    saturated(&client, Lane::Interactive, || {
        for (quota, seconds) in [(50, 6), (20, 12), (50, 14)] {
            sandbox.set_quota(Some(quota));
            thread::sleep(Duration::from_secs(seconds));
        }
    });
    let stats = sandbox.stats();
    println!("the service grants 50, from second 6 on 20, from second 18 on 50; arrivals in each second:");
    let in_span = |from: f64, to: f64| {
        let count = stats.arrivals_ms.iter().filter(|at| (from..to).contains(&(**at / 1000.0))).count();
        f64::from(u32::try_from(count).unwrap())
    };
    let counts: Vec<String> =
        (0..32).map(f64::from).map(|second| in_span(second, second + 1.0).to_string()).collect();
    println!("  {}", counts.join(" "));
    println!("from 3 s after the fall:   {:.1} calls/s (aim: under 20)", in_span(9.0, 18.0) / 9.0);
    println!(
        "from 10 s after the return: {:.1} % of the rate (aim: above 97)",
        in_span(28.0, 32.0) / 4.0 / RATE * 100.0
    );
    println!(
        "throttled: {}, billed: {}, answered here: {}",
        stats.throttled,
        stats.billed,
        client.stats().answers
    );
}

fn two_lanes() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let mut waits: Vec<f64> = saturated(&client, Lane::Bulk, || {
        (0..300)
            .map(|_| {
                thread::sleep(Duration::from_millis(37));
                let before = Instant::now();
                client.verify(&person(Lane::Interactive)).unwrap();
                before.elapsed().as_secs_f64() * RATE
            })
            .collect()
    });
    waits.sort_by(f64::total_cmp);
    let at = |share: usize| waits.get(waits.len() * share / 100).unwrap();
    println!("300 interactive calls beside a batch that saturates the quota waited, in slots of 1/48 s:");
    println!("  median {:.2}, 99th percentile {:.2} (aim: at most 2)", at(50), at(99));
}
