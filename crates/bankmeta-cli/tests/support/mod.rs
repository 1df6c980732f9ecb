//! Runs the real command.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test and its helpers fail by panicking"
)]

pub(crate) mod sandbox;
pub(crate) mod terminal;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) const BANKMETA: &str = env!("CARGO_BIN_EXE_bankmeta");

/// The first built-in cardholder of the sandbox; invented.
pub(crate) const CARD: &str = "6222021234567890128";
pub(crate) const NAME: &str = "张三";
pub(crate) const ID_NUMBER: &str = "11010519491231002X";
pub(crate) const MOBILE: &str = "13800138000";
pub(crate) const PERSON: &str = r#"{"card_number":"6222021234567890128","name":"张三","id_number":"11010519491231002X","mobile":"13800138000"}"#;

/// The command with these arguments, without input, in an environment that
/// holds an access key and nothing else.
pub(crate) fn bankmeta(args: &[&str]) -> Command {
    let mut command = Command::new(BANKMETA);
    command
        .args(args)
        .env_clear()
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret")
        .stdin(Stdio::null());
    command
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one JSON object on stdout.
    pub(crate) fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }

    #[track_caller]
    pub(crate) fn assert_shows_no_person(&self) {
        for value in [CARD, NAME, ID_NUMBER, MOBILE, "testsecret"] {
            assert!(!self.shows(value), "{self:?}");
        }
    }
}

pub(crate) fn run(args: &[&str]) -> Ran {
    Ran::of(bankmeta(args).output().unwrap())
}

/// Runs with this text on stdin.
pub(crate) fn run_with(command: &mut Command, stdin: impl AsRef<[u8]>) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The command may end without reading all of it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    Ran::of(child.wait_with_output().unwrap())
}

/// A server that gives one reply to one request, whatever it says; its endpoint.
/// An empty reply closes the connection.
pub(crate) fn replying_once(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        read_request(&mut socket);
        if !body.is_empty() {
            let length = body.len();
            write!(socket, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        }
    });
    endpoint
}

/// All of it: closing a socket with unread bytes would reset the connection.
fn read_request(socket: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                return;
            }
        }
    }
}

/// An endpoint where nothing listens.
pub(crate) fn nothing_listening() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("https://{}", listener.local_addr().unwrap())
}

/// A file in a fresh directory; both are removed with the returned guard.
pub(crate) fn file(name: &str, contents: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, contents).unwrap();
    (directory, path)
}
