//! `bankmeta sandbox`: what a script relies on.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::{PERSON, Ran, bankmeta, file, run, run_with};

/// A running `bankmeta sandbox`; it ends with its stdin at the latest.
struct Served {
    child: Child,
    ready: Value,
}

impl Served {
    fn start(flags: &[&str]) -> Self {
        let mut child = bankmeta(&["sandbox", "--exit-with-stdin"])
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self { child, ready }
    }

    fn endpoint(&self) -> &str {
        self.ready["endpoint"].as_str().unwrap()
    }

    /// Verifies the first cardholder with the command.
    fn verify(&self, args: &[&str], key: (&str, &str)) -> Ran {
        let mut command = bankmeta(&["verify", "--json", "--stdin", "--endpoint", self.endpoint()]);
        if let Some(file) = self.ready["ca_file"].as_str() {
            command.args(["--ca-file", file]);
        }
        command
            .args(args)
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", key.0)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.1);
        run_with(&mut command, PERSON)
    }

    /// The service's code with which a verification was refused.
    fn refusal(&self, args: &[&str]) -> String {
        // What a repetition would mend is to be seen too.
        self.verify(&[args, &["--retry", "never"]].concat(), KEY).json()["service_code"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Ends it in some way; its exit code.
    fn end(mut self, how: impl FnOnce(&mut Child)) -> Option<i32> {
        how(&mut self.child);
        self.child.wait().unwrap().code()
    }
}

const KEY: (&str, &str) = ("testid", "testsecret");

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn one_line_says_all_a_script_needs() {
    let served = Served::start(&[]);
    assert!(served.endpoint().starts_with("https://127.0.0.1:"));
    assert_eq!(served.ready["pid"], served.child.id());
    assert_eq!(served.ready["access_key_id"], "testid");
    assert_eq!(served.ready["access_key_secret"], "testsecret");
    let ran = served.verify(&[], KEY);
    assert_eq!((ran.code, &ran.json()["verdict"]), (Some(0), &Value::from("match")));
}

#[test]
fn it_ends_clean_by_each_way() {
    let ways: [fn(&mut Child); 3] = [
        |child| signal(child, Signal::TERM),
        |child| signal(child, Signal::INT),
        |child| drop(child.stdin.take()),
    ];
    for way in ways {
        let served = Served::start(&[]);
        let ca_file = served.ready["ca_file"].as_str().unwrap().to_owned();
        assert!(Path::new(&ca_file).exists());
        assert_eq!(served.end(way), Some(0));
        assert!(!Path::new(&ca_file).parent().unwrap().exists());
    }
}

#[test]
fn plain_http_and_a_port_of_one_s_own() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let served = Served::start(&["--http", "--port", &free]);
    assert_eq!(served.endpoint(), format!("http://127.0.0.1:{free}"));
    assert!(served.ready["ca_file"].is_null());
    assert_eq!(served.verify(&[], KEY).code, Some(0));
}

#[test]
fn every_flag_changes_the_behaviour() {
    assert_eq!(Served::start(&["--quota", "0"]).refusal(&[]), "Throttling.Api");
    assert_eq!(Served::start(&["--clock-offset", "-3600"]).refusal(&[]), "IllegalTimestamp");
    let ignoring = Served::start(&["--ignore-form-bodies"]);
    assert_eq!(ignoring.refusal(&["--placement", "body"]), "MissingProductCode");
    let expired = Served::start(&["--certificate", "expired"]).verify(&[], KEY);
    assert_eq!(expired.json()["error"], "tls", "{expired:?}");
    let fault = r#"{"kind":"answer","status":403,"code":"Forbidden.RAMUserAccessDenied"}"#;
    assert_eq!(Served::start(&["--fault", fault]).refusal(&[]), "Forbidden.RAMUserAccessDenied");
}

#[test]
fn an_access_key_of_one_s_own() {
    let served = Served::start(&["--access-key-id", "myid", "--access-key-secret", "mysecret"]);
    assert_eq!(served.ready["access_key_id"], "myid");
    assert_eq!(served.ready["access_key_secret"], "mysecret");
    assert_eq!(served.verify(&[], ("myid", "mysecret")).code, Some(0));
}

#[test]
fn cardholders_from_a_file() {
    let (_directory, people) =
        file("people.csv", "6222021234567890128,张三,11010519491231002X,13800138000,210\n");
    let served = Served::start(&["--registry", people.to_str().unwrap()]);
    assert_eq!(served.verify(&[], KEY).json()["sub_code"], "210");
}

#[test]
fn mistakes_are_told_and_end_it() {
    let (_directory, people) = file("people.csv", "6222021234567890128;张三\n");
    for (flags, told) in [
        (["--quota", "many"], "a whole number or `off`"),
        (["--fault", r#"{"kind":"explode"}"#], "kind must be"),
        (["--certificate", "none"], "valid, wrong_name or expired"),
        (["--registry", people.to_str().unwrap()], "line 1 of the registry"),
        (["--registry", "/nowhere/people.csv"], "/nowhere/people.csv"),
    ] {
        let ran = run(&["sandbox", flags[0], flags[1]]);
        assert!(ran.code.is_some_and(|code| code != 0), "{ran:?}");
        assert!(ran.stderr.contains(told) && ran.stdout.is_empty(), "{ran:?}");
        ran.assert_shows_no_person();
    }
}
