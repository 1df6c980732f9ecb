//! How late a verification ends under each fault that makes it wait:
//! `cargo run --release -p bankmeta-sandbox --example overshoot -- [RUNS]`.
//!
//! To add a fault, add a line to `faults`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "an example for the terminal")]

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bankmeta::{Client, ClientBuilder, Verification};
use bankmeta_sandbox::{Fault, FaultKind, Sandbox, SandboxOptions, Side};

const TIMEOUT: Duration = Duration::from_millis(300);
const DRIP: Duration = Duration::from_millis(20);
/// The reply's body is longer than this, and its head ends before.
const INSIDE_THE_BODY: u64 = 100;

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
    ]
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
    let error = client.verify(&verification).unwrap_err();
    let took = started.elapsed();
    assert_eq!(error.kind().as_str(), "timeout", "{error}");
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
