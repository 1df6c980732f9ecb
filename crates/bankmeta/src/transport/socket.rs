//! A TCP socket that never blocks and never raises SIGPIPE; every wait is a
//! `poll` bounded by the deadline.

use std::io::{self, ErrorKind as Io, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{SendAncillaryBuffer, SendFlags, send, sendmsg};

use super::Broken;
use crate::error::ErrorKind;

/// An open socket.
#[derive(Debug)]
pub(super) struct Socket(TcpStream);

impl Socket {
    /// Opens a connection to the first address that answers.
    pub(super) fn connect(addresses: &[SocketAddr], deadline: Instant) -> Result<Self, Broken> {
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
            match TcpStream::connect_timeout(address, share).and_then(Self::prepared) {
                Ok(socket) => return Ok(socket),
                Err(error) if error.kind() == Io::TimedOut => {
                    last = Broken::new(ErrorKind::Timeout, "opening the connection took too long");
                }
                Err(error) => {
                    let what = format!("no connection to the endpoint: {}", error.kind());
                    last = Broken::new(ErrorKind::Connect, what);
                }
            }
        }
        Err(last)
    }

    fn prepared(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self(stream))
    }

    /// Whether nothing has come in and the other side has not closed.
    pub(super) fn is_quiet(&self) -> bool {
        self.0.peek(&mut [0]).is_err_and(|error| error.kind() == Io::WouldBlock)
    }

    /// Waits until there is something to read, or the deadline has passed.
    pub(super) fn wait_readable(&self, deadline: Instant) -> Result<(), Broken> {
        self.wait(PollFlags::IN, deadline)
    }

    /// Writes once with `write`, waiting first if the socket's buffer is full.
    pub(super) fn write_some(
        &mut self,
        deadline: Instant,
        mut write: impl FnMut(&mut Self) -> io::Result<usize>,
    ) -> Result<usize, Broken> {
        loop {
            match write(self) {
                Ok(0) => return Err(lost("it takes no more bytes")),
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == Io::Interrupted => {}
                Err(error) if error.kind() == Io::WouldBlock => self.wait(PollFlags::OUT, deadline)?,
                Err(error) => return Err(lost(&error.kind().to_string())),
            }
        }
    }

    fn wait(&self, events: PollFlags, deadline: Instant) -> Result<(), Broken> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Broken::new(ErrorKind::Timeout, "the deadline passed"));
            }
            match poll(&mut [PollFd::new(&self.0, events)], Some(&timespec(left))) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(lost(&format!("waiting failed: {error}"))),
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

/// Through `send`, since `write` and `writev` on a closed connection raise
/// SIGPIPE, which ends a C program that did not expect it.
impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(send(&self.0, bytes, SendFlags::NOSIGNAL)?)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut nothing = SendAncillaryBuffer::default();
        Ok(sendmsg(&self.0, pieces, &mut nothing, SendFlags::NOSIGNAL)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: duration.subsec_nanos().into(),
    }
}

/// Whether the error only says that nothing is there yet.
pub(super) fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), Io::WouldBlock | Io::Interrupted)
}

pub(super) fn lost(why: &str) -> Broken {
    Broken::new(ErrorKind::ConnectionLost, format!("the connection was lost: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A listener whose queue is full: it answers no further connection.
    fn deaf() -> (TcpListener, Vec<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(50)) {
            queue.push(stream);
        }
        (listener, queue)
    }

    #[test]
    fn an_address_that_swallows_packets_leaves_time_for_the_next() {
        let (deaf, _queue) = deaf();
        let good = TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses = [deaf.local_addr().unwrap(), good.local_addr().unwrap()];
        let soon = Instant::now() + Duration::from_secs(1);
        let socket = Socket::connect(&addresses, soon).unwrap();
        assert_eq!(socket.0.peer_addr().unwrap(), addresses[1]);
        let broken =
            Socket::connect(&addresses[..1], Instant::now() + Duration::from_millis(20)).unwrap_err();
        assert_eq!(broken.kind, ErrorKind::Timeout);
    }

    #[test]
    fn a_wait_ends_with_the_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let soon = Instant::now() + Duration::from_secs(5);
        let mut socket = Socket::connect(&[listener.local_addr().unwrap()], soon).unwrap();
        assert!(socket.is_quiet());
        assert_eq!(socket.wait_readable(Instant::now()).unwrap_err().kind, ErrorKind::Timeout);
        let full = socket.write_some(Instant::now(), |_| Err(Io::WouldBlock.into()));
        assert_eq!(full.unwrap_err().kind, ErrorKind::Timeout);
    }
}
