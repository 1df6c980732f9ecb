//! The endpoint's name to addresses, within a deadline.
//!
//! The system's resolver blocks for as long as it likes, so it runs in a thread
//! of its own. Callers join the look-up under way, so that a name server that hangs
//! holds one thread of a client and not one a call; the addresses that were good
//! last time bridge its outages.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::process;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Broken;
use crate::error::ErrorKind;
use crate::wait::{Step, Waker};

/// Addresses younger than this are used without asking again. The system does not
/// tell how long they hold; the vendor's names are moved within minutes.
const FRESH: Duration = Duration::from_secs(30);

/// With older addresses at hand, so long is waited for new ones.
const PATIENCE: Duration = Duration::from_millis(500);

/// Look-ups of all clients of a process that may hang at once.
const MAX_THREADS: usize = 16;

/// Asks the system; replaced in tests.
type LookUp = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

fn ask_the_system(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    (host, port).to_socket_addrs().map(Iterator::collect)
}

/// Resolves one name.
#[derive(Debug)]
pub(crate) struct Resolver {
    host: String,
    port: u16,
    look_up: LookUp,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// The last good addresses, and when they were learnt.
    good: Option<(Vec<SocketAddr>, Instant)>,
    /// Whether they must be asked for again, however young.
    doubted: bool,
    /// Who waits for the look-up under way, if one is.
    under_way: Option<Vec<Arc<Waker>>>,
    /// Look-ups finished so far, and how the last one failed, if it did.
    finished: u64,
    failure: Option<String>,
}

impl Resolver {
    pub(crate) fn new(host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port, look_up: ask_the_system, known: Arc::default() }
    }

    /// The addresses of the name, at least one.
    pub(crate) fn resolve(&self, step: Step<'_>) -> Result<Vec<SocketAddr>, Broken> {
        if let Ok(ip) = self.host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, self.port)]);
        }
        let mut known = lock(&self.known);
        let last_good = match &known.good {
            Some((addresses, since)) if !known.doubted && since.elapsed() < FRESH => {
                return Ok(addresses.clone());
            }
            good => good.as_ref().map(|(addresses, _)| addresses.clone()),
        };
        let asked_at = known.finished;
        let joined = self.join_or_start(&mut known, step.call.waker());
        drop(known);
        let new = joined.and_then(|()| {
            let patience = if last_good.is_some() { step.by(Instant::now() + PATIENCE) } else { step };
            self.await_answer(patience, asked_at)
        });
        match (new, last_good) {
            (Err(broken), Some(addresses)) if broken.kind != ErrorKind::Cancelled => Ok(addresses),
            (new, _) => new,
        }
    }

    /// The addresses led nowhere: the next caller asks again.
    pub(crate) fn doubt(&self) {
        lock(&self.known).doubted = true;
    }

    fn await_answer(&self, step: Step<'_>, asked_at: u64) -> Result<Vec<SocketAddr>, Broken> {
        loop {
            let known = lock(&self.known);
            if known.finished != asked_at {
                return match (&known.failure, &known.good) {
                    (Some(why), _) => {
                        let what = format!("the endpoint's name cannot be resolved: {why}");
                        Err(Broken::new(ErrorKind::Dns, what))
                    }
                    (None, Some((addresses, _))) => Ok(addresses.clone()),
                    (None, None) => Err(Broken::new(ErrorKind::Dns, "the endpoint's name has no address")),
                };
            }
            drop(known);
            if Instant::now() >= step.until {
                return Err(Broken::new(ErrorKind::Timeout, "resolving the endpoint's name took too long"));
            }
            step.call.wait(step.until)?;
        }
    }

    fn join_or_start(&self, known: &mut Known, waker: &Arc<Waker>) -> Result<(), Broken> {
        if let Some(waiting) = &mut known.under_way {
            waiting.push(Arc::clone(waker));
            return Ok(());
        }
        let permit = Permit::take()?;
        let (host, port, look_up) = (self.host.clone(), self.port, self.look_up);
        let shared = Arc::clone(&self.known);
        let spawned = thread::Builder::new().name("bankmeta-dns".to_owned()).spawn(move || {
            finish(&shared, look_up(&host, port));
            drop(permit);
        });
        match spawned {
            Ok(_) => known.under_way = Some(vec![Arc::clone(waker)]),
            Err(error) => {
                return Err(Broken::new(ErrorKind::Dns, format!("no thread to resolve a name: {error}")));
            }
        }
        Ok(())
    }
}

/// Keeps what a look-up brought, and wakes who waits for it.
fn finish(shared: &Mutex<Known>, outcome: io::Result<Vec<SocketAddr>>) {
    let mut known = lock(shared);
    known.finished += 1;
    known.failure = match outcome {
        Ok(addresses) if addresses.is_empty() => Some("it has no address".to_owned()),
        Ok(addresses) => {
            known.good = Some((addresses, Instant::now()));
            known.doubted = false;
            None
        }
        Err(error) => Some(error.to_string()),
    };
    for waker in known.under_way.take().unwrap_or_default() {
        waker.wake();
    }
}

