//! The client: what it is made from, what it keeps for each process, and the calls
//! that can be made on it. How a verification runs stands in [`crate::spine`].

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::{Duration, Instant};

use crate::answer::{Answer, Attempt};
use crate::attempt::Attempting;
use crate::call_options::CallOptions;
use crate::cap::Cap;
use crate::config::ClientBuilder;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::event::Events;
use crate::fate::Progress;
use crate::options::{Placement, QuotaScope};
use crate::process::PerProcess;
use crate::protocol::{Parameters, Signature, Where};
use crate::quota::Quota;
use crate::retry::{Budget, Repetitions, Retry};
use crate::spine;
use crate::stats::{Counters, Stats};
use crate::transport::{Broken, Transport, TransportSettings, no_descriptor};
use crate::verification::Verification;
use crate::wait::{Begun, Calls};

/// Makes verifications: blocking, usable from any thread, cheap to clone (clones
/// share connections, quota and all else). Build it once. A process forked off may
/// go on using it: there it begins with connections of its own.
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

/// What is the same in every process, and what is only ever counted.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) cap: Cap,
    /// The service's clock minus this machine's, in seconds, once a rejection told it.
    pub(crate) clock_offset: AtomicI64,
    /// What [`Placement::Auto`] has learnt.
    body: AtomicU8,
    processes: PerProcess<State>,
}

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) credentials: Credentials,
    pub(crate) authority: String,
    pub(crate) signature: Signature,
    pub(crate) events: Events,
    placement: Placement,
    timeout: Duration,
    retry: Retry,
    resend_unknown: bool,
    quota: Option<f64>,
    quota_scope: QuotaScope,
    quota_account: String,
    transport: TransportSettings,
}

/// What each process has of its own.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) transport: Transport,
    pub(crate) quota: Quota,
    pub(crate) counters: Counters,
    budget: Budget,
    calls: Calls,
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
        builder.checked_limits()?;
        let credentials = builder.resolve_credentials()?;
        let account = match builder.quota_account.as_str() {
            "" => credentials.access_key_id().to_owned(),
            account => account.to_owned(),
        };
        let client = Self(Arc::new(Inner {
            settings: Settings {
                credentials,
                authority: endpoint.authority(),
                signature: builder.signature,
                events: builder.events.clone(),
                placement: builder.placement,
                timeout,
                retry: builder.retry,
                resend_unknown: builder.resend_unknown,
                quota: builder.quota,
                quota_scope: builder.quota_scope,
                quota_account: account,
                transport: TransportSettings::new(endpoint, builder)?,
            },
            cap: Cap::new(builder.max_billable),
            clock_offset: AtomicI64::new(0),
            body: AtomicU8::new(BODY_UNTRIED),
            processes: PerProcess::new(),
        }));
        // Now, so that what cannot work is told here and not by the first call.
        client.0.state()?;
        Ok(client)
    }

    /// Asks the service whether the factors belong to one person.
    ///
    /// The vendor bills each attempt that it executes. By default nothing that may
    /// have been executed is repeated: see [`Retry`].
    pub fn verify(&self, verification: &Verification) -> Result<Answer, Error> {
        self.verify_with(verification, CallOptions::new())
    }

    /// The same, with a say in when it ends.
    pub fn verify_with(
        &self,
        verification: &Verification,
        options: CallOptions<'_>,
    ) -> Result<Answer, Error> {
        let inner = &*self.0;
        let state = inner.state()?;
        let _span =
            tracing::debug_span!(target: "bankmeta", "verification", host = inner.settings.transport.host())
                .entered();
        let begun = inner.begin(state, options)?;
        Counters::add(&state.counters.verifications, 1);
        state.budget.earn();
        let parameters = verification.parameters();
        let mut attempting = Attempting::new(inner, state, &begun.call, &parameters, Some(verification));
        let repetitions = Repetitions::new(inner.settings.retry, inner.settings.resend_unknown);
        let result = spine::run(&mut attempting, inner.first_placement(), repetitions, &state.budget);
        match &result {
            Ok(_) => Counters::add(&state.counters.answers, 1),
            Err(error) if error.kind() == ErrorKind::Cancelled => Counters::add(&state.counters.cancelled, 1),
            Err(error) if error.kind() == ErrorKind::Quota => Counters::add(&state.counters.quota_refused, 1),
            Err(_) => {}
        }
        result
    }

    /// Ends every call of this client that is under way in this process, from any
    /// thread; each returns within moments and says truly what became of it. Calls that
    /// begin later are not touched. For single calls see [`CallOptions::cancellation`].
    pub fn cancel(&self) {
        if let Ok(state) = self.0.state() {
            state.calls.cancel_all();
        }
    }

    /// Opens a connection ahead of the first call, which then need not wait for it.
    /// Nothing is asked of the service, and nothing is billed.
    pub fn warm_up(&self) -> Result<(), Error> {
        let inner = &*self.0;
        let state = inner.state()?;
        let begun = inner.begin(state, CallOptions::new())?;
        let parameters = Parameters::default();
        let attempting = Attempting::new(inner, state, &begun.call, &parameters, None);
        let connection = match state.transport.idle() {
            Some(connection) => connection,
            None => attempting.open(&mut Progress::default()).map_err(told_as_not_sent)?,
        };
        state.transport.keep(connection);
        Ok(())
    }

    /// What this client has done in this process so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.state().map(|state| state.counters.read()).unwrap_or_default()
    }

    /// Makes one signed call without the operation's parameters. That the service
    /// rejects it before it can be billed is a guess, if a safe one: the parameters
    /// are documented as required. It shows that the endpoint, the
    /// clock, the access key and the permission are right.
    pub fn probe(&self) -> Result<Probe, Error> {
        let inner = &*self.0;
        let state = inner.state()?;
        let begun = inner.begin(state, CallOptions::new())?;
        let parameters = Parameters::default();
        let mut attempting = Attempting::new(inner, state, &begun.call, &parameters, None);
        let ended = attempting.make(Where::Query, false).map_err(told_as_not_sent)?;
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
}

