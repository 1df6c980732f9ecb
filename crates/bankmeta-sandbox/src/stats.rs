//! What really happened, counted. No personal data is kept.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::outcome::Count;
use crate::state::locked;

/// How many arrival times are kept: the first so many since the last reset.
pub const ARRIVALS_KEPT: usize = 16_384;

/// The counts since the start or the last reset. Requests to the admin path are
/// in none of them but the bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stats {
    /// Connections that carried at least one request.
    pub connections: u64,
    /// TLS handshakes that failed.
    pub handshakes_failed: u64,
    /// Whole requests that arrived.
    pub requests: u64,
    /// Verifications really executed.
    pub executions: u64,
    /// Calls billed: executions that reached BizCode 1 or 2.
    pub billed: u64,
    /// Calls refused by the quota or by a `Throttling` test card.
    pub throttled: u64,
    /// Errors by code, faults not counted.
    pub errors: BTreeMap<String, u64>,
    /// Requests a fault struck, and connections where it strikes those.
    pub faults: u64,
    /// Requests with a factor in the query, where URLs are logged.
    pub personal_in_query: u64,
    /// Requests with a factor in the form body.
    pub personal_in_body: u64,
    /// Bytes received inside TLS.
    pub bytes_received: u64,
    /// Bytes sent inside TLS.
    pub bytes_sent: u64,
    /// When each request had arrived, in milliseconds since the start: the first
    /// [`ARRIVALS_KEPT`].
    pub arrivals_ms: Vec<f64>,
}

/// The counters behind [`Stats`].
pub(crate) struct Counters {
    started: Instant,
    pub(crate) connections: AtomicU64,
    pub(crate) handshakes_failed: AtomicU64,
    requests: AtomicU64,
    executions: AtomicU64,
    billed: AtomicU64,
    throttled: AtomicU64,
    pub(crate) faults: AtomicU64,
    personal_in_query: AtomicU64,
    personal_in_body: AtomicU64,
    pub(crate) bytes_received: AtomicU64,
    pub(crate) bytes_sent: AtomicU64,
    errors: Mutex<BTreeMap<String, u64>>,
    /// Microseconds since the start.
    arrivals: Box<[AtomicU64]>,
}

impl Counters {
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            connections: AtomicU64::new(0),
            handshakes_failed: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            executions: AtomicU64::new(0),
            billed: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            personal_in_query: AtomicU64::new(0),
            personal_in_body: AtomicU64::new(0),
            bytes_received: AtomicU64::new(0),
            bytes_sent: AtomicU64::new(0),
            errors: Mutex::default(),
            arrivals: (0..ARRIVALS_KEPT).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Relaxed);
    }

    /// Counts a request that has arrived in full.
    pub(crate) fn request(&self) {
        let index = self.requests.fetch_add(1, Relaxed);
        if let Some(slot) = usize::try_from(index).ok().and_then(|index| self.arrivals.get(index)) {
            let micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
            slot.store(micros, Relaxed);
        }
    }

    pub(crate) fn personal(&self, (in_query, in_body): (bool, bool)) {
        if in_query {
            Self::add(&self.personal_in_query);
        }
        if in_body {
            Self::add(&self.personal_in_body);
        }
    }

    pub(crate) fn outcome(&self, count: &Count) {
        if count.executed {
            Self::add(&self.executions);
        }
        if count.billed {
            Self::add(&self.billed);
        }
        let Some(code) = &count.error else { return };
        if code.starts_with("Throttling") {
            Self::add(&self.throttled);
        }
        *locked(&self.errors).entry(code.to_string()).or_default() += 1;
    }

    pub(crate) fn read(&self) -> Stats {
        let requests = self.requests.load(Relaxed);
        let kept = usize::try_from(requests).unwrap_or(usize::MAX);
        Stats {
            connections: self.connections.load(Relaxed),
            handshakes_failed: self.handshakes_failed.load(Relaxed),
            requests,
            executions: self.executions.load(Relaxed),
            billed: self.billed.load(Relaxed),
            throttled: self.throttled.load(Relaxed),
            errors: locked(&self.errors).clone(),
            faults: self.faults.load(Relaxed),
            personal_in_query: self.personal_in_query.load(Relaxed),
            personal_in_body: self.personal_in_body.load(Relaxed),
            bytes_received: self.bytes_received.load(Relaxed),
            bytes_sent: self.bytes_sent.load(Relaxed),
            arrivals_ms: self
                .arrivals
                .iter()
                .take(kept)
                .map(|slot| milliseconds(slot.load(Relaxed)))
                .collect(),
        }
    }

    /// Sets every count to zero; the start stays.
    pub(crate) fn reset(&self) {
        for counter in [
            &self.connections,
            &self.handshakes_failed,
            &self.requests,
            &self.executions,
            &self.billed,
            &self.throttled,
            &self.faults,
            &self.personal_in_query,
            &self.personal_in_body,
            &self.bytes_received,
            &self.bytes_sent,
        ] {
            counter.store(0, Relaxed);
        }
        locked(&self.errors).clear();
    }
}

/// A short decimal such as 2.982, which reads back from JSON as the same number.
#[expect(clippy::cast_precision_loss, reason = "exact up to 285 years")]
fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}
