//! The client of the core crate against the sandbox: what it repeats, what it costs,
//! how it is cancelled, how it uses connections.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bankmeta::{
    Billed, CallOptions, Cancellation, Client, ClientBuilder, Error, ErrorKind, Fate, Retry, Verdict,
    Verification,
};
use bankmeta_sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, Side};
use support::{start, start_with};

/// The first built-in cardholder; invented.
fn person() -> Verification {
    Verification::four_factors("6222021234567890128", "张三", "11010519491231002X", "13800138000").unwrap()
}

/// A card without a record: not billed.
fn nobody() -> Verification {
    Verification::two_factors("6222029999999999999", "李四").unwrap()
}

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    let builder =
        Client::builder().access_key("testid", "testsecret").endpoint(sandbox.endpoint()).quota(None);
    sandbox.ca_file().into_iter().fold(builder, ClientBuilder::ca_file)
}

fn ends(error: &Error) -> (ErrorKind, Fate, Billed) {
    (error.kind(), error.fate(), error.billed())
}

/// Waits until the sandbox has seen so many requests.
fn wait_for_requests(sandbox: &Sandbox, count: u64) {
    while sandbox.stats().requests < count {
        thread::yield_now();
    }
}

#[test]
fn the_cap_is_exact_under_64_threads() {
    const CAP: u64 = 100;
    let sandbox = start();
    let client = builder(&sandbox).max_billable(CAP).build().unwrap();
    let (answered, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for thread in 0..64_u32 {
            let (client, answered, refused) = (&client, &answered, &refused);
            scope.spawn(move || {
                for call in 0..5 {
                    // Some cost nothing, and give back what they reserved.
                    let verification = if (thread + call) % 4 == 0 { nobody() } else { person() };
                    match client.verify(&verification) {
                        Ok(answer) if answer.billed() == Billed::Yes => {
                            answered.fetch_add(1, Ordering::Relaxed)
                        }
                        Ok(answer) => {
                            assert_eq!(answer.billed(), Billed::No);
                            continue;
                        }
                        Err(error) => {
                            assert_eq!(ends(&error), (ErrorKind::MaxBillable, Fate::NotSent, Billed::No));
                            refused.fetch_add(1, Ordering::Relaxed)
                        }
                    };
                }
            });
        }
    });
    // Refused while others held reservations that they gave back: the rest is spent now.
    while let Ok(answer) = client.verify(&person()) {
        assert_eq!(answer.billed(), Billed::Yes);
        answered.fetch_add(1, Ordering::Relaxed);
    }
    assert_eq!((sandbox.stats().billed, answered.into_inner()), (CAP, CAP));
    assert!(refused.into_inner() > 0);
}

#[test]
fn cancelling_a_client_ends_its_calls_with_their_true_fate() {
    for fault in [Fault::new(FaultKind::Hang), Fault::new(FaultKind::Hang).after()] {
        let sandbox = start();
        sandbox.set_fault(Some(fault));
        let client = builder(&sandbox).timeout(Duration::from_mins(10)).build().unwrap();
        thread::scope(|scope| {
            let calls: Vec<_> = (0..8).map(|_| scope.spawn(|| client.verify(&person()))).collect();
            wait_for_requests(&sandbox, 8);
            client.cancel();
            for call in calls {
                let error = call.join().unwrap().unwrap_err();
                assert_eq!(ends(&error), (ErrorKind::Cancelled, Fate::Unknown, Billed::Maybe));
            }
        });
        sandbox.set_fault(None);
        assert_eq!(
            client.verify(&person()).unwrap().verdict(),
            Verdict::Match,
            "later calls are not touched"
        );
        assert_eq!(client.stats().cancelled, 8);
    }
}

