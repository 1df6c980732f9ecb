//! Keeps personal data out of what the service says. Its messages, and in
//! principle its codes and ids, can repeat what was sent. Messages are never
//! passed on; codes and ids are, if they can be shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::protocol::Parameters;
use crate::verification::Verification;

/// The longest code or id that is passed on; the real ones are far shorter.
const MAX_CHARS: usize = 128;

/// Shorter values are not looked for: two letters of a name stand in many a code.
const MIN_VALUE: usize = 4;

/// What must not be repeated: the factors in plain and as they were sent.
#[derive(Clone, Copy)]
pub(crate) struct Personal<'a> {
    pub(crate) verification: Option<&'a Verification>,
    pub(crate) parameters: &'a Parameters,
}

impl Personal<'_> {
    /// A code or id from the service, if it can be shown: short, of plain letters,
    /// digits and `-_.:` (so nothing percent-encoded), and without a factor in it.
    pub(crate) fn presentable(&self, text: Option<String>) -> Option<String> {
        text.filter(|text| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
            text.len() <= MAX_CHARS && text.bytes().all(plain) && !self.is_repeated_in(text)
        })
    }

    fn is_repeated_in(&self, text: &str) -> bool {
        let plain = self.verification.into_iter().flat_map(Verification::plain_values);
        let sent = self.parameters.iter().filter(|(name, _)| is_personal(name)).map(|(_, value)| value);
        // The usual id is hexadecimal, in which base64 would not be recognised.
        let may_be_base64 = !text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        plain
            .chain(sent)
            .filter(|value| value.len() >= MIN_VALUE)
            .any(|value| contains(text, value) || (may_be_base64 && contains(text, &base64(value))))
    }
}

fn is_personal(name: &str) -> bool {
    matches!(name, "BankCard" | "UserName" | "IdentifyNum" | "Mobile")
}

/// Without padding, which would end a code.
fn base64(value: &str) -> Zeroizing<String> {
    let mut encoded = Zeroizing::new(STANDARD.encode(value));
    while encoded.ends_with('=') {
        encoded.pop();
    }
    encoded
}

/// Whether `text` holds `value`, in any letter case; makes no copy of either.
fn contains(text: &str, value: &str) -> bool {
    text.as_bytes().windows(value.len()).any(|window| window.eq_ignore_ascii_case(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, md5_mode: bool) -> Option<String> {
        let verification = Verification::builder()
            .card_number("6222021234567890123")
            .name("Zhangsan")
            .id_number("11010519491231002X")
            .mobile("13800138000")
            .md5_mode(md5_mode)
            .build()
            .unwrap();
        let parameters = verification.parameters();
        let personal = Personal { verification: Some(&verification), parameters: &parameters };
        personal.presentable(Some(text.to_owned()))
    }

    #[test]
    fn real_codes_and_ids_pass() {
        for text in ["Throttling.Api", "9", "999", "3A5B1C2D-0000-1111-2222-333344445555"] {
            assert_eq!(shown(text, false).as_deref(), Some(text));
        }
    }

    #[test]
    fn whatever_repeats_a_value_or_is_odd_does_not() {
        for text in [
            "Bad.6222021234567890123",
            "13800138000",
            "11010519491231002x",
            "Invalid.zhangsan.name",
            "张三",
            "Bad%206222",
            "line\nbreak",
            &format!("x{}", STANDARD.encode("6222021234567890123").replace('=', "")),
            &"A".repeat(MAX_CHARS + 1),
        ] {
            assert_eq!(shown(text, false), None, "{text}");
        }
    }

    #[test]
    fn md5_parts_count_as_values() {
        let masked = crate::md5_mode::mobile("13800138000");
        assert_eq!(shown(&masked, true), None);
        assert_eq!(shown(&masked.to_uppercase(), true), None);
        assert_eq!(shown("13800138000", true), None);
    }
}
