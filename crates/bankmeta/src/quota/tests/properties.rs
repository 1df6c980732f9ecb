//! In virtual time, with wake-ups as late as they come on a busy machine.

use std::time::Duration;

use super::super::line::Lane;
use super::super::sim::{Caller, MS, SECOND, World};

const RATE: f64 = 48.0;
const INTERVAL: u64 = 20_833_333;

fn callers(count: usize, processes: usize, lane: Lane, timeout: u64, pause: u64) -> Vec<Caller> {
    (0..count).map(|index| Caller { process: index % processes, lane, timeout, pause }).collect()
}

fn saturated(processes: usize, seed: u64) -> World {
    World::new(RATE, processes, callers(64, processes, Lane::Interactive, 60 * SECOND, 0), seed)
}

fn share_used(world: &World, from: u64, to: u64) -> f64 {
    let turns = u32::try_from(world.turns(from, to)).unwrap();
    f64::from(turns) / (RATE * Duration::from_nanos(to - from).as_secs_f64())
}

#[test]
fn the_rate_is_used_and_never_passed() {
    for processes in [1, 2, 8] {
        for seed in 0..5 {
            let mut world = saturated(processes, seed);
            // Anything from on time to nearly an interval late.
            world.lateness = |random| random.below(INTERVAL - MS);
            let start = world.now;
            world.run(60 * SECOND);
            let used = share_used(&world, start + SECOND, start + 60 * SECOND);
            assert!(used >= 0.97, "{processes} processes, seed {seed}: {used}");
            assert!(
                world.densest_second() <= 50,
                "{processes} processes, seed {seed}: {}",
                world.densest_second()
            );
        }
    }
}

#[test]
fn however_late_they_wake_the_rate_is_not_passed() {
    for processes in [1, 8] {
        let mut world = saturated(processes, 3);
        world.lateness = |random| match random.below(10) {
            0 => random.below(200 * MS),
            _ => random.below(2 * MS),
        };
        let start = world.now;
        world.run(60 * SECOND);
        assert!(world.densest_second() <= 50, "{processes}: {}", world.densest_second());
        assert!(share_used(&world, start, world.now) > 0.5, "{processes}");
    }
}

#[test]
fn each_lane_keeps_its_order() {
    let mut world = saturated(1, 1);
    world.run(20 * SECOND);
    let tickets: Vec<_> = world.given.iter().map(|given| given.ticket).collect();
    assert!(tickets.is_sorted() && tickets.len() > 900);
}

/// Bulk saturates the quota; a few people ask now and then.
#[test]
fn interactive_waits_two_slots_at_most_behind_bulk() {
    for processes in [1, 4] {
        let mut all = callers(64, processes, Lane::Bulk, 600 * SECOND, 0);
        all.extend(callers(4, processes, Lane::Interactive, 60 * SECOND, 4 * SECOND));
        let mut world = World::new(RATE, processes, all, 5);
        let start = world.now;
        world.run(600 * SECOND);
        let interactive = |lane| move |given: &&super::super::sim::Given| given.caller.lane == lane;
        let mut waits: Vec<_> =
            world.given.iter().filter(interactive(Lane::Interactive)).map(|given| given.waited).collect();
        waits.sort_unstable();
        assert!(waits.len() > 900, "{}", waits.len());
        let p99 = waits[waits.len() * 99 / 100];
        assert!(p99 <= 2 * INTERVAL, "{processes} processes: {p99} ns");
        let used = share_used(&world, start, world.now);
        assert!(used >= 0.97, "{processes} processes: {used}");
    }
}

#[test]
fn bulk_is_not_starved() {
    for processes in [1, 4] {
        let mut all = callers(64, processes, Lane::Interactive, 60 * SECOND, 0);
        all.extend(callers(processes, processes, Lane::Bulk, 600 * SECOND, 0));
        let mut world = World::new(RATE, processes, all, 5);
        world.run(90 * SECOND);
        for process in 0..processes {
            let bulk = |given: &&super::super::sim::Given| {
                given.caller.lane == Lane::Bulk && given.caller.process == process
            };
            let turns = world.given.iter().filter(bulk).count();
            let fair = 90 * 48 / 9 / processes;
            assert!(turns * 10 >= fair * 9, "process {process} of {processes}: {turns} of {fair}");
        }
    }
}

/// A process of bulk alone beside processes of interactive alone.
#[test]
fn a_bulk_process_is_not_starved_by_interactive_ones() {
    let mut all = callers(24, 3, Lane::Interactive, 60 * SECOND, 0);
    all.push(Caller { process: 3, lane: Lane::Bulk, timeout: 60 * SECOND, pause: 0 });
    let mut world = World::new(RATE, 4, all, 5);
    world.run(60 * SECOND);
    let bulk = world.given.iter().filter(|given| given.caller.lane == Lane::Bulk).count();
    assert!(bulk >= 40, "{bulk}");
    assert!(world.refused.is_empty());
}

/// A process of both beside processes of interactive alone: its bulk does not hold
/// its interactive calls up.
#[test]
fn bulk_whose_turn_it_is_does_not_lame_its_process() {
    let mut all = callers(32, 4, Lane::Interactive, 60 * SECOND, 0);
    all.push(Caller { process: 3, lane: Lane::Bulk, timeout: 60 * SECOND, pause: 0 });
    let mut world = World::new(RATE, 4, all, 5);
    world.run(60 * SECOND);
    let turns = world.given.iter().filter(|given| given.caller.process == 3).count();
    assert!(turns * 10 >= 60 * 48 / 4 * 9, "{turns}");
}

