//! The numbers and words of verdict, fate and billed.

use std::ffi::c_char;

use bankmeta::{Billed, Fate, Verdict};

/// What the service says of the factors: a `BANKMETA_VERDICT_` number.
pub type bankmeta_verdict = i32;
/// A BizCode this version does not know: see `bankmeta_answer_biz_code`.
pub const BANKMETA_VERDICT_UNKNOWN: bankmeta_verdict = 0;
/// They belong to one person (BizCode 1).
pub const BANKMETA_VERDICT_MATCH: bankmeta_verdict = 1;
/// They do not (BizCode 2).
pub const BANKMETA_VERDICT_MISMATCH: bankmeta_verdict = 2;
/// The source has no record to compare with (BizCode 3).
pub const BANKMETA_VERDICT_NO_RECORD: bankmeta_verdict = 3;

/// What became of a verification: a `BANKMETA_FATE_` number.
pub type bankmeta_fate = i32;
/// No byte of the request left. Not billed.
pub const BANKMETA_FATE_NOT_SENT: bankmeta_fate = 1;
/// The service said no before executing. Not billed.
pub const BANKMETA_FATE_REJECTED: bankmeta_fate = 2;
/// The service answered.
pub const BANKMETA_FATE_ANSWERED: bankmeta_fate = 3;
/// It was sent and no trustworthy answer came: it may have been executed and billed.
pub const BANKMETA_FATE_UNKNOWN: bankmeta_fate = 4;

/// Whether the vendor bills for it: a `BANKMETA_BILLED_` number. Not a truth value.
pub type bankmeta_billed = i32;
/// Not billed.
pub const BANKMETA_BILLED_NO: bankmeta_billed = 0;
/// Billed.
pub const BANKMETA_BILLED_YES: bankmeta_billed = 1;
/// It cannot be known from here; repeating may bill again.
pub const BANKMETA_BILLED_MAYBE: bankmeta_billed = 2;

/// The word for a verdict: `"match"`, `"mismatch"`, `"no_record"`, else `"unknown"`.
/// Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verdict_name(verdict: bankmeta_verdict) -> *const c_char {
    match verdict {
        BANKMETA_VERDICT_MATCH => c"match",
        BANKMETA_VERDICT_MISMATCH => c"mismatch",
        BANKMETA_VERDICT_NO_RECORD => c"no_record",
        _ => c"unknown",
    }
    .as_ptr()
}

/// The word for a fate: `"not_sent"`, `"rejected"`, `"answered"`, else `"unknown"`.
/// Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_fate_name(fate: bankmeta_fate) -> *const c_char {
    match fate {
        BANKMETA_FATE_NOT_SENT => c"not_sent",
        BANKMETA_FATE_REJECTED => c"rejected",
        BANKMETA_FATE_ANSWERED => c"answered",
        _ => c"unknown",
    }
    .as_ptr()
}

/// The word for billed: `"no"`, `"yes"`, else `"maybe"`.
/// Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_billed_name(billed: bankmeta_billed) -> *const c_char {
    match billed {
        BANKMETA_BILLED_NO => c"no",
        BANKMETA_BILLED_YES => c"yes",
        _ => c"maybe",
    }
    .as_ptr()
}

pub(crate) fn of_verdict(verdict: Verdict) -> bankmeta_verdict {
    match verdict {
        Verdict::Match => BANKMETA_VERDICT_MATCH,
        Verdict::Mismatch => BANKMETA_VERDICT_MISMATCH,
        Verdict::NoRecord => BANKMETA_VERDICT_NO_RECORD,
        _ => BANKMETA_VERDICT_UNKNOWN,
    }
}

pub(crate) fn of_fate(fate: Fate) -> bankmeta_fate {
    match fate {
        Fate::NotSent => BANKMETA_FATE_NOT_SENT,
        Fate::Rejected => BANKMETA_FATE_REJECTED,
        Fate::Answered => BANKMETA_FATE_ANSWERED,
        _ => BANKMETA_FATE_UNKNOWN,
    }
}

pub(crate) fn of_billed(billed: Billed) -> bankmeta_billed {
    match billed {
        Billed::No => BANKMETA_BILLED_NO,
        Billed::Yes => BANKMETA_BILLED_YES,
        _ => BANKMETA_BILLED_MAYBE,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    fn text(name: *const c_char) -> &'static str {
        // SAFETY: the name functions return static texts that end with a NUL.
        unsafe { CStr::from_ptr(name) }.to_str().unwrap()
    }

    #[test]
    fn words_are_the_core_s() {
        for verdict in [Verdict::Match, Verdict::Mismatch, Verdict::NoRecord, Verdict::Unknown] {
            assert_eq!(text(bankmeta_verdict_name(of_verdict(verdict))), verdict.as_str());
        }
        for fate in [Fate::NotSent, Fate::Rejected, Fate::Answered, Fate::Unknown] {
            assert_eq!(text(bankmeta_fate_name(of_fate(fate))), fate.as_str());
        }
        for billed in [Billed::No, Billed::Yes, Billed::Maybe] {
            assert_eq!(text(bankmeta_billed_name(of_billed(billed))), billed.as_str());
        }
    }

    #[test]
    fn numbers_of_a_later_version_have_a_cautious_word() {
        assert_eq!(text(bankmeta_verdict_name(99)), "unknown");
        assert_eq!(text(bankmeta_fate_name(99)), "unknown");
        assert_eq!(text(bankmeta_billed_name(99)), "maybe");
    }
}
