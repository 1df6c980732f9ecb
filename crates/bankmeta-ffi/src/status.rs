//! What a call returns.

use std::ffi::c_char;

use bankmeta::ErrorKind;

use crate::tables::forever;

/// What a call returns: `BANKMETA_OK` or the number of an error. 1xx: the caller,
/// 2xx: the network, 3xx: the service said no, 4xx: the service failed, 9xx: this
/// library. New numbers may appear in every group, so have a default case.
pub type bankmeta_status = i32;

/// It worked.
pub const BANKMETA_OK: bankmeta_status = 0;

/// A pointer that must not be NULL is NULL.
pub const BANKMETA_NULL_POINTER: bankmeta_status = 101;
/// A text is not valid UTF-8.
pub const BANKMETA_INVALID_UTF8: bankmeta_status = 102;
/// The length of a text is above 65536: not a length.
pub const BANKMETA_INVALID_LENGTH: bankmeta_status = 103;
/// A factor of the verification breaks a rule; `bankmeta_error_field` says which.
pub const BANKMETA_INVALID_INPUT: bankmeta_status = 110;
/// An option is unknown or its value is not usable.
pub const BANKMETA_CONFIGURATION: bankmeta_status = 120;
/// No usable access key.
pub const BANKMETA_CREDENTIALS: bankmeta_status = 130;
/// The client has cost what `max_billable` allows.
pub const BANKMETA_MAX_BILLABLE: bankmeta_status = 140;
/// The client's own quota has no turn before the deadline.
pub const BANKMETA_QUOTA: bankmeta_status = 150;
/// The call was cancelled.
pub const BANKMETA_CANCELLED: bankmeta_status = 160;

/// The host name could not be resolved.
pub const BANKMETA_DNS: bankmeta_status = 210;
/// No connection could be opened.
pub const BANKMETA_CONNECT: bankmeta_status = 220;
/// The TLS handshake failed.
pub const BANKMETA_TLS: bankmeta_status = 230;
/// The deadline passed.
pub const BANKMETA_TIMEOUT: bankmeta_status = 240;
/// The connection broke before a whole reply was read.
pub const BANKMETA_CONNECTION_LOST: bankmeta_status = 250;
/// Connections kept failing, so none is tried for the moment.
pub const BANKMETA_CIRCUIT_OPEN: bankmeta_status = 260;

/// The service refused a parameter.
pub const BANKMETA_INVALID_PARAMETER: bankmeta_status = 310;
/// The account or user may not make this call.
pub const BANKMETA_PERMISSION_DENIED: bankmeta_status = 320;
/// The account's quota is used up for the moment.
pub const BANKMETA_THROTTLED: bankmeta_status = 330;
/// The access key is unknown or inactive.
pub const BANKMETA_ACCESS_KEY: bankmeta_status = 340;
/// The service computed another signature.
pub const BANKMETA_SIGNATURE: bankmeta_status = 350;
/// This machine's clock is outside the service's window.
pub const BANKMETA_CLOCK: bankmeta_status = 360;
/// The service has seen this request's nonce before.
pub const BANKMETA_NONCE_USED: bankmeta_status = 370;
/// The security token is expired or malformed.
pub const BANKMETA_SECURITY_TOKEN: bankmeta_status = 380;
/// The service does not know the operation or its version.
pub const BANKMETA_UNSUPPORTED_OPERATION: bankmeta_status = 385;
/// The service said it is not available, and did not execute.
pub const BANKMETA_UNAVAILABLE: bankmeta_status = 390;
/// The same data was verified too often (a guess, see GUESSES).
pub const BANKMETA_REPEATED_TOO_OFTEN: bankmeta_status = 395;

/// The service failed, or said something this version does not know.
pub const BANKMETA_SERVICE_FAILURE: bankmeta_status = 410;
/// The reply was not understood.
pub const BANKMETA_BAD_REPLY: bankmeta_status = 420;

/// A defect of this library; report it. The library stays usable.
pub const BANKMETA_INTERNAL: bankmeta_status = 900;

/// A status that the core does not know.
pub(crate) struct OwnStatus {
    number: bankmeta_status,
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) remedy: &'static str,
}

const fn own(number: bankmeta_status, name: &'static str, meaning: &'static str) -> OwnStatus {
    OwnStatus { number, name, meaning, remedy: "Correct the call." }
}

pub(crate) const OWN_STATUSES: [OwnStatus; 5] = [
    OwnStatus { remedy: "Nothing.", ..own(BANKMETA_OK, "ok", "It worked.") },
    own(BANKMETA_NULL_POINTER, "null_pointer", "A pointer that must not be NULL is NULL."),
    own(BANKMETA_INVALID_UTF8, "invalid_utf8", "A text is not valid UTF-8."),
    own(BANKMETA_INVALID_LENGTH, "invalid_length", "The length of a text is too large to be one."),
    OwnStatus { remedy: "Report it.", ..own(BANKMETA_INTERNAL, "internal", "A defect of this library.") },
];

/// Name, meaning and remedy.
fn known(status: bankmeta_status) -> Option<(&'static str, &'static str, &'static str)> {
    let own = OWN_STATUSES.iter().find(|own| own.number == status);
    let core = || ErrorKind::ALL.iter().find(|kind| kind.number() == status);
    own.map(|own| (own.name, own.meaning, own.remedy))
        .or_else(|| core().map(|kind| (kind.as_str(), kind.meaning(), kind.remedy())))
}

pub(crate) fn name_of(status: bankmeta_status) -> &'static str {
    known(status).map_or("unknown", |row| row.0)
}

/// The name of a status in lower case, for example `"invalid_input"`; `"unknown"` for a
/// number this version does not know. Never NULL, and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_status_name(status: bankmeta_status) -> *const c_char {
    forever(Some(name_of(status)))
}

/// What a status means, in one sentence, for example `"The deadline passed."`; NULL for a
/// number this version does not know. Never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_status_meaning(status: bankmeta_status) -> *const c_char {
    forever(known(status).map(|row| row.1))
}

/// What to do about a status, in one sentence, for example `"Correct the input."`; NULL for a
/// number this version does not know. An error's message says it too. Never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_status_remedy(status: bankmeta_status) -> *const c_char {
    forever(known(status).map(|row| row.2))
}
