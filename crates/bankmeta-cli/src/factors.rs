//! Where the factors come from: options, a JSON object on stdin, or a prompt.

use std::io::{self, IsTerminal as _};

use bankmeta::{Factor, VERIFICATION_KEYS, Verification};
use clap::{Arg, ArgAction, ArgMatches};
use zeroize::Zeroizing;

use crate::problem::Problem;
use crate::{json_object, prompt};

/// One flag for each key of a verification, and `--stdin`.
pub(crate) fn flags() -> Vec<Arg> {
    let heading =
        "Verification (personal data in options is visible to other users; prefer stdin or the prompt)";
    let stdin = Arg::new("stdin").long("stdin").action(ArgAction::SetTrue).help_heading(heading).help(
        "read a JSON object from stdin, with these keys (card_number, ...); \
         [default if stdin is no terminal and no factor is given]",
    );
    let keys = VERIFICATION_KEYS.iter().map(|(key, meaning)| {
        let arg = Arg::new(*key).long(key.replace('_', "-")).help_heading(heading);
        match *key {
            "md5_mode" => {
                let meaning = meaning.strip_prefix("true to ").unwrap_or(meaning);
                arg.action(ArgAction::SetTrue).help(meaning.to_owned())
            }
            _ => arg.value_name("text").help(*meaning),
        }
    });
    keys.chain([stdin]).collect()
}

/// What is collected: keys and values as [`bankmeta::VerificationBuilder::set`] takes them.
type Pairs = Vec<(&'static str, Zeroizing<String>)>;

/// Collects and checks one verification.
pub(crate) fn verification(matches: &ArgMatches) -> Result<Verification, Problem> {
    let mut pairs = from_options(matches);
    let factors_given = Factor::ALL.iter().any(|factor| has(&pairs, *factor));
    let at_terminal = io::stdin().is_terminal();
    if matches.get_flag("stdin") || (!at_terminal && !factors_given) {
        for (key, value) in json_object::read()? {
            if pairs.iter().any(|(given, _)| *given == key) {
                let what = format!("{key} is given both as an option and on stdin; choose one.");
                return Err(Problem::input(Some(key), what));
            }
            pairs.push((key, Zeroizing::new(value)));
        }
    } else if at_terminal {
        for factor in to_ask_for(&pairs) {
            let value = prompt::ask(question(factor)).map_err(|error| {
                Problem::input(
                    Some(factor.as_str()),
                    format!("The terminal cannot be read: {}.", error.kind()),
                )
            })?;
            pairs.extend(value.map(|value| (factor.as_str(), value)));
        }
    }
    let mut builder = Verification::builder();
    for (key, value) in &pairs {
        builder = builder.set(key, value)?;
    }
    Ok(builder.build()?)
}

fn from_options(matches: &ArgMatches) -> Pairs {
    let value_of = |key: &str| match key {
        "md5_mode" => matches.get_flag(key).then(|| "true".to_owned()),
        _ => matches.get_one::<String>(key).cloned(),
    };
    VERIFICATION_KEYS
        .iter()
        .filter_map(|(key, _)| value_of(key).map(|value| (*key, Zeroizing::new(value))))
        .collect()
}

fn has(pairs: &Pairs, factor: Factor) -> bool {
    pairs.iter().any(|(key, _)| *key == factor.as_str())
}

/// All four if none is given: the last two may be left empty. Otherwise only
/// those without which the given ones are no verification.
fn to_ask_for(pairs: &Pairs) -> Vec<Factor> {
    let none_given = !Factor::ALL.iter().any(|factor| has(pairs, *factor));
    let needed = |factor: &Factor| match factor {
        Factor::CardNumber | Factor::Name => true,
        Factor::IdNumber => none_given || has(pairs, Factor::Mobile),
        _ => none_given,
    };
    Factor::ALL.into_iter().filter(|factor| !has(pairs, *factor)).filter(needed).collect()
}

fn question(factor: Factor) -> &'static str {
    match factor {
        Factor::CardNumber => "Card number (not shown)",
        Factor::Name => "Name (not shown)",
        Factor::IdNumber => "ID number (not shown; empty for none)",
        _ => "Mobile (not shown; empty for none)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_is_asked_for() {
        use Factor::{CardNumber, IdNumber, Mobile, Name};
        for (given, asked) in [
            (vec![], vec![CardNumber, Name, IdNumber, Mobile]),
            (vec![CardNumber], vec![Name]),
            (vec![CardNumber, Name], vec![]),
            (vec![Mobile], vec![CardNumber, Name, IdNumber]),
            (vec![CardNumber, Name, IdNumber], vec![]),
        ] {
            let pairs = given.iter().map(|factor| (factor.as_str(), Zeroizing::new(String::new()))).collect();
            assert_eq!(to_ask_for(&pairs), asked, "{given:?}");
        }
    }
}
