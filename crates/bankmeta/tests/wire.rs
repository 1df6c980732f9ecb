//! Fate, billed and reuse of connections against a hostile server, over plain
//! HTTP on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test and its helpers fail by panicking"
)]

mod hostile;

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bankmeta::protocol::acs3::sha256_hex;
use bankmeta::{
    Billed, Client, ClientBuilder, Error, ErrorKind, Fate, Phase, QuotaScope, Verdict, Verification,
};
use hostile::Step::{LeaveOpen, ReadRequest, ReadSome, Reset, WaitForClose, Write};
use hostile::{ANSWER_BODY, Hostile, Step, answer, reply};

fn builder(endpoint: &str) -> ClientBuilder {
    Client::builder().access_key("testid", "testsecret").endpoint(endpoint).quota(None)
}

fn verification() -> Verification {
    Verification::two_factors("6222021234567890123", "张三").unwrap()
}

/// The error of one verification on a server that runs the script.
fn error_of(script: Vec<Step>) -> Error {
    let server = Hostile::start(vec![script]);
    let client = builder(&server.endpoint()).timeout(Duration::from_millis(200)).build().unwrap();
    let error = client.verify(&verification()).unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(server.connections(), 1, "an attempt is never repeated behind the caller's back");
    error
}

fn assert_unknown(script: Vec<Step>, kind: ErrorKind, phase: Phase) {
    let text = format!("{script:?}").chars().take(200).collect::<String>();
    let error = error_of(script);
    assert_eq!((error.kind(), error.fate(), error.billed()), (kind, Fate::Unknown, Billed::Maybe), "{text}");
    assert_eq!(error.attempts()[0].phase, phase, "{text}");
    assert!(error.to_string().contains("may have been executed"), "{error}");
}

#[test]
fn one_connection_for_any_number_of_sequential_calls() {
    let script = (0..50).flat_map(|_| [ReadRequest, answer()]).collect();
    let server = Hostile::start(vec![script]);
    let client = builder(&server.endpoint()).build().unwrap();
    for _ in 0..50 {
        let answer = client.clone().verify(&verification()).unwrap();
        assert_eq!((answer.verdict(), answer.billed()), (Verdict::Match, Billed::Yes));
        assert_eq!(answer.request_id(), Some("A-1"));
        assert_eq!(answer.attempts().len(), 1);
        assert_eq!(answer.attempts()[0].phase, Phase::Done);
    }
    assert_eq!((server.connections(), server.requests()), (1, 50));
}

#[test]
fn as_many_connections_as_concurrent_calls() {
    const THREADS: usize = 16;
    const CALLS: usize = 50;
    let script = (0..THREADS * CALLS).flat_map(|_| [ReadRequest, answer()]).collect();
    let server = Hostile::start(vec![script]);
    let client = builder(&server.endpoint()).build().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..CALLS {
                    client.verify(&verification()).unwrap();
                }
            });
        }
    });
    assert_eq!(server.requests(), THREADS * CALLS);
    assert!((1..=THREADS).contains(&server.connections()), "{}", server.connections());
}

#[test]
fn a_connection_closed_while_idle_is_noticed_before_the_next_request() {
    for ending in [vec![], vec![Reset], vec![Write(b"HTTP/1.1 408 Late\r\n\r\n".to_vec()), LeaveOpen]] {
        let mut first = vec![ReadRequest, answer()];
        first.extend(ending);
        let server = Hostile::start(vec![first, vec![ReadRequest, answer(), WaitForClose]]);
        let client = builder(&server.endpoint()).build().unwrap();
        client.verify(&verification()).unwrap();
        server.wait_for_a_finished_script();
        client.verify(&verification()).unwrap();
        assert_eq!((server.connections(), server.requests()), (2, 2));
    }
}

#[test]
fn nothing_listening_is_not_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = builder(&format!("http://{closed}")).build().unwrap();
    let error = client.verify(&verification()).unwrap_err();
    assert_eq!((error.kind(), error.fate(), error.billed()), (ErrorKind::Connect, Fate::NotSent, Billed::No));
    assert_eq!(error.attempts()[0].phase, Phase::Connect);
}

