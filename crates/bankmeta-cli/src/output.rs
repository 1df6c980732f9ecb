//! Where results and complaints are written.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use clap::{Arg, ArgAction, ArgMatches};

use crate::exit::Exit;

/// The form of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
}

impl Form {
    /// The two flags that choose it.
    pub(crate) fn flags() -> [Arg; 2] {
        let flag = |name: &'static str, help: &'static str| {
            Arg::new(name).long(name).action(ArgAction::SetTrue).help_heading("Output").help(help)
        };
        [
            flag("json", "Print one JSON object, errors too [default unless stdout is a terminal]"),
            flag("text", "Print text, errors on stderr [default if stdout is a terminal]")
                .conflicts_with("json"),
        ]
    }

    pub(crate) fn of(matches: &ArgMatches) -> Self {
        Self::chosen(matches.get_flag("json"), matches.get_flag("text"))
    }

    /// From the raw arguments: for errors found before they are understood. Only
    /// `verify` and `doctor` have results whose readers expect JSON.
    pub(crate) fn of_raw(args: &[OsString]) -> Self {
        let given = |flag: &str| args.iter().any(|arg| arg == flag);
        match args.get(1).and_then(|name| name.to_str()) {
            Some("verify" | "doctor") => Self::chosen(given("--json"), given("--text")),
            _ => Self::Text,
        }
    }

    fn chosen(json: bool, text: bool) -> Self {
        if json || (!text && !io::stdout().is_terminal()) { Self::Json } else { Self::Text }
    }
}

/// Writes a result to stdout; `exit` is how the command ends.
///
/// A reader that has gone away (`bankmeta verify | true`) is no error. Any other
/// failure is: the caller would miss an answer that was paid for, so stderr gets it.
pub(crate) fn print(text: &str, exit: Exit) -> Exit {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            warn(&format!("the result cannot be written ({}); it is:\n{text}", error.kind()));
            Exit::Internal
        }
        _ => exit,
    }
}

/// Writes a line to stderr. If that fails there is nobody left to tell.
pub(crate) fn warn(text: &str) {
    let _ = writeln!(io::stderr().lock(), "bankmeta: {}", text.trim_end());
}
