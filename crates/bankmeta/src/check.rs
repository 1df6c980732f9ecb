//! Checks of the input before any call: each one spared call is money saved.
//!
//! A check returns the rule and the remedy, never the value.

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
    if text.chars().any(char::is_control) {
        return Err("contains a control character (a line end, tab or NUL); remove it");
    }
    Ok(())
}

pub(crate) fn card_number(text: &str) -> Check {
    if text.is_empty() {
        return Err("is empty; pass the 12 to 19 digits of the card");
    }
    if text.contains([' ', '-']) {
        return Err("contains spaces or hyphens; pass the digits alone");
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
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
    Ok(())
}

/// The number of a resident ID card: GB 11643-1999, 18 characters, of which
/// characters 7 to 14 are the birth date and the last is a check character.
pub(crate) fn resident_id_number(text: &str) -> Check {
    let bytes = text.as_bytes();
    if bytes.len() == 15 && bytes.iter().all(u8::is_ascii_digit) {
        return Err(
            "is a 15-digit number of the old kind, which the service does not document; pass the 18-character number",
        );
    }
    let Ok(characters) = <[u8; 18]>::try_from(bytes) else {
        return Err("must have 18 characters (resident ID card); for another document set id_type");
    };
    let [body @ .., check] = characters;
    if check == b'x' {
        return Err("ends with a lower-case x; write the check character as X");
    }
    if !body.iter().all(u8::is_ascii_digit) || !(check.is_ascii_digit() || check == b'X') {
        return Err(
            "must be 17 digits and a digit or X (resident ID card); for another document set id_type",
        );
    }
    if !holds_a_date(&body) {
        return Err("has no valid birth date in characters 7 to 14 (YYYYMMDD); look for swapped digits");
    }
    if check_character(&body) != check {
        return Err("does not agree with its check character (GB 11643); look for a mistyped digit");
    }
    Ok(())
}

fn holds_a_date(body: &[u8; 17]) -> bool {
    let [_, _, _, _, _, _, date @ .., _, _, _] = body;
    let number = |digits: &[u8]| digits.iter().fold(0_i16, |sum, byte| sum * 10 + i16::from(byte - b'0'));
    let [y1, y2, y3, y4, m1, m2, d1, d2] = *date;
    let (year, month, day) = (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]));
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => year >= 1800 && jiff::civil::Date::new(year, month, day).is_ok(),
        _ => false,
    }
}

/// ISO 7064 MOD 11-2, as GB 11643 prescribes.
fn check_character(body: &[u8; 17]) -> u8 {
    let remainder = body.iter().fold(0_u32, |product, byte| (product + u32::from(byte - b'0')) * 2 % 11);
    match (12 - remainder) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    }
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
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("contains something other than the digits 0 to 9; pass the 11 digits alone");
    }
    if text.len() != 11 || !text.starts_with('1') {
        return Err("must have 11 digits, the first a 1; pass the mobile registered with the bank");
    }
    Ok(())
}

pub(crate) fn id_type(text: &str) -> Check {
    if text.chars().count() > ID_TYPE_MAX_CHARS {
        return Err("is longer than 32 characters; pass the service's code, for example 01");
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
        for good in ["张三", "𠮷田", "买买提·吐尔逊", "Zhang San", "A b*c~d/é+'()!", &"长".repeat(100)]
        {
            assert_eq!(name(good), Ok(()));
        }
        for bad in ["", " ", "\u{3000}", " 张三", "张三 ", &"长".repeat(101)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        assert!(any_text("张\n三").is_err());
        assert!(any_text("张\0三").is_err());
        assert!(any_text(&"x".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn resident_id_numbers() {
        for good in ["11010519491231002X", "440524188001010014"] {
            assert_eq!(resident_id_number(good), Ok(()), "{good}");
        }
        for (bad, word) in [
            ("11010519491231002x", "lower-case"),
            ("110105194912310021", "check character"),
            ("11010519490231002X", "birth date"),
            ("11010517991231002X", "birth date"),
            ("110105491231002", "15-digit"),
            ("1101051949123100", "18 characters"),
            ("1101051949123100٢X", "18 characters"),
            ("E12345678", "id_type"),
            ("", "18 characters"),
            ("11010519491231A02X", "17 digits"),
        ] {
            let rule = resident_id_number(bad).unwrap_err();
            assert!(rule.contains(word), "{bad}: {rule}");
        }
    }

    #[test]
    fn any_single_changed_digit_is_found() {
        let good = "11010519491231002X";
        for index in 0..17 {
            for digit in b'0'..=b'9' {
                let mut changed = good.as_bytes().to_vec();
                if changed[index] != digit {
                    changed[index] = digit;
                    assert!(resident_id_number(std::str::from_utf8(&changed).unwrap()).is_err());
                }
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
