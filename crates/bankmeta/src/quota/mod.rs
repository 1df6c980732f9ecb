//! When the next attempt may start: the account's quota, shared by all that call
//! under it, first come first served, evenly spaced.
//!
//! `line` says who is next, `pace` when, `desk` brings both together; they are pure.
//! Here is the waiting. Only the one who is next watches the clock; all others
//! sleep until they are woken as the next, or until their deadline.

mod desk;
mod host;
mod line;
mod pace;
#[cfg(test)]
mod sim;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use self::desk::{Book, Desk, Memory, Step};
use self::host::HostBook;
pub use self::line::Lane;
use self::line::Ticket;
use self::pace::Pace;
use crate::wait::{Call, Cancelled, Waker};

/// Why a call got no turn. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Its turn would come in this time, after the call's deadline.
    TooLate {
        turn_in: Duration,
    },
    Cancelled(Cancelled),
    /// The file in which the processes of this host share the quota cannot be used:
    /// what is wrong and how to mend it.
    Shared(String),
}

/// The quota of one client.
pub(crate) struct Quota(Option<Limited>);

struct Limited {
    desk: Mutex<Desk<Arc<Waker>>>,
    book: Box<dyn Book + Send + Sync>,
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let desk = self.0.as_ref().map(|limited| limited.lock());
        f.debug_tuple("Quota").field(&desk).finish()
    }
}

impl Quota {
    /// Every call goes at once.
    pub(crate) fn off() -> Self {
        Self(None)
    }

    /// Shared by this client's calls alone.
    pub(crate) fn of_process(calls_per_second: f64) -> Self {
        Self::new(calls_per_second, Box::new(OwnBook))
    }

    /// Shared by all processes of this user on this host that name the same account,
    /// whatever their language. Give all the same rate: each reserves by its own, so a
    /// slow one slows all down.
    ///
    /// A process that was stopped (SIGSTOP) in the few microseconds in which it keeps
    /// the file would stop the others; after a quarter of a second they go by their
    /// own pace, which together may be more than the quota, until it runs or ends.
    pub(crate) fn of_host(calls_per_second: f64, account: &str) -> Result<Self, String> {
        Ok(Self::new(calls_per_second, Box::new(HostBook::open(account)?)))
    }

    fn new(calls_per_second: f64, book: Box<dyn Book + Send + Sync>) -> Self {
        Self(Some(Limited { desk: Mutex::new(Desk::new(calls_per_second)), book }))
    }

    /// Waits for this call's turn; how long it waited.
    pub(crate) fn admit(&self, lane: Lane, call: &Call<'_>) -> Result<Duration, Refused> {
        call.check().map_err(Refused::Cancelled)?;
        self.0.as_ref().map_or(Ok(Duration::ZERO), |limited| limited.admit(lane, call))
    }

    /// The service said that the quota is used up, to a request sent at `sent_at`.
    pub(crate) fn throttled(&self, sent_at: Instant) {
        if let Some(limited) = &self.0 {
            let mut desk = limited.lock();
            let now = now();
            desk.throttled(now.saturating_sub(nanos(sent_at.elapsed())), now, &*limited.book);
        }
    }

    /// The present calls per second; none if the quota is off.
    pub(crate) fn pace(&self) -> Option<f64> {
        self.0.as_ref().map(|limited| limited.lock().rate(now(), &*limited.book))
    }
}

impl Limited {
    fn admit(&self, lane: Lane, call: &Call<'_>) -> Result<Duration, Refused> {
        let began = now();
        let deadline = began.saturating_add(nanos(call.deadline().saturating_duration_since(Instant::now())));
        let place = self.join(lane, call, deadline)?;
        let mut memory = Memory::default();
        loop {
            match place.ask(&mut memory, deadline)? {
                Step::Go => return Ok(Duration::from_nanos(now().saturating_sub(began))),
                Step::TooLate(turn) => return Err(too_late(turn)),
                Step::Wait(until) => call.wait(instant(until)).map_err(Refused::Cancelled)?,
            }
        }
    }

    fn join(&self, lane: Lane, call: &Call<'_>, deadline: u64) -> Result<Place<'_>, Refused> {
        let joined = self.lock().join(lane, Arc::clone(call.waker()), now(), deadline);
        joined.map(|ticket| Place { limited: self, ticket }).map_err(too_late)
    }

    /// Changes the desk; whoever is next by that, and was not before, is woken.
    fn change<R>(&self, change: impl FnOnce(&mut Desk<Arc<Waker>>) -> R) -> R {
        let mut desk = self.lock();
        let before = desk.next().map(|(ticket, _)| *ticket);
        let result = change(&mut desk);
        let next = desk.next().filter(|(ticket, _)| Some(*ticket) != before);
        let next = next.map(|(_, waker)| Arc::clone(waker));
        drop(desk);
        if let Some(next) = next {
            next.wake();
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Desk<Arc<Waker>>> {
        lock(&self.desk)
    }
}

/// One call's place in the line, which it leaves however it ends.
struct Place<'a> {
    limited: &'a Limited,
    ticket: Ticket,
}

impl Place<'_> {
    fn ask(&self, memory: &mut Memory, deadline: u64) -> Result<Step, Refused> {
        let book = &*self.limited.book;
        let step = self.limited.change(|desk| desk.ask(self.ticket, memory, (now(), deadline), book));
        step.map_err(Refused::Shared)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.limited.change(|desk| desk.leave(self.ticket));
    }
}

/// The turns of this process alone, which the desk itself knows.
struct OwnBook;

impl Book for OwnBook {
    fn is_shared(&self) -> bool {
        false
    }

    fn update(&self, pace: &mut Pace, _now: u64, change: &mut dyn FnMut(&mut Pace)) -> Result<bool, String> {
        change(pace);
        Ok(true)
    }
}

fn too_late(turn: u64) -> Refused {
    Refused::TooLate { turn_in: Duration::from_nanos(turn.saturating_sub(now())) }
}

/// The machine's monotonic clock, the same for all its processes, in nanoseconds.
fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// A time of that clock as the waiting knows it; far ahead is as good as never.
fn instant(at: u64) -> Instant {
    const FAR: Duration = Duration::from_hours(24);
    Instant::now() + Duration::from_nanos(at.saturating_sub(now())).min(FAR)
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A thread that panicked while holding the lock leaves what it guards whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
