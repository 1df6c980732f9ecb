//! The client against a fault at every byte: what it says of each verification is
//! compared with what the sandbox really did.
//!
//! A sample by default; every case with `BANKMETA_SOAK=1` (`make soak`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test and its helpers fail by panicking"
)]

mod sweep_support;

use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bankmeta::Fate;
use sweep_support::cases::{Case, all, sample};
use sweep_support::checker::{Observed, lies};
use sweep_support::runner::{Worker, lengths};

/// How many cases run without `BANKMETA_SOAK`.
const SAMPLE: usize = 600;
/// From which cases the sample follows.
const SEED: u64 = 20_260_801;
/// Cases wait more than they work.
const WORKERS: usize = 32;
const SOAK_WORKERS: usize = 96;
/// Only keeps a verification that never ends from hanging the test.
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn what_the_client_says_is_what_happened() {
    let every = all(&lengths());
    let total = every.len();
    assert!(total >= 10_000, "{total} cases");
    let soak = std::env::var_os("BANKMETA_SOAK").is_some_and(|value| value == "1");
    let chosen = if soak { every } else { sample(every, SAMPLE, SEED) };
    let count = chosen.len();
    let (mut table, mut struck, mut wrong) = (BTreeMap::new(), 0, Vec::new());
    for (case, observed) in run(chosen, if soak { SOAK_WORKERS } else { WORKERS }) {
        let executed = observed.executions;
        *table.entry((observed.fate.as_str(), observed.billed.as_str(), executed)).or_insert(0) += 1;
        struck += usize::from(observed.faults > 0);
        wrong.extend(
            lies(case.expected_verdict(), &observed).into_iter().map(|lie| (lie, case.clone(), observed)),
        );
    }
    println!("{count} of {total} cases, struck {struck}");
    println!("{:>10} {:>7} {:>9} {:>7}", "fate", "billed", "executed", "cases");
    for ((fate, billed, executed), cases) in &table {
        println!("{fate:>10} {billed:>7} {executed:>9} {cases:>7}");
    }
    let first: Vec<_> = wrong.iter().take(10).collect();
    assert!(wrong.is_empty(), "{} lies, the first: {first:#?}", wrong.len());
    // A sweep whose faults do not strike, or that sees one end only, shows nothing.
    assert!(struck * 2 > count, "struck {struck} of {count}");
    for fate in [Fate::NotSent, Fate::Rejected, Fate::Answered, Fate::Unknown] {
        assert!(table.keys().any(|key| key.0 == fate.as_str()), "never {}", fate.as_str());
    }
}

/// Runs the cases on several workers, each with sandboxes of its own.
fn run(cases: Vec<Case>, workers: usize) -> Vec<(Case, Observed)> {
    let count = cases.len();
    let cases = Arc::new(Mutex::new(cases.into_iter()));
    let (sender, receiver) = mpsc::channel();
    for _ in 0..workers {
        let (cases, sender) = (Arc::clone(&cases), sender.clone());
        std::thread::spawn(move || {
            let worker = Worker::start();
            loop {
                let Some(case) = cases.lock().unwrap().next() else { return };
                let observed = worker.run(&case);
                if sender.send((case, observed)).is_err() {
                    return;
                }
            }
        });
    }
    drop(sender);
    let mut results = Vec::with_capacity(count);
    while results.len() < count {
        match receiver.recv_timeout(PATIENCE) {
            Ok(result) => results.push(result),
            Err(RecvTimeoutError::Timeout) => panic!("a verification did not end"),
            Err(RecvTimeoutError::Disconnected) => panic!("a worker failed: see above"),
        }
    }
    results
}
