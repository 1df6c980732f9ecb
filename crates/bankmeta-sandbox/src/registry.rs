//! Who holds which card, and the comparison factor by factor.
//!
//! Every value is kept in plain and in its md5 form, so that a verification in
//! md5 mode is a lookup and a comparison like any other.

use std::collections::HashMap;

use bankmeta::md5_mode;

use crate::cardholder::Cardholder;
use crate::cards::{self, Effect, TestCard};
use crate::outcome;
use crate::people;

/// A value in plain and in its md5 form.
struct Value {
    plain: String,
    masked: String,
}

impl Value {
    fn is(&self, given: &str, md5: bool) -> bool {
        given == if md5 { &self.masked } else { &self.plain }
    }
}

/// What stands behind a card number.
struct Entry {
    name: Value,
    id_number: Value,
    mobile: Value,
    effect: Effect,
    state: Option<String>,
}

/// The factors of one verification as they were sent.
pub(crate) struct Factors<'a> {
    pub(crate) md5: bool,
    pub(crate) card_number: &'a str,
    pub(crate) name: &'a str,
    /// Only where the product type uses it.
    pub(crate) id_number: Option<&'a str>,
    /// Only where the product type uses it.
    pub(crate) mobile: Option<&'a str>,
}

/// What a verification comes to.
pub(crate) enum Finding<'a> {
    /// BizCode and sub code.
    Verdict(&'a str, &'a str),
    /// A test card that answers in its own way.
    Effect(Effect),
}

/// All cards by their number, in plain and in md5 form.
pub(crate) struct Registry {
    entries: Vec<Entry>,
    plain: HashMap<String, usize>,
    masked: HashMap<String, usize>,
}

/// The card number is not in the registry.
const UNKNOWN_CARD: Finding<'static> = Finding::Verdict("3", "304");
/// A factor differs from the registry's.
const DETAILS_WRONG: Finding<'static> = Finding::Verdict("2", "201");

impl Registry {
    /// The test cards and `people`; where both hold a card, `people` win.
    pub(crate) fn new(people: &[Cardholder]) -> Self {
        let mut registry = Self { entries: Vec::new(), plain: HashMap::new(), masked: HashMap::new() };
        let built_in = people::built_in();
        if let Some(holder) = built_in.first() {
            for (group, code, effect, _) in cards::ROWS {
                registry.add(&cards::card_number(*group, *code), holder, *effect);
            }
        }
        for person in people {
            registry.add(&person.card_number, person, Effect::Verdict("1", "101"));
        }
        registry
    }

    fn add(&mut self, card_number: &str, holder: &Cardholder, effect: Effect) {
        let index = self.entries.len();
        self.entries.push(Entry {
            name: Value { plain: holder.name.clone(), masked: md5_mode::name(&holder.name).to_string() },
            id_number: Value { plain: holder.id_number.clone(), masked: masked_id_number(&holder.id_number) },
            mobile: Value {
                plain: holder.mobile.clone(),
                masked: md5_mode::mobile(&holder.mobile).to_string(),
            },
            effect,
            state: holder.state.clone(),
        });
        self.masked.insert(md5_mode::card_number(card_number).to_string(), index);
        self.plain.insert(card_number.to_owned(), index);
    }

    /// Compares factor by factor.
    pub(crate) fn verify(&self, factors: &Factors<'_>) -> Finding<'_> {
        let cards = if factors.md5 { &self.masked } else { &self.plain };
        let Some(entry) = cards.get(factors.card_number).and_then(|index| self.entries.get(*index)) else {
            return UNKNOWN_CARD;
        };
        let Effect::Verdict(biz_code, sub_code) = entry.effect else {
            return Finding::Effect(entry.effect);
        };
        let agrees = entry.name.is(factors.name, factors.md5)
            && factors.id_number.is_none_or(|given| entry.id_number.is(given, factors.md5))
            && factors.mobile.is_none_or(|given| entry.mobile.is(given, factors.md5));
        if !agrees {
            return DETAILS_WRONG;
        }
        match &entry.state {
            // The first digit of a sub code is the BizCode it goes with.
            Some(state) => Finding::Verdict(state.get(..1).unwrap_or("3"), state),
            None => Finding::Verdict(biz_code, sub_code),
        }
    }
}

/// The resident ID card's layout for 18 characters of its form, the other for
/// every other document.
fn masked_id_number(id_number: &str) -> String {
    let digits = id_number.get(..17).is_some_and(|head| head.bytes().all(|byte| byte.is_ascii_digit()));
    if digits && id_number.len() == 18 {
        md5_mode::resident_id_number(id_number).to_string()
    } else {
        md5_mode::other_id_number(id_number).to_string()
    }
}

/// The documented test cards, in the order of the documentation.
#[must_use]
pub fn test_cards() -> Vec<TestCard> {
    cards::ROWS.iter().map(outcome::describe).collect()
}
