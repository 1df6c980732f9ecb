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

use crate::config::ClientBuilder;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::fate::{Phase, Progress};
use crate::protocol::SignedRequest;

use connection::Connection;
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
}

impl Broken {
    fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }
}

/// Opens, keeps and uses the connections to one endpoint.
#[derive(Debug)]
pub(crate) struct Transport {
    endpoint: Endpoint,
    user_agent: String,
    connect_timeout: Duration,
    tls: Option<Tls>,
    resolver: Resolver,
    pool: Pool<Connection>,
}

impl Transport {
    pub(crate) fn new(endpoint: Endpoint, builder: &ClientBuilder) -> Result<Self, Error> {
        let (_, connect_timeout) = builder.checked_timeouts()?;
        let tls = if endpoint.is_https() {
            Some(Tls::new(endpoint.host(), builder.ca_file.as_deref())?)
        } else {
            None
        };
        Ok(Self {
            user_agent: builder.checked_user_agent()?,
            connect_timeout,
            tls,
            resolver: Resolver::default(),
            pool: Pool::default(),
            endpoint,
        })
    }

    /// Sends the request and reads the whole reply, by the deadline.
    pub(crate) fn exchange(
        &self,
        request: &SignedRequest,
        deadline: Instant,
        progress: &mut Progress,
    ) -> Result<Reply, Broken> {
        let mut connection = match self.pool.take(Instant::now(), Connection::is_open) {
            Some(connection) => connection,
            None => self.open(deadline, progress)?,
        };
        progress.phase = Phase::Send;
        let bytes = http1::write_request(request, &self.user_agent);
        connection.send(&bytes, deadline, &mut progress.bytes_handed)?;
        drop(bytes);

        progress.phase = Phase::Receive;
        let (reply, reusable) = receive(&mut connection, deadline)?;
        progress.phase = Phase::Done;
        if reusable {
            self.pool.put(connection, Instant::now());
        }
        Ok(reply)
    }

    fn open(&self, deadline: Instant, progress: &mut Progress) -> Result<Connection, Broken> {
        let deadline = deadline.min(Instant::now() + self.connect_timeout);
        progress.phase = Phase::Resolve;
        let addresses = self.resolver.resolve(self.endpoint.host(), self.endpoint.port(), deadline)?;
        progress.phase = Phase::Connect;
        if !self.endpoint.is_https() && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(Broken::new(
                ErrorKind::Connect,
                "the endpoint's name does not lead to loopback, where alone plain http is allowed",
            ));
        }
        let socket = Socket::connect(&addresses, deadline)?;
        match &self.tls {
            None => Ok(Connection::plain(socket)),
            Some(tls) => {
                progress.phase = Phase::Tls;
                Connection::encrypted(socket, tls.session()?, deadline)
            }
        }
    }
}

/// Reads one whole reply; whether the connection can serve another request.
fn receive(connection: &mut Connection, deadline: Instant) -> Result<(Reply, bool), Broken> {
    let mut reader = ReplyReader::default();
    let mut buffer = Zeroizing::new([0_u8; 4096]);
    loop {
        let count = connection.receive(&mut *buffer, deadline)?;
        let received = buffer.get(..count).unwrap_or_default();
        let finished = if count == 0 { reader.end() } else { reader.push(received) };
        if let Some(reply) = finished? {
            return Ok((reply, reader.connection_is_reusable()));
        }
    }
}
