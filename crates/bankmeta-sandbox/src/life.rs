//! What is known of one connection, between its bytes and the gateway.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use crate::fault::{Fault, FaultKind, Place};
use crate::outcome::Count;
use crate::state::{State, locked};

/// What is known of one connection.
#[derive(Default)]
pub(crate) struct Life {
    /// It carried a request that was not for the admin path.
    counted: AtomicBool,
    /// Requests so far.
    pub(crate) requests: AtomicU64,
    /// A request is being answered, or a fault keeps the connection.
    pub(crate) busy: AtomicBool,
    /// The reply is ready: what is written from now on is its bytes.
    pub(crate) replying: AtomicBool,
    /// The request being read was struck: it drips in.
    pub(crate) dripped: AtomicBool,
    /// What strikes the request that is being read.
    fault: Mutex<Option<Fault>>,
    /// What is to happen to the next reply's bytes.
    sending: Mutex<Sending>,
}

/// What is to happen to a reply's bytes.
#[derive(Default)]
pub(crate) struct Sending {
    pub(crate) cut: Option<Cut>,
    /// To be sent in place of what HTTP makes of the reply.
    pub(crate) instead: Option<Bytes>,
}

/// A fault that waits for its byte.
pub(crate) struct Cut {
    pub(crate) kind: FaultKind,
    pub(crate) place: Place,
    /// Counted once the fault has struck.
    pub(crate) tally: Option<Tally>,
}

impl Life {
    /// Counts the connection, once, as one that carried a request.
    pub(crate) fn carries_request(&self, state: &State) {
        if !self.counted.swap(true, Relaxed) {
            state.counters.connections.fetch_add(1, Relaxed);
        }
    }

    /// Sets what strikes the request whose bytes begin to arrive.
    pub(crate) fn aim(&self, fault: Option<Fault>) {
        *locked(&self.fault) = fault;
    }

    pub(crate) fn take_fault(&self) -> Option<Fault> {
        locked(&self.fault).take()
    }

    pub(crate) fn cut(&self, cut: Cut) {
        locked(&self.sending).cut = Some(cut);
    }

    pub(crate) fn send_instead(&self, bytes: Bytes) {
        locked(&self.sending).instead = Some(bytes);
    }

    pub(crate) fn take_sending(&self) -> Sending {
        std::mem::take(&mut *locked(&self.sending))
    }
}

/// What an execution comes to, counted when this is dropped: it is executed in any
/// case, and nobody needs to be there to see it.
pub(crate) struct Tally(Arc<State>, Count);

impl Tally {
    pub(crate) fn new(state: &Arc<State>, count: Count) -> Self {
        Self(Arc::clone(state), count)
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.0.counters.outcome(&self.1);
    }
}
