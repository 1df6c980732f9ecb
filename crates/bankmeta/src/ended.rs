//! What the end of one exchange means: its fate, and an answer or an error.

use std::time::Duration;

use crate::answer::Attempt;
use crate::attempt::unix_seconds_now;
use crate::error::ErrorKind;
use crate::fate::{self, Billed, Fate, Phase, Progress};
use crate::protocol::SignedRequest;
use crate::protocol::decode::{Decoded, ServiceFailure, decode};
use crate::scrub::Personal;
use crate::sub_code::SubCode;
use crate::transport::{Broken, Reply};

/// Codes that miss a parameter which is never absent or empty here, so that the
/// service sees none of them. 400 is the sister operation's "empty parameter".
const MISSING_AS_A_WHOLE: [&str; 7] = [
    "MissingParameter",
    "MissingProductCode",
    "MissingParamType",
    "MissingVerifyMode",
    "MissingProductType",
    "MissingBankCard",
    "400",
];

/// How an attempt that was not answered ended, before it becomes an [`Error`].
pub(crate) struct Unanswered {
    pub(crate) kind: ErrorKind,
    pub(crate) what: String,
    /// The service sees none of the parameters, so that [`Placement::Auto`] tries the query.
    ///
    /// [`Placement::Auto`]: crate::Placement::Auto
    pub(crate) parameters_missing: bool,
    /// The next attempt would end the same way.
    pub(crate) lasting: bool,
    /// How long to wait before the next attempt, where the service says so.
    pub(crate) retry_after: Option<Duration>,
}

/// An attempt that is over.
pub(crate) struct Ended {
    pub(crate) attempt: Attempt,
    pub(crate) outcome: Result<(String, Option<SubCode>), Unanswered>,
    pub(crate) clock_offset: Option<i64>,
    /// The next attempt will be signed with another time.
    pub(crate) clock_learnt: bool,
}

impl Ended {
    fn new(fate: Fate, phase: Phase, outcome: Result<(String, Option<SubCode>), Unanswered>) -> Self {
        let billed = match &outcome {
            Ok((biz_code, _)) => Billed::from_biz_code(biz_code),
            Err(_) => fate.billed_without_answer(),
        };
        let attempt = Attempt {
            fate,
            billed,
            resend: false,
            phase,
            duration: Duration::ZERO,
            http_status: None,
            service_code: None,
            request_id: None,
        };
        Self { attempt, outcome, clock_offset: None, clock_learnt: false }
    }

    fn failed(fate: Fate, phase: Phase, broken: Broken) -> Self {
        let Broken { kind, what, lasting } = broken;
        let unanswered = Unanswered { kind, what, parameters_missing: false, lasting, retry_after: None };
        Self::new(fate, phase, Err(unanswered))
    }

    pub(crate) fn of_broken(broken: Broken, progress: Progress) -> Self {
        Self::failed(fate::of_broken_exchange(progress), progress.phase, broken)
    }

    /// What it is told as an error by.
    pub(crate) fn kind(&self) -> Option<ErrorKind> {
        self.outcome.as_ref().err().map(|unanswered| unanswered.kind)
    }

    pub(crate) fn of_reply(request: &SignedRequest, reply: &Reply, personal: Personal<'_>) -> Self {
        let headers = reply.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let (mut ended, request_id) = match decode(reply.status, headers, &reply.body) {
            Decoded::Answer { biz_code, sub_code, request_id } => {
                (Self::of_answer(biz_code, sub_code, personal), request_id)
            }
            Decoded::Unreadable { why, request_id } => {
                let what = format!("the reply is not the documented answer: {why}");
                let broken = Broken::new(ErrorKind::BadReply, what);
                (Self::failed(Fate::Unknown, Phase::Done, broken), request_id)
            }
            Decoded::Failure(mut failure) => {
                let request_id = failure.request_id.take();
                (Self::of_failure(request, &failure, personal), request_id)
            }
        };
        ended.attempt.http_status = Some(reply.status);
        ended.attempt.request_id = personal.request_id(request_id);
        ended
    }

    fn of_answer(biz_code: String, sub_code: Option<String>, personal: Personal<'_>) -> Self {
        // A BizCode that cannot be shown is an unknown one all the same.
        let biz_code = personal.short_code(Some(biz_code)).unwrap_or_default();
        let sub_code = personal.short_code(sub_code).map(SubCode::new);
        Self::new(Fate::Answered, Phase::Done, Ok((biz_code, sub_code)))
    }

    fn of_failure(request: &SignedRequest, failure: &ServiceFailure, personal: Personal<'_>) -> Self {
        let (fate, kind) = fate::of_failure(failure);
        let code = failure.code.as_deref().unwrap_or_default();
        let mut ended = Self::new(
            fate,
            Phase::Done,
            Err(Unanswered {
                kind,
                what: what_failed(kind, request, failure),
                parameters_missing: fate == Fate::Rejected && MISSING_AS_A_WHOLE.contains(&code),
                lasting: false,
                retry_after: failure.retry_after,
            }),
        );
        ended.attempt.service_code = personal.service_code(failure.code.clone());
        ended.clock_offset = failure.server_time.map(|server| server.saturating_sub(unix_seconds_now()));
        ended
    }
}

/// Our own words for a failure. The service's message is never passed on: it can
/// repeat everything that was sent.
fn what_failed(kind: ErrorKind, request: &SignedRequest, failure: &ServiceFailure) -> String {
    match kind {
        ErrorKind::Signature if failure.message.is_empty() => "the service computed another signature".to_owned(),
        ErrorKind::Signature if request.is_echoed_in(&failure.message) => {
            "the service received exactly what was signed here, so the access key secret is wrong".to_owned()
        }
        ErrorKind::Signature => {
            "the service received something other than what was signed here: a proxy rewrites requests, or the endpoint's host is wrong".to_owned()
        }
        ErrorKind::Clock => match failure.server_time.map(|server| server.saturating_sub(unix_seconds_now())) {
            Some(offset) if offset != 0 => format!(
                "this machine's clock is {} s {} the service's",
                offset.unsigned_abs(),
                if offset > 0 { "behind" } else { "ahead of" }
            ),
            _ => "the time of the request is outside the service's window".to_owned(),
        },
        ErrorKind::InvalidParameter => "the service refused a parameter".to_owned(),
        ErrorKind::PermissionDenied => "the account or user may not make this call".to_owned(),
        ErrorKind::Throttled => "the account's quota is used up for the moment".to_owned(),
        ErrorKind::AccessKey => "the service does not accept the access key id".to_owned(),
        ErrorKind::NonceUsed => "the service has seen this request before, and may have executed it then".to_owned(),
        ErrorKind::SecurityToken => "the service does not accept the security token".to_owned(),
        ErrorKind::UnsupportedOperation => "the service does not know this operation".to_owned(),
        ErrorKind::Unavailable => "the service is not available".to_owned(),
        ErrorKind::RepeatedTooOften => "the service refuses because the same data was verified too often".to_owned(),
        _ => "the service failed, or something in front of it did".to_owned(),
    }
}

/// Ends that tests of other modules make up.
#[cfg(test)]
impl Ended {
    pub(crate) fn answered(biz_code: &str) -> Self {
        Self::new(Fate::Answered, Phase::Done, Ok((biz_code.to_owned(), None)))
    }

    pub(crate) fn unanswered(fate: Fate, kind: ErrorKind) -> Self {
        Self::failed(fate, Phase::Done, Broken::new(kind, "made up"))
    }
}
