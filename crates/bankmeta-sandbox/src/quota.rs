//! The account's quota: calls in any second, as a sliding window.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::state::locked;

const WINDOW: Duration = Duration::from_secs(1);

/// Calls granted in any second; none for no limit.
pub(crate) struct Quota(Mutex<Window>);

struct Window {
    limit: Option<u32>,
    granted: VecDeque<Instant>,
}

impl Quota {
    pub(crate) fn new(limit: Option<u32>) -> Self {
        Self(Mutex::new(Window { limit, granted: VecDeque::new() }))
    }

    pub(crate) fn set(&self, limit: Option<u32>) {
        locked(&self.0).limit = limit;
    }

    pub(crate) fn reset(&self) {
        locked(&self.0).granted.clear();
    }

    /// Grants a call, or says how long to wait.
    pub(crate) fn grant(&self, now: Instant) -> Result<(), Duration> {
        let mut window = locked(&self.0);
        let Some(limit) = window.limit else { return Ok(()) };
        while window.granted.front().is_some_and(|first| now.saturating_duration_since(*first) >= WINDOW) {
            window.granted.pop_front();
        }
        if window.granted.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
            window.granted.push_back(now);
            return Ok(());
        }
        let first = window.granted.front().copied().unwrap_or(now);
        Err(WINDOW.saturating_sub(now.saturating_duration_since(first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let quota = Quota::new(Some(2));
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(quota.grant(at(0)), Ok(()));
        assert_eq!(quota.grant(at(600)), Ok(()));
        assert_eq!(quota.grant(at(900)), Err(Duration::from_millis(100)));
        assert_eq!(quota.grant(at(1000)), Ok(()));
        assert_eq!(quota.grant(at(1500)), Err(Duration::from_millis(100)));
        quota.reset();
        assert_eq!(quota.grant(at(1500)), Ok(()));
    }

    #[test]
    fn a_quota_of_none_grants_all_and_of_zero_nothing() {
        let quota = Quota::new(None);
        let now = Instant::now();
        assert!((0..1000).all(|_| quota.grant(now).is_ok()));
        quota.set(Some(0));
        assert_eq!(quota.grant(now), Err(WINDOW));
    }
}
