//! HTTP/1.1 as far as one POST and its reply need it; no I/O.

use zeroize::Zeroizing;

use super::Broken;
use crate::error::ErrorKind;
use crate::protocol::SignedRequest;
use crate::protocol::decode::{HEADERS, MAX_BODY};

/// The longest status line and headers that are read, in bytes.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// The request as it goes over the wire, in one piece: one TLS record, one packet or two.
pub(crate) fn write_request(request: &SignedRequest, user_agent: &str) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(2048));
    let mut push = |parts: &[&str]| parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    push(&[SignedRequest::METHOD, " ", request.target(), " HTTP/1.1\r\n"]);
    for (name, value) in request.headers() {
        push(&[name, ": ", value, "\r\n"]);
    }
    push(&[
        "user-agent: ",
        user_agent,
        "\r\ncontent-length: ",
        &request.body().len().to_string(),
        "\r\n\r\n",
    ]);
    push(&[request.body()]);
    out
}

/// A whole reply.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Those headers that decoding looks at.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// How the end of a body is found (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

#[derive(Debug)]
struct Head {
    status: u16,
    headers: Vec<(&'static str, String)>,
    framing: Framing,
    keep_alive: bool,
}

/// Collects a reply from the pieces it arrives in.
#[derive(Default)]
pub(crate) struct ReplyReader {
    input: Zeroizing<Vec<u8>>,
    head: Option<Head>,
    reusable: bool,
}

impl ReplyReader {
    /// Takes the next piece; the reply, once it is whole.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<Option<Reply>, Broken> {
        self.input.extend_from_slice(piece);
        while self.head.is_none() {
            let Some((used, head)) = parse_head(&self.input)? else { return Ok(None) };
            self.input.drain(..used);
            // 1xx are no reply yet (RFC 9110, section 15.2).
            if head.status >= 200 {
                self.head = Some(head);
            }
        }
        let Some(head) = &self.head else { return Ok(None) };
        let whole = match head.framing {
            Framing::Length(length) if self.input.len() >= length => {
                Some((length, self.input.len() == length))
            }
            Framing::Chunked => unchunk(&mut self.input)?,
            Framing::Length(_) | Framing::UntilClose => None,
        };
        let Some((length, exact)) = whole else { return self.within_limit() };
        Ok(self.finish(length, exact))
    }

    /// The connection ended cleanly: the reply, if its body runs until then.
    pub(crate) fn end(&mut self) -> Result<Option<Reply>, Broken> {
        match &self.head {
            Some(head) if head.framing == Framing::UntilClose => {
                let length = self.input.len();
                Ok(self.finish(length, false))
            }
            Some(_) => Err(Broken::new(
                ErrorKind::ConnectionLost,
                "the connection was closed in the middle of the reply",
            )),
            None => Err(Broken::new(ErrorKind::ConnectionLost, "the connection was closed before a reply")),
        }
    }

    /// Whether the connection can serve another request after this reply.
    pub(crate) fn connection_is_reusable(&self) -> bool {
        self.reusable
    }

    fn finish(&mut self, length: usize, exact: bool) -> Option<Reply> {
        let head = self.head.take()?;
        // Bytes after the reply belong to no request: the connection is out of step.
        self.reusable = head.keep_alive && exact;
        let mut body = std::mem::take(&mut self.input);
        body.truncate(length);
        Some(Reply { status: head.status, headers: head.headers, body })
    }

    /// Not whole yet: fine, as long as it does not outgrow the limit.
    fn within_limit(&self) -> Result<Option<Reply>, Broken> {
        let limit = match self.head.as_ref().map(|head| head.framing) {
            // Chunk sizes and trailers count too; twice the limit leaves room for them.
            Some(Framing::Chunked) => MAX_BODY * 2,
            _ => MAX_BODY,
        };
        if self.input.len() > limit { Err(too_large()) } else { Ok(None) }
    }
}

fn too_large() -> Broken {
    bad("the reply's body is larger than 64 KiB")
}

fn bad(what: &str) -> Broken {
    Broken::new(ErrorKind::BadReply, what)
}

