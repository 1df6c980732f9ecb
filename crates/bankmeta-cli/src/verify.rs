//! `bankmeta verify`: one verification.

use bankmeta::{Answer, SubCode};
use clap::{ArgMatches, Command};
use serde_json::json;

use crate::exit::{self, Exit};
use crate::output::{Form, print, warn};
use crate::problem::{Problem, attempts_json};
use crate::{factors, settings};

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
        .after_help(format!("{AFTER_HELP}\n\n{}", exit::HELP))
}

pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let form = Form::of(matches);
    match verify(matches) {
        Ok(answer) => {
            let text = match form {
                Form::Text => text(&answer),
                Form::Json => json(&answer),
            };
            print(&text, Exit::of_verdict(answer.verdict()))
        }
        Err(problem) => problem.report(form),
    }
}

fn verify(matches: &ArgMatches) -> Result<Answer, Problem> {
    settings::refuse_secrets(matches)?;
    // First, so that nobody types four factors only to read of a wrong option.
    let client = settings::client(matches)?;
    let verification = factors::verification(matches)?;
    for warning in verification.warnings() {
        warn(&format!("warning: {}", warning.as_str()));
    }
    Ok(client.verify(&verification)?)
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

fn json(answer: &Answer) -> String {
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
    .to_string()
}
