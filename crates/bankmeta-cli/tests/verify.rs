//! `bankmeta verify`: every end of a verification, in both forms.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

mod support;

use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use bankmeta_sandbox::{Fault, FaultKind, SandboxOptions};
use serde_json::Value;
use support::sandbox::{card, command, run, start, start_with};
use support::{CARD, ID_NUMBER, MOBILE, NAME, PERSON, Ran, bankmeta, nothing_listening, run_with};

const FOUR: [&str; 8] = ["--card-number", CARD, "--name", NAME, "--id-number", ID_NUMBER, "--mobile", MOBILE];

fn keys(json: &Value) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

const ATTEMPT_KEYS: [&str; 8] =
    ["billed", "duration_ms", "fate", "http_status", "phase", "request_id", "resend", "service_code"];

#[test]
fn a_match_is_one_json_object() {
    let sandbox = start();
    let ran = run(&sandbox, "verify", &FOUR);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let json = ran.json();
    let mut expected = vec![
        "verdict",
        "biz_code",
        "sub_code",
        "sub_code_name",
        "sub_code_meaning",
        "billed",
        "fate",
        "request_id",
        "attempts",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&json), expected);
    for (key, value) in [
        ("verdict", "match"),
        ("biz_code", "1"),
        ("sub_code", "101"),
        ("sub_code_name", "passed"),
        ("sub_code_meaning", "verification passed"),
        ("billed", "yes"),
        ("fate", "answered"),
    ] {
        assert_eq!(json[key], value, "{json}");
    }
    let attempt = &json["attempts"][0];
    assert_eq!(keys(attempt), ATTEMPT_KEYS);
    assert_eq!((&attempt["phase"], &attempt["http_status"]), (&"done".into(), &200.into()));
    assert_eq!(attempt["request_id"], json["request_id"]);
    assert!(json["request_id"].is_string() && attempt["duration_ms"].is_u64(), "{json}");
    assert_eq!(sandbox.stats().billed, 1);
    ran.assert_shows_no_person();
}

