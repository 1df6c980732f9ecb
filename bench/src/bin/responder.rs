//! Answers every request over HTTPS keep-alive with the same bytes: the least a
//! server can do, so that the clients are what is measured.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::{fs, process, thread};

use bankmeta_bench::{Outcome, variable};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const ANSWER: &str = r#"{"RequestId":"9B3C1F52-7A0E-4D6C-8B11-2E4F6A8C0D1E","Code":"200","Message":"success","ResultObject":{"BizCode":"1","SubCode":"101"}}"#;

fn main() -> Outcome<()> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    let ca_file = PathBuf::from(variable("BENCH_CA_FILE")?);
    fs::write(&ca_file, cert.pem())?;
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())?;
    let config = Arc::new(config);

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let line = serde_json::json!({
        "endpoint": format!("https://{}", listener.local_addr()?),
        "ca_file": ca_file,
        "pid": process::id(),
    });
    writeln!(io::stdout(), "{line}")?;
    for socket in listener.incoming() {
        let (socket, config) = (socket?, Arc::clone(&config));
        // The end of a connection is no news here.
        thread::spawn(move || drop(serve(socket, config)));
    }
    Ok(())
}

fn serve(socket: TcpStream, config: Arc<ServerConfig>) -> Outcome<()> {
    socket.set_nodelay(true)?;
    let mut stream = StreamOwned::new(ServerConnection::new(config)?, socket);
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-acs-request-id: 9B3C1F52-7A0E-4D6C-8B11-2E4F6A8C0D1E\r\nContent-Length: {}\r\n\r\n{ANSWER}",
        ANSWER.len()
    );
    let mut input = Vec::with_capacity(8192);
    let mut piece = [0; 8192];
    loop {
        while let Some(end) = end_of_request(&input) {
            input.drain(..end);
            stream.write_all(reply.as_bytes())?;
        }
        let count = stream.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        input.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
}

/// Where the first whole request ends.
fn end_of_request(input: &[u8]) -> Option<usize> {
    let head = input.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(input.get(..head)?).ok()?;
    let length = text
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
    (input.len() >= head + length).then_some(head + length)
}
