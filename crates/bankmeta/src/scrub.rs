//! Keeps personal data out of what the service says. Its messages, and in
//! principle its codes and ids, can repeat what was sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::protocol::encode::percent_encode;
use crate::verification::Verification;

/// The longest code or id that is passed on; the real ones are far shorter.
const MAX_CHARS: usize = 128;

/// A code or id from the service, if it can be shown: short, of plain letters,
/// digits and `-_.:`, and without any value of the verification in it.
pub(crate) fn presentable(text: Option<String>, verification: Option<&Verification>) -> Option<String> {
    text.filter(|text| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        text.len() <= MAX_CHARS
            && text.bytes().all(plain)
            && !verification.is_some_and(|verification| repeats_a_value(text, verification))
    })
}

/// Whether the text holds a factor: as it is, percent-encoded, in base64, or as
/// sent in md5 mode. Letter case does not matter.
fn repeats_a_value(text: &str, verification: &Verification) -> bool {
    let text = text.to_lowercase();
    let holds = |value: &str| value.chars().count() > 1 && text.contains(&value.to_lowercase());
    let in_any_form = |value: &str| {
        holds(value) || holds(&percent_encode(value)) || holds(STANDARD.encode(value).trim_end_matches('='))
    };
    verification.plain_values().any(in_any_form)
        || verification
            .parameters()
            .iter()
            .filter(|(name, _)| matches!(*name, "BankCard" | "UserName" | "IdentifyNum" | "Mobile"))
            .any(|(_, value)| in_any_form(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Verification {
        Verification::four_factors("6222021234567890123", "Zhang San", "11010519491231002X", "13800138000")
            .unwrap()
    }

    fn shown(text: &str) -> Option<String> {
        presentable(Some(text.to_owned()), Some(&person()))
    }

    #[test]
    fn real_codes_and_ids_pass() {
        for text in ["Throttling.Api", "9", "999", "3A5B1C2D-0000-1111-2222-333344445555"] {
            assert_eq!(shown(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn whatever_repeats_a_value_or_is_odd_does_not() {
        for text in [
            "Bad.6222021234567890123",
            "13800138000",
            "11010519491231002x",
            "Zhang.San wrong",
            "张三",
            "Bad%206222",
            "line\nbreak",
            &STANDARD.encode("6222021234567890123").replace('=', ""),
            &"A".repeat(MAX_CHARS + 1),
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
