//! The spine in a virtual world: attempts end as a script says, and time passes only
//! in pauses and attempts.

use std::collections::VecDeque;

use super::*;
use crate::retry::Retry;

const DEADLINE: Duration = Duration::from_secs(15);
/// How long each attempt of the virtual world takes.
const ATTEMPT: Duration = Duration::from_millis(40);

#[derive(Default)]
struct Virtual {
    script: VecDeque<Made>,
    passed: Duration,
    may_move: bool,
    cancelled_in_pause: bool,
    random: u64,
    /// What was done: placement and resend of each attempt.
    made: Vec<(Where, bool)>,
}

impl World for Virtual {
    fn attempt(&mut self, placement: Where, resend: bool) -> Result<Ended, Broken> {
        self.made.push((placement, resend));
        self.passed += ATTEMPT;
        let mut ended = self.script.pop_front().expect("an attempt that the script does not know")?;
        ended.attempt.resend = resend;
        Ok(ended)
    }

    fn may_move(&self, placement: Where) -> bool {
        self.may_move && placement == Where::Body
    }

    fn may_resend(&self) -> bool {
        true
    }

    fn left(&self) -> Duration {
        DEADLINE.saturating_sub(self.passed)
    }

    fn pause(&mut self, pause: Duration) -> Result<(), Cancelled> {
        self.passed += pause;
        if self.cancelled_in_pause { Err(Cancelled) } else { Ok(()) }
    }

    fn random(&mut self) -> u64 {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.random >> 16
    }

    fn repeating(&mut self, _: Next, _: ErrorKind) {}
}

type Made = Result<Ended, Broken>;

#[expect(clippy::unnecessary_wraps, reason = "a script also holds attempts that could not be made")]
fn answered(biz_code: &str) -> Made {
    Ok(Ended::answered(biz_code))
}

#[expect(clippy::unnecessary_wraps, reason = "as above")]
fn ended(fate: Fate, kind: ErrorKind) -> Made {
    Ok(Ended::unanswered(fate, kind))
}

fn with(script: Vec<Made>, retry: Retry, resend_unknown: bool) -> (Result<Answer, Error>, Virtual) {
    let mut world = Virtual { script: script.into(), may_move: true, random: 7, ..Virtual::default() };
    let result = run(&mut world, Where::Body, Repetitions::new(retry, resend_unknown), &Budget::default());
    (result, world)
}

fn bill_safe(script: Vec<Made>) -> (Result<Answer, Error>, Virtual) {
    with(script, Retry::BillSafe, false)
}

#[test]
fn an_answer_is_never_repeated() {
    for (biz_code, billed) in
        [("1", Billed::Yes), ("2", Billed::Yes), ("3", Billed::No), ("9", Billed::Maybe)]
    {
        let (result, world) = with(vec![answered(biz_code)], Retry::AnswerFirst { max_extra: 9 }, true);
        assert_eq!((result.unwrap().billed(), world.made.len()), (billed, 1));
    }
}

#[test]
fn what_may_have_been_executed_is_not_repeated() {
    for kind in
        [ErrorKind::Timeout, ErrorKind::ConnectionLost, ErrorKind::BadReply, ErrorKind::ServiceFailure]
    {
        let (result, _) = bill_safe(vec![ended(Fate::Unknown, kind)]);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.fate(), error.billed()), (kind, Fate::Unknown, Billed::Maybe));
    }
}

#[test]
fn what_was_not_sent_or_throttled_is_repeated_until_it_is_answered() {
    let (result, world) = bill_safe(vec![
        ended(Fate::NotSent, ErrorKind::Connect),
        ended(Fate::Rejected, ErrorKind::Throttled),
        ended(Fate::Rejected, ErrorKind::Throttled),
        answered("3"),
    ]);
    let answer = result.unwrap();
    assert_eq!((answer.billed(), answer.attempts().len()), (Billed::No, 4));
    assert!(world.made.iter().all(|made| *made == (Where::Body, false)));
}

#[test]
fn throttling_ends_with_the_deadline_and_in_time() {
    let (result, world) = bill_safe((0..40).map(|_| ended(Fate::Rejected, ErrorKind::Throttled)).collect());
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.billed()), (ErrorKind::Throttled, Billed::No));
    assert!(world.passed <= DEADLINE + ATTEMPT, "{:?}", world.passed);
    assert!(error.attempts().len() > 3);
}

#[test]
fn a_clock_is_corrected_once() {
    let clock = || {
        let mut ended = Ended::unanswered(Fate::Rejected, ErrorKind::Clock);
        ended.clock_learnt = true;
        Ok(ended)
    };
    let (result, _) = bill_safe(vec![clock(), answered("1")]);
    assert_eq!(result.unwrap().attempts().len(), 2);
    let (result, world) = bill_safe(vec![clock(), clock()]);
    assert_eq!((result.unwrap_err().kind(), world.made.len()), (ErrorKind::Clock, 2));
}

