//! Status, headers and body in; what the service said out.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::answer::Verdict;
use crate::fate;

/// The longest body that is read, in bytes. Real answers have a few hundred.
pub const MAX_BODY: usize = 64 * 1024;

/// The header names [`decode`] looks at, in lower case; others need not be passed.
pub const HEADERS: [&str; 3] = ["x-acs-request-id", "x-acs-retry-after", "date"];

/// What a whole reply says, as the service wrote it: codes and ids too can repeat what was
/// sent, so `Debug` shows none of them.
#[non_exhaustive]
pub enum Decoded {
    /// A success with a BizCode.
    Answer {
        /// 1, 2, 3, or a value this version does not know.
        biz_code: String,
        /// The detail, if there is one.
        sub_code: Option<String>,
        /// The vendor's id of the request.
        request_id: Option<String>,
    },
    /// The service, or something in front of it, said no.
    Failure(ServiceFailure),
    /// Not the documented form; the text says what is missing.
    Unreadable {
        /// What is missing or wrong.
        why: &'static str,
        /// The vendor's id of the request.
        request_id: Option<String>,
    },
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { biz_code, .. } => {
                let verdict = Verdict::from_biz_code(biz_code);
                f.debug_struct("Answer").field("verdict", &verdict).finish_non_exhaustive()
            }
            Self::Failure(failure) => f.debug_tuple("Failure").field(failure).finish(),
            Self::Unreadable { why, .. } => {
                f.debug_struct("Unreadable").field("why", why).finish_non_exhaustive()
            }
        }
    }
}

/// A failure as the service gave it.
#[non_exhaustive]
pub struct ServiceFailure {
    /// The HTTP status.
    pub http_status: u16,
    /// The service's code; `None` for a bare HTTP error.
    pub code: Option<String>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// How long to wait before the next attempt, where the service says so.
    pub retry_after: Option<Duration>,
    /// The server's time in Unix seconds, from its `Date` header.
    pub server_time: Option<i64>,
    /// The service's own words. They can repeat everything that was sent: for
    /// comparison, never for display.
    pub(crate) message: Zeroizing<String>,
    /// The failure stands beside a BizCode, so it may have been executed.
    pub(crate) has_biz_code: bool,
}

impl ServiceFailure {
    /// A failure of which only status and code are known.
    #[must_use]
    pub fn new(http_status: u16, code: impl Into<String>) -> Self {
        Self {
            http_status,
            code: Some(code.into()).filter(|code| !code.is_empty()),
            request_id: None,
            retry_after: None,
            server_time: None,
            message: Zeroizing::default(),
            has_biz_code: false,
        }
    }
}

impl fmt::Debug for ServiceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceFailure")
            .field("http_status", &self.http_status)
            .field("kind", &fate::of_failure(self).1)
            .field("retry_after", &self.retry_after)
            .field("server_time", &self.server_time)
            .finish_non_exhaustive()
    }
}

/// Decodes a whole reply. `headers` in any letter case; those named in
/// [`HEADERS`] are used.
#[must_use]
pub fn decode<'a>(
    http_status: u16,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &[u8],
) -> Decoded {
    let (mut header_id, mut retry_after, mut server_time) = (None, None, None);
    for (name, value) in headers {
        match HEADERS.iter().position(|known| name.eq_ignore_ascii_case(known)) {
            Some(0) => header_id = Some(value.trim().to_owned()).filter(|id| !id.is_empty()),
            Some(1) => retry_after = value.trim().parse().ok().map(Duration::from_millis),
            Some(_) => server_time = unix_seconds(value.trim()),
            None => {}
        }
    }
    let success = (200..=299).contains(&http_status);
    let envelope = match Envelope::read(body) {
        Some(envelope) => envelope,
        None if success => {
            return Decoded::Unreadable { why: "the body is not the documented JSON", request_id: header_id };
        }
        None => Envelope::default(),
    };

    let request_id = envelope.request_id.filled().or(header_id);
    let code = envelope.code.filled();
    let ResultObject { biz_code, sub_code } = envelope.result_object;
    if success && code.as_deref().is_some_and(is_success_code) {
        return match biz_code.filled() {
            Some(biz_code) => Decoded::Answer { biz_code, sub_code: sub_code.filled(), request_id },
            None => Decoded::Unreadable { why: "the success has no ResultObject with a BizCode", request_id },
        };
    }
    if success && code.is_none() {
        return Decoded::Unreadable { why: "the body has no Code", request_id };
    }
    Decoded::Failure(ServiceFailure {
        http_status,
        code,
        request_id,
        retry_after,
        server_time,
        message: envelope.message,
        has_biz_code: biz_code.filled().is_some(),
    })
}

