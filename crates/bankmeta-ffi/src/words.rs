//! The numbers and words of verdict, fate, billed, phase and warning.

use std::ffi::c_char;

use bankmeta::{Billed, Fate, Phase, Verdict, Warning};

use crate::tables::forever;

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

/// How far an attempt got: a `BANKMETA_PHASE_` number.
pub type bankmeta_phase = i32;
/// A phase this version has no number for.
pub const BANKMETA_PHASE_UNKNOWN: bankmeta_phase = 0;
/// Looking up the host's addresses.
pub const BANKMETA_PHASE_RESOLVE: bankmeta_phase = 1;
/// Opening the TCP connection.
pub const BANKMETA_PHASE_CONNECT: bankmeta_phase = 2;
/// The TLS handshake.
pub const BANKMETA_PHASE_TLS: bankmeta_phase = 3;
/// Handing the request to the socket layer.
pub const BANKMETA_PHASE_SEND: bankmeta_phase = 4;
/// Waiting for the reply and reading it.
pub const BANKMETA_PHASE_RECEIVE: bankmeta_phase = 5;
/// A whole reply was read.
pub const BANKMETA_PHASE_DONE: bankmeta_phase = 6;

/// Something odd about the input that is no reason to refuse it: a `BANKMETA_WARNING_` number.
pub type bankmeta_warning = i32;
/// No warning, or one this version has no number for.
pub const BANKMETA_WARNING_NONE: bankmeta_warning = 0;
/// The card number fails the Luhn check; not every UnionPay card is sure to pass it.
pub const BANKMETA_WARNING_CARD_NUMBER_LUHN: bankmeta_warning = 1;

/// The word for a verdict: `"match"`, `"mismatch"`, `"no_record"`, else `"unknown"`.
/// Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verdict_name(verdict: bankmeta_verdict) -> *const c_char {
    forever(Some(verdict_of(verdict).as_str()))
}

/// What a verdict means, in one line. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verdict_meaning(verdict: bankmeta_verdict) -> *const c_char {
    forever(Some(verdict_of(verdict).meaning()))
}

/// The word for a fate: `"not_sent"`, `"rejected"`, `"answered"`, else `"unknown"`.
/// Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_fate_name(fate: bankmeta_fate) -> *const c_char {
    forever(Some(fate_of(fate).as_str()))
}

/// What a fate means, in one line. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_fate_meaning(fate: bankmeta_fate) -> *const c_char {
    forever(Some(fate_of(fate).meaning()))
}

/// The word for billed: `"no"`, `"yes"`, else `"maybe"`.
/// Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_billed_name(billed: bankmeta_billed) -> *const c_char {
    forever(Some(billed_of(billed).as_str()))
}

/// What it means, in one line. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_billed_meaning(billed: bankmeta_billed) -> *const c_char {
    forever(Some(billed_of(billed).meaning()))
}

/// The word for a phase: `"resolve"`, `"connect"`, `"tls"`, `"send"`, `"receive"`, `"done"`,
/// else `"unknown"`. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_phase_name(phase: bankmeta_phase) -> *const c_char {
    let found = PHASES.into_iter().find(|known| of_phase(*known) == phase);
    forever(Some(found.map_or("unknown", Phase::as_str)))
}

/// One line for a person about a warning; NULL for a number this version does not know. Never
/// to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_warning_meaning(warning: bankmeta_warning) -> *const c_char {
    let found = (warning == BANKMETA_WARNING_CARD_NUMBER_LUHN).then_some(Warning::CardNumberLuhn);
    forever(found.map(Warning::as_str))
}

/// Numbers of a later version get the cautious word.
fn verdict_of(number: bankmeta_verdict) -> Verdict {
    let known = [Verdict::Match, Verdict::Mismatch, Verdict::NoRecord];
    known.into_iter().find(|known| of_verdict(*known) == number).unwrap_or(Verdict::Unknown)
}

fn fate_of(number: bankmeta_fate) -> Fate {
    let known = [Fate::NotSent, Fate::Rejected, Fate::Answered];
    known.into_iter().find(|known| of_fate(*known) == number).unwrap_or(Fate::Unknown)
}

fn billed_of(number: bankmeta_billed) -> Billed {
    let known = [Billed::No, Billed::Yes];
    known.into_iter().find(|known| of_billed(*known) == number).unwrap_or(Billed::Maybe)
}

pub(crate) const PHASES: [Phase; 6] =
    [Phase::Resolve, Phase::Connect, Phase::Tls, Phase::Send, Phase::Receive, Phase::Done];

pub(crate) fn of_phase(phase: Phase) -> bankmeta_phase {
    match phase {
        Phase::Resolve => BANKMETA_PHASE_RESOLVE,
        Phase::Connect => BANKMETA_PHASE_CONNECT,
        Phase::Tls => BANKMETA_PHASE_TLS,
        Phase::Send => BANKMETA_PHASE_SEND,
        Phase::Receive => BANKMETA_PHASE_RECEIVE,
        Phase::Done => BANKMETA_PHASE_DONE,
        _ => BANKMETA_PHASE_UNKNOWN,
    }
}

pub(crate) fn of_warning(warning: Warning) -> bankmeta_warning {
    match warning {
        Warning::CardNumberLuhn => BANKMETA_WARNING_CARD_NUMBER_LUHN,
        _ => BANKMETA_WARNING_NONE,
    }
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
            assert_eq!(text(bankmeta_verdict_meaning(of_verdict(verdict))), verdict.meaning());
        }
        for fate in [Fate::NotSent, Fate::Rejected, Fate::Answered, Fate::Unknown] {
            assert_eq!(text(bankmeta_fate_name(of_fate(fate))), fate.as_str());
            assert_eq!(text(bankmeta_fate_meaning(of_fate(fate))), fate.meaning());
        }
        for billed in [Billed::No, Billed::Yes, Billed::Maybe] {
            assert_eq!(text(bankmeta_billed_name(of_billed(billed))), billed.as_str());
            assert_eq!(text(bankmeta_billed_meaning(of_billed(billed))), billed.meaning());
        }
        for phase in PHASES {
            assert_eq!(text(bankmeta_phase_name(of_phase(phase))), phase.as_str());
        }
        let luhn = Warning::CardNumberLuhn;
        assert_eq!(text(bankmeta_warning_meaning(of_warning(luhn))), luhn.as_str());
    }

    #[test]
    fn numbers_of_a_later_version_have_a_cautious_word() {
        assert_eq!(text(bankmeta_verdict_name(99)), "unknown");
        assert_eq!(text(bankmeta_fate_name(99)), "unknown");
        assert_eq!(text(bankmeta_billed_name(99)), "maybe");
        assert_eq!(text(bankmeta_phase_name(99)), "unknown");
        assert!(bankmeta_warning_meaning(99).is_null());
    }
}
