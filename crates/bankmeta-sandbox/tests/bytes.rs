//! Faults that befall a connection's bytes: what the caller sees of each, byte for
//! byte, and what really happened.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

mod support;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bankmeta_sandbox::{Fault, FaultKind, Layer, Sandbox, SandboxOptions, Side, Stats, When};
use support::call::Call;
use support::{Connection, admin, host, start, start_with};

const WHENS: [When; 3] = [When::Before, When::During, When::After];

fn plain() -> Sandbox {
    start_with(SandboxOptions { https: false, ..Default::default() })
}

/// A request over plain HTTP.
fn request(sandbox: &Sandbox) -> Vec<u8> {
    Call::acs3().bytes(&host(sandbox))
}

/// How the connection went on after what was received.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
    Silent,
}

/// Sends, and receives until nothing more comes.
fn talk(sandbox: &Sandbox, bytes: &[u8]) -> (Vec<u8>, End) {
    let mut socket = TcpStream::connect(host(sandbox)).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    // A reset may be quicker than what is sent.
    let _ = socket.write_all(bytes);
    let mut received = Vec::new();
    let end = match socket.read_to_end(&mut received) {
        Ok(_) => End::Closed,
        Err(error) if error.kind() == ErrorKind::WouldBlock => End::Silent,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => End::Reset,
        Err(error) => panic!("{error}"),
    };
    (received, end)
}

/// The counts once nothing goes on any more.
fn settled(sandbox: &Sandbox) -> Stats {
    let limit = Instant::now() + Duration::from_secs(30);
    while sandbox.open_connections() > 0 {
        assert!(Instant::now() < limit, "a connection does not end");
        std::thread::sleep(Duration::from_millis(1));
    }
    sandbox.stats()
}

/// Requests, executions, faults, connections.
fn counts(sandbox: &Sandbox) -> (u64, u64, u64, u64) {
    let stats = settled(sandbox);
    assert_eq!(stats.billed, stats.executions);
    (stats.requests, stats.executions, stats.faults, stats.connections)
}

const ENDS: [(FaultKind, End); 3] =
    [(FaultKind::Close, End::Closed), (FaultKind::Reset, End::Reset), (FaultKind::Stall, End::Silent)];

#[test]
fn a_reply_is_cut_at_its_byte() {
    let sandbox = plain();
    for (kind, end) in ENDS {
        for when in WHENS {
            for at in [0, 1, 17, 200, 100_000] {
                sandbox.reset();
                sandbox.set_fault(Some(Fault::new(kind.clone()).at(Side::Reply, at).when(when)));
                let (received, seen) = talk(&sandbox, &request(&sandbox));
                assert_eq!(seen, end, "{kind:?} {when:?} {at}");
                let text = String::from_utf8(received).unwrap();
                if at <= 200 {
                    assert_eq!(text.len() as u64, at, "{kind:?} {when:?}: {text}");
                } else {
                    // Past the end all of it is there.
                    let expected =
                        if when == When::Before { "ServiceUnavailable" } else { "\"BizCode\":\"1\"" };
                    assert!(text.contains(expected), "{when:?}: {text}");
                }
                assert_eq!(
                    counts(&sandbox),
                    (1, u64::from(when != When::Before), 1, 1),
                    "{kind:?} {when:?} {at}"
                );
            }
        }
    }
}

#[test]
fn a_request_is_cut_at_its_byte_and_not_executed() {
    let sandbox = plain();
    for (kind, end) in ENDS {
        let bytes = request(&sandbox);
        for at in [0, 1, 100, bytes.len() - 1] {
            sandbox.reset();
            sandbox.set_fault(Some(Fault::new(kind.clone()).at(Side::Request, at as u64).after()));
            let (received, seen) = talk(&sandbox, &bytes);
            assert_eq!((received.len(), &seen), (0, &end), "{kind:?} {at}");
            assert_eq!(counts(&sandbox), (0, 0, 1, 1), "{kind:?} {at}");
        }
    }
}

#[test]
fn a_request_that_is_whole_before_its_byte_is_struck_behind_it() {
    let sandbox = plain();
    for (kind, end) in ENDS {
        for when in WHENS {
            for past in [0, 1, 1000] {
                sandbox.reset();
                let bytes = request(&sandbox);
                let at = bytes.len() as u64 + past;
                sandbox.set_fault(Some(Fault::new(kind.clone()).at(Side::Request, at).when(when)));
                let (received, seen) = talk(&sandbox, &bytes);
                assert_eq!((received.len(), &seen), (0, &end), "{kind:?} {when:?} {past}");
                assert_eq!(
                    counts(&sandbox),
                    (1, u64::from(when != When::Before), 1, 1),
                    "{kind:?} {when:?} {past}"
                );
            }
        }
    }
}

