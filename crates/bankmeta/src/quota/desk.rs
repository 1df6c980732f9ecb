//! Gives the turns to those in line. Pure: the time is given, and so is the book in
//! which the turns are kept, for this process alone or for the whole host.

use super::line::{Lane, Line, Ticket};
use super::pace::{Pace, Turn};

/// A bulk call takes only what is left over by other processes, but not for ever.
const BULK_PATIENCE: u64 = 1_000_000_000;

/// How long others may keep the book before this process goes by its own pace.
/// They need microseconds, unless one was stopped with the book in its hand.
const BOOK_PATIENCE: u64 = 250_000_000;

/// When to try again meanwhile.
const BOOK_AGAIN: u64 = 1_000_000;

/// Where the turns are kept.
pub(super) trait Book {
    /// Whether other processes take turns from it too.
    fn is_shared(&self) -> bool;

    /// Brings the pace up to date, changes it and keeps it. False, and nothing done,
    /// when somebody else has the book now. An error says what and how to mend it.
    fn update(&self, pace: &mut Pace, now: u64, change: &mut dyn FnMut(&mut Pace)) -> Result<bool, String>;
}

/// What someone in line is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is your turn, and you are out of the line.
    Go,
    /// Ask again then, or when woken.
    Wait(u64),
    /// Your turn would come then, after your deadline.
    TooLate(u64),
}

/// What one in line remembers from question to question.
#[derive(Debug, Default)]
pub(super) struct Memory {
    next_since: Option<u64>,
    book_missed_since: Option<u64>,
    overslept: bool,
}

/// The line, and the process's knowledge of the pace.
#[derive(Debug)]
pub(super) struct Desk<T> {
    line: Line<T>,
    pace: Pace,
    /// A turn reserved for this process. It belongs to whoever is next when it comes.
    reserved: Option<u64>,
    /// How far ahead the last reservation lay: about the time between this process's
    /// turns while others take theirs.
    round: u64,
    /// When a refused request was sent that the book does not know of yet.
    throttled: Option<u64>,
    /// Nobody gives the book back: ask for it, but do not wait.
    book_is_stuck: bool,
}

impl<T> Desk<T> {
    pub(super) fn new(calls_per_second: f64) -> Self {
        Self {
            line: Line::default(),
            pace: Pace::new(calls_per_second),
            reserved: None,
            round: 0,
            throttled: None,
            book_is_stuck: false,
        }
    }

    pub(super) fn next(&self) -> Option<&(Ticket, T)> {
        self.line.next()
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.line.ahead_of_new(Lane::Interactive).max(self.line.ahead_of_new(Lane::Bulk))
    }

    /// Into the line, or the time of the turn that would come after the deadline.
    pub(super) fn join(&mut self, lane: Lane, waiter: T, now: u64, deadline: u64) -> Result<Ticket, u64> {
        let ahead = self.line.ahead_of_new(lane);
        // One who is next asks the book, which knows better.
        if ahead > 0 && self.foretold(ahead, now) > deadline {
            return Err(self.foretold(ahead, now));
        }
        Ok(self.line.join(lane, waiter))
    }

    /// What the one with this ticket is to do now.
    pub(super) fn ask(
        &mut self,
        ticket: Ticket,
        memory: &mut Memory,
        (now, deadline): (u64, u64),
        book: &dyn Book,
    ) -> Result<Step, String> {
        if now >= deadline {
            return Ok(Step::TooLate(self.foretold(self.line.ahead_of(ticket), now)));
        }
        if !self.line.is_next(ticket) {
            return Ok(Step::Wait(deadline));
        }
        if let Some(turn) = self.reserved {
            if turn > now {
                return Ok(if turn > deadline { Step::TooLate(turn) } else { Step::Wait(turn) });
            }
            self.reserved = None;
            // Others have had turns since, so one who overslept asks again; but only
            // once: where all wake late, all would ask again for ever.
            if !self.pace.is_over(turn, now) || memory.overslept {
                return Ok(self.go(ticket));
            }
            memory.overslept = true;
        }
        let next_since = *memory.next_since.get_or_insert(now);
        let urgent =
            !ticket.is_bulk() || self.line.both_wait() || now.saturating_sub(next_since) >= BULK_PATIENCE;
        let reserve = book.is_shared() && urgent;
        if let Some(turn) = self.with_book(now, book, |pace| pace.take(now, deadline, reserve))? {
            memory.book_missed_since = None;
            self.book_is_stuck = false;
            return Ok(self.follow(turn, ticket, now));
        }
        let missed_since = *memory.book_missed_since.get_or_insert(now);
        if !self.book_is_stuck && now.saturating_sub(missed_since) < BOOK_PATIENCE {
            return Ok(Step::Wait(now + BOOK_AGAIN));
        }
        self.book_is_stuck = true;
        if let Some(sent_at) = self.throttled {
            self.pace.throttled(sent_at, now);
        }
        let turn = self.pace.take(now, deadline, false);
        Ok(self.follow(turn, ticket, now))
    }

    fn follow(&mut self, turn: Turn, ticket: Ticket, now: u64) -> Step {
        match turn {
            Turn::Given(at) if at <= now => self.go(ticket),
            Turn::Given(at) => {
                self.reserved = Some(at);
                self.round = at.saturating_sub(now);
                Step::Wait(at)
            }
            Turn::Comes(at) => Step::Wait(at),
            Turn::TooLate(at) => Step::TooLate(at),
        }
    }

