//! The admin path, and that it tells the truth.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bankmeta::{Client, Verification};
use bankmeta_sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, Stats, test_cards};
use support::call::{Call, Place};
use support::{Connection, Reply, admin, host, start, start_with};

fn read_stats(reply: &Reply) -> Stats {
    serde_json::from_str(&reply.body).unwrap()
}

#[test]
fn connections_requests_executions_and_bills_are_counted() {
    let sandbox = start();
    let host = host(&sandbox);
    let mut connection = Connection::open(&sandbox);
    for _ in 0..3 {
        connection.exchange(&Call::acs3().bytes(&host));
    }
    let query = Call::acs3().with(|call| call.place = Place::Query).card("6222021234567890995");
    assert_eq!(query.send(&sandbox).verdict().0, "3");
    assert_eq!(Call::v1().key("nobody", "x").send(&sandbox).status, 404);
    let stats = read_stats(&admin(&sandbox, "GET", "stats", ""));
    // What is read over the admin path adds bytes and nothing else.
    let mut later = sandbox.stats();
    later.bytes_sent = stats.bytes_sent;
    // A number read from JSON may differ in its last binary digit.
    let close = |(read, told): (&f64, &f64)| (read - told).abs() < 1e-6;
    assert!(stats.arrivals_ms.iter().zip(&later.arrivals_ms).all(close));
    later.arrivals_ms.clone_from(&stats.arrivals_ms);
    assert_eq!(stats, later);
    assert_eq!((stats.connections, stats.requests, stats.executions, stats.billed), (3, 5, 4, 3));
    assert_eq!((stats.personal_in_body, stats.personal_in_query), (4, 1));
    assert_eq!(stats.errors.into_iter().collect::<Vec<_>>(), [("InvalidAccessKeyId.NotFound".to_owned(), 1)]);
    assert_eq!(stats.arrivals_ms.len(), 5);
    assert!(stats.arrivals_ms.is_sorted() && stats.arrivals_ms[0] > 0.0);
    assert!(stats.bytes_received > 3000 && stats.bytes_sent > 1000);
}

#[test]
fn connections_that_only_ask_the_admin_path_are_not_counted() {
    let sandbox = start();
    for _ in 0..3 {
        assert_eq!(admin(&sandbox, "GET", "stats", "").status, 200);
    }
    let stats = sandbox.stats();
    assert_eq!((stats.connections, stats.requests), (0, 0));
}

#[test]
fn the_admin_path_is_spared_faults_and_the_quota() {
    let fault = Some(Fault::new(FaultKind::Close));
    let sandbox = start_with(SandboxOptions { fault, ..Default::default() });
    sandbox.set_quota(Some(0));
    assert_eq!(admin(&sandbox, "GET", "stats", "").status, 200);
    assert_eq!(sandbox.stats().faults, 0);
}

#[test]
fn a_reset_returns_to_the_start() {
    let sandbox = start();
    let replayed = Call::acs3();
    replayed.send(&sandbox);
    let behaviour =
        r#"{"fault":{"kind":"close"},"quota":0,"ignore_form_bodies":true,"clock_offset_seconds":7200}"#;
    assert_eq!(admin(&sandbox, "POST", "behaviour", behaviour).status, 200);
    assert_eq!(admin(&sandbox, "POST", "reset", "").status, 200);
    let mut stats = sandbox.stats();
    stats.bytes_sent = 0;
    assert_eq!(stats, Stats::default());
    // The nonce is forgotten with the rest.
    assert_eq!(replayed.send(&sandbox).verdict().0, "1");
    assert_eq!(sandbox.stats().arrivals_ms.len(), 1);
}

