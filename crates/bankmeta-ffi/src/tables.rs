//! The core's tables, read row by row, and its words as texts that live for ever.

use std::collections::HashMap;
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::LazyLock;

use bankmeta::{
    Billed, CONFIG_OPTIONS, ConfigOption, ErrorKind, Fate, Phase, SUB_CODES, VERIFICATION_KEYS, Verdict,
    Warning,
};

use crate::boundary::caught;
use crate::status::OWN_STATUSES;
use crate::text::{self, BANKMETA_NUL};
use crate::words::PHASES;

/// Every word that C may ask for, with the NUL that Rust's own texts lack.
static WORDS: LazyLock<HashMap<&'static str, CString>> = LazyLock::new(|| {
    let options = CONFIG_OPTIONS.iter().flat_map(|row| [row.key, row.value, row.default, row.meaning]);
    let keys = VERIFICATION_KEYS.iter().flat_map(|row| [row.0, row.1]);
    let sub_codes = SUB_CODES.iter().flat_map(|row| [row.0, row.1, row.2]);
    let statuses = ErrorKind::ALL.iter().flat_map(|kind| [kind.as_str(), kind.remedy()]);
    let own_statuses = OWN_STATUSES.iter().flat_map(|row| [row.1, row.2]);
    let verdicts = [Verdict::Match, Verdict::Mismatch, Verdict::NoRecord, Verdict::Unknown];
    let fates = [Fate::NotSent, Fate::Rejected, Fate::Answered, Fate::Unknown];
    let billed = [Billed::No, Billed::Yes, Billed::Maybe];
    options
        .chain(keys)
        .chain(sub_codes)
        .chain(statuses)
        .chain(own_statuses)
        .chain(verdicts.map(Verdict::as_str))
        .chain(fates.map(Fate::as_str))
        .chain(billed.map(Billed::as_str))
        .chain(PHASES.map(Phase::as_str))
        .chain([Warning::CardNumberLuhn.as_str()])
        .map(|word| (word, text::owned(word)))
        .collect()
});

/// The word as C takes it; NULL for one that stands in no table.
pub(crate) fn forever(word: Option<&str>) -> *const c_char {
    caught(|| word.and_then(|word| WORDS.get(word))).flatten().map_or(ptr::null(), |word| word.as_ptr())
}

/// How many options `bankmeta_config_set` knows.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_option_count() -> usize {
    CONFIG_OPTIONS.len()
}

fn of_option(index: usize, column: fn(&ConfigOption) -> &'static str) -> *const c_char {
    forever(CONFIG_OPTIONS.get(index).map(column))
}

/// The key of the option at `index`, from 0; NULL from `bankmeta_option_count` on. This text
/// and those of the next three functions live for ever.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_option_key(index: usize) -> *const c_char {
    of_option(index, |option| option.key)
}

/// What a value of the option looks like, for example `"seconds"`; NULL if there is no such
/// option.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_option_value(index: usize) -> *const c_char {
    of_option(index, |option| option.value)
}

/// The value of the option if it is not set, perhaps `""`; NULL if there is no such option.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_option_default(index: usize) -> *const c_char {
    of_option(index, |option| option.default)
}

/// What the option does, in one line; NULL if there is no such option.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_option_meaning(index: usize) -> *const c_char {
    of_option(index, |option| option.meaning)
}

/// 1 if the option's value is a secret, which must not be shown; else 0.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_option_is_secret(index: usize) -> i32 {
    CONFIG_OPTIONS.get(index).map_or(0, |option| option.secret.into())
}

/// How many keys `bankmeta_verification_set` knows.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_key_count() -> usize {
    VERIFICATION_KEYS.len()
}

/// The key of a verification at `index`, from 0; NULL from the count on. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_key(index: usize) -> *const c_char {
    forever(VERIFICATION_KEYS.get(index).map(|row| row.0))
}

/// What that key means, in one line; NULL if there is no such key. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_key_meaning(index: usize) -> *const c_char {
    forever(VERIFICATION_KEYS.get(index).map(|row| row.1))
}

/// How many sub codes this version knows. The service may give others.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_sub_code_count() -> usize {
    SUB_CODES.len()
}

/// The known sub code at `index`, from 0, for example `"101"`; NULL from the count on. It
/// lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_sub_code(index: usize) -> *const c_char {
    forever(SUB_CODES.get(index).map(|row| row.0))
}

/// The name of a sub code, for example `"details_wrong"` for `"201"`; NULL for one this
/// version does not know, and for NULL. It lives for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_sub_code_name(sub_code: *const c_char) -> *const c_char {
    // SAFETY: the C caller promises a text that ends with a NUL.
    forever(unsafe { sub_code_row(sub_code) }.map(|row| row.1))
}

/// The meaning of a sub code in one English line; NULL for one this version does not know,
/// and for NULL. It lives for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_sub_code_meaning(sub_code: *const c_char) -> *const c_char {
    // SAFETY: the C caller promises a text that ends with a NUL.
    forever(unsafe { sub_code_row(sub_code) }.map(|row| row.2))
}

/// # Safety
///
/// `sub_code` is NULL or a text that ends with a NUL.
unsafe fn sub_code_row(
    sub_code: *const c_char,
) -> Option<&'static (&'static str, &'static str, &'static str)> {
    // SAFETY: as this function's own contract says.
    let text = unsafe { text::read(sub_code, BANKMETA_NUL, "sub_code") }.ok()?;
    SUB_CODES.iter().find(|row| row.0 == text)
}
