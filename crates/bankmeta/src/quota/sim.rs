//! Processes full of callers and the service's quota, in virtual time.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use super::desk::{Book, Desk, Memory, Step};
use super::line::{Lane, Ticket};
use super::pace::{self, Pace};

pub(super) const SECOND: u64 = 1_000_000_000;
pub(super) const MS: u64 = 1_000_000;

/// A small generator, so that each run is the same.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A book in memory, for one process or for many.
pub(super) struct SimBook {
    shared: Option<RefCell<(Option<u64>, Option<pace::Step>)>>,
    /// Somebody was stopped with it in its hand.
    pub(super) kept: bool,
}

impl SimBook {
    pub(super) fn shared() -> Self {
        Self { shared: Some(RefCell::default()), kept: false }
    }
}

impl Book for SimBook {
    fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    fn update(&self, pace: &mut Pace, _now: u64, change: &mut dyn FnMut(&mut Pace)) -> Result<bool, String> {
        let Some(shared) = &self.shared else {
            change(pace);
            return Ok(true);
        };
        if self.kept {
            return Ok(false);
        }
        (pace.last, pace.step) = *shared.borrow();
        change(pace);
        *shared.borrow_mut() = (pace.last, pace.step);
        Ok(true)
    }
}

/// One who calls, and calls again when its turn is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) process: usize,
    pub(super) lane: Lane,
    pub(super) timeout: u64,
    /// From one turn to the next call, at most; random.
    pub(super) pause: u64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) at: u64,
    pub(super) ticket: Ticket,
    pub(super) caller: Caller,
    pub(super) waited: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Call(usize),
    Ask(usize, Ticket),
    Throttled(usize, u64),
    Limit(usize),
    Kill(usize),
}

struct Waiting {
    caller: usize,
    since: u64,
    deadline: u64,
    memory: Memory,
}

pub(super) struct World {
    pub(super) now: u64,
    desks: Vec<Desk<()>>,
    pub(super) book: SimBook,
    callers: Vec<Caller>,
    alive: Vec<bool>,
    waiting: HashMap<(usize, Ticket), Waiting>,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    count: u64,
    pub(super) random: Random,
    /// How late a wake-up is.
    pub(super) lateness: fn(&mut Random) -> u64,
    /// From a turn to the service's reply.
    pub(super) latency: u64,
    limit: usize,
    window: VecDeque<u64>,
    pub(super) given: Vec<Given>,
    /// When, and whether before any waiting.
    pub(super) refused: Vec<(u64, bool)>,
    pub(super) throttled: usize,
}

impl World {
    pub(super) fn new(rate: f64, processes: usize, callers: Vec<Caller>, seed: u64) -> Self {
        let book = if processes > 1 { SimBook::shared() } else { SimBook { shared: None, kept: false } };
        let mut world = Self {
            now: 1_000 * SECOND,
            desks: (0..processes).map(|_| Desk::new(rate)).collect(),
            book,
            callers,
            alive: vec![true; processes],
            waiting: HashMap::new(),
            events: BinaryHeap::new(),
            count: 0,
            random: Random::new(seed),
            lateness: |random| random.below(2 * MS),
            latency: 60 * MS,
            limit: usize::MAX,
            window: VecDeque::new(),
            given: Vec::new(),
            refused: Vec::new(),
            throttled: 0,
        };
        for caller in 0..world.callers.len() {
            let after = world.random.below(10 * MS);
            world.at(after, Event::Call(caller));
        }
        world
    }

    /// The service's quota is this from then on.
    pub(super) fn limit(&mut self, after: u64, limit: usize) {
        self.at(after, Event::Limit(limit));
    }

    pub(super) fn kill(&mut self, after: u64, process: usize) {
        self.at(after, Event::Kill(process));
    }

    pub(super) fn rate(&mut self, process: usize) -> f64 {
        self.desks[process].rate(self.now, &self.book)
    }

