//! `max_billable`: a hard cap on what one client may cost.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::fate::Billed;

/// Calls that were billed, may have been, or are under way: never more than the cap.
#[derive(Debug)]
pub(crate) struct Cap {
    most: Option<u64>,
    taken: AtomicU64,
}

impl Cap {
    pub(crate) fn new(most: Option<u64>) -> Self {
        Self { most, taken: AtomicU64::new(0) }
    }

    /// The cap, if all of it is spent or reserved at the moment.
    pub(crate) fn exhausted(&self) -> Option<u64> {
        self.most.filter(|most| self.taken.load(Ordering::Acquire) >= *most)
    }

    /// Reserves one call before it is sent; the cap, if there is none left.
    pub(crate) fn reserve(&self) -> Result<Reserved<'_>, u64> {
        let Some(most) = self.most else { return Ok(Reserved { cap: None }) };
        let one_more = |taken: u64| (taken < most).then_some(taken + 1);
        match self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more) {
            Ok(_) => Ok(Reserved { cap: Some(self) }),
            Err(_) => Err(most),
        }
    }
}

/// One call's reservation. Without a word about its end it stays spent.
#[derive(Debug)]
pub(crate) struct Reserved<'a> {
    cap: Option<&'a Cap>,
}

impl Reserved<'_> {
    /// Gives it back if the call is certainly not billed.
    pub(crate) fn settle(self, billed: Billed) {
        if let (Billed::No, Some(cap)) = (billed, self.cap) {
            cap.taken.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn only_what_is_not_billed_is_given_back() {
        let cap = Cap::new(Some(2));
        cap.reserve().unwrap().settle(Billed::No);
        cap.reserve().unwrap().settle(Billed::Maybe);
        let _ = cap.reserve().unwrap();
        assert_eq!(cap.reserve().unwrap_err(), 2);
        assert_eq!(cap.exhausted(), Some(2));
        assert_eq!(Cap::new(Some(0)).reserve().unwrap_err(), 0);
    }

    #[test]
    fn no_cap_counts_nothing() {
        let cap = Cap::new(None);
        cap.reserve().unwrap().settle(Billed::Yes);
        assert_eq!((cap.exhausted(), cap.taken.into_inner()), (None, 0));
    }

    #[test]
    fn exact_under_many_threads() {
        let (cap, billed) = (Cap::new(Some(1000)), AtomicU64::new(0));
        thread::scope(|scope| {
            for thread in 0..64_u32 {
                let (cap, billed) = (&cap, &billed);
                scope.spawn(move || {
                    for call in 0..100 {
                        let Ok(reserved) = cap.reserve() else { continue };
                        // Some are given back while others are refused.
                        if (thread + call) % 3 == 0 {
                            reserved.settle(Billed::No);
                        } else {
                            reserved.settle(Billed::Yes);
                            billed.fetch_add(1, Ordering::AcqRel);
                        }
                    }
                });
            }
        });
        while let Ok(reserved) = cap.reserve() {
            reserved.settle(Billed::Yes);
            billed.fetch_add(1, Ordering::AcqRel);
        }
        assert_eq!(billed.into_inner(), 1000);
    }
}
