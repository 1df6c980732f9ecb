//! Keeps personal data and secrets out of what the service says. Its messages, and
//! in principle its codes and ids, can repeat what was sent. Messages are never
//! passed on; codes and ids are, if they look like one and repeat nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::credentials::Credentials;
use crate::protocol::{Parameters, encode};
use crate::verification::Verification;

/// Longer codes and ids are not passed on; the real ones are far shorter.
const MAX_CHARS: usize = 64;

/// Shorter values are not looked for: two letters of a name stand in many a code.
const MIN_VALUE: usize = 4;

/// So many characters of a factor are too many for a code. The real ones that hold
/// digits have three.
const PIECE_IN_CODE: usize = 6;

/// The same for a request id, in which fewer stand by chance: of the real ones, one in
/// some millions is lost.
const PIECE_IN_ID: usize = 8;

/// What must not be repeated: the factors in plain and as they were sent, and
/// the credentials' secrets.
#[derive(Clone, Copy)]
pub(crate) struct Personal<'a> {
    pub(crate) verification: Option<&'a Verification>,
    pub(crate) parameters: &'a Parameters,
    pub(crate) credentials: &'a Credentials,
}

impl Personal<'_> {
    /// A code of a failure: words joined by dots, or a number of three digits.
    pub(crate) fn service_code(&self, code: Option<String>) -> Option<String> {
        code.filter(|code| {
            let words = code.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.');
            let number = code.len() <= 3 && code.bytes().all(|byte| byte.is_ascii_digit());
            code.len() <= MAX_CHARS && (words || number) && !self.is_repeated_in(code, PIECE_IN_CODE)
        })
    }

    /// A BizCode or sub code: up to eight letters and digits.
    pub(crate) fn short_code(&self, code: Option<String>) -> Option<String> {
        code.filter(|code| {
            code.len() <= 8
                && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !self.is_repeated_in(code, PIECE_IN_CODE)
        })
    }

    /// A request id: hexadecimal digits and hyphens.
    pub(crate) fn request_id(&self, id: Option<String>) -> Option<String> {
        id.filter(|id| {
            id.len() <= MAX_CHARS
                && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
                && !self.is_repeated_in(&Zeroizing::new(id.replace('-', "")), PIECE_IN_ID)
        })
    }

    /// Whether `text` repeats a factor, or `piece` characters of one, or a secret.
    fn is_repeated_in(&self, text: &str, piece: usize) -> bool {
        let plain = self.verification.into_iter().flat_map(Verification::plain_values);
        // What is sent differs from what is plain in md5 mode only.
        let masked = self.verification.is_none_or(|verification| verification.md5_mode);
        let sent =
            self.parameters.iter().filter(|(name, _)| masked && is_personal(name)).map(|(_, value)| value);
        let secrets = [Some(self.credentials.secret()), self.credentials.security_token()];
        plain.chain(sent).any(|value| repeats(text, value, piece))
            || secrets.into_iter().flatten().any(|value| repeats(text, value, usize::MAX))
    }
}

/// Whether `text` holds `piece` characters of the value in a row, or all of it, in plain,
/// in hexadecimal or in base64.
fn repeats(text: &str, value: &str, piece: usize) -> bool {
    let bytes = value.as_bytes();
    if text.len() < bytes.len().min(piece) || bytes.len() < MIN_VALUE {
        return false;
    }
    let hexadecimal = || Zeroizing::new(encode::hex(bytes));
    shares(text, value, piece)
        || shares(text, &hexadecimal(), piece.saturating_mul(2))
        // What is hexadecimal, as an id is, can be base64 by chance only.
        || (!text.bytes().all(|byte| byte.is_ascii_hexdigit())
            && (0..3).any(|offset| shares(text, &base64(bytes, offset), piece.saturating_mul(4) / 3)))
}

fn is_personal(name: &str) -> bool {
    matches!(name, "BankCard" | "UserName" | "IdentifyNum" | "Mobile")
}

