//! The one error type: what happened, what became of the call, whether it was
//! billed, and what to do about it.

use std::fmt;

use crate::answer::Attempt;
use crate::fate::{Billed, Fate};

macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $word:literal, $remedy:literal;)+) => {
        /// What kind of error it is. Numbers and words are the same in every face.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ErrorKind {
            /// Every kind, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The number used in C: 1xx the caller, 2xx the network, 3xx the
            /// service said no, 4xx the service failed.
            #[must_use]
            pub const fn number(self) -> i32 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The word used in every face, in snake case.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii_start(),)+ }
            }

            /// What to do about it, in one sentence.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)+ }
            }
        }
    };
}

error_kinds! {
    /// A factor of the verification breaks a rule.
    InvalidInput = 110, "invalid_input", "Correct the input.";
    /// An option is unknown or its value is not usable.
    Configuration = 120, "configuration", "Correct the configuration.";
    /// No usable access key.
    Credentials = 130, "credentials", "Supply an access key id and secret.";
    /// The client has cost what `max_billable` allows.
    MaxBillable = 140, "max_billable", "Raise max_billable, or make a new client, if more may be spent.";
    /// The client's own quota has no turn before the deadline.
    Quota = 150, "quota", "Call less often, allow more time, or ask the vendor for a higher quota and set it.";
    /// The call was cancelled.
    Cancelled = 160, "cancelled", "Look at fate and billed before you verify again.";
    /// The host name could not be resolved.
    Dns = 210, "dns", "Check the endpoint's name and this machine's name servers.";
    /// No connection could be opened.
    Connect = 220, "connect", "Check that this machine may reach the endpoint (firewall, route, port).";
    /// The TLS handshake failed.
    Tls = 230, "tls", "Check this machine's clock and, behind an inspecting proxy or with a private CA, set ca_file.";
    /// The deadline passed.
    Timeout = 240, "timeout", "Allow more time or look for a slow network.";
    /// The connection broke before a whole reply was read.
    ConnectionLost = 250, "connection_lost", "Look for a proxy or firewall that cuts connections.";
    /// Connections kept failing, so none is tried for the moment.
    CircuitOpen = 260, "circuit_open", "Look for the failures before this one; connections are tried again by themselves.";
    /// The service refused a parameter.
    InvalidParameter = 310, "invalid_parameter", "Compare the input with the service's documentation.";
    /// The account or user may not make this call.
    PermissionDenied = 320, "permission_denied", "Activate the service, settle the account, or grant the RAM user AliyunAntCloudAuthFullAccess.";
    /// The account's quota is used up for the moment.
    Throttled = 330, "throttled", "Call less often, or ask the vendor for a higher quota.";
    /// The access key is unknown or inactive.
    AccessKey = 340, "access_key", "Check the access key id and that it is active.";
    /// The service computed another signature.
    Signature = 350, "signature", "Check the access key secret.";
    /// The time of the request is outside the service's window.
    Clock = 360, "clock", "Set this machine's clock (NTP).";
    /// The service has seen this request's nonce before, so a copy of it came first.
    NonceUsed = 370, "nonce_used", "Look for a proxy that repeats requests.";
    /// The security token is expired or malformed.
    SecurityToken = 380, "security_token", "Fetch fresh temporary credentials.";
    /// The service does not know the operation or its version.
    UnsupportedOperation = 385, "unsupported_operation", "Check region and endpoint.";
    /// The service said it is not available, and did not execute.
    Unavailable = 390, "unavailable", "Try again later.";
    /// The service refuses because the same data was verified too often.
    RepeatedTooOften = 395, "repeated_too_often", "Wait before verifying the same data again.";
    /// The service failed, or said something this version does not know.
    ServiceFailure = 410, "service_failure", "Find out by the request id whether it was executed.";
    /// The reply was not understood: not HTTP, not whole, or not the documented form.
    BadReply = 420, "bad_reply", "Look for a proxy between here and the service.";
}

/// Why a verification has no answer. Holds no personal data and no secret.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    what: String,
    field: Option<&'static str>,
    fate: Fate,
    billed: Billed,
    service_code: Option<String>,
    http_status: Option<u16>,
    request_id: Option<String>,
    attempts: Vec<Attempt>,
}

