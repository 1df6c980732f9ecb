//! Figures, not assertions. To see them:
//! `cargo test --release -p bankmeta --lib quota::tests::measured -- --ignored --nocapture --test-threads 1`

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::super::{Lane, Quota, now};
use super::processes::{Base, quota};
use crate::wait::Calls;

const TIME: Duration = Duration::from_secs(10);

/// The times of the turns that so many threads have.
fn turns(quota: &Quota, threads: usize) -> Vec<u64> {
    let (calls, turns, end) = (Calls::default(), Mutex::new(Vec::new()), Instant::now() + TIME);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let begun = calls.begin(end, None, None).unwrap();
                    if quota.admit(Lane::Interactive, &begun.call).is_err() {
                        return;
                    }
                    turns.lock().unwrap().push(now());
                }
            });
        }
    });
    turns.into_inner().unwrap()
}

fn report(what: &str, mut turns: Vec<u64>) {
    turns.sort_unstable();
    let (mut first, mut most) = (0, 0);
    for (index, turn) in turns.iter().enumerate() {
        while turn - turns[first] >= 1_000_000_000 {
            first += 1;
        }
        most = most.max(index + 1 - first);
    }
    let time = Duration::from_nanos(turns[turns.len() - 1] - turns[0]).as_secs_f64();
    let rate = f64::from(u32::try_from(turns.len() - 1).unwrap()) / time;
    println!(
        "{what}: {} turns in {time:.2} s, {rate:.2}/s ({:.1} % of 48), at most {most} in any second",
        turns.len(),
        rate / 48.0 * 100.0
    );
}

fn cpu() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap()
}

#[test]
#[ignore = "prints figures"]
fn cpu_of_64_threads() {
    let base = Base::new("cpu");
    for (what, quota) in [("process", Quota::of_process(48.0)), ("host", quota(&base.0, 48.0))] {
        let before = cpu();
        let turns = turns(&quota, 64);
        let share = cpu().saturating_sub(before).as_secs_f64() / TIME.as_secs_f64() * 100.0;
        report(&format!("64 threads, quota of the {what}, {share:.2} % of a core"), turns);
    }
}

#[test]
#[ignore = "prints figures"]
fn eight_processes_of_eight_threads() {
    if let Some(base) = std::env::var_os("BANKMETA_QUOTA_MEASURED") {
        let before = cpu();
        let turns = turns(&quota(base.as_ref(), 48.0), 8);
        println!("\ncpu {}", cpu().saturating_sub(before).as_nanos());
        for turn in turns {
            println!("turn {turn}");
        }
        return;
    }
    let base = Base::new("measured");
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "quota::tests::measured::eight_processes_of_eight_threads",
                "--exact",
                "--nocapture",
                "--ignored",
            ])
            .env("BANKMETA_QUOTA_MEASURED", &base.0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..8).map(|_| start()).collect();
    let (mut all, mut cpu, mut each) = (Vec::new(), 0, Vec::new());
    for mut child in children {
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        child.wait().unwrap();
        let numbers =
            |word| text.lines().filter_map(move |line| line.strip_prefix(word)?.parse::<u64>().ok());
        let turns: Vec<u64> = numbers("turn ").collect();
        each.push(turns.len());
        all.extend(turns);
        cpu += numbers("cpu ").sum::<u64>();
    }
    let share = Duration::from_nanos(cpu).as_secs_f64() / TIME.as_secs_f64() * 100.0;
    report(&format!("8 processes of 8 threads, {each:?} turns each, {share:.2} % of a core in all"), all);
}
