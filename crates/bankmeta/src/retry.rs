//! Whether an attempt is repeated, and when. The first question is what became of
//! it: what may have been billed is not repeated, unless the caller chose so.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::ErrorKind;
use crate::fate::Fate;

/// Which attempts are repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Retry {
    /// What certainly was not billed: never sent, throttled, or refused for a
    /// reason that can be corrected. One verification is paid at most once.
    #[default]
    BillSafe,
    /// Also what may have been billed, so often at most: each can be paid once more.
    AnswerFirst {
        /// Repetitions of a verification that may be billed, beside its first attempt.
        max_extra: u32,
    },
    /// Nothing: one attempt a verification, whatever became of it.
    Never,
}

/// Repetitions after attempts that were never sent.
const MAX_NOT_SENT: u32 = 3;
/// Repetitions after throttling. The quota paces them, the deadline ends them.
const MAX_THROTTLED: u32 = 20;

/// Pauses, doubled with each repetition; the real one is random between 0 and that.
const NOT_SENT_PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
const UNKNOWN_PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));
/// Where the service does not say how long to wait.
const THROTTLED_PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(4));
/// On top of what the service says, so that those throttled together do not return together.
const SPREAD: Duration = Duration::from_millis(50);

/// What the decision is taken from.
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not follow from each other")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending {
    pub(crate) fate: Fate,
    pub(crate) kind: ErrorKind,
    /// The next attempt would end the same way.
    pub(crate) lasting: bool,
    pub(crate) retry_after: Option<Duration>,
    /// The service sees none of the parameters, and they can be moved to the query.
    pub(crate) can_move: bool,
    /// The service's clock is known, and differs from what was signed.
    pub(crate) clock_learnt: bool,
    /// The signed request is young enough to be sent once more as it is.
    pub(crate) may_resend: bool,
}

/// What to do after an attempt without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Report it.
    Stop,
    /// Once more, with a new signature, after a pause.
    Again(Duration),
    /// Once more, in the query.
    Move,
    /// The same signed bytes once more.
    Resend,
}

/// The repetitions of one verification.
#[derive(Debug)]
pub(crate) struct Repetitions {
    policy: Retry,
    resend_unknown: bool,
    not_sent: u32,
    throttled: u32,
    unknown: u32,
    clock_corrected: bool,
    resent: bool,
}

impl Repetitions {
    pub(crate) fn new(policy: Retry, resend_unknown: bool) -> Self {
        Self {
            policy,
            resend_unknown,
            not_sent: 0,
            throttled: 0,
            unknown: 0,
            clock_corrected: false,
            resent: false,
        }
    }

    /// `left` is the time until the deadline, `random` a new random number.
    pub(crate) fn next(&mut self, ending: Ending, left: Duration, budget: &Budget, random: u64) -> Next {
        if self.policy == Retry::Never || left.is_zero() || ending.kind == ErrorKind::Cancelled {
            return Next::Stop;
        }
        let next = match ending.fate {
            Fate::NotSent => self.after_not_sent(ending, random),
            Fate::Rejected if self.resent => Next::Stop,
            Fate::Rejected => self.after_rejected(ending, random),
            Fate::Unknown => self.after_unknown(ending, random),
            Fate::Answered => Next::Stop,
        };
        match next {
            // A pause that leaves no time for the attempt is only a late error.
            Next::Again(pause) if pause >= left => Next::Stop,
            // Throttling is paced by the quota; corrections are made once.
            _ if ending.fate == Fate::Rejected || next == Next::Stop => next,
            _ if budget.spend() => next,
            _ => Next::Stop,
        }
    }

    fn after_not_sent(&mut self, ending: Ending, random: u64) -> Next {
        let network = matches!(
            ending.kind,
            ErrorKind::Dns
                | ErrorKind::Connect
                | ErrorKind::Tls
                | ErrorKind::Timeout
                | ErrorKind::ConnectionLost
        );
        // A resend that was not sent leaves the fate of the first attempt as it was.
        if !network || ending.lasting || self.not_sent == MAX_NOT_SENT || self.resent {
            return Next::Stop;
        }
        self.not_sent += 1;
        Next::Again(jittered(NOT_SENT_PAUSE, self.not_sent, random))
    }

