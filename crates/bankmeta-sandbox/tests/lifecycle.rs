//! Starting, stopping, connections and the CA.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use bankmeta_sandbox::{Error, Sandbox, SandboxOptions};
use support::call::Call;
use support::{Connection, host, start, start_with};

#[test]
fn it_stops_clean() {
    let sandbox = start();
    let (host, ca_file) = (host(&sandbox), sandbox.ca_file().unwrap().to_owned());
    assert!(sandbox.endpoint().starts_with("https://127.0.0.1:"));
    assert!(std::fs::read_to_string(&ca_file).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    let mut idle = Connection::open(&sandbox);
    idle.exchange(&Call::acs3().bytes(&host));
    sandbox.stop();
    assert!(idle.is_closed_by_peer());
    assert!(TcpStream::connect(&host).is_err());
    assert!(!ca_file.exists() && !ca_file.parent().unwrap().exists());
}

#[test]
fn it_stops_when_dropped() {
    let host = host(&start());
    assert!(TcpStream::connect(&host).is_err());
}

#[test]
fn plain_http_has_no_ca() {
    let sandbox = start_with(SandboxOptions { https: false, ..Default::default() });
    assert!(sandbox.endpoint().starts_with("http://127.0.0.1:"));
    assert!(sandbox.ca_file().is_none());
    assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Sandbox::start(SandboxOptions { port, ..Default::default() }).unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
    drop(taken);
    let sandbox = Sandbox::start(SandboxOptions { port, ..Default::default() }).unwrap();
    assert!(sandbox.endpoint().ends_with(&format!(":{port}")));
}

#[test]
fn a_failed_handshake_is_counted() {
    let sandbox = start();
    let mut stream = TcpStream::connect(host(&sandbox)).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    // The alert, then the end: by then it has been counted.
    stream.read_to_end(&mut Vec::new()).unwrap_or_default();
    let stats = sandbox.stats();
    assert_eq!((stats.handshakes_failed, stats.connections), (1, 0));
}

#[test]
fn many_connections_are_served_at_once() {
    let sandbox = start();
    let host = host(&sandbox);
    let mut connections: Vec<_> = (0..20).map(|_| Connection::open(&sandbox)).collect();
    for connection in &mut connections {
        connection.send(&Call::acs3().bytes(&host));
    }
    for connection in &mut connections {
        assert_eq!(connection.receive().unwrap().verdict().0, "1");
    }
    let stats = sandbox.stats();
    assert_eq!((stats.connections, stats.billed), (20, 20));
}

#[test]
fn an_idle_connection_is_closed() {
    let sandbox =
        start_with(SandboxOptions { idle_timeout: Duration::from_millis(40), ..Default::default() });
    let mut connection = Connection::open(&sandbox);
    connection.exchange(&Call::acs3().bytes(&host(&sandbox)));
    assert!(connection.is_closed_by_peer());
}

#[test]
fn nothing_of_a_request_can_be_printed() {
    let sandbox = start();
    Call::acs3().send(&sandbox);
    let printed = format!("{sandbox:?} {:?} {:?}", sandbox.stats(), bankmeta_sandbox::Cardholder::built_in());
    for value in ["6222021234567890128", "张三", "11010519491231002X", "13800138000", "testsecret"] {
        assert!(!printed.contains(value), "{printed}");
    }
}