fn parse_head(input: &[u8]) -> Result<Option<(usize, Head)>, Broken> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut slots);
    let used = match response.parse(input) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) if input.len() <= MAX_HEAD => return Ok(None),
        Ok(httparse::Status::Partial) => return Err(bad("the reply's headers are larger than 16 KiB")),
        Err(httparse::Error::TooManyHeaders) => return Err(bad("the reply has more than 64 headers")),
        Err(_) => return Err(bad("the reply is not HTTP")),
    };
    let status = response.code.unwrap_or_default();
    if !(100..=599).contains(&status) || status == 101 {
        return Err(bad("the reply's status is not one of HTTP"));
    }
    let headers = &*response.headers;
    let has_token = |name: &str, token: &str| {
        values(headers, name)
            .any(|value| value.split(',').any(|word| word.trim().eq_ignore_ascii_case(token)))
    };
    let is_http11 = response.version == Some(1);
    Ok(Some((
        used,
        Head {
            status,
            headers: kept(headers),
            framing: framing(status, headers)?,
            keep_alive: is_http11 && !has_token("connection", "close"),
        },
    )))
}

fn values<'h>(headers: &'h [httparse::Header<'_>], name: &'h str) -> impl Iterator<Item = &'h str> {
    headers
        .iter()
        .filter(move |header| header.name.eq_ignore_ascii_case(name))
        .map(|header| std::str::from_utf8(header.value).unwrap_or_default())
}

fn kept(headers: &[httparse::Header<'_>]) -> Vec<(&'static str, String)> {
    HEADERS.iter().filter_map(|name| Some((*name, values(headers, name).next()?.to_owned()))).collect()
}

fn framing(status: u16, headers: &[httparse::Header<'_>]) -> Result<Framing, Broken> {
    if matches!(status, 100..=199 | 204 | 304) {
        return Ok(Framing::Length(0));
    }
    let mut codings = values(headers, "transfer-encoding");
    let mut lengths = values(headers, "content-length").map(str::trim);
    match (codings.next(), lengths.next()) {
        (None, None) => Ok(Framing::UntilClose),
        (None, Some(length)) => {
            // Two different lengths are a sign of an attack on the framing.
            if lengths.any(|other| other != length) || !length.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(bad("the reply's content-length is not a number"));
            }
            match length.parse() {
                Ok(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
                Ok(_) | Err(_) if !length.is_empty() => Err(too_large()),
                _ => Err(bad("the reply's content-length is not a number")),
            }
        }
        (Some(coding), None) if coding.trim().eq_ignore_ascii_case("chunked") && codings.next().is_none() => {
            Ok(Framing::Chunked)
        }
        (Some(_), None) => Err(bad("the reply's transfer-encoding is not chunked")),
        (Some(_), Some(_)) => Err(bad("the reply has both a content-length and a transfer-encoding")),
    }
}

/// Joins the chunks in place, if all have arrived: the body's length, and
/// whether nothing follows it.
fn unchunk(input: &mut Zeroizing<Vec<u8>>) -> Result<Option<(usize, bool)>, Broken> {
    let mut body = Zeroizing::new(Vec::with_capacity(input.len()));
    let mut at = 0;
    loop {
        let rest = input.get(at..).unwrap_or_default();
        let (used, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(size)) => size,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(bad("the reply's chunks are malformed")),
        };
        let size = usize::try_from(size).ok().filter(|size| *size <= MAX_BODY).ok_or_else(too_large)?;
        let rest = rest.get(used..).unwrap_or_default();
        if size == 0 {
            return Ok(end_of_trailers(rest).map(|end| {
                let exact = at + used + end == input.len();
                let length = body.len();
                *input = body;
                (length, exact)
            }));
        }
        let Some(chunk) = rest.get(..size + 2) else { return Ok(None) };
        let Some(data) = chunk.strip_suffix(b"\r\n") else {
            return Err(bad("the reply's chunks are malformed"));
        };
        body.extend_from_slice(data);
        if body.len() > MAX_BODY {
            return Err(too_large());
        }
        at += used + size + 2;
    }
}

/// Where the trailers end: after an empty line.
fn end_of_trailers(rest: &[u8]) -> Option<usize> {
    if rest.starts_with(b"\r\n") {
        return Some(2);
    }
    rest.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

#[cfg(test)]
mod tests;
