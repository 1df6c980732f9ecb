//! The one place where a connection's plaintext bytes pass, between TLS and HTTP.
//! It counts them, and lets faults strike at any of them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::ReadBuf;

use crate::drip::Drip;
use crate::ending::Ending;
use crate::fault::{FaultKind, Layer};
use crate::incoming::Incoming;
use crate::life::{Cut, Life};
use crate::state::State;
use crate::wire::OverWire;

const BUFFER: usize = 8 * 1024;

/// A connection as HTTP sees it.
pub(crate) struct Plaintext<S> {
    /// The first to be dropped: what is counted after a reset is counted after it.
    stream: S,
    state: Arc<State>,
    life: Arc<Life>,
    buffer: Box<[u8]>,
    incoming: Incoming,
    outgoing: Outgoing,
    /// A fault ends the connection.
    ending: Option<Ending>,
}

/// The reply that is being written.
#[derive(Default)]
struct Outgoing {
    begun: bool,
    written: u64,
    cut: Option<Cut>,
    drip: Option<Drip>,
    instead: Option<Bytes>,
}

impl<S: OverWire> Plaintext<S> {
    pub(crate) fn new(stream: S, state: Arc<State>, life: Arc<Life>) -> Self {
        let buffer = vec![0; BUFFER].into_boxed_slice();
        let (incoming, outgoing) = (Incoming::default(), Outgoing::default());
        Self { stream, state, life, buffer, incoming, outgoing, ending: None }
    }

    /// Reads a chunk; how long it is, 0 at the end.
    fn poll_chunk(&mut self, context: &mut Context<'_>, at_most: usize) -> Poll<io::Result<usize>> {
        let room = at_most.min(self.buffer.len());
        let mut buffer = ReadBuf::new(self.buffer.get_mut(..room).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
        let count = buffer.filled().len();
        self.state.counters.bytes_received.fetch_add(count as u64, Relaxed);
        Poll::Ready(Ok(count))
    }

    /// Reads while a fault is in force: what is read is held, and handed on as far
    /// as the fault lets it.
    fn poll_watched(
        &mut self,
        context: &mut Context<'_>,
        cursor: &mut ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let raw = self.stream.wire().handed_up();
            let tls = self.stream.wire().is_tls();
            if let Some(cut) = self.incoming.look(&self.state, &self.life, raw, tls) {
                self.begin_end(cut);
                return self.poll_ending(context);
            }
            if let Some(bytes) = ready!(self.incoming.poll_take(context, raw, cursor.remaining())) {
                cursor.put_slice(&bytes);
                return Poll::Ready(Ok(()));
            }
            let count = ready!(self.poll_chunk(context, usize::MAX))?;
            if count == 0 {
                return Poll::Ready(Ok(()));
            }
            self.incoming.hold(self.buffer.get(..count).unwrap_or_default());
        }
    }

    fn begin_end(&mut self, cut: Cut) {
        // Silence is no idleness.
        self.life.busy.store(true, Relaxed);
        self.ending = Some(Ending::new(cut));
    }

    fn poll_ending<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match &mut self.ending {
            Some(ending) => ending.poll_end(&mut self.stream, context).map(Err),
            None => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }

    fn begin_reply(&mut self) {
        let sending = self.life.take_sending();
        self.outgoing = Outgoing { begun: true, instead: sending.instead, ..Outgoing::default() };
        let Some(mut cut) = sending.cut else { return };
        let wire = self.stream.wire();
        if !wire.is_tls() {
            cut.place.layer = Layer::Http;
        }
        match (&cut.kind, cut.place.layer) {
            (FaultKind::Drip(each), Layer::Tcp) => wire.drip_at(cut.place.at, *each),
            (FaultKind::Drip(each), Layer::Http) => self.outgoing.drip = Some(Drip::new(*each)),
            (_, Layer::Tcp) => wire.hold_at(cut.place.at),
            (_, Layer::Http) => {}
        }
        self.outgoing.cut = Some(cut);
    }

