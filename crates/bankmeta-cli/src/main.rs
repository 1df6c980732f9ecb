//! The command `bankmeta`.
#![forbid(unsafe_code)]

mod access_key_file;
mod diagnosis;
mod doctor;
mod exit;
mod factors;
mod guard;
mod json_object;
mod output;
mod problem;
mod prompt;
mod sandbox;
mod settings;
mod usage;
mod verify;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};

use exit::Exit;
use output::{Form, print, warn};
use problem::Problem;
use usage::Stop;

/// What runs a subcommand.
type Run = fn(&ArgMatches) -> Exit;

/// Every subcommand: its name and arguments, and what runs it. A subcommand is a
/// module with `command() -> Command` and `run(&ArgMatches) -> Exit`.
fn subcommands() -> Vec<(Command, Run)> {
    // After its arguments, which would bring a text of their own.
    let sandbox = sandbox::Arguments::augment_args(Command::new("sandbox"))
        .about("Serve the operation locally, for tests and demos without an account");
    vec![(verify::command(), verify::run), (doctor::command(), doctor::run), (sandbox, run_sandbox)]
}

fn run_sandbox(matches: &ArgMatches) -> Exit {
    let served = sandbox::Arguments::from_arg_matches(matches).map_err(Into::into).and_then(sandbox::run);
    match served {
        Ok(()) => Exit::Good,
        Err(error) => {
            warn(&error.to_string());
            Exit::Configuration
        }
    }
}

fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().collect();
    run(&args).into()
}

fn run(args: &[OsString]) -> Exit {
    let subcommands = subcommands();
    let command = Command::new("bankmeta")
        .bin_name("bankmeta")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Do a bank card, a name, an ID number and a mobile belong to one person?")
        .subcommand_required(true)
        .subcommands(subcommands.iter().map(|(command, _)| command.clone()))
        .after_help(exit::HELP);
    let matches = match usage::parse(command, args) {
        Ok(matches) => matches,
        Err(Stop::Asked(text)) => return print(&text, Exit::Good),
        Err(Stop::Mistake(text)) => return Problem::usage(text).report(Form::of_raw(args)),
    };
    let chosen = matches.subcommand().and_then(|(name, matches)| {
        let row = subcommands.iter().find(|(command, _)| command.get_name() == name)?;
        Some((row.1, matches))
    });
    match chosen {
        Some((run, matches)) => guard::guarded(|| run(matches)),
        None => Exit::Usage,
    }
}