    pub(super) fn run(&mut self, time: u64) {
        let end = self.now + time;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            if at > end {
                self.events.push(Reverse((at, 0, event)));
                break;
            }
            self.now = at;
            match event {
                Event::Call(caller) => self.call(caller),
                Event::Ask(process, ticket) => self.ask(process, ticket),
                Event::Throttled(process, sent_at) => {
                    self.desks[process].throttled(sent_at, self.now, &self.book);
                }
                Event::Limit(limit) => self.limit = limit,
                Event::Kill(process) => self.alive[process] = false,
            }
        }
        self.now = end;
    }

    fn at(&mut self, after: u64, event: Event) {
        self.count += 1;
        self.events.push(Reverse((self.now + after, self.count, event)));
    }

    fn call(&mut self, index: usize) {
        let (now, caller) = (self.now, self.callers[index]);
        if !self.alive[caller.process] {
            return;
        }
        let deadline = now + caller.timeout;
        match self.desks[caller.process].join(caller.lane, (), now, deadline) {
            Ok(ticket) => {
                let waiting = Waiting { caller: index, since: now, deadline, memory: Memory::default() };
                self.waiting.insert((caller.process, ticket), waiting);
                self.ask(caller.process, ticket);
            }
            Err(turn) => {
                assert!(turn > deadline);
                self.refused.push((now, true));
                self.again(index);
            }
        }
    }

    fn again(&mut self, index: usize) {
        let pause = self.callers[index].pause;
        let pause = MS / 10 + self.random.below(pause + 1);
        self.at(pause, Event::Call(index));
    }

    fn ask(&mut self, process: usize, ticket: Ticket) {
        let Some(mut waiting) = self.waiting.remove(&(process, ticket)) else { return };
        if !self.alive[process] {
            return;
        }
        let (now, desk) = (self.now, &mut self.desks[process]);
        let before = desk.next().map(|(ticket, ())| *ticket);
        match desk.ask(ticket, &mut waiting.memory, (now, waiting.deadline), &self.book).unwrap() {
            Step::Wait(until) => {
                assert!(until > now, "no standstill");
                self.waiting.insert((process, ticket), waiting);
                let late = (self.lateness)(&mut self.random);
                self.at(until - now + late, Event::Ask(process, ticket));
                return;
            }
            Step::Go => {
                let (caller, waited) = (self.callers[waiting.caller], now - waiting.since);
                self.given.push(Given { at: now, ticket, caller, waited });
                self.send(process);
            }
            Step::TooLate(turn) => {
                assert!(turn > waiting.deadline || now >= waiting.deadline);
                self.refused.push((now, now == waiting.since));
            }
        }
        let desk = &mut self.desks[process];
        desk.leave(ticket);
        if let Some(next) = desk.next().map(|(ticket, ())| *ticket).filter(|next| Some(*next) != before) {
            let late = (self.lateness)(&mut self.random) / 20;
            self.at(late, Event::Ask(process, next));
        }
        self.again(waiting.caller);
    }

    /// The request reaches the service's sliding window.
    fn send(&mut self, process: usize) {
        while self.window.front().is_some_and(|first| self.now - first >= SECOND) {
            self.window.pop_front();
        }
        if self.window.len() < self.limit {
            self.window.push_back(self.now);
        } else {
            self.throttled += 1;
            self.at(self.latency, Event::Throttled(process, self.now));
        }
    }

    /// How many turns there were from the one time to the other.
    pub(super) fn turns(&self, from: u64, to: u64) -> usize {
        self.given.iter().filter(|given| (from..to).contains(&given.at)).count()
    }

    /// The most turns in any sliding second.
    pub(super) fn densest_second(&self) -> usize {
        let (mut first, mut most) = (0, 0);
        for (index, given) in self.given.iter().enumerate() {
            while given.at - self.given[first].at >= SECOND {
                first += 1;
            }
            most = most.max(index + 1 - first);
        }
        most
    }
}
