//! The raw bytes of a connection, under TLS where there is TLS.
//!
//! Over TLS one record at a time is handed up, so that it is known which raw bytes
//! brought which plaintext; and what goes out can be held up at any byte.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::drip::Drip;

/// A whole record and a little more.
const BUFFER: usize = 17 * 1024;
/// Type, version and length of a record.
const RECORD_HEADER: usize = 5;

/// The socket of one connection.
pub(crate) struct Wire {
    stream: TcpStream,
    /// Whether what arrives is TLS records.
    records: bool,
    /// Read and not handed up: `start..end`.
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// What is left of the record being handed up.
    record_left: usize,
    /// What of it, or of the last one, was handed up.
    record_handed_up: u64,
    handed_up: u64,
    hold: Option<Hold>,
    held: bool,
}

/// How much may still go out, and what then.
struct Hold {
    left: u64,
    then: Then,
}

enum Then {
    Nothing,
    Fail,
    Drip(Drip),
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, records: bool) -> Self {
        let buffer = vec![0; if records { BUFFER } else { 0 }].into_boxed_slice();
        Self {
            stream,
            records,
            buffer,
            start: 0,
            end: 0,
            record_left: 0,
            record_handed_up: 0,
            handed_up: 0,
            hold: None,
            held: false,
        }
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.records
    }

    /// The bytes handed up since [`Wire::mark`].
    pub(crate) fn handed_up(&self) -> u64 {
        self.handed_up
    }

    /// Counts from here.
    pub(crate) fn mark(&mut self) {
        self.handed_up = 0;
    }

    /// Counts from the first record behind the handshake. Of that one some was handed
    /// up already if it came together with the handshake's end: all of it if its
    /// plaintext waits above, or a part.
    pub(crate) fn mark_behind_handshake(&mut self, plaintext_waits: bool) {
        let begun = plaintext_waits || self.record_left > 0;
        self.handed_up = if begun { self.record_handed_up } else { 0 };
    }

    /// Lets so many bytes out, then no more.
    pub(crate) fn hold_at(&mut self, left: u64) {
        self.hold = Some(Hold { left, then: Then::Nothing });
    }

    /// Lets so many bytes out, then fails.
    pub(crate) fn fail_at(&mut self, left: u64) {
        self.hold = Some(Hold { left, then: Then::Fail });
    }

    /// Lets so many bytes out, then one each so often.
    pub(crate) fn drip_at(&mut self, left: u64, each: Duration) {
        self.hold = Some(Hold { left, then: Then::Drip(Drip::new(each)) });
    }

    /// Lets everything out again.
    pub(crate) fn release(&mut self) {
        self.hold = None;
        self.held = false;
    }

    /// Whether something was held up.
    pub(crate) fn is_held(&self) -> bool {
        self.held
    }

    /// Makes the close of the socket a reset.
    pub(crate) fn reset(&self) {
        // Where this fails the peer sees an orderly end, which is no worse a fault.
        let _ = self.stream.set_zero_linger();
    }

    /// Waits until the peer is gone; what it sends is thrown away.
    pub(crate) fn poll_gone(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut thrown_away = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut thrown_away);
            match ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                Ok(()) | Err(_) => return Poll::Ready(()),
            }
        }
    }

    /// Reads until a byte more of the record is there, or the end.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let mut space = ReadBuf::new(self.buffer.get_mut(self.end..).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut space))?;
        let count = space.filled().len();
        self.end += count;
        Poll::Ready(Ok(count > 0))
    }

    fn pending(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    fn hand_up(&mut self, buffer: &mut ReadBuf<'_>, at_most: usize) {
        let count = at_most.min(buffer.remaining()).min(self.end - self.start);
        buffer.put_slice(self.pending().get(..count).unwrap_or_default());
        self.start += count;
        self.record_left = self.record_left.saturating_sub(count);
        self.handed_up += count as u64;
        self.record_handed_up += count as u64;
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.records {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
            this.handed_up += (buffer.filled().len() - before) as u64;
            return Poll::Ready(Ok(()));
        }
        loop {
            if this.record_left == 0
                && let Some([_, _, _, high, low]) = this.pending().first_chunk::<RECORD_HEADER>()
            {
                this.record_left = RECORD_HEADER + usize::from(u16::from_be_bytes([*high, *low]));
                this.record_handed_up = 0;
            }
            if this.record_left > 0 && this.start < this.end {
                this.hand_up(buffer, this.record_left);
                return Poll::Ready(Ok(()));
            }
            if !ready!(this.poll_fill(context))? {
                // The start of a header that never came whole is the TLS layer's to judge.
                this.hand_up(buffer, usize::MAX);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let stream = Pin::new(&mut this.stream);
        let Some(hold) = &mut this.hold else { return stream.poll_write(context, bytes) };
        if hold.left > 0 {
            let room = usize::try_from(hold.left).unwrap_or(usize::MAX);
            let written = ready!(stream.poll_write(context, bytes.get(..room).unwrap_or(bytes)))?;
            hold.left -= written as u64;
            return Poll::Ready(Ok(written));
        }
        this.held = true;
        match &mut hold.then {
            Then::Nothing => Poll::Pending,
            Then::Fail => Poll::Ready(Err(io::Error::other("held up on purpose"))),
            Then::Drip(drip) => {
                ready!(drip.poll_turns(context, 1));
                stream.poll_write(context, bytes.get(..1).unwrap_or(bytes))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// What has a [`Wire`] at its bottom.
pub(crate) trait OverWire: AsyncRead + AsyncWrite + Unpin {
    fn wire(&mut self) -> &mut Wire;
}

impl OverWire for Wire {
    fn wire(&mut self) -> &mut Wire {
        self
    }
}

impl OverWire for TlsStream<Wire> {
    fn wire(&mut self) -> &mut Wire {
        self.get_mut().0
    }
}
