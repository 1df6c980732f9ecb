//! Options as a configuration file would give them: any key, any value.

use std::sync::Once;

use arbitrary::Unstructured;
use bankmeta::{CONFIG_OPTIONS, Client};

use crate::text;

/// The options that are set by their own key.
pub const FUZZED: &[&str] = &[
    "access_key_id",
    "access_key_secret",
    "security_token",
    "region",
    "network",
    "endpoint",
    "signature",
    "placement",
    "timeout",
    "connect_timeout",
    "user_agent",
    "retry",
    "retry_max_extra",
    "resend_unknown",
    "max_billable",
    "quota",
    "quota_account",
    "breaker",
];

/// Options that reach outside of this process once a client is built, and what they reach.
const LEFT_OUT: &[(&str, &str)] = &[
    ("credentials", "the environment"),
    ("ca_file", "any file"),
    ("quota_scope", "a file that all processes of the user share"),
];

fn every_option_is_fuzzed_or_left_out_for_a_reason() {
    for option in CONFIG_OPTIONS {
        let left_out = LEFT_OUT.iter().any(|(key, _)| *key == option.key);
        assert!(
            FUZZED.contains(&option.key) != left_out,
            "{}: add it to FUZZED, or to LEFT_OUT if building a client with it reaches outside",
            option.key
        );
    }
}

/// Sets options, those that fit and those that do not, and builds a client of them.
pub fn run(data: &[u8]) {
    static ONCE: Once = Once::new();
    ONCE.call_once(every_option_is_fuzzed_or_left_out_for_a_reason);
    let mut bytes = Unstructured::new(data);
    let mut builder = Client::builder();
    for _ in 0..bytes.int_in_range(0..=12).unwrap_or(0) {
        let key = key(&mut bytes);
        let value = text(&mut bytes);
        match builder.clone().set(&key, &value) {
            Ok(changed) => builder = changed,
            Err(error) => never_shows(&error.to_string(), &key, &value),
        }
    }
    let _shown = format!("{builder:?}");
    if let Err(error) = builder.build() {
        assert!(!error.to_string().is_empty());
    }
}

/// A key of the list, or a text that is no option.
pub fn key(bytes: &mut Unstructured<'_>) -> String {
    let index = bytes.int_in_range(0..=FUZZED.len()).unwrap_or(0);
    FUZZED.get(index).map_or_else(|| format!("?{}", text(bytes)), |key| (*key).to_owned())
}

/// An error repeats no value: it could be a secret.
fn never_shows(message: &str, key: &str, value: &str) {
    let ours = Client::builder().set(key, "\u{1}").err().map(|error| error.to_string());
    assert!(
        value.len() < 12 || !message.contains(value) || ours.as_deref() == Some(message),
        "the error of {key} shows its value"
    );
}