#[test]
fn a_cancellation_ends_its_own_call_only() {
    let sandbox = start();
    sandbox.set_fault(Some(Fault::new(FaultKind::Hang).times(1)));
    let client = builder(&sandbox).timeout(Duration::from_mins(10)).build().unwrap();
    let cancellation = Cancellation::new();
    thread::scope(|scope| {
        let hanging =
            scope.spawn(|| client.verify_with(&person(), CallOptions::new().cancellation(&cancellation)));
        wait_for_requests(&sandbox, 1);
        assert_eq!(client.verify(&person()).unwrap().verdict(), Verdict::Match);
        cancellation.cancel();
        assert_eq!(hanging.join().unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    });
    let error = client.verify_with(&person(), CallOptions::new().cancellation(&cancellation)).unwrap_err();
    assert_eq!(ends(&error), (ErrorKind::Cancelled, Fate::NotSent, Billed::No));
    assert_eq!(sandbox.stats().requests, 2, "a call cancelled before it begins is not sent");
}

#[test]
fn a_call_that_waits_for_its_turn_can_be_cancelled() {
    let sandbox = start();
    let client = builder(&sandbox).quota(0.1).timeout(Duration::from_mins(10)).build().unwrap();
    client.verify(&person()).unwrap();
    let asked = AtomicU64::new(0);
    let interrupted = || asked.fetch_add(1, Ordering::Relaxed) > 0;
    let error = client.verify_with(&person(), CallOptions::new().interrupted(&interrupted)).unwrap_err();
    assert_eq!(ends(&error), (ErrorKind::Cancelled, Fate::NotSent, Billed::No));
    assert_eq!(sandbox.stats().requests, 1);
}

#[test]
fn a_turn_after_the_deadline_is_refused_at_once() {
    let sandbox = start();
    let client = builder(&sandbox).quota(0.1).build().unwrap();
    client.verify(&person()).unwrap();
    // The next turn but one is in 20 s, the deadline in 15.
    let waiting = thread::spawn({
        let client = client.clone();
        // If the other was there before it, it is refused, and comes again.
        move || loop {
            match client.verify(&person()) {
                Err(error) if error.kind() == ErrorKind::Quota => {}
                ended => break ended,
            }
        }
    });
    let error = loop {
        // Until the other thread waits, this one would.
        let cancellation = Cancellation::new();
        let options = CallOptions::new().cancellation(&cancellation);
        let interrupted = || true;
        let error = client.verify_with(&person(), options.interrupted(&interrupted)).unwrap_err();
        if error.kind() == ErrorKind::Quota {
            break error;
        }
    };
    assert_eq!(ends(&error), (ErrorKind::Quota, Fate::NotSent, Billed::No));
    assert!(error.to_string().contains("no turn under the quota before the deadline"), "{error}");
    client.cancel();
    assert_eq!(waiting.join().unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(client.stats().quota_refused >= 1);
}

#[test]
fn a_wrong_clock_is_corrected_once_and_remembered() {
    let sandbox = start();
    let client = builder(&sandbox).build().unwrap();
    for offset in [1800, -3600, 0] {
        sandbox.set_clock_offset(offset);
        let attempts = client.verify(&person()).unwrap().attempts().len();
        assert_eq!((offset, attempts), (offset, 2));
        assert_eq!(client.verify(&person()).unwrap().attempts().len(), 1);
    }
    assert_eq!(sandbox.stats().billed, 6);
}

#[test]
fn a_resend_is_executed_at_most_once() {
    // Executed, then cut: the second is refused for its nonce, and nothing is claimed.
    let sandbox = start();
    let client = builder(&sandbox).resend_unknown(true).build().unwrap();
    sandbox.set_fault(Some(Fault::new(FaultKind::Close).after().times(1)));
    let error = client.verify(&person()).unwrap_err();
    assert_eq!(ends(&error), (ErrorKind::ConnectionLost, Fate::Unknown, Billed::Maybe));
    assert!(
        error.attempts()[1].resend
            && error.attempts()[1].service_code.as_deref() == Some("SignatureNonceUsed")
    );
    assert_eq!((sandbox.stats().executions, sandbox.stats().billed), (1, 1));
    // Cut, never executed: the second is the only execution, and settles the first.
    sandbox.reset();
    sandbox.set_fault(Some(Fault::new(FaultKind::Close).times(1)));
    let answer = client.verify(&nobody()).unwrap();
    assert_eq!((answer.verdict(), answer.billed()), (Verdict::NoRecord, Billed::No));
    assert_eq!((sandbox.stats().executions, sandbox.stats().billed), (1, 0));
}

#[test]
fn answer_first_pays_again_and_says_so() {
    let sandbox = start();
    let client = builder(&sandbox).retry(Retry::AnswerFirst { max_extra: 1 }).build().unwrap();
    sandbox.set_fault(Some(Fault::new(FaultKind::Close).after().times(1)));
    let answer = client.verify(&person()).unwrap();
    let billed: Vec<Billed> = answer.attempts().iter().map(|attempt| attempt.billed).collect();
    assert_eq!((answer.billed(), billed), (Billed::Yes, vec![Billed::Maybe, Billed::Yes]));
    assert_eq!(sandbox.stats().billed, 2);
    sandbox.set_fault(Some(Fault::new(FaultKind::Close).after()));
    assert_eq!(client.verify(&person()).unwrap_err().attempts().len(), 2);
}

#[test]
fn throttled_calls_are_answered_once_each() {
    let sandbox = start();
    sandbox.set_quota(Some(20));
    let client = builder(&sandbox).build().unwrap();
    let answered = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(client.verify(&person()).unwrap().billed(), Billed::Yes);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let stats = sandbox.stats();
    assert_eq!((stats.billed, answered.into_inner()), (40, 40));
    assert!(stats.throttled > 0 && client.stats().throttled == stats.throttled);
}

#[test]
fn connections_are_used_again() {
    const THREADS: u64 = 64;
    const CALLS: u64 = 100;
    let sandbox = start();
    let client = builder(&sandbox).build().unwrap();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..CALLS).for_each(|_| drop(client.verify(&person()).unwrap())));
        }
    });
    let (stats, seen) = (client.stats(), sandbox.stats());
    assert_eq!(seen.requests, THREADS * CALLS);
    assert_eq!(stats.connections_opened, seen.connections);
    assert!(stats.connections_opened <= THREADS, "{stats:?}");
    assert!(stats.connections_reused * 100 >= seen.requests * 99, "{stats:?}");
}

