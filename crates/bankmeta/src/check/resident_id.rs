//! The number of a resident ID card.

use jiff::civil::Date;

use super::{Check, is_digits};

/// The number of a resident ID card: GB 11643-1999, 18 characters, of which
/// characters 7 to 14 are the birth date and the last is a check character.
pub(crate) fn resident_id_number(text: &str, latest_birth: Date) -> Check {
    let bytes = text.as_bytes();
    if bytes.len() == 15 && is_digits(text) {
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
    if body.first() == Some(&b'0') {
        return Err("begins with 0, which no region code does; look for a missing or doubled digit");
    }
    let Some(birth) = birth_date(&body) else {
        return Err("has no valid birth date in characters 7 to 14 (YYYYMMDD); look for swapped digits");
    };
    if birth > latest_birth {
        return Err(
            "has a birth date in the future in characters 7 to 14; look for swapped digits or a wrong clock",
        );
    }
    if check_character(&body) != check {
        return Err("does not agree with its check character (GB 11643); look for a mistyped digit");
    }
    Ok(())
}

/// The latest birth date that can be true: tomorrow in UTC. Tomorrow, because in
/// China (UTC+8) the next day begins eight hours earlier, and a clock may be slow.
pub(crate) fn latest_birth() -> Date {
    let today = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date();
    today.tomorrow().unwrap_or(today)
}

fn birth_date(body: &[u8; 17]) -> Option<Date> {
    let [_, _, _, _, _, _, date @ .., _, _, _] = body;
    let number = |digits: &[u8]| digits.iter().fold(0_i16, |sum, byte| sum * 10 + i16::from(byte - b'0'));
    let [y1, y2, y3, y4, m1, m2, d1, d2] = *date;
    let (year, month, day) = (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]));
    let birth = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (year >= 1800).then_some(birth)
}

/// ISO 7064 MOD 11-2, as GB 11643 prescribes.
fn check_character(body: &[u8; 17]) -> u8 {
    let remainder = body.iter().fold(0_u32, |product, byte| (product + u32::from(byte - b'0')) * 2 % 11);
    match (12 - remainder) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATEST: Date = jiff::civil::date(2024, 2, 29);

    #[test]
    fn resident_id_numbers() {
        for good in ["11010519491231002X", "440524188001010014", "110105202402290011"] {
            assert_eq!(resident_id_number(good, LATEST), Ok(()), "{good}");
        }
        for (bad, word) in [
            ("11010519491231002x", "lower-case"),
            ("110105194912310021", "check character"),
            ("11010519490231002X", "birth date"),
            ("11010517991231002X", "birth date"),
            ("110105299912310012", "future"),
            ("110105202403010019", "future"),
            ("01010519491231002X", "region code"),
            ("110105491231002", "15-digit"),
            ("1101051949123100", "18 characters"),
            ("1101051949123100٢X", "18 characters"),
            ("E12345678", "id_type"),
            ("", "18 characters"),
            ("11010519491231A02X", "17 digits"),
        ] {
            let rule = resident_id_number(bad, LATEST).unwrap_err();
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
                    assert!(resident_id_number(std::str::from_utf8(&changed).unwrap(), LATEST).is_err());
                }
            }
        }
    }

    #[test]
    fn tomorrow_is_the_latest_birth() {
        let hours = latest_birth().to_datetime(jiff::civil::Time::midnight());
        let midnight = jiff::tz::Offset::UTC.to_timestamp(hours).unwrap();
        let ahead = midnight.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((-60..=86_400).contains(&ahead), "{ahead}");
    }
}