#[test]
fn missing_parameters_are_moved_once() {
    let missing = || {
        let mut ended = Ended::unanswered(Fate::Rejected, ErrorKind::InvalidParameter);
        if let Err(end) = &mut ended.outcome {
            end.parameters_missing = true;
        }
        Ok(ended)
    };
    let (_, world) = bill_safe(vec![missing(), answered("1")]);
    assert_eq!(world.made, [(Where::Body, false), (Where::Query, false)]);
    let (result, world) = bill_safe(vec![missing(), missing()]);
    assert_eq!((result.unwrap_err().fate(), world.made.len()), (Fate::Rejected, 2));
    let (_, world) = with(vec![missing()], Retry::Never, false);
    assert_eq!(world.made.len(), 1);
}

#[test]
fn who_wants_the_answer_first_pays_at_most_what_they_accepted() {
    let unknown = || ended(Fate::Unknown, ErrorKind::ConnectionLost);
    let policy = Retry::AnswerFirst { max_extra: 2 };
    let (result, _) = with(vec![unknown(), unknown(), answered("3")], policy, false);
    let answer = result.unwrap();
    assert_eq!(answer.billed(), Billed::Maybe, "an earlier attempt leaves a doubt");
    assert_eq!(answer.attempts().iter().filter(|attempt| attempt.billed == Billed::Maybe).count(), 2);
    let (result, world) = with(vec![unknown(), unknown(), unknown()], policy, false);
    assert_eq!((result.unwrap_err().billed(), world.made.len()), (Billed::Maybe, 3));
}

#[test]
fn a_resend_that_is_answered_was_the_only_execution() {
    let (result, world) =
        with(vec![ended(Fate::Unknown, ErrorKind::ConnectionLost), answered("3")], Retry::BillSafe, true);
    let answer = result.unwrap();
    assert_eq!(world.made, [(Where::Body, false), (Where::Body, true)]);
    assert_eq!((answer.billed(), answer.attempts()[0].fate), (Billed::No, Fate::Unknown));
    assert!(answer.attempts()[1].resend);
}

#[test]
fn a_resend_that_had_arrived_stays_unknown() {
    let (result, _) = with(
        vec![ended(Fate::Unknown, ErrorKind::ConnectionLost), ended(Fate::Unknown, ErrorKind::NonceUsed)],
        Retry::BillSafe,
        true,
    );
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.fate(), error.billed()),
        (ErrorKind::ConnectionLost, Fate::Unknown, Billed::Maybe)
    );
    assert!(error.to_string().contains("the service said that it had arrived"), "{error}");
}

#[test]
fn a_cancelled_pause_keeps_the_fate_of_what_went_before() {
    let mut world = Virtual {
        script: vec![ended(Fate::Unknown, ErrorKind::ServiceFailure)].into(),
        cancelled_in_pause: true,
        ..Virtual::default()
    };
    let repetitions = Repetitions::new(Retry::AnswerFirst { max_extra: 1 }, false);
    let error = run(&mut world, Where::Body, repetitions, &Budget::default()).unwrap_err();
    assert_eq!(
        (error.kind(), error.fate(), error.billed()),
        (ErrorKind::Cancelled, Fate::Unknown, Billed::Maybe)
    );
}

#[test]
fn without_another_turn_the_last_failure_is_told() {
    let no_turn = || Err(Broken::new(ErrorKind::Quota, "no turn"));
    let (result, _) = bill_safe(vec![ended(Fate::Rejected, ErrorKind::Throttled), no_turn()]);
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Throttled, 1));
    let (result, _) = bill_safe(vec![no_turn()]);
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.fate(), error.attempts().len()), (ErrorKind::Quota, Fate::NotSent, 0));
}

/// Random scripts: whatever happens, a verification ends in time, is billed as its
/// attempts say, and under `BillSafe` has at most one attempt that may be billed.
#[test]
fn whatever_happens_it_ends_and_bills_once() {
    let kinds =
        [ErrorKind::Connect, ErrorKind::Throttled, ErrorKind::Timeout, ErrorKind::Clock, ErrorKind::Tls];
    for seed in 0..20_000_u64 {
        let mut dice = Virtual { random: seed, ..Virtual::default() };
        let script = (0..40)
            .map(|_| match dice.random() % 7 {
                0 => answered(["1", "2", "3", "9"][usize::try_from(dice.random() % 4).unwrap()]),
                fate => {
                    let fate = [
                        Fate::NotSent,
                        Fate::NotSent,
                        Fate::Rejected,
                        Fate::Rejected,
                        Fate::Rejected,
                        Fate::Unknown,
                    ][usize::try_from(fate - 1).unwrap()];
                    let mut ended =
                        Ended::unanswered(fate, kinds[usize::try_from(dice.random() % 5).unwrap()]);
                    ended.clock_learnt = dice.random().is_multiple_of(2);
                    Ok(ended)
                }
            })
            .collect();
        let (result, world) = bill_safe(script);
        let (attempts, billed) = match &result {
            Ok(answer) => (answer.attempts(), answer.billed()),
            Err(error) => (error.attempts(), error.billed()),
        };
        assert!(world.passed <= DEADLINE + ATTEMPT, "seed {seed}");
        assert!(attempts.iter().filter(|attempt| attempt.billed != Billed::No).count() <= 1, "seed {seed}");
        assert_eq!(attempts.iter().map(|attempt| attempt.billed).max(), Some(billed), "seed {seed}");
        assert_eq!(attempts.len(), world.made.len(), "seed {seed}");
    }
}
