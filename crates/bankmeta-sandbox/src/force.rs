//! The fault in force, and which requests and connections it strikes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::Fault;
use crate::random;
use crate::state::locked;

/// The fault in force.
pub(crate) struct Faults {
    seed: u64,
    /// Spares requests the lock while there is no fault.
    armed: AtomicBool,
    active: Mutex<Option<Active>>,
}

struct Active {
    fault: Fault,
    /// Requests, or connections, looked at since the fault was set.
    looked_at: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64, fault: Option<Fault>) -> Self {
        let faults = Self { seed, armed: AtomicBool::new(false), active: Mutex::new(None) };
        faults.set(fault);
        faults
    }

    pub(crate) fn set(&self, fault: Option<Fault>) {
        let mut active = locked(&self.active);
        self.armed.store(fault.is_some(), Ordering::Release);
        *active = fault.map(|fault| Active { fault, looked_at: 0 });
    }

    pub(crate) fn is_armed(&self) -> bool {
        self.armed.load(Ordering::Acquire)
    }

    /// The fault that strikes the next request, if one does.
    pub(crate) fn next_request(&self) -> Option<Fault> {
        self.next(false)
    }

    /// The fault that strikes the next connection, if one does.
    pub(crate) fn next_connection(&self) -> Option<Fault> {
        self.next(true)
    }

    fn next(&self, connection: bool) -> Option<Fault> {
        if !self.is_armed() {
            return None;
        }
        let mut slot = locked(&self.active);
        let active = slot.as_mut().filter(|active| active.fault.strikes_connections() == connection)?;
        let index = active.looked_at;
        active.looked_at += 1;
        if active.fault.times == Some(0) || random::fraction(self.seed, index) >= active.fault.share {
            return None;
        }
        if let Some(times) = &mut active.fault.times {
            *times -= 1;
        }
        Some(active.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{FaultKind, Side};

    fn struck(faults: &Faults, requests: usize) -> Vec<bool> {
        (0..requests).map(|_| faults.next_request().is_some()).collect()
    }

    #[test]
    fn times_counts_the_requests_struck() {
        let faults = Faults::new(1, Some(Fault::new(FaultKind::Close).times(2)));
        assert_eq!(struck(&faults, 4), [true, true, false, false]);
        faults.set(None);
        assert_eq!(struck(&faults, 1), [false]);
    }

    #[test]
    fn a_fault_of_connections_strikes_no_request() {
        let faults = Faults::new(1, Some(Fault::new(FaultKind::Stall).at(Side::Connection, 0).times(1)));
        assert_eq!(struck(&faults, 2), [false, false]);
        assert!(faults.next_connection().is_some());
        assert!(faults.next_connection().is_none());
    }

    #[test]
    fn a_share_follows_from_the_seed() {
        let fault = || Some(Fault::new(FaultKind::Close).share(0.25));
        let first = struck(&Faults::new(7, fault()), 1000);
        assert_eq!(first, struck(&Faults::new(7, fault()), 1000));
        assert_ne!(first, struck(&Faults::new(8, fault()), 1000));
        let count = first.iter().filter(|struck| **struck).count();
        assert!((200..300).contains(&count), "{count}");
    }
}
