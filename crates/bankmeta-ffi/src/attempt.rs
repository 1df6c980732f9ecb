//! The attempts of an answer or an error, one by one.

use std::ffi::{CString, c_char};

use bankmeta::{Attempt, Billed, Fate};

use crate::boundary::read;
use crate::text::{lent, owned};
use crate::words::{
    BANKMETA_BILLED_MAYBE, BANKMETA_FATE_UNKNOWN, BANKMETA_PHASE_UNKNOWN, bankmeta_billed, bankmeta_fate,
    bankmeta_phase, of_billed, of_fate, of_phase,
};

/// One call to the service made for a verification. It belongs to the answer, error or probe
/// it was asked of and lives as long; there is nothing to free.
#[derive(Debug)]
pub struct bankmeta_attempt {
    fate: bankmeta_fate,
    billed: bankmeta_billed,
    phase: bankmeta_phase,
    duration_microseconds: i64,
    http_status: i32,
    service_code: Option<CString>,
    request_id: Option<CString>,
}

impl bankmeta_attempt {
    /// `answered` is what the answer itself costs: only the last attempt has one.
    fn new(attempt: &Attempt, answered: Billed) -> Self {
        let billed =
            if attempt.fate == Fate::Answered { answered } else { attempt.fate.billed_without_answer() };
        Self {
            fate: of_fate(attempt.fate),
            billed: of_billed(billed),
            phase: of_phase(attempt.phase),
            duration_microseconds: i64::try_from(attempt.duration.as_micros()).unwrap_or(i64::MAX),
            http_status: attempt.http_status.map_or(0, i32::from),
            service_code: attempt.service_code.as_deref().map(owned),
            request_id: attempt.request_id.as_deref().map(owned),
        }
    }
}

/// `biz_code` is that of the answer, if there is one.
pub(crate) fn attempts(attempts: &[Attempt], biz_code: Option<&str>) -> Vec<bankmeta_attempt> {
    let answered = biz_code.map_or(Billed::Maybe, Billed::from_biz_code);
    attempts.iter().map(|attempt| bankmeta_attempt::new(attempt, answered)).collect()
}

/// What became of it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_fate(attempt: Option<&bankmeta_attempt>) -> bankmeta_fate {
    read(attempt, BANKMETA_FATE_UNKNOWN, |attempt| attempt.fate)
}

/// Whether the vendor bills for it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_billed(attempt: Option<&bankmeta_attempt>) -> bankmeta_billed {
    read(attempt, BANKMETA_BILLED_MAYBE, |attempt| attempt.billed)
}

/// How far it got.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_phase(attempt: Option<&bankmeta_attempt>) -> bankmeta_phase {
    read(attempt, BANKMETA_PHASE_UNKNOWN, |attempt| attempt.phase)
}

/// From its start to its end, in microseconds; 0 after `bankmeta_decode` and
/// `bankmeta_not_answered`, as only you know it there.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_duration_microseconds(attempt: Option<&bankmeta_attempt>) -> i64 {
    read(attempt, 0, |attempt| attempt.duration_microseconds)
}

/// The HTTP status of the reply; 0 if none came.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_http_status(attempt: Option<&bankmeta_attempt>) -> i32 {
    read(attempt, 0, |attempt| attempt.http_status)
}

/// The service's own code for a failure; NULL if it gave none.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_service_code(attempt: Option<&bankmeta_attempt>) -> *const c_char {
    lent(attempt.and_then(|attempt| attempt.service_code.as_ref()))
}

/// The vendor's id of the request; NULL if none came.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_request_id(attempt: Option<&bankmeta_attempt>) -> *const c_char {
    lent(attempt.and_then(|attempt| attempt.request_id.as_ref()))
}
