//! What a client tells while it works: to the host's own callback and, under the
//! target `bankmeta`, to `tracing`. An event names what happened and holds nothing
//! that was verified: method, host, codes, fate, durations, request ids.

use std::fmt;
use std::sync::Arc;

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// One attempt, one connection.
    Debug,
    /// A repetition; something works again.
    Info,
    /// Somebody should look: an attempt that may have been billed without an answer,
    /// throttling, a wrong clock, a service that cannot be reached.
    Warn,
}

impl Level {
    /// The word used in every face: `debug`, `info`, `warn`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// How much it matters.
    pub level: Level,
    /// What it is, for example `attempt` or `throttled`.
    pub name: &'static str,
    /// One line for a log.
    pub text: String,
}

/// Takes events; see [`crate::ClientBuilder::on_event`].
pub(crate) type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// Where a client's events go.
#[derive(Clone, Default)]
pub(crate) struct Events {
    pub(crate) listener: Option<Listener>,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("listener", &self.listener.is_some()).finish()
    }
}

impl Events {
    /// Tells of something; `text` is only made if somebody listens.
    pub(crate) fn tell(&self, level: Level, name: &'static str, text: impl FnOnce() -> String) {
        let traced = match level {
            Level::Debug => tracing::enabled!(target: "bankmeta", tracing::Level::DEBUG),
            Level::Info => tracing::enabled!(target: "bankmeta", tracing::Level::INFO),
            Level::Warn => tracing::enabled!(target: "bankmeta", tracing::Level::WARN),
        };
        if !traced && self.listener.is_none() {
            return;
        }
        let event = Event { level, name, text: text() };
        if traced {
            let Event { text, .. } = &event;
            match level {
                Level::Debug => tracing::debug!(target: "bankmeta", name, "{text}"),
                Level::Info => tracing::info!(target: "bankmeta", name, "{text}"),
                Level::Warn => tracing::warn!(target: "bankmeta", name, "{text}"),
            }
        }
        if let Some(listener) = &self.listener {
            listener(&event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_listener_hears_and_without_one_no_text_is_made() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let copy = Arc::clone(&heard);
        let events = Events {
            listener: Some(Arc::new(move |event: &Event| copy.lock().unwrap().push(event.clone()))),
        };
        events.tell(Level::Warn, "throttled", || "text".to_owned());
        assert_eq!(
            *heard.lock().unwrap(),
            [Event { level: Level::Warn, name: "throttled", text: "text".to_owned() }]
        );
        Events::default().tell(Level::Debug, "attempt", || panic!("nobody listens"));
    }
}
