//! One verification from its first attempt to its end: make an attempt, look what
//! became of it, decide whether it is repeated.

use std::time::Duration;

use crate::answer::{Answer, Attempt};
use crate::ended::{Ended, Unanswered};
use crate::error::{Error, ErrorKind};
use crate::fate::{Billed, Fate};
use crate::protocol::Where;
use crate::retry::{Budget, Ending, Next, Repetitions};
use crate::transport::Broken;
use crate::wait::Cancelled;

/// What the spine needs of the world. Tests put a virtual one in its place.
pub(crate) trait World {
    /// Makes one attempt, or says why not even that; `resend` sends the request of the
    /// attempt before once more.
    fn attempt(&mut self, placement: Where, resend: bool) -> Result<Ended, Broken>;

    /// Whether the parameters may be moved from there to the query.
    fn may_move(&self, placement: Where) -> bool;

    /// Whether the request of the last attempt may be sent once more as it is.
    fn may_resend(&self) -> bool;

    /// The time until the deadline.
    fn left(&self) -> Duration;

    fn pause(&mut self, pause: Duration) -> Result<(), Cancelled>;

    fn random(&mut self) -> u64;

    /// Tells whoever listens that an attempt is repeated.
    fn repeating(&mut self, next: Next, kind: ErrorKind);
}

/// Runs a verification to its answer or its error.
pub(crate) fn run(
    world: &mut impl World,
    mut placement: Where,
    mut repetitions: Repetitions,
    budget: &Budget,
) -> Result<Answer, Error> {
    let mut attempts: Vec<Attempt> = Vec::with_capacity(1);
    let mut last: Option<Unanswered> = None;
    let mut resend = false;
    loop {
        let ended = match world.attempt(placement, resend) {
            Ok(ended) => ended,
            Err(refusal) => return Err(refused(refusal, last, attempts)),
        };
        let fate = ended.attempt.fate;
        attempts.push(ended.attempt);
        let end = match ended.outcome {
            Ok((biz_code, sub_code)) => {
                if resend {
                    absolve(&mut attempts);
                }
                let request_id = attempts.last().and_then(|last| last.request_id.clone());
                return Ok(Answer { biz_code, sub_code, request_id, attempts });
            }
            Err(end) => end,
        };

        let ending = Ending {
            fate,
            kind: end.kind,
            lasting: end.lasting,
            retry_after: end.retry_after,
            can_move: end.parameters_missing && world.may_move(placement),
            clock_learnt: ended.clock_learnt,
            may_resend: world.may_resend(),
        };
        let next = repetitions.next(ending, world.left(), budget, world.random());
        let end = if resend { after_resend(end, fate, last) } else { end };
        if next == Next::Stop {
            return Err(Error::of_attempts(end.kind, end.what, attempts));
        }
        world.repeating(next, end.kind);
        resend = next == Next::Resend;
        match next {
            Next::Again(pause) => {
                if world.pause(pause).is_err() {
                    return Err(refused(Cancelled.into(), Some(end), attempts));
                }
            }
            Next::Move => placement = Where::Query,
            Next::Resend | Next::Stop => {}
        }
        last = Some(end);
    }
}

/// A resend was answered. The nonce is good for one execution, so the attempt before
/// it was none.
fn absolve(attempts: &mut [Attempt]) {
    if let [.., first, _] = attempts {
        first.billed = Billed::No;
    }
}

/// A resend that was not answered leaves the question where it was, unless it was
/// itself lost on the way.
fn after_resend(end: Unanswered, fate: Fate, before: Option<Unanswered>) -> Unanswered {
    match before {
        Some(mut before) if end.kind == ErrorKind::NonceUsed => {
            before.what.push_str("; sent again, the service said that it had arrived");
            before
        }
        Some(before) if fate != Fate::Unknown => before,
        _ => end,
    }
}

/// No further attempt could be made. What went before says more than that there is no
/// turn for another.
fn refused(refusal: Broken, last: Option<Unanswered>, attempts: Vec<Attempt>) -> Error {
    match last {
        Some(last) if refusal.kind == ErrorKind::Quota => Error::of_attempts(last.kind, last.what, attempts),
        _ => Error::of_attempts(refusal.kind, refusal.what, attempts),
    }
}

#[cfg(test)]
mod tests;
