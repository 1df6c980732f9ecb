//! Connections that wait for their next request.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::connection::Connection;

/// Well below the 25 s after which gateways of this vendor close an idle connection.
const MAX_IDLE: Duration = Duration::from_secs(10);

/// More than anyone's number of concurrent calls under a quota of 50 a second.
const MAX_CONNECTIONS: usize = 256;

/// Last in, first out: the youngest connection is the least likely to be stale.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    idle: Mutex<Vec<(Connection, Instant)>>,
}

impl Pool {
    /// A young connection that is seen open, if there is one.
    pub(crate) fn take(&self) -> Option<Connection> {
        loop {
            let (mut connection, since) = self.lock().pop()?;
            if since.elapsed() >= MAX_IDLE {
                // All below it are older still. They are closed outside the lock.
                drop(std::mem::take(&mut *self.lock()));
                return None;
            }
            if connection.is_open() {
                return Some(connection);
            }
        }
    }

    pub(crate) fn put(&self, connection: Connection) {
        let mut idle = self.lock();
        if idle.len() < MAX_CONNECTIONS {
            idle.push((connection, Instant::now()));
        }
    }

    /// A thread that panicked while holding the lock leaves the list whole.
    fn lock(&self) -> MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
