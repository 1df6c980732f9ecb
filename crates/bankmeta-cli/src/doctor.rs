//! `bankmeta doctor`: is everything ready for a verification?

use bankmeta::{ErrorKind, Phase, Probe};
use clap::{ArgMatches, Command};

use crate::diagnosis::Diagnosis;
use crate::exit::{self, Exit};
use crate::output::{Form, print};
use crate::problem::Problem;
use crate::settings;

/// The service refuses requests whose time is further off.
const CLOCK_LIMIT_SECONDS: u64 = 15 * 60;

/// A clock that is further off is not kept by NTP.
const CLOCK_NOTE_SECONDS: u64 = 60;

const AFTER_HELP: &str = "\
The last check makes one signed call without the operation's parameters, which
the service should reject before it can be billed. How the live service answers
it is inferred from the vendor's documentation: it was only tried against the
sandbox.";

pub(crate) fn command() -> Command {
    Command::new("doctor")
        .about("Check configuration, access key, network, clock and permission, without cost")
        .args(settings::flags())
        .args(Form::flags())
        .after_help(format!("{AFTER_HELP}\n\n{}", exit::HELP))
}

pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let form = Form::of(matches);
    if let Err(problem) = settings::refuse_secrets(matches) {
        return problem.report(form);
    }
    let diagnosis = diagnose(matches);
    let text = match form {
        Form::Text => diagnosis.text(),
        Form::Json => diagnosis.json().to_string(),
    };
    print(&text, diagnosis.exit())
}

fn diagnose(matches: &ArgMatches) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    if check_configuration(&mut diagnosis, matches) & check_credentials(&mut diagnosis, matches) {
        match settings::client(matches, false) {
            Ok(client) => match client.probe() {
                Ok(probe) => judge_reply(&mut diagnosis, matches, &probe),
                Err(error) => judge_error(&mut diagnosis, matches, error.into()),
            },
            Err(problem) => diagnosis.fail("configuration", problem),
        }
    }
    diagnosis
}

fn check_configuration(diagnosis: &mut Diagnosis, matches: &ArgMatches) -> bool {
    let checked = settings::without_access_key(matches).and_then(|builder| {
        // The access key is checked on its own line.
        builder.access_key("-", "-").build()?;
        settings::endpoint(matches)
    });
    match checked {
        Ok(endpoint) => {
            diagnosis.endpoint = Some(endpoint.authority());
            diagnosis.ok("configuration", format!("the endpoint is {}", endpoint.authority()));
            true
        }
        Err(problem) => {
            diagnosis.fail("configuration", problem);
            false
        }
    }
}

fn check_credentials(diagnosis: &mut Diagnosis, matches: &ArgMatches) -> bool {
    let checked = settings::with_access_key(bankmeta::Client::builder(), matches)
        .and_then(|builder| builder.build().map_err(Problem::from));
    match checked {
        Ok(_) => {
            diagnosis.ok("credentials", "there is an access key; whether it is right shows below");
            true
        }
        Err(problem) => {
            diagnosis.fail("credentials", problem);
            false
        }
    }
}

/// Everything went as it should; the clock may still be off.
fn judge_reply(diagnosis: &mut Diagnosis, matches: &ArgMatches, probe: &Probe) {
    judge_network(diagnosis, matches, Phase::Done);
    diagnosis.clock_offset_seconds = probe.clock_offset;
    match probe.clock_offset {
        None => diagnosis.skip("clock", "the reply has no Date header"),
        Some(offset) => {
            let side = if offset > 0 { "behind" } else { "ahead of" };
            let text = format!("this machine's clock is {} s {side} the service's", offset.unsigned_abs());
            match offset.unsigned_abs() {
                0 => diagnosis.ok("clock", "this machine's clock agrees with the service's"),
                seconds if seconds > CLOCK_LIMIT_SECONDS => {
                    diagnosis.fail("clock", Problem::clock(format!("{text}. {}", ErrorKind::Clock.remedy())));
                }
                seconds if seconds > CLOCK_NOTE_SECONDS => {
                    diagnosis.ok("clock", format!("note: {text}; set it (NTP) before it is 15 minutes off"));
                }
                _ => diagnosis.ok("clock", text),
            }
        }
    }
    let code = probe.attempt.service_code.as_deref().unwrap_or("none");
    diagnosis.ok(
        "signed call",
        format!("access key and permission are right: it was rejected only for its missing parameters (service code {code}), not billed"),
    );
    diagnosis.attempts = vec![probe.attempt.clone()];
}

/// How far the attempt got tells which check failed.
fn judge_error(diagnosis: &mut Diagnosis, matches: &ArgMatches, problem: Problem) {
    let (phase, kind) = match problem.error() {
        Some(error) => {
            (error.attempts().last().map_or(Phase::Resolve, |attempt| attempt.phase), error.kind())
        }
        None => (Phase::Resolve, ErrorKind::Configuration),
    };
    diagnosis.attempts = problem.error().map(|error| error.attempts().to_vec()).unwrap_or_default();
    judge_network(diagnosis, matches, phase);
    match phase {
        Phase::Resolve => diagnosis.fail("dns", problem),
        Phase::Connect => diagnosis.fail("connection", problem),
        Phase::Tls => diagnosis.fail("tls", problem),
        _ if kind == ErrorKind::Clock => diagnosis.fail("clock", problem),
        _ => diagnosis.fail("signed call", problem),
    }
}

/// What came before the phase that was reached is in order.
fn judge_network(diagnosis: &mut Diagnosis, matches: &ArgMatches, reached: Phase) {
    let endpoint = settings::endpoint(matches).ok();
    let is_address =
        endpoint.as_ref().is_some_and(|endpoint| endpoint.host().parse::<std::net::IpAddr>().is_ok());
    if is_address {
        diagnosis.skip("dns", "the endpoint is an address");
    } else if reached > Phase::Resolve {
        diagnosis.ok("dns", "the endpoint's name was resolved");
    }
    if reached > Phase::Connect {
        diagnosis.ok("connection", "the endpoint takes connections");
    }
    if endpoint.is_some_and(|endpoint| !endpoint.is_https()) {
        diagnosis.skip("tls", "the endpoint is plain http to loopback");
    } else if reached > Phase::Tls {
        diagnosis.ok("tls", "the endpoint's certificate is trusted");
    }
}
