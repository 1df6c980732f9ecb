//! How many verifications a second the sandbox serves, client included:
//! `cargo run --release -p bankmeta-sandbox --example load -- [CONNECTIONS] [SECONDS]`.
//!
//! Each connection has a thread that signs (ACS3, parameters in the query), sends
//! and reads one call after the other over one HTTPS connection. With `replay` as
//! third argument the requests are signed beforehand and differ in their nonce
//! only, so that most of what is measured is the sandbox.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "an example for the terminal")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bankmeta::protocol::{acs3, encode};
use bankmeta_sandbox::{Sandbox, SandboxOptions};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const PARAMETERS: [(&str, &str); 8] = [
    ("BankCard", "6222021234567890128"),
    ("IdentifyNum", "11010519491231002X"),
    ("Mobile", "13800138000"),
    ("ParamType", "normal"),
    ("ProductCode", "BANK_CARD_N_META"),
    ("ProductType", "BANK_CARD_4_META"),
    ("UserName", "张三"),
    ("VerifyMode", "VERIFY_BANK_CARD"),
];

fn main() {
    let argument = |index| std::env::args().nth(index);
    let connections = argument(1).map_or(1, |text| text.parse().unwrap());
    let seconds = Duration::from_secs(argument(2).map_or(3, |text| text.parse().unwrap()));
    let replay = argument(3).is_some_and(|text| text == "replay");

    let started = Instant::now();
    let sandbox = Sandbox::start(SandboxOptions { quota: None, ..Default::default() }).unwrap();
    println!("started in {:?}", started.elapsed());

    let threads: Vec<_> = (0..connections)
        .map(|index: u64| {
            let caller = Caller::connect(&sandbox, index);
            std::thread::spawn(move || caller.run(seconds, replay))
        })
        .collect();
    let (mut calls, mut slowest) = (0, Duration::ZERO);
    for thread in threads {
        let (own_calls, own_slowest) = thread.join().unwrap();
        calls += own_calls;
        slowest = slowest.max(own_slowest);
    }
    println!(
        "{} verifications/s over {connections} connections, {} in all, slowest {slowest:?}",
        calls / seconds.as_secs(),
        calls
    );
    let stats = sandbox.stats();
    assert_eq!((stats.requests, stats.billed), (calls, calls));
}

/// One connection.
struct Caller {
    stream: StreamOwned<ClientConnection, TcpStream>,
    host: String,
    index: u64,
}

impl Caller {
    fn connect(sandbox: &Sandbox, index: u64) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(sandbox.ca_file().unwrap()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connection =
            ClientConnection::new(Arc::new(config), ServerName::try_from("127.0.0.1").unwrap()).unwrap();
        let host = sandbox.endpoint().replace("https://", "");
        let socket = TcpStream::connect(&host).unwrap();
        socket.set_nodelay(true).unwrap();
        Self { stream: StreamOwned::new(connection, socket), host, index }
    }

    /// Calls made and the time of the slowest.
    fn run(mut self, time: Duration, replay: bool) -> (u64, Duration) {
        let prepared: Vec<Vec<u8>> =
            if replay { (0..200_000).map(|number| self.request(number)).collect() } else { Vec::new() };
        let (mut calls, mut slowest) = (0, Duration::ZERO);
        let started = Instant::now();
        while started.elapsed() < time {
            let before = Instant::now();
            match usize::try_from(calls).ok().and_then(|index| prepared.get(index)) {
                Some(request) => self.stream.write_all(request).unwrap(),
                None => self.stream.write_all(&self.request(calls)).unwrap(),
            }
            self.read_reply();
            slowest = slowest.max(before.elapsed());
            calls += 1;
        }
        (calls, slowest)
    }

    fn read_reply(&mut self) {
        let mut buffer = [0; 2048];
        let mut filled = 0;
        while !buffer.get(..filled).unwrap().ends_with(b"}}") {
            let count = self.stream.read(buffer.get_mut(filled..).unwrap()).unwrap();
            assert!(count > 0, "the sandbox closed the connection");
            filled += count;
        }
        assert!(buffer.starts_with(b"HTTP/1.1 200"));
    }

    fn request(&self, number: u64) -> Vec<u8> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let date = jiff::Timestamp::from_second(i64::try_from(now).unwrap()).unwrap().to_string();
        let nonce = format!("{:016x}{number:016x}", self.index);
        let hash = acs3::sha256_hex(b"");
        let headers = [
            ("host", self.host.as_str()),
            ("x-acs-action", "BankMetaVerifyIntl"),
            ("x-acs-content-sha256", &hash),
            ("x-acs-date", &date),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-version", "2022-08-09"),
        ];
        let canonical = acs3::canonical_request("POST", &PARAMETERS, &headers, &hash);
        let signature = acs3::signature("testsecret", &acs3::string_to_sign(&canonical));
        let authorization = acs3::authorization("testid", &headers, &signature);
        let mut text = String::from("POST /?");
        encode::push_pairs(&mut text, PARAMETERS);
        text.push_str(" HTTP/1.1\r\n");
        for (name, value) in headers {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
            text.push_str("\r\n");
        }
        text.push_str("authorization: ");
        text.push_str(&authorization);
        text.push_str("\r\ncontent-length: 0\r\n\r\n");
        text.into_bytes()
    }
}
