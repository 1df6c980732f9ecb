//! Every form in which a value is looked for.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::people::Person;

/// One text that must not come out.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) text: String,
    pub(crate) name: &'static str,
}

/// Shorter forms stand in texts by chance.
const MIN_BYTES: usize = 6;

/// Characters of a part; see `search` for why not fewer.
const PART: usize = 8;

/// All forms of one value, all in lower case: texts are searched in lower case.
pub(crate) fn of_value(value: &str) -> Vec<Form> {
    let bytes = value.as_bytes();
    let joined = |separator: &str, write: &dyn Fn(u8) -> String| {
        bytes.iter().map(|byte| write(*byte)).collect::<Vec<_>>().join(separator)
    };
    let percent = percent_encoded(value, false);
    let every = percent_encoded(value, true);
    let mut forms = vec![
        ("raw", value.to_owned()),
        ("percent-encoded twice", percent.replace('%', "%25")),
        ("form-encoded", percent.replace("%20", "+")),
        ("percent-encoded in every byte, twice", every.replace('%', "%25")),
        ("percent-encoded", percent),
        ("percent-encoded in every byte", every),
        ("hexadecimal", joined("", &|byte| format!("{byte:02x}"))),
        ("hexadecimal with spaces", joined(" ", &|byte| format!("{byte:02x}"))),
        ("hexadecimal with colons", joined(":", &|byte| format!("{byte:02x}"))),
        ("a list of bytes", joined(", ", &|byte| byte.to_string())),
        // Read as Latin-1 by mistake, and written again as UTF-8.
        ("Latin-1", bytes.iter().map(|byte| char::from(*byte)).collect()),
        ("escaped as by JSON", escaped(value, &|text, it| utf16(text, it))),
        ("escaped as by Rust", escaped(value, &|text, it| _ = write!(text, "\\u{{{:x}}}", u32::from(it)))),
        ("escaped as bytes", escaped(value, &|text, it| utf8(text, it, |byte| format!("\\x{byte:02x}")))),
        ("escaped in octal", escaped(value, &|text, it| utf8(text, it, |byte| format!("\\{byte:03o}")))),
        ("escaped as by HTML", escaped(value, &|text, it| _ = write!(text, "&#{};", u32::from(it)))),
        ("escaped as by XML", escaped(value, &|text, it| _ = write!(text, "&#x{:x};", u32::from(it)))),
        ("escaped as by Python", escaped(value, &|text, it| python(text, it))),
    ];
    for offset in 0..3 {
        forms.push(("base64", base64(bytes, offset, false)));
        forms.push(("base64, URL-safe", base64(bytes, offset, true)));
    }
    let mut seen = Vec::new();
    forms
        .into_iter()
        .map(|(name, text)| Form { text: text.to_lowercase(), name })
        .filter(|form| {
            form.text.len() >= MIN_BYTES && !seen.contains(&form.text) && {
                seen.push(form.text.clone());
                true
            }
        })
        .collect()
}

/// What md5 mode sends: the masked fields and the bare digests.
pub(crate) fn of_md5_mode(person: &Person) -> Vec<(&'static str, Form)> {
    // The digest of a whole text, whatever it is.
    let digest = |text: &str| bankmeta::md5_mode::mobile(text).to_string();
    let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    let card = &person.card_number;
    let first: String = person.name.chars().take(1).collect();
    let mut all = Vec::new();
    for (field, text) in [
        ("card_number", digest(&part(card, card.len() - 6, card.len()))),
        ("name", digest(&first)),
        ("id_number", digest(&part(&person.id_number, 6, 14))),
    ] {
        all.push((field, Form { text, name: "md5 part" }));
    }
    for (field, value) in person.factors() {
        all.push((field, Form { text: digest(value), name: "md5 of the whole" }));
    }
    all
}

/// Parts that would give the value away: any eight digits in a row, and of a name in
/// Latin letters its words.
pub(crate) fn parts(value: &str) -> Vec<Form> {
    let lower = value.to_lowercase();
    let numeric = lower.starts_with(|it: char| it.is_ascii_digit());
    let parts: Vec<&str> = if numeric {
        (0..lower.len()).filter_map(|from| lower.get(from..from + PART)).collect()
    } else {
        lower.split([' ', '\'']).filter(|word| word.is_ascii() && word.len() >= PART).collect()
    };
    parts.into_iter().map(|part| Form { text: part.to_owned(), name: "a part" }).collect()
}

/// The characters that no encoding leaves as they are stay only if `every` is false.
fn percent_encoded(value: &str, every: bool) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        if !every && (byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02x}");
        }
    }
    text
}

fn escaped(value: &str, escape: &dyn Fn(&mut String, char)) -> String {
    let mut text = String::new();
    for character in value.chars() {
        if character.is_ascii() { text.push(character) } else { escape(&mut text, character) }
    }
    text
}

fn utf16(text: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(text, "\\u{unit:04x}");
    }
}

fn utf8(text: &mut String, character: char, escape: impl Fn(u8) -> String) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        text.push_str(&escape(byte));
    }
}

fn python(text: &mut String, character: char) {
    let code = u32::from(character);
    let _ = match code {
        0..=0xFF => write!(text, "\\x{code:02x}"),
        0x100..=0xFFFF => write!(text, "\\u{code:04x}"),
        _ => write!(text, "\\U{code:08x}"),
    };
}

/// The characters that are the value's alone when it stands behind so many bytes.
fn base64(bytes: &[u8], offset: usize, url_safe: bool) -> String {
    let mut shifted = vec![0; offset];
    shifted.extend_from_slice(bytes);
    let encoded = if url_safe { URL_SAFE_NO_PAD.encode(&shifted) } else { STANDARD_NO_PAD.encode(&shifted) };
    let (first, last) = ((offset * 8).div_ceil(6), shifted.len() * 8 / 6);
    encoded.get(first..last).unwrap_or_default().to_owned()
}