/// One of the threads that may resolve names in this process.
struct Permit;

/// Counted for the process `COUNTED_FOR`: a child does not have its parent's threads.
static THREADS: AtomicUsize = AtomicUsize::new(0);
static COUNTED_FOR: AtomicU32 = AtomicU32::new(0);

impl Permit {
    fn take() -> Result<Self, Broken> {
        let process = process::id();
        if COUNTED_FOR.swap(process, Ordering::AcqRel) != process {
            THREADS.store(0, Ordering::Release);
        }
        if THREADS.fetch_add(1, Ordering::AcqRel) < MAX_THREADS {
            return Ok(Self);
        }
        THREADS.fetch_sub(1, Ordering::AcqRel);
        Err(Broken::new(ErrorKind::Dns, format!("{MAX_THREADS} look-ups of names are hanging already")))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // Not below zero: the count may have begun anew since.
        let _ = THREADS.fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| count.checked_sub(1));
    }
}

/// A thread that panicked while holding the lock leaves the data whole here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::Calls;
    use std::sync::Condvar;

    fn resolver(look_up: LookUp) -> Resolver {
        Resolver { look_up, ..Resolver::new("service.example", 443) }
    }

    fn resolve(resolver: &Resolver, time: Duration) -> Result<Vec<SocketAddr>, Broken> {
        let calls = Calls::default();
        let begun = calls.begin(Instant::now() + time, None, None).unwrap();
        resolver.resolve(begun.call.step())
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[expect(clippy::unnecessary_wraps, reason = "it stands for a look-up, which can fail")]
    fn good(_: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![SocketAddr::new(IpAddr::from([192, 0, 2, 1]), port)])
    }

    fn bad(_: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        Err(io::Error::other("no such name"))
    }

    /// Hangs until the test ends; holds its thread as a deaf name server would.
    fn hanging(_: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let (mutex, never) = (Mutex::new(()), Condvar::new());
        let guard = mutex.lock().unwrap();
        drop(never.wait_timeout(guard, MINUTE));
        bad("", 0)
    }

    #[test]
    fn addresses_need_no_look_up() {
        for (host, port, address) in [("127.0.0.1", 1, "127.0.0.1:1"), ("::1", 2, "[::1]:2")] {
            // No time at all shows that nothing was waited for.
            let addresses = resolve(&Resolver::new(host, port), Duration::ZERO).unwrap();
            assert_eq!(addresses, [address.parse().unwrap()]);
        }
    }

    #[test]
    fn names_are_asked_of_the_system_and_kept() {
        let resolver = Resolver::new("localhost", 7);
        let addresses = resolve(&resolver, MINUTE).unwrap();
        assert!(addresses.iter().all(|address| address.ip().is_loopback()));
        assert_eq!(resolve(&resolver, Duration::ZERO).unwrap(), addresses);
        assert_eq!(lock(&resolver.known).finished, 1);
        resolver.doubt();
        resolve(&resolver, MINUTE).unwrap();
        assert_eq!(lock(&resolver.known).finished, 2);
    }

    #[test]
    fn the_last_good_addresses_bridge_an_outage() {
        let mut resolver = resolver(good);
        let addresses = resolve(&resolver, MINUTE).unwrap();
        for look_up in [bad as LookUp, hanging] {
            resolver.look_up = look_up;
            resolver.doubt();
            assert_eq!(resolve(&resolver, MINUTE).unwrap(), addresses);
        }
    }

    #[test]
    fn a_hanging_look_up_is_joined_and_bounded_by_the_deadline() {
        let resolver = resolver(hanging);
        let threads = THREADS.load(Ordering::Acquire);
        for _ in 0..3 {
            let broken = resolve(&resolver, Duration::from_millis(5)).unwrap_err();
            assert_eq!(broken.kind, ErrorKind::Timeout);
        }
        assert!(THREADS.load(Ordering::Acquire) <= threads + 2, "no second look-up was started");
        assert_eq!(lock(&resolver.known).under_way.as_ref().unwrap().len(), 3);
    }

    #[test]
    fn a_failure_wakes_all_and_is_told() {
        let broken = resolve(&resolver(bad), MINUTE).unwrap_err();
        assert_eq!(
            (broken.kind, broken.what.as_str()),
            (ErrorKind::Dns, "the endpoint's name cannot be resolved: no such name")
        );
    }

    #[test]
    fn threads_are_bounded() {
        // The limit is the process's, and so shared with the other tests: a child counts alone.
        let before = THREADS.swap(MAX_THREADS, Ordering::AcqRel);
        COUNTED_FOR.store(process::id(), Ordering::Release);
        let refused = Permit::take().err().unwrap();
        THREADS.store(before, Ordering::Release);
        assert!(refused.what.contains("hanging already"));
    }
}