#[test]
fn during_counts_when_the_connection_has_stalled_already() {
    let sandbox = plain();
    sandbox.set_fault(Some(Fault::new(FaultKind::Stall).at(Side::Reply, 30).when(When::During)));
    let mut socket = TcpStream::connect(host(&sandbox)).unwrap();
    socket.write_all(&request(&sandbox)).unwrap();
    socket.read_exact(&mut [0; 30]).unwrap();
    // The connection stays open and silent, and the execution is counted meanwhile.
    let limit = Instant::now() + Duration::from_secs(30);
    while sandbox.stats().executions == 0 {
        assert!(Instant::now() < limit, "never executed");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(sandbox.open_connections(), 1);
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert_eq!(socket.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn what_drips_comes_in_the_end() {
    let drip = |side, at| Fault::new(FaultKind::Drip(Duration::from_millis(1))).at(side, at).after().times(1);
    for sandbox in [plain(), start()] {
        for layer in [Layer::Http, Layer::Tcp] {
            for (side, at) in [(Side::Reply, 300), (Side::Request, 600)] {
                sandbox.reset();
                sandbox.set_fault(Some(drip(side, at).layer(layer)));
                let host = host(&sandbox);
                let mut connection = Connection::open(&sandbox);
                // The second is not struck, over the same connection.
                for _ in 0..2 {
                    assert_eq!(connection.exchange(&Call::acs3().bytes(&host)).verdict().0, "1");
                }
                drop(connection);
                assert_eq!(counts(&sandbox), (2, 2, 1, 1), "{side:?} {layer:?}");
            }
        }
        sandbox.reset();
        sandbox.set_fault(Some(drip(Side::Request, 600).when(When::Before)));
        assert_eq!(Call::acs3().send(&sandbox).code().1, "ServiceUnavailable");
        assert_eq!(counts(&sandbox), (1, 0, 1, 1));
    }
}

#[test]
fn a_drip_takes_its_time() {
    let sandbox = plain();
    sandbox.set_fault(Some(Fault::new(FaultKind::Drip(Duration::from_hours(1))).at(Side::Reply, 5).after()));
    let (received, end) = talk(&sandbox, &request(&sandbox));
    assert_eq!((received.as_slice(), end), (b"HTTP/".as_slice(), End::Silent));
}

#[test]
fn under_tls_a_record_is_cut() {
    let sandbox = start();
    for kind in [FaultKind::Close, FaultKind::Reset] {
        for when in WHENS {
            for at in [0, 3, 100] {
                sandbox.reset();
                sandbox.set_fault(Some(
                    Fault::new(kind.clone()).at(Side::Reply, at).layer(Layer::Tcp).when(when),
                ));
                let mut connection = Connection::open(&sandbox);
                connection.send(&request(&sandbox));
                // Of a record that is not whole, nothing can be read.
                assert!(connection.receive().is_none());
                drop(connection);
                assert_eq!(
                    counts(&sandbox),
                    (1, u64::from(when != When::Before), 1, 1),
                    "{kind:?} {when:?} {at}"
                );
            }
            sandbox.reset();
            sandbox
                .set_fault(Some(Fault::new(kind.clone()).at(Side::Request, 40).layer(Layer::Tcp).when(when)));
            let mut connection = Connection::open(&sandbox);
            connection.send(&request(&sandbox));
            assert!(connection.receive().is_none());
            drop(connection);
            assert_eq!(counts(&sandbox), (0, 0, 1, 1), "{kind:?} {when:?}");
        }
    }
}

#[test]
fn the_admin_path_is_spared_at_every_byte() {
    for sandbox in [plain(), start()] {
        for side in [Side::Request, Side::Reply] {
            for layer in [Layer::Http, Layer::Tcp] {
                for kind in [FaultKind::Close, FaultKind::Stall] {
                    sandbox.set_fault(Some(Fault::new(kind).at(side, 0).layer(layer)));
                    assert_eq!(admin(&sandbox, "GET", "stats", "").status, 200);
                }
            }
        }
        // Byte for byte, so that nothing is decided too early.
        let mut connection = Connection::open(&sandbox);
        for byte in b"GET /_sandbox/stats HTTP/1.1\r\nhost: x\r\n\r\n" {
            connection.send(&[*byte]);
        }
        assert_eq!(connection.receive().unwrap().status, 200);
        assert_eq!(sandbox.stats().faults, 0);
    }
}

#[test]
fn a_connection_is_struck_before_it_carries_anything() {
    for (kind, end) in ENDS {
        for sandbox in [plain(), start()] {
            sandbox.set_fault(Some(Fault::new(kind.clone()).at(Side::Connection, 0).times(1)));
            let (received, seen) = talk(&sandbox, b"");
            assert_eq!((received.len(), &seen), (0, &end), "{kind:?}");
            assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
            assert_eq!(counts(&sandbox), (1, 1, 1, 1), "{kind:?}");
            assert_eq!(sandbox.stats().handshakes_failed, 0);
        }
    }
}

#[test]
fn a_handshake_drips_and_ends_well() {
    let sandbox = start();
    sandbox.set_fault(Some(Fault::new(FaultKind::Drip(Duration::from_millis(1))).at(Side::Connection, 900)));
    assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
    assert_eq!(counts(&sandbox), (1, 1, 1, 1));
}
