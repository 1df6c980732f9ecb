//! A raw client: requests made and signed by hand, so that every byte can be
//! made wrong, and replies read as they stand on the wire.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

pub(crate) mod call;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use bankmeta_sandbox::{Sandbox, SandboxOptions};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

/// A sandbox without a quota: only the tests of the quota want one.
pub(crate) fn start() -> Sandbox {
    start_with(SandboxOptions::default())
}

pub(crate) fn start_with(options: SandboxOptions) -> Sandbox {
    Sandbox::start(SandboxOptions { quota: None, ..options }).unwrap()
}

/// The endpoint's host and port.
pub(crate) fn host(sandbox: &Sandbox) -> String {
    sandbox.endpoint().split_once("://").unwrap().1.to_owned()
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// One connection.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    socket: TcpStream,
}

impl Connection {
    pub(crate) fn open(sandbox: &Sandbox) -> Self {
        let socket = TcpStream::connect(host(sandbox)).unwrap();
        let other = socket.try_clone().unwrap();
        let stream: Box<dyn Stream> = match sandbox.ca_file() {
            None => Box::new(socket),
            Some(file) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
                Box::new(tls(socket, roots))
            }
        };
        Self { stream, socket: other }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
        self.stream.flush().unwrap();
    }

    /// The next reply; none if the connection was closed without one.
    pub(crate) fn receive(&mut self) -> Option<Reply> {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            match self.stream.read(&mut byte) {
                Ok(1) => bytes.push(byte[0]),
                Ok(_) => return None,
                Err(error) if is_closed(error.kind()) => return None,
                Err(error) => panic!("{error}"),
            }
        }
        let head = String::from_utf8(bytes).unwrap();
        let (line, rest) = head.split_once("\r\n").unwrap();
        let headers: BTreeMap<String, String> = rest
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Reply { status, headers, body: String::from_utf8(body).unwrap() })
    }

    /// The next reply's head, and its body as it stands on the wire.
    pub(crate) fn receive_bytes(&mut self) -> (String, Vec<u8>) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        (head, body)
    }

    /// All that comes until nothing more has come for a moment.
    pub(crate) fn receive_for_a_moment(&mut self) -> String {
        self.socket.set_read_timeout(Some(std::time::Duration::from_millis(300))).unwrap();
        let mut bytes = Vec::new();
        let _ = self.stream.read_to_end(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    pub(crate) fn exchange(&mut self, bytes: &[u8]) -> Reply {
        self.send(bytes);
        self.receive().unwrap()
    }

    /// Waits for the other side to close; true if it does without a byte.
    pub(crate) fn is_closed_by_peer(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => is_closed(error.kind()),
        }
    }

    /// Whether something arrives within a moment.
    pub(crate) fn has_reply_soon(&mut self) -> bool {
        self.socket.set_read_timeout(Some(std::time::Duration::from_millis(100))).unwrap();
        let read = self.stream.read(&mut [0]);
        self.socket.set_read_timeout(None).unwrap();
        !matches!(read, Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }
}

fn is_closed(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

fn tls(socket: TcpStream, roots: RootCertStore) -> StreamOwned<ClientConnection, TcpStream> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), socket)
}

/// A whole reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Status and `Code`.
    pub(crate) fn code(&self) -> (u16, String) {
        (self.status, self.json()["Code"].as_str().unwrap().to_owned())
    }

    /// BizCode and sub code.
    pub(crate) fn verdict(&self) -> (String, String) {
        let result = &self.json()["ResultObject"];
        let text = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
        (text("BizCode"), text("SubCode"))
    }
}

/// A request to the admin path, on a connection of its own.
pub(crate) fn admin(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Reply {
    let host = host(sandbox);
    let length = body.len();
    let request = format!(
        "{method} /_sandbox/{path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    Connection::open(sandbox).exchange(request.as_bytes())
}
