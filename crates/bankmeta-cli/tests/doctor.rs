//! `bankmeta doctor`: each thing that can be wrong is found, named and mended.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

mod support;

use std::process::Command;

use bankmeta_sandbox::{Sandbox, SandboxOptions};
use serde_json::Value;
use support::sandbox::{command, run, start, start_with};
use support::{Ran, bankmeta, file, nothing_listening, replying_once};

const CHECKS: [&str; 7] =
    ["configuration", "credentials", "dns", "connection", "tls", "clock", "signed_call"];

fn output(command: &mut Command) -> Ran {
    Ran::of(command.output().unwrap())
}

fn clock(offset_seconds: i64) -> Sandbox {
    start_with(SandboxOptions { clock_offset_seconds: offset_seconds, ..Default::default() })
}

/// The results of the checks as one word: o ok, s skipped, F failed.
fn results(json: &Value) -> String {
    let checks = json["checks"].as_array().unwrap();
    let names: Vec<&str> = checks.iter().map(|check| check["check"].as_str().unwrap()).collect();
    assert_eq!(names, CHECKS);
    let letter = |check: &Value| match check["result"].as_str().unwrap() {
        "ok" => 'o',
        "skipped" => 's',
        "failed" => 'F',
        other => panic!("{other}"),
    };
    checks.iter().map(letter).collect()
}

#[track_caller]
fn assert_found(ran: &Ran, code: i32, expected: &str, error: &str, told: &str) {
    let json = ran.json();
    assert_eq!((ran.code, results(&json).as_str()), (Some(code), expected), "{ran:?}");
    assert_eq!((&json["ok"], &json["error"]), (&false.into(), &error.into()), "{ran:?}");
    assert!(json["message"].as_str().unwrap().contains(told), "{told}: {ran:?}");
    ran.assert_shows_no_person();
}

#[test]
fn all_is_well() {
    let sandbox = start();
    let ran = run(&sandbox, "doctor", &[]);
    let json = ran.json();
    // The endpoint is an address, so there was no name to resolve.
    let address = sandbox.endpoint().contains("127.0.0.1");
    assert_eq!(results(&json), if address { "oosoooo" } else { "ooooooo" }, "{ran:?}");
    assert_eq!((ran.code, &json["ok"], &json["error"]), (Some(0), &true.into(), &Value::Null), "{ran:?}");
    assert!(json["clock_offset_seconds"].as_i64().unwrap().abs() <= 2, "{ran:?}");
    assert_eq!(json["attempts"].as_array().unwrap().len(), 1);
    // The whole point: the call reached the service, and cost nothing.
    let stats = sandbox.stats();
    assert_eq!((stats.requests, stats.executions, stats.billed), (1, 0, 0));

    let text = run(&sandbox, "doctor", &["--text"]);
    assert_eq!((text.code, text.stdout.lines().count()), (Some(0), CHECKS.len()), "{text:?}");
    assert!(text.stdout.starts_with("ok    configuration  the endpoint is "), "{text:?}");
    assert!(text.stdout.lines().all(|line| line.starts_with("ok ") || line.starts_with("- ")), "{text:?}");
}

#[test]
fn names_and_plain_http_are_checked_as_far_as_they_go() {
    let sandbox = start_with(SandboxOptions { https: false, ..Default::default() });
    let endpoint = sandbox.endpoint().replace("127.0.0.1", "localhost");
    let ran = output(&mut bankmeta(&["doctor", "--endpoint", &endpoint]));
    assert_eq!((ran.code, results(&ran.json()).as_str()), (Some(0), "oooosoo"), "{ran:?}");
}

#[test]
fn wrong_configuration() {
    let ran = output(&mut bankmeta(&["doctor", "--timeout", "0"]));
    assert_found(&ran, 3, "Fosssss", "configuration", "timeout");
    let ran = output(&mut bankmeta(&["doctor", "--ca-file", "/nonexistent"]));
    assert_found(&ran, 3, "Fosssss", "configuration", "ca_file");
}

