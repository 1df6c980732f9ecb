//! One failure, for some people: how the sandbox is set up and what a face is to do.

use std::time::Duration;

use bankmeta_sandbox::{Certificate, Fault, FaultKind, Sandbox};

use crate::people::Person;

/// How long a job that is to be cancelled runs.
pub(crate) const BEFORE_CANCELLING: Duration = Duration::from_millis(50);

/// Keys and values, as every face takes them.
pub(crate) type Settings = Vec<(String, String)>;

/// What a face is to do: verify some people, in as many threads.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) config: Settings,
    pub(crate) people: Vec<Settings>,
    /// All at the same time, or one after the other.
    pub(crate) at_once: bool,
    /// Cancels what is under way after a moment.
    pub(crate) cancel: bool,
    /// The client may be the one of the job before, if its settings are the same.
    pub(crate) reuse: bool,
    /// Words that must stand in what comes out, else it did not happen; `|` is or.
    pub(crate) expects: &'static [&'static str],
    pub(crate) fault: Option<Fault>,
    pub(crate) clock_offset: i64,
    pub(crate) certificate: Certificate,
    pub(crate) ignore_form_bodies: bool,
}

impl Job {
    /// Sets the sandbox up for it.
    pub(crate) fn prepare(&self, sandbox: &Sandbox) {
        sandbox.reset();
        sandbox.set_quota(None);
        sandbox.set_clock_offset(self.clock_offset);
        sandbox.set_certificate(self.certificate);
        sandbox.set_ignore_form_bodies(self.ignore_form_bodies);
        sandbox.set_fault(self.fault.clone());
    }

    /// Keeps so many people, others for each job; enough where something is to be used up.
    pub(crate) fn choose(&mut self, index: usize, count: usize) {
        let count = if self.at_once { count } else { count.max(AT_LEAST) };
        if count < self.people.len() {
            let first = index.wrapping_mul(count) % self.people.len();
            self.people.rotate_left(first);
            self.people.truncate(count);
        }
    }

    /// The body that the service will answer with, if it is known.
    pub(crate) fn body(&self) -> Option<(u16, &str)> {
        match &self.fault.as_ref()?.kind {
            FaultKind::Body { status, body, .. } => Some((*status, body)),
            _ => None,
        }
    }

    /// A value stands where a setting belongs: what takes it for one shows it as one, in the
    /// `Debug` of the configuration. No error does.
    pub(crate) fn misplaced(&self) -> bool {
        self.name.starts_with("configuration: a value as")
    }

    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.config.retain(|(it, _)| it != key);
        self.config.push((key.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn fault(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    pub(crate) fn expecting(self, expects: &'static [&'static str]) -> Self {
        Self { expects, ..self }
    }

    /// A short deadline and everybody at once: for faults that make the client wait.
    pub(crate) fn hurried(self) -> Self {
        Self { at_once: true, ..self.set("timeout", "0.06").set("connect_timeout", "0.06") }
    }

    /// Often enough for what is used up.
    pub(crate) fn one_after_the_other(mut self) -> Self {
        while self.people.len() < AT_LEAST {
            self.people.extend_from_within(..);
        }
        Self { at_once: false, ..self }
    }

    /// The same with a value of each person changed, or another key set.
    pub(crate) fn each(
        mut self,
        people: &[Person],
        change: impl Fn(&Person) -> (&'static str, String),
    ) -> Self {
        for (settings, person) in self.people.iter_mut().zip(people) {
            let (key, value) = change(person);
            settings.retain(|(it, _)| it != key);
            settings.push((key.to_owned(), value));
        }
        self
    }
}

/// The circuit is open after five connections that failed.
const AT_LEAST: usize = 8;
