//! Connections that wait for their next request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Well below the 25 s after which gateways of this vendor close an idle connection.
const MAX_IDLE: Duration = Duration::from_secs(10);

/// More than anyone's number of concurrent calls under a quota of 50 a second.
const MAX_CONNECTIONS: usize = 256;

/// Last in, first out: the youngest connection is the least likely to be stale.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    /// In the order in which they were put back.
    idle: Mutex<Vec<(T, Instant)>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { idle: Mutex::default() }
    }
}

impl<T> Pool<T> {
    /// A young connection that is seen open, if there is one.
    pub(crate) fn take(&self, now: Instant, mut is_open: impl FnMut(&mut T) -> bool) -> Option<T> {
        self.drop_old(now);
        loop {
            let (mut connection, _) = self.lock().pop()?;
            if is_open(&mut connection) {
                return Some(connection);
            }
        }
    }

    pub(crate) fn put(&self, connection: T, now: Instant) {
        self.drop_old(now);
        let mut idle = self.lock();
        if idle.len() < MAX_CONNECTIONS {
            idle.push((connection, now));
        }
    }

    /// Closes what has been idle too long; outside the lock, since it takes time.
    fn drop_old(&self, now: Instant) {
        let mut idle = self.lock();
        let old = idle.iter().take_while(|(_, since)| now.duration_since(*since) >= MAX_IDLE).count();
        let old: Vec<(T, Instant)> = idle.drain(..old).collect();
        drop(idle);
        drop(old);
    }

    /// A thread that panicked while holding the lock leaves the list whole.
    fn lock(&self) -> MutexGuard<'_, Vec<(T, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_open(_: &mut u32) -> bool {
        true
    }

    #[test]
    fn the_youngest_open_one_is_taken() {
        let (pool, now) = (Pool::default(), Instant::now());
        (1..=3).for_each(|number| pool.put(number, now));
        assert_eq!(pool.take(now, |number| *number != 3), Some(2));
        assert_eq!(pool.take(now, all_open), Some(1));
        assert_eq!(pool.take(now, all_open), None);
    }

    #[test]
    fn what_was_idle_too_long_is_dropped_by_either_call() {
        let (pool, start) = (Pool::default(), Instant::now());
        pool.put(1, start);
        pool.put(2, start + Duration::from_secs(5));
        assert_eq!(pool.take(start + MAX_IDLE, all_open), Some(2));
        assert_eq!(pool.take(start + MAX_IDLE, all_open), None);
        pool.put(3, start);
        pool.put(4, start + MAX_IDLE);
        assert_eq!(pool.lock().len(), 1);
    }

    #[test]
    fn no_more_than_the_limit_are_kept() {
        let (pool, now) = (Pool::default(), Instant::now());
        (0..1000).for_each(|number| pool.put(number, now));
        assert_eq!(pool.lock().len(), MAX_CONNECTIONS);
    }

    #[test]
    fn old_ones_are_closed_outside_the_lock() {
        struct AsksForTheLock(std::sync::Arc<Pool<AsksForTheLock>>);
        impl Drop for AsksForTheLock {
            fn drop(&mut self) {
                assert!(self.0.idle.try_lock().is_ok());
            }
        }
        let (pool, now) = (std::sync::Arc::new(Pool::default()), Instant::now());
        pool.put(AsksForTheLock(std::sync::Arc::clone(&pool)), now);
        assert!(pool.take(now + MAX_IDLE, |_| true).is_none());
    }
}
