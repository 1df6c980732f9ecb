//! For a program with its own HTTP stack: signed here, sent there, decoded here.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::ptr;
use std::slice;

use bankmeta::protocol::{SignedRequest, Wiped};
use bankmeta::{ErrorKind, Exchange, Fate};

use crate::answer::bankmeta_answer;
use crate::boundary::{free, produce, read, required, run};
use crate::config::bankmeta_config;
use crate::error::bankmeta_error;
use crate::status::{
    BANKMETA_INVALID_INPUT, BANKMETA_INVALID_LENGTH, BANKMETA_NULL_POINTER, bankmeta_status,
};
use crate::text::{self, BANKMETA_NUL};
use crate::verification::bankmeta_verification;

/// A signed request, for you to send. Keep it until its reply is decoded. It holds personal
/// data. Yours to free with `bankmeta_request_free`, which wipes it.
#[derive(Debug)]
pub struct bankmeta_request {
    exchange: Exchange,
    url: Wiped,
    headers: Vec<(Wiped, Wiped)>,
    body: Wiped,
}

impl From<Exchange> for bankmeta_request {
    fn from(exchange: Exchange) -> Self {
        let request = exchange.request();
        Self {
            url: terminated(&exchange.url()),
            headers: request.headers().map(|(name, value)| (terminated(name), terminated(value))).collect(),
            body: terminated(request.body()),
            exchange,
        }
    }
}

/// With a NUL, in memory that is wiped and large enough: no copy is left behind.
fn terminated(text: &str) -> Wiped {
    let mut with_nul = String::with_capacity(text.len() + 1);
    with_nul.push_str(text);
    with_nul.push('\0');
    with_nul.into()
}

fn start(text: Option<&Wiped>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_str().as_ptr().cast())
}

/// Signs one request for a verification, without sending it: for a program with its own HTTP
/// stack. Every attempt needs a new signature. The access key, the endpoint, `signature` and
/// `placement` come from the config (`auto` means the form body); the rest of it is not used.
///
/// `unix_seconds` is the present time, in seconds since 1970. `nonce` ends with a NUL and was
/// never used before: 1 to 64 letters, digits and hyphens. NULL takes a random one. The same
/// time and nonce make the same request again, in another process too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_sign(
    config: Option<&bankmeta_config>,
    verification: Option<&bankmeta_verification>,
    unix_seconds: i64,
    nonce: *const c_char,
    request: Option<&mut MaybeUninit<Option<Box<bankmeta_request>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    produce(request, "request", error, Fate::NotSent, || {
        let config = required(config, "config")?;
        let verification = required(verification, "verification")?.builder.clone().build()?;
        let nonce = if nonce.is_null() {
            None
        } else {
            // SAFETY: not NULL, and the C caller promises a NUL at the end.
            Some(unsafe { text::read(nonce, BANKMETA_NUL, "nonce") }?)
        };
        Ok(Exchange::sign(&config.builder, &verification, unix_seconds, nonce)?.into())
    })
}

/// The HTTP method, `"POST"`.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_method(request: Option<&bankmeta_request>) -> *const c_char {
    const POST: &std::ffi::CStr = c"POST";
    const _: () = assert!(SignedRequest::METHOD.len() == POST.count_bytes());
    request.map_or(ptr::null(), |_| POST.as_ptr())
}

/// The whole URL. Do not log it: under `placement` query it holds personal data.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_url(request: Option<&bankmeta_request>) -> *const c_char {
    start(request.map(|request| &request.url))
}

/// How many headers to send. Your HTTP stack adds `content-length`.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_header_count(request: Option<&bankmeta_request>) -> usize {
    read(request, 0, |request| request.headers.len())
}

/// The name of the header at `index`, from 0, in lower case; NULL from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_header_name(
    request: Option<&bankmeta_request>,
    index: usize,
) -> *const c_char {
    start(request.and_then(|request| request.headers.get(index)).map(|header| &header.0))
}

/// Its value, to be sent as it is. Do not log it: it may be a security token.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_header_value(
    request: Option<&bankmeta_request>,
    index: usize,
) -> *const c_char {
    start(request.and_then(|request| request.headers.get(index)).map(|header| &header.1))
}

/// The body, `""` under `placement` query. It holds personal data and no NUL but at its end.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_body(request: Option<&bankmeta_request>) -> *const c_char {
    start(request.map(|request| &request.body))
}

/// The length of the body in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_body_length(request: Option<&bankmeta_request>) -> usize {
    read(request, 0, |request| request.exchange.request().body().len())
}

