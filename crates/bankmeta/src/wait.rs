//! How a call waits: for time to pass, for a socket, or for another thread. Every
//! wait of a verification passes here, so each ends with its deadline and at once
//! when the call is cancelled.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ErrorKind;
use crate::transport::Broken;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

/// How often a call asks the host whether it wants it to end, if the host gave it
/// a question to ask. Python's Ctrl-C must be noticed within a tenth of a second.
const ASK_EVERY: Duration = Duration::from_millis(40);

/// The call was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl From<Cancelled> for Broken {
    fn from(_: Cancelled) -> Self {
        Self::new(ErrorKind::Cancelled, "the call was cancelled")
    }
}

/// How a wait for a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    Ready,
    TimePassed,
}

/// Wakes one call from any thread. Waking costs nothing to a call that does not
/// wait; a call that was woken looks at what it waits for again.
#[derive(Debug)]
pub(crate) struct Waker {
    event: OwnedFd,
    cancelled: AtomicBool,
}

impl Waker {
    fn new() -> io::Result<Self> {
        let event = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        Ok(Self { event, cancelled: AtomicBool::new(false) })
    }

    /// Ends the call's present wait, or its next one.
    pub(crate) fn wake(&self) {
        // It fails only when 2^64 wakes are pending, and then the call is awake.
        let _ = rustix::io::write(&self.event, &1_u64.to_ne_bytes());
    }

    fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        self.wake();
    }

    fn drain(&self) {
        let _ = rustix::io::read(&self.event, &mut [0_u8; 8]);
    }
}

/// One call under way, as far as waiting goes.
pub(crate) struct Call<'a> {
    deadline: Instant,
    waker: Arc<Waker>,
    /// The host's question "shall this end?".
    interrupted: Option<&'a dyn Fn() -> bool>,
    /// When it is asked next, however busy the call is.
    ask_at: Cell<Instant>,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl Call<'_> {
    /// When the whole verification must be over.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// All of the call as one step.
    pub(crate) fn step(&self) -> Step<'_> {
        Step { call: self, until: self.deadline }
    }

    /// For whoever is to wake this call.
    pub(crate) fn waker(&self) -> &Arc<Waker> {
        &self.waker
    }

    /// Whether the call was cancelled by now.
    pub(crate) fn check(&self) -> Result<(), Cancelled> {
        if self.waker.cancelled.load(Ordering::Acquire) { Err(Cancelled) } else { Ok(()) }
    }

    /// Waits until the time has come or somebody wakes the call, whichever is first.
    pub(crate) fn wait(&self, until: Instant) -> Result<(), Cancelled> {
        loop {
            let left = self.left(until)?;
            if left.is_zero() {
                return Ok(());
            }
            let event = PollFd::new(&self.waker.event, PollFlags::IN);
            if poll(&mut [event], Some(&self.slice(left))).is_ok_and(|ready| ready > 0) {
                self.waker.drain();
                return self.check();
            }
            // A signal may have cut the wait short, and be what the host looks for.
            self.ask_at.set(Instant::now());
        }
    }

    /// Waits until the time has come, however often the call is woken.
    pub(crate) fn sleep(&self, until: Instant) -> Result<(), Cancelled> {
        while Instant::now() < until {
            self.wait(until)?;
        }
        self.check()
    }

    /// Waits until the socket is ready or the time has come.
    pub(crate) fn wait_for(
        &self,
        socket: &impl AsFd,
        events: PollFlags,
        until: Instant,
    ) -> Result<io::Result<Waited>, Cancelled> {
        loop {
            let left = self.left(until)?;
            if left.is_zero() {
                return Ok(Ok(Waited::TimePassed));
            }
            let mut both = [PollFd::new(socket, events), PollFd::new(&self.waker.event, PollFlags::IN)];
            match poll(&mut both, Some(&self.slice(left))) {
                Ok(0) | Err(rustix::io::Errno::INTR) => self.ask_at.set(Instant::now()),
                Err(error) => return Ok(Err(error.into())),
                Ok(_) => {
                    let [socket, event] = both;
                    if !event.revents().is_empty() {
                        self.waker.drain();
                        self.check()?;
                    }
                    if !socket.revents().is_empty() {
                        return Ok(Ok(Waited::Ready));
                    }
                }
            }
        }
    }

    /// How long to wait before the host is asked again.
    fn slice(&self, left: Duration) -> Timespec {
        let ask_in = || self.ask_at.get().saturating_duration_since(Instant::now());
        let slice = if self.interrupted.is_some() { left.min(ask_in()) } else { left };
        Timespec {
            tv_sec: i64::try_from(slice.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: slice.subsec_nanos().into(),
        }
    }

    /// The time left until then, unless the call was cancelled or the host, asked
    /// when it is time for that, wants it to end.
    fn left(&self, until: Instant) -> Result<Duration, Cancelled> {
        if let Some(interrupted) = self.interrupted.filter(|_| Instant::now() >= self.ask_at.get()) {
            if interrupted() {
                self.waker.cancelled.store(true, Ordering::Release);
            }
            self.ask_at.set(Instant::now() + ASK_EVERY);
        }
        self.check()?;
        Ok(until.saturating_duration_since(Instant::now()))
    }
}

