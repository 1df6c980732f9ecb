//! One connection: TLS, HTTP, and for each request the fault in force, the
//! gateway and the reply.

use std::future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::TcpStream;

use crate::body::ReplyBody;
use crate::fault::{Fault, FaultKind, Place, Side, When};
use crate::life::{Cut, Life, Tally};
use crate::outcome::{Count, GatewayError, Outcome};
use crate::plaintext::Plaintext;
use crate::reply::{self, Format, Reply, Setting};
use crate::request::Request;
use crate::response::{Closed, response};
use crate::state::State;
use crate::tls::Acceptors;
use crate::wire::{OverWire, Wire};
use crate::{admin, ending, gateway, strike};

/// The longest body that is read; a real one has a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;
/// The admin path's: it may bring a body that a fault is to answer with.
const MAX_ADMIN_BODY: usize = 16 * 1024 * 1024;

/// How often the idle clock is looked at before a connection is closed.
const IDLE_LOOKS: u32 = 4;

/// Serves a connection to its end.
pub(crate) async fn serve(stream: TcpStream, tls: Option<Acceptors>, state: Arc<State>) {
    // A reply is one write; it must not wait for the caller's acknowledgement.
    let _ = stream.set_nodelay(true);
    let mut wire = Wire::new(stream, tls.is_some());
    let fault = state.faults.next_connection();
    if let Some(Fault { kind, place, .. }) = &fault {
        state.counters.faults.fetch_add(1, Relaxed);
        match kind {
            FaultKind::Drip(each) => wire.drip_at(place.at, *each),
            // Where there is no handshake there is nothing to wait for.
            _ if place.at == 0 || tls.is_none() => return ending::end(wire, cut(kind, *place)).await,
            _ => wire.fail_at(place.at),
        }
    }
    let Some(acceptors) = tls else {
        wire.release();
        return serve_http(wire, state).await;
    };
    let acceptor = acceptors.with(state.certificate()).clone();
    match acceptor.accept(wire).into_fallible().await {
        Ok(mut stream) => {
            let plaintext_waits = !stream.get_ref().1.wants_read();
            stream.wire().release();
            stream.wire().mark_behind_handshake(plaintext_waits);
            match fault {
                Some(Fault { kind, place, .. }) if !matches!(kind, FaultKind::Drip(_)) => {
                    ending::end(stream.into_inner().0, cut(&kind, place)).await;
                }
                _ => serve_http(stream, state).await,
            }
        }
        Err((_, wire)) => match fault {
            Some(Fault { kind, place, .. }) if wire.is_held() && !matches!(kind, FaultKind::Drip(_)) => {
                ending::end(wire, cut(&kind, place)).await;
            }
            // Counted before the socket is dropped, so that who sees it closed finds it counted.
            _ => {
                state.counters.handshakes_failed.fetch_add(1, Relaxed);
            }
        },
    }
}

fn cut(kind: &FaultKind, place: Place) -> Cut {
    Cut { kind: kind.clone(), place, tally: None }
}

async fn serve_http<S: OverWire>(stream: S, state: Arc<State>) {
    let life = Arc::new(Life::default());
    let service = service_fn(|request| answer(Arc::clone(&state), Arc::clone(&life), request));
    let plaintext = Plaintext::new(stream, Arc::clone(&state), Arc::clone(&life));
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
) -> Result<Response<ReplyBody>, Closed> {
    life.requests.fetch_add(1, Relaxed);
    life.busy.store(true, Relaxed);
    let response = respond(&state, &life, request).await;
    life.busy.store(false, Relaxed);
    life.replying.store(true, Relaxed);
    response
}

async fn respond(
    state: &Arc<State>,
    life: &Life,
    request: hyper::Request<Incoming>,
) -> Result<Response<ReplyBody>, Closed> {
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
        return response(state, life, None, reply);
    }
    life.carries_request(state);
    state.counters.request();
    let request_id = state.next_request_id();
    let reply = match life.take_fault() {
        None => execute(state, &head, body.as_deref(), &request_id).counted(state),
        Some(fault) => {
            let execute = || execute(state, &head, body.as_deref(), &request_id);
            if fault.kind.is_of_bytes() {
                cut_reply(state, life, &fault, &request_id, execute)
            } else {
                state.counters.faults.fetch_add(1, Relaxed);
                let execute = || execute().counted(state);
                strike(&fault, &request_id, execute).await?
            }
        }
    };
    response(state, life, Some(&request_id), reply)
}

/// A reply, and what is to be counted for it.
struct Executed {
    reply: Reply,
    count: Count,
}

impl Executed {
    fn counted(self, state: &State) -> Reply {
        state.counters.outcome(&self.count);
        self.reply
    }
}

/// The reply whose bytes a fault is to befall, which is made known to them.
fn cut_reply(
    state: &Arc<State>,
    life: &Life,
    fault: &Fault,
    request_id: &str,
    execute: impl FnOnce() -> Executed,
) -> Reply {
    let (reply, mut tally) = match fault.when {
        When::Before => (strike::unavailable(request_id), None),
        When::During | When::After => {
            let Executed { reply, count } = execute();
            (reply, Some(Tally::new(state, count)))
        }
    };
    if life.dripped.swap(false, Relaxed) {
        // It has struck: the request came in by drops, and that was counted.
        return reply;
    }
    state.counters.faults.fetch_add(1, Relaxed);
    if fault.when == When::After {
        tally = None;
    }
    let place = match fault.place.side {
        Side::Reply => fault.place,
        // All of the request came in before its byte.
        Side::Request | Side::Connection => Place { at: 0, ..fault.place },
    };
    life.cut(Cut { kind: fault.kind.clone(), place, tally });
    reply
}

/// The request on its way through the gateway, without faults.
fn execute(
    state: &State,
    head: &hyper::http::request::Parts,
    body: Option<&[u8]>,
    request_id: &str,
) -> Executed {
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let executed = |format, outcome: &Outcome<'_>| Executed {
        reply: reply::reply(&outcome.said, Setting { format, request_id, host }),
        count: outcome.count(),
    };
    let refuse = |code: &'static str| executed(Format::Json, &Outcome::refused(GatewayError::new(code)));
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
    executed(format, &outcome)
}

/// Lets a fault strike that does not befall the bytes; the reply it comes to.
async fn strike(fault: &Fault, request_id: &str, execute: impl FnOnce() -> Reply) -> Result<Reply, Closed> {
    let kind = &fault.kind;
    if fault.when == When::Before {
        return match kind {
            FaultKind::Delay(delay) => {
                tokio::time::sleep(*delay).await;
                Ok(execute())
            }
            FaultKind::Hang => future::pending().await,
            _ => Ok(strike::in_place(kind, request_id)
                .unwrap_or_else(|| strike::spoil(kind, strike::unavailable(request_id)))),
        };
    }
    let reply = execute();
    match kind {
        FaultKind::Delay(delay) => tokio::time::sleep(*delay).await,
        FaultKind::Hang => future::pending().await,
        _ => {}
    }
    Ok(strike::in_place(kind, request_id).unwrap_or_else(|| strike::spoil(kind, reply)))
}
