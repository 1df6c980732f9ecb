//! Faults: what the caller sees of each, and what really happened.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use bankmeta::{Client, Verification};
use bankmeta_sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, When};
use support::call::Call;
use support::{Connection, admin, host, start, start_with};

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

/// The `Code` of the reply that a fault spoils.
fn spoilt_code(when: When) -> &'static str {
    if when == When::Before { "ServiceUnavailable" } else { "200" }
}

#[test]
fn a_redirect_elsewhere() {
    let location = "https://elsewhere.example/".to_owned();
    each_when(&FaultKind::Redirect { status: 302, location }, |sandbox, _| {
        let reply = Call::acs3().send(sandbox);
        assert_eq!((reply.status, reply.headers["location"].as_str()), (302, "https://elsewhere.example/"));
    });
}

#[test]
fn headers_without_end() {
    each_when(&FaultKind::HugeHeaders { bytes: 100_000 }, |sandbox, when| {
        let reply = Call::acs3().send(sandbox);
        assert_eq!(reply.code().1, spoilt_code(when));
        assert!(reply.headers.values().map(String::len).sum::<usize>() >= 100_000);
    });
}

#[test]
fn a_body_without_end() {
    each_when(&FaultKind::HugeBody { bytes: 1_000_000, chunked: false }, |sandbox, when| {
        let reply = Call::acs3().send(sandbox);
        assert!(reply.body.len() > 1_000_000);
        assert_eq!(reply.code().1, spoilt_code(when));
    });
    let sandbox = start();
    sandbox.set_fault(Some(Fault::new(FaultKind::HugeBody { bytes: 1_000_000, chunked: true }).after()));
    let text = raw_reply(&sandbox);
    assert!(text.contains("transfer-encoding: chunked") && !text.contains("content-length"));
    assert!(text.len() > 1_000_000 && text.ends_with("\r\n0\r\n\r\n"));
}

#[test]
fn a_body_compressed_unasked() {
    let sandbox = start();
    sandbox.set_fault(Some(Fault::new(FaultKind::Gzip).after()));
    let mut connection = Connection::open(&sandbox);
    connection.send(&Call::acs3().bytes(&host(&sandbox)));
    let (headers, body) = connection.receive_bytes();
    assert!(headers.contains("content-encoding: gzip"));
    assert!(body.starts_with(&[0x1f, 0x8b]));
    // Stored, so that what is in it stands there.
    assert!(body.windows(13).any(|window| window == br#""BizCode":"1""#));
}

#[test]
fn a_length_that_is_wrong() {
    for by in [-20, 20] {
        let sandbox = start();
        sandbox.set_fault(Some(Fault::new(FaultKind::WrongLength { by }).after().times(1)));
        let text = raw_reply(&sandbox);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let promised = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert_eq!(promised.parse::<i64>().unwrap() - i64::try_from(body.len()).unwrap(), by);
        assert!(body.ends_with("}}"), "{body}");
    }
}

#[test]
fn a_body_that_stops_short() {
    each_when(&FaultKind::Truncate { length: 25 }, |sandbox, _| {
        let reply = Call::acs3().send(sandbox);
        assert_eq!(reply.body.len(), 25);
        assert!(reply.body.starts_with("{\"RequestId\":\"") || reply.body.starts_with("{\"Code\":\""));
    });
}

/// All that comes in a moment.
fn raw_reply(sandbox: &Sandbox) -> String {
    let mut connection = Connection::open(sandbox);
    connection.send(&Call::acs3().bytes(&host(sandbox)));
    connection.receive_for_a_moment()
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

/// The JSON of every fault in the documentation's tables.
fn documented() -> Vec<&'static str> {
    let documentation = include_str!("../../../docs/sandbox.md");
    let (_, section) = documentation.split_once("\n## Faults\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `{"))
        .map(|rest| rest.split_once("` |").unwrap().0)
        .collect()
}

#[test]
fn every_documented_fault_is_taken_and_strikes() {
    let faults = documented();
    for example in &faults {
        let json = format!("{{{example}");
        let sandbox = start();
        let behaviour = format!("{{\"fault\":{json}}}");
        assert_eq!(admin(&sandbox, "POST", "behaviour", &behaviour).status, 200, "{json}");
        // Given up after a moment: some never answer.
        let client = Client::builder()
            .access_key("testid", "testsecret")
            .endpoint(sandbox.endpoint())
            .ca_file(sandbox.ca_file().unwrap())
            .timeout(Duration::from_millis(300))
            .build()
            .unwrap();
        let verification = Verification::two_factors("6222021234567890128", "张三").unwrap();
        // On a busy machine the moment may pass before anything is sent.
        let mut left = 20;
        while sandbox.stats().faults == 0 && left > 0 {
            let _ = client.verify(&verification);
            left -= 1;
        }
        assert!(sandbox.stats().faults > 0, "{json}");
    }
}

#[test]
fn the_documentation_shows_every_kind() {
    let error = Fault::from_json(r#"{"kind":"?"}"#).unwrap_err().to_string();
    let (_, kinds) = error.split_once("kind must be ").unwrap();
    let kinds: Vec<&str> =
        kinds.split([',', ' ']).filter(|word| !word.is_empty() && *word != "or").take(14).collect();
    assert_eq!(kinds.len(), 14, "{error}");
    for kind in kinds {
        let shown = documented().iter().any(|example| example.contains(&format!("\"kind\":\"{kind}\"")));
        assert!(shown, "docs/sandbox.md should show {kind}");
    }
}
