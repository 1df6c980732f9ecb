//! The search: every text that came out, for every form of every value.
//!
//! A hit says where and what kind, never the value.
//!
//! No hit is a coincidence. Whole values have 11 digits or more, or Han characters, which
//! no text of ours has. Any eight digits of a number in a row are looked for in what is
//! left without the numbers that are random or measured by nature: request ids in their
//! own form, numbers with a fraction (durations), addresses in memory, keys and nonces of
//! 32 hexadecimal digits or more, and what stands behind `MEASURES`. Of what is left,
//! ports, statuses and counts are shorter, and a longer number would have to meet one of
//! the thousand parts of a batch among a hundred million. With six digits a count of
//! microseconds could. A whole value is looked for in everything.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::forms;
use crate::people::{Person, Secrets};

/// Something that came out, and where.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) place: String,
    pub(crate) text: String,
}

/// What of whom was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) field: &'static str,
    pub(crate) form: &'static str,
    /// None for a secret, which is the run's.
    pub(crate) person: Option<usize>,
}

/// The forms of all values of some people, and of the secrets.
pub(crate) struct Search {
    whole: Patterns,
    parts: Patterns,
}

struct Patterns {
    automaton: AhoCorasick,
    hits: Vec<Hit>,
}

impl Patterns {
    fn new(all: BTreeMap<String, Hit>) -> Self {
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(all.keys());
        Self {
            automaton: automaton.unwrap_or_else(|error| panic!("{error}")),
            hits: all.into_values().collect(),
        }
    }

    fn find(&self, text: &str, found: &mut Vec<Hit>) {
        for one in self.automaton.find_overlapping_iter(text) {
            found.extend(self.hits.get(one.pattern().as_usize()).cloned());
        }
    }
}

impl Search {
    pub(crate) fn new(people: &[Person], secrets: &Secrets) -> Self {
        let (mut whole, mut parts) = (BTreeMap::new(), BTreeMap::new());
        let values = people
            .iter()
            .flat_map(|person| person.factors().map(|(field, value)| (Some(person.number), field, value)))
            .chain(secrets.all().map(|(field, value)| (None, field, value)));
        for (person, field, value) in values {
            for form in forms::of_value(value) {
                whole.insert(form.text, Hit { field, form: form.name, person });
            }
            if person.is_some() {
                for form in forms::parts(value) {
                    parts.insert(form.text, Hit { field, form: form.name, person });
                }
            }
        }
        for person in people {
            for (field, form) in forms::of_md5_mode(person) {
                whole.insert(form.text, Hit { field, form: form.name, person: Some(person.number) });
            }
        }
        Self { whole: Patterns::new(whole), parts: Patterns::new(parts) }
    }

    /// Whatever of anybody stands in the text.
    pub(crate) fn find(&self, text: &str) -> Vec<Hit> {
        let text = text.to_lowercase();
        let mut found = Vec::new();
        self.whole.find(&text, &mut found);
        self.whole.find(&joined(&text), &mut found);
        self.parts.find(&joined(&without_measures(&text)), &mut found);
        found.sort();
        found.dedup();
        found
    }
}

/// Without the spaces and hyphens between digits, as people write numbers.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let separates = matches!(character, ' ' | '-')
            && out.ends_with(|before: char| before.is_ascii_digit())
            && rest.peek().is_some_and(|after| after.is_ascii_digit() || *after == 'x');
        if !separates {
            out.push(character);
        }
    }
    out
}

/// Before numbers that clocks, threads and TLS make. A whole value behind them is found.
const MEASURES: [&str; 9] = [
    "tv_sec:",
    "tv_nsec:",
    "unix_seconds:",
    "verification time",
    "not valid after",
    // So many seconds ago.
    "not valid after #(",
    "obfuscated_ticket_age:",
    "last: some(",
    "'thread':",
];

/// Without what is random or measured.
fn without_measures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A word here is what holds none of these.
    for word in text.split_inclusive(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '.'))) {
        let bare = word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        let before = out.trim_end();
        let measured = !bare.is_empty() && MEASURES.iter().any(|label| before.ends_with(label));
        if measured || is_request_id(bare) || is_fraction(bare) || is_address(bare) || is_key(bare) {
            out.push('#');
        } else {
            out.push_str(word);
        }
    }
    out
}

fn is_request_id(word: &str) -> bool {
    // A pickle marks it with a letter.
    let word = word.strip_prefix('v').unwrap_or(word);
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_fraction(word: &str) -> bool {
    // A unit behind it, and before it what a pickle marks it with.
    word.trim_matches(|it: char| it.is_ascii_alphabetic()).split_once('.').is_some_and(|(whole, part)| {
        [whole, part].iter().all(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn is_key(word: &str) -> bool {
    word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_address(word: &str) -> bool {
    word.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests;
