//! One byte each so often.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::Sleep;

/// The pace of what drips.
pub(crate) struct Drip {
    each: Duration,
    wait: Option<Pin<Box<Sleep>>>,
}

impl Drip {
    pub(crate) fn new(each: Duration) -> Self {
        Self { each, wait: None }
    }

    /// Waits until so many bytes have had their turn.
    pub(crate) fn poll_turns(&mut self, context: &mut Context<'_>, bytes: u32) -> Poll<()> {
        let each = self.each;
        let wait = self.wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(each.saturating_mul(bytes))));
        ready!(wait.as_mut().poll(context));
        self.wait = None;
        Poll::Ready(())
    }
}
