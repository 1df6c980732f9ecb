//! `bankmeta sandbox` as a child process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{BANKMETA, Ran, bankmeta};

/// A running sandbox; it ends with this value.
pub(crate) struct Sandbox {
    child: Child,
    pub(crate) endpoint: String,
    pub(crate) ca_file: String,
}

impl Sandbox {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child =
            Command::new(BANKMETA).arg("sandbox").args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        let text = |key: &str| ready[key].as_str().unwrap().to_owned();
        Self { endpoint: text("endpoint"), ca_file: text("ca_file"), child }
    }

    /// `bankmeta SUBCOMMAND` with the options that lead here.
    pub(crate) fn command(&self, subcommand: &str, args: &[&str]) -> Command {
        let mut command = bankmeta(&[subcommand, "--endpoint", &self.endpoint, "--ca-file", &self.ca_file]);
        command.args(args);
        command
    }

    pub(crate) fn run(&self, subcommand: &str, args: &[&str]) -> Ran {
        Ran::of(self.command(subcommand, args).output().unwrap())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        // As an operator does, so that it can remove its files.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}
