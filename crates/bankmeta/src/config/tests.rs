//! The options by key, and what does not build.

use super::*;
use crate::options::ConfigOption;

fn example(option: &ConfigOption) -> &'static str {
    match option.value {
        "seconds" => "2.5",
        "https://host[:port]" => "https://localhost:1",
        "path" => "/nowhere",
        "number" | "number | off" => "7",
        choices => choices.split(" | ").next().unwrap_or("x"),
    }
}

#[test]
fn every_option_of_the_table_can_be_set() {
    for option in CONFIG_OPTIONS {
        ClientBuilder::default().set(option.key, example(option)).unwrap();
    }
}

#[test]
fn what_is_set_reads_back_and_secrets_do_not() {
    let fresh = ClientBuilder::default();
    for option in CONFIG_OPTIONS {
        assert_eq!(fresh.get(option.key).unwrap(), option.default, "{}", option.key);
        let set = fresh.clone().set(option.key, example(option)).unwrap();
        let expected = if option.secret { "" } else { example(option) };
        assert_eq!(set.get(option.key).unwrap(), expected, "{}", option.key);
    }
    assert_eq!(fresh.get("tiemout").unwrap_err().kind(), ErrorKind::Configuration);
}

#[test]
fn defaults_stand_in_the_table_as_they_are() {
    let mut builder = ClientBuilder::default();
    for option in CONFIG_OPTIONS.iter().filter(|option| !option.default.is_empty()) {
        builder = builder.set(option.key, option.default).unwrap();
    }
    assert_eq!(format!("{builder:?}"), format!("{:?}", ClientBuilder::default()));
    let empty = builder.set("endpoint", "").unwrap().set("ca_file", "").unwrap();
    empty.access_key("id", "secret").build().unwrap();
}

#[test]
fn wrong_keys_and_values_are_errors_that_show_neither() {
    for (key, value) in [
        ("tiemout", "15"),
        ("timeout", "soon-6222021234567890123"),
        ("timeout", "-1"),
        ("timeout", "NaN"),
        ("timeout", "inf"),
        ("placement", "url"),
        ("signature", "V1"),
        ("network", ""),
        ("retry", "always"),
        ("retry_max_extra", "-1"),
        ("max_billable", "1.5"),
        ("quota", "fast"),
        ("quota_scope", "world"),
        ("resend_unknown", "yes"),
    ] {
        let error = ClientBuilder::default().set(key, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(!error.to_string().contains("6222"), "{error}");
    }
}

#[test]
fn bad_settings_do_not_build() {
    let with_key = || ClientBuilder::default().access_key("id", "secret");
    for (builder, kind) in [
        (ClientBuilder::default(), ErrorKind::Credentials),
        (with_key().timeout(Duration::ZERO), ErrorKind::Configuration),
        (with_key().connect_timeout(Duration::from_secs(3601)), ErrorKind::Configuration),
        (with_key().endpoint("http://example.com"), ErrorKind::Configuration),
        (with_key().region("a.b"), ErrorKind::Configuration),
        (with_key().quota(0.0), ErrorKind::Configuration),
        (with_key().quota(f64::NAN), ErrorKind::Configuration),
        (with_key().retry(Retry::AnswerFirst { max_extra: 11 }), ErrorKind::Configuration),
        (with_key().user_agent("a\r\nb"), ErrorKind::Configuration),
        (with_key().ca_file("/nonexistent"), ErrorKind::Configuration),
        (with_key().credentials(CredentialsSource::Environment), ErrorKind::Configuration),
    ] {
        assert_eq!(builder.build().unwrap_err().kind(), kind);
    }
    with_key().build().unwrap();
}
