//! What all connections of one sandbox share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::fault::Faults;
use crate::keys::AccessKey;
use crate::nonce::Nonces;
use crate::options::SandboxOptions;
use crate::quota::Quota;
use crate::random;
use crate::registry::Registry;
use crate::stats::Counters;

pub(crate) struct State {
    pub(crate) keys: Vec<AccessKey>,
    pub(crate) registry: Registry,
    pub(crate) nonces: Nonces,
    pub(crate) quota: Quota,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) idle_timeout: Duration,
    ignore_form_bodies: AtomicBool,
    seed: u64,
    replies: AtomicU64,
}

impl State {
    pub(crate) fn new(options: SandboxOptions) -> Self {
        // A key of the caller's own comes first, and so may take a built-in id.
        let mut keys = options.access_keys;
        keys.extend(AccessKey::built_in());
        Self {
            keys,
            registry: Registry::new(&options.cardholders),
            nonces: Nonces::default(),
            quota: Quota::new(options.quota),
            clock: Clock::new(options.clock_offset_seconds),
            faults: Faults::new(options.seed, options.fault),
            counters: Counters::new(),
            idle_timeout: options.idle_timeout,
            ignore_form_bodies: AtomicBool::new(options.ignore_form_bodies),
            seed: options.seed,
            replies: AtomicU64::new(0),
        }
    }

    pub(crate) fn ignores_form_bodies(&self) -> bool {
        self.ignore_form_bodies.load(Ordering::Relaxed)
    }

    pub(crate) fn set_ignore_form_bodies(&self, ignore: bool) {
        self.ignore_form_bodies.store(ignore, Ordering::Relaxed);
    }

    pub(crate) fn next_request_id(&self) -> String {
        random::request_id(self.seed, self.replies.fetch_add(1, Ordering::Relaxed))
    }

    /// Forgets what happened: counts, nonces, the quota's window and the fault.
    pub(crate) fn reset(&self) {
        self.counters.reset();
        self.nonces.reset();
        self.quota.reset();
        self.faults.set(None);
    }
}

/// Locks, whatever became of another holder: the data stays consistent.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
