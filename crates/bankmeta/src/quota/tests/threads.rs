//! The waiting, with real threads. Times here only keep a failing test from hanging,
//! or are far longer than what is to happen before them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::super::{Lane, Quota, Refused};
use crate::wait::{Calls, Cancellation, Cancelled};

fn far() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn waiting(quota: &Quota) -> usize {
    quota.0.as_ref().map_or(0, |limited| limited.lock().waiting())
}

fn until_waiting(quota: &Quota, count: usize) {
    while waiting(quota) < count {
        thread::sleep(Duration::from_millis(1));
    }
}

/// A quota of one call a second whose next turn is a second away.
fn one_second_ahead(calls: &Calls) -> Quota {
    let quota = Quota::of_process(1.0);
    let begun = calls.begin(far(), None, None).unwrap();
    quota.admit(Lane::Bulk, &begun.call).unwrap();
    quota
}

#[test]
fn sixty_four_threads_all_have_their_turns() {
    let (calls, quota) = (Calls::default(), Quota::of_process(2_000.0));
    let admitted = AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..64 {
            let lane = if number % 2 == 0 { Lane::Interactive } else { Lane::Bulk };
            let (calls, quota, admitted) = (&calls, &quota, &admitted);
            scope.spawn(move || {
                for _ in 0..20 {
                    let begun = calls.begin(far(), None, None).unwrap();
                    quota.admit(lane, &begun.call).unwrap();
                    admitted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(admitted.into_inner(), 64 * 20);
    assert_eq!(waiting(&quota), 0);
}

#[test]
fn without_a_quota_all_go() {
    let (calls, quota) = (Calls::default(), Quota::off());
    let cancellation = Cancellation::new();
    let begun = calls.begin(Instant::now(), Some(&cancellation), None).unwrap();
    assert_eq!(quota.admit(Lane::Bulk, &begun.call), Ok(Duration::ZERO));
    quota.throttled(Instant::now());
    assert_eq!(quota.pace(), None);
    cancellation.cancel();
    assert_eq!(quota.admit(Lane::Bulk, &begun.call), Err(Refused::Cancelled(Cancelled)));
}

#[test]
fn one_who_is_cancelled_hands_the_turn_over() {
    let calls = Calls::default();
    let (quota, cancellation) = (one_second_ahead(&calls), Cancellation::new());
    let admit = |cancellation| {
        let begun = calls.begin(far(), cancellation, None).unwrap();
        quota.admit(Lane::Interactive, &begun.call)
    };
    thread::scope(|scope| {
        let head = scope.spawn(|| admit(Some(&cancellation)));
        until_waiting(&quota, 1);
        let second = scope.spawn(|| admit(None));
        until_waiting(&quota, 2);
        cancellation.cancel();
        assert_eq!(head.join().unwrap(), Err(Refused::Cancelled(Cancelled)));
        assert!(second.join().unwrap().is_ok());
    });
    assert_eq!(waiting(&quota), 0);
}

#[test]
fn one_who_panics_hands_the_turn_over() {
    let calls = Calls::default();
    let quota = one_second_ahead(&calls);
    let admit = |interrupted: Option<&dyn Fn() -> bool>| {
        let begun = calls.begin(far(), None, interrupted).unwrap();
        quota.admit(Lane::Interactive, &begun.call)
    };
    thread::scope(|scope| {
        let head = scope.spawn(|| admit(Some(&|| panic!("the host's question panics"))));
        until_waiting(&quota, 1);
        let second = scope.spawn(|| admit(None));
        assert!(head.join().is_err());
        assert!(second.join().unwrap().is_ok());
    });
    assert_eq!(waiting(&quota), 0);
}

#[test]
fn one_whose_turn_comes_too_late_does_not_wait() {
    let calls = Calls::default();
    let quota = Quota::of_process(0.01);
    let first = calls.begin(far(), None, None).unwrap();
    assert!(quota.admit(Lane::Bulk, &first.call).is_ok());
    let hurried = calls.begin(Instant::now() + Duration::from_mins(1), None, None).unwrap();
    let refused = quota.admit(Lane::Interactive, &hurried.call);
    // Having waited for the deadline, less than 60 s would be left of the 100.
    assert!(matches!(refused, Err(Refused::TooLate { turn_in }) if turn_in > Duration::from_mins(1)));
    assert_eq!(waiting(&quota), 0);
}

#[test]
fn one_overtaken_until_its_deadline_leaves() {
    let calls = Calls::default();
    let quota = one_second_ahead(&calls);
    let admit = |lane, deadline| {
        let begun = calls.begin(deadline, None, None).unwrap();
        quota.admit(lane, &begun.call)
    };
    thread::scope(|scope| {
        let bulk = scope.spawn(|| admit(Lane::Bulk, Instant::now() + Duration::from_millis(1500)));
        until_waiting(&quota, 1);
        let others = [(); 2].map(|()| scope.spawn(|| admit(Lane::Interactive, far())));
        assert!(matches!(bulk.join().unwrap(), Err(Refused::TooLate { .. })));
        assert!(others.into_iter().all(|other| other.join().unwrap().is_ok()));
    });
    assert_eq!(waiting(&quota), 0);
}

#[test]
fn refusals_of_the_service_slow_down() {
    let quota = Quota::of_process(48.0);
    quota.throttled(Instant::now());
    assert!(quota.pace().is_some_and(|pace| pace < 47.0));
}
