//! A reply as HTTP sends it.

use bytes::Bytes;
use hyper::header::HeaderValue;
use hyper::{Response, StatusCode};

use crate::body::ReplyBody;
use crate::clock;
use crate::life::Life;
use crate::reply::{Framing, Reply};
use crate::state::State;

/// A connection that is to be closed without a reply.
#[derive(Debug)]
pub(crate) struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed without a reply")
    }
}

impl std::error::Error for Closed {}

/// The reply with the headers every reply carries.
pub(crate) fn response(
    state: &State,
    life: &Life,
    request_id: Option<&str>,
    reply: Reply,
) -> Result<Response<ReplyBody>, Closed> {
    let text = |value: &str| HeaderValue::from_str(value).map_err(|_| Closed);
    let Reply { status, content_type, body, retry_after_ms, headers: more, framing } = reply;
    let body = Bytes::from(body);
    let mut response = Response::new(ReplyBody::new(body.clone(), framing == Framing::Chunked));
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Closed)?;
    let headers = response.headers_mut();
    headers.reserve(8 + more.len());
    headers.insert("date", text(&clock::http_date(state.clock.unix_seconds()))?);
    headers.insert("content-type", text(&content_type)?);
    headers.insert("connection", HeaderValue::from_static("keep-alive"));
    headers.insert("keep-alive", text(&format!("timeout={}", state.idle_timeout.as_secs()))?);
    if let Some(request_id) = request_id {
        headers.insert("x-acs-request-id", text(request_id)?);
    }
    if let Some(milliseconds) = retry_after_ms {
        headers.insert("x-acs-retry-after", HeaderValue::from(milliseconds));
    }
    headers.extend(more.into_iter().map(|(name, value)| (Some(name), value)));
    if let Framing::WrongBy(by) = framing {
        life.send_instead(with_wrong_length(&response, &body, by));
    }
    Ok(response)
}

/// The reply byte for byte: HTTP itself would not send a wrong length.
fn with_wrong_length(response: &Response<ReplyBody>, body: &[u8], by: i64) -> Bytes {
    let length = (body.len() as u64).saturating_add_signed(by);
    let mut bytes = format!("HTTP/1.1 {}\r\ncontent-length: {length}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    Bytes::from(bytes)
}
