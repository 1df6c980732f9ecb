//! The core's tables, read row by row, and its words as texts that live for ever.

use std::ffi::c_char;
use std::ptr;

use bankmeta::{
    Billed, CONFIG_OPTIONS, ConfigOption, ErrorKind, Fate, Phase, SUB_CODES, VERIFICATION_KEYS, Verdict,
    Warning,
};

use crate::status::OWN_STATUSES;
use crate::text::{self, BANKMETA_NUL};

/// Every word that C may ask for, the commonest first. All of this is done by the compiler.
#[expect(clippy::indexing_slicing, reason = "a wrong index does not compile")]
const WORDS: [&str; COUNT] = {
    let mut words = Words { all: [""; COUNT], count: 0 };
    words.push(&[
        Verdict::Match.as_str(),
        Verdict::Mismatch.as_str(),
        Verdict::NoRecord.as_str(),
        Verdict::Unknown.as_str(),
        Fate::NotSent.as_str(),
        Fate::Rejected.as_str(),
        Fate::Answered.as_str(),
        Fate::Unknown.as_str(),
        Billed::No.as_str(),
        Billed::Yes.as_str(),
        Billed::Maybe.as_str(),
        Phase::Resolve.as_str(),
        Phase::Connect.as_str(),
        Phase::Tls.as_str(),
        Phase::Send.as_str(),
        Phase::Receive.as_str(),
        Phase::Done.as_str(),
        Verdict::Match.meaning(),
        Verdict::Mismatch.meaning(),
        Verdict::NoRecord.meaning(),
        Verdict::Unknown.meaning(),
        Fate::NotSent.meaning(),
        Fate::Rejected.meaning(),
        Fate::Answered.meaning(),
        Fate::Unknown.meaning(),
        Billed::No.meaning(),
        Billed::Yes.meaning(),
        Billed::Maybe.meaning(),
        Warning::CardNumberLuhn.as_str(),
    ]);
    let mut index = 0;
    while index < SUB_CODES.len() {
        let row = SUB_CODES[index];
        words.push(&[row.0, row.1, row.2]);
        index += 1;
    }
    index = 0;
    while index < OWN_STATUSES.len() {
        let own = &OWN_STATUSES[index];
        words.push(&[own.name, own.meaning, own.remedy]);
        index += 1;
    }
    index = 0;
    while index < ErrorKind::ALL.len() {
        let kind = ErrorKind::ALL[index];
        words.push(&[kind.as_str(), kind.meaning(), kind.remedy()]);
        index += 1;
    }
    index = 0;
    while index < VERIFICATION_KEYS.len() {
        words.push(&[VERIFICATION_KEYS[index].0, VERIFICATION_KEYS[index].1]);
        index += 1;
    }
    index = 0;
    while index < CONFIG_OPTIONS.len() {
        let row = &CONFIG_OPTIONS[index];
        words.push(&[row.key, row.value, row.default, row.meaning]);
        index += 1;
    }
    assert!(words.count == COUNT, "COUNT is not the number of words");
    words.all
};

const COUNT: usize = 29
    + 3 * SUB_CODES.len()
    + 3 * OWN_STATUSES.len()
    + 3 * ErrorKind::ALL.len()
    + 2 * VERIFICATION_KEYS.len()
    + 4 * CONFIG_OPTIONS.len();

struct Words {
    all: [&'static str; COUNT],
    count: usize,
}

impl Words {
    #[expect(clippy::indexing_slicing, reason = "a wrong index does not compile")]
    const fn push(&mut self, words: &[&'static str]) {
        let mut index = 0;
        while index < words.len() {
            self.all[self.count] = words[index];
            self.count += 1;
            index += 1;
        }
    }
}

/// The same one after the other, each with the NUL that Rust's own texts lack.
#[expect(clippy::indexing_slicing, reason = "a wrong index does not compile")]
static TEXTS: [u8; LENGTH] = {
    let mut texts = [0; LENGTH];
    let (mut word, mut end) = (0, 0);
    while word < COUNT {
        let bytes = WORDS[word].as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            assert!(bytes[index] != 0, "a word with a NUL in it");
            texts[end] = bytes[index];
            end += 1;
            index += 1;
        }
        end += 1;
        word += 1;
    }
    texts
};

#[expect(clippy::indexing_slicing, reason = "a wrong index does not compile")]
const LENGTH: usize = {
    let (mut word, mut length) = (0, 0);
    while word < COUNT {
        length += WORDS[word].len() + 1;
        word += 1;
    }
    length
};

/// The word as C takes it; NULL for one that stands in no table.
pub(crate) fn forever(word: Option<&str>) -> *const c_char {
    let texts = || TEXTS.split_inclusive(|byte| *byte == 0);
    let same = |text: &&[u8], word: &str| text.strip_suffix(b"\0") == Some(word.as_bytes());
    word.and_then(|word| texts().find(|text| same(text, word)))
        .map_or(ptr::null(), |text| text.as_ptr().cast())
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

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn every_word_is_found_with_its_nul() {
        for word in WORDS {
            let start = forever(Some(word));
            assert!(!start.is_null(), "{word}");
            // SAFETY: not NULL, and its texts end with a NUL.
            let found = unsafe { CStr::from_ptr(start) };
            assert_eq!(found.to_str().unwrap(), word);
        }
        assert!(forever(Some("no such word")).is_null() && forever(None).is_null());
    }
}
