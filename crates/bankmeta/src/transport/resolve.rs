//! Host names to addresses, within a deadline.
//!
//! The system's resolver blocks for as long as it likes, so it runs in a thread
//! of its own. Callers of the same name share one look-up, so that a name server
//! that hangs holds one thread and not one a call.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::Broken;
use crate::error::ErrorKind;

type Outcome = Result<Vec<SocketAddr>, String>;

/// A look-up under way; `None` until it is finished.
#[derive(Debug, Default)]
struct LookUp {
    outcome: Mutex<Option<Outcome>>,
    finished: Condvar,
}

type LookUps = HashMap<(String, u16), Arc<LookUp>>;

/// The look-ups under way, by host and port.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    under_way: Arc<Mutex<LookUps>>,
}

impl Resolver {
    /// The addresses of `host`, at least one.
    pub(crate) fn resolve(
        &self,
        host: &str,
        port: u16,
        deadline: Instant,
    ) -> Result<Vec<SocketAddr>, Broken> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let look_up = self.join_or_start(host, port)?;
        let mut outcome = lock(&look_up.outcome);
        loop {
            if let Some(finished) = outcome.as_ref() {
                return match finished {
                    Ok(addresses) if addresses.is_empty() => {
                        Err(Broken::new(ErrorKind::Dns, "the endpoint's name has no address"))
                    }
                    Ok(addresses) => Ok(addresses.clone()),
                    Err(why) => Err(Broken::new(
                        ErrorKind::Dns,
                        format!("the endpoint's name cannot be resolved: {why}"),
                    )),
                };
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Broken::new(ErrorKind::Timeout, "resolving the endpoint's name took too long"));
            }
            outcome = look_up.finished.wait_timeout(outcome, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn join_or_start(&self, host: &str, port: u16) -> Result<Arc<LookUp>, Broken> {
        let key = (host.to_owned(), port);
        let mut under_way = lock(&self.under_way);
        if let Some(look_up) = under_way.get(&key) {
            return Ok(Arc::clone(look_up));
        }
        let look_up = Arc::new(LookUp::default());
        let (ours, registry) = (Arc::clone(&look_up), Arc::clone(&self.under_way));
        let key_of_thread = key.clone();
        thread::Builder::new()
            .name("bankmeta-dns".to_owned())
            .spawn(move || {
                let (host, port) = &key_of_thread;
                let outcome = (host.as_str(), *port).to_socket_addrs().map(Iterator::collect);
                lock(&registry).remove(&key_of_thread);
                *lock(&ours.outcome) = Some(outcome.map_err(|error| error.to_string()));
                ours.finished.notify_all();
            })
            .map_err(|error| Broken::new(ErrorKind::Dns, format!("no thread to resolve a name: {error}")))?;
        under_way.insert(key, Arc::clone(&look_up));
        Ok(look_up)
    }
}

/// A thread that panicked while holding the lock leaves the data whole here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(10)
    }

    #[test]
    fn addresses_need_no_look_up() {
        let resolver = Resolver::default();
        // A deadline in the past shows that nothing was waited for.
        let past = Instant::now();
        assert_eq!(resolver.resolve("127.0.0.1", 1, past).unwrap(), ["127.0.0.1:1".parse().unwrap()]);
        assert_eq!(resolver.resolve("::1", 2, past).unwrap(), ["[::1]:2".parse().unwrap()]);
    }

    #[test]
    fn names_are_looked_up_and_forgotten() {
        let resolver = Resolver::default();
        assert!(
            resolver
                .resolve("localhost", 7, soon())
                .unwrap()
                .iter()
                .all(|address| address.ip().is_loopback())
        );
        assert!(lock(&resolver.under_way).is_empty());
    }

    #[test]
    fn a_hanging_look_up_is_joined_and_bounded_by_the_deadline() {
        let resolver = Resolver::default();
        let key = ("hangs.example".to_owned(), 443);
        lock(&resolver.under_way).insert(key, Arc::new(LookUp::default()));
        let broken =
            resolver.resolve("hangs.example", 443, Instant::now() + Duration::from_millis(5)).unwrap_err();
        assert_eq!(broken.kind, ErrorKind::Timeout);
        assert_eq!(lock(&resolver.under_way).len(), 1, "no second look-up was started");
    }
}
