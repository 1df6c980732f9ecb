//! The configuration's flags, made from the core's table, and the client they describe.

use std::env;

use bankmeta::{CONFIG_OPTIONS, Client, ClientBuilder, ConfigOption, CredentialsSource, Endpoint};
use clap::{Arg, ArgMatches};

use crate::access_key_file;
use crate::output::warn;
use crate::problem::Problem;

const KEY_FILE: &str = "access-key-file";

/// Without these the environment holds no access key.
const ENVIRONMENT: [&str; 2] = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"];

/// What the command says of secrets among its arguments.
const NO_SECRETS: &str = "A secret among the arguments is visible to every user of this machine, and stays in the \
    shell's history: change it if it was a real one. Use the environment variables \
    ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, \
    or --access-key-file FILE.";

/// One flag for each option of the core, and the file of the access key.
pub(crate) fn flags() -> Vec<Arg> {
    let file =
        Arg::new(KEY_FILE).long(KEY_FILE).value_name("path").help_heading("Configuration").help(
            "a file with the lines access_key_id=…, access_key_secret=… and, if needed, security_token=…",
        );
    CONFIG_OPTIONS.iter().map(flag).chain([file]).collect()
}

fn flag(option: &ConfigOption) -> Arg {
    let arg = Arg::new(option.key)
        .long(option.key.replace('_', "-"))
        .value_name(option.value)
        .allow_negative_numbers(true)
        .help_heading("Configuration");
    if option.secret {
        // Taken in only to be refused with a better word than "unknown".
        return arg.num_args(0..=1).hide(true);
    }
    arg.help(match (option.key, option.default) {
        ("credentials", _) => format!(
            "where the access key comes from: --{KEY_FILE}, or the variables ALIBABA_CLOUD_ACCESS_KEY_ID, \
             _ACCESS_KEY_SECRET and _SECURITY_TOKEN [default: environment, unless --{KEY_FILE} is given]"
        ),
        ("access_key_id", _) => format!("the access key id, if the file of --{KEY_FILE} does not hold it"),
        (_, "") => option.meaning.to_owned(),
        (_, default) => format!("{} [default: {default}]", option.meaning),
    })
}

/// The client, its configuration and its access key.
pub(crate) fn client(matches: &ArgMatches, verbose: bool) -> Result<Client, Problem> {
    let mut builder = with_access_key(without_access_key(matches)?, matches)?;
    if verbose {
        builder = builder.on_event(|event| warn(&format!("{}: {}", event.level.as_str(), event.text)));
    }
    Ok(builder.build()?)
}

/// Refuses secrets; they are not repeated.
pub(crate) fn refuse_secrets(matches: &ArgMatches) -> Result<(), Problem> {
    match CONFIG_OPTIONS.iter().find(|option| option.secret && matches.contains_id(option.key)) {
        Some(option) => {
            let flag = option.key.replace('_', "-");
            Err(Problem::usage(format!("--{flag} is not accepted. {NO_SECRETS}")))
        }
        None => Ok(()),
    }
}

/// Everything but the access key.
pub(crate) fn without_access_key(matches: &ArgMatches) -> Result<ClientBuilder, Problem> {
    let of_key = |option: &&ConfigOption| {
        option.secret || option.key == "credentials" || option.key == "access_key_id"
    };
    let mut builder = Client::builder();
    for option in CONFIG_OPTIONS.iter().filter(|option| !of_key(option)) {
        if let Some(value) = value(matches, option.key) {
            builder = builder.set(option.key, value)?;
        }
    }
    Ok(builder)
}

/// The access key from its file or, by default, from the environment.
pub(crate) fn with_access_key(
    mut builder: ClientBuilder,
    matches: &ArgMatches,
) -> Result<ClientBuilder, Problem> {
    if let Some(word) = value(matches, "credentials") {
        builder = builder.set("credentials", word)?;
    }
    let id = value(matches, "access_key_id");
    match (value(matches, KEY_FILE), value(matches, "credentials")) {
        (Some(_), Some("environment")) => Err(Problem::usage(format!(
            "--credentials environment and --{KEY_FILE} exclude each other; choose one."
        ))),
        (None, Some("explicit")) => {
            Err(Problem::usage(format!("--credentials explicit needs --{KEY_FILE} FILE.")))
        }
        (None, _) if id.is_some() => {
            Err(Problem::usage(format!("--access-key-id needs --{KEY_FILE} FILE, which holds the secret.")))
        }
        (Some(path), _) => access_key_file::read(path, id, builder),
        (None, _) => {
            match ENVIRONMENT.iter().find(|name| env::var_os(name).is_none_or(|value| value.is_empty())) {
                Some(missing) => Err(Problem::credentials(format!(
                    "The environment variable {missing} is not set; set it, or use --{KEY_FILE} FILE."
                ))),
                None => Ok(builder.credentials(CredentialsSource::Environment)),
            }
        }
    }
}

/// Where calls go.
pub(crate) fn endpoint(matches: &ArgMatches) -> Result<Endpoint, Problem> {
    let or_default = |key| {
        let default = CONFIG_OPTIONS.iter().find(|option| option.key == key).map(|option| option.default);
        value(matches, key).or(default).unwrap_or_default()
    };
    Ok(match or_default("endpoint") {
        "" => Endpoint::of_region(or_default("region"), or_default("network").parse().unwrap_or_default())?,
        endpoint => Endpoint::parse(endpoint)?,
    })
}

fn value<'a>(matches: &'a ArgMatches, key: &str) -> Option<&'a str> {
    matches.get_one::<String>(key).map(String::as_str)
}
