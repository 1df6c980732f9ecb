//! One case: a fault is set, a verification made, and the counts read once nothing
//! goes on any more.

use std::time::{Duration, Instant};

use bankmeta::{Client, ClientBuilder, Signature, Verification};
use bankmeta_sandbox::{Sandbox, SandboxOptions};

use super::cases::{Case, Length};
use super::checker::Observed;

/// Faults that say nothing are waited for until the client's deadline.
const SHORT: Duration = Duration::from_millis(100);
/// Enough where the client is told that all is over, on a busy machine too.
const LONG: Duration = Duration::from_secs(5);
/// Only keeps a connection that never ends from hanging the test.
const SETTLING: Duration = Duration::from_mins(1);

/// A worker's own sandboxes, so that what they count is its own cases'.
pub(crate) struct Worker {
    http: Sandbox,
    https: Sandbox,
}

impl Worker {
    pub(crate) fn start() -> Self {
        let start =
            |https| Sandbox::start(SandboxOptions { https, quota: None, ..Default::default() }).unwrap();
        Self { http: start(false), https: start(true) }
    }

    pub(crate) fn run(&self, case: &Case) -> Observed {
        let sandbox = if case.https { &self.https } else { &self.http };
        let timeout = if case.waits() { SHORT } else { LONG };
        let verification = verification(case.card.number);
        sandbox.reset();
        let mut client = client(sandbox, case.signature, timeout);
        // What the first one meets on a busy machine is not what is looked at.
        if case.reused && client.verify(&verification).is_err() {
            client = self::client(sandbox, case.signature, timeout);
            settle(sandbox);
        }
        sandbox.reset();
        sandbox.set_fault(Some(case.fault.clone()));
        let (fate, billed, verdict, attempts) = match client.verify(&verification) {
            Ok(answer) => {
                let last = answer.attempts().last().unwrap();
                (last.fate, answer.billed(), Some(answer.verdict()), answer.attempts().len())
            }
            Err(error) => (error.fate(), error.billed(), None, error.attempts().len()),
        };
        drop(client);
        settle(sandbox);
        let stats = sandbox.stats();
        Observed {
            fate,
            billed,
            verdict,
            attempts: attempts as u64,
            requests: stats.requests,
            executions: stats.executions,
            really_billed: stats.billed,
            faults: stats.faults,
        }
    }
}

/// Waits until no connection is open: then all is counted that will be.
fn settle(sandbox: &Sandbox) {
    let limit = Instant::now() + SETTLING;
    while sandbox.open_connections() > 0 {
        assert!(Instant::now() < limit, "a connection does not end");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn client(sandbox: &Sandbox, signature: Signature, timeout: Duration) -> Client {
    let builder: ClientBuilder = Client::builder()
        .access_key("testid", "testsecret")
        .endpoint(sandbox.endpoint())
        .signature(signature)
        .timeout(timeout)
        .connect_timeout(timeout);
    match sandbox.ca_file() {
        Some(file) => builder.ca_file(file).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

fn verification(card: &str) -> Verification {
    Verification::four_factors(card, "张三", "11010519491231002X", "13800138000").unwrap()
}

/// Measures requests and replies.
pub(crate) fn lengths() -> Vec<Length> {
    let sandbox = Worker::start().http;
    [Signature::Acs3, Signature::V1]
        .into_iter()
        .map(|signature| {
            sandbox.reset();
            client(&sandbox, signature, LONG).verify(&verification("6222021234567890128")).unwrap();
            settle(&sandbox);
            let stats = sandbox.stats();
            Length { signature, request: stats.bytes_received, reply: stats.bytes_sent }
        })
        .collect()
}
