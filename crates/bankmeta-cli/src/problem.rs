//! Why there is no answer: an error of the core, or one of the command itself.

use bankmeta::{Attempt, Error, ErrorKind, Fate};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::{Form, print, warn};

/// What the command says instead of an answer. Holds no input value.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    /// The kind, as a word for programs.
    word: &'static str,
    message: String,
    field: Option<&'static str>,
    fate: Fate,
    error: Option<Error>,
}

impl Problem {
    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::own(Exit::Usage, "usage", message)
    }

    /// A value of the verification is wrong.
    pub(crate) fn input(field: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { field, ..Self::own(Exit::Usage, "invalid_input", message) }
    }

    /// The access key cannot be had.
    pub(crate) fn credentials(message: impl Into<String>) -> Self {
        Self::own(Exit::Configuration, "credentials", message)
    }

    /// The clock is wrong, although the service let it pass this once.
    pub(crate) fn clock(message: impl Into<String>) -> Self {
        Self { fate: Fate::Rejected, ..Self::own(Exit::Rejected, ErrorKind::Clock.as_str(), message) }
    }

    fn own(exit: Exit, word: &'static str, message: impl Into<String>) -> Self {
        Self { exit, word, message: message.into(), field: None, fate: Fate::NotSent, error: None }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Text goes to stderr; JSON to stdout, where the answer would have been.
    pub(crate) fn report(&self, form: Form) -> Exit {
        match form {
            Form::Text => {
                warn(&self.message);
                self.exit
            }
            Form::Json => print(&self.json().to_string(), self.exit),
        }
    }

    /// The same keys for every problem.
    pub(crate) fn json(&self) -> Value {
        let error = self.error.as_ref();
        json!({
            "error": self.word,
            "message": self.message,
            "field": self.field,
            "fate": self.fate.as_str(),
            "billed": error.map_or(self.fate.billed_without_answer(), Error::billed).as_str(),
            "service_code": error.and_then(Error::service_code),
            "http_status": error.and_then(Error::http_status),
            "request_id": error.and_then(Error::request_id),
            "attempts": attempts_json(error.map(Error::attempts).unwrap_or_default()),
        })
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self {
            exit: Exit::of_error(&error),
            word: error.kind().as_str(),
            message: error.to_string(),
            field: error.field(),
            fate: error.fate(),
            error: Some(error),
        }
    }
}

pub(crate) fn attempts_json(attempts: &[Attempt]) -> Value {
    attempts
        .iter()
        .map(|attempt| {
            json!({
                "fate": attempt.fate.as_str(),
                "billed": attempt.billed.as_str(),
                "resend": attempt.resend,
                "phase": attempt.phase.as_str(),
                "duration_ms": u64::try_from(attempt.duration.as_millis()).unwrap_or(u64::MAX),
                "http_status": attempt.http_status,
                "service_code": attempt.service_code,
                "request_id": attempt.request_id,
            })
        })
        .collect()
}
