//! The circuit breaker: when connections keep failing, calls fail at once instead
//! of each waiting for its own failure. It looks at connections only, so a probe
//! never costs money.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many connections in a row must fail before it opens.
const FAILURES: u32 = 5;
/// For so long calls fail at once, doubled by each probe that fails.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Decides whether a new connection may be opened.
#[derive(Debug)]
pub(crate) struct Breaker {
    on: bool,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
        pause: Duration,
    },
    /// One caller opens a connection to see whether it works again.
    Probing {
        pause: Duration,
    },
}

/// What became known of the breaker by one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Opened,
    Closed,
}

impl Breaker {
    pub(crate) fn new(on: bool) -> Self {
        Self { on, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Lets a caller open a connection, or says for how long none will be.
    pub(crate) fn admit(&self, now: Instant) -> Result<Permit<'_>, Duration> {
        let mut state = self.lock();
        let before = *state;
        match before {
            State::Closed { .. } => {}
            State::Open { until, .. } if now < until => return Err(until.duration_since(now)),
            State::Open { pause, .. } => *state = State::Probing { pause },
            // The probe is bounded by the connect timeout; its end is near.
            State::Probing { .. } => return Err(Duration::ZERO),
        }
        Ok(Permit { breaker: self, before, told: false })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission to open one connection. Dropped without a word (the call was
/// cancelled, or had too little time), it leaves the breaker as it was.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    before: State,
    told: bool,
}

impl Permit<'_> {
    /// The connection is open.
    pub(crate) fn succeeded(mut self) -> Change {
        self.told = true;
        let mut state = self.breaker.lock();
        let was = std::mem::replace(&mut *state, State::Closed { failures: 0 });
        if matches!(was, State::Closed { .. }) { Change::None } else { Change::Closed }
    }

    /// It could not be opened, and not for want of the caller's time.
    pub(crate) fn failed(mut self, now: Instant) -> Change {
        self.told = true;
        let mut state = self.breaker.lock();
        let open = |pause| State::Open { until: now + pause, pause };
        let (next, change) = match *state {
            State::Closed { failures } if self.breaker.on && failures + 1 >= FAILURES => {
                (open(FIRST_PAUSE), Change::Opened)
            }
            State::Closed { failures } => {
                (State::Closed { failures: failures.saturating_add(1) }, Change::None)
            }
            State::Probing { pause } => (open((pause * 2).min(LONGEST_PAUSE)), Change::None),
            State::Open { .. } => (*state, Change::None),
        };
        *state = next;
        change
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.told && matches!(self.before, State::Open { .. }) {
            let mut state = self.breaker.lock();
            if matches!(*state, State::Probing { .. }) {
                *state = self.before;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(start: Instant) -> Breaker {
        let breaker = Breaker::new(true);
        for number in 1..=FAILURES {
            let change = breaker.admit(start).unwrap().failed(start);
            assert_eq!(change == Change::Opened, number == FAILURES);
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let start = Instant::now();
        let breaker = Breaker::new(true);
        for _ in 0..3 {
            for _ in 1..FAILURES {
                assert_eq!(breaker.admit(start).unwrap().failed(start), Change::None);
            }
            assert_eq!(breaker.admit(start).unwrap().succeeded(), Change::None);
        }
        assert_eq!(opened(start).admit(start).unwrap_err(), FIRST_PAUSE);
    }

    #[test]
    fn one_caller_probes_and_the_others_fail_at_once() {
        let start = Instant::now();
        let breaker = opened(start);
        let later = start + FIRST_PAUSE;
        let probe = breaker.admit(later).unwrap();
        assert_eq!(breaker.admit(later).unwrap_err(), Duration::ZERO);
        assert_eq!(probe.succeeded(), Change::Closed);
        assert!(breaker.admit(later).is_ok());
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_it_never_stays_open() {
        let mut now = Instant::now();
        let breaker = opened(now);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let pause = breaker.admit(now).unwrap_err();
            pauses.push(pause.as_secs());
            now += pause;
            assert_eq!(breaker.admit(now).unwrap().failed(now), Change::None);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
        now += LONGEST_PAUSE;
        assert_eq!(breaker.admit(now).unwrap().succeeded(), Change::Closed);
    }

    #[test]
    fn a_probe_given_up_lets_the_next_caller_probe() {
        let start = Instant::now();
        let breaker = opened(start);
        let later = start + FIRST_PAUSE;
        drop(breaker.admit(later).unwrap());
        assert_eq!(breaker.admit(later).unwrap().succeeded(), Change::Closed);
    }

    #[test]
    fn late_news_of_others_do_not_disturb_a_probe() {
        let start = Instant::now();
        let breaker = Breaker::new(true);
        let late = breaker.admit(start).unwrap();
        for _ in 0..FAILURES {
            breaker.admit(start).unwrap().failed(start);
        }
        assert_eq!(late.failed(start), Change::None);
        assert_eq!(breaker.admit(start).unwrap_err(), FIRST_PAUSE);
    }

    #[test]
    fn switched_off_it_never_opens() {
        let start = Instant::now();
        let breaker = Breaker::new(false);
        for _ in 0..100 {
            assert_eq!(breaker.admit(start).unwrap().failed(start), Change::None);
        }
        assert!(breaker.admit(start).is_ok());
    }
}
