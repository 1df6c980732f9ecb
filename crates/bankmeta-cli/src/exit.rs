//! How the command ends: one number for each end.

use bankmeta::{Error, ErrorKind, Fate, Verdict};
use std::process::ExitCode;

/// The exit codes, as documented in the help and in docs/cli.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Match; for `doctor`, all is well.
    Good = 0,
    Usage = 2,
    Configuration = 3,
    NotSent = 4,
    Rejected = 5,
    UnknownFate = 6,
    Mismatch = 10,
    NoRecord = 11,
    UnknownVerdict = 12,
    Internal = 70,
}

/// The part of the help about them.
pub(crate) const HELP: &str = "\
Exit codes:
   0  match (doctor: all is well)
  10  mismatch
  11  no record
  12  a verdict unknown to this version
   2  wrong usage or invalid input
   3  wrong configuration or credentials
   4  not sent: the network, the deadline, quota, max_billable or Ctrl-C
   5  rejected by the service, not billed
   6  unknown fate: it may have been executed and billed
  70  internal error, or the result could not be written and is on stderr";

impl Exit {
    pub(crate) fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Match => Self::Good,
            Verdict::Mismatch => Self::Mismatch,
            Verdict::NoRecord => Self::NoRecord,
            _ => Self::UnknownVerdict,
        }
    }

    pub(crate) fn of_error(error: &Error) -> Self {
        match (error.kind(), error.fate()) {
            (ErrorKind::InvalidInput, _) => Self::Usage,
            (ErrorKind::Configuration | ErrorKind::Credentials, _) => Self::Configuration,
            (_, Fate::NotSent) => Self::NotSent,
            (_, Fate::Rejected) => Self::Rejected,
            _ => Self::UnknownFate,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
