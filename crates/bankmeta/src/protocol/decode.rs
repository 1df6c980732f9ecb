//! Status, headers and body in; what the service said out.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use zeroize::Zeroizing;

/// The longest body that is read, in bytes. Real answers have a few hundred.
pub const MAX_BODY: usize = 64 * 1024;

/// The header names [`decode`] looks at, in lower case; others need not be passed.
pub const HEADERS: [&str; 3] = ["x-acs-request-id", "x-acs-retry-after", "date"];

/// What a whole reply says.
#[derive(Debug)]
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
        }
    }
}

impl fmt::Debug for ServiceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceFailure")
            .field("http_status", &self.http_status)
            .field("code", &self.code)
            .field("request_id", &self.request_id)
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
            Some(0) => header_id = Some(value.trim().to_owned()),
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

    let request_id = envelope.request_id.0.filter(|id| !id.is_empty()).or(header_id);
    let code = envelope.code.0.filter(|code| !code.is_empty());
    if success && code.as_deref().is_some_and(is_success_code) {
        let result = envelope.result_object.unwrap_or_default();
        return match result.biz_code.0.filter(|biz_code| !biz_code.is_empty()) {
            Some(biz_code) => Decoded::Answer {
                biz_code,
                sub_code: result.sub_code.0.filter(|sub_code| !sub_code.is_empty()),
                request_id,
            },
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
        message: Zeroizing::new(envelope.message.0.unwrap_or_default()),
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

/// The outer object of every reply. The gateway's keys can start in lower case.
#[derive(Default, Deserialize)]
struct Envelope {
    #[serde(rename = "RequestId", alias = "requestId", default)]
    request_id: Text,
    #[serde(rename = "Code", alias = "code", default)]
    code: Text,
    #[serde(rename = "Message", alias = "message", default)]
    message: Text,
    #[serde(rename = "ResultObject", alias = "resultObject", default)]
    result_object: Option<ResultObject>,
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
        serde_json::from_slice(body).ok().or_else(|| Self::read_xml(body))
    }

    /// `<Error><RequestId>…</RequestId><Code>…</Code>…</Error>`: the gateway's
    /// other form of an error. Only flat elements are looked for; a success is
    /// never read from XML.
    fn read_xml(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?.trim_start_matches('\u{feff}').trim();
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
            request_id: Text(element("RequestId")),
            code: Text(Some(code)),
            message: Text(element("Message")),
            result_object: None,
        })
    }
}

fn unescape_xml(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// A string, or a number as its digits, or nothing: the service documents
/// strings and has been seen to send numbers.
#[derive(Default)]
struct Text(Option<String>);

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
