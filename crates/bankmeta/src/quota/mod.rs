//! Temporary.
use crate::wait::{Call, Cancelled};
use std::time::{Duration, Instant};
/// Lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Lane {
    /// I.
    #[default]
    Interactive,
    /// B.
    Bulk,
}
impl std::str::FromStr for Lane {
    type Err = crate::options::NotAValue;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "interactive" => Ok(Self::Interactive),
            "bulk" => Ok(Self::Bulk),
            _ => Err(crate::options::NotAValue),
        }
    }
}
#[derive(Debug)]
pub(crate) enum Refused {
    TooLate { turn_in: Duration },
    Cancelled(Cancelled),
    Shared(String),
}
#[derive(Debug)]
pub(crate) struct Quota;
impl Quota {
    pub(crate) fn off() -> Self {
        Self
    }
    pub(crate) fn of_process(_: f64) -> Self {
        Self
    }
    pub(crate) fn of_host(_: f64, _: &str) -> Result<Self, String> {
        Ok(Self)
    }
    pub(crate) fn admit(&self, _: Lane, _: &Call<'_>) -> Result<Duration, Refused> {
        Ok(Duration::ZERO)
    }
    pub(crate) fn throttled(&self, _: Instant) {}
    pub(crate) fn pace(&self) -> Option<f64> {
        None
    }
}
