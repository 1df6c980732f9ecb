//! One attempt: a turn under the quota, a connection, a signature, an exchange, and
//! what it meant.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::breaker::Change;
use crate::client::{Inner, State};
use crate::ended::Ended;
use crate::error::ErrorKind;
use crate::event::Level;
use crate::fate::{Fate, Progress};
use crate::protocol::{Parameters, SignedRequest, SigningContext, Where, encode, sign};
use crate::quota::{Lane, Refused};
use crate::retry::Next;
use crate::scrub::Personal;
use crate::spine::World;
use crate::stats::Counters;
use crate::transport::{Broken, Connection, Reply};
use crate::verification::Verification;
use crate::wait::{Call, Cancelled};

/// A signed request is sent again only while the service surely still takes its time,
/// and remembers its nonce: its window is about 15 minutes.
const RESEND_WITHIN: Duration = Duration::from_mins(10);

/// What all attempts of one verification are made with.
pub(crate) struct Attempting<'a> {
    client: &'a Inner,
    state: &'a State,
    call: &'a Call<'a>,
    parameters: &'a Parameters,
    verification: Option<&'a Verification>,
    /// The request of the last attempt, and when it was signed.
    request: Option<(SignedRequest, Instant)>,
    /// The clock's offset that it was signed with.
    signed_offset: i64,
    /// Attempts so far.
    count: u32,
}

impl<'a> Attempting<'a> {
    pub(crate) fn new(
        client: &'a Inner,
        state: &'a State,
        call: &'a Call<'a>,
        parameters: &'a Parameters,
        verification: Option<&'a Verification>,
    ) -> Self {
        Self { client, state, call, parameters, verification, request: None, signed_offset: 0, count: 0 }
    }

    /// Makes an attempt, once it is its turn.
    pub(crate) fn make(&mut self, placement: Where, resend: bool) -> Result<Ended, Broken> {
        self.call.check()?;
        if let Some(most) = self.client.cap.exhausted() {
            return Err(spent(most));
        }
        self.take_turn()?;
        let started = Instant::now();
        let mut progress = Progress::default();
        let mut ended = self.exchange(placement, resend, &mut progress);
        ended.attempt.duration = started.elapsed();
        ended.attempt.resend = resend;
        self.learn(&mut ended, placement, started);
        self.count += 1;
        self.record(&ended);
        Ok(ended)
    }

    fn take_turn(&self) -> Result<(), Broken> {
        let lane = self.verification.map_or(Lane::Interactive, |verification| verification.lane);
        match self.state.quota.admit(lane, self.call) {
            Ok(Duration::ZERO) => Ok(()),
            Ok(waited) => {
                let waited = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
                Counters::add(&self.state.counters.quota_wait_us, waited);
                Ok(())
            }
            Err(Refused::Cancelled(cancelled)) => Err(cancelled.into()),
            Err(Refused::Shared(why)) => Err(Broken::new(ErrorKind::Configuration, why)),
            Err(Refused::TooLate { turn_in }) => Err(Broken::new(
                ErrorKind::Quota,
                format!(
                    "no turn under the quota before the deadline: the next one is in {:.1} s",
                    turn_in.as_secs_f64()
                ),
            )),
        }
    }

    /// Sign, send, receive, decode; the money is reserved just before the first byte.
    fn exchange(&mut self, placement: Where, resend: bool, progress: &mut Progress) -> Ended {
        let connection = match self.connection(progress) {
            Ok(connection) => connection,
            Err(broken) => return Ended::of_broken(broken, *progress),
        };
        let signed = match self.request.take() {
            Some(request) if resend => Ok(request),
            _ => self.signed(placement).map(|request| (request, Instant::now())),
        };
        let (request, signed_at) = match signed {
            Ok(signed) => signed,
            Err(broken) => return Ended::of_broken(broken, *progress),
        };
        let reserved = match self.client.cap.reserve() {
            Ok(reserved) => reserved,
            Err(most) => {
                self.state.transport.keep(connection);
                return Ended::of_broken(spent(most), *progress);
            }
        };
        let reply = self.state.transport.exchange(connection, &request, self.call, progress);
        let ended = self.meaning(&request, reply, *progress);
        reserved.settle(ended.attempt.billed);
        self.request = Some((request, signed_at));
        ended
    }

    fn meaning(&self, request: &SignedRequest, reply: Result<Reply, Broken>, progress: Progress) -> Ended {
        match reply {
            Ok(reply) => {
                let personal = Personal {
                    verification: self.verification,
                    parameters: self.parameters,
                    credentials: &self.client.settings.credentials,
                };
                Ended::of_reply(request, &reply, personal)
            }
            Err(broken) => Ended::of_broken(broken, progress),
        }
    }

    fn connection(&self, progress: &mut Progress) -> Result<Connection, Broken> {
        match self.state.transport.idle() {
            Some(connection) => {
                Counters::add(&self.state.counters.connections_reused, 1);
                Ok(connection)
            }
            None => self.open(progress),
        }
    }