#[test]
fn no_access_key() {
    let ran = output(bankmeta(&["doctor"]).env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID"));
    assert_found(&ran, 3, "oFsssss", "credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID is not set");
}

#[test]
fn both_are_told_at_once() {
    let ran =
        output(bankmeta(&["doctor", "--timeout", "0", "--text"]).env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID"));
    let failed = ran.stdout.lines().filter(|line| line.starts_with("FAIL ")).count();
    assert_eq!((ran.code, failed), (Some(3), 2), "{ran:?}");
}

#[test]
fn wrong_secret() {
    let sandbox = start();
    let ran = output(command(&sandbox, "doctor", &[]).env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wr0ngs3cret"));
    assert_found(&ran, 5, "oosoosF", "signature", "the access key secret is wrong");
    assert!(!ran.shows("wr0ngs3cret"));
    assert_eq!(ran.json()["service_code"], "SignatureDoesNotMatch");
}

#[test]
fn unknown_and_unfit_access_keys() {
    let sandbox = start();
    for (id, error, told) in [
        ("nobody", "access_key", "Check the access key id"),
        ("inactiveid", "access_key", "Check the access key id"),
        ("deniedid", "permission_denied", "AliyunAntCloudAuthFullAccess"),
        ("overdueid", "permission_denied", "settle the account"),
    ] {
        let ran = output(command(&sandbox, "doctor", &[]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", id));
        assert_found(&ran, 5, "oosoosF", error, told);
    }
}

#[test]
fn a_clock_beyond_the_limit_is_found() {
    for (offset, side) in [(3600, "behind"), (-3600, "ahead of")] {
        let ran = run(&clock(offset), "doctor", &[]);
        assert_found(&ran, 5, "oosooFs", "clock", side);
        assert!(ran.shows("NTP"), "{ran:?}");
    }
}

#[test]
fn a_clock_that_drifts_is_noted() {
    for (offset, note) in [(300, true), (-300, true), (20, false)] {
        let ran = run(&clock(offset), "doctor", &[]);
        let json = ran.json();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!((json["clock_offset_seconds"].as_i64().unwrap() - offset).abs() <= 5, "{ran:?}");
        let detail = json["checks"][5]["detail"].as_str().unwrap();
        assert_eq!(detail.starts_with("note: "), note, "{detail}");
        assert!(detail.contains(if offset > 0 { "behind" } else { "ahead of" }), "{detail}");
    }
}

#[test]
fn wrong_ca() {
    let (sandbox, other) = (start(), start());
    let ca_file = other.ca_file().unwrap().to_str().unwrap();
    let ran = output(&mut bankmeta(&["doctor", "--endpoint", &sandbox.endpoint(), "--ca-file", ca_file]));
    assert_found(&ran, 4, "oosoFss", "tls", "ca_file");
}

#[test]
fn nothing_listens() {
    let ran = output(&mut bankmeta(&["doctor", "--endpoint", &nothing_listening()]));
    assert_found(&ran, 4, "oosFsss", "connect", "firewall, route, port");
}

#[test]
fn a_name_that_cannot_be_resolved() {
    let ran = output(&mut bankmeta(&["doctor", "--endpoint", "https://no-such-host.invalid"]));
    assert_found(&ran, 4, "ooFssss", "dns", "name servers");
}

#[test]
fn something_else_answers() {
    let ran = output(&mut bankmeta(&["doctor", "--endpoint", &replying_once("<html>hello</html>")]));
    assert_found(&ran, 6, "oosossF", "bad_reply", "proxy");
}

#[test]
fn a_security_token_comes_from_the_file() {
    let sandbox = start();
    let key = "access_key_id=STS.testid\naccess_key_secret=testsecret\nsecurity_token=testtoken\n";
    let (_directory, path) = file("key", key);
    let args = ["--access-key-file", path.to_str().unwrap()];
    let ran = output(command(&sandbox, "doctor", &args).env_remove("ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.shows("testtoken"), "{ran:?}");
}
