//! The body of a reply: all there, with its length told or in chunks.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};

/// A reply's body.
pub(crate) struct ReplyBody {
    body: Full<Bytes>,
    chunked: bool,
}

impl ReplyBody {
    pub(crate) fn new(bytes: impl Into<Bytes>, chunked: bool) -> Self {
        Self { body: Full::new(bytes.into()), chunked }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    /// HTTP sends in chunks what has no known length.
    fn size_hint(&self) -> SizeHint {
        if self.chunked { SizeHint::default() } else { self.body.size_hint() }
    }
}
