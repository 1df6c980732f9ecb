//! The server's clock, which can be set wrong on purpose.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// How far a request's timestamp may be off, in seconds.
pub(crate) const WINDOW: i64 = 15 * 60;

/// The system's clock and an offset in seconds.
pub(crate) struct Clock(AtomicI64);

impl Clock {
    pub(crate) fn new(offset_seconds: i64) -> Self {
        Self(AtomicI64::new(offset_seconds))
    }

    pub(crate) fn set_offset(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    pub(crate) fn unix_seconds(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        i64::try_from(now).unwrap_or_default().saturating_add(self.0.load(Ordering::Relaxed))
    }
}

/// The value of a `Date` header.
pub(crate) fn http_date(unix_seconds: i64) -> String {
    let timestamp = Timestamp::from_second(unix_seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp).unwrap_or_default()
}

/// Reads `YYYY-MM-DDTHH:MM:SSZ` and no other form.
pub(crate) fn read_timestamp(text: &str) -> Option<i64> {
    const SHAPE: &[u8; 20] = b"0000-00-00T00:00:00Z";
    let fits = text.len() == SHAPE.len()
        && text.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            _ => byte == *shape,
        });
    if !fits {
        return None;
    }
    text.parse().ok().map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documented_form_is_a_timestamp() {
        assert_eq!(read_timestamp("2026-11-24T00:00:00Z"), Some(1_795_478_400));
        for wrong in ["2026-11-24T00:00:00+00:00", "2026-11-24 00:00:00Z", "2026-13-24T00:00:00Z", "now", ""]
        {
            assert_eq!(read_timestamp(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_in_the_form_of_http() {
        assert_eq!(http_date(1_795_478_400), "Tue, 24 Nov 2026 00:00:00 GMT");
    }

    #[test]
    fn the_offset_moves_the_clock() {
        let clock = Clock::new(0);
        let before = clock.unix_seconds();
        clock.set_offset(-1_000_000);
        assert!(clock.unix_seconds() < before);
    }
}
