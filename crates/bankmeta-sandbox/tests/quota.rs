//! The client's quota as the service sees it: arrivals at a sandbox that grants 50
//! calls in any second.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]
#![allow(clippy::print_stdout, reason = "figures, shown with --nocapture")]

use std::env;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use bankmeta::{Client, QuotaScope, Verification};
use bankmeta_sandbox::{Sandbox, SandboxOptions, Stats};

/// Calls a second that the client is set to.
const RATE: f64 = 48.0;
const CALLS: usize = 150;

/// Always the same, since each leaves its small file behind.
const ACCOUNT: &str = "bankmeta's own tests";

/// Where a child process finds the sandbox.
const ENDPOINT: &str = "BANKMETA_TEST_ENDPOINT";
const PROCESSES: usize = 8;

fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions { https: false, ..Default::default() }).unwrap()
}

fn call(endpoint: &str, account: Option<&str>, threads: usize, calls: usize) {
    let scope = if account.is_some() { QuotaScope::Host } else { QuotaScope::Process };
    let client = Client::builder()
        .access_key("testid", "testsecret")
        .endpoint(endpoint)
        .quota_scope(scope)
        .quota_account(account.unwrap_or_default())
        .timeout(Duration::from_mins(1))
        .build()
        .unwrap();
    let person = Verification::two_factors("6222021234567890128", "张三").unwrap();
    thread::scope(|scope| {
        for thread in 0..threads {
            let share = calls / threads + usize::from(thread < calls % threads);
            let (client, person) = (&client, &person);
            scope.spawn(move || (0..share).for_each(|_| drop(client.verify(person).unwrap())));
        }
    });
}

/// The most arrivals in any second, and the share of the rate that was used.
fn seen(stats: &Stats) -> (usize, f64) {
    let arrivals = &stats.arrivals_ms;
    let within_a_second =
        |from: &f64| arrivals.iter().filter(|at| (*from..*from + 1000.0).contains(at)).count();
    let most = arrivals.iter().map(within_a_second).max().unwrap();
    let span = (arrivals.last().unwrap() - arrivals.first().unwrap()) / 1000.0;
    (most, f64::from(u32::try_from(arrivals.len() - 1).unwrap()) / span / RATE)
}

/// Runs until the machine was quiet enough to tell, three times at most: what other
/// processes do to this one is not the client's fault.
fn judge(what: &str, least_used: f64, run: impl Fn(&Sandbox)) {
    for attempt in 1..=3 {
        let sandbox = sandbox();
        run(&sandbox);
        let stats = sandbox.stats();
        let (most, used) = seen(&stats);
        println!("{what}: at most {most} arrivals in a second, {:.1} % of the rate used", used * 100.0);
        assert_eq!(usize::try_from(stats.billed).unwrap(), CALLS, "each call is answered once");
        if most <= 50 && used >= least_used && stats.throttled == 0 {
            return;
        }
        assert!(attempt < 3, "{what}: {most} in a second, {used} used, {} throttled", stats.throttled);
    }
}

/// One after the other, since they share the machine's two cores.
#[test]
fn the_service_never_sees_more_than_it_grants() {
    if let Ok(endpoint) = env::var(ENDPOINT) {
        return call(&endpoint, Some(ACCOUNT), 8, CALLS / PROCESSES);
    }
    for threads in [1, 16, 64] {
        judge(&format!("{threads} threads"), 0.97, |sandbox| call(&sandbox.endpoint(), None, threads, CALLS));
    }
    judge("8 processes of 8 threads", 0.95, |sandbox| {
        let children: Vec<Child> = (0..PROCESSES).map(|_| child(sandbox)).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        // What the division left over.
        call(&sandbox.endpoint(), Some(ACCOUNT), 1, CALLS % PROCESSES);
    });
}

fn child(sandbox: &Sandbox) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_service_never_sees_more_than_it_grants", "--quiet"])
        .env(ENDPOINT, sandbox.endpoint())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}