#[test]
fn an_unknown_host_is_not_sent() {
    let error = builder("https://bankmeta.invalid").build().unwrap().verify(&verification()).unwrap_err();
    assert_eq!((error.kind(), error.fate()), (ErrorKind::Dns, Fate::NotSent));
    assert_eq!(error.attempts()[0].phase, Phase::Resolve);
}

#[test]
fn a_stalled_or_broken_tls_handshake_is_not_sent() {
    for (script, kind) in [
        (vec![WaitForClose], ErrorKind::Timeout),
        (vec![ReadSome, Reset], ErrorKind::Tls),
        (vec![ReadSome], ErrorKind::Tls),
        (vec![ReadSome, Write(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), WaitForClose], ErrorKind::Tls),
    ] {
        let server = Hostile::start(vec![script]);
        let client = builder(&format!("https://{}", server.address))
            .connect_timeout(Duration::from_millis(500))
            .build()
            .unwrap();
        let error = client.verify(&verification()).unwrap_err();
        assert_eq!(
            (error.kind(), error.fate(), error.billed()),
            (kind, Fate::NotSent, Billed::No),
            "{error}"
        );
        assert_eq!(error.attempts()[0].phase, Phase::Tls);
    }
}

#[test]
fn a_connection_lost_after_the_request_is_unknown() {
    let lost = ErrorKind::ConnectionLost;
    assert_unknown(vec![ReadRequest], lost, Phase::Receive);
    assert_unknown(vec![ReadRequest, Reset], lost, Phase::Receive);
    let whole = reply("200 OK", "", ANSWER_BODY);
    for cut in [1, 15, 40, whole.len() - 1] {
        assert_unknown(vec![ReadRequest, Write(whole[..cut].to_vec())], lost, Phase::Receive);
    }
}