/// Success is documented both as "200" and as "Success".
fn is_success_code(code: &str) -> bool {
    code == "200" || code.eq_ignore_ascii_case("success")
}

/// The `Date` header: `Tue, 24 Nov 2026 00:00:00 GMT`.
fn unix_seconds(date: &str) -> Option<i64> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    parser.parse_timestamp(date).ok().map(jiff::Timestamp::as_second)
}

/// What is used of the outer object of a reply.
#[derive(Default)]
struct Envelope {
    request_id: Text,
    code: Text,
    message: Zeroizing<String>,
    result_object: ResultObject,
}

/// As it stands in JSON; the gateway's keys can start in lower case. What is not
/// of the documented type must not spoil the rest, so it is looked at later.
#[derive(Deserialize)]
struct JsonEnvelope<'a> {
    #[serde(rename = "RequestId", alias = "requestId", default)]
    request_id: Text,
    #[serde(rename = "Code", alias = "code", default)]
    code: Text,
    #[serde(borrow, rename = "Message", alias = "message", default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, rename = "ResultObject", alias = "resultObject", default)]
    result_object: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct ResultObject {
    #[serde(rename = "BizCode", alias = "bizCode", default)]
    biz_code: Text,
    #[serde(rename = "SubCode", alias = "subCode", default)]
    sub_code: Text,
}

impl Envelope {
    fn read(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?.trim_start_matches('\u{feff}').trim();
        Self::read_json(text).or_else(|| Self::read_xml(text))
    }

    fn read_json(text: &str) -> Option<Self> {
        let json: JsonEnvelope<'_> = serde_json::from_str(text).ok()?;
        // Only this message is looked at; each text that is parsed leaves copies.
        let echoes = json.code.0.as_deref() == Some("SignatureDoesNotMatch");
        let message = json.message.filter(|_| echoes).and_then(|raw| serde_json::from_str(raw.get()).ok());
        let result = json.result_object.and_then(|raw| serde_json::from_str(raw.get()).ok());
        Some(Self {
            request_id: json.request_id,
            code: json.code,
            message: Zeroizing::new(message.unwrap_or_default()),
            result_object: result.unwrap_or_default(),
        })
    }

    /// `<Error><RequestId>…</RequestId><Code>…</Code>…</Error>`: the gateway's
    /// other form of an error. Only flat elements are looked for; a success is
    /// never read from XML.
    fn read_xml(text: &str) -> Option<Self> {
        let inside = text.split_once("<Error>")?.1;
        if !(text.starts_with("<?xml") || text.starts_with("<Error>")) || !text.ends_with("</Error>") {
            return None;
        }
        let element = |name: &str| {
            let rest = inside.split_once(&format!("<{name}>"))?.1;
            Some(unescape_xml(rest.split_once(&format!("</{name}>"))?.0))
        };
        let code = element("Code").filter(|code| !is_success_code(code))?;
        Some(Self {
            request_id: Text(element("RequestId").map(|id| id.to_string())),
            code: Text(Some(code.to_string())),
            message: element("Message").unwrap_or_default(),
            result_object: ResultObject::default(),
        })
    }
}

/// In one pass, into memory that is large enough: no copies are left behind.
fn unescape_xml(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entities = [("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\''), ("amp;", '&')];
        let known = entities.iter().find_map(|(name, plain)| Some((after.strip_prefix(name)?, *plain)));
        let (tail, plain) = known.unwrap_or((after, '&'));
        out.push(plain);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A string, or a number as its digits, or nothing: the service documents
/// strings and has been seen to send numbers.
#[derive(Default)]
struct Text(Option<String>);

impl Text {
    /// The text, unless it is empty.
    fn filled(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a whole number or null")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Text, E> {
        Ok(Text(Some(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }
}
