//! Who is next: two lines, each first come, first served, of which the interactive
//! one goes first but never for ever. Pure.

use std::collections::VecDeque;

/// Which line a verification waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Lane {
    /// Somebody waits for the answer: goes ahead of bulk.
    #[default]
    Interactive,
    /// One of many, none of them urgent: takes what interactive leaves of the quota,
    /// and one turn in nine at least.
    Bulk,
}

impl Lane {
    /// The word used in every face: `interactive`, `bulk`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Bulk => "bulk",
        }
    }
}

impl std::str::FromStr for Lane {
    type Err = crate::NotAValue;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Interactive, Self::Bulk].into_iter().find(|lane| lane.as_str() == word).ok_or(crate::NotAValue)
    }
}

/// After so many interactive turns in a row, bulk has one if it waits.
const IN_A_ROW: usize = 8;

/// One place in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ticket {
    number: u64,
    bulk: bool,
}

impl Ticket {
    pub(super) fn is_bulk(self) -> bool {
        self.bulk
    }
}

/// Both lines, with what is to be known of each who waits.
#[derive(Debug)]
pub(super) struct Line<T> {
    interactive: VecDeque<(Ticket, T)>,
    bulk: VecDeque<(Ticket, T)>,
    tickets: u64,
    /// Interactive turns since bulk had one or began to wait.
    in_a_row: usize,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self { interactive: VecDeque::new(), bulk: VecDeque::new(), tickets: 0, in_a_row: 0 }
    }
}

impl<T> Line<T> {
    pub(super) fn join(&mut self, lane: Lane, waiter: T) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket { number: self.tickets, bulk: lane == Lane::Bulk };
        self.lane_mut(ticket.bulk).push_back((ticket, waiter));
        ticket
    }

    /// Who has the next turn, as far as is known now.
    pub(super) fn next(&self) -> Option<&(Ticket, T)> {
        let bulk_first = self.in_a_row >= IN_A_ROW;
        let (first, second) =
            if bulk_first { (&self.bulk, &self.interactive) } else { (&self.interactive, &self.bulk) };
        first.front().or_else(|| second.front())
    }

    pub(super) fn is_next(&self, ticket: Ticket) -> bool {
        self.next().is_some_and(|(next, _)| *next == ticket)
    }

    pub(super) fn both_wait(&self) -> bool {
        !self.interactive.is_empty() && !self.bulk.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.interactive.is_empty() && self.bulk.is_empty()
    }

    /// The one who is next has had its turn.
    pub(super) fn served(&mut self, ticket: Ticket) {
        self.in_a_row = if ticket.bulk { 0 } else { self.in_a_row + 1 };
        self.leave(ticket);
    }

    /// Out of the line, wherever it stands, if it still does.
    pub(super) fn leave(&mut self, ticket: Ticket) {
        let lane = self.lane_mut(ticket.bulk);
        if let Ok(place) = lane.binary_search_by_key(&ticket, |(other, _)| *other) {
            lane.remove(place);
        }
        if self.bulk.is_empty() {
            self.in_a_row = 0;
        }
    }

    /// How many turns are given before this one's, if nobody leaves or comes.
    pub(super) fn ahead_of(&self, ticket: Ticket) -> usize {
        let lane = if ticket.bulk { &self.bulk } else { &self.interactive };
        self.ahead_at(ticket.bulk, lane.partition_point(|(other, _)| *other < ticket))
    }

    /// The same for one who would join now.
    pub(super) fn ahead_of_new(&self, lane: Lane) -> usize {
        match lane {
            Lane::Interactive => self.ahead_at(false, self.interactive.len()),
            Lane::Bulk => self.ahead_at(true, self.bulk.len()),
        }
    }

    fn ahead_at(&self, bulk: bool, place: usize) -> usize {
        place
            + if bulk {
                self.interactive.len().min((IN_A_ROW * (place + 1)).saturating_sub(self.in_a_row))
            } else {
                self.bulk.len().min((self.in_a_row + place) / IN_A_ROW)
            }
    }

    fn lane_mut(&mut self, bulk: bool) -> &mut VecDeque<(Ticket, T)> {
        if bulk { &mut self.bulk } else { &mut self.interactive }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sim::Random;
    use super::*;

    #[test]
    fn the_words() {
        for lane in [Lane::Interactive, Lane::Bulk] {
            assert_eq!(lane.as_str().parse().ok(), Some(lane));
        }
        assert!("Bulk".parse::<Lane>().is_err());
        assert_eq!(Lane::default(), Lane::Interactive);
    }

    #[test]
    fn bulk_has_one_turn_after_eight() {
        let mut line = Line::default();
        for _ in 0..20 {
            line.join(Lane::Bulk, 'b');
            line.join(Lane::Interactive, 'i');
        }
        let mut served = String::new();
        while let Some(&(ticket, lane)) = line.next() {
            served.push(lane);
            line.served(ticket);
        }
        assert_eq!(served, format!("iiiiiiiibiiiiiiiibiiii{}", "b".repeat(18)));
    }

    /// Whoever joins, is served and leaves: each is served in the order of its lane,
    /// and after exactly as many as was foretold if nobody else comes or leaves.
    #[test]
    fn the_place_foretold_is_the_place() {
        let mut random = Random::new(7);
        let mut line = Line::default();
        for _ in 0..2_000 {
            match random.below(5) {
                0 | 1 => _ = line.join(Lane::Interactive, ()),
                2 => _ = line.join(Lane::Bulk, ()),
                3 => _ = line.next().map(|(ticket, ())| *ticket).map(|ticket| line.served(ticket)),
                _ => {
                    let waiting = line.interactive.iter().chain(&line.bulk).map(|(ticket, ())| *ticket);
                    let waiting: Vec<_> = waiting.collect();
                    if !waiting.is_empty() && random.below(3) == 0 {
                        line.leave(waiting[usize::try_from(random.below(waiting.len() as u64)).unwrap()]);
                    }
                }
            }
            let mut copy = Line {
                interactive: line.interactive.clone(),
                bulk: line.bulk.clone(),
                tickets: line.tickets,
                in_a_row: line.in_a_row,
            };
            let foretold = line.interactive.iter().chain(&line.bulk);
            let mut foretold: Vec<_> =
                foretold.map(|(ticket, ())| (line.ahead_of(*ticket), *ticket)).collect();
            foretold.sort_unstable();
            let mut order = Vec::new();
            while let Some(&(ticket, ())) = copy.next() {
                order.push((order.len(), ticket));
                copy.served(ticket);
            }
            assert_eq!(order, foretold);
        }
    }

    #[test]
    fn one_who_is_not_there_can_leave() {
        let mut line = Line::default();
        let (first, second) = (line.join(Lane::Bulk, ()), line.join(Lane::Bulk, ()));
        line.leave(second);
        line.leave(second);
        assert!(line.is_next(first));
        line.served(first);
        assert!(line.is_empty());
    }
}
