//! What `bankmeta doctor` found: one outcome for each check.

use std::fmt::Write as _;

use bankmeta::Attempt;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::problem::{Problem, attempts_json};

/// Every check, in the order in which they depend on each other.
const CHECKS: [&str; 7] =
    ["configuration", "credentials", "dns", "connection", "tls", "clock", "signed call"];

/// How one check ended; a check without an outcome was not reached.
#[derive(Debug)]
enum Outcome {
    Ok(String),
    Skipped(String),
    Failed(Problem),
}

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Diagnosis {
    pub(crate) endpoint: Option<String>,
    pub(crate) clock_offset_seconds: Option<i64>,
    pub(crate) attempts: Vec<Attempt>,
    outcomes: Vec<(&'static str, Outcome)>,
}

impl Diagnosis {
    pub(crate) fn ok(&mut self, check: &'static str, detail: impl Into<String>) {
        self.outcomes.push((check, Outcome::Ok(detail.into())));
    }

    pub(crate) fn skip(&mut self, check: &'static str, why: impl Into<String>) {
        self.outcomes.push((check, Outcome::Skipped(why.into())));
    }

    pub(crate) fn fail(&mut self, check: &'static str, problem: Problem) {
        self.outcomes.push((check, Outcome::Failed(problem)));
    }

    /// As for a verification that fails for the first problem.
    pub(crate) fn exit(&self) -> Exit {
        self.first_problem().map_or(Exit::Good, |problem| problem.exit)
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (check, (result, detail)) in self.lines() {
            let sign = match result {
                "failed" => "FAIL",
                "skipped" => "-",
                ok => ok,
            };
            let _ = writeln!(text, "{sign:<5} {check:<14} {detail}");
        }
        text
    }

    pub(crate) fn json(&self) -> Value {
        let checks: Vec<Value> = self
            .lines()
            .map(|(check, (result, detail))| {
                json!({"check": check.replace(' ', "_"), "result": result, "detail": detail})
            })
            .collect();
        let mut object = json!({
            "ok": self.first_problem().is_none(),
            "endpoint": self.endpoint,
            "clock_offset_seconds": self.clock_offset_seconds,
            "checks": checks,
            "error": null,
            "attempts": attempts_json(&self.attempts),
        });
        // The same keys as when a verification fails.
        if let (Some(object), Some(Value::Object(mut problem))) =
            (object.as_object_mut(), self.first_problem().map(Problem::json))
        {
            problem.remove("attempts");
            object.extend(problem);
        }
        object
    }

    fn lines(&self) -> impl Iterator<Item = (&'static str, (&'static str, &str))> {
        CHECKS.into_iter().map(|check| {
            let outcome = self.outcomes.iter().find(|(name, _)| *name == check);
            let line = match outcome.map(|(_, outcome)| outcome) {
                Some(Outcome::Ok(detail)) => ("ok", detail.as_str()),
                Some(Outcome::Skipped(why)) => ("skipped", why.as_str()),
                Some(Outcome::Failed(problem)) => ("failed", problem.message()),
                None => ("skipped", "not reached"),
            };
            (check, line)
        })
    }

    fn first_problem(&self) -> Option<&Problem> {
        self.outcomes.iter().find_map(|(_, outcome)| match outcome {
            Outcome::Failed(problem) => Some(problem),
            _ => None,
        })
    }
}
