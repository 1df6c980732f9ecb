//! Looks for personal data and secrets in everything that bankmeta lets out.
//!
//!     privacy --people N [--per-case K] [--seed S] [--face rust] [--face command=PATH] [--face NAME=COMMAND]…
//!
//! Invented people are verified through every kind of failure (`cases`) by each face;
//! what comes out is searched (`search`) for every value in every form (`forms`). With
//! `--per-case` each failure meets so many of a batch, others each time; what the service
//! repeats is still repeated of everybody.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "it says what it found, and holds invented people only")]

mod cases;
mod command_face;
mod echoes;
mod forms;
mod job;
mod logs;
mod people;
mod process_face;
mod rust_face;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use cases::{Batch, COMBINATIONS};
use command_face::CommandFace;
use job::Job;
use people::{Person, Secrets};
use process_face::ProcessFace;
use rust_face::RustFace;
use search::{Output, Search};

/// One way to use bankmeta.
enum Face {
    Rust(RustFace),
    Command(CommandFace),
    Process(Box<ProcessFace>),
}

impl Face {
    fn start(argument: &str) -> (String, Self) {
        match argument.split_once('=') {
            None if argument == "rust" => (argument.to_owned(), Self::Rust(RustFace::default())),
            Some((name @ "command", path)) => (name.to_owned(), Self::Command(CommandFace(path.to_owned()))),
            Some((name, command)) => {
                let process = ProcessFace::start(name, command);
                let process = process.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
                (name.to_owned(), Self::Process(Box::new(process)))
            }
            None => panic!("--face must be rust, command=PATH or NAME=COMMAND"),
        }
    }

    fn run(&mut self, job: &Job) -> Vec<Output> {
        match self {
            Self::Rust(face) => Ok(face.run(job)),
            Self::Command(face) if job.name == MISTAKES => face.mistakes(job),
            Self::Command(face) => face.run(job),
            Self::Process(face) => face.run(job),
        }
        .unwrap_or_else(|error| panic!("{}: {error}", job.name))
    }

    /// What is planted must be found in everything that is collected.
    fn check_plants(&mut self, name: &str, search: &Search, person: &Person) -> usize {
        let mut checked = 0;
        for (field, value) in person.factors() {
            let outputs = match self {
                Self::Rust(_) => Ok(rust_face::plant(&[value.to_owned()])),
                Self::Command(_) => command_face::plant(value),
                Self::Process(face) => face.plant(value),
            }
            .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(outputs.len() > 1, "{name} plants nothing");
            for output in &outputs {
                let found = search.find(&output.text).iter().any(|hit| hit.field == field);
                assert!(found, "{name}: a planted {field} was not found in: {}", output.place);
            }
            checked += outputs.len();
        }
        checked
    }
}

/// The job in whose place the command line is used wrongly.
const MISTAKES: &str = "input: an unknown key";

/// What one face came to.
#[derive(Default)]
struct Tally {
    verifications: usize,
    outputs: usize,
    bytes: usize,
    plants: usize,
    /// Failures that did not happen: nothing is shown by them.
    missing: BTreeSet<String>,
    /// Where what was found, and how often.
    hits: BTreeMap<String, usize>,
}

fn search_face(argument: &str, &Arguments { seed, people, per_case, .. }: &Arguments) -> Tally {
    let (name, mut face) = Face::start(argument);
    let secrets = Secrets::invent(seed);
    let stranger = cases::start_sandbox(&[], &secrets);
    let mut tally = Tally::default();
    let size = people.div_ceil(COMBINATIONS).clamp(1, MOST_IN_A_BATCH);
    for (number, first) in (0..people).step_by(size).enumerate() {
        let people: Vec<Person> =
            (first..people.min(first + size)).map(|number| Person::invent(seed, number)).collect();
        let sandbox = cases::start_sandbox(&people, &secrets);
        let search = Search::new(&people, &secrets);
        if let (0, Some(person)) = (number, people.first()) {
            tally.plants = face.check_plants(&name, &search, person);
        }
        let batch =
            Batch { people: &people, secrets: &secrets, sandbox: &sandbox, stranger: &stranger, number };
        for (index, mut job) in batch.jobs().into_iter().enumerate() {
            job.choose(index, if matches!(face, Face::Command(_)) { PROCESSES } else { per_case });
            job.prepare(&sandbox);
            let outputs = face.run(&job);
            if let Some(word) = missing(&job, &outputs, &face) {
                tally.missing.insert(format!("{}: no {word}", job.name));
            }
            tally.verifications += job.people.len();
            for output in outputs {
                tally.outputs += 1;
                tally.bytes += output.text.len();
                for hit in search.find(&output.text) {
                    let what = format!("{}, {}, in {}: {}", hit.field, hit.form, output.place, job.name);
                    *tally.hits.entry(what).or_default() += 1;
                }
            }
        }
    }
    tally
}

/// What the job was to bring about and did not.
fn missing(job: &Job, outputs: &[Output], face: &Face) -> Option<&'static str> {
    // A process of its own for each person has nothing to be used up by others.
    if matches!(face, Face::Command(_)) && !job.at_once {
        return None;
    }
    let stands = |word: &str| outputs.iter().any(|output| output.text.contains(word));
    // Else the logs of the libraries would be off, and their silence show nothing.
    let logged = stands("log rustls") && stands("event bankmeta");
    if matches!(face, Face::Rust(_)) && job.name == "success" && !logged {
        return Some("logs of rustls and bankmeta");
    }
    job.expects.iter().find(|words| !words.split('|').any(stands)).copied()
}

/// Threads at the same time.
const MOST_IN_A_BATCH: usize = 50;

/// How many of a batch the command is run for: a process each takes its time.
const PROCESSES: usize = 2;

struct Arguments {
    people: usize,
    per_case: usize,
    seed: u64,
    faces: Vec<String>,
}

fn arguments() -> Arguments {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    let mut arguments = Arguments { people: 320, per_case: usize::MAX, seed: now, faces: Vec::new() };
    let mut words = std::env::args().skip(1);
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        let number = || value.parse().unwrap_or_else(|_| panic!("{option} needs a number"));
        match option.as_str() {
            "--people" => arguments.people = number(),
            "--per-case" => arguments.per_case = number(),
            "--seed" => arguments.seed = value.parse().unwrap_or_else(|_| panic!("--seed needs a number")),
            "--face" => arguments.faces.push(value),
            _ => panic!("there is no option {option}"),
        }
    }
    arguments
}

fn main() -> ExitCode {
    let arguments = arguments();
    let Arguments { people, seed, faces, .. } = &arguments;
    let started = Instant::now();
    logs::listen();
    println!("seed {seed}, {people} invented people");
    let tallies: Vec<(&String, Tally)> = thread::scope(|scope| {
        let running: Vec<_> =
            faces.iter().map(|face| (face, scope.spawn(|| search_face(face, &arguments)))).collect();
        running.into_iter().map(|(face, thread)| (face, thread.join().unwrap())).collect()
    });
    let mut found = false;
    for (face, tally) in tallies {
        println!(
            "{}: {} verifications, {} outputs, {} KiB, {} plants found",
            face.split('=').next().unwrap_or_default(),
            tally.verifications,
            tally.outputs,
            tally.bytes / 1024,
            tally.plants,
        );
        for what in &tally.missing {
            found = true;
            println!("  DID NOT HAPPEN: {what}");
        }
        for (what, count) in &tally.hits {
            found = true;
            println!("  FOUND {count} times: {what}");
        }
    }
    println!("searched in {} s", started.elapsed().as_secs());
    if found {
        println!("run again with --seed {seed} --people {people}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
