//! Why a call failed.

use std::ffi::{CString, c_char};

use bankmeta::Fate;

use crate::attempt::{attempts, bankmeta_attempt};
use crate::boundary::{free, read};
use crate::status::{BANKMETA_INTERNAL, BANKMETA_NULL_POINTER, bankmeta_status, name_of};
use crate::text::{lent, owned};
use crate::words::{
    BANKMETA_BILLED_MAYBE, BANKMETA_FATE_UNKNOWN, bankmeta_billed, bankmeta_fate, of_billed, of_fate,
};

/// Why a call failed. It holds no personal data and no secret, so it may be logged. Yours
/// to free with `bankmeta_error_free`.
#[derive(Debug)]
pub struct bankmeta_error {
    pub(crate) status: bankmeta_status,
    message: CString,
    field: Option<CString>,
    fate: bankmeta_fate,
    billed: bankmeta_billed,
    service_code: Option<CString>,
    http_status: i32,
    request_id: Option<CString>,
    attempts: Vec<bankmeta_attempt>,
}

impl bankmeta_error {
    /// The C caller's own mistake, found before anything was done.
    pub(crate) fn of_caller(status: bankmeta_status, what: &str) -> Self {
        Self::of_this_crate(status, &format!("{what}. Correct the call."), Fate::NotSent)
    }

    /// The C caller's own mistake about a request that it has sent already.
    pub(crate) fn of_caller_after_sending(status: bankmeta_status, what: &str) -> Self {
        Self::of_this_crate(status, &format!("{what}. Correct the call."), Fate::Unknown)
    }

    /// A panic: our mistake.
    pub(crate) fn internal(fate: Fate) -> Self {
        let text = "a defect in bankmeta ended this call. Please report it.";
        Self::of_this_crate(BANKMETA_INTERNAL, text, fate)
    }

    /// `text` and what the core's errors end with.
    fn of_this_crate(status: bankmeta_status, text: &str, fate: Fate) -> Self {
        let billed = fate.billed_without_answer();
        let (name, fate_word, billed_word) = (name_of(status), fate.as_str(), billed.as_str());
        let consequence = if fate == Fate::NotSent {
            "Nothing was sent and nothing is billed."
        } else {
            "It may have been executed and billed: repeating it may bill again."
        };
        Self {
            status,
            message: owned(&format!("{text} {consequence} [{name}, fate {fate_word}, billed {billed_word}]")),
            field: None,
            fate: of_fate(fate),
            billed: of_billed(billed),
            service_code: None,
            http_status: 0,
            request_id: None,
            attempts: Vec::new(),
        }
    }
}

impl From<bankmeta::Error> for bankmeta_error {
    fn from(error: bankmeta::Error) -> Self {
        Self {
            status: error.kind().number(),
            message: owned(&error.to_string()),
            field: error.field().map(owned),
            fate: of_fate(error.fate()),
            billed: of_billed(error.billed()),
            service_code: error.service_code().map(owned),
            http_status: error.http_status().map_or(0, i32::from),
            request_id: error.request_id().map(owned),
            attempts: attempts(error.attempts()),
        }
    }
}

/// The status that the failed call returned; `BANKMETA_NULL_POINTER` if `error` is NULL, as it is
/// after a success.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_status(error: Option<&bankmeta_error>) -> bankmeta_status {
    read(error, BANKMETA_NULL_POINTER, |error| error.status)
}

/// One line for a person: what happened, what to do, what became of the call and whether
/// it is billed. Absent (NULL) only if `error` is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_message(error: Option<&bankmeta_error>) -> *const c_char {
    lent(error.map(|error| &error.message))
}

/// The field of the input that breaks a rule, for example `"card_number"`; NULL unless the
/// status is `BANKMETA_INVALID_INPUT`.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_field(error: Option<&bankmeta_error>) -> *const c_char {
    lent(error.and_then(|error| error.field.as_ref()))
}

/// What became of the verification.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_fate(error: Option<&bankmeta_error>) -> bankmeta_fate {
    read(error, BANKMETA_FATE_UNKNOWN, |error| error.fate)
}

/// Whether the vendor bills for it. Repeat a verification only if this is
/// `BANKMETA_BILLED_NO`, or if you accept to pay twice.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_billed(error: Option<&bankmeta_error>) -> bankmeta_billed {
    read(error, BANKMETA_BILLED_MAYBE, |error| error.billed)
}

/// The service's own code, for example `"Throttling.Api"`; NULL if it gave none.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_service_code(error: Option<&bankmeta_error>) -> *const c_char {
    lent(error.and_then(|error| error.service_code.as_ref()))
}

/// The HTTP status of the last reply; 0 if none came.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_http_status(error: Option<&bankmeta_error>) -> i32 {
    read(error, 0, |error| error.http_status)
}

/// The vendor's id of the request, to quote in a support case; NULL if none came.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_request_id(error: Option<&bankmeta_error>) -> *const c_char {
    lent(error.and_then(|error| error.request_id.as_ref()))
}

/// How many calls to the service were made.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_attempt_count(error: Option<&bankmeta_error>) -> usize {
    read(error, 0, |error| error.attempts.len())
}

/// The attempt at `index`, from 0; NULL from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_attempt(
    error: Option<&bankmeta_error>,
    index: usize,
) -> Option<&bankmeta_attempt> {
    error.and_then(|error| error.attempts.get(index))
}

/// Frees an error and sets `*error` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_error_free(error: Option<&mut Option<Box<bankmeta_error>>>) {
    free(error);
}