fn told_as_not_sent(broken: Broken) -> Error {
    Error::not_sent(broken.kind, broken.what)
}

impl Inner {
    fn state(&self) -> Result<&State, Error> {
        self.processes.get(|| State::new(&self.settings)).unwrap_or_else(|| {
            Err(Error::configuration(
                "the client was handed on by fork too often; make a new one in this process",
            ))
        })
    }

    fn begin<'a>(&'a self, state: &'a State, options: CallOptions<'a>) -> Result<Begun<'a>, Error> {
        let deadline = Instant::now() + self.settings.timeout;
        let begun = state.calls.begin(deadline, options.cancellation, options.interrupted);
        begun.map_err(|error| told_as_not_sent(no_descriptor(error)))
    }

    fn first_placement(&self) -> Where {
        match self.settings.placement {
            Placement::Query => Where::Query,
            Placement::Auto if self.body.load(Ordering::Relaxed) == BODY_IGNORED => Where::Query,
            Placement::Auto | Placement::Body => Where::Body,
        }
    }

    /// Only while nothing is known: one refused verification must not move the
    /// personal data of others into the URL.
    pub(crate) fn may_move_to_query(&self, placement: Where) -> bool {
        self.settings.placement == Placement::Auto
            && placement == Where::Body
            && self.body.load(Ordering::Relaxed) == BODY_UNTRIED
    }

    /// An answer shows that the service sees the parameters where they stood.
    pub(crate) fn learn_placement(&self, placement: Where) {
        let learnt = match placement {
            Where::Body => BODY_SEEN,
            Where::Query => BODY_IGNORED,
        };
        // The first to know decides; with the placement forced nobody asks.
        let _ = self.body.compare_exchange(BODY_UNTRIED, learnt, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl State {
    fn new(settings: &Settings) -> Result<Self, Error> {
        let quota = match (settings.quota, settings.quota_scope) {
            (None, _) => Quota::off(),
            (Some(rate), QuotaScope::Process) => Quota::of_process(rate),
            (Some(rate), QuotaScope::Host) => {
                Quota::of_host(rate, &settings.quota_account).map_err(Error::configuration)?
            }
        };
        Ok(Self {
            transport: Transport::new(&settings.transport),
            quota,
            counters: Counters::default(),
            budget: Budget::default(),
            calls: Calls::default(),
        })
    }
}