/// Those characters that are the value's alone when so many bytes stand before it.
fn base64(bytes: &[u8], offset: usize) -> Zeroizing<String> {
    let mut shifted = Zeroizing::new(Vec::with_capacity(offset + bytes.len()));
    shifted.resize(offset, 0);
    shifted.extend_from_slice(bytes);
    let encoded = Zeroizing::new(STANDARD.encode(&*shifted));
    let own = (offset * 8).div_ceil(6)..shifted.len() * 8 / 6;
    Zeroizing::new(encoded.get(own).unwrap_or_default().to_owned())
}

/// Whether `text` holds `run` characters of `form` in a row, or all of it, in any letter
/// case; makes no copy of either.
fn shares(text: &str, form: &str, run: usize) -> bool {
    let (text, form) = (text.as_bytes(), form.as_bytes());
    let run = run.min(form.len());
    // Every reply is searched so: most places differ in the first character already.
    let first = |piece: &[u8]| piece.first().map(u8::to_ascii_lowercase);
    run <= text.len()
        && form.windows(run).any(|piece| {
            let wanted = first(piece);
            text.windows(run).any(|window| first(window) == wanted && window.eq_ignore_ascii_case(piece))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_personal<R>(md5_mode: bool, test: impl FnOnce(Personal<'_>) -> R) -> R {
        let verification = Verification::builder()
            .card_number("6222021234567890123")
            .name("Zhangsan")
            .id_number("11010519491231002X")
            .mobile("13800138000")
            .md5_mode(md5_mode)
            .build()
            .unwrap();
        let credentials = Credentials::new("testid", "testsecret", Some("STStoken".to_owned())).unwrap();
        let parameters = verification.parameters();
        test(Personal {
            verification: Some(&verification),
            parameters: &parameters,
            credentials: &credentials,
        })
    }

    #[test]
    fn real_codes_and_ids_pass() {
        with_personal(false, |personal| {
            for code in ["Throttling.Api", "InvalidSecurityToken.MismatchWithAccessKey", "402"] {
                assert_eq!(personal.service_code(Some(code.to_owned())).as_deref(), Some(code));
            }
            for code in ["1", "9", "999", "A12"] {
                assert_eq!(personal.short_code(Some(code.to_owned())).as_deref(), Some(code));
            }
            let id = "3A5B1C2D-0000-1111-2222-333344445555";
            assert_eq!(personal.request_id(Some(id.to_owned())).as_deref(), Some(id));
        });
    }

    #[test]
    fn whatever_repeats_a_value_or_is_odd_does_not() {
        with_personal(false, |personal| {
            for code in [
                "Bad.6222021234567890123",
                "13800138000",
                "Invalid.zhangsan.name",
                "Invalid.testsecret",
                "InvalidSecurityToken.STStoken",
                &format!("x{}", &*base64(b"Zhangsan", 0)),
                &format!("x{}", &*base64(b"Zhangsan", 1)),
                &format!("x{}", &*base64(b"Zhangsan", 2)),
                "622202",
                "13800138",
                "张三",
                "Bad%206222",
                "line\nbreak",
                &"A".repeat(MAX_CHARS + 1),
            ] {
                assert_eq!(personal.service_code(Some(code.to_owned())), None, "{code}");
                assert_eq!(personal.short_code(Some(code.to_owned())), None, "{code}");
            }
            for id in [
                "622202-1234567890123",
                "13800138000",
                &encode::hex("Zhangsan".as_bytes()).to_uppercase(),
                "62220212-0000-1111-2222-333344445555",
                "AAAA1380-0138-AAAA-2222-333344445555",
                "36323232-3032-3132-AAAA-333344445555",
                "Zhang-san",
                "not hexadecimal",
                &"0".repeat(MAX_CHARS + 1),
            ] {
                assert_eq!(personal.request_id(Some(id.to_owned())), None, "{id}");
            }
        });
    }

    #[test]
    fn md5_parts_count_as_values() {
        with_personal(true, |personal| {
            let masked = crate::md5_mode::mobile("13800138000").to_uppercase();
            assert_eq!(personal.request_id(Some(masked)), None);
            // The digest alone, without the plain digits before it.
            let masked = crate::md5_mode::card_number("6222021234567890123");
            assert_eq!(personal.request_id(Some(masked.chars().skip(13).collect())), None);
            assert_eq!(personal.request_id(Some("13800138000".to_owned())), None);
        });
    }
}
