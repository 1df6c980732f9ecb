//! One exchange: a signed request out, a whole reply in, or how far it got.
//!
//! HTTP/1.1 over our own connections rather than through a client library:
//! fate, the deadline and the wiping of buffers depend on seeing every byte on
//! its way to the socket (see CONTRIBUTING, "Why no HTTP client library").

mod chunks;
mod connection;
mod http1;
mod pool;
mod resolve;
mod socket;
mod tls;

use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::breaker::{Breaker, Change, Permit};
use crate::config::ClientBuilder;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::fate::{Phase, Progress};
use crate::protocol::SignedRequest;
use crate::wait::{Call, Step};

pub(crate) use connection::Connection;
pub(crate) use http1::Reply;
use http1::ReplyReader;
use pool::Pool;
use resolve::Resolver;
use socket::Socket;
use tls::Tls;

/// Why an exchange has no whole reply. The text holds no personal data.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) kind: ErrorKind,
    pub(crate) what: String,
    /// The next try would end the same way.
    pub(crate) lasting: bool,
}

impl Broken {
    pub(crate) fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), lasting: false }
    }

    fn lasting(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self { lasting: true, ..Self::new(kind, what) }
    }
}

/// Nothing of this is the service's doing, and it says so.
pub(crate) fn no_descriptor(error: impl std::fmt::Display) -> Broken {
    let what = format!(
        "the system gives no file descriptor: {error}; \
         raise the limit of open files (ulimit -n), or make fewer calls at once"
    );
    Broken::new(ErrorKind::Configuration, what)
}

/// What connections are opened with; the same in every process.
#[derive(Debug, Clone)]
pub(crate) struct TransportSettings {
    endpoint: Endpoint,
    user_agent: String,
    connect_timeout: Duration,
    /// Less time than this says nothing about the other side.
    fair_time: Duration,
    tls: Option<Tls>,
    breaker: bool,
}

impl TransportSettings {
    pub(crate) fn new(endpoint: Endpoint, builder: &ClientBuilder) -> Result<Self, Error> {
        let (timeout, connect_timeout) = builder.checked_timeouts()?;
        let tls = if endpoint.is_https() {
            Some(Tls::new(endpoint.host(), builder.ca_file.as_deref())?)
        } else {
            None
        };
        Ok(Self {
            user_agent: builder.checked_user_agent()?,
            connect_timeout,
            fair_time: connect_timeout.min(timeout / 2),
            tls,
            breaker: builder.breaker,
            endpoint,
        })
    }

    pub(crate) fn host(&self) -> &str {
        self.endpoint.host()
    }
}

/// Opens, keeps and uses the connections to one endpoint.
#[derive(Debug)]
pub(crate) struct Transport {
    settings: TransportSettings,
    resolver: Resolver,
    pool: Pool<Connection>,
    breaker: Breaker,
}

/// A new connection, and what it says of the service.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) result: Result<Connection, Broken>,
    pub(crate) breaker: Change,
}

impl Transport {
    /// Without connections yet.
    pub(crate) fn new(settings: &TransportSettings) -> Self {
        let mut settings = settings.clone();
        settings.tls = settings.tls.map(Tls::without_sessions);
        Self {
            resolver: Resolver::new(settings.endpoint.host(), settings.endpoint.port()),
            pool: Pool::default(),
            breaker: Breaker::new(settings.breaker),
            settings,
        }
    }

    /// A connection that was used before, if a good one is idle.
    pub(crate) fn idle(&self) -> Option<Connection> {
        self.pool.take(Instant::now(), Connection::is_open)
    }

    /// Keeps a connection for the next call.
    pub(crate) fn keep(&self, connection: Connection) {
        self.pool.put(connection, Instant::now());
    }

    /// Opens a connection, unless the breaker is open.
    pub(crate) fn open(&self, call: &Call<'_>, progress: &mut Progress) -> Opened {
        let now = Instant::now();
        let permit = match self.breaker.admit(now) {
            Ok(permit) => permit,
            Err(pause) => {
                let what = if pause.is_zero() {
                    "connections kept failing, and one call is trying now whether they work again".to_owned()
                } else {
                    let seconds = pause.as_secs_f64();
                    format!(
                        "connections kept failing, so none is tried for now; the next try is in {seconds:.1} s"
                    )
                };
                return Opened {
                    result: Err(Broken::new(ErrorKind::CircuitOpen, what)),
                    breaker: Change::None,
                };
            }
        };
        let step = call.step().by(now + self.settings.connect_timeout);
        let result = self.open_by(step, progress);
        let breaker = self.judge(permit, &result, step.until.saturating_duration_since(now));
        Opened { result, breaker }
    }

    /// Tells the breaker, and doubts addresses that lead nowhere. A caller with little
    /// time or no file descriptor, or one that was cancelled, shows nothing.
    fn judge(&self, permit: Permit<'_>, result: &Result<Connection, Broken>, time: Duration) -> Change {
        match result {
            Ok(_) => permit.succeeded(),
            Err(broken) if matches!(broken.kind, ErrorKind::Cancelled | ErrorKind::Configuration) => {
                Change::None
            }
            Err(broken) => {
                self.resolver.doubt();
                if broken.kind == ErrorKind::Timeout && time < self.settings.fair_time {
                    return Change::None;
                }
                permit.failed(Instant::now())
            }
        }
    }

    fn open_by(&self, step: Step<'_>, progress: &mut Progress) -> Result<Connection, Broken> {
        let endpoint = &self.settings.endpoint;
        progress.phase = Phase::Resolve;
        let addresses = self.resolver.resolve(step)?;
        progress.phase = Phase::Connect;
        if !endpoint.is_https() && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(Broken::lasting(
                ErrorKind::Connect,
                "the endpoint's name does not lead to loopback, where alone plain http is allowed",
            ));
        }
        let socket = Socket::connect(&addresses, step)?;
        match &self.settings.tls {
            None => Ok(Connection::plain(socket)),
            Some(tls) => {
                progress.phase = Phase::Tls;
                Connection::encrypted(socket, tls.session()?, step)
            }
        }
    }

    /// Sends the request and reads the whole reply, by the call's deadline. The
    /// connection is kept if it can serve another request.
    pub(crate) fn exchange(
        &self,
        mut connection: Connection,
        request: &SignedRequest,
        call: &Call<'_>,
        progress: &mut Progress,
    ) -> Result<Reply, Broken> {
        let step = call.step();
        progress.phase = Phase::Send;
        let bytes = http1::write_request(request, &self.settings.user_agent);
        connection.send(&bytes, step, &mut progress.bytes_handed)?;
        drop(bytes);

        progress.phase = Phase::Receive;
        let (reply, reusable) = receive(&mut connection, step)?;
        progress.phase = Phase::Done;
        if reusable {
            self.keep(connection);
        }
        Ok(reply)
    }
}

/// Reads one whole reply; whether the connection can serve another request.
fn receive(connection: &mut Connection, step: Step<'_>) -> Result<(Reply, bool), Broken> {
    let mut reader = ReplyReader::default();
    let mut buffer = Zeroizing::new([0_u8; 4096]);
    loop {
        let count = connection.receive(&mut *buffer, step)?;
        let received = buffer.get(..count).unwrap_or_default();
        let finished = if count == 0 { reader.end() } else { reader.push(received) };
        if let Some(reply) = finished? {
            return Ok((reply, reader.connection_is_reusable()));
        }
    }
}
