//! What all connections of one sandbox share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::force::Faults;
use crate::keys::AccessKey;
use crate::nonce::Nonces;
use crate::options::SandboxOptions;
use crate::quota::Quota;
use crate::random;
use crate::registry::Registry;
use crate::stats::Counters;
use crate::tls::Certificate;

pub(crate) struct State {
    pub(crate) keys: Vec<AccessKey>,
    pub(crate) registry: Registry,
    pub(crate) nonces: Nonces,
    pub(crate) quota: Quota,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) idle_timeout: Duration,
    /// Connections open at this moment.
    pub(crate) open: AtomicU64,
    certificate: Mutex<Certificate>,
    ignore_form_bodies: AtomicBool,
    at_start: AtStart,
    seed: u64,
    replies: AtomicU64,
}

impl State {
    pub(crate) fn new(options: SandboxOptions) -> Self {
        // A key of the caller's own comes first, and so may take a built-in id.
        let mut keys = options.access_keys;
        keys.extend(AccessKey::built_in());
        let at_start = AtStart {
            quota: options.quota,
            clock_offset_seconds: options.clock_offset_seconds,
            fault: options.fault,
            certificate: options.certificate,
            ignore_form_bodies: options.ignore_form_bodies,
        };
        Self {
            keys,
            registry: Registry::new(&options.cardholders),
            nonces: Nonces::default(),
            quota: Quota::new(options.quota),
            clock: Clock::new(options.clock_offset_seconds),
            faults: Faults::new(options.seed, at_start.fault.clone()),
            counters: Counters::new(),
            idle_timeout: options.idle_timeout,
            open: AtomicU64::new(0),
            certificate: Mutex::new(options.certificate),
            ignore_form_bodies: AtomicBool::new(options.ignore_form_bodies),
            at_start,
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

    pub(crate) fn certificate(&self) -> Certificate {
        *locked(&self.certificate)
    }

    pub(crate) fn set_certificate(&self, certificate: Certificate) {
        *locked(&self.certificate) = certificate;
    }

    pub(crate) fn next_request_id(&self) -> String {
        random::request_id(self.seed, self.replies.fetch_add(1, Ordering::Relaxed))
    }

    /// Forgets what happened (counts, nonces, the quota's window) and behaves as
    /// at the start again.
    pub(crate) fn reset(&self) {
        self.counters.reset();
        self.nonces.reset();
        self.quota.reset();
        self.quota.set(self.at_start.quota);
        self.clock.set_offset(self.at_start.clock_offset_seconds);
        self.faults.set(self.at_start.fault.clone());
        self.set_certificate(self.at_start.certificate);
        self.set_ignore_form_bodies(self.at_start.ignore_form_bodies);
    }
}

/// The behaviour asked for at the start, which a reset returns to.
struct AtStart {
    quota: Option<u32>,
    clock_offset_seconds: i64,
    fault: Option<Fault>,
    certificate: Certificate,
    ignore_form_bodies: bool,
}

/// Locks, whatever became of another holder: the data stays consistent.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