/// A call, and the time by which one step of it must be over: the deadline or less.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) until: Instant,
}

impl Step<'_> {
    /// The same, but over by `time` if that is earlier.
    pub(crate) fn by(self, time: Instant) -> Self {
        Self { until: self.until.min(time), ..self }
    }

    /// Waits until the socket is ready or the time has passed.
    pub(crate) fn wait_for(self, socket: &impl AsFd, events: PollFlags) -> Result<Waited, Broken> {
        self.call
            .wait_for(socket, events, self.until)?
            .map_err(|error| Broken::new(ErrorKind::ConnectionLost, format!("waiting failed: {error}")))
    }
}

/// Idle wakers kept at most; each holds a file descriptor.
const MAX_KEPT: usize = 64;

/// The calls of one client under way. Their wakers are kept and used again, since
/// making one costs more than all else that a call does before it is sent.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Vec<Slot>>);

#[derive(Debug)]
struct Slot {
    waker: Arc<Waker>,
    busy: bool,
}

impl Calls {
    /// Begins a call; it is over when what is returned is dropped.
    pub(crate) fn begin<'a>(
        &'a self,
        deadline: Instant,
        cancellation: Option<&'a Cancellation>,
        interrupted: Option<&'a dyn Fn() -> bool>,
    ) -> io::Result<Begun<'a>> {
        let (index, waker) = self.take()?;
        if let Some(cancellation) = cancellation {
            cancellation.register(&waker);
        }
        let ask_at = Cell::new(Instant::now() + ASK_EVERY);
        let call = Call { deadline, waker, interrupted, ask_at };
        Ok(Begun { calls: self, index, cancellation, call })
    }

    fn take(&self) -> io::Result<(usize, Arc<Waker>)> {
        let mut slots = lock(&self.0);
        // From the front, so that those at the end fall idle and can be dropped.
        let index = slots.iter().position(|slot| !slot.busy).unwrap_or(slots.len());
        if index == slots.len() {
            slots.push(Slot { waker: Arc::new(Waker::new()?), busy: false });
        }
        let slot = slots.get_mut(index).ok_or(io::ErrorKind::OutOfMemory)?;
        slot.busy = true;
        slot.waker.cancelled.store(false, Ordering::Release);
        Ok((index, Arc::clone(&slot.waker)))
    }

    /// Cancels every call under way; those that begin later are not touched.
    pub(crate) fn cancel_all(&self) {
        lock(&self.0).iter().filter(|slot| slot.busy).for_each(|slot| slot.waker.cancel());
    }
}

/// A call that has begun.
#[derive(Debug)]
pub(crate) struct Begun<'a> {
    calls: &'a Calls,
    index: usize,
    cancellation: Option<&'a Cancellation>,
    pub(crate) call: Call<'a>,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if let Some(cancellation) = self.cancellation {
            cancellation.forget(&self.call.waker);
        }
        let mut slots = lock(&self.calls.0);
        if let Some(slot) = slots.get_mut(self.index) {
            slot.busy = false;
        }
        // Only from the end: the others are known by their index.
        while slots.len() > MAX_KEPT && slots.pop_if(|slot| !slot.busy).is_some() {}
    }
}

/// Ends the verifications it is given to, from any thread: now, or, once cancelled,
/// before they are sent. Clones are one and the same.
///
/// ```
/// let cancellation = bankmeta::Cancellation::new();
/// let another_thread = cancellation.clone();
/// another_thread.cancel();
/// assert!(cancellation.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<Cancelling>);

#[derive(Debug, Default)]
struct Cancelling {
    cancelled: AtomicBool,
    calls: Mutex<Vec<Arc<Waker>>>,
}

impl Cancellation {
    /// Not cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the verifications that have it, each with its true fate. It cannot be undone.
    pub fn cancel(&self) {
        let calls = lock(&self.0.calls);
        self.0.cancelled.store(true, Ordering::Release);
        calls.iter().for_each(|waker| waker.cancel());
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    fn register(&self, waker: &Arc<Waker>) {
        let mut calls = lock(&self.0.calls);
        calls.push(Arc::clone(waker));
        if self.is_cancelled() {
            waker.cancel();
        }
    }

    fn forget(&self, waker: &Arc<Waker>) {
        let mut calls = lock(&self.0.calls);
        if let Some(index) = calls.iter().position(|other| Arc::ptr_eq(other, waker)) {
            calls.swap_remove(index);
        }
    }
}

/// A thread that panicked while holding the lock leaves the lists whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
