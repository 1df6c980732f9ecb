//! When the next turn comes, and how the service's refusals slow the turns down.
//! Pure: times are given, in nanoseconds of the machine's monotonic clock.

use std::time::Duration;

/// A step down keeps this share of the present rate. Three steps, 0.9 s, bring
/// 48 calls/s below 20.
const STEP: f64 = 0.7;

/// One step at most in this time: the refusals of one moment are one piece of news.
const STEP_EVERY: u64 = 300_000_000;

/// Full rate again this long after the last step, whatever happened before.
const RECOVERY: u64 = 7_000_000_000;

/// Calls per second below which no step goes, so that the end of a shortage is found.
const FLOOR: f64 = 1.0;

/// Rates that can be computed with; options refuse most of them long before.
const RATES: (f64, f64) = (0.001, 1_000_000.0);

/// No reservation lies further ahead than this, unless the clock began anew.
const ABSURD: u64 = 600_000_000_000;

/// The turns given so far and the present rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// Calls per second when nothing slows them down.
    full: f64,
    /// When the last turn given was due, which may be yet to come.
    pub(super) last: Option<u64>,
    pub(super) step: Option<Step>,
}

/// The last step down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) at: u64,
    /// Calls per second just after it.
    pub(super) rate: f64,
}

/// What was said of the next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is given, and may be yet to come.
    Given(u64),
    /// It comes then and was not given.
    Comes(u64),
    /// It comes after the deadline and was not given.
    TooLate(u64),
}

impl Pace {
    pub(super) fn new(calls_per_second: f64) -> Self {
        // `max` first: it turns a NaN into a number.
        let full = calls_per_second.max(RATES.0).min(RATES.1);
        Self { full, last: None, step: None }
    }

    /// The present calls per second: low just after a step, rising slowly at first
    /// and then ever faster. It depends on the last step alone, so it cannot get stuck.
    ///
    /// The cube stays long where it was last refused and yet is back at full in time:
    /// under a quota of 20 it goes up and down between 14 and 22, uses 17 of the 20
    /// (simulated), and is refused about one call in 28.
    pub(super) fn rate(&self, now: u64) -> f64 {
        let Some(step) = self.step else { return self.full };
        let passed = now.saturating_sub(step.at);
        if passed >= RECOVERY {
            return self.full;
        }
        let share = seconds(passed) / seconds(RECOVERY);
        let low = step.rate.min(self.full);
        low + (self.full - low) * share.powi(3)
    }

    /// The present time from one turn to the next.
    pub(super) fn interval(&self, now: u64) -> u64 {
        nanos(1.0 / self.rate(now))
    }

    /// When the next turn comes; if that is over, it can be had now.
    pub(super) fn due(&self, now: u64) -> u64 {
        self.last.map_or(now, |last| last.saturating_add(self.interval(now)))
    }

    /// Whether somebody whose turn came then has slept too long to take it still.
    pub(super) fn is_over(&self, turn: u64, now: u64) -> bool {
        now >= turn.saturating_add(self.interval(now))
    }

    /// Gives the next turn if it has come, or, to one who reserves, when it comes.
    ///
    /// Someone who wakes late by less than an interval does not shift those behind,
    /// so the whole rate is used; and since turns are due an interval apart and
    /// taken less than an interval late, a second never holds more of them than
    /// the rate and two.
    pub(super) fn take(&mut self, now: u64, deadline: u64, reserve: bool) -> Turn {
        let due = self.due(now);
        if due > deadline {
            return Turn::TooLate(due);
        }
        if due > now && !reserve {
            return Turn::Comes(due);
        }
        self.last = Some(if self.is_over(due, now) { now } else { due });
        Turn::Given(due)
    }

    /// The service refused a request for its quota. Those sent before the last step
    /// say nothing new.
    pub(super) fn throttled(&mut self, sent_at: u64, now: u64) {
        let news = |step: Step| sent_at >= step.at && now.saturating_sub(step.at) >= STEP_EVERY;
        if self.step.is_none_or(news) {
            let rate = (self.rate(now) * STEP).max(FLOOR.min(self.full));
            self.step = Some(Step { at: now, rate });
        }
    }