    fn after_rejected(&mut self, ending: Ending, random: u64) -> Next {
        if ending.can_move {
            return Next::Move;
        }
        match ending.kind {
            ErrorKind::Throttled if self.throttled < MAX_THROTTLED => {
                self.throttled += 1;
                Next::Again(match ending.retry_after {
                    Some(told) => told + up_to(SPREAD, random),
                    None => jittered(THROTTLED_PAUSE, self.throttled, random),
                })
            }
            ErrorKind::Clock if ending.clock_learnt && !self.clock_corrected => {
                self.clock_corrected = true;
                Next::Again(Duration::ZERO)
            }
            _ => Next::Stop,
        }
    }

    fn after_unknown(&mut self, ending: Ending, random: u64) -> Next {
        let may_resend = ending.may_resend && ending.kind != ErrorKind::NonceUsed;
        if self.resend_unknown && may_resend && !self.resent {
            self.resent = true;
            return Next::Resend;
        }
        match self.policy {
            Retry::AnswerFirst { max_extra } if self.unknown < max_extra => {
                self.unknown += 1;
                // Another signature now: the question of the first is closed.
                self.resent = false;
                self.resend_unknown = false;
                Next::Again(jittered(UNKNOWN_PAUSE, self.unknown, random))
            }
            _ => Next::Stop,
        }
    }
}

/// Full jitter: anything from nothing to the pause, which doubles each time.
fn jittered((first, longest): (Duration, Duration), repetition: u32, random: u64) -> Duration {
    let doublings = repetition.saturating_sub(1).min(16);
    up_to(longest.min(first * 2_u32.pow(doublings)), random)
}

fn up_to(pause: Duration, random: u64) -> Duration {
    let micros = u64::try_from(pause.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random % micros.saturating_add(1))
}

/// What a client may spend on repetitions, so that an outage is not multiplied: ten
/// at once, and one more for every ten verifications.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

const ONE_REPETITION: u32 = 10;
const MOST: u32 = 10 * ONE_REPETITION;

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(MOST))
    }
}