/// Decodes the reply to a request: an answer or an error like those of
/// `bankmeta_client_verify`, with its fate, and with nothing in it of what was sent.
///
/// `headers` are the lines `name: value` of the reply, each with a line end, other lines among
/// them or not; `x-acs-request-id`, `x-acs-retry-after` and `date` are used. NULL if you have
/// none. `body` is the whole body. Each has its length in bytes beside it, or ends with a NUL
/// if that is `BANKMETA_NUL`. If no whole reply came, call `bankmeta_not_answered` instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_decode(
    request: Option<&bankmeta_request>,
    http_status: i32,
    headers: *const c_char,
    headers_length: usize,
    body: *const c_char,
    body_length: usize,
    answer: Option<&mut MaybeUninit<Option<Box<bankmeta_answer>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    let answer = answer.map(|place| place.write(None));
    run(error, Fate::Unknown, || {
        // Here a mistake of the caller does not mean that nothing was sent.
        let wrong = bankmeta_error::of_caller_after_sending;
        let request = request.ok_or_else(|| wrong(BANKMETA_NULL_POINTER, "request is NULL"))?;
        let answer = answer.ok_or_else(|| wrong(BANKMETA_NULL_POINTER, "answer is NULL"))?;
        let http_status = u16::try_from(http_status)
            .ok()
            .filter(|status| (100..=599).contains(status))
            .ok_or_else(|| wrong(BANKMETA_INVALID_INPUT, "http_status is not from 100 to 599"))?;
        // SAFETY: the C caller promises `headers_length` bytes, or a NUL at the end.
        let headers = unsafe { bytes(headers, headers_length) }
            .ok_or_else(|| wrong(BANKMETA_INVALID_LENGTH, "headers_length is not a length"))?;
        // SAFETY: the C caller promises `body_length` bytes, or a NUL at the end.
        let body = unsafe { bytes(body, body_length) }
            .ok_or_else(|| wrong(BANKMETA_INVALID_LENGTH, "body_length is not a length"))?;
        *answer = Some(Box::new(request.exchange.decode(http_status, lines(headers), body)?.into()));
        Ok(())
    })
}

/// The bytes at `start`, none for NULL; `None` if `length` cannot be one.
///
/// # Safety
///
/// If `start` is not NULL, `length` bytes can be read there, or for [`BANKMETA_NUL`] all bytes
/// up to a NUL, and they do not change during `'a`.
unsafe fn bytes<'a>(start: *const c_char, length: usize) -> Option<&'a [u8]> {
    if start.is_null() {
        return matches!(length, 0 | BANKMETA_NUL).then_some(&[]);
    }
    if length == BANKMETA_NUL {
        // SAFETY: not NULL, and the caller promises a NUL at the end.
        return Some(unsafe { std::ffi::CStr::from_ptr(start) }.to_bytes());
    }
    isize::try_from(length).ok()?;
    // SAFETY: not NULL, the caller promises `length` bytes, and it is not above isize::MAX.
    Some(unsafe { slice::from_raw_parts(start.cast::<u8>(), length) })
}

/// The headers in a text of lines; what is none, as a status line, is left out.
fn lines(headers: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    headers
        .split(|byte| *byte == b'\n')
        .filter_map(|line| str::from_utf8(line).ok()?.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
}

/// The error to report when no whole reply came to a request that you sent, or tried to send.
/// Returns its status.
///
/// `what` is what failed: `BANKMETA_DNS`, `BANKMETA_CONNECT`, `BANKMETA_TLS`,
/// `BANKMETA_TIMEOUT` or `BANKMETA_CONNECTION_LOST`, which any other number counts as.
/// `handed_over` is 0 only if no byte of the request was handed to the socket or TLS layer.
/// Then the fate is `BANKMETA_FATE_NOT_SENT`; else, and if you do not know, it is
/// `BANKMETA_FATE_UNKNOWN`: it may have been executed and billed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_not_answered(
    what: bankmeta_status,
    handed_over: i32,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    let after_panic = if handed_over == 0 { Fate::NotSent } else { Fate::Unknown };
    run(error, after_panic, || {
        let kind = ErrorKind::ALL.iter().find(|kind| kind.number() == what);
        let kind = kind.copied().unwrap_or(ErrorKind::ConnectionLost);
        Err(Exchange::not_answered(kind, handed_over != 0).into())
    })
}

/// Frees a request, wipes it, and sets `*request` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_request_free(request: Option<&mut Option<Box<bankmeta_request>>>) {
    free(request);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_lines_of_any_kind() {
        let text =
            b"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 00:00:00 GMT\r\nX: \xff\nx-acs-request-id:3A\n\n";
        let headers: Vec<_> = lines(text).collect();
        assert_eq!(headers, [("Date", "Tue, 24 Nov 2026 00:00:00 GMT"), ("x-acs-request-id", "3A")]);
        assert_eq!(lines(b"").count(), 0);
    }

    #[test]
    fn absent_bytes_are_none_and_lengths_are_checked() {
        // SAFETY: NULL, and lengths within the text or that are refused.
        let of = |start: *const c_char, length| unsafe { bytes(start, length) };
        assert_eq!(of(ptr::null(), 0), Some(&b""[..]));
        assert_eq!(of(ptr::null(), BANKMETA_NUL), Some(&b""[..]));
        assert_eq!(of(ptr::null(), 3), None);
        assert_eq!(of(c"abc".as_ptr(), 2), Some(&b"ab"[..]));
        assert_eq!(of(c"abc".as_ptr(), BANKMETA_NUL), Some(&b"abc"[..]));
        assert_eq!(of(c"abc".as_ptr(), BANKMETA_NUL - 1), None);
    }
}
