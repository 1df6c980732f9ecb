//! A server on loopback that does with each connection what a test tells it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server does on one connection, in order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Reads whatever comes first, the beginning of a TLS handshake for example.
    ReadSome,
    /// Reads one whole request.
    ReadRequest,
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Closes the connection with a reset.
    Reset,
    /// Ends the script without closing the connection.
    LeaveOpen,
    /// Waits until the client closes.
    WaitForClose,
}

pub(crate) const ANSWER_BODY: &str =
    r#"{"RequestId":"A-1","Code":"200","Message":"success","ResultObject":{"BizCode":"1","SubCode":"101"}}"#;

/// A reply with status line, headers and a sized body.
pub(crate) fn reply(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) fn answer() -> Step {
    Step::Write(reply("200 OK", "", ANSWER_BODY))
}

/// Serves until the test process ends; each connection runs the steps of its
/// number, the last script serving all further ones.
pub(crate) struct Hostile {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    finished: Arc<AtomicUsize>,
    targets: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    pub(crate) fn start(scripts: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let [connections, requests, finished] = [(); 3].map(|()| Arc::new(AtomicUsize::new(0)));
        let targets = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&targets);
        let counters = [&connections, &requests, &finished].map(Arc::clone);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let [seen, read, finished] = counters.clone();
                let number = seen.fetch_add(1, Ordering::SeqCst).min(scripts.len() - 1);
                let script = scripts[number].clone();
                let log = Arc::clone(&log);
                thread::spawn(move || {
                    serve(stream.unwrap(), &script, &read, &log);
                    finished.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, connections, requests, finished, targets }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Waits until a script has run to its end and its connection is closed.
    pub(crate) fn wait_for_a_finished_script(&self) {
        while self.finished.load(Ordering::SeqCst) == 0 {
            thread::yield_now();
        }
    }

    /// Of each request the target: the path, and `?` if there is a query.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap().clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Runs a script on a connection that the test accepted itself.
pub(crate) fn serve_one(stream: TcpStream, script: &[Step]) {
    serve(stream, script, &AtomicUsize::new(0), &Mutex::default());
}

fn serve(mut stream: TcpStream, script: &[Step], requests: &AtomicUsize, targets: &Mutex<Vec<String>>) {
    for step in script {
        match step {
            Step::ReadRequest => {
                let Some(target) = read_request(&mut stream) else { return };
                targets.lock().unwrap().push(target);
                requests.fetch_add(1, Ordering::SeqCst);
            }
            Step::ReadSome => drop(stream.read(&mut [0; 4096])),
            Step::Write(bytes) => drop(stream.write_all(bytes)),
            Step::Reset => {
                // Closing with unread input makes the kernel send a reset; a
                // zero linger does so always.
                rustix::net::sockopt::set_socket_linger(&stream, Some(std::time::Duration::ZERO)).unwrap();
                return;
            }
            Step::LeaveOpen => std::mem::forget(stream.try_clone().unwrap()),
            Step::WaitForClose => drop(stream.read_to_end(&mut Vec::new())),
        }
    }
    if !matches!(script.last(), Some(Step::LeaveOpen)) {
        drop(stream.shutdown(Shutdown::Both));
    }
}

/// Reads a whole request; its target without what stands behind a `?`.
fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut input = Vec::new();
    loop {
        if let Some(head) = input.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&input[..head]).to_lowercase();
            let length = text.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
            if input.len() >= head + 4 + length.parse::<usize>().unwrap() {
                let target = text.strip_prefix("post ")?;
                let cut = target.find(['?', ' '])?;
                let query = target[cut..].starts_with('?');
                return Some(format!("{}{}", &target[..cut], if query { "?" } else { "" }));
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => input.extend_from_slice(&piece[..count]),
            _ => return None,
        }
    }
}
