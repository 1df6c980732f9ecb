//! md5 mode (`ParamType=md5`): parts of each factor are replaced by their MD5.
//!
//! This is obfuscation, asked for by the service; it protects nothing. The last
//! six digits of a card have a million values, and hashing them all takes about
//! a second.
//!
//! Layouts: the service's documentation; which digits of the ID number and the
//! mobile are hashed is inferred. Vectors: `tests/vectors/md5_masking.json`.

use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use crate::protocol::encode::push_hex;

/// `head`, the MD5 of `middle`, then `tail`.
fn masked(head: &str, middle: &str, tail: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(head.len() + 32 + tail.len()));
    out.push_str(head);
    push_hex(&mut out, &Md5::digest(middle.as_bytes()));
    out.push_str(tail);
    out
}

/// Splits `text` after `count` characters (code points), or at its end.
fn split_after(text: &str, count: usize) -> (&str, &str) {
    let at = text.char_indices().nth(count).map_or(text.len(), |(index, _)| index);
    text.split_at(at)
}

/// Splits the last `count` characters (code points) off `text`.
fn split_before_last(text: &str, count: usize) -> (&str, &str) {
    split_after(text, text.chars().count().saturating_sub(count))
}

/// All but the last six digits in plain, then the MD5 of the last six.
#[must_use]
pub fn card_number(plain: &str) -> Zeroizing<String> {
    let (head, last_six) = split_before_last(plain, 6);
    masked(head, last_six, "")
}

/// The MD5 of the first character (a code point, in UTF-8), then the rest in plain.
#[must_use]
pub fn name(plain: &str) -> Zeroizing<String> {
    let (first, rest) = split_after(plain, 1);
    masked("", first, rest)
}

/// A resident ID card: six characters in plain, the MD5 of the birth date, the
/// last four in plain.
#[must_use]
pub fn resident_id_number(plain: &str) -> Zeroizing<String> {
    let (region, rest) = split_after(plain, 6);
    let (birth_date, last_four) = split_before_last(rest, 4);
    masked(region, birth_date, last_four)
}

/// Any other document: all but the last two characters in plain, then their MD5.
#[must_use]
pub fn other_id_number(plain: &str) -> Zeroizing<String> {
    let (head, last_two) = split_before_last(plain, 2);
    masked(head, last_two, "")
}

/// The MD5 of the whole number.
#[must_use]
pub fn mobile(plain: &str) -> Zeroizing<String> {
    masked("", plain, "")
}
