//! What the client says of a verification, against what the sandbox counted for it.

use bankmeta::{Billed, Fate, Verdict};

/// One verification: what the client says, and the sandbox's counts for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Observed {
    pub(crate) fate: Fate,
    pub(crate) billed: Billed,
    /// Of an answer.
    pub(crate) verdict: Option<Verdict>,
    /// Attempts the client tells of.
    pub(crate) attempts: u64,
    pub(crate) requests: u64,
    pub(crate) executions: u64,
    pub(crate) really_billed: u64,
    pub(crate) faults: u64,
}

/// Everything that is not true of what the client says.
pub(crate) fn lies(expected: Verdict, seen: &Observed) -> Vec<&'static str> {
    let answered = seen.fate == Fate::Answered;
    [
        (seen.executions > 1, "executed more than once"),
        (seen.billed == Billed::No && seen.really_billed > 0, "billed, and said not to be"),
        (seen.billed == Billed::Yes && seen.really_billed == 0, "not billed, and said to be"),
        (
            seen.fate == Fate::NotSent && seen.requests > 0,
            "a whole request arrived, and nothing was said to be sent",
        ),
        (seen.fate == Fate::Rejected && seen.executions > 0, "executed, and said to be rejected"),
        (
            seen.fate == Fate::Unknown && seen.billed != Billed::Maybe,
            "said to be unknown, and its bill known",
        ),
        (answered && seen.executions == 0, "answered without an execution"),
        (answered && seen.verdict != Some(expected), "answered with another verdict"),
        (!answered && seen.verdict.is_some(), "a verdict without an answer"),
        (seen.requests > seen.attempts, "more requests than attempts"),
    ]
    .into_iter()
    .filter_map(|(is_lie, lie)| is_lie.then_some(lie))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A match, answered and billed.
    const TRUE: Observed = Observed {
        fate: Fate::Answered,
        billed: Billed::Yes,
        verdict: Some(Verdict::Match),
        attempts: 1,
        requests: 1,
        executions: 1,
        really_billed: 1,
        faults: 1,
    };
    const UNKNOWN: Observed = Observed { fate: Fate::Unknown, billed: Billed::Maybe, verdict: None, ..TRUE };
    const NOT_SENT: Observed = Observed {
        fate: Fate::NotSent,
        billed: Billed::No,
        requests: 0,
        executions: 0,
        really_billed: 0,
        ..UNKNOWN
    };

    #[test]
    fn the_truth_passes() {
        let rejected = Observed { fate: Fate::Rejected, requests: 1, ..NOT_SENT };
        let not_executed = Observed { executions: 0, really_billed: 0, ..UNKNOWN };
        // One attempt that was not sent, then an answer.
        let repeated = Observed { attempts: 2, ..TRUE };
        for seen in [TRUE, UNKNOWN, NOT_SENT, rejected, not_executed, repeated] {
            assert!(lies(Verdict::Match, &seen).is_empty(), "{seen:?}");
        }
        let no_record =
            Observed { billed: Billed::No, verdict: Some(Verdict::NoRecord), really_billed: 0, ..TRUE };
        assert!(lies(Verdict::NoRecord, &no_record).is_empty());
    }

    #[test]
    fn each_planted_lie_is_found() {
        for (lie, seen) in [
            ("executed more than once", Observed { executions: 2, requests: 2, attempts: 2, ..TRUE }),
            ("billed, and said not to be", Observed { billed: Billed::No, ..TRUE }),
            ("not billed, and said to be", Observed { really_billed: 0, ..TRUE }),
            (
                "a whole request arrived, and nothing was said to be sent",
                Observed { requests: 1, ..NOT_SENT },
            ),
            (
                "executed, and said to be rejected",
                Observed { fate: Fate::Rejected, requests: 1, executions: 1, ..NOT_SENT },
            ),
            ("said to be unknown, and its bill known", Observed { billed: Billed::Yes, ..UNKNOWN }),
            (
                "answered without an execution",
                Observed { executions: 0, really_billed: 0, billed: Billed::Maybe, ..TRUE },
            ),
            ("answered with another verdict", Observed { verdict: Some(Verdict::Mismatch), ..TRUE }),
            ("a verdict without an answer", Observed { verdict: Some(Verdict::Match), ..UNKNOWN }),
            ("more requests than attempts", Observed { requests: 2, ..UNKNOWN }),
        ] {
            assert_eq!(lies(Verdict::Match, &seen), [lie], "{seen:?}");
        }
    }
}