#[test]
fn a_match_as_text() {
    let ran = run(&start(), "verify", &[&FOUR[..], &["--text"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let head = "verdict     match\nsub code    101, verification passed\nbilled      yes\nrequest id  ";
    assert!(ran.stdout.starts_with(head), "{ran:?}");
    ran.assert_shows_no_person();
}

#[test]
fn every_verdict_has_its_exit_code() {
    let sandbox = start();
    for (meaning, code, verdict, billed) in [
        ("verification passed", 0, "match", "yes"),
        ("the card is reported lost", 10, "mismatch", "yes"),
        ("a sub code nobody knows", 10, "mismatch", "yes"),
        ("too many attempts", 11, "no_record", "no"),
        ("a BizCode nobody knows", 12, "unknown", "maybe"),
    ] {
        let args = ["--card-number", &card(meaning), "--name", NAME];
        let ran = run(&sandbox, "verify", &args);
        let json = ran.json();
        assert_eq!(ran.code, Some(code), "{meaning}: {ran:?}");
        assert_eq!((&json["verdict"], &json["billed"]), (&verdict.into(), &billed.into()), "{meaning}");

        let text = run(&sandbox, "verify", &[&args[..], &["--text"]].concat());
        assert_eq!(text.code, Some(code), "{meaning}: {text:?}");
        assert!(text.stdout.starts_with(&format!("verdict     {}", verdict.replace('_', " "))), "{text:?}");
        assert!(text.stdout.contains(&format!("\nbilled      {billed}\n")), "{text:?}");
    }
}

#[test]
fn unknown_codes_are_shown_as_they_are() {
    let sandbox = start();
    let text = |meaning| {
        run(&sandbox, "verify", &["--card-number", &card(meaning), "--name", NAME, "--text"]).stdout
    };
    assert!(text("a sub code nobody knows").contains("sub code    999, unknown to this version"));
    assert!(text("a BizCode nobody knows").contains("verdict     unknown (BizCode 9)"));
}

#[test]
fn stdin_options_and_md5_mode_say_the_same() {
    let sandbox = start();
    let with_md5 = PERSON.replace('{', r#"{"md5_mode":true,"unchecked":["name"],"id_type":null,"#);
    let by_stdin = |args: &[&str], stdin: &str| run_with(&mut command(&sandbox, "verify", args), stdin);
    for ran in [
        by_stdin(&[], PERSON),
        by_stdin(&["--stdin"], PERSON),
        by_stdin(&["--md5-mode"], PERSON),
        by_stdin(&[], &with_md5),
        run(
            &sandbox,
            "verify",
            &[&FOUR[..], &["--md5-mode", "--unchecked", "mobile", "--id-type", "01"]].concat(),
        ),
    ] {
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.assert_shows_no_person();
    }
    // All factors are compared, so a wrong one would not have matched.
    let wrong = PERSON.replace(MOBILE, "13800138001");
    assert_eq!(by_stdin(&["--md5-mode"], &wrong).code, Some(10));
}

#[test]
fn every_configuration_reaches_the_core() {
    let sandbox = start_with(SandboxOptions { ignore_form_bodies: true, ..Default::default() });
    let attempts = |args: &[&str]| {
        let ran = run(&sandbox, "verify", &[&FOUR[..], args].concat());
        (ran.code, ran.json()["attempts"].as_array().unwrap().len())
    };
    assert_eq!(attempts(&[]), (Some(0), 2));
    assert_eq!(attempts(&["--placement", "query"]), (Some(0), 1));
    assert_eq!(attempts(&["--placement", "body"]), (Some(5), 1));
    assert_eq!(attempts(&["--signature", "v1", "--placement", "query", "--timeout", "9"]), (Some(0), 1));
}

#[test]
fn a_card_that_fails_the_luhn_check_is_warned_of() {
    let ran = run(&start(), "verify", &["--card-number", "6222021234567890123", "--name", NAME]);
    assert_eq!(ran.code, Some(11), "{ran:?}");
    assert!(ran.stderr.starts_with("bankmeta: warning: card_number: fails the Luhn check"), "{ran:?}");
    assert!(!ran.shows("6222"), "{ran:?}");
    ran.json();
}

/// Each way to fail: its exit code, and the words of its JSON.
#[track_caller]
fn assert_failed(ran: &Ran, code: i32, error: &str, fate: &str, billed: &str) {
    let json = ran.json();
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert_eq!(
        (&json["error"], &json["fate"], &json["billed"]),
        (&error.into(), &fate.into(), &billed.into()),
        "{ran:?}"
    );
    let mut expected = vec![
        "error",
        "message",
        "field",
        "fate",
        "billed",
        "service_code",
        "http_status",
        "request_id",
        "attempts",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&json), expected);
    ran.assert_shows_no_person();
}

#[test]
fn rejections_are_5_and_not_billed() {
    let sandbox = start();
    for (meaning, error, service_code) in [
        ("the RAM user lacks the permission", "permission_denied", "Forbidden.RAMUserAccessDenied"),
        ("throttled, HTTP 400 without a delay", "throttled", "Throttling"),
        ("echoes the string-to-sign", "signature", "SignatureDoesNotMatch"),
        ("HTTP 503, not executed", "unavailable", "ServiceUnavailable"),
    ] {
        let card = card(meaning);
        // Throttling is repeated until the deadline.
        let ran = run(&sandbox, "verify", &["--card-number", &card, "--name", NAME, "--timeout", "0.5"]);
        assert_failed(&ran, 5, error, "rejected", "no");
        assert_eq!(ran.json()["service_code"], service_code);
        assert!(ran.json()["request_id"].is_string() && ran.json()["http_status"].is_u64(), "{ran:?}");
        assert!(!ran.shows(&card), "{ran:?}");
    }
}

#[test]
fn unknown_fates_are_6_and_perhaps_billed() {
    let sandbox = start();
    for (meaning, error, status) in [
        ("HTTP 500 after the execution", "service_failure", 500),
        ("HTTP 502 with a page in HTML, after the execution", "service_failure", 502),
        ("a success without a ResultObject, after the execution", "bad_reply", 200),
    ] {
        let ran = run(&sandbox, "verify", &["--card-number", &card(meaning), "--name", NAME]);
        assert_failed(&ran, 6, error, "unknown", "maybe");
        assert_eq!(ran.json()["http_status"], status);
    }
}

#[test]
fn what_the_service_repeats_of_the_input_is_not_passed_on() {
    let sandbox = start();
    let card = card("an error whose text repeats the input");
    for form in ["--json", "--text"] {
        let ran = run(&sandbox, "verify", &["--card-number", &card, "--name", NAME, form]);
        assert!(ran.code.is_some_and(|code| code == 5 || code == 6), "{ran:?}");
        assert!(!ran.shows(&card) && !ran.shows(NAME), "{ran:?}");
    }
}

#[test]
fn a_reply_that_never_comes_is_6() {
    let fault = Fault::new(FaultKind::Hang).after();
    let sandbox = start_with(SandboxOptions { fault: Some(fault), ..Default::default() });
    let ran = run(&sandbox, "verify", &[&FOUR[..], &["--timeout", "1"]].concat());
    assert_failed(&ran, 6, "timeout", "unknown", "maybe");
    let fault = Fault::new(FaultKind::Close).after();
    let sandbox = start_with(SandboxOptions { fault: Some(fault), ..Default::default() });
    assert_failed(&run(&sandbox, "verify", &FOUR), 6, "connection_lost", "unknown", "maybe");
    assert_eq!(sandbox.stats().billed, 1);
}

#[test]
fn what_was_not_sent_is_4() {
    let to = |endpoint: &str| run_with(&mut bankmeta(&["verify", "--endpoint", endpoint]), PERSON);
    assert_failed(&to(&nothing_listening()), 4, "connect", "not_sent", "no");
    assert_failed(&to("https://no-such-host.invalid"), 4, "dns", "not_sent", "no");
    // Without --ca-file the sandbox's certificate is nobody's.
    let sandbox = start();
    assert_failed(&to(&sandbox.endpoint()), 4, "tls", "not_sent", "no");
    assert_eq!(sandbox.stats().requests, 0);
}

#[test]
fn errors_as_text_go_to_stderr() {
    let sandbox = start();
    let lost = card("throttled, HTTP 400 without a delay");
    let ran =
        run(&sandbox, "verify", &["--card-number", &lost, "--name", NAME, "--text", "--retry", "never"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(5), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("bankmeta: the account's quota is used up"), "{ran:?}");
    assert!(ran.stderr.contains("is not billed"), "{ran:?}");
}

#[test]
fn a_wrong_secret_is_rejected_and_shown_nowhere() {
    let sandbox = start();
    let ran = Ran::of(
        command(&sandbox, "verify", &FOUR)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wr0ngs3cret")
            .output()
            .unwrap(),
    );
    assert_failed(&ran, 5, "signature", "rejected", "no");
    assert!(!ran.shows("wr0ngs3cret"));
    assert!(ran.json()["message"].as_str().unwrap().contains("secret is wrong"), "{ran:?}");
}

#[test]
fn ctrl_c_ends_the_call_and_its_fate_is_told() {
    for (signal, fault) in
        [(Signal::INT, Fault::new(FaultKind::Hang)), (Signal::TERM, Fault::new(FaultKind::Hang).after())]
    {
        let sandbox = start();
        sandbox.set_fault(Some(fault));
        let mut child = command(&sandbox, "verify", &[&FOUR[..], &["--timeout", "60"]].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while sandbox.stats().requests == 0 {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(signal.as_raw()), "a loop in a shell must stop");
        let ran = Ran::of(output);
        let json = ran.json();
        assert_eq!(
            (&json["error"], &json["fate"], &json["billed"]),
            (&"cancelled".into(), &"unknown".into(), &"maybe".into())
        );
        ran.assert_shows_no_person();
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_told_on_stderr() {
    let sandbox = start();
    for form in ["--json", "--text"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut verify = command(&sandbox, "verify", &[&FOUR[..], &[form]].concat());
        let ran =
            Ran::of(verify.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap());
        assert_eq!(ran.code, Some(70), "{ran:?}");
        for word in ["cannot be written", "match", "billed", "yes", "request"] {
            assert!(ran.stderr.contains(word), "{word}: {ran:?}");
        }
        ran.assert_shows_no_person();
    }
    assert_eq!(sandbox.stats().billed, 2);
}

#[test]
fn a_negative_number_is_a_value_not_an_option() {
    for option in ["--timeout", "--connect-timeout", "--quota", "--max-billable", "--retry-max-extra"] {
        let ran = Ran::of(bankmeta(&[&["verify", option, "-1"], &FOUR[..]].concat()).output().unwrap());
        let name = option.trim_start_matches('-').replace('-', "_");
        let json = ran.json();
        assert_eq!((ran.code, &json["error"]), (Some(3), &"configuration".into()), "{ran:?}");
        assert!(json["message"].as_str().unwrap().starts_with(&format!("{name} must be")), "{ran:?}");
    }
}

#[test]
fn statistics_and_events_are_told_on_request() {
    let sandbox = start();
    sandbox.set_fault(Some(
        Fault::new(FaultKind::Answer { status: 403, code: Some("Throttling.Api".to_owned()) }).times(1),
    ));
    let ran = run(&sandbox, "verify", &[&FOUR[..], &["--stats", "--verbose"]].concat());
    let stats = &ran.json()["stats"];
    for (name, count) in [
        ("verifications", 1),
        ("answers", 1),
        ("throttled", 1),
        ("repetitions", 1),
        ("connections_opened", 1),
        ("connections_reused", 1),
        ("billed_yes", 1),
        ("billed_no", 1),
    ] {
        assert_eq!(stats[name], count, "{name}: {ran:?}");
    }
    for event in [
        "debug: connected to",
        "warn: the account's quota is used up",
        "info: after throttled: once more",
        "attempt 2: fate answered",
    ] {
        assert!(ran.stderr.contains(event), "{event}: {ran:?}");
    }
    ran.assert_shows_no_person();
    let ran = run(&sandbox, "verify", &[&FOUR[..], &["--stats", "--text"]].concat());
    assert!(ran.stderr.contains("bankmeta: verifications 1\n"), "{ran:?}");
}