    /// How many of the reply's next bytes may go out now.
    fn poll_room(&mut self, context: &mut Context<'_>, length: usize) -> Poll<io::Result<usize>> {
        let Outgoing { cut: Some(cut), written, drip, .. } = &mut self.outgoing else {
            return Poll::Ready(Ok(length));
        };
        if cut.place.layer == Layer::Tcp {
            return Poll::Ready(Ok(length));
        }
        let before = usize::try_from(cut.place.at.saturating_sub(*written)).unwrap_or(usize::MAX);
        if before > 0 {
            return Poll::Ready(Ok(length.min(before)));
        }
        if let Some(drip) = drip {
            cut.tally = None;
            ready!(drip.poll_turns(context, 1));
            return Poll::Ready(Ok(length.min(1)));
        }
        self.strike_reply();
        self.poll_ending(context)
    }

    fn strike_reply(&mut self) {
        if let Some(cut) = self.outgoing.cut.take() {
            self.begin_end(cut);
        }
    }

    /// Lets a fault strike whose byte under TLS has come.
    fn look_at_wire(&mut self) {
        if self.stream.wire().is_held()
            && let Some(cut) = &mut self.outgoing.cut
        {
            match cut.kind {
                FaultKind::Drip(_) => cut.tally = None,
                _ => self.strike_reply(),
            }
        }
    }

    fn poll_bytes(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let room = ready!(self.poll_room(context, bytes.len()))?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes.get(..room).unwrap_or_default());
        self.look_at_wire();
        let written = match written {
            Poll::Pending if self.ending.is_some() => return self.poll_ending(context),
            Poll::Pending => return Poll::Pending,
            Poll::Ready(written) => written?,
        };
        self.state.counters.bytes_sent.fetch_add(written as u64, Relaxed);
        self.outgoing.written += written as u64;
        Poll::Ready(Ok(written))
    }

    /// All of a reply is out: a fault whose byte did not come strikes now.
    fn end_reply(&mut self) {
        self.life.replying.store(false, Relaxed);
        self.stream.wire().release();
        self.stream.wire().mark();
        self.incoming.next();
        let outgoing = std::mem::take(&mut self.outgoing);
        if let Some(cut) = outgoing.cut.filter(|cut| !matches!(cut.kind, FaultKind::Drip(_))) {
            self.begin_end(cut);
        }
    }
}

impl<S: OverWire> Read for Plaintext<S> {
    /// Reads by way of a buffer of its own: HTTP's cannot be filled in place
    /// without unsafe code, and a request is a kilobyte.
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ending.is_some() {
            return this.poll_ending(context);
        }
        if this.incoming.is_watched(&this.state) {
            return this.poll_watched(context, &mut cursor);
        }
        let count = ready!(this.poll_chunk(context, cursor.remaining()))?;
        let bytes = this.buffer.get(..count).unwrap_or_default();
        if this.incoming.is_watched(&this.state) {
            // A fault was set while this was waited for.
            this.incoming.hold(bytes);
            return if count == 0 { Poll::Ready(Ok(())) } else { this.poll_watched(context, &mut cursor) };
        }
        this.incoming.pass();
        cursor.put_slice(bytes);
        Poll::Ready(Ok(()))
    }
}

impl<S: OverWire> Write for Plaintext<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.ending.is_some() {
            return this.poll_ending(context);
        }
        if !this.outgoing.begun && this.life.replying.load(Relaxed) {
            this.begin_reply();
        }
        let Some(mut instead) = this.outgoing.instead.take() else {
            return this.poll_bytes(context, bytes);
        };
        while instead.has_remaining() {
            match this.poll_bytes(context, &instead) {
                Poll::Ready(Ok(count)) => instead.advance(count),
                other => {
                    this.outgoing.instead = Some(instead);
                    return other;
                }
            }
        }
        // HTTP's own form of the reply goes nowhere.
        this.outgoing.instead = Some(instead);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ending.is_none() {
            let flushed = Pin::new(&mut this.stream).poll_flush(context);
            this.look_at_wire();
            if this.ending.is_none() {
                ready!(flushed)?;
                if this.outgoing.written > 0 && this.outgoing.begun {
                    this.end_reply();
                }
            }
        }
        if this.ending.is_some() { this.poll_ending(context) } else { Poll::Ready(Ok(())) }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.ending.is_some() {
            return this.poll_ending(context);
        }
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}
