//! A body in chunks (RFC 9112, section 7.1), joined as they arrive.

use zeroize::Zeroizing;

use super::Broken;
use super::http1::{append, bad, too_large};
use crate::protocol::decode::MAX_BODY;

/// The longest line with a chunk's size, and the most that may follow the last
/// chunk. Real ones have a few bytes.
const MAX_LINE: usize = 1024;

/// How far the chunks were read, so that a reply that drips in is read once.
#[derive(Default)]
pub(super) struct Chunks {
    /// The data joined so far.
    pub(super) body: Zeroizing<Vec<u8>>,
    /// Where in the input the next chunk, or what follows the last, begins.
    at: usize,
    last_seen: bool,
}

impl Chunks {
    /// Reads on in `input`, which only grows; where the body ends in it, once it has.
    pub(super) fn read(&mut self, input: &[u8]) -> Result<Option<usize>, Broken> {
        while !self.last_seen {
            let rest = input.get(self.at..).unwrap_or_default();
            let Some((used, size)) = parse_size(rest)? else { return Ok(None) };
            if size == 0 {
                self.last_seen = true;
                self.at += used;
                break;
            }
            if self.body.len() + size > MAX_BODY {
                return Err(too_large());
            }
            let Some(chunk) = rest.get(used..used + size + 2) else { return Ok(None) };
            let Some(data) = chunk.strip_suffix(b"\r\n") else { return Err(malformed()) };
            append(&mut self.body, data);
            self.at += used + size + 2;
        }
        let rest = input.get(self.at..).unwrap_or_default();
        match end_of_trailers(rest) {
            Some(end) => Ok(Some(self.at + end)),
            None if rest.len() > MAX_LINE => Err(malformed()),
            None => Ok(None),
        }
    }
}

/// The length of the line with the size, and the size.
fn parse_size(rest: &[u8]) -> Result<Option<(usize, usize)>, Broken> {
    // The parser takes a line without any digit for the size 0, the end.
    if rest.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
        return Err(malformed());
    }
    match httparse::parse_chunk_size(rest) {
        Ok(httparse::Status::Complete((used, size))) => match usize::try_from(size) {
            Ok(size) if size <= MAX_BODY => Ok(Some((used, size))),
            _ => Err(too_large()),
        },
        Ok(httparse::Status::Partial) if rest.len() <= MAX_LINE => Ok(None),
        Ok(httparse::Status::Partial) | Err(_) => Err(malformed()),
    }
}

/// Where the trailers end: after an empty line.
fn end_of_trailers(rest: &[u8]) -> Option<usize> {
    if rest.starts_with(b"\r\n") {
        return Some(2);
    }
    rest.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn malformed() -> Broken {
    bad("the reply's chunks are malformed")
}
