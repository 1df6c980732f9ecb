//! HTTP/1.1 as far as one POST and its reply need it; no I/O.

use zeroize::Zeroizing;

use super::Broken;
use super::chunks::Chunks;
use crate::error::ErrorKind;
use crate::protocol::SignedRequest;
use crate::protocol::decode::{HEADERS, MAX_BODY};

/// The longest status line and headers that are read, in bytes.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// At most so many interim replies (1xx) are skipped.
const MAX_INTERIM: usize = 16;

/// Room for an ordinary reply. A larger one moves, see [`append`].
const USUAL_REPLY: usize = 1024;

/// The request as it goes over the wire, in one piece: one TLS record, one packet or two.
pub(crate) fn write_request(request: &SignedRequest, user_agent: &str) -> Zeroizing<Vec<u8>> {
    let length = request.body().len().to_string();
    let mut parts = vec![SignedRequest::METHOD, " ", request.target(), " HTTP/1.1\r\n"];
    for (name, value) in request.headers() {
        parts.extend([name, ": ", value, "\r\n"]);
    }
    parts.extend(["user-agent: ", user_agent, "\r\ncontent-length: ", &length, "\r\n\r\n", request.body()]);
    // Made to measure: growing would leave a copy behind that nobody wipes.
    let mut out = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    for part in &parts {
        out.extend_from_slice(part.as_bytes());
    }
    out
}

/// Appends, and wipes what stood in the old memory if it has to move.
pub(super) fn append(buffer: &mut Zeroizing<Vec<u8>>, piece: &[u8]) {
    let needed = buffer.len() + piece.len();
    if needed > buffer.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity((needed * 2).max(USUAL_REPLY)));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
    buffer.extend_from_slice(piece);
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
    interim: usize,
    head: Option<Head>,
    chunks: Chunks,
    reusable: bool,
}

impl ReplyReader {
    /// Takes the next piece; the reply, once it is whole.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<Option<Reply>, Broken> {
        append(&mut self.input, piece);
        while self.head.is_none() {
            let Some((used, head)) = parse_head(&self.input)? else { return Ok(None) };
            self.input.drain(..used);
            // 1xx are no reply yet (RFC 9110, section 15.2).
            if head.status >= 200 {
                self.head = Some(head);
            } else if self.interim == MAX_INTERIM {
                return Err(bad("more than 16 interim replies came before the reply"));
            }
            self.interim += 1;
        }
        match self.head.as_ref().map(|head| head.framing) {
            Some(Framing::Length(length)) if self.input.len() >= length => {
                let exact = self.input.len() == length;
                self.input.truncate(length);
                Ok(self.finish(exact))
            }
            Some(Framing::Chunked) => {
                let Some(end) = self.chunks.read(&self.input)? else {
                    // Sizes and trailers count too; twice the limit leaves room for them.
                    return if self.input.len() > MAX_BODY * 2 { Err(too_large()) } else { Ok(None) };
                };
                let exact = self.input.len() == end;
                self.input = std::mem::take(&mut self.chunks.body);
                Ok(self.finish(exact))
            }
            _ if self.input.len() > MAX_BODY => Err(too_large()),
            _ => Ok(None),
        }
    }

    /// The connection ended cleanly: the reply, if its body runs until then.
    pub(crate) fn end(&mut self) -> Result<Option<Reply>, Broken> {
        match &self.head {
            Some(head) if head.framing == Framing::UntilClose => Ok(self.finish(false)),
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

    /// The reply, whose body is the whole input by now.
    fn finish(&mut self, exact: bool) -> Option<Reply> {
        let head = self.head.take()?;
        // Bytes after the reply belong to no request: the connection is out of step.
        self.reusable = head.keep_alive && exact;
        Some(Reply { status: head.status, headers: head.headers, body: std::mem::take(&mut self.input) })
    }
}

pub(super) fn too_large() -> Broken {
    bad("the reply's body is larger than 64 KiB")
}

pub(super) fn bad(what: &str) -> Broken {
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

#[cfg(test)]
mod tests;
