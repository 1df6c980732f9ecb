//! Waiting, waking and cancelling.

use super::*;
use std::thread;

fn far() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

#[test]
fn a_wait_ends_with_its_time() {
    let calls = Calls::default();
    let begun = calls.begin(far(), None, None).unwrap();
    assert_eq!(begun.call.wait(Instant::now()), Ok(()));
    let soon = Instant::now() + Duration::from_millis(5);
    assert_eq!(begun.call.sleep(soon), Ok(()));
    assert!(Instant::now() >= soon);
}

#[test]
fn waking_ends_one_wait_and_cancelling_all() {
    let calls = Calls::default();
    let begun = calls.begin(far(), None, None).unwrap();
    let waker = Arc::clone(begun.call.waker());
    thread::scope(|scope| {
        scope.spawn(|| waker.wake());
        assert_eq!(begun.call.wait(far()), Ok(()));
    });
    thread::scope(|scope| {
        scope.spawn(|| calls.cancel_all());
        assert_eq!(begun.call.sleep(far()), Err(Cancelled));
    });
    assert_eq!(begun.call.wait(far()), Err(Cancelled));
    drop(begun);
    let next = calls.begin(far(), None, None).unwrap();
    assert_eq!(next.call.check(), Ok(()), "a later call is not touched");
    assert_eq!(lock(&calls.0).len(), 1, "the waker is used again");
}

#[test]
fn a_cancellation_reaches_its_calls_only() {
    let (calls, cancellation) = (Calls::default(), Cancellation::new());
    let other = calls.begin(far(), None, None).unwrap();
    let own = calls.begin(far(), Some(&cancellation), None).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| cancellation.cancel());
        assert_eq!(own.call.sleep(far()), Err(Cancelled));
    });
    assert_eq!(other.call.check(), Ok(()));
    drop(own);
    assert!(lock(&cancellation.0.calls).is_empty());
    let late = calls.begin(far(), Some(&cancellation), None).unwrap();
    assert_eq!(late.call.check(), Err(Cancelled));
}

#[test]
fn the_host_is_asked() {
    let calls = Calls::default();
    let interrupted = || true;
    let begun = calls.begin(far(), None, Some(&interrupted)).unwrap();
    assert_eq!(begun.call.sleep(far()), Err(Cancelled));
}

#[test]
fn the_host_is_asked_though_every_wait_ends_at_once() {
    let calls = Calls::default();
    let interrupted = || true;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let begun = calls.begin(far(), None, Some(&interrupted)).unwrap();
    while begun.call.wait_for(&stream, PollFlags::OUT, far()).is_ok() {
        assert!(Instant::now() < begun.call.deadline(), "never asked at a socket");
    }
    let begun = calls.begin(far(), None, Some(&interrupted)).unwrap();
    begun.call.waker().wake();
    while begun.call.wait(far()).is_ok() {
        assert!(Instant::now() < begun.call.deadline(), "never asked when woken");
        begun.call.waker().wake();
    }
}

#[test]
fn few_wakers_are_kept_when_many_calls_are_over() {
    let calls = Calls::default();
    for round in 0..2 {
        let mut begun: Vec<_> = (0..200).map(|_| calls.begin(far(), None, None).unwrap()).collect();
        let last = begun.swap_remove(if round == 0 { 0 } else { 199 });
        drop(begun);
        calls.cancel_all();
        assert_eq!(last.call.check(), Err(Cancelled), "one under way is not forgotten");
        drop(last);
        assert!(lock(&calls.0).len() <= MAX_KEPT);
    }
}

#[test]
fn a_socket_that_is_ready_ends_the_wait() {
    let calls = Calls::default();
    let begun = calls.begin(far(), None, None).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    begun.call.waker().wake();
    let wait = |events, until| begun.call.wait_for(&stream, events, until).unwrap().unwrap();
    assert_eq!(wait(PollFlags::OUT, far()), Waited::Ready);
    assert_eq!(wait(PollFlags::IN, Instant::now()), Waited::TimePassed);
}
