//! The transport over TLS against servers that end in odd ways.
#![allow(clippy::unwrap_used, reason = "a test and its helpers fail by panicking")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::{env, fs, process, thread};

use bankmeta::{Billed, Client, ErrorKind, Fate, Verdict, Verification};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

type Stream = StreamOwned<ServerConnection, TcpStream>;

const BODY: &str = r#"{"RequestId":"A1","Code":"200","ResultObject":{"BizCode":"1","SubCode":"101"}}"#;

/// A server that does the same with every connection, and tells when it is done.
struct Server {
    endpoint: String,
    ca_file: PathBuf,
    connections: Arc<AtomicUsize>,
    done: Receiver<()>,
}

impl Server {
    fn start(serve: fn(&mut Stream)) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let ca_file = env::temp_dir().join(format!("bankmeta-tls-test-{}-{number}.pem", process::id()));
        fs::write(&ca_file, own.cert.pem()).unwrap();
        let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key.into())
            .unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("https://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let (sender, done) = channel();
        thread::spawn(move || accept(&listener, &Arc::new(config), &counter, &sender, serve));
        Self { endpoint, ca_file, connections, done }
    }

    fn client(&self) -> Client {
        Client::builder()
            .access_key("testid", "testsecret")
            .endpoint(&self.endpoint)
            .ca_file(&self.ca_file)
            .build()
            .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.ca_file));
    }
}

fn accept(
    listener: &TcpListener,
    config: &Arc<ServerConfig>,
    counter: &AtomicUsize,
    done: &Sender<()>,
    serve: fn(&mut Stream),
) {
    for socket in listener.incoming() {
        counter.fetch_add(1, Ordering::SeqCst);
        let mut stream =
            StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), socket.unwrap());
        serve(&mut stream);
        drop(stream);
        if done.send(()).is_err() {
            return;
        }
    }
}

fn read_request(stream: &mut Stream) {
    let mut input = Vec::new();
    while !input.ends_with(b"VERIFY_BANK_CARD") {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).unwrap_or_default();
        if count == 0 {
            return;
        }
        input.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
}

fn answer(stream: &mut Stream) {
    read_request(stream);
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{BODY}", BODY.len());
    stream.write_all(reply.as_bytes()).unwrap();
}

fn verification() -> Verification {
    Verification::two_factors("6222021234567890123", "张三").unwrap()
}

#[test]
fn a_connection_closed_while_idle_is_noticed() {
    let closings: [fn(&mut Stream); 2] = [
        // With the closing alert, and then the end of the stream.
        |stream| {
            answer(stream);
            stream.conn.send_close_notify();
            stream.flush().unwrap();
        },
        // Without it.
        answer,
    ];
    for serve in closings {
        let server = Server::start(serve);
        let client = server.client();
        for calls in 1..=3 {
            assert_eq!(client.verify(&verification()).unwrap().verdict(), Verdict::Match);
            server.done.recv().unwrap();
            assert_eq!(server.connections.load(Ordering::SeqCst), calls);
        }
    }
}

#[test]
fn a_whole_answer_counts_whatever_comes_behind_it() {
    let server = Server::start(|stream| {
        answer(stream);
        stream.sock.write_all(b"\x17\x03\x03\x00\x20 this is no TLS record at all").unwrap();
    });
    let client = server.client();
    for _ in 0..3 {
        assert_eq!(client.verify(&verification()).unwrap().verdict(), Verdict::Match);
        server.done.recv().unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 3);
}

#[test]
fn broken_tls_after_the_request_is_unknown_and_no_handshake_matter() {
    let server = Server::start(|stream| {
        read_request(stream);
        stream.sock.write_all(b"\x17\x03\x03\x00\x20 this is no TLS record at all").unwrap();
    });
    let error = server.client().verify(&verification()).unwrap_err();
    assert_eq!(
        (error.kind(), error.fate(), error.billed()),
        (ErrorKind::ConnectionLost, Fate::Unknown, Billed::Maybe)
    );
}

#[test]
fn an_end_without_the_closing_alert_is_no_end_of_a_reply() {
    // Without a length the body runs to the end, which anyone on the way could fake.
    let server = Server::start(|stream| {
        read_request(stream);
        stream.write_all(format!("HTTP/1.1 200 OK\r\n\r\n{BODY}").as_bytes()).unwrap();
    });
    let error = server.client().verify(&verification()).unwrap_err();
    assert_eq!((error.kind(), error.fate()), (ErrorKind::ConnectionLost, Fate::Unknown));
}

#[test]
fn a_flood_while_idle_is_not_read_to_its_end() {
    let server = Server::start(|stream| {
        answer(stream);
        // More than is looked at; it is dropped with the connection.
        stream.write_all(&vec![b'x'; 64 * 1024]).unwrap();
    });
    let client = server.client();
    for _ in 0..2 {
        client.verify(&verification()).unwrap();
        server.done.recv().unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 2);
}