    /// Opens a connection, and tells of it.
    pub(crate) fn open(&self, progress: &mut Progress) -> Result<Connection, Broken> {
        let (events, host) = (&self.client.settings.events, &self.client.settings.authority);
        let opened = self.state.transport.open(self.call, progress);
        match opened.breaker {
            Change::None => {}
            Change::Opened => events.tell(Level::Warn, "breaker_opened", || {
                format!("connections to {host} keep failing; calls fail at once until one can be opened")
            }),
            Change::Closed => {
                events.tell(Level::Info, "breaker_closed", || {
                    format!("connections to {host} can be opened again")
                });
            }
        }
        if opened.result.is_ok() {
            Counters::add(&self.state.counters.connections_opened, 1);
            events.tell(Level::Debug, "connection_opened", || format!("connected to {host}"));
        }
        opened.result
    }

    fn signed(&mut self, placement: Where) -> Result<SignedRequest, Broken> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| {
            Broken::new(ErrorKind::Configuration, format!("the system gives no random numbers: {error}"))
        })?;
        self.signed_offset = self.client.clock_offset.load(Ordering::Relaxed);
        let settings = &self.client.settings;
        let context = SigningContext {
            credentials: &settings.credentials,
            host: &settings.authority,
            signature: settings.signature,
            placement,
            unix_seconds: unix_seconds_now().saturating_add(self.signed_offset),
            nonce: &encode::hex(&random),
        };
        Ok(sign(self.parameters, &context))
    }

    /// Keeps what the attempt showed of the service.
    fn learn(&self, ended: &mut Ended, placement: Where, started: Instant) {
        let events = &self.client.settings.events;
        match (ended.kind(), ended.clock_offset) {
            (None, _) => self.client.learn_placement(placement),
            (Some(ErrorKind::Throttled), _) => {
                self.state.quota.throttled(started);
                let pace = self.state.quota.pace();
                events.tell(Level::Warn, "throttled", || match pace {
                    Some(pace) => {
                        format!("the account's quota is used up; slowed down to {pace:.1} calls a second")
                    }
                    None => "the account's quota is used up".to_owned(),
                });
            }
            (Some(ErrorKind::Clock), Some(offset)) => {
                let before = self.client.clock_offset.swap(offset, Ordering::Relaxed);
                // The same again would be refused again. Another call may have learnt it meanwhile.
                ended.clock_learnt = self.signed_offset.abs_diff(offset) > 1;
                if before.abs_diff(offset) > 1 {
                    events.tell(Level::Warn, "clock_corrected", || {
                        format!("this machine's clock is {offset} s off the service's; set it (NTP)")
                    });
                }
            }
            _ => {}
        }
    }

    fn record(&self, ended: &Ended) {
        let attempt = &ended.attempt;
        self.state.counters.attempt(attempt, ended.kind());
        if self.count > 1 {
            Counters::add(&self.state.counters.repetitions, 1);
        }
        let level = match attempt.fate {
            Fate::Answered => Level::Debug,
            Fate::Unknown => Level::Warn,
            Fate::NotSent | Fate::Rejected => Level::Info,
        };
        self.client.settings.events.tell(level, "attempt", || {
            let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
            format!(
                "{} {} attempt {}: {}fate {}, billed {}, phase {}, {:.1} ms, HTTP status {}, code {}, request id {}",
                SignedRequest::METHOD,
                self.client.settings.authority,
                self.count,
                ended.kind().map_or_else(String::new, |kind| format!("{}, ", kind.as_str())),
                attempt.fate.as_str(),
                attempt.billed.as_str(),
                attempt.phase.as_str(),
                attempt.duration.as_secs_f64() * 1000.0,
                attempt.http_status.map_or_else(|| "none".to_owned(), |status| status.to_string()),
                or_none(&attempt.service_code),
                or_none(&attempt.request_id),
            )
        });
    }
}

impl World for Attempting<'_> {
    fn attempt(&mut self, placement: Where, resend: bool) -> Result<Ended, Broken> {
        self.make(placement, resend)
    }

    fn may_move(&self, placement: Where) -> bool {
        self.client.may_move_to_query(placement)
    }

    fn may_resend(&self) -> bool {
        self.request.as_ref().is_some_and(|(_, signed_at)| signed_at.elapsed() < RESEND_WITHIN)
    }

    fn left(&self) -> Duration {
        self.call.deadline().saturating_duration_since(Instant::now())
    }

    fn pause(&mut self, pause: Duration) -> Result<(), Cancelled> {
        self.call.sleep(Instant::now() + pause)
    }

    fn random(&mut self) -> u64 {
        // Without random numbers nothing could be signed either: the pause is no matter then.
        getrandom::u64().unwrap_or_default()
    }

    fn repeating(&mut self, next: Next, kind: ErrorKind) {
        self.client.settings.events.tell(Level::Info, "repetition", || {
            let kind = kind.as_str();
            match next {
                Next::Again(pause) => {
                    format!("after {kind}: once more in {:.1} ms", pause.as_secs_f64() * 1000.0)
                }
                Next::Move => format!("after {kind}: once more with the parameters in the query"),
                Next::Resend => format!("after {kind}: the same signed request once more"),
                Next::Stop => format!("after {kind}: no more"),
            }
        });
    }
}

fn spent(most: u64) -> Broken {
    let what =
        format!("max_billable is {most}, and so many calls were billed, may have been, or are under way");
    Broken::new(ErrorKind::MaxBillable, what)
}

pub(crate) fn unix_seconds_now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}
