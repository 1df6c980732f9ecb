//! Percent-encoding as the gateway computes it: UTF-8 bytes, `A-Za-z0-9-_.~`
//! stay, every other byte becomes `%XX` in upper case.
//!
//! A library's "form" encoding would write a space as `+`, which the gateway's
//! signature check does not; so the rule stands here, spelled out and tested.

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";
const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";

/// Which bytes stay as they are: a table, since every byte of every request asks.
#[expect(
    clippy::indexing_slicing,
    reason = "computed while compiling, where an index out of range is an error"
)]
static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = true;
        rest = tail;
    }
    table
};

fn is_unreserved(byte: u8) -> bool {
    UNRESERVED.get(usize::from(byte)).copied().unwrap_or_default()
}

fn digit(table: &[u8; 16], value: u8) -> char {
    // The mask keeps the index inside the table whatever comes in.
    char::from(table.get(usize::from(value & 0x0f)).copied().unwrap_or(b'0'))
}

/// Appends `text`, percent-encoded, to `out`; `percent` is what stands for the
/// `%` itself, so that encoding twice needs no second pass.
fn push(out: &mut String, text: &str, percent: &str) {
    // Most of what is encoded stays as it is, so it is copied in runs. A run is
    // ASCII; between the bytes of one character it is empty.
    let mut run = 0;
    for (index, byte) in text.bytes().enumerate() {
        if is_unreserved(byte) {
            continue;
        }
        out.push_str(text.get(run..index).unwrap_or_default());
        out.push_str(percent);
        out.push(digit(HEX_UPPER, byte >> 4));
        out.push(digit(HEX_UPPER, byte));
        run = index + 1;
    }
    out.push_str(text.get(run..).unwrap_or_default());
}

/// Appends `text`, percent-encoded, to `out`.
pub fn push_encoded(out: &mut String, text: &str) {
    push(out, text, "%");
}

/// Appends `text`, percent-encoded twice, to `out`: what a value looks like
/// inside a V1 string-to-sign.
pub fn push_encoded_twice(out: &mut String, text: &str) {
    push(out, text, "%25");
}

/// Percent-encodes `text`.
///
/// ```
/// assert_eq!(bankmeta::protocol::encode::percent_encode("a b*~张"), "a%20b%2A~%E5%BC%A0");
/// ```
#[must_use]
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    push_encoded(&mut out, text);
    out
}

/// Appends `name=value` pairs joined by `&`, each side percent-encoded, in the
/// order given: a query or a form body.
pub fn push_pairs<'a>(out: &mut String, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) {
    for (index, (name, value)) in pairs.into_iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        push_encoded(out, name);
        out.push('=');
        push_encoded(out, value);
    }
}

/// Appends `bytes` as lower-case hexadecimal digits to `out`.
pub fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.push(digit(HEX_LOWER, byte >> 4));
        out.push(digit(HEX_LOWER, *byte));
    }
}

/// `bytes` as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_value_is_encoded_by_the_rule() {
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let expected = if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                text.clone()
            } else {
                format!("%{byte:02X}")
            };
            assert_eq!(percent_encode(&text), expected);
        }
        assert_eq!(percent_encode("张三"), "%E5%BC%A0%E4%B8%89");
        assert_eq!(percent_encode("𠮷"), "%F0%A0%AE%B7");
    }

    #[test]
    fn twice_equals_encoding_the_encoded() {
        for text in ["", "abc", "A b*c~d/é+'()!", "%", "张三 x"] {
            let mut twice = String::new();
            push_encoded_twice(&mut twice, text);
            assert_eq!(twice, percent_encode(&percent_encode(text)));
        }
    }

    #[test]
    fn pairs_are_joined_and_encoded() {
        let mut out = String::new();
        push_pairs(&mut out, [("Name", "张三"), ("Empty", ""), ("Odd", "A b*c~d/é+'()!")]);
        assert_eq!(out, "Name=%E5%BC%A0%E4%B8%89&Empty=&Odd=A%20b%2Ac~d%2F%C3%A9%2B%27%28%29%21");
    }

    #[test]
    fn hex_is_lower_case_and_two_digits_a_byte() {
        assert_eq!(hex(&[0x00, 0x0f, 0xa0, 0xff]), "000fa0ff");
    }
}