impl Error {
    /// An error found before anything was sent. `what` must hold no input value.
    pub(crate) fn not_sent(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            field: None,
            fate: Fate::NotSent,
            billed: Billed::No,
            service_code: None,
            http_status: None,
            request_id: None,
            attempts: Vec::new(),
        }))
    }

    /// A rule broken by one field of the input.
    pub(crate) fn invalid_input(field: &'static str, rule_and_remedy: &str) -> Self {
        let mut error = Self::not_sent(ErrorKind::InvalidInput, format!("{field}: {rule_and_remedy}"));
        error.0.field = Some(field);
        error
    }

    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self::not_sent(ErrorKind::Configuration, what)
    }

    /// The end of a verification whose last attempt failed.
    pub(crate) fn of_attempts(kind: ErrorKind, what: String, attempts: Vec<Attempt>) -> Self {
        let mut error = Self::not_sent(kind, what);
        let inner = &mut error.0;
        // The worst that happened to any attempt holds for the whole.
        inner.fate = attempts.iter().map(|attempt| attempt.fate).max().unwrap_or(Fate::NotSent);
        if let Some(replied) = attempts.iter().rev().find(|attempt| attempt.http_status.is_some()) {
            inner.service_code.clone_from(&replied.service_code);
            inner.http_status = replied.http_status;
            inner.request_id.clone_from(&replied.request_id);
        }
        inner.billed = attempts.iter().map(|attempt| attempt.billed).max().unwrap_or(Billed::No);
        inner.attempts = attempts;
        error
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What became of the verification: the worst that happened to any attempt.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.0.fate
    }

    /// Whether the vendor bills for it.
    #[must_use]
    pub fn billed(&self) -> Billed {
        self.0.billed
    }

    /// The input's field that broke a rule, for [`ErrorKind::InvalidInput`].
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.0.field
    }

    /// The service's own error code, as in its documentation.
    #[must_use]
    pub fn service_code(&self) -> Option<&str> {
        self.0.service_code.as_deref()
    }

    /// The HTTP status of the last reply.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The vendor's id of the last request that was replied to: quote it in support cases.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Every attempt made, in order. Empty if the error came before the first.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    fn consequence(&self) -> &'static str {
        match self.0.fate {
            Fate::NotSent => "Nothing was sent and nothing is billed.",
            Fate::Rejected => "It was rejected before execution and is not billed.",
            Fate::Answered | Fate::Unknown => {
                "It may have been executed and billed: repeating it may bill again."
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(f, "{}", inner.what)?;
        if let Some(code) = &inner.service_code {
            write!(f, " (service code {code})")?;
        }
        if let Some(status) = inner.http_status {
            write!(f, " (HTTP {status})")?;
        }
        f.write_str(". ")?;
        // The rules for input and options carry their own, sharper remedy.
        if !matches!(inner.kind, ErrorKind::InvalidInput | ErrorKind::Configuration | ErrorKind::Credentials)
        {
            write!(f, "{} ", inner.kind.remedy())?;
        }
        write!(
            f,
            "{} [{}, fate {}, billed {}",
            self.consequence(),
            inner.kind.as_str(),
            inner.fate.as_str(),
            inner.billed.as_str()
        )?;
        if let Some(request_id) = &inner.request_id {
            write!(f, ", request id {request_id}")?;
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("what", &self.0.what)
            .field("fate", &self.0.fate)
            .field("billed", &self.0.billed)
            .field("service_code", &self.0.service_code)
            .field("http_status", &self.0.http_status)
            .field("request_id", &self.0.request_id)
            .field("attempts", &self.0.attempts)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_ascending_and_in_their_group() {
        let numbers: Vec<i32> = ErrorKind::ALL.iter().map(|kind| kind.number()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
        assert!(numbers.iter().all(|number| (100..500).contains(number)));
    }

    #[test]
    fn meanings_are_sentences() {
        assert_eq!(ErrorKind::Dns.meaning(), "The host name could not be resolved.");
        for kind in ErrorKind::ALL {
            assert!(kind.meaning().ends_with('.') && !kind.meaning().starts_with(' '), "{kind:?}");
        }
    }

    #[test]
    fn the_text_names_fate_and_remedy() {
        let text = Error::not_sent(ErrorKind::Dns, "no address for the endpoint").to_string();
        assert_eq!(
            text,
            "no address for the endpoint. Check the endpoint's name and this machine's name servers. \
             Nothing was sent and nothing is billed. [dns, fate not_sent, billed no]"
        );
    }
}
