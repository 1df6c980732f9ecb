//! A face in a process of its own: a job goes in as a line of JSON, and all that came
//! out comes back, each text behind a line `### place`, up to `### end`. What it writes
//! to standard error is an output too.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::job::{BEFORE_CANCELLING, Job};
use crate::search::Output;

/// The process.
pub(crate) struct ProcessFace {
    name: String,
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: File,
}

impl ProcessFace {
    /// `command` is split at spaces.
    pub(crate) fn start(name: &str, command: &str) -> std::io::Result<Self> {
        let mut words = command.split(' ');
        let stderr = tempfile::NamedTempFile::new()?;
        let mut child = Command::new(words.next().unwrap_or_default())
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr.reopen()?)
            .spawn()?;
        let gone = || std::io::Error::other("the process has no pipes");
        let stdin = child.stdin.take().ok_or_else(gone)?;
        let stdout = BufReader::new(child.stdout.take().ok_or_else(gone)?);
        Ok(Self { name: name.to_owned(), child, stdin, stdout, stderr: stderr.into_file() })
    }

    /// Does the job, and gives all that came out.
    pub(crate) fn run(&mut self, job: &Job) -> std::io::Result<Vec<Output>> {
        self.ask(&json!({
            "config": job.config,
            "people": job.people,
            "at_once": job.at_once,
            "cancel_after": job.cancel.then(|| BEFORE_CANCELLING.as_secs_f64()),
            "reuse": job.reuse,
        }))
    }

    /// Puts the text through everything that is listened to, as a leak would go.
    pub(crate) fn plant(&mut self, text: &str) -> std::io::Result<Vec<Output>> {
        self.ask(&json!({ "plant": text }))
    }

    fn ask(&mut self, question: &Value) -> std::io::Result<Vec<Output>> {
        writeln!(self.stdin, "{question}")?;
        self.stdin.flush()?;
        let mut outputs: Vec<Output> = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stdout.read_until(b'\n', &mut line)? == 0 {
                let mut why = String::new();
                self.stderr.read_to_string(&mut why)?;
                return Err(std::io::Error::other(format!("{} ended: {why}", self.name)));
            }
            let line = String::from_utf8_lossy(&line);
            match (line.trim_end().strip_prefix("### "), outputs.last_mut()) {
                (Some("end"), _) => break,
                (Some(place), _) => {
                    outputs.push(Output { place: format!("{}: {place}", self.name), text: String::new() });
                }
                (None, Some(output)) => output.text.push_str(&line),
                (None, None) => return Err(std::io::Error::other(format!("{}: no place", self.name))),
            }
        }
        let mut stderr = Vec::new();
        self.stderr.read_to_end(&mut stderr)?;
        let text = String::from_utf8_lossy(&stderr).into_owned();
        outputs.push(Output { place: format!("{}: standard error", self.name), text });
        Ok(outputs)
    }
}

impl Drop for ProcessFace {
    fn drop(&mut self) {
        // It ends with its input in any case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
