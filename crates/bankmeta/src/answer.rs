//! The service's reply to a verification.

use std::time::Duration;

use crate::fate::{Billed, Fate, Phase};
use crate::sub_code::SubCode;

/// What the service says of the factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// They belong to one person (BizCode 1).
    Match,
    /// They do not (BizCode 2).
    Mismatch,
    /// The source has no record to compare with (BizCode 3).
    NoRecord,
    /// A BizCode this version does not know: see [`Answer::biz_code`].
    Unknown,
}

impl Verdict {
    /// From the service's BizCode.
    #[must_use]
    pub fn from_biz_code(biz_code: &str) -> Self {
        match biz_code {
            "1" => Self::Match,
            "2" => Self::Mismatch,
            "3" => Self::NoRecord,
            _ => Self::Unknown,
        }
    }

    /// The word used in every face: `match`, `mismatch`, `no_record`, `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::NoRecord => "no_record",
            Self::Unknown => "unknown",
        }
    }

    /// What it means, in one line.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Match => "the factors belong to one person",
            Self::Mismatch => "the factors do not belong to one person",
            Self::NoRecord => "the source has no record to compare with",
            Self::Unknown => "the service gave a BizCode that this version does not know",
        }
    }
}

/// One HTTP exchange made for a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// What became of it.
    pub fate: Fate,
    /// Whether the vendor bills for it, as far as that is known when the verification ends.
    pub billed: Billed,
    /// Whether it was the signed request of the attempt before once more, byte for
    /// byte, as `resend_unknown` allows.
    pub resend: bool,
    /// How far it got.
    pub phase: Phase,
    /// From its start to its end.
    pub duration: Duration,
    /// The HTTP status, if a reply came.
    pub http_status: Option<u16>,
    /// The service's own code for a failure.
    pub service_code: Option<String>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
}

/// The service's reply to a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    pub(crate) biz_code: String,
    pub(crate) sub_code: Option<SubCode>,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: Vec<Attempt>,
}

impl Answer {
    /// What the service says of the factors.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::from_biz_code(&self.biz_code)
    }

    /// The BizCode as the service gave it.
    #[must_use]
    pub fn biz_code(&self) -> &str {
        &self.biz_code
    }

    /// The detail of the verdict. `None` if the service gave none.
    #[must_use]
    pub fn sub_code(&self) -> Option<&SubCode> {
        self.sub_code.as_ref()
    }

    /// Whether the vendor bills for the verification.
    #[must_use]
    pub fn billed(&self) -> Billed {
        // An earlier attempt that may have executed leaves a doubt about a No; how many
        // calls may be billed in all stands in the attempts.
        self.attempts.iter().map(|attempt| attempt.billed).max().unwrap_or(Billed::Maybe)
    }

    /// The vendor's id of the request: quote it in support cases.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Every attempt made, in order; the last is the one answered.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }
}
