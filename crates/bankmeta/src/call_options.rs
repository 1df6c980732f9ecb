//! A say in when one call ends.

use std::fmt;

use crate::wait::Cancellation;

/// How one call may be ended before its deadline.
///
/// ```
/// use bankmeta::{CallOptions, Cancellation};
///
/// let cancellation = Cancellation::new();
/// let options = CallOptions::new().cancellation(&cancellation);
/// // client.verify_with(&verification, options) now ends when another thread calls
/// // cancellation.cancel().
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Default)]
pub struct CallOptions<'a> {
    pub(crate) cancellation: Option<&'a Cancellation>,
    pub(crate) interrupted: Option<&'a dyn Fn() -> bool>,
}

impl<'a> CallOptions<'a> {
    /// None: the call runs to its end.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the call when it is cancelled, by any thread.
    #[must_use]
    pub fn cancellation(mut self, cancellation: &'a Cancellation) -> Self {
        self.cancellation = Some(cancellation);
        self
    }

    /// A question asked in the calling thread at least every 50 ms while the call
    /// waits; the answer `true` cancels it. For hosts that learn of a wish to stop only
    /// when they look, such as an interpreter of its signals.
    #[must_use]
    pub fn interrupted(mut self, question: &'a dyn Fn() -> bool) -> Self {
        self.interrupted = Some(question);
        self
    }
}

impl fmt::Debug for CallOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("cancellation", &self.cancellation.is_some())
            .field("interrupted", &self.interrupted.is_some())
            .finish()
    }
}