#[test]
fn behaviour_is_set_by_json() {
    let sandbox = start();
    let set = |body: &str| admin(&sandbox, "POST", "behaviour", body).status;
    let code = |call: Call| call.send(&sandbox).code().1;

    assert_eq!(set(r#"{"fault":{"kind":"answer","status":500,"code":"InternalError"}}"#), 200);
    assert_eq!(code(Call::acs3()), "InternalError");
    assert_eq!(set(r#"{"fault":null,"quota":0}"#), 200);
    assert_eq!(code(Call::acs3()), "Throttling.Api");
    assert_eq!(set(r#"{"quota":"off","ignore_form_bodies":true}"#), 200);
    assert_eq!(code(Call::acs3()), "MissingProductCode");
    assert_eq!(set(r#"{"ignore_form_bodies":false,"clock_offset_seconds":3600}"#), 200);
    assert_eq!(code(Call::acs3()), "InvalidTimeStamp.Expired");
    assert_eq!(set(r#"{"clock_offset_seconds":0}"#), 200);
    assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
}

#[test]
fn the_clock_is_set_while_it_runs_and_the_date_tells_it() {
    let sandbox = start();
    let year = |sandbox: &Sandbox| {
        let date = admin(sandbox, "GET", "stats", "").headers["date"].clone();
        date.split(' ').nth(3).unwrap().parse::<i64>().unwrap()
    };
    let now = year(&sandbox);
    let ahead = r#"{"clock_offset_seconds":315360000}"#;
    assert_eq!(admin(&sandbox, "POST", "behaviour", ahead).status, 200);
    // Ten years of 365 days; the test may run in the last days of a year.
    assert!((9..=10).contains(&(year(&sandbox) - now)));
    assert_eq!(Call::acs3().send(&sandbox).code().1, "InvalidTimeStamp.Expired");
}

#[test]
fn the_certificate_is_set_while_it_runs() {
    let sandbox = start();
    let fails = || {
        let client = Client::builder()
            .access_key("testid", "testsecret")
            .endpoint(sandbox.endpoint())
            .ca_file(sandbox.ca_file().unwrap())
            .build()
            .unwrap();
        let verification = Verification::two_factors("6222021234567890128", "张三").unwrap();
        client.verify(&verification).err().map(|error| error.to_string().to_lowercase())
    };
    let mut connection = Connection::open(&sandbox);
    let mut set = |body: &str| {
        let length = body.len();
        let request =
            format!("POST /_sandbox/behaviour HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}");
        assert_eq!(connection.exchange(request.as_bytes()).status, 200);
    };
    set(r#"{"certificate":"expired"}"#);
    assert!(fails().unwrap().contains("expired"));
    set(r#"{"certificate":"wrong_name"}"#);
    assert!(fails().unwrap().contains("not valid for name"));
    set(r#"{"certificate":"valid"}"#);
    assert_eq!(fails(), None);
    assert_eq!(sandbox.stats().executions, 1);
}

#[test]
fn a_wrong_behaviour_is_refused_whole() {
    let sandbox = start();
    for wrong in [
        "",
        "[]",
        r#"{"colour":"red"}"#,
        r#"{"quota":-1}"#,
        r#"{"quota":"many"}"#,
        r#"{"ignore_form_bodies":1}"#,
        r#"{"certificate":"none"}"#,
        r#"{"fault":{"kind":"close","at":-1}}"#,
        r#"{"clock_offset_seconds":"now"}"#,
        r#"{"fault":{"kind":"close"},"quota":1.5}"#,
        r#"{"fault":{"kind":"explode"}}"#,
    ] {
        let reply = admin(&sandbox, "POST", "behaviour", wrong);
        assert_eq!(reply.status, 400, "{wrong}");
        assert!(reply.json()["error"].is_string());
    }
    assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
}

#[test]
fn the_test_cards_are_served() {
    let sandbox = start();
    let reply = admin(&sandbox, "GET", "test-cards", "");
    assert_eq!(reply.json(), serde_json::to_value(test_cards()).unwrap());
    assert_eq!(admin(&sandbox, "GET", "nothing", "").status, 404);
    assert_eq!(admin(&sandbox, "GET", "reset", "").status, 404);
}
