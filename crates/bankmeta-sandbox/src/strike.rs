//! What a fault makes of a reply.

use hyper::header::{CONTENT_ENCODING, HeaderName, HeaderValue, LOCATION};

use crate::fault::FaultKind;
use crate::gzip;
use crate::outcome::{GatewayError, Said};
use crate::reply::{self, Format, Framing, Reply, Setting};

/// The length of one header of many.
const FILLER: usize = 1000;

/// The gateway's error for a request that is not executed: what a fault befalls
/// where it strikes a reply before the execution.
pub(crate) fn unavailable(request_id: &str) -> Reply {
    error(503, "ServiceUnavailable", request_id)
}

fn error(status: u16, code: &str, request_id: &str) -> Reply {
    let mut error = GatewayError::new(code.to_owned());
    error.status = status;
    reply::reply(&Said::Error(error), Setting { format: Format::Json, request_id, host: "" })
}

/// The reply a fault sends in place of another; none if it needs that one.
pub(crate) fn in_place(kind: &FaultKind, request_id: &str) -> Option<Reply> {
    match kind {
        FaultKind::Answer { status, code: None } => Some(reply::page(*status)),
        FaultKind::Answer { status, code: Some(code) } => Some(error(*status, code, request_id)),
        FaultKind::Body { status, content_type, body } => {
            Some(Reply::new(*status, content_type.clone(), body.clone()))
        }
        FaultKind::Redirect { status, location } => {
            let mut reply = reply::page(*status);
            // That it fits a header was seen when the fault was read; made in Rust it may not.
            reply.headers.extend(HeaderValue::from_str(location).ok().map(|value| (LOCATION, value)));
            Some(reply)
        }
        _ => None,
    }
}

/// The reply as a fault spoils it.
pub(crate) fn spoil(kind: &FaultKind, mut reply: Reply) -> Reply {
    match kind {
        FaultKind::HugeHeaders { bytes } => {
            let filler = HeaderValue::from_str(&"x".repeat(FILLER)).ok();
            let names =
                (0..bytes.div_ceil(FILLER)).map(|index| HeaderName::try_from(format!("x-filler-{index}")));
            reply.headers.extend(
                names.zip(filler.into_iter().cycle()).filter_map(|(name, value)| Some((name.ok()?, value))),
            );
        }
        FaultKind::HugeBody { bytes, chunked } => {
            reply.body.resize(reply.body.len().saturating_add(*bytes), b' ');
            reply.framing = if *chunked { Framing::Chunked } else { Framing::Length };
        }
        FaultKind::Gzip => {
            reply.body = gzip::stored(&reply.body);
            reply.headers.push((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
        }
        FaultKind::WrongLength { by } => reply.framing = Framing::WrongBy(*by),
        FaultKind::Truncate { length } => reply.body.truncate(usize::try_from(*length).unwrap_or(usize::MAX)),
        _ => {}
    }
    reply
}
