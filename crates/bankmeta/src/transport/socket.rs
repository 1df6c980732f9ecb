//! A TCP socket that never blocks and never raises SIGPIPE; every wait is a
//! `poll` bounded by the step's time and ended by a cancellation.

use std::io::{self, ErrorKind as Io, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendFlags, SocketFlags, SocketType, connect, send, sendmsg,
    socket_with,
};

use super::{Broken, no_descriptor};
use crate::error::ErrorKind;
use crate::wait::{Step, Waited};

/// An open socket.
#[derive(Debug)]
pub(super) struct Socket(TcpStream);

impl Socket {
    /// Opens a connection to the first address that answers.
    pub(super) fn connect(addresses: &[SocketAddr], step: Step<'_>) -> Result<Self, Broken> {
        let mut last = Broken::new(ErrorKind::Connect, "the endpoint has no address");
        let mut left_to_try = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        for address in addresses {
            // Each address gets an even share of what is left, so that one that
            // swallows packets leaves time for the next.
            let now = Instant::now();
            let share = step.until.saturating_duration_since(now) / left_to_try.max(1);
            left_to_try = left_to_try.saturating_sub(1);
            if share.is_zero() {
                return Err(too_slow());
            }
            match Self::connect_one(address, step.by(now + share)) {
                Ok(socket) => return Ok(socket),
                Err(broken) if broken.kind == ErrorKind::Cancelled => return Err(broken),
                Err(broken) => last = broken,
            }
        }
        Err(last)
    }

    fn connect_one(address: &SocketAddr, step: Step<'_>) -> Result<Self, Broken> {
        let failed = |error: io::Error| {
            Broken::new(ErrorKind::Connect, format!("no connection to the endpoint: {}", error.kind()))
        };
        let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = match socket_with(family, SocketType::STREAM, flags, None) {
            Err(error @ (Errno::MFILE | Errno::NFILE)) => return Err(no_descriptor(error)),
            other => other.map_err(|error| failed(error.into()))?,
        };
        let stream = TcpStream::from(socket);
        match connect(&stream, address) {
            Ok(()) => {}
            Err(Errno::INPROGRESS | Errno::INTR) => {
                match step.wait_for(&stream, PollFlags::OUT) {
                    Ok(Waited::Ready) => {}
                    Ok(Waited::TimePassed) => return Err(too_slow()),
                    Err(broken) => return Err(broken),
                }
                if let Some(error) = stream.take_error().map_err(failed)? {
                    return Err(failed(error));
                }
            }
            Err(error) => return Err(failed(error.into())),
        }
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self(stream))
    }

    /// Whether nothing has come in and the other side has not closed.
    pub(super) fn is_quiet(&self) -> bool {
        self.0.peek(&mut [0]).is_err_and(|error| error.kind() == Io::WouldBlock)
    }

    /// Waits until there is something to read, or the time has passed.
    pub(super) fn wait_readable(&self, step: Step<'_>) -> Result<(), Broken> {
        self.wait(PollFlags::IN, step)
    }

    /// Writes once with `write`, waiting first if the socket's buffer is full.
    pub(super) fn write_some(
        &mut self,
        step: Step<'_>,
        mut write: impl FnMut(&mut Self) -> io::Result<usize>,
    ) -> Result<usize, Broken> {
        loop {
            match write(self) {
                Ok(0) => return Err(lost("it takes no more bytes")),
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == Io::Interrupted => {}
                Err(error) if error.kind() == Io::WouldBlock => self.wait(PollFlags::OUT, step)?,
                Err(error) => return Err(lost(&error.kind().to_string())),
            }
        }
    }

    fn wait(&self, events: PollFlags, step: Step<'_>) -> Result<(), Broken> {
        match step.wait_for(&self.0, events)? {
            Waited::Ready => Ok(()),
            Waited::TimePassed => Err(Broken::new(ErrorKind::Timeout, "the deadline passed")),
        }
    }
}

fn too_slow() -> Broken {
    Broken::new(ErrorKind::Timeout, "opening the connection took too long")
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
    use crate::wait::Calls;
    use std::net::TcpListener;
    use std::time::Duration;

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

    fn within<R>(time: Duration, test: impl FnOnce(Step<'_>) -> R) -> R {
        let calls = Calls::default();
        let begun = calls.begin(Instant::now() + time, None, None).unwrap();
        test(begun.call.step())
    }

    #[test]
    fn an_address_that_swallows_packets_leaves_time_for_the_next() {
        let (deaf, _queue) = deaf();
        let good = TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses = [deaf.local_addr().unwrap(), good.local_addr().unwrap()];
        let socket = within(Duration::from_secs(1), |step| Socket::connect(&addresses, step)).unwrap();
        assert_eq!(socket.0.peer_addr().unwrap(), addresses[1]);
        let broken =
            within(Duration::from_millis(20), |step| Socket::connect(&addresses[..1], step)).unwrap_err();
        assert_eq!(broken.kind, ErrorKind::Timeout);
    }

    #[test]
    fn a_refused_connection_says_so() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let broken = within(Duration::from_secs(5), |step| Socket::connect(&[gone], step)).unwrap_err();
        assert_eq!(broken.kind, ErrorKind::Connect);
        assert_eq!(broken.what, "no connection to the endpoint: connection refused");
    }

    #[test]
    fn opening_ends_when_the_call_is_cancelled() {
        let (deaf, _queue) = deaf();
        let address = [deaf.local_addr().unwrap()];
        let calls = Calls::default();
        let begun = calls.begin(Instant::now() + Duration::from_mins(1), None, None).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| calls.cancel_all());
            assert_eq!(Socket::connect(&address, begun.call.step()).unwrap_err().kind, ErrorKind::Cancelled);
        });
    }

    #[test]
    fn a_wait_ends_with_the_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = [listener.local_addr().unwrap()];
        within(Duration::from_secs(5), |step| {
            let mut socket = Socket::connect(&address, step).unwrap();
            assert!(socket.is_quiet());
            let over = step.by(Instant::now());
            assert_eq!(socket.wait_readable(over).unwrap_err().kind, ErrorKind::Timeout);
            let full = socket.write_some(over, |_| Err(Io::WouldBlock.into()));
            assert_eq!(full.unwrap_err().kind, ErrorKind::Timeout);
        });
    }
}