    /// When the turn comes that is this many after the given one, if turns are never
    /// closer than `apart`.
    pub(super) fn later(&self, turn: u64, turns: usize, apart: u64) -> u64 {
        let (mut at, mut left) = (turn, turns);
        while left > 0 && self.rate(at) < self.full {
            at = at.saturating_add(self.interval(at).max(apart));
            left -= 1;
        }
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        at.saturating_add(self.interval(at).max(apart).saturating_mul(left))
    }

    /// Whether these cannot be times of this clock: it began anew, or it is garbage.
    pub(super) fn is_absurd(&self, now: u64) -> bool {
        let ahead = ABSURD.saturating_add(self.interval(now).saturating_mul(64));
        let turn = self.last.is_some_and(|last| last > now.saturating_add(ahead));
        let step =
            |step: Step| step.at > now.saturating_add(ABSURD) || step.rate.is_nan() || step.rate < RATES.0;
        turn || self.step.is_some_and(step)
    }
}

fn seconds(nanos: u64) -> f64 {
    Duration::from_nanos(nanos).as_secs_f64()
}

fn nanos(seconds: f64) -> u64 {
    Duration::try_from_secs_f64(seconds)
        .map_or(u64::MAX, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const NEVER: u64 = u64::MAX;

    #[test]
    fn turns_are_an_interval_apart_and_lateness_is_made_up() {
        let mut pace = Pace::new(100.0);
        let at = |ms: u64| SECOND + ms * 1_000_000;
        assert_eq!(pace.take(at(0), NEVER, false), Turn::Given(at(0)));
        assert_eq!(pace.take(at(0), NEVER, false), Turn::Comes(at(10)));
        assert_eq!(pace.take(at(19), NEVER, false), Turn::Given(at(10)));
        assert_eq!(pace.take(at(19), NEVER, false), Turn::Comes(at(20)));
        assert_eq!(pace.take(at(30), NEVER, false), Turn::Given(at(20)));
        assert_eq!(
            pace.take(at(30), NEVER, false),
            Turn::Comes(at(40)),
            "a whole interval late: from now on"
        );
    }

    #[test]
    fn a_turn_after_the_deadline_is_not_given() {
        let mut pace = Pace::new(100.0);
        assert_eq!(pace.take(SECOND, SECOND, false), Turn::Given(SECOND));
        let due = SECOND + 10_000_000;
        assert_eq!(pace.take(SECOND, due - 1, true), Turn::TooLate(due));
        assert_eq!(pace.take(SECOND, due, true), Turn::Given(due));
    }

    #[test]
    fn a_step_is_taken_once_for_one_moment_and_recovers() {
        let mut pace = Pace::new(48.0);
        let near = |rate: f64, expected: f64| assert!((rate - expected).abs() < 1e-6, "{rate} {expected}");
        pace.throttled(SECOND, 2 * SECOND);
        near(pace.rate(2 * SECOND), 48.0 * STEP);
        pace.throttled(2 * SECOND, 2 * SECOND + STEP_EVERY - 1);
        pace.throttled(2 * SECOND - 1, 4 * SECOND);
        near(pace.rate(2 * SECOND), 48.0 * STEP);
        let before = pace.rate(3 * SECOND);
        pace.throttled(2 * SECOND, 3 * SECOND);
        near(pace.rate(3 * SECOND), before * STEP);
        near(pace.rate(3 * SECOND + RECOVERY), 48.0);
    }

    #[test]
    fn the_floor_is_one_call_a_second_or_the_rate_if_it_is_lower() {
        for (full, floor) in [(48.0, 1.0), (0.5, 0.5)] {
            let mut pace = Pace::new(full);
            let mut now = SECOND;
            for _ in 0..50 {
                now += STEP_EVERY;
                pace.throttled(now, now);
            }
            assert!(pace.rate(now) >= floor && pace.rate(now) < floor + 0.01);
        }
    }

    #[test]
    fn later_turns_are_foretold() {
        let mut pace = Pace::new(48.0);
        pace.throttled(SECOND, SECOND);
        let mut at = SECOND;
        for turns in 0..1000 {
            let foretold = pace.later(SECOND, turns, 0);
            assert!(foretold.abs_diff(at) <= 2_000, "{turns}: {foretold} {at}");
            at += pace.interval(at);
        }
        assert_eq!(pace.later(SECOND, 3, SECOND), 4 * SECOND);
    }

    #[test]
    fn numbers_that_are_no_rates_do_no_harm() {
        for rate in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            let pace = Pace::new(rate);
            assert!(pace.interval(SECOND) > 0, "{rate}");
        }
    }
}
