//! One TCP connection, with or without TLS. The socket never blocks; every wait
//! is a `poll` bounded by the deadline.

use std::io::{self, ErrorKind as Io, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::ClientConnection;

use super::Broken;
use crate::error::ErrorKind;

/// Opens a TCP connection to the first address that answers.
pub(crate) fn connect(addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, Broken> {
    let mut last = Broken::new(ErrorKind::Connect, "the endpoint has no address");
    let mut left_to_try = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for address in addresses {
        // Each address gets an even share of what is left, so that one that
        // swallows packets leaves time for the next.
        let share = deadline.saturating_duration_since(Instant::now()) / left_to_try.max(1);
        left_to_try = left_to_try.saturating_sub(1);
        if share.is_zero() {
            return Err(Broken::new(ErrorKind::Timeout, "opening the connection took too long"));
        }
        match TcpStream::connect_timeout(address, share).and_then(prepared) {
            Ok(socket) => return Ok(socket),
            Err(error) if error.kind() == Io::TimedOut => {
                last = Broken::new(ErrorKind::Timeout, "opening the connection took too long");
            }
            Err(error) => {
                last = Broken::new(
                    ErrorKind::Connect,
                    format!("no connection to the endpoint: {}", error.kind()),
                );
            }
        }
    }
    Err(last)
}

fn prepared(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_nodelay(true)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: TcpStream,
    tls: Option<Box<ClientConnection>>,
}

impl Connection {
    pub(crate) fn plain(socket: TcpStream) -> Self {
        Self { socket, tls: None }
    }

    /// Completes the TLS handshake.
    pub(crate) fn encrypted(
        socket: TcpStream,
        tls: ClientConnection,
        deadline: Instant,
    ) -> Result<Self, Broken> {
        let mut connection = Self { socket, tls: Some(Box::new(tls)) };
        connection.handshake(deadline).map_err(|broken| match broken.kind {
            ErrorKind::Timeout => Broken::new(ErrorKind::Timeout, "the TLS handshake took too long"),
            ErrorKind::ConnectionLost => {
                Broken::new(ErrorKind::Tls, "the connection was closed during the TLS handshake")
            }
            _ => broken,
        })?;
        Ok(connection)
    }

    fn handshake(&mut self, deadline: Instant) -> Result<(), Broken> {
        let Self { socket, tls: Some(tls) } = self else { return Ok(()) };
        loop {
            // The last flight is sent here too, so that what `send` counts is the request.
            while tls.wants_write() {
                write_tls(tls, socket, deadline)?;
            }
            if !tls.is_handshaking() {
                return Ok(());
            }
            wait(socket, PollFlags::IN, deadline)?;
            if read_tls(tls, socket)? == Some(0) {
                return Err(lost("it was closed"));
            }
        }
    }

    /// Whether the connection can take a request: not closed, and nothing
    /// unexpected came in while it was idle.
    pub(crate) fn is_open(&mut self) -> bool {
        let Self { socket, tls } = self;
        match tls {
            None => socket.peek(&mut [0]).is_err_and(|error| error.kind() == Io::WouldBlock),
            Some(tls) => {
                // A server may send session tickets after its last reply; they are
                // no reply and no end.
                while let Some(count) = match read_tls(tls, socket) {
                    Ok(read) => read,
                    Err(_) => return false,
                } {
                    if count == 0 {
                        return false;
                    }
                }
                tls.reader().read(&mut [0]).is_err_and(|error| error.kind() == Io::WouldBlock)
            }
        }
    }

    /// Hands all of `bytes` to the socket layer; `handed` counts what it took,
    /// after encryption, also when this fails half-way.
    pub(crate) fn send(&mut self, bytes: &[u8], deadline: Instant, handed: &mut u64) -> Result<(), Broken> {
        let Self { socket, tls } = self;
        let Some(tls) = tls else {
            let mut rest = bytes;
            while !rest.is_empty() {
                let count = write_some(socket, deadline, |socket| socket.write(rest))?;
                *handed += count as u64;
                rest = rest.get(count..).unwrap_or_default();
            }
            return Ok(());
        };
        tls.writer().write_all(bytes).map_err(|error| lost(&error.to_string()))?;
        while tls.wants_write() {
            *handed += write_tls(tls, socket, deadline)? as u64;
        }
        Ok(())
    }

    /// Waits for bytes and reads some; 0 is a clean end.
    pub(crate) fn receive(&mut self, buffer: &mut [u8], deadline: Instant) -> Result<usize, Broken> {
        let Self { socket, tls } = self;
        loop {
            if let Some(tls) = tls {
                match tls.reader().read(buffer) {
                    Err(error) if error.kind() == Io::WouldBlock => {}
                    // An end without the TLS closing alert may be a cut.
                    read => return read.map_err(|error| lost(&error.kind().to_string())),
                }
                wait(socket, PollFlags::IN, deadline)?;
                read_tls(tls, socket)?;
                while tls.wants_write() {
                    write_tls(tls, socket, deadline)?;
                }
            } else {
                wait(socket, PollFlags::IN, deadline)?;
                match socket.read(buffer) {
                    Err(error) if is_passing(&error) => {}
                    read => return read.map_err(|error| lost(&error.kind().to_string())),
                }
            }
        }
    }
}

/// Reads what has arrived and processes it: `None` if nothing had arrived,
/// `Some(0)` at the end of the stream.
fn read_tls(tls: &mut ClientConnection, socket: &mut TcpStream) -> Result<Option<usize>, Broken> {
    match tls.read_tls(socket) {
        Ok(count) => {
            let processed = tls.process_new_packets();
            processed.map_err(|error| Broken::new(ErrorKind::Tls, format!("TLS: {error}")))?;
            Ok(Some(count))
        }
        Err(error) if is_passing(&error) => Ok(None),
        Err(error) => Err(lost(&error.kind().to_string())),
    }
}

fn write_tls(tls: &mut ClientConnection, socket: &mut TcpStream, deadline: Instant) -> Result<usize, Broken> {
    write_some(socket, deadline, |socket| tls.write_tls(socket))
}

/// Writes once, waiting first if the socket's buffer is full.
fn write_some(
    socket: &mut TcpStream,
    deadline: Instant,
    mut write: impl FnMut(&mut TcpStream) -> io::Result<usize>,
) -> Result<usize, Broken> {
    loop {
        match write(socket) {
            Ok(0) => return Err(lost("it takes no more bytes")),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == Io::Interrupted => {}
            Err(error) if error.kind() == Io::WouldBlock => wait(socket, PollFlags::OUT, deadline)?,
            Err(error) => return Err(lost(&error.kind().to_string())),
        }
    }
}

/// Waits until the socket is ready or the deadline has passed.
fn wait(socket: &TcpStream, events: PollFlags, deadline: Instant) -> Result<(), Broken> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Broken::new(ErrorKind::Timeout, "the deadline passed"));
        }
        match poll(&mut [PollFd::new(socket, events)], Some(&timespec(left))) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(error) => return Err(lost(&format!("waiting failed: {error}"))),
        }
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: duration.subsec_nanos().into(),
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), Io::WouldBlock | Io::Interrupted)
}

fn lost(why: &str) -> Broken {
    Broken::new(ErrorKind::ConnectionLost, format!("the connection was lost: {why}"))
}
