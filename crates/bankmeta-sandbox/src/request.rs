//! One request as it arrived: its parameters read from query and form body,
//! undecoded bytes kept nowhere.

use std::borrow::Cow;

use hyper::HeaderMap;

/// Name and value, decoded.
pub(crate) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A request with its parameters decoded.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) query: Vec<Pair<'a>>,
    /// The parameters of a form body; empty where form bodies are ignored.
    pub(crate) form: Vec<Pair<'a>>,
}

/// A parameter that is not UTF-8 once decoded.
#[derive(Debug)]
pub(crate) struct NotText;

impl<'a> Request<'a> {
    pub(crate) fn read(
        method: &'a str,
        headers: &'a HeaderMap,
        query: &'a str,
        body: &'a [u8],
        ignore_form_bodies: bool,
    ) -> Result<Self, NotText> {
        let form = if !ignore_form_bodies && is_form(headers) {
            pairs(std::str::from_utf8(body).map_err(|_| NotText)?)?
        } else {
            Vec::new()
        };
        Ok(Self { method, headers, body, query: pairs(query)?, form })
    }

    /// The value of a parameter; none where it is absent or empty.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().chain(&self.form).find(|pair| pair.0 == name)?;
        Some(found.1.as_ref()).filter(|value| !value.is_empty())
    }

    /// The trimmed value of a header; none where it is absent, empty or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        let value = std::str::from_utf8(self.headers.get(name)?.as_bytes()).ok()?.trim();
        Some(value).filter(|value| !value.is_empty())
    }

    /// Whether the query, and whether the body, holds a factor.
    pub(crate) fn personal(&self) -> (bool, bool) {
        let holds = |pairs: &[Pair<'_>]| {
            pairs
                .iter()
                .any(|(name, _)| matches!(name.as_ref(), "BankCard" | "UserName" | "IdentifyNum" | "Mobile"))
        };
        (holds(&self.query), holds(&self.form))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    headers
        .get("content-type")
        .and_then(|value| value.as_bytes().get(..FORM.len()))
        .is_some_and(|start| start.eq_ignore_ascii_case(FORM))
}

/// The pairs of a query or form body.
pub(crate) fn pairs(text: &str) -> Result<Vec<Pair<'_>>, NotText> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut pairs = Vec::with_capacity(20);
    for part in text.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((decode(name)?, decode(value)?));
    }
    Ok(pairs)
}

/// Percent-decoding as a servlet does it: `+` is a space, a `%` without two hex
/// digits stands for itself. What needs no decoding is not copied.
fn decode(text: &str) -> Result<Cow<'_, str>, NotText> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(nibble(*high) << 4 | nibble(*low));
                tail
            }
            [b'+', tail @ ..] => {
                bytes.push(b' ');
                tail
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| NotText)
}

/// The value of a hex digit.
fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        other => (other | 0x20).wrapping_sub(b'a').wrapping_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_by_the_rule() {
        let read = pairs("a=1&b=%E5%BC%A0+x%2B&c&d=50%&e=%zz&&=v").unwrap();
        let expected = [("a", "1"), ("b", "张 x+"), ("c", ""), ("d", "50%"), ("e", "%zz"), ("", "v")];
        assert_eq!(read.iter().map(|(n, v)| (n.as_ref(), v.as_ref())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(pairs("a=%ff").is_err());
    }
}
