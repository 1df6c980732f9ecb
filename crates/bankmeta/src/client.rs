//! The spine: sign, send, decode, decide.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use crate::answer::{Answer, Attempt};
use crate::attempt::{Ended, unix_seconds_now};
use crate::config::ClientBuilder;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::fate::{Phase, Progress};
use crate::options::Placement;
use crate::protocol::{Parameters, Signature, SignedRequest, SigningContext, Where, encode, sign};
use crate::scrub::Personal;
use crate::transport::{Broken, Transport};
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

/// Whether the service sees parameters in a form body: not known yet, yes, no.
/// Once known it does not change.
const BODY_UNTRIED: u8 = 0;
const BODY_SEEN: u8 = 1;
const BODY_IGNORED: u8 = 2;

#[derive(Debug)]
struct Inner {
    credentials: Credentials,
    host: String,
    signature: Signature,
    placement: Placement,
    timeout: Duration,
    transport: Transport,
    /// What [`Placement::Auto`] has learnt.
    body: AtomicU8,
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
            body: AtomicU8::new(BODY_UNTRIED),
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
        let mut placement = self.first_placement();
        loop {
            let ended = self.attempt(&parameters, Some(verification), placement, deadline);
            attempts.push(ended.attempt);
            match ended.outcome {
                Ok((biz_code, sub_code)) => {
                    self.learn(placement);
                    let request_id = attempts.last().and_then(|last| last.request_id.clone());
                    return Ok(Answer { biz_code, sub_code, request_id, attempts });
                }
                Err(end) if end.parameters_missing && self.may_move_to_query(placement) => {
                    placement = Where::Query;
                }
                Err(end) => return Err(Error::of_attempts(end.kind, end.what, attempts)),
            }
        }
    }

    /// Makes one signed call without the operation's parameters. That the service
    /// rejects it before it can be billed is a guess, if a safe one: the parameters
    /// are documented as required. It shows that the endpoint, the
    /// clock, the access key and the permission are right.
    pub fn probe(&self) -> Result<Probe, Error> {
        let deadline = Instant::now() + self.0.timeout;
        let ended = self.attempt(&Parameters::default(), None, Where::Query, deadline);
        match ended.outcome {
            Err(end) if end.kind == ErrorKind::InvalidParameter => {
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

    fn first_placement(&self) -> Where {
        match self.0.placement {
            Placement::Query => Where::Query,
            Placement::Auto if self.0.body.load(Ordering::Relaxed) == BODY_IGNORED => Where::Query,
            Placement::Auto | Placement::Body => Where::Body,
        }
    }

    /// Only while nothing is known: one refused verification must not move the
    /// personal data of others into the URL.
    fn may_move_to_query(&self, placement: Where) -> bool {
        self.0.placement == Placement::Auto
            && placement == Where::Body
            && self.0.body.load(Ordering::Relaxed) == BODY_UNTRIED
    }

    /// An answer shows that the service sees the parameters where they stood.
    fn learn(&self, placement: Where) {
        let learnt = match placement {
            Where::Body => BODY_SEEN,
            Where::Query => BODY_IGNORED,
        };
        // The first to know decides; with the placement forced nobody asks.
        let _ = self.0.body.compare_exchange(BODY_UNTRIED, learnt, Ordering::Relaxed, Ordering::Relaxed);
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
            Ok((request, reply)) => {
                let credentials = &self.0.credentials;
                Ended::of_reply(&request, &reply, Personal { verification, parameters, credentials })
            }
            Err(broken) => Ended::of_broken(broken, progress),
        };
        ended.attempt.duration = started.elapsed();
        ended
    }

    fn signed(&self, parameters: &Parameters, placement: Where) -> Result<SignedRequest, Broken> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| Broken {
            kind: ErrorKind::Configuration,
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
