//! One connection: TLS, HTTP, and for each request the fault in force, the
//! gateway and the reply.

use std::future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::fault::{Fault, FaultKind, When};
use crate::gateway;
use crate::outcome::{GatewayError, Outcome, Said};
use crate::plaintext::Plaintext;
use crate::reply::{self, Format, Reply, Setting};
use crate::request::Request;
use crate::state::State;
use crate::{admin, clock};

/// The longest body that is read; a real one has a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;
/// The admin path's: it may bring a body that a fault is to answer with.
const MAX_ADMIN_BODY: usize = 16 * 1024 * 1024;

/// How often the idle clock is looked at before a connection is closed.
const IDLE_LOOKS: u32 = 4;

/// A connection that is to be closed without a reply.
#[derive(Debug)]
pub(crate) struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed without a reply")
    }
}

impl std::error::Error for Closed {}

/// What is known of one connection.
#[derive(Default)]
struct Life {
    /// It carried a request that was not for the admin path.
    counted: AtomicBool,
    /// Requests so far.
    requests: AtomicU64,
    /// A request is being answered.
    busy: AtomicBool,
}

/// Serves a connection to its end.
pub(crate) async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, state: Arc<State>) {
    // A reply is one write; it must not wait for the caller's acknowledgement.
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve_http(stream, state).await,
        Some(acceptor) => match acceptor.accept(stream).into_fallible().await {
            Ok(stream) => serve_http(stream, state).await,
            // Counted before the socket is dropped, so that who sees it closed finds it counted.
            Err((_, _stream)) => {
                state.counters.handshakes_failed.fetch_add(1, Relaxed);
            }
        },
    }
}

async fn serve_http<S: AsyncRead + AsyncWrite + Unpin>(stream: S, state: Arc<State>) {
    let life = Arc::new(Life::default());
    let service = service_fn(|request| answer(Arc::clone(&state), Arc::clone(&life), request));
    let plaintext = Plaintext::new(stream, Arc::clone(&state));
    let mut connection =
        pin!(http1::Builder::new().auto_date_header(false).serve_connection(plaintext, service));
    // The idle clock is looked at once in a while, not wound for each request.
    let (mut seen, mut quiet) = (0, 0);
    while quiet < IDLE_LOOKS {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = tokio::time::sleep(state.idle_timeout / IDLE_LOOKS) => {}
        }
        let requests = life.requests.load(Relaxed);
        let active = requests != seen || life.busy.load(Relaxed);
        quiet = if active { 0 } else { quiet + 1 };
        seen = requests;
    }
}

async fn answer(
    state: Arc<State>,
    life: Arc<Life>,
    request: hyper::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Closed> {
    life.requests.fetch_add(1, Relaxed);
    life.busy.store(true, Relaxed);
    let response = respond(&state, &life, request).await;
    life.busy.store(false, Relaxed);
    response
}

async fn respond(
    state: &State,
    life: &Life,
    request: hyper::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Closed> {
    let (head, body) = request.into_parts();
    let admin_path = head.uri.path().strip_prefix(admin::PREFIX);
    let limit = if admin_path.is_some() { MAX_ADMIN_BODY } else { MAX_BODY };
    let body = match Limited::new(body, limit).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(_) => return Err(Closed),
    };
    if let Some(path) = admin_path {
        let reply = admin::answer(state, head.method.as_str(), path, &body.unwrap_or_default());
        return response(state, None, reply);
    }
    if !life.counted.swap(true, Relaxed) {
        state.counters.connections.fetch_add(1, Relaxed);
    }
    state.counters.request();
    let fault = state.faults.next();
    let request_id = state.next_request_id();
    if fault.is_some() {
        state.counters.faults.fetch_add(1, Relaxed);
    }
    if let Some(fault) = fault.as_ref().filter(|fault| fault.when == When::Before)
        && let Some(reply) = strike(fault, &request_id).await?
    {
        return response(state, Some(&request_id), reply);
    }
    let mut reply = execute(state, &head, body.as_deref(), &request_id);
    if let Some(fault) = fault.as_ref().filter(|fault| fault.when == When::After)
        && let Some(other) = strike(fault, &request_id).await?
    {
        reply = other;
    }
    response(state, Some(&request_id), reply)
}

/// The request on its way through the gateway, without faults.
fn execute(
    state: &State,
    head: &hyper::http::request::Parts,
    body: Option<&[u8]>,
    request_id: &str,
) -> Reply {
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let setting = |format| Setting { format, request_id, host };
    let refuse = |code: &'static str| {
        let outcome = Outcome::refused(GatewayError::new(code));
        state.counters.outcome(&outcome);
        reply::reply(&outcome.said, setting(Format::Json))
    };
    let Some(body) = body else { return refuse("RequestEntityTooLarge") };
    if head.uri.path() != "/" {
        return refuse("InvalidAction.NotFound");
    }
    let query = head.uri.query().unwrap_or_default();
    let request =
        Request::read(head.method.as_str(), &head.headers, query, body, state.ignores_form_bodies());
    let Ok(request) = request else { return refuse("InvalidParameter") };
    state.counters.personal(request.personal());
    let (format, outcome) = gateway::handle(state, &request);
    state.counters.outcome(&outcome);
    reply::reply(&outcome.said, setting(format))
}

/// Lets a fault strike: a reply of its own, or none where all goes on.
async fn strike(fault: &Fault, request_id: &str) -> Result<Option<Reply>, Closed> {
    match &fault.kind {
        FaultKind::Delay(delay) => {
            tokio::time::sleep(*delay).await;
            Ok(None)
        }
        FaultKind::Hang => future::pending().await,
        FaultKind::Close => Err(Closed),
        FaultKind::Answer { status, code: None } => Ok(Some(reply::page(*status))),
        FaultKind::Answer { status, code: Some(code) } => {
            let mut error = GatewayError::new(code.clone());
            error.status = *status;
            let setting = Setting { format: Format::Json, request_id, host: "" };
            Ok(Some(reply::reply(&Said::Error(error), setting)))
        }
        FaultKind::Body { status, content_type, body } => {
            Ok(Some(Reply::new(*status, content_type.clone(), body.clone())))
        }
    }
}

/// The reply with the headers every reply carries.
fn response(state: &State, request_id: Option<&str>, reply: Reply) -> Result<Response<Full<Bytes>>, Closed> {
    let text = |value: &str| HeaderValue::from_str(value).map_err(|_| Closed);
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(|_| Closed)?;
    let headers = response.headers_mut();
    headers.reserve(8);
    headers.insert("date", text(&clock::http_date(state.clock.unix_seconds()))?);
    headers.insert("content-type", text(&reply.content_type)?);
    headers.insert("connection", HeaderValue::from_static("keep-alive"));
    headers.insert("keep-alive", text(&format!("timeout={}", state.idle_timeout.as_secs()))?);
    if let Some(request_id) = request_id {
        headers.insert("x-acs-request-id", text(request_id)?);
    }
    if let Some(milliseconds) = reply.retry_after_ms {
        headers.insert("x-acs-retry-after", HeaderValue::from(milliseconds));
    }
    Ok(response)
}