#[test]
fn warming_up_opens_a_connection_and_asks_nothing() {
    let sandbox = start();
    let client = builder(&sandbox).build().unwrap();
    client.warm_up().unwrap();
    client.warm_up().unwrap();
    assert_eq!((client.stats().connections_opened, sandbox.stats().requests), (1, 0));
    client.verify(&person()).unwrap();
    let stats = client.stats();
    assert_eq!((stats.connections_opened, stats.connections_reused), (1, 1));
    sandbox.stop();
    let error = client.warm_up().unwrap_err();
    assert_eq!(ends(&error), (ErrorKind::Connect, Fate::NotSent, Billed::No));
}

#[test]
fn an_outage_opens_the_breaker_and_a_connection_closes_it() {
    let port = start_with(SandboxOptions { https: false, ..Default::default() }).endpoint();
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    // The sandbox is gone again: nothing listens there.
    let client = Client::builder()
        .access_key("testid", "testsecret")
        .endpoint(&port)
        .quota(None)
        .on_event(move |event| listener.lock().unwrap().push(event.name))
        .build()
        .unwrap();
    let kinds: Vec<ErrorKind> = (0..4).map(|_| client.verify(&person()).unwrap_err().kind()).collect();
    assert_eq!(kinds[0], ErrorKind::Connect);
    assert_eq!(kinds[2..], [ErrorKind::CircuitOpen; 2]);
    let error = client.verify(&person()).unwrap_err();
    assert_eq!((error.fate(), error.billed(), error.attempts().len()), (Fate::NotSent, Billed::No, 1));

    let port = port.rsplit(':').next().unwrap().parse().unwrap();
    let sandbox = start_with(SandboxOptions { https: false, port, ..Default::default() });
    while let Err(error) = client.verify(&person()) {
        assert_eq!(error.kind(), ErrorKind::CircuitOpen);
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(sandbox.stats().requests, 1, "the probe was a connection, not a call");
    let told = told.lock().unwrap();
    assert!(told.contains(&"breaker_opened") && told.contains(&"breaker_closed"), "{told:?}");
}

#[test]
fn a_reset_under_tls_is_told_once() {
    let sandbox = start();
    sandbox.set_fault(Some(Fault::new(FaultKind::Reset).at(Side::Reply, 30).after()));
    let error = builder(&sandbox).build().unwrap().verify(&person()).unwrap_err();
    assert_eq!(ends(&error), (ErrorKind::ConnectionLost, Fate::Unknown, Billed::Maybe));
    assert_eq!(error.to_string().matches("the connection was lost").count(), 1, "{error}");
}
