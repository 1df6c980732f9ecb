//! Faults on demand: what goes wrong, on which side of the execution, and how
//! often.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::random;
use crate::state::locked;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// All goes well, but late.
    Delay(Duration),
    /// No reply, until the client closes or the sandbox stops.
    Hang,
    /// An error: the gateway's with this code, or without one a page in HTML.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The service's code.
        code: Option<String>,
    },
    /// A body of the caller's own, sensible or not.
    Body {
        /// The HTTP status.
        status: u16,
        /// The value of `Content-Type`.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The connection is closed without a reply.
    Close,
}

/// On which side of the execution a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// The whole request arrived, and nothing was done for it.
    Before,
    /// The request was answered in full; the caller does not see that answer.
    After,
}

/// A fault: what, when, how often.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Before or after the execution.
    pub when: When,
    /// For the next so many requests; none for all.
    pub times: Option<u64>,
    /// For this share of the requests, from 0 to 1; which ones follows from the seed.
    pub share: f64,
}

impl Fault {
    /// A fault that strikes every request before its execution.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, when: When::Before, times: None, share: 1.0 }
    }

    /// The same fault, after the execution.
    #[must_use]
    pub fn after(mut self) -> Self {
        self.when = When::After;
        self
    }

    /// The same fault, for the next `times` requests only.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// The same fault, for a share of the requests only.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// Reads the JSON form, for example
    /// `{"kind":"answer","status":500,"code":"InternalError","when":"after","times":1}`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| Error::Setting(format!("the fault is not valid: {error}")))
    }
}

/// A fault as it is written: flat, every field but `kind` optional.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: String,
    when: Option<When>,
    times: Option<u64>,
    share: Option<f64>,
    ms: Option<u64>,
    status: Option<u16>,
    code: Option<String>,
    body: Option<String>,
    content_type: Option<String>,
}

impl TryFrom<Written> for Fault {
    type Error = String;

    fn try_from(mut written: Written) -> Result<Self, String> {
        let share = written.share.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&share) {
            return Err("share must be from 0 to 1".to_owned());
        }
        if written.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("status must be from 200 to 599".to_owned());
        }
        let kind = match written.kind.as_str() {
            "delay" => FaultKind::Delay(Duration::from_millis(written.ms.take().ok_or("delay needs ms")?)),
            "hang" => FaultKind::Hang,
            "answer" => FaultKind::Answer {
                status: written.status.take().ok_or("answer needs status")?,
                code: written.code.take(),
            },
            "body" => FaultKind::Body {
                status: written.status.take().unwrap_or(200),
                content_type: written.content_type.take().unwrap_or_else(|| "text/plain".to_owned()),
                body: written.body.take().ok_or("body needs body")?,
            },
            "close" => FaultKind::Close,
            _ => return Err("kind must be delay, hang, answer, body or close".to_owned()),
        };
        // What the kind did not take is not its own, and would be ignored in silence.
        let left = written.ms.is_some()
            || written.status.is_some()
            || written.code.is_some()
            || written.body.is_some()
            || written.content_type.is_some();
        if left {
            return Err(format!("{} takes no such field", written.kind));
        }
        Ok(Self { kind, when: written.when.unwrap_or(When::Before), times: written.times, share })
    }
}

/// The fault in force.
pub(crate) struct Faults {
    seed: u64,
    /// Spares requests the lock while there is no fault.
    armed: AtomicBool,
    active: Mutex<Option<Active>>,
}

struct Active {
    fault: Fault,
    /// Requests looked at since the fault was set.
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

    /// The fault that strikes the next request, if one does.
    pub(crate) fn next(&self) -> Option<Fault> {
        if !self.armed.load(Ordering::Acquire) {
            return None;
        }
        let mut slot = locked(&self.active);
        let active = slot.as_mut()?;
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

    fn struck(faults: &Faults, requests: usize) -> Vec<bool> {
        (0..requests).map(|_| faults.next().is_some()).collect()
    }

    #[test]
    fn times_counts_the_requests_struck() {
        let faults = Faults::new(1, Some(Fault::new(FaultKind::Close).times(2)));
        assert_eq!(struck(&faults, 4), [true, true, false, false]);
        faults.set(None);
        assert_eq!(struck(&faults, 1), [false]);
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

    #[test]
    fn the_written_form_is_read_and_nonsense_refused() {
        let text =
            r#"{"kind":"answer","status":500,"code":"InternalError","when":"after","times":1,"share":0.5}"#;
        let kind = FaultKind::Answer { status: 500, code: Some("InternalError".to_owned()) };
        assert_eq!(Fault::from_json(text).unwrap(), Fault::new(kind).after().times(1).share(0.5));
        let delay = FaultKind::Delay(Duration::from_millis(5));
        assert_eq!(Fault::from_json(r#"{"kind":"delay","ms":5}"#).unwrap(), Fault::new(delay));
        for wrong in [
            r#"{"kind":"explode"}"#,
            r#"{"kind":"delay"}"#,
            r#"{"kind":"answer"}"#,
            r#"{"kind":"body"}"#,
            r#"{"kind":"hang","ms":1}"#,
            r#"{"kind":"hang","share":1.5}"#,
            r#"{"kind":"answer","status":99}"#,
            r#"{"kind":"hang","colour":"red"}"#,
            r#"{"kind":"hang","when":"during"}"#,
        ] {
            assert!(Fault::from_json(wrong).is_err(), "{wrong}");
        }
    }
}
