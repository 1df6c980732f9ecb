//! The spine: sign, send, decode, decide.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::answer::{Answer, Attempt};
use crate::config::{ClientBuilder, Placement};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::fate::{self, Fate, Phase, Progress};
use crate::protocol::decode::{Decoded, ServiceFailure, decode};
use crate::protocol::{Parameters, Signature, SignedRequest, SigningContext, Where, encode, sign};
use crate::scrub::presentable;
use crate::sub_code::SubCode;
use crate::transport::{Broken, Reply, Transport};
use crate::verification::Verification;

/// Makes verifications: blocking, usable from any thread, cheap to clone (clones
/// share connections). Build it once.
///
/// ```no_run
/// use bankmeta::{Client, Verification};
///
/// let client = Client::builder().access_key("id", "secret").build()?;
/// let answer = client.verify(&Verification::two_factors("6222021234567890123", "张三")?)?;
/// println!("{} (billed: {})", answer.verdict().as_str(), answer.billed().as_str());
/// # Ok::<(), bankmeta::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    credentials: Credentials,
    host: String,
    signature: Signature,
    placement: Placement,
    timeout: Duration,
    transport: Transport,
    /// The service does not see parameters in a body: learnt under [`Placement::Auto`].
    body_is_ignored: AtomicBool,
}

/// How an attempt that was not answered ended, before it becomes an [`Error`].
struct Unanswered {
    kind: ErrorKind,
    what: String,
    /// Reject codes under which [`Placement::Auto`] tries the query.
    parameters_missing: bool,
}

/// What [`Client::probe`] found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Probe {
    /// The attempt: rejected before it could be billed.
    pub attempt: Attempt,
    /// The server's time minus this machine's, in seconds, from its `Date` header.
    pub clock_offset: Option<i64>,
}

impl Client {
    /// Every setting, starting from the defaults.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(builder: &ClientBuilder) -> Result<Self, Error> {
        let endpoint = builder.resolve_endpoint()?;
        let (timeout, _) = builder.checked_timeouts()?;
        Ok(Self(Arc::new(Inner {
            credentials: builder.resolve_credentials()?,
            host: endpoint.authority(),
            signature: builder.signature,
            placement: builder.placement,
            timeout,
            transport: Transport::new(endpoint, builder)?,
            body_is_ignored: AtomicBool::new(false),
        })))
    }

    /// Asks the service whether the factors belong to one person.
    ///
    /// One call, which the vendor bills if it is executed; it is repeated only
    /// when the service, under `placement` `auto`, says before executing that it
    /// does not see the parameters in the body.
    pub fn verify(&self, verification: &Verification) -> Result<Answer, Error> {
        let deadline = Instant::now() + self.0.timeout;
        let parameters = verification.parameters();
        let mut attempts = Vec::with_capacity(1);
        loop {
            let placement = self.placement_now();
            let ended = self.attempt(&parameters, Some(verification), placement, deadline);
            attempts.push(ended.attempt);
            match ended.outcome {
                Ok((biz_code, sub_code)) => {
                    let request_id = attempts.last().and_then(|last| last.request_id.clone());
                    return Ok(Answer { biz_code, sub_code, request_id, attempts });
                }
                Err(end) if end.parameters_missing && self.may_move_to_query(placement) => {
                    self.0.body_is_ignored.store(true, Ordering::Relaxed);
                }
                Err(end) => return Err(Error::of_attempts(end.kind, end.what, attempts)),
            }
        }
    }

    /// Makes one signed call without the operation's parameters, which the
    /// service rejects before it can be billed: it shows that the endpoint, the
    /// clock, the access key and the permission are right.
    pub fn probe(&self) -> Result<Probe, Error> {
        let deadline = Instant::now() + self.0.timeout;
        let ended = self.attempt(&Parameters::default(), None, Where::Query, deadline);
        match ended.outcome {
            Err(end) if end.parameters_missing => {
                Ok(Probe { attempt: ended.attempt, clock_offset: ended.clock_offset })
            }
            Err(end) => Err(Error::of_attempts(end.kind, end.what, vec![ended.attempt])),
            Ok(_) => Err(Error::of_attempts(
                ErrorKind::BadReply,
                "the service answered a call without parameters".to_owned(),
                vec![ended.attempt],
            )),
        }
    }

    fn placement_now(&self) -> Where {
        match self.0.placement {
            Placement::Query => Where::Query,
            Placement::Auto if self.0.body_is_ignored.load(Ordering::Relaxed) => Where::Query,
            Placement::Auto | Placement::Body => Where::Body,
        }
    }

    fn may_move_to_query(&self, placement: Where) -> bool {
        self.0.placement == Placement::Auto && placement == Where::Body
    }

    /// One HTTP exchange, from signing to its fate.
    fn attempt(
        &self,
        parameters: &Parameters,
        verification: Option<&Verification>,
        placement: Where,
        deadline: Instant,
    ) -> Ended {
        let started = Instant::now();
        let mut progress = Progress { phase: Phase::Resolve, bytes_handed: 0 };
        let exchanged = self.signed(parameters, placement).and_then(|request| {
            let reply = self.0.transport.exchange(&request, deadline, &mut progress)?;
            Ok((request, reply))
        });
        let mut ended = match exchanged {
            Ok((request, reply)) => Ended::of_reply(&request, &reply, verification),
            Err(broken) => Ended::of_broken(broken, progress),
        };
        ended.attempt.duration = started.elapsed();
        ended
    }

    fn signed(&self, parameters: &Parameters, placement: Where) -> Result<SignedRequest, Broken> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| Broken {
            kind: ErrorKind::Connect,
            what: format!("the system gives no random numbers: {error}"),
        })?;
        let context = SigningContext {
            credentials: &self.0.credentials,
            host: &self.0.host,
            signature: self.0.signature,
            placement,
            unix_seconds: unix_seconds_now(),
            nonce: &encode::hex(&random),
        };
        Ok(sign(parameters, &context))
    }
}

