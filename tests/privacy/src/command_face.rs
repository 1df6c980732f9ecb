//! The command `bankmeta`, once a person: in JSON or as text, at its most talkative.

use std::io::Write as _;
use std::process::{Command, Output as Ended, Stdio};
use std::thread;

use serde_json::{Map, Value};

use crate::job::Job;
use crate::search::Output;

const VARIABLES: [(&str, &str); 3] = [
    ("access_key_id", "ALIBABA_CLOUD_ACCESS_KEY_ID"),
    ("access_key_secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    ("security_token", "ALIBABA_CLOUD_SECURITY_TOKEN"),
];

/// The path of the command.
pub(crate) struct CommandFace(pub(crate) String);

impl CommandFace {
    /// Does the job, and gives all that came out.
    pub(crate) fn run(&self, job: &Job) -> std::io::Result<Vec<Output>> {
        let mut outputs = Vec::new();
        for person in &job.people {
            // As good as a coin, and the same with the same seed.
            let digit = person.first().and_then(|(_, value)| value.bytes().last()).unwrap_or_default();
            let form = if digit % 2 == 0 { "--json" } else { "--text" };
            let factors: Map<String, Value> = person
                .iter()
                .map(|(key, value)| {
                    (key.clone(), if value == "true" { true.into() } else { value.as_str().into() })
                })
                .collect();
            let stdin = Value::from(factors).to_string();
            let mut command = self.command("verify", job);
            command.args([form, "--stdin", "--verbose", "--stats"]);
            outputs.extend(written(form, &run(command, &stdin, job.cancel)?));
        }
        if !job.reuse && !job.cancel {
            outputs.extend(written("doctor", &run(self.command("doctor", job), "", false)?));
        }
        Ok(outputs)
    }

    /// Values where options belong; they are the user's in `ps`, and nobody's in an output.
    pub(crate) fn mistakes(&self, job: &Job) -> std::io::Result<Vec<Output>> {
        let mut outputs = Vec::new();
        for person in &job.people {
            for (key, value) in person {
                let secret = job.config.iter().find(|(key, _)| key == "access_key_secret");
                let secret = secret.map(|(_, value)| value.as_str()).unwrap_or_default();
                for arguments in [
                    vec![value.clone()],
                    vec![format!("--{value}")],
                    vec![format!("--{key}"), value.clone()],
                    vec![format!("--timeout={value}")],
                    vec![format!("--card-numbr={value}")],
                    vec!["--access-key-secret".to_owned(), secret.to_owned()],
                    vec!["--access-key-file".to_owned(), value.clone()],
                ] {
                    let mut command = self.command("verify", job);
                    command.args(["--json", "--stdin"]).args(arguments);
                    outputs.extend(written("a mistake", &run(command, "", false)?));
                }
            }
            let broken = format!("{{\"card_number\": \"{}\" oops", person.first().map_or("", |it| &it.1));
            outputs.extend(written("broken JSON", &run(self.command("verify", job), &broken, false)?));
        }
        Ok(outputs)
    }

    fn command(&self, subcommand: &str, job: &Job) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(subcommand).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        for (key, value) in &job.config {
            match VARIABLES.iter().find(|(it, _)| it == key) {
                Some((_, variable)) => command.env(variable, value),
                None => command.arg(format!("--{}={value}", key.replace('_', "-"))),
            };
        }
        command
    }
}

/// A command that puts out what it was given: what is planted must be found.
pub(crate) fn plant(text: &str) -> std::io::Result<Vec<Output>> {
    let mut command = Command::new("sh");
    command.args(["-c", "read -r text; echo \"$text\"; echo \"$text\" >&2"]);
    Ok(written("planted", &run(command, &format!("{text}\n"), false)?))
}

fn run(mut command: Command, stdin: &str, cancel: bool) -> std::io::Result<Ended> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        // It need not read what it refuses before.
        let _ = pipe.write_all(stdin.as_bytes());
    }
    if cancel {
        thread::sleep(crate::job::BEFORE_CANCELLING);
        Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    }
    child.wait_with_output()
}

fn written(form: &str, ended: &Ended) -> Vec<Output> {
    let output = |stream: &str, bytes: &[u8]| Output {
        place: format!("command, {form}: {stream}"),
        text: String::from_utf8_lossy(bytes).into_owned(),
    };
    vec![output("standard output", &ended.stdout), output("standard error", &ended.stderr)]
}
