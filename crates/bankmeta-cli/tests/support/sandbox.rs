//! The command against a sandbox in this process.

use std::process::Command;

use bankmeta_sandbox::{Sandbox, SandboxOptions, test_cards};

use super::{Ran, bankmeta};

pub(crate) fn start() -> Sandbox {
    start_with(SandboxOptions::default())
}

pub(crate) fn start_with(options: SandboxOptions) -> Sandbox {
    // The tests of one file share the machine, not a quota.
    Sandbox::start(SandboxOptions { quota: None, ..options }).unwrap()
}

/// `bankmeta SUBCOMMAND` with the options that lead to the sandbox.
pub(crate) fn command(sandbox: &Sandbox, subcommand: &str, args: &[&str]) -> Command {
    let ca_file = sandbox.ca_file().unwrap().to_str().unwrap();
    let mut command = bankmeta(&[subcommand, "--endpoint", &sandbox.endpoint(), "--ca-file", ca_file]);
    command.args(args);
    command
}

pub(crate) fn run(sandbox: &Sandbox, subcommand: &str, args: &[&str]) -> Ran {
    Ran::of(command(sandbox, subcommand, args).output().unwrap())
}

/// The number of the test card with this meaning.
pub(crate) fn card(meaning: &str) -> String {
    let cards = test_cards();
    let card = cards.iter().find(|card| card.meaning == meaning);
    card.unwrap_or_else(|| panic!("{meaning}")).card_number.clone()
}