    fn go(&mut self, ticket: Ticket) -> Step {
        self.line.served(ticket);
        self.forget_the_round();
        Step::Go
    }

    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.line.leave(ticket);
        self.forget_the_round();
    }

    fn forget_the_round(&mut self) {
        if self.line.is_empty() {
            self.round = 0;
        }
    }

    /// When the turn after so many others comes, as far as this process knows.
    fn foretold(&self, ahead: usize, now: u64) -> u64 {
        let first = self.reserved.unwrap_or_else(|| self.pace.due(now)).max(now);
        self.pace.later(first, ahead, self.round)
    }

    /// The service refused a request for its quota.
    pub(super) fn throttled(&mut self, sent_at: u64, now: u64, book: &dyn Book) {
        self.throttled = self.throttled.max(Some(sent_at));
        // What the book cannot be told now it is told with the next turn, and what
        // is wrong with it is said to whoever wants a turn.
        let _ = self.with_book(now, book, |_| ());
    }

    /// The present calls per second.
    pub(super) fn rate(&mut self, now: u64, book: &dyn Book) -> f64 {
        let _ = self.with_book(now, book, |_| ());
        self.pace.rate(now)
    }

    /// None when somebody else has the book.
    fn with_book<R>(
        &mut self,
        now: u64,
        book: &dyn Book,
        mut change: impl FnMut(&mut Pace) -> R,
    ) -> Result<Option<R>, String> {
        let (throttled, mut result) = (self.throttled, None);
        let updated = book.update(&mut self.pace, now, &mut |pace| {
            if let Some(sent_at) = throttled {
                pace.throttled(sent_at, now);
            }
            result = Some(change(pace));
        })?;
        if updated {
            self.throttled = None;
        }
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sim::{MS, SECOND, SimBook};
    use super::*;

    const NEVER: u64 = u64::MAX;
    const NOW: u64 = 1_000 * SECOND;

    /// A desk whose process has reserved the turn a tenth of a second ahead, as the
    /// last one in a line of ten.
    fn reserved() -> (Desk<()>, SimBook) {
        let (mut desk, book) = (Desk::new(100.0), SimBook::shared());
        let last = |pace: &mut Pace| pace.last = Some(NOW + 90 * MS);
        assert_eq!(book.update(&mut Pace::new(100.0), NOW, &mut |pace| last(pace)), Ok(true));
        let first = desk.join(Lane::Interactive, (), NOW, NEVER).unwrap();
        let step = desk.ask(first, &mut Memory::default(), (NOW, NEVER), &book);
        assert_eq!(step, Ok(Step::Wait(NOW + 100 * MS)));
        desk.leave(first);
        (desk, book)
    }

    fn ask(desk: &mut Desk<()>, ticket: Ticket, now: u64, deadline: u64, book: &SimBook) -> Step {
        desk.ask(ticket, &mut Memory::default(), (now, deadline), book).unwrap()
    }

    #[test]
    fn a_turn_reserved_goes_to_whoever_is_next() {
        let (mut desk, book) = reserved();
        let turn = NOW + 100 * MS;
        let hurried = desk.join(Lane::Interactive, (), NOW, turn - 1).unwrap();
        assert_eq!(ask(&mut desk, hurried, NOW, turn - 1, &book), Step::TooLate(turn));
        desk.leave(hurried);
        let other = desk.join(Lane::Bulk, (), NOW, NEVER).unwrap();
        assert_eq!(ask(&mut desk, other, NOW, NEVER, &book), Step::Wait(turn));
        assert_eq!(ask(&mut desk, other, turn, NEVER, &book), Step::Go);
    }

    #[test]
    fn one_who_overslept_asks_again() {
        let (mut desk, book) = reserved();
        let others = NOW + 200 * MS;
        book.update(&mut Pace::new(100.0), NOW, &mut |pace| pace.last = Some(others)).unwrap();
        let late = desk.join(Lane::Interactive, (), NOW, NEVER).unwrap();
        assert_eq!(ask(&mut desk, late, NOW + 110 * MS, NEVER, &book), Step::Wait(others + 10 * MS));
    }

    #[test]
    fn a_line_that_begins_anew_knows_nothing_of_the_others() {
        let (mut desk, _) = reserved();
        let now = NOW + SECOND;
        desk.reserved = None;
        desk.join(Lane::Interactive, (), now, NEVER).unwrap();
        assert!(desk.join(Lane::Interactive, (), now, now + 90 * MS).is_ok());
    }

    #[test]
    fn a_book_in_other_hands_is_waited_for_and_a_stuck_one_is_not() {
        let (mut desk, mut book) = (Desk::new(100.0), SimBook::shared());
        let mut at = |book: &SimBook, now| {
            let ticket = desk.join(Lane::Interactive, (), now, NEVER).unwrap();
            let mut memory = Memory::default();
            let first = desk.ask(ticket, &mut memory, (now, NEVER), book).unwrap();
            let step = desk.ask(ticket, &mut memory, (now + BOOK_PATIENCE, NEVER), book);
            desk.leave(ticket);
            (first, step)
        };
        book.kept = true;
        assert_eq!(at(&book, NOW), (Step::Wait(NOW + BOOK_AGAIN), Ok(Step::Go)));
        assert_eq!(at(&book, NOW + SECOND).0, Step::Go);
        book.kept = false;
        assert_eq!(at(&book, NOW + 2 * SECOND).0, Step::Go);
        book.kept = true;
        assert_eq!(at(&book, NOW + 3 * SECOND).0, Step::Wait(NOW + 3 * SECOND + BOOK_AGAIN));
    }
}
