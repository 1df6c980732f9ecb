//! Mistakes on the command line, told without repeating what was typed: a
//! mistyped option is followed by a card number as often as not.

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, Error};

/// Why there are no arguments to work with.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Help or version was asked for; the text.
    Asked(String),
    /// The command line is wrong; what to do about it.
    Mistake(String),
}

/// Reads the command line.
pub(crate) fn parse(command: Command, args: &[OsString]) -> Result<ArgMatches, Stop> {
    let names = names(&command);
    command.try_get_matches_from(args).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Asked(error.render().to_string()),
        _ => Stop::Mistake(format!("{} Try --help.", mistake(&error, args, &names))),
    })
}

/// Every option and subcommand: the only words of clap's errors that are ours.
fn names(command: &Command) -> Vec<String> {
    let options = command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}"));
    let below = command.get_subcommands().flat_map(|sub| {
        let own = std::iter::once(sub.get_name().to_owned());
        own.chain(names(sub))
    });
    options.chain(below).collect()
}

fn mistake(error: &Error, args: &[OsString], names: &[String]) -> String {
    let known = |kind| words(error, kind).into_iter().find(|word| names.contains(word));
    let name = known(ContextKind::InvalidArg).unwrap_or_else(|| "an option".to_owned());
    match error.kind() {
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand => {
            let place = place(error, args);
            match known(ContextKind::SuggestedArg).or_else(|| known(ContextKind::SuggestedSubcommand)) {
                Some(suggestion) => format!("{place} is not known; did you mean {suggestion}?"),
                None => format!("{place} is not known; it is not shown, as it may be private."),
            }
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "A subcommand is missing.".to_owned()
        }
        ErrorKind::InvalidUtf8 => "An argument is not UTF-8.".to_owned(),
        ErrorKind::ArgumentConflict => match known(ContextKind::PriorArg) {
            Some(other) if other != name => format!("{name} cannot be used together with {other}."),
            _ => format!("{name} is given more than once."),
        },
        ErrorKind::MissingRequiredArgument => format!("{name} is missing."),
        ErrorKind::TooManyValues => format!("{name} takes no value."),
        ErrorKind::InvalidValue if is_empty(error, ContextKind::InvalidValue) => {
            format!("{name} needs a value.")
        }
        _ => match words(error, ContextKind::ValidValue) {
            // Only `sandbox` gives clap checks of its own, and its values are not private.
            choices if choices.is_empty() => match error.source() {
                Some(why) => format!("The value of {name} is not usable: {why}."),
                None => format!("The value of {name} is not usable."),
            },
            choices => format!("The value of {name} must be one of {}.", choices.join(", ")),
        },
    }
}

/// Which of the arguments it was, by its position after the command's name.
fn place(error: &Error, args: &[OsString]) -> String {
    let wrong = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand].map(|kind| text(error, kind));
    let position = wrong.into_iter().flatten().find_map(|wrong| {
        let is_it = |arg: &OsString| arg.to_string_lossy().split('=').next() == wrong.split('=').next();
        args.iter().skip(1).position(is_it)
    });
    position.map_or_else(|| "An argument".to_owned(), |index| format!("Argument {}", index + 1))
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

fn is_empty(error: &Error, kind: ContextKind) -> bool {
    text(error, kind).is_none_or(str::is_empty)
}

/// The first word of each text of a context: clap adds a placeholder to options.
fn words(error: &Error, kind: ContextKind) -> Vec<String> {
    let texts = match error.get(kind) {
        Some(ContextValue::String(text)) => std::slice::from_ref(text),
        Some(ContextValue::Strings(texts)) => texts.as_slice(),
        _ => &[],
    };
    texts.iter().filter_map(|text| text.split([' ', '=']).next()).map(str::to_owned).collect()
}
