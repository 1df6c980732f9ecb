//! One connection, with or without TLS.

use std::io::{ErrorKind as Io, Read as _, Write as _};
use std::time::Instant;

use rustls::ClientConnection;

use super::Broken;
use super::socket::{Socket, is_passing, lost};
use crate::error::ErrorKind;
use crate::wait::Step;

/// An idle TLS connection is read this often at most, 4 KiB each: enough for the
/// session tickets a server sends after its last reply. With more than that
/// waiting it is not worth keeping, and reading on could take any time.
const MAX_IDLE_READS: usize = 4;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: Socket,
    tls: Option<Box<ClientConnection>>,
    /// What ended the TLS stream, kept until all that came before it is read.
    ended: Option<Broken>,
}

impl Connection {
    pub(super) fn plain(socket: Socket) -> Self {
        Self { socket, tls: None, ended: None }
    }

    /// Completes the TLS handshake.
    pub(super) fn encrypted(socket: Socket, tls: ClientConnection, step: Step<'_>) -> Result<Self, Broken> {
        let mut connection = Self { socket, tls: Some(Box::new(tls)), ended: None };
        connection.handshake(step).map_err(|broken| match broken.kind {
            ErrorKind::Timeout => Broken::new(ErrorKind::Timeout, "the TLS handshake took too long"),
            ErrorKind::ConnectionLost => {
                Broken::new(ErrorKind::Tls, "the connection was closed during the TLS handshake")
            }
            _ => broken,
        })?;
        Ok(connection)
    }

    fn handshake(&mut self, step: Step<'_>) -> Result<(), Broken> {
        let Self { socket, tls: Some(tls), .. } = self else { return Ok(()) };
        loop {
            // The last flight is sent here too, so that what `send` counts is the request.
            while tls.wants_write() {
                socket.write_some(step, |socket| tls.write_tls(socket))?;
            }
            if !tls.is_handshaking() {
                return Ok(());
            }
            socket.wait_readable(step)?;
            if read_tls(tls, socket)? == Some(0) {
                return Err(lost("it was closed"));
            }
        }
    }

    /// Whether the connection can take a request: not closed, and nothing
    /// unexpected came in while it was idle.
    pub(crate) fn is_open(&mut self) -> bool {
        let Self { socket, tls: Some(tls), ended: None } = self else {
            return self.ended.is_none() && self.socket.is_quiet();
        };
        let quiet = (0..MAX_IDLE_READS).find_map(|_| match read_tls(tls, socket) {
            Ok(None) => Some(true),
            Ok(Some(0)) | Err(_) => Some(false),
            Ok(Some(_)) => None,
        });
        quiet == Some(true) && tls.reader().read(&mut [0]).is_err_and(|error| error.kind() == Io::WouldBlock)
    }

    /// Hands all of `bytes` to the socket layer; `handed` counts what it took,
    /// after encryption, also when this fails half-way.
    pub(crate) fn send(&mut self, bytes: &[u8], step: Step<'_>, handed: &mut u64) -> Result<(), Broken> {
        // Writing needs no wait as a rule, so it would not notice by itself. What is
        // not sent by now cannot be answered in time, and would be paid for.
        if Instant::now() >= step.until {
            return Err(Broken::new(ErrorKind::Timeout, "the deadline passed before the request was sent"));
        }
        step.call.check()?;
        let Self { socket, tls, .. } = self;
        let Some(tls) = tls else {
            let mut rest = bytes;
            while !rest.is_empty() {
                let count = socket.write_some(step, |socket| socket.write(rest))?;
                *handed += count as u64;
                rest = rest.get(count..).unwrap_or_default();
            }
            return Ok(());
        };
        tls.writer().write_all(bytes).map_err(|error| lost(&error.to_string()))?;
        while tls.wants_write() {
            *handed += socket.write_some(step, |socket| tls.write_tls(socket))? as u64;
        }
        Ok(())
    }

    /// Waits for bytes and reads some; 0 is a clean end.
    pub(crate) fn receive(&mut self, buffer: &mut [u8], step: Step<'_>) -> Result<usize, Broken> {
        loop {
            let Self { socket, tls: Some(tls), ended } = self else {
                self.socket.wait_readable(step)?;
                match self.socket.read(buffer) {
                    Err(error) if is_passing(&error) => continue,
                    read => return read.map_err(|error| lost(&error.kind().to_string())),
                }
            };
            match tls.reader().read(buffer) {
                Err(error) if error.kind() == Io::WouldBlock => {}
                // An end without the TLS closing alert may be a cut.
                read => return read.map_err(|error| lost(&error.kind().to_string())),
            }
            if let Some(broken) = ended.take() {
                return Err(broken);
            }
            socket.wait_readable(step)?;
            if let Err(broken) = read_tls(tls, socket) {
                // A whole reply may stand before what is broken: it is read first.
                *ended = Some(match broken.kind {
                    ErrorKind::ConnectionLost => broken,
                    // TLS that breaks after the handshake is a lost connection too.
                    _ => lost(&broken.what),
                });
                continue;
            }
            while tls.wants_write() {
                socket.write_some(step, |socket| tls.write_tls(socket))?;
            }
        }
    }
}

/// Reads what has arrived and processes it: `None` if nothing had arrived,
/// `Some(0)` at the end of the stream.
fn read_tls(tls: &mut ClientConnection, socket: &mut Socket) -> Result<Option<usize>, Broken> {
    match tls.read_tls(socket) {
        Ok(count) => {
            let processed = tls.process_new_packets();
            // A certificate that is not trusted now will not be in a moment.
            processed.map_err(|error| Broken::lasting(ErrorKind::Tls, format!("TLS: {error}")))?;
            Ok(Some(count))
        }
        Err(error) if is_passing(&error) => Ok(None),
        Err(error) => Err(lost(&error.kind().to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::Calls;
    use std::net::TcpListener;
    use std::time::Duration;

    #[test]
    fn nothing_is_handed_over_after_the_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let calls = Calls::default();
        let begun = calls.begin(Instant::now() + Duration::from_secs(5), None, None).unwrap();
        let in_time = begun.call.step();
        let socket = Socket::connect(&[listener.local_addr().unwrap()], in_time).unwrap();
        let mut connection = Connection::plain(socket);
        let mut handed = 0;
        let broken = connection.send(b"late", in_time.by(Instant::now()), &mut handed).unwrap_err();
        assert_eq!((broken.kind, handed), (ErrorKind::Timeout, 0));
        connection.send(b"in time", in_time, &mut handed).unwrap();
        assert_eq!(handed, 7);
        calls.cancel_all();
        let broken = connection.send(b"cancelled", in_time, &mut handed).unwrap_err();
        assert_eq!((broken.kind, handed), (ErrorKind::Cancelled, 7));
    }
}
