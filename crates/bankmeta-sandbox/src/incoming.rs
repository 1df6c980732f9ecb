//! A request's bytes on their way in, and the fault that waits for one of them.

use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};

use crate::admin;
use crate::drip::Drip;
use crate::fault::{FaultKind, Layer, Place, Side};
use crate::life::{Cut, Life};
use crate::state::State;

/// A method and the space behind it are at most this long.
const MAX_METHOD: usize = 16;

/// The request that is being read.
#[derive(Default)]
pub(crate) struct Incoming {
    /// Read and not handed on.
    held: BytesMut,
    aim: Aim,
    /// Bytes of this request handed on.
    seen: u64,
}

/// What is to befall the request.
#[derive(Default)]
enum Aim {
    /// Not known: its first bytes have not come.
    #[default]
    Open,
    /// Nothing while it is read.
    None,
    /// A fault at this byte.
    At(FaultKind, Place),
    /// It drips; so many raw bytes have had their turn.
    Dripping(Drip, Layer, u64),
}

impl Incoming {
    /// Whether its bytes need a look.
    pub(crate) fn is_watched(&self, state: &State) -> bool {
        match self.aim {
            Aim::Open => state.faults.is_armed(),
            Aim::None => !self.held.is_empty(),
            Aim::At(..) | Aim::Dripping(..) => true,
        }
    }

    /// The request is read without a look.
    pub(crate) fn pass(&mut self) {
        self.aim = Aim::None;
    }

    /// The next request begins.
    pub(crate) fn next(&mut self) {
        (self.aim, self.seen) = (Aim::Open, 0);
    }

    pub(crate) fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// Looks at what is held: a fault whose byte has come.
    ///
    /// It strikes when the byte at its offset is there, which shows that the request
    /// was not whole before. `raw` counts the request's bytes under TLS: a record that
    /// ends behind the fault's byte brings nothing.
    pub(crate) fn look(&mut self, state: &State, life: &Life, raw: u64, tls: bool) -> Option<Cut> {
        if self.held.is_empty() {
            return None;
        }
        if matches!(self.aim, Aim::Open) {
            self.aim = match is_for_admin(&self.held) {
                None => return None,
                Some(true) => Aim::None,
                Some(false) => aim(state, life, tls),
            };
        }
        let Aim::At(kind, place) = &self.aim else { return None };
        let reached = match place.layer {
            Layer::Http => self.seen,
            Layer::Tcp => raw.saturating_sub(1),
        };
        if reached < place.at {
            return None;
        }
        state.counters.faults.fetch_add(1, Relaxed);
        life.carries_request(state);
        if let FaultKind::Drip(each) = kind {
            life.dripped.store(true, Relaxed);
            self.aim = Aim::Dripping(Drip::new(*each), place.layer, place.at);
            return None;
        }
        Some(Cut { kind: kind.clone(), place: *place, tally: None })
    }

    /// The bytes to hand on next; none if more must be read first.
    pub(crate) fn poll_take(
        &mut self,
        context: &mut Context<'_>,
        raw: u64,
        room: usize,
    ) -> Poll<Option<Bytes>> {
        let there = self.held.len().min(room);
        if there == 0 {
            return Poll::Ready(None);
        }
        let count = match &mut self.aim {
            Aim::Open => return Poll::Ready(None),
            Aim::At(_, Place { layer: Layer::Http, at, .. }) => {
                there.min(usize::try_from(at.saturating_sub(self.seen)).unwrap_or(usize::MAX))
            }
            Aim::None | Aim::At(..) => there,
            Aim::Dripping(drip, Layer::Http, _) => {
                ready!(drip.poll_turns(context, 1));
                1
            }
            Aim::Dripping(drip, Layer::Tcp, turns) => {
                if raw > *turns {
                    let left = u32::try_from(raw - *turns).unwrap_or(u32::MAX);
                    ready!(drip.poll_turns(context, left));
                    *turns = raw;
                }
                there
            }
        };
        self.seen += count as u64;
        let bytes = self.held.split_to(count).freeze();
        Poll::Ready(Some(bytes))
    }
}

/// What is to befall a request that begins.
fn aim(state: &State, life: &Life, tls: bool) -> Aim {
    let fault = state.faults.next_request();
    let aim = match &fault {
        Some(fault) if fault.kind.is_of_bytes() && fault.place.side == Side::Request => {
            let layer = if tls { fault.place.layer } else { Layer::Http };
            Aim::At(fault.kind.clone(), Place { layer, ..fault.place })
        }
        _ => Aim::None,
    };
    life.aim(fault);
    aim
}

/// Whether a request is for the admin path; none while it cannot be seen.
fn is_for_admin(start: &[u8]) -> Option<bool> {
    let Some(space) = start.iter().take(MAX_METHOD).position(|byte| *byte == b' ') else {
        return (start.len() >= MAX_METHOD).then_some(false);
    };
    let path = start.get(space + 1..).unwrap_or_default();
    let prefix = admin::PREFIX.as_bytes();
    if path.len() < prefix.len() && prefix.starts_with(path) {
        return None;
    }
    Some(path.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_path_is_told_from_the_first_bytes() {
        for (start, expected) in [
            ("GET /_sandbox/stats", Some(true)),
            ("POST /_sandbox/", Some(true)),
            ("POST /_sand", None),
            ("POST /", None),
            ("PO", None),
            ("POST /?Action=x", Some(false)),
            ("POST /_sandboxes", Some(false)),
            ("no request at all", Some(false)),
            ("neverarequestwithoutaspace", Some(false)),
        ] {
            assert_eq!(is_for_admin(start.as_bytes()), expected, "{start}");
        }
    }
}
