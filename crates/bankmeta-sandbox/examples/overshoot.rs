//! How late a verification ends under each fault that makes it wait:
//! `cargo run --release -p bankmeta-sandbox --example overshoot -- [RUNS]`.
//!
//! To add a fault, add a line to `faults`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "an example for the terminal")]

use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use bankmeta::{Client, ClientBuilder, ErrorKind, QuotaScope, Retry, Verification};
use bankmeta_sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, Side};

const TIMEOUT: Duration = Duration::from_millis(300);
const DRIP: Duration = Duration::from_millis(20);
/// The reply's body is longer than this, and its head ends before.
const INSIDE_THE_BODY: u64 = 100;

/// How verifications end that had to wait or to be repeated. One that could not be
/// repeated in time ends before its deadline: its overshoot is negative.
const ENDS: [ErrorKind; 6] = [
    ErrorKind::Timeout,
    ErrorKind::Quota,
    ErrorKind::Throttled,
    ErrorKind::Connect,
    ErrorKind::ServiceFailure,
    ErrorKind::Dns,
];

/// What a client is built for, and what makes it wait, alive as long as this is.
struct Scene {
    builder: ClientBuilder,
    _alive: Box<dyn std::any::Any>,
}

/// How a scene is made.
type Make = Box<dyn Fn() -> Scene>;

/// Everything measured.
fn faults() -> Vec<(&'static str, Make)> {
    let length = reply_length();
    let drip = || FaultKind::Drip(DRIP);
    vec![
        ("TLS handshake stall", Box::new(|| under(Fault::new(FaultKind::Stall).at(Side::Connection, 0)))),
        ("SYN drop", Box::new(syn_drop)),
        ("header drip", Box::new(move || under(Fault::new(drip()).at(Side::Reply, 0).after()))),
        (
            "body drip",
            Box::new(move || under(Fault::new(drip()).at(Side::Reply, length - INSIDE_THE_BODY).after())),
        ),
        ("stall at byte 0", Box::new(|| under(Fault::new(FaultKind::Stall).at(Side::Reply, 0).after()))),
        ("DNS hang", Box::new(dns_hang)),
        ("full quota queue", Box::new(full_quota_queue)),
        ("repetitions: connect", Box::new(repeating_connect)),
        ("repetitions: throttled", Box::new(|| under(throttled()))),
        ("repetitions: answered 500", Box::new(repeating_unknown)),
    ]
}

fn throttled() -> Fault {
    Fault::new(FaultKind::Answer { status: 429, code: Some("Throttling".to_owned()) })
}

/// A name server that never answers; see scripts/soak.sh, which makes it the system's.
fn dns_hang() -> Scene {
    let deaf = UdpSocket::bind("127.0.0.1:53");
    if deaf.is_err() {
        println!("(port 53 is not to be had, so no name server hangs here: run scripts/soak.sh as root)");
    }
    Scene { builder: builder().endpoint("https://hangs.bankmeta.example"), _alive: Box::new(deaf) }
}

/// Callers of whom most come too late: each is refused at once, or waits for its turn.
fn full_quota_queue() -> Scene {
    let (sandbox, builder) = sandbox(None);
    let builder = builder.quota_scope(QuotaScope::Host).quota_account("bankmeta's overshoot").quota(2.0);
    let crowd: Vec<_> = (0..4)
        .map(|_| {
            let client = builder.clone().timeout(Duration::from_mins(1)).build().unwrap();
            (client.clone(), std::thread::spawn(move || while client.verify(&verification()).is_ok() {}))
        })
        .collect();
    Scene { builder, _alive: Box::new((sandbox, Crowd(crowd))) }
}

/// Ends its threads when it is dropped.
struct Crowd(Vec<(Client, std::thread::JoinHandle<()>)>);

impl Drop for Crowd {
    fn drop(&mut self) {
        for (client, thread) in self.0.drain(..) {
            client.cancel();
            thread.join().unwrap();
        }
    }
}

fn repeating_connect() -> Scene {
    let scene = syn_drop();
    Scene {
        builder: scene.builder.clone().connect_timeout(Duration::from_millis(70)).breaker(false),
        ..scene
    }
}

fn repeating_unknown() -> Scene {
    let scene = under(Fault::new(FaultKind::Answer { status: 500, code: None }));
    Scene { builder: scene.builder.clone().retry(Retry::AnswerFirst { max_extra: 10 }), ..scene }
}

fn main() {
    let runs: usize = std::env::args().nth(1).map_or(20, |text| text.parse().unwrap());
    println!("timeout {} ms, {runs} verifications each", TIMEOUT.as_millis());
    println!("{:<22} {:>11} {:>12}", "fault", "median, ms", "largest, ms");
    for (name, scene) in faults() {
        let scene = scene();
        let mut late: Vec<f64> = (0..runs).map(|_| overshoot(&scene)).collect();
        late.sort_by(f64::total_cmp);
        let median = late.get(runs / 2).unwrap();
        println!("{name:<22} {median:>11.1} {:>12.1}", late.last().unwrap());
    }
}

/// By how many milliseconds one verification ends after its deadline.
fn overshoot(scene: &Scene) -> f64 {
    // A client each, so that no connection is open already.
    let client = scene.builder.clone().build().unwrap();
    let verification = verification();
    let started = Instant::now();
    let result = client.verify(&verification);
    let took = started.elapsed();
    // Behind a full queue some have their turn in time.
    if let Err(error) = result {
        assert!(ENDS.contains(&error.kind()), "{error}");
    }
    (took.as_secs_f64() - TIMEOUT.as_secs_f64()) * 1000.0
}

fn verification() -> Verification {
    Verification::four_factors("6222021234567890128", "张三", "11010519491231002X", "13800138000").unwrap()
}

fn builder() -> ClientBuilder {
    Client::builder().access_key("testid", "testsecret").timeout(TIMEOUT)
}

fn sandbox(fault: Option<Fault>) -> (Sandbox, ClientBuilder) {
    let sandbox = Sandbox::start(SandboxOptions { quota: None, fault, ..Default::default() }).unwrap();
    let builder = builder().endpoint(sandbox.endpoint()).ca_file(sandbox.ca_file().unwrap());
    (sandbox, builder)
}

/// A sandbox under a fault.
fn under(fault: Fault) -> Scene {
    let (sandbox, builder) = sandbox(Some(fault));
    Scene { builder, _alive: Box::new(sandbox) }
}

/// A listener whose queue is full, so that it answers no further connection.
fn syn_drop() -> Scene {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
        queue.push(stream);
    }
    Scene { builder: builder().endpoint(format!("https://{address}")), _alive: Box::new((listener, queue)) }
}

/// The length of a whole reply, in bytes.
fn reply_length() -> u64 {
    let (sandbox, builder) = sandbox(None);
    let client = builder.timeout(Duration::from_secs(15)).build().unwrap();
    client.verify(&verification()).unwrap();
    drop(client);
    while sandbox.open_connections() > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    sandbox.stats().bytes_sent
}
