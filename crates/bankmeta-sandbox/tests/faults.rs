//! Faults: what the caller sees of each, and what really happened.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use bankmeta_sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, When};
use support::call::Call;
use support::{Connection, host, start, start_with};

/// Requests, executions and faults counted.
fn counts(sandbox: &Sandbox) -> (u64, u64, u64) {
    let stats = sandbox.stats();
    (stats.requests, stats.executions, stats.faults)
}

fn each_when(kind: &FaultKind, check: impl Fn(&Sandbox, When)) {
    for (when, fault) in
        [(When::Before, Fault::new(kind.clone())), (When::After, Fault::new(kind.clone()).after())]
    {
        let sandbox = start();
        sandbox.set_fault(Some(fault.times(1)));
        check(&sandbox, when);
        assert_eq!(counts(&sandbox), (1, u64::from(when == When::After), 1), "{when:?}");
        // Once only: the next call is well.
        assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
    }
}

#[test]
fn an_error_in_place_of_the_answer() {
    let kind = FaultKind::Answer { status: 503, code: Some("ServiceUnavailable".to_owned()) };
    each_when(&kind, |sandbox, _| {
        assert_eq!(Call::acs3().send(sandbox).code(), (503, "ServiceUnavailable".to_owned()));
    });
    each_when(&FaultKind::Answer { status: 502, code: None }, |sandbox, _| {
        let reply = Call::acs3().send(sandbox);
        assert_eq!(reply.status, 502);
        assert!(reply.body.starts_with("<html>"));
    });
}

#[test]
fn a_body_of_the_caller_s_own() {
    let kind = FaultKind::Body {
        status: 200,
        content_type: "application/json".to_owned(),
        body: r#"{"Code":"200""#.to_owned(),
    };
    each_when(&kind, |sandbox, _| {
        let reply = Call::acs3().send(sandbox);
        assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"Code":"200""#));
        assert_eq!(reply.headers["content-type"], "application/json");
    });
}

#[test]
fn a_connection_closed_without_a_reply() {
    each_when(&FaultKind::Close, |sandbox, _| {
        let mut connection = Connection::open(sandbox);
        connection.send(&Call::acs3().bytes(&host(sandbox)));
        assert!(connection.receive().is_none());
    });
}

#[test]
fn a_delay_changes_nothing_else() {
    let sandbox = start();
    for fault in [
        Fault::new(FaultKind::Delay(Duration::from_millis(20))),
        Fault::new(FaultKind::Delay(Duration::from_millis(20))).after(),
    ] {
        sandbox.set_fault(Some(fault));
        assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
    }
    assert_eq!(counts(&sandbox), (2, 2, 2));
}

#[test]
fn a_hang_lasts_until_the_sandbox_stops() {
    let sandbox = start();
    sandbox.set_fault(Some(Fault::new(FaultKind::Hang)));
    let mut connection = Connection::open(&sandbox);
    connection.send(&Call::acs3().bytes(&host(&sandbox)));
    assert!(!connection.has_reply_soon());
    sandbox.stop();
    assert!(connection.is_closed_by_peer());
}

#[test]
fn a_share_is_the_same_for_the_same_seed() {
    let run = |seed| -> Vec<u16> {
        let kind = FaultKind::Answer { status: 500, code: Some("InternalError".to_owned()) };
        let fault = Some(Fault::new(kind).share(0.5));
        let sandbox = start_with(SandboxOptions { fault, seed, ..Default::default() });
        let host = host(&sandbox);
        let mut connection = Connection::open(&sandbox);
        (0..40).map(|_| connection.exchange(&Call::acs3().bytes(&host)).status).collect()
    };
    let first = run(1);
    assert_eq!(first, run(1));
    assert_ne!(first, run(2));
    assert!(first.contains(&200) && first.contains(&500));
}
