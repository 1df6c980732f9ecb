//! The end of a connection by a fault: flushed, closed, reset or silent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::AsyncWrite as _;
use tokio::time::Sleep;

use crate::fault::{FaultKind, Layer};
use crate::life::{Cut, Tally};
use crate::wire::{OverWire, Wire};

/// How long a closed connection waits for the peer to close too. Dropped at once
/// with bytes unread, it would be reset.
const LINGER: Duration = Duration::from_secs(1);

/// How a connection ends.
pub(crate) struct Ending {
    kind: FaultKind,
    layer: Layer,
    step: Step,
    tally: Option<Tally>,
}

enum Step {
    Flush,
    Act,
    Linger(Pin<Box<Sleep>>),
    Silence,
}

impl Ending {
    pub(crate) fn new(cut: Cut) -> Self {
        // Under TLS, what was cut off must not be flushed after all.
        let step = if cut.place.layer == Layer::Http { Step::Flush } else { Step::Act };
        Self { kind: cut.kind, layer: cut.place.layer, step, tally: cut.tally }
    }

    /// Goes on with it; an error when the connection is to be dropped.
    pub(crate) fn poll_end<S: OverWire>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
    ) -> Poll<io::Error> {
        loop {
            match &mut self.step {
                Step::Flush => {
                    // A peer that is gone already takes nothing: go on all the same.
                    let _ = ready!(Pin::new(&mut *stream).poll_flush(context));
                    self.step = Step::Act;
                }
                Step::Act => match self.kind {
                    FaultKind::Close => {
                        let _ = match self.layer {
                            Layer::Http => ready!(Pin::new(&mut *stream).poll_shutdown(context)),
                            Layer::Tcp => ready!(Pin::new(stream.wire()).poll_shutdown(context)),
                        };
                        self.step = Step::Linger(Box::pin(tokio::time::sleep(LINGER)));
                        self.tally = None;
                    }
                    FaultKind::Stall => {
                        self.step = Step::Silence;
                        self.tally = None;
                    }
                    // The tally is dropped after the socket.
                    _ => {
                        stream.wire().reset();
                        return Poll::Ready(io::ErrorKind::ConnectionReset.into());
                    }
                },
                Step::Linger(linger) => {
                    if linger.as_mut().poll(context).is_pending() {
                        ready!(stream.wire().poll_gone(context));
                    }
                    return Poll::Ready(io::ErrorKind::ConnectionAborted.into());
                }
                Step::Silence => {
                    ready!(stream.wire().poll_gone(context));
                    return Poll::Ready(io::ErrorKind::ConnectionAborted.into());
                }
            }
        }
    }
}

/// Ends a connection that carries no TLS yet.
pub(crate) async fn end(mut wire: Wire, mut cut: Cut) {
    cut.place.layer = Layer::Tcp;
    let mut ending = Ending::new(cut);
    std::future::poll_fn(|context| ending.poll_end(&mut wire, context)).await;
}
