//! The one place where a connection's plaintext bytes pass, between TLS and HTTP.
//! It counts them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::state::State;

const BUFFER: usize = 8 * 1024;

/// A connection as HTTP sees it.
pub(crate) struct Plaintext<S> {
    stream: S,
    state: Arc<State>,
    buffer: Box<[u8]>,
}

impl<S> Plaintext<S> {
    pub(crate) fn new(stream: S, state: Arc<State>) -> Self {
        Self { stream, state, buffer: vec![0; BUFFER].into_boxed_slice() }
    }
}

impl<S: AsyncRead + Unpin> Read for Plaintext<S> {
    /// Reads by way of a buffer of its own: HTTP's cannot be filled in place
    /// without unsafe code, and a request is a kilobyte.
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let room = cursor.remaining().min(this.buffer.len());
        let Some(space) = this.buffer.get_mut(..room) else { return Poll::Ready(Ok(())) };
        let mut buffer = ReadBuf::new(space);
        ready!(Pin::new(&mut this.stream).poll_read(context, &mut buffer))?;
        let bytes = buffer.filled();
        this.state.counters.bytes_received.fetch_add(bytes.len() as u64, Relaxed);
        cursor.put_slice(bytes);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Write for Plaintext<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, bytes))?;
        this.state.counters.bytes_sent.fetch_add(written as u64, Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
