//! What became of an attempt, and what it may have cost. Decided here and only
//! here, from how far the bytes got and from what the service said.

use crate::error::ErrorKind;
use crate::protocol::decode::ServiceFailure;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fate {
    /// No byte of the request was handed to the socket layer. Not billed.
    NotSent,
    /// The gateway said no before executing. Not billed.
    Rejected,
    /// The service answered; whether that is billed follows from the verdict.
    Answered,
    /// At least one byte was handed over and no trustworthy answer came. It may
    /// have been executed and billed.
    Unknown,
}

impl Fate {
    /// The word used in every face: `not_sent`, `rejected`, `answered`, `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::Answered => "answered",
            Self::Unknown => "unknown",
        }
    }

    /// What an attempt that ended without an answer costs.
    #[must_use]
    pub fn billed_without_answer(self) -> Billed {
        match self {
            Self::NotSent | Self::Rejected => Billed::No,
            Self::Answered | Self::Unknown => Billed::Maybe,
        }
    }

    /// What it means, in one line.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NotSent => "no byte of the request left; it is not billed",
            Self::Rejected => "the service said no before executing; it is not billed",
            Self::Answered => "the service answered",
            Self::Unknown => {
                "it was sent and no trustworthy answer came; it may have been executed and billed"
            }
        }
    }
}

/// Whether the vendor bills for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Billed {
    /// Not billed.
    No,
    /// It cannot be known from here.
    Maybe,
    /// Billed.
    Yes,
}

impl Billed {
    /// The word used in every face: `no`, `maybe`, `yes`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Yes => "yes",
        }
    }

    /// From the answer's BizCode: 1 and 2 are billed, 3 is not; of any other
    /// value nothing is known. Source: the vendor's SDK.
    #[must_use]
    pub fn from_biz_code(biz_code: &str) -> Self {
        match biz_code {
            "1" | "2" => Self::Yes,
            "3" => Self::No,
            _ => Self::Maybe,
        }
    }

    /// What it means, in one line.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::No => "it is not billed",
            Self::Maybe => "it cannot be known from here; repeating may bill again",
            Self::Yes => "it is billed",
        }
    }
}

/// How far an attempt got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Phase {
    /// Looking up the host's addresses.
    #[default]
    Resolve,
    /// Opening the TCP connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// Handing the request to the socket layer.
    Send,
    /// Waiting for the reply and reading it.
    Receive,
    /// A whole reply was read.
    Done,
}

impl Phase {
    /// The word used in every face: `resolve`, `connect`, `tls`, `send`, `receive`, `done`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Done => "done",
        }
    }
}

/// How far the bytes of one attempt got; kept by the transport.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    pub(crate) phase: Phase,
    /// Bytes of the request (after encryption) that the socket layer accepted.
    pub(crate) bytes_handed: u64,
}

/// The fate of an attempt that ended without a whole reply.
pub(crate) fn of_broken_exchange(progress: Progress) -> Fate {
    if progress.bytes_handed == 0 { Fate::NotSent } else { Fate::Unknown }
}

/// The fate of an attempt whose reply was a failure, and what kind it is.
///
/// Only codes known to be given before execution make it `Rejected`; whatever is
/// not recognised may have been executed.
pub(crate) fn of_failure(failure: &ServiceFailure) -> (Fate, ErrorKind) {
    let code = failure.code.as_deref().unwrap_or_default();
    let known = match failure.http_status {
        200..=299 => of_code_under_success(code).or_else(|| of_gateway_code(code)),
        400..=499 => of_gateway_code(code).or_else(|| of_parameter_code(code)),
        503 if code == "ServiceUnavailable" => Some(ErrorKind::Unavailable),
        _ => of_gateway_code(code),
    };
    match known {
        // A nonce is random and signed once: a copy of this request came before it, by a
        // proxy that repeats or as a resend, and that copy may have been executed.
        Some(ErrorKind::NonceUsed) => (Fate::Unknown, ErrorKind::NonceUsed),
        Some(kind) if !failure.has_biz_code => (Fate::Rejected, kind),
        _ => (Fate::Unknown, ErrorKind::ServiceFailure),
    }
}

/// Codes the gateway gives before it executes anything, whatever the HTTP status.
fn of_gateway_code(code: &str) -> Option<ErrorKind> {
    // `Throttling.Api` and `Throttling` are one family: the part before the dot tells.
    let family = code.split('.').next().unwrap_or_default();
    match (family, code) {
        ("Throttling", _) => Some(ErrorKind::Throttled),
        ("Forbidden", _) => Some(ErrorKind::PermissionDenied),
        ("SignatureDoesNotMatch" | "IncompleteSignature", _) => Some(ErrorKind::Signature),
        ("SignatureNonceUsed", _) => Some(ErrorKind::NonceUsed),
        ("InvalidTimeStamp" | "IllegalTimestamp", _) => Some(ErrorKind::Clock),
        ("InvalidAccessKeyId", _) => Some(ErrorKind::AccessKey),
        ("InvalidSecurityToken" | "MissingSecurityToken", _) => Some(ErrorKind::SecurityToken),
        (_, "InvalidAction.NotFound" | "InvalidVersion" | "NoSuchVersion") => {
            Some(ErrorKind::UnsupportedOperation)
        }
        _ => None,
    }
}

