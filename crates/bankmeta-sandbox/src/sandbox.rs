//! Starting and stopping: the socket, the threads and the CA file.

use std::fmt;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tempfile::TempDir;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;

use crate::connection;
use crate::error::Error;
use crate::fault::Fault;
use crate::options::SandboxOptions;
use crate::state::State;
use crate::stats::Stats;
use crate::tls::{self, Acceptors, Certificate};

/// Each thread serves its own connections, so that no request changes threads.
const WORKERS: usize = 2;

/// A running sandbox. It stops when dropped.
pub struct Sandbox {
    address: SocketAddr,
    https: bool,
    state: Arc<State>,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
    ca: Option<(TempDir, PathBuf)>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts a sandbox on threads of its own; it serves as soon as this returns.
    pub fn start(options: SandboxOptions) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let https = options.https;
        let (acceptor, ca) = if https {
            let identity = tls::make()?;
            (Some(identity.acceptors), Some(write_ca(&identity.ca_pem)?))
        } else {
            (None, None)
        };
        let state = Arc::new(State::new(options));
        let runtimes = (0..WORKERS)
            .map(|_| Builder::new_current_thread().enable_all().build())
            .collect::<io::Result<Vec<Runtime>>>()?;
        let handles = runtimes.iter().map(|runtime| runtime.handle().clone()).collect();
        let (stop, stopped) = watch::channel(false);
        let mut sandbox = Self { address, https, state: Arc::clone(&state), stop, workers: Vec::new(), ca };
        let mut front = Some(Front { listener, acceptor, handles, state });
        for runtime in runtimes {
            let work = work(front.take(), stopped.clone());
            let name = "bankmeta-sandbox".to_owned();
            let worker = std::thread::Builder::new().name(name).spawn(move || runtime.block_on(work))?;
            sandbox.workers.push(worker);
        }
        Ok(sandbox)
    }

    /// The address to call, for example `https://127.0.0.1:41234`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The certificate of the CA, in PEM; none over plain HTTP. The file is
    /// removed when the sandbox stops.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca.as_ref().map(|(_, file)| file.as_path())
    }

    /// What happened since the start or the last reset.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.state.counters.read()
    }

    /// Puts a fault in force in place of the one before, or none.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state.faults.set(fault);
    }

    /// Sets the quota: calls granted in any second, or no limit.
    pub fn set_quota(&self, calls_per_second: Option<u32>) {
        self.state.quota.set(calls_per_second);
    }

    /// Sets the server's clock ahead by so many seconds, or behind.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.state.clock.set_offset(seconds);
    }

    /// Sets which certificate new HTTPS connections are shown.
    pub fn set_certificate(&self, certificate: Certificate) {
        self.state.set_certificate(certificate);
    }

    /// How many connections are open at this moment. With none open, everything
    /// that will be counted has been counted.
    #[must_use]
    pub fn open_connections(&self) -> u64 {
        self.state.open.load(Ordering::Acquire)
    }

    /// Whether to behave like a gateway that reads parameters from the query only.
    pub fn set_ignore_form_bodies(&self, ignore: bool) {
        self.state.set_ignore_form_bodies(ignore);
    }

    /// Forgets what happened (counts, nonces, the quota's window) and behaves as
    /// at the start again.
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Stops: closes the socket and every connection, and removes the CA file.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // A worker that is gone has nothing left to be told.
        let _ = self.stop.send(true);
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

/// The accepting side, which the first worker runs.
struct Front {
    listener: TcpListener,
    acceptor: Option<Acceptors>,
    handles: Vec<Handle>,
    state: Arc<State>,
}

/// Runs until the sandbox stops; the runtime then drops what is still served.
async fn work(front: Option<Front>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        _ = stopped.wait_for(|stopped| *stopped) => {}
        () = accept(front) => {}
    }
}

/// Accepts connections and hands them to the workers in turn.
async fn accept(front: Option<Front>) {
    let Some(front) = front else { return std::future::pending().await };
    let Ok(listener) = tokio::net::TcpListener::from_std(front.listener) else { return };
    for handle in front.handles.iter().cycle() {
        let Ok(stream) = accept_one(&listener).await else { continue };
        let open = Open::new(&front.state);
        let (acceptor, state) = (front.acceptor.clone(), Arc::clone(&front.state));
        handle.spawn(async move {
            let _open = open;
            // The socket is watched by the worker that serves it.
            if let Ok(stream) = tokio::net::TcpStream::from_std(stream) {
                connection::serve(stream, acceptor, state).await;
            }
        });
    }
}

/// A connection that is counted as open.
struct Open(Arc<State>);

impl Open {
    fn new(state: &Arc<State>) -> Self {
        state.open.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(state))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// One connection, taken off this worker's watch again.
async fn accept_one(listener: &tokio::net::TcpListener) -> io::Result<std::net::TcpStream> {
    match listener.accept().await {
        Ok((stream, _)) => stream.into_std(),
        Err(error) => {
            // Out of file descriptors, most likely: a pause lets some be closed.
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            Err(error)
        }
    }
}

fn write_ca(pem: &str) -> io::Result<(TempDir, PathBuf)> {
    let directory = tempfile::Builder::new().prefix("bankmeta-sandbox-").tempdir()?;
    let file = directory.path().join("ca.pem");
    fs::write(&file, pem)?;
    Ok((directory, file))
}
