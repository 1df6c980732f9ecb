//! Checks of the input before any call: each one spared call is money saved.
//!
//! A check returns the rule and the remedy, never the value.

mod resident_id;

pub(crate) use resident_id::{latest_birth, resident_id_number};

/// The longest value of any field, in bytes. It stands even where a check is
/// switched off, so that a request stays small whatever comes in.
pub(crate) const MAX_BYTES: usize = 1024;

const NAME_MAX_CHARS: usize = 100;
const DOCUMENT_MAX_CHARS: usize = 64;
const ID_TYPE_MAX_CHARS: usize = 32;

type Check = Result<(), &'static str>;

/// Holds for every field, checked or not.
pub(crate) fn any_text(text: &str) -> Check {
    if text.len() > MAX_BYTES {
        return Err("is longer than 1024 bytes; pass the value alone");
    }
    if text.chars().any(|it| it.is_control() || matches!(it, '\u{2028}' | '\u{2029}')) {
        return Err("contains a control character (a line end, tab or NUL); remove it");
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err("contains U+FFFD, the sign of a wrong decoding; decode the text anew");
    }
    if text.contains(is_invisible) {
        return Err(
            "contains an invisible character (zero width, byte order mark, writing direction, filler); remove it",
        );
    }
    Ok(())
}

/// Shows nothing by itself, so that nobody sees why the answer is a mismatch.
/// Variation selectors are no part of it: they choose the form of a Han character.
fn is_invisible(character: char) -> bool {
    matches!(character,
        // Soft hyphen, zero width, byte order mark.
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}'
        // Writing direction and other format characters.
        | '\u{61C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        // Hangul fillers, which count as letters.
        | '\u{115F}'..='\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(crate) fn card_number(text: &str) -> Check {
    if text.is_empty() {
        return Err("is empty; pass the 12 to 19 digits of the card");
    }
    if text.contains([' ', '-']) {
        return Err("contains spaces or hyphens; pass the digits alone");
    }
    if !is_digits(text) {
        return Err("contains something other than the digits 0 to 9; pass the digits alone");
    }
    if !(12..=19).contains(&text.len()) {
        return Err("must have 12 to 19 digits; look for a missing or doubled digit");
    }
    Ok(())
}

/// The Luhn check digit of ISO/IEC 7812. A warning only: not every UnionPay card
/// is sure to follow it.
pub(crate) fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match (index % 2, digit) {
                (0, _) => digit,
                (_, 0..=4) => digit * 2,
                _ => (digit * 2).saturating_sub(9),
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

pub(crate) fn name(text: &str) -> Check {
    if text.trim().is_empty() {
        return Err("is empty; pass the cardholder's name");
    }
    if text.trim().len() != text.len() {
        return Err("begins or ends with a space; remove it");
    }
    if text.chars().count() > NAME_MAX_CHARS {
        return Err("is longer than 100 characters; pass the cardholder's name alone");
    }
    if !text.contains(char::is_alphabetic) {
        return Err("has no letter in it; pass the cardholder's name and look for swapped fields");
    }
    Ok(())
}

pub(crate) fn other_id_number(text: &str) -> Check {
    if text.trim().is_empty() {
        return Err("is empty; pass the document's number or leave the factor out");
    }
    if text.trim().len() != text.len() {
        return Err("begins or ends with a space; remove it");
    }
    if text.chars().count() > DOCUMENT_MAX_CHARS {
        return Err("is longer than 64 characters; pass the document's number alone");
    }
    Ok(())
}

pub(crate) fn mobile(text: &str) -> Check {
    if text.starts_with('+') || text.starts_with("0086") || (text.starts_with("86") && text.len() == 13) {
        return Err("starts with a country code; pass the 11 digits alone");
    }
    if !is_digits(text) {
        return Err("contains something other than the digits 0 to 9; pass the 11 digits alone");
    }
    if text.len() != 11 || !text.starts_with('1') {
        return Err("must have 11 digits, the first a 1; pass the mobile registered with the bank");
    }
    Ok(())
}

/// Which codes there are is not published, so only their form is checked.
pub(crate) fn id_type(text: &str) -> Check {
    if text.chars().count() > ID_TYPE_MAX_CHARS {
        return Err("is longer than 32 characters; pass the service's code, for example 01");
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        return Err(
            "contains something other than A to Z, a to z, 0 to 9, _ and -; pass the service's code, for example 01",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers() {
        for good in ["622202123456", "6222021234567890123", "6222020000000000"] {
            assert_eq!(card_number(good), Ok(()));
        }
        for bad in [
            "",
            "62220212345",
            "62220212345678901234",
            "6222 0212 3456 7890",
            "６２２２０２１２３４５６７８９０",
            "6222021234567890abc",
        ] {
            assert!(card_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn luhn() {
        assert!(passes_luhn("4111111111111111"));
        assert!(passes_luhn("6222021234567890128") != passes_luhn("6222021234567890123"));
        assert!(!passes_luhn("4111111111111112"));
    }

    #[test]
    fn names() {
        for good in [
            "张三",
            "𠮷田",
            "𠮷",
            "买买提·吐尔逊",
            "O'Brien, Seán",
            "Zhang San",
            "A b*c~d/é+'()!",
            &"长".repeat(100),
        ] {
            assert_eq!(name(good), Ok(()));
        }
        for bad in ["", " ", "\u{3000}", " 张三", "张三 ", &"长".repeat(101)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        for bad in ["?", "·", "...", "123456", "6222021234567890123", "\u{301}", "🙂"] {
            assert!(name(bad).is_err_and(|rule| rule.contains("no letter")), "{bad:?}");
        }
    }

    #[test]
    fn any_texts() {
        for good in ["张三", "𠮷田", "阿依古丽·买买提", "O'Brien, Seán", "Sea\u{301}n", "葛\u{E0100}城", ""]
        {
            assert_eq!(any_text(good), Ok(()));
        }
        assert!(any_text(&"x".repeat(MAX_BYTES + 1)).is_err_and(|rule| rule.contains("1024")));
        for (bad, word) in [
            ("\n\t\0\u{7F}\u{85}\u{2028}\u{2029}", "control"),
            ("\u{FFFD}", "wrong decoding"),
            ("\u{AD}\u{61C}\u{115F}\u{1160}\u{180E}\u{200B}\u{200D}\u{200F}", "invisible"),
            ("\u{202A}\u{202E}\u{2060}\u{2066}\u{2069}\u{3164}\u{FEFF}\u{FFA0}", "invisible"),
        ] {
            for character in bad.chars() {
                let rule = any_text(&format!("张{character}三")).unwrap_err();
                assert!(rule.contains(word), "{character:?}: {rule}");
            }
        }
    }

    #[test]
    fn mobiles() {
        assert_eq!(mobile("13800138000"), Ok(()));
        for bad in [
            "",
            "1380013800",
            "138001380000",
            "23800138000",
            "+8613800138000",
            "8613800138000",
            "138-0013-8000",
        ] {
            assert!(mobile(bad).is_err(), "{bad}");
        }
    }
}