/// A machine on which every wake-up is late by more than a slot.
#[test]
fn turns_are_given_however_late_all_wake() {
    for processes in [1, 2, 8] {
        let mut world = saturated(processes, 3);
        world.lateness = |random| 30 * MS + random.below(50 * MS);
        let start = world.now;
        world.run(60 * SECOND);
        let used = share_used(&world, start, world.now);
        assert!(used > 0.25, "{processes}: {used}");
        assert!(world.densest_second() <= 50, "{processes}: {}", world.densest_second());
    }
}

#[test]
fn processes_share_alike() {
    let mut world = saturated(8, 2);
    world.run(60 * SECOND);
    for process in 0..8 {
        let turns = world.given.iter().filter(|given| given.caller.process == process).count();
        assert!(turns * 10 >= 60 * 48 / 8 * 9, "{process}: {turns}");
    }
}

/// 64 callers who can each wait for 30 turns only: those whose turn comes in time
/// have it, the others are refused; at most one in `late` of those not at once.
fn assert_refused_at_once(processes: usize, late: usize) {
    let all = callers(64, processes, Lane::Interactive, 30 * INTERVAL, 50 * MS);
    let mut world = World::new(RATE, processes, all, 4);
    let start = world.now;
    world.run(30 * SECOND);
    assert!(share_used(&world, start, world.now) >= 0.97);
    assert!(world.given.iter().all(|given| given.waited <= 30 * INTERVAL));
    let at_once = world.refused.iter().filter(|(_, at_once)| *at_once).count();
    assert!(at_once > 1_000, "{at_once}");
    assert!(
        world.refused.len() - at_once <= at_once / late,
        "{} of {at_once}",
        world.refused.len() - at_once
    );
}

/// Nobody goes ahead of one who was promised a turn, so only wake-ups that were late
/// can refuse one later.
#[test]
fn whoever_is_refused_is_refused_at_once() {
    assert_refused_at_once(1, 20);
}

/// Four processes know of each other only by their turns.
#[test]
fn processes_refuse_at_once_whom_they_can() {
    assert_refused_at_once(4, 10);
}

#[test]
fn one_overtaken_until_its_deadline_is_refused_then() {
    let mut all = callers(1, 1, Lane::Bulk, INTERVAL * 9 / 2, 0);
    all.extend(callers(8, 1, Lane::Interactive, 60 * SECOND, 0));
    let mut world = World::new(RATE, 1, all, 4);
    world.run(10 * SECOND);
    assert!(world.refused.iter().any(|(_, at_once)| *at_once));
    assert!(world.turns(0, u64::MAX) >= 470);
}

/// The service's quota falls from 50 to 20 and returns.
#[test]
fn a_quota_that_falls_and_returns_is_followed() {
    for (processes, latency) in [(1, 30 * MS), (1, 300 * MS), (1, SECOND), (8, 60 * MS), (8, 600 * MS)] {
        for seed in 0..5 {
            let about = format!("{processes} processes, latency {latency}, seed {seed}");
            let mut world = saturated(processes, seed);
            world.latency = latency;
            world.limit(0, 50);
            let start = world.now;
            world.limit(10 * SECOND, 20);
            world.run(10 * SECOND);
            assert_eq!(world.throttled, 0, "{about}: nothing is refused at the full rate");
            // Not always at the same point of the rise and fall.
            let back = start + 70 * SECOND + seed * 900 * MS;
            world.limit(back - world.now, 50);
            world.run(100 * SECOND);
            let low = world.turns(start + 13 * SECOND, start + 70 * SECOND);
            assert!(low < 57 * 20, "{about}: {} calls/s", low / 57);
            assert!(low > 57 * 14, "{about}: {} calls/s", low / 57);
            let used = share_used(&world, back + 10 * SECOND, back + 30 * SECOND);
            assert!(used > 0.97, "{about}: {used}");
        }
    }
}

/// No quota at all for a minute: it is asked for about once a second, and then
/// all is well again in ten.
#[test]
fn nothing_gets_stuck() {
    for processes in [1, 8] {
        let mut world = saturated(processes, 9);
        world.limit(0, 0);
        world.run(60 * SECOND);
        let start = world.now;
        assert!(world.turns(start - 20 * SECOND, start) >= 15);
        assert!(world.turns(start - 20 * SECOND, start) <= 80);
        world.limit(0, 50);
        world.run(30 * SECOND);
        let used = share_used(&world, start + 10 * SECOND, start + 30 * SECOND);
        assert!(used > 0.97, "{processes}: {used}");
        assert!((world.rate(0) - RATE).abs() < 1e-9);
    }
}

#[test]
fn a_killed_process_wastes_no_more_than_its_slot() {
    let mut world = saturated(8, 6);
    (0..7).for_each(|process| world.kill((process as u64 + 1) * SECOND, process));
    let start = world.now;
    world.run(60 * SECOND);
    let turns = world.turns(start, world.now);
    assert!(turns >= 60 * 48 - 7 - 2, "{turns}");
    assert!(world.densest_second() <= 50);
}

/// One process keeps the book for ever: the others go by their own pace, and the
/// book's when it is given back.
#[test]
fn a_book_kept_for_ever_stops_nobody() {
    let mut world = saturated(2, 8);
    world.run(5 * SECOND);
    world.book.kept = true;
    let start = world.now;
    world.run(10 * SECOND);
    let each = |process| {
        world.given.iter().filter(move |given| given.at >= start && given.caller.process == process)
    };
    for process in 0..2 {
        let turns = each(process).count();
        assert!((450..=490).contains(&turns), "{process}: {turns}");
    }
    world.book.kept = false;
    let start = world.now;
    world.run(10 * SECOND);
    assert!(world.turns(start + SECOND, world.now) <= 9 * 48 + 2);
}