impl Budget {
    /// A verification begins.
    pub(crate) fn earn(&self) {
        // Full as a rule, and then there is nothing to write.
        if self.0.load(Ordering::Relaxed) < MOST {
            let earned = |held: u32| (held < MOST).then_some(held + 1);
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earned);
        }
    }

    fn spend(&self) -> bool {
        let spent = |held: u32| held.checked_sub(ONE_REPETITION);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Duration = Duration::from_secs(15);
    const MOST_RANDOM: u64 = 0x5555_5555_5555_5555;

    fn ending(fate: Fate, kind: ErrorKind) -> Ending {
        Ending {
            fate,
            kind,
            lasting: false,
            retry_after: None,
            can_move: false,
            clock_learnt: false,
            may_resend: true,
        }
    }

    /// How often an attempt that always ends so is repeated.
    fn repeated(policy: Retry, ending: Ending) -> usize {
        let (mut repetitions, budget) = (Repetitions::new(policy, false), Budget::default());
        (0..100).take_while(|_| repetitions.next(ending, LEFT, &budget, 0) != Next::Stop).count()
    }

    #[test]
    fn what_may_be_billed_is_repeated_only_if_the_caller_chose_so() {
        let unknown = ending(Fate::Unknown, ErrorKind::Timeout);
        assert_eq!(repeated(Retry::BillSafe, unknown), 0);
        assert_eq!(repeated(Retry::Never, unknown), 0);
        for max_extra in 0..4 {
            let repeated = repeated(Retry::AnswerFirst { max_extra }, unknown);
            assert_eq!(repeated, max_extra as usize);
        }
    }

    #[test]
    fn what_was_not_sent_is_repeated_a_few_times() {
        for kind in [ErrorKind::Dns, ErrorKind::Connect, ErrorKind::Tls, ErrorKind::Timeout] {
            let not_sent = ending(Fate::NotSent, kind);
            assert_eq!(repeated(Retry::BillSafe, not_sent), MAX_NOT_SENT as usize);
            assert_eq!(repeated(Retry::BillSafe, Ending { lasting: true, ..not_sent }), 0);
            assert_eq!(repeated(Retry::Never, not_sent), 0);
        }
        for kind in [ErrorKind::Cancelled, ErrorKind::Quota, ErrorKind::CircuitOpen, ErrorKind::MaxBillable] {
            assert_eq!(repeated(Retry::BillSafe, ending(Fate::NotSent, kind)), 0);
        }
    }

    #[test]
    fn of_rejections_only_those_that_time_or_a_correction_mends() {
        let throttled = ending(Fate::Rejected, ErrorKind::Throttled);
        assert_eq!(repeated(Retry::BillSafe, throttled), MAX_THROTTLED as usize);
        for kind in ErrorKind::ALL.iter().filter(|kind| **kind != ErrorKind::Throttled) {
            assert_eq!(repeated(Retry::AnswerFirst { max_extra: 9 }, ending(Fate::Rejected, *kind)), 0);
        }
        let clock = Ending { clock_learnt: true, ..ending(Fate::Rejected, ErrorKind::Clock) };
        assert_eq!(repeated(Retry::BillSafe, clock), 1);
        assert_eq!(repeated(Retry::Never, clock), 0);
    }

    #[test]
    fn the_service_says_how_long_to_wait_and_the_deadline_whether() {
        let told = |ms| Ending {
            retry_after: Some(Duration::from_millis(ms)),
            ..ending(Fate::Rejected, ErrorKind::Throttled)
        };
        let next =
            |ending| Repetitions::new(Retry::BillSafe, false).next(ending, LEFT, &Budget::default(), 20);
        assert_eq!(next(told(700)), Next::Again(Duration::from_micros(700_020)));
        assert_eq!(next(told(15_000)), Next::Stop, "no time would be left");
    }

    #[test]
    fn pauses_double_and_stay_between_nothing_and_their_limit() {
        let pause = |repetition, random| {
            jittered((Duration::from_millis(100), Duration::from_secs(2)), repetition, random)
        };
        assert_eq!(pause(1, 0), Duration::ZERO);
        assert_eq!(pause(1, 100_000), Duration::from_millis(100));
        assert_eq!(pause(3, 400_000), Duration::from_millis(400));
        for repetition in 1..100 {
            assert!(pause(repetition, MOST_RANDOM) <= Duration::from_secs(2));
        }
    }

    #[test]
    fn an_outage_is_not_multiplied() {
        let budget = Budget::default();
        let refused = ending(Fate::NotSent, ErrorKind::Connect);
        let mut attempts = 0;
        for _ in 0..1000 {
            budget.earn();
            let mut repetitions = Repetitions::new(Retry::BillSafe, false);
            attempts += 1;
            while repetitions.next(refused, LEFT, &budget, 0) != Next::Stop {
                attempts += 1;
            }
        }
        assert!((1100..=1110).contains(&attempts), "{attempts}");
    }

    #[test]
    fn a_resend_is_made_once_and_its_rejection_is_not_repeated() {
        let (unknown, budget) = (ending(Fate::Unknown, ErrorKind::Timeout), Budget::default());
        let mut repetitions = Repetitions::new(Retry::BillSafe, true);
        assert_eq!(repetitions.next(unknown, LEFT, &budget, 0), Next::Resend);
        let throttled = ending(Fate::Rejected, ErrorKind::Throttled);
        assert_eq!(repetitions.next(throttled, LEFT, &budget, 0), Next::Stop);
        assert_eq!(repetitions.next(unknown, LEFT, &budget, 0), Next::Stop);
        let old = Ending { may_resend: false, ..unknown };
        assert_eq!(Repetitions::new(Retry::BillSafe, true).next(old, LEFT, &budget, 0), Next::Stop);
        let mut repetitions = Repetitions::new(Retry::AnswerFirst { max_extra: 1 }, true);
        assert_eq!(repetitions.next(unknown, LEFT, &budget, 0), Next::Resend);
        assert!(matches!(repetitions.next(unknown, LEFT, &budget, 0), Next::Again(_)));
        assert_eq!(repetitions.next(unknown, LEFT, &budget, 0), Next::Stop);
    }

    #[test]
    fn without_time_nothing_is_repeated() {
        let mut repetitions = Repetitions::new(Retry::AnswerFirst { max_extra: 9 }, true);
        let unknown = ending(Fate::Unknown, ErrorKind::Timeout);
        assert_eq!(repetitions.next(unknown, Duration::ZERO, &Budget::default(), 0), Next::Stop);
    }
}
