//! What a client has done so far, in numbers. Nothing personal is in any of them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::answer::Attempt;
use crate::error::ErrorKind;
use crate::fate::{Billed, Fate};

/// The upper bounds of [`Stats::latency`], in milliseconds; the last count is of
/// what took longer.
pub const LATENCY_BOUNDS_MS: [u64; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// What a client has done since it was made, or since its process was forked off.
        ///
        /// ```
        /// let client = bankmeta::Client::builder().access_key("id", "secret").build()?;
        /// assert_eq!(client.stats().attempts_answered, 0);
        /// assert!(client.stats().entries().iter().any(|(name, _)| name == "quota_wait_us"));
        /// # Ok::<(), bankmeta::Error>(())
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct Stats {
            $($(#[$doc])* pub $name: u64,)+
            /// Attempts that were sent and replied to, by how long they took from
            /// signing to the whole reply: see [`LATENCY_BOUNDS_MS`].
            pub latency: [u64; LATENCY_BOUNDS_MS.len() + 1],
        }

        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: AtomicU64,)+
            latency: [AtomicU64; LATENCY_BOUNDS_MS.len() + 1],
        }

        impl Counters {
            pub(crate) fn read(&self) -> Stats {
                Stats {
                    $($name: self.$name.load(Relaxed),)+
                    latency: std::array::from_fn(|index| {
                        self.latency.get(index).map_or(0, |count| count.load(Relaxed))
                    }),
                }
            }
        }

        impl Stats {
            /// Every number with its name, the same in every face.
            #[must_use]
            pub fn entries(&self) -> Vec<(String, u64)> {
                let counts = [$((stringify!($name).to_owned(), self.$name),)+];
                let bounds = LATENCY_BOUNDS_MS.iter().map(|bound| format!("latency_up_to_{bound}_ms"));
                let names = bounds.chain(["latency_longer".to_owned()]);
                counts.into_iter().chain(names.zip(self.latency)).collect()
            }
        }
    };
}

counters! {
    /// Verifications begun; those whose input was refused are not among them.
    verifications;
    /// Verifications answered.
    answers;
    /// Attempts of which no byte was handed to the socket layer.
    attempts_not_sent;
    /// Attempts rejected before execution.
    attempts_rejected;
    /// Attempts answered.
    attempts_answered;
    /// Attempts whose fate is unknown.
    attempts_unknown;
    /// Attempts that were billed.
    billed_yes;
    /// Attempts that were not billed.
    billed_no;
    /// Attempts that may have been billed.
    billed_maybe;
    /// Attempts rejected because the quota was used up.
    throttled;
    /// Attempts beyond the first of their verification.
    repetitions;
    /// Connections opened.
    connections_opened;
    /// Attempts made on a connection that was there already.
    connections_reused;
    /// Time spent waiting for turns under the quota, in microseconds.
    quota_wait_us;
    /// Verifications refused because their turn would have come too late.
    quota_refused;
    /// Verifications cancelled.
    cancelled;
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, count: u64) {
        counter.fetch_add(count, Relaxed);
    }

    pub(crate) fn attempt(&self, attempt: &Attempt, kind: Option<ErrorKind>) {
        let fate = match attempt.fate {
            Fate::NotSent => &self.attempts_not_sent,
            Fate::Rejected => &self.attempts_rejected,
            Fate::Answered => &self.attempts_answered,
            Fate::Unknown => &self.attempts_unknown,
        };
        let billed = match attempt.billed {
            Billed::Yes => &self.billed_yes,
            Billed::No => &self.billed_no,
            Billed::Maybe => &self.billed_maybe,
        };
        Self::add(fate, 1);
        Self::add(billed, 1);
        if kind == Some(ErrorKind::Throttled) {
            Self::add(&self.throttled, 1);
        }
        if attempt.http_status.is_some() {
            self.took(attempt.duration);
        }
    }

    fn took(&self, duration: Duration) {
        let within = |bound: &u64| duration <= Duration::from_millis(*bound);
        let index = LATENCY_BOUNDS_MS.iter().position(within).unwrap_or(LATENCY_BOUNDS_MS.len());
        if let Some(count) = self.latency.get(index) {
            Self::add(count, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fate::Phase;

    fn attempt(fate: Fate, billed: Billed, ms: u64) -> Attempt {
        Attempt {
            fate,
            billed,
            phase: Phase::Done,
            resend: false,
            duration: Duration::from_millis(ms),
            http_status: Some(200),
            service_code: None,
            request_id: None,
        }
    }

    #[test]
    fn attempts_are_counted_by_fate_billed_and_duration() {
        let counters = Counters::default();
        counters.attempt(&attempt(Fate::Answered, Billed::Yes, 1), None);
        counters.attempt(&attempt(Fate::Rejected, Billed::No, 3), Some(ErrorKind::Throttled));
        counters.attempt(&attempt(Fate::Unknown, Billed::Maybe, 60_000), Some(ErrorKind::ServiceFailure));
        let stats = counters.read();
        assert_eq!((stats.attempts_answered, stats.attempts_rejected, stats.attempts_unknown), (1, 1, 1));
        assert_eq!((stats.billed_yes, stats.billed_no, stats.billed_maybe, stats.throttled), (1, 1, 1, 1));
        assert_eq!((stats.latency[0], stats.latency[2], stats.latency[12]), (1, 1, 1));
    }

    #[test]
    fn every_number_has_a_name_of_its_own() {
        let entries = Stats::default().entries();
        let names: std::collections::HashSet<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), entries.len());
        assert!(names.contains("latency_up_to_5000_ms") && names.contains("latency_longer"));
    }
}