#[test]
fn no_reply_in_time_is_unknown() {
    assert_unknown(vec![ReadRequest, WaitForClose], ErrorKind::Timeout, Phase::Receive);
    let partial = Write(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{".to_vec());
    assert_unknown(vec![ReadRequest, partial, WaitForClose], ErrorKind::Timeout, Phase::Receive);
}

#[test]
fn garbage_is_unknown() {
    let garbage = |bytes: &[u8]| vec![ReadRequest, Write(bytes.to_vec())];
    assert_unknown(garbage(b"SSH-2.0-OpenSSH_9\r\n"), ErrorKind::BadReply, Phase::Receive);
    assert_unknown(garbage(&[0; 100]), ErrorKind::BadReply, Phase::Receive);
    assert_unknown(garbage(&reply("200 OK", "", "not json")), ErrorKind::BadReply, Phase::Done);
    assert_unknown(garbage(&reply("200 OK", "", "")), ErrorKind::BadReply, Phase::Done);
    assert_unknown(
        garbage(&reply("200 OK", "Content-Encoding: gzip\r\n", "\x1f\u{8b}")),
        ErrorKind::BadReply,
        Phase::Done,
    );
    let large = reply("200 OK", "", &"x".repeat(70_000));
    assert_unknown(garbage(&large), ErrorKind::BadReply, Phase::Receive);
}

#[test]
fn redirects_are_never_followed() {
    let elsewhere = Hostile::start(vec![vec![ReadRequest, answer()]]);
    let location = format!("Location: http://{}/\r\n", elsewhere.address);
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"] {
        let redirect = Write(reply(status, &location, ""));
        assert_unknown(vec![ReadRequest, redirect], ErrorKind::ServiceFailure, Phase::Done);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn missing_parameters_move_auto_placement_to_the_query_and_stay_there() {
    let missing = r#"{"RequestId":"A-0","Code":"MissingProductCode","Message":"ProductCode is mandatory"}"#;
    let script = vec![
        ReadRequest,
        Write(reply("400 Bad Request", "", missing)),
        ReadRequest,
        answer(),
        ReadRequest,
        answer(),
    ];
    let server = Hostile::start(vec![script]);
    let client = builder(&server.endpoint()).build().unwrap();
    let first = client.verify(&verification()).unwrap();
    let fates: Vec<Fate> = first.attempts().iter().map(|attempt| attempt.fate).collect();
    assert_eq!(fates, [Fate::Rejected, Fate::Answered]);
    assert_eq!(first.attempts()[0].service_code.as_deref(), Some("MissingProductCode"));
    assert_eq!(first.attempts()[0].request_id.as_deref(), Some("A-0"));
    assert_eq!((first.request_id(), first.billed()), (Some("A-1"), Billed::Yes));
    assert_eq!(client.verify(&verification()).unwrap().attempts().len(), 1);
    assert_eq!(server.requests(), 3);
}

/// What the service says to a verification that misses a parameter.
fn missing(code: &str) -> Step {
    Write(reply("400 Bad Request", "", &format!(r#"{{"RequestId":"A-0","Code":"{code}"}}"#)))
}

#[test]
fn one_refused_verification_moves_nobody_elses_data_into_the_url() {
    // Before anything is known, the query is tried once, and nothing is learnt from a refusal.
    let server = Hostile::start(vec![vec![
        ReadRequest,
        missing("MissingBankCard"),
        ReadRequest,
        missing("MissingBankCard"),
        ReadRequest,
        answer(),
        ReadRequest,
        missing("MissingBankCard"),
        ReadRequest,
        answer(),
    ]]);
    let client = builder(&server.endpoint()).build().unwrap();
    assert_eq!(client.verify(&verification()).unwrap_err().attempts().len(), 2);
    // The body is answered: from now on it is known to be seen, and never left again.
    assert_eq!(client.verify(&verification()).unwrap().attempts().len(), 1);
    assert_eq!(client.verify(&verification()).unwrap_err().attempts().len(), 1);
    client.verify(&verification()).unwrap();
    assert_eq!(server.targets(), ["/", "/?", "/", "/", "/"]);
}

#[test]
fn a_wrong_clock_is_corrected_for_every_call_signed_with_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = builder(&format!("http://{}", listener.local_addr().unwrap())).build().unwrap();
    let rejected = Write(reply(
        "400 Bad Request",
        "Date: Fri, 31 Dec 2100 23:59:59 GMT\r\n",
        r#"{"RequestId":"A-0","Code":"IllegalTimestamp"}"#,
    ));
    std::thread::scope(|scope| {
        let calls = [(); 2].map(|()| scope.spawn(|| client.verify(&verification())));
        // Both are there before either hears of the clock.
        let streams = [(); 2].map(|()| {
            let (stream, _) = listener.accept().unwrap();
            hostile::serve_one(stream.try_clone().unwrap(), &[ReadRequest, LeaveOpen]);
            stream
        });
        for stream in streams {
            let rejected = rejected.clone();
            std::thread::spawn(move || hostile::serve_one(stream, &[rejected, ReadRequest, answer()]));
        }
        for call in calls {
            assert_eq!(call.join().unwrap().unwrap().attempts().len(), 2);
        }
    });
}

#[test]
fn a_shared_quota_that_breaks_is_a_matter_of_configuration() {
    let account = format!("broken by test {}", std::process::id());
    let client = builder("http://127.0.0.1:1").quota(48.0).quota_scope(QuotaScope::Host);
    let client = client.quota_account(account.as_str()).build().unwrap();
    let name = &sha256_hex(account.as_bytes())[..32];
    let file = ["/dev/shm", "/tmp"]
        .into_iter()
        .map(|base| format!("{base}/bankmeta-{}/{name}", rustix::process::geteuid().as_raw()))
        .find(|path| std::fs::exists(path).unwrap())
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let error = client.verify(&verification()).unwrap_err();
    std::fs::remove_dir(&file).unwrap();
    assert_eq!((error.kind(), error.billed()), (ErrorKind::Configuration, Billed::No), "{error}");
    assert!(!error.to_string().contains("Call less often"), "{error}");
    assert_eq!(client.stats().quota_refused, 0);
}

#[test]
fn a_listener_may_use_the_client_and_one_that_panics_leaves_it_whole() {
    let script = (0..6).flat_map(|_| [ReadRequest, answer()]).collect();
    let server = Hostile::start(vec![script]);
    let (own, panics) = (std::sync::Arc::new(std::sync::OnceLock::<Client>::new()), AtomicBool::new(false));
    let panics = std::sync::Arc::new(panics);
    let (client_of_listener, shall_panic) = (own.clone(), panics.clone());
    let nested = AtomicBool::new(false);
    let client = builder(&server.endpoint()).quota(48.0).max_billable(5).on_event(move |event| {
        assert!(!(event.name == "attempt" && shall_panic.load(Ordering::SeqCst)), "as the test wants it");
        let client = client_of_listener.get().unwrap();
        let _ = client.stats();
        if event.name == "attempt" && !nested.swap(true, Ordering::SeqCst) {
            client.verify(&verification()).unwrap();
            client.cancel();
        }
    });
    let client = client.build().unwrap();
    own.set(client.clone()).unwrap();
    client.verify(&verification()).unwrap();
    panics.store(true, Ordering::SeqCst);
    std::thread::scope(|scope| {
        assert!(scope.spawn(|| client.verify(&verification())).join().is_err());
    });
    panics.store(false, Ordering::SeqCst);
    for _ in 0..2 {
        client.verify(&verification()).unwrap();
    }
    let error = client.verify(&verification()).unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::MaxBillable, 5), "the lost answer is counted");
}

#[test]
fn a_single_missing_factor_is_no_reason_to_use_the_query() {
    let server = Hostile::start(vec![vec![ReadRequest, missing("MissingUserName")]]);
    let client = builder(&server.endpoint()).build().unwrap();
    assert_eq!(client.verify(&verification()).unwrap_err().attempts().len(), 1);
}

#[test]
fn the_worst_of_all_attempts_is_reported() {
    // Rejected first; then the connection is gone and nothing listens any more.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        drop(listener);
        let reply = reply(
            "400 Bad Request",
            "Connection: close\r\n",
            r#"{"RequestId":"A-0","Code":"MissingParameter"}"#,
        );
        hostile::serve_one(stream, &[ReadRequest, Write(reply)]);
    });
    let client = builder(&format!("http://{address}")).build().unwrap();
    let error = client.verify(&verification()).unwrap_err();
    let fates: Vec<Fate> = error.attempts().iter().map(|attempt| attempt.fate).collect();
    assert_eq!(fates, [&[Fate::Rejected][..], &[Fate::NotSent; 4]].concat());
    assert_eq!((error.fate(), error.billed(), error.request_id()), (Fate::Rejected, Billed::No, Some("A-0")));
    assert!(!error.to_string().contains("Nothing was sent"), "{error}");
}

#[test]
fn the_services_own_words_never_reach_an_error() {
    let echo = r#"{"RequestId":"6222021234567890123","Code":"Odd.6222021234567890123","Message":"UserName=张三 BankCard=6222021234567890123 %E5%BC%A0%E4%B8%89"}"#;
    for status in ["200 OK", "400 Bad Request", "500 Internal Server Error"] {
        let error = error_of(vec![ReadRequest, Write(reply(status, "", echo))]);
        let text = format!("{error} {error:?} {error:#?}");
        for value in ["6222021234567890123", "张三", "%E5%BC%A0"] {
            assert!(!text.contains(value), "{text}");
        }
        assert_eq!((error.service_code(), error.request_id()), (None, None));
    }
}

#[test]
fn a_signature_error_says_whether_the_request_was_rewritten() {
    let wrong = |message: &str| {
        let body = format!(r#"{{"Code":"SignatureDoesNotMatch","Message":"{message}"}}"#);
        error_of(vec![ReadRequest, Write(reply("400 Bad Request", "", &body))])
    };
    let rewritten = wrong("server string to sign is:[ACS3-HMAC-SHA256\\nabcdef]");
    assert_eq!((rewritten.kind(), rewritten.fate()), (ErrorKind::Signature, Fate::Rejected));
    assert!(rewritten.to_string().contains("something other than what was signed"), "{rewritten}");
    assert!(!rewritten.to_string().contains("abcdef"));
    assert!(wrong("").to_string().contains("computed another signature"));
}
