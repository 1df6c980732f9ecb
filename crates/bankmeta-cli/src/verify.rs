//! `bankmeta verify`: one verification.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bankmeta::{Answer, CallOptions, Client, Stats, SubCode, Verification};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit::{self, Exit};
use crate::output::{Form, print, warn};
use crate::problem::{Problem, attempts_json};
use crate::{factors, settings};

/// Which signal was seen; 0 for none.
const SIGINT_SEEN: usize = 1;
const SIGTERM_SEEN: usize = 2;

const AFTER_HELP: &str = "\
The factors come from options, from a JSON object on stdin, or from a prompt
that does not show what is typed. Options are visible to every user of this
machine (ps) and stay in the shell's history: prefer stdin or the prompt.

  bankmeta verify < person.json
  {\"card_number\": \"…\", \"name\": \"…\", \"id_number\": \"…\", \"mobile\": \"…\"}

Each call that is answered match or mismatch is billed.";

pub(crate) fn command() -> Command {
    Command::new("verify")
        .about("Ask whether card number, name, ID number and mobile belong to one person")
        .args(factors::flags())
        .args(settings::flags())
        .args(Form::flags())
        .args(flags())
        .after_help(format!("{AFTER_HELP}\n\n{}", exit::HELP))
}

/// What is told beside the answer.
fn flags() -> [Arg; 2] {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help_heading("Output").help(help)
    };
    [
        flag("verbose", "Tell on stderr what is done: connections, attempts, repetitions; nothing personal"),
        flag("stats", "Add what the client counted: to the JSON object, or on stderr"),
    ]
}

pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let form = Form::of(matches);
    let (mut client, signal) = (None, Arc::default());
    let result = verify(matches, &mut client, &signal);
    let stats = client.filter(|_| matches.get_flag("stats")).map(|client| client.stats());
    if let (Form::Text, Some(stats)) = (form, &stats) {
        for (name, count) in stats.entries().iter().filter(|(_, count)| *count > 0) {
            warn(&format!("{name} {count}"));
        }
    }
    let exit = match (result, form) {
        (Ok(answer), Form::Text) => print(&text(&answer), Exit::of_verdict(answer.verdict())),
        (Ok(answer), Form::Json) => {
            print(&with_stats(json(&answer), stats).to_string(), Exit::of_verdict(answer.verdict()))
        }
        (Err(problem), Form::Text) => problem.report(form),
        (Err(problem), Form::Json) => print(&with_stats(problem.json(), stats).to_string(), problem.exit),
    };
    end_by(&signal);
    exit
}

fn with_stats(mut result: Value, stats: Option<Stats>) -> Value {
    if let (Some(stats), Value::Object(keys)) = (stats, &mut result) {
        let counts = stats.entries().into_iter().map(|(name, count)| (name, Value::from(count)));
        keys.insert("stats".to_owned(), Value::Object(counts.collect()));
    }
    result
}

fn verify(
    matches: &ArgMatches,
    made: &mut Option<Client>,
    signal: &Arc<AtomicUsize>,
) -> Result<Answer, Problem> {
    settings::refuse_secrets(matches)?;
    // First, so that nobody types four factors only to read of a wrong option.
    let client = made.insert(settings::client(matches, matches.get_flag("verbose"))?);
    let verification = factors::verification(matches)?;
    for warning in verification.warnings() {
        warn(&format!("warning: {}", warning.as_str()));
    }
    interruptible(client, &verification, signal)
}

/// Ctrl-C ends the call before the process: what became of a call that may have been
/// paid for must be told.
fn interruptible(
    client: &Client,
    verification: &Verification,
    signal: &Arc<AtomicUsize>,
) -> Result<Answer, Problem> {
    for (watched, number) in [(SIGINT, SIGINT_SEEN), (SIGTERM, SIGTERM_SEEN)] {
        signal_hook::flag::register_usize(watched, Arc::clone(signal), number)
            .map_err(|error| Problem::usage(format!("Signals cannot be watched: {error}.")))?;
    }
    let question = || signal.load(Ordering::Relaxed) != 0;
    Ok(client.verify_with(verification, CallOptions::new().interrupted(&question))?)
}

/// Ends as the signal would have ended it: a shell that runs the command in a loop
/// stops only then.
fn end_by(signal: &AtomicUsize) {
    let signal = match signal.load(Ordering::Relaxed) {
        SIGINT_SEEN => SIGINT,
        SIGTERM_SEEN => SIGTERM,
        _ => return,
    };
    // If it fails, the exit code tells of the call's fate.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

fn text(answer: &Answer) -> String {
    let verdict = match answer.verdict().as_str() {
        "unknown" => format!("unknown (BizCode {})", answer.biz_code()),
        word => word.replace('_', " "),
    };
    let sub_code = answer.sub_code().map_or_else(
        || "none given".to_owned(),
        |code| format!("{}, {}", code.as_str(), code.meaning().unwrap_or("unknown to this version")),
    );
    format!(
        "verdict     {verdict}\nsub code    {sub_code}\nbilled      {}\nrequest id  {}",
        answer.billed().as_str(),
        answer.request_id().unwrap_or("none given"),
    )
}

fn json(answer: &Answer) -> Value {
    let sub_code = answer.sub_code();
    let fate = answer.attempts().last().map(|attempt| attempt.fate.as_str());
    json!({
        "verdict": answer.verdict().as_str(),
        "biz_code": answer.biz_code(),
        "sub_code": sub_code.map(SubCode::as_str),
        "sub_code_name": sub_code.and_then(SubCode::name),
        "sub_code_meaning": sub_code.and_then(SubCode::meaning),
        "billed": answer.billed().as_str(),
        "fate": fate,
        "request_id": answer.request_id(),
        "attempts": attempts_json(answer.attempts()),
    })
}