/// Missing*X* and Invalid*X* are parameter errors, given with a 4xx status.
fn of_parameter_code(code: &str) -> Option<ErrorKind> {
    (code.starts_with("Missing") || code.starts_with("Invalid")).then_some(ErrorKind::InvalidParameter)
}

/// Numeric codes in the body of an HTTP 200, seen on the sister operation; that
/// this operation gives them with the same meaning is a guess. 402 (the
/// authoritative source failed) and 500 may have been executed.
fn of_code_under_success(code: &str) -> Option<ErrorKind> {
    match code {
        "400" | "401" => Some(ErrorKind::InvalidParameter),
        "403" => Some(ErrorKind::RepeatedTooOften),
        "410" | "411" | "412" => Some(ErrorKind::PermissionDenied),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(http_status: u16, code: &str) -> (Fate, ErrorKind) {
        of_failure(&ServiceFailure::new(http_status, code))
    }

    #[test]
    fn codes_given_before_execution_are_rejections() {
        for (status, code, kind) in [
            (400, "MissingParameter", ErrorKind::InvalidParameter),
            (400, "MissingBankCard", ErrorKind::InvalidParameter),
            (400, "InvalidParameter", ErrorKind::InvalidParameter),
            (403, "Forbidden.RAMUserAccessDenied", ErrorKind::PermissionDenied),
            (400, "Throttling", ErrorKind::Throttled),
            (403, "Throttling.Api", ErrorKind::Throttled),
            (429, "Throttling.User", ErrorKind::Throttled),
            (404, "InvalidAccessKeyId.NotFound", ErrorKind::AccessKey),
            (400, "SignatureDoesNotMatch", ErrorKind::Signature),
            (400, "IncompleteSignature", ErrorKind::Signature),
            (400, "InvalidTimeStamp.Expired", ErrorKind::Clock),
            (400, "IllegalTimestamp", ErrorKind::Clock),
            (403, "InvalidSecurityToken.Expired", ErrorKind::SecurityToken),
            (404, "InvalidAction.NotFound", ErrorKind::UnsupportedOperation),
            (400, "NoSuchVersion", ErrorKind::UnsupportedOperation),
            (503, "ServiceUnavailable", ErrorKind::Unavailable),
            (200, "401", ErrorKind::InvalidParameter),
            (200, "403", ErrorKind::RepeatedTooOften),
            (200, "412", ErrorKind::PermissionDenied),
        ] {
            assert_eq!(failure(status, code), (Fate::Rejected, kind), "{status} {code}");
        }
    }

    #[test]
    fn a_nonce_that_was_used_is_a_copy_that_may_have_been_executed() {
        assert_eq!(failure(400, "SignatureNonceUsed"), (Fate::Unknown, ErrorKind::NonceUsed));
    }

    #[test]
    fn what_is_not_known_to_be_before_execution_is_unknown() {
        for (status, code) in [
            (500, "InternalError"),
            (500, "UnknownError"),
            (502, ""),
            (504, ""),
            (503, "SomethingElse"),
            (500, "ServiceUnavailable"),
            (200, "402"),
            (200, "500"),
            (200, "Surprise"),
            (200, ""),
            (200, "InvalidParameter"),
            (500, "InvalidParameter"),
            (400, "BrandNewCode"),
            (404, ""),
            (302, ""),
            // The numeric codes mean this only in the body of a success.
            (500, "400"),
        ] {
            assert_eq!(failure(status, code), (Fate::Unknown, ErrorKind::ServiceFailure), "{status} {code}");
        }
    }

    #[test]
    fn a_failure_beside_a_biz_code_may_have_been_executed() {
        let mut beside = ServiceFailure::new(200, "401");
        assert_eq!(of_failure(&beside).0, Fate::Rejected);
        beside.has_biz_code = true;
        assert_eq!(of_failure(&beside), (Fate::Unknown, ErrorKind::ServiceFailure));
    }

    #[test]
    fn only_untouched_sockets_are_not_sent() {
        let at = |phase, bytes_handed| of_broken_exchange(Progress { phase, bytes_handed });
        assert_eq!(at(Phase::Tls, 0), Fate::NotSent);
        assert_eq!(at(Phase::Send, 0), Fate::NotSent);
        assert_eq!(at(Phase::Send, 1), Fate::Unknown);
        assert_eq!(at(Phase::Receive, 900), Fate::Unknown);
    }
}
