//! Why a sandbox could not be started or told something.

use std::fmt;

/// An error of the sandbox itself. No text of it holds personal data.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The socket, a thread or the directory of the CA file could not be had.
    Io(std::io::Error),
    /// The certificates could not be made.
    Certificate(String),
    /// A line of the registry is not `card_number,name,id_number,mobile[,state]`.
    Registry {
        /// The line's number, from 1.
        line: usize,
    },
    /// A fault or another setting is not valid; the text says which and why.
    Setting(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the sandbox could not start: {error}"),
            Self::Certificate(why) => write!(f, "the sandbox's certificates could not be made: {why}"),
            Self::Registry { line } => write!(
                f,
                "line {line} of the registry is not card_number,name,id_number,mobile[,state]; \
                 the card must be digits, the state a sub code"
            ),
            Self::Setting(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
