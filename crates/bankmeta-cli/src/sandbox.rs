//! `bankmeta sandbox`: one line of JSON on stdout, then it serves until told to
//! stop.

use std::error::Error;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use bankmeta_sandbox::{AccessKey, Cardholder, Certificate, Fault, Sandbox, SandboxOptions};
use clap::Args;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// The flags of `bankmeta sandbox`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serve plain HTTP instead of HTTPS
    #[arg(long)]
    http: bool,
    /// Calls granted in any second, or `off`
    #[arg(long, default_value = "50", value_parser = read_quota)]
    quota: Quota,
    /// Cardholders from a CSV file: `card_number,name,id_number,mobile[,state]`
    #[arg(long, value_name = "FILE")]
    registry: Option<PathBuf>,
    /// Behave like a gateway that reads parameters from the query only
    #[arg(long)]
    ignore_form_bodies: bool,
    /// Set the server's clock ahead by so many seconds, or behind
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    clock_offset: i64,
    /// The certificate that HTTPS connections are shown: valid, `wrong_name` or expired
    #[arg(long, value_name = "WHICH", default_value = "valid", value_parser = Certificate::from_word)]
    certificate: Certificate,
    /// A fault in force from the start, for example {"kind":"delay","ms":100}
    #[arg(long, value_name = "JSON", value_parser = read_fault)]
    fault: Option<Fault>,
    /// The seed from which shares of faults and request ids follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Another access key besides the built-in ones
    #[arg(long, value_name = "ID")]
    access_key_id: Option<String>,
    /// Its secret; a made-up one, never a real account's
    #[arg(long, value_name = "SECRET", default_value = "testsecret", requires = "access_key_id")]
    access_key_secret: String,
    /// Its security token
    #[arg(long, value_name = "TOKEN", requires = "access_key_id")]
    security_token: Option<String>,
    /// Stop when stdin ends, so that it cannot outlive the script that started it
    #[arg(long)]
    exit_with_stdin: bool,
}

/// A number of calls, or none for no limit.
#[derive(Clone, Copy)]
struct Quota(Option<u32>);

fn read_quota(text: &str) -> Result<Quota, String> {
    match text {
        "off" => Ok(Quota(None)),
        _ => text.parse().map(|limit| Quota(Some(limit))).map_err(|_| "a whole number or `off`".to_owned()),
    }
}

fn read_fault(text: &str) -> Result<Fault, bankmeta_sandbox::Error> {
    Fault::from_json(text)
}

/// Starts a sandbox, says where, and serves until told to stop.
pub(crate) fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let exit_with_stdin = arguments.exit_with_stdin;
    let id = arguments.access_key_id.clone().unwrap_or_else(|| "testid".to_owned());
    let secret = arguments.access_key_secret.clone();
    let token = arguments.security_token.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    // Caught from before the line is printed: a script may stop us at once.
    let stop = Stop::watch(exit_with_stdin)?;
    let sandbox = Sandbox::start(options(arguments)?)?;
    let mut line = json!({
        "endpoint": sandbox.endpoint(),
        "ca_file": sandbox.ca_file().map(|file| file.display().to_string()),
        "access_key_id": id,
        "access_key_secret": secret,
        "pid": std::process::id(),
    });
    if let (Some(token), Some(fields)) = (token, line.as_object_mut()) {
        fields.insert("security_token".to_owned(), token.into());
    }
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    runtime.block_on(stop.wait());
    sandbox.stop();
    Ok(())
}

fn options(arguments: Arguments) -> Result<SandboxOptions, Box<dyn Error>> {
    let mut options = SandboxOptions {
        port: arguments.port,
        https: !arguments.http,
        quota: arguments.quota.0,
        ignore_form_bodies: arguments.ignore_form_bodies,
        clock_offset_seconds: arguments.clock_offset,
        certificate: arguments.certificate,
        fault: arguments.fault,
        seed: arguments.seed,
        ..SandboxOptions::default()
    };
    if let Some(file) = arguments.registry {
        options.cardholders = read_registry(&file)?;
    }
    if let Some(id) = arguments.access_key_id {
        let key = AccessKey::new(id, arguments.access_key_secret);
        options.access_keys.push(match arguments.security_token {
            Some(token) => key.with_token(token),
            None => key,
        });
    }
    Ok(options)
}

fn read_registry(file: &Path) -> Result<Vec<Cardholder>, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Cardholder::read_csv(&text)?)
}

/// What ends the sandbox: SIGTERM, SIGINT and, where asked for, the end of stdin.
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    stdin_ended: Option<oneshot::Receiver<()>>,
}

impl Stop {
    fn watch(exit_with_stdin: bool) -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            stdin_ended: exit_with_stdin.then(watch_stdin),
        })
    }

    async fn wait(mut self) {
        let stdin_ended = async {
            match self.stdin_ended {
                Some(ended) => drop(ended.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = stdin_ended => {}
        }
    }
}

/// Reads stdin to its end on a thread, which ends with the process.
fn watch_stdin() -> oneshot::Receiver<()> {
    let (ended, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut sink = [0; 256];
        let mut stdin = io::stdin().lock();
        while matches!(stdin.read(&mut sink), Ok(count) if count > 0) {}
        let _ = ended.send(());
    });
    receiver
}
