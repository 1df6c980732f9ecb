//! The attempts of an answer or an error, one by one.

use std::ffi::{CString, c_char};

use bankmeta::Attempt;

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
    resend: i32,
    phase: bankmeta_phase,
    duration_microseconds: i64,
    http_status: i32,
    service_code: Option<CString>,
    request_id: Option<CString>,
}

impl bankmeta_attempt {
    fn new(attempt: &Attempt) -> Self {
        Self {
            fate: of_fate(attempt.fate),
            billed: of_billed(attempt.billed),
            resend: attempt.resend.into(),
            phase: of_phase(attempt.phase),
            duration_microseconds: i64::try_from(attempt.duration.as_micros()).unwrap_or(i64::MAX),
            http_status: attempt.http_status.map_or(0, i32::from),
            service_code: attempt.service_code.as_deref().map(owned),
            request_id: attempt.request_id.as_deref().map(owned),
        }
    }
}

pub(crate) fn attempts(attempts: &[Attempt]) -> Vec<bankmeta_attempt> {
    attempts.iter().map(bankmeta_attempt::new).collect()
}

/// What became of it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_fate(attempt: Option<&bankmeta_attempt>) -> bankmeta_fate {
    read(attempt, BANKMETA_FATE_UNKNOWN, |attempt| attempt.fate)
}

/// Whether the vendor bills for it, as far as that is known when the verification ends.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_billed(attempt: Option<&bankmeta_attempt>) -> bankmeta_billed {
    read(attempt, BANKMETA_BILLED_MAYBE, |attempt| attempt.billed)
}

/// 1 if it was the signed request of the attempt before once more, as the option
/// `resend_unknown` allows; else 0.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_attempt_resend(attempt: Option<&bankmeta_attempt>) -> i32 {
    read(attempt, 0, |attempt| attempt.resend)
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