fn unix_seconds_now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}

/// An attempt that is over.
struct Ended {
    attempt: Attempt,
    outcome: Result<(String, Option<SubCode>), Unanswered>,
    clock_offset: Option<i64>,
}

impl Ended {
    fn new(fate: Fate, phase: Phase, outcome: Result<(String, Option<SubCode>), Unanswered>) -> Self {
        let attempt = Attempt {
            fate,
            phase,
            duration: Duration::ZERO,
            http_status: None,
            service_code: None,
            request_id: None,
        };
        Self { attempt, outcome, clock_offset: None }
    }

    fn failed(fate: Fate, phase: Phase, kind: ErrorKind, what: impl Into<String>) -> Self {
        Self::new(fate, phase, Err(Unanswered { kind, what: what.into(), parameters_missing: false }))
    }

    fn of_broken(broken: Broken, progress: Progress) -> Self {
        Self::failed(fate::of_broken_exchange(progress), progress.phase, broken.kind, broken.what)
    }

    fn of_reply(request: &SignedRequest, reply: &Reply, verification: Option<&Verification>) -> Self {
        let headers = reply.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let (mut ended, request_id) = match decode(reply.status, headers, &reply.body) {
            Decoded::Answer { biz_code, sub_code, request_id } => {
                (Self::of_answer(biz_code, sub_code, verification), request_id)
            }
            Decoded::Unreadable { why, request_id } => {
                let what = format!("the reply is not the documented answer: {why}");
                (Self::failed(Fate::Unknown, Phase::Done, ErrorKind::BadReply, what), request_id)
            }
            Decoded::Failure(mut failure) => {
                let request_id = failure.request_id.take();
                (Self::of_failure(request, &failure, verification), request_id)
            }
        };
        ended.attempt.http_status = Some(reply.status);
        ended.attempt.request_id = presentable(request_id, verification);
        ended
    }

    fn of_answer(biz_code: String, sub_code: Option<String>, verification: Option<&Verification>) -> Self {
        // An unpresentable BizCode is an unknown one; its text would be no use to anyone.
        let biz_code = presentable(Some(biz_code), verification).unwrap_or_default();
        let sub_code = presentable(sub_code, verification).map(SubCode::new);
        Self::new(Fate::Answered, Phase::Done, Ok((biz_code, sub_code)))
    }

    fn of_failure(
        request: &SignedRequest,
        failure: &ServiceFailure,
        verification: Option<&Verification>,
    ) -> Self {
        let (fate, kind) = fate::of_failure(failure);
        let code = failure.code.as_deref().unwrap_or_default();
        let mut ended = Self::new(
            fate,
            Phase::Done,
            Err(Unanswered {
                kind,
                what: what_failed(kind, request, failure),
                // 400 is the sister operation's "empty parameter".
                parameters_missing: fate == Fate::Rejected
                    && kind == ErrorKind::InvalidParameter
                    && (code.starts_with("Missing") || code == "400"),
            }),
        );
        ended.attempt.service_code = presentable(failure.code.clone(), verification);
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
        ErrorKind::NonceUsed => "the service has seen this request before".to_owned(),
        ErrorKind::SecurityToken => "the service does not accept the security token".to_owned(),
        ErrorKind::UnsupportedOperation => "the service does not know this operation".to_owned(),
        ErrorKind::Unavailable => "the service is not available".to_owned(),
        ErrorKind::RepeatedTooOften => "the service refuses because the same data was verified too often".to_owned(),
        _ => "the service failed, or something in front of it did".to_owned(),
    }
}
