//! One table of options, the same keys in every face, and what their values are.

use std::str::FromStr;
use std::time::Duration;

use crate::endpoint::Network;
use crate::protocol::Signature;

/// One option of the configuration.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ConfigOption {
    /// The key, the same in every face.
    pub key: &'static str,
    /// What a value looks like.
    pub value: &'static str,
    /// The value if it is not set.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Whether the value must not be shown.
    pub secret: bool,
}

const fn option(
    key: &'static str,
    value: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> ConfigOption {
    ConfigOption { key, value, default, meaning, secret: false }
}

const fn secret(key: &'static str, meaning: &'static str) -> ConfigOption {
    ConfigOption { key, value: "text", default: "", meaning, secret: true }
}

/// Every option.
pub const CONFIG_OPTIONS: &[ConfigOption] = &[
    option(
        "credentials",
        "explicit | environment",
        "explicit",
        "where the access key comes from: the options below, or the variables ALIBABA_CLOUD_ACCESS_KEY_ID, _ACCESS_KEY_SECRET and _SECURITY_TOKEN",
    ),
    option("access_key_id", "text", "", "the access key id"),
    secret("access_key_secret", "the access key secret"),
    secret("security_token", "the token of temporary credentials"),
    option("region", "name", "cn-hongkong", "the region whose host is called"),
    option("network", "public | vpc", "public", "the public host, or the one inside the vendor's network"),
    option(
        "endpoint",
        "https://host[:port]",
        "",
        "calls this host instead of the region's; plain http to loopback only",
    ),
    option(
        "signature",
        "acs3 | v1",
        "acs3",
        "ACS3-HMAC-SHA256, or the older HMAC-SHA1, which puts the access key id and a security token in the URL",
    ),
    option(
        "placement",
        "auto | body | query",
        "auto",
        "where the parameters stand: auto puts them in the form body (that the service takes them there is a guess) and, until a first answer shows it, repeats in the query if the service says that they are missing",
    ),
    option("timeout", "seconds", "15", "the deadline of a whole verification, from 0.001 to 3600"),
    option(
        "connect_timeout",
        "seconds",
        "3",
        "the part of it that opening one connection may take (DNS, TCP and TLS)",
    ),
    option("ca_file", "path", "", "a PEM file of the CAs to trust instead of the built-in Mozilla list"),
    option("user_agent", "text", "", "appended to the User-Agent header"),
    option(
        "retry",
        "bill_safe | answer_first | never",
        "bill_safe",
        "which attempts are repeated: those that certainly were not billed; also those that may have been; none",
    ),
    option(
        "retry_max_extra",
        "number",
        "1",
        "with retry answer_first: repetitions of a verification that may be billed, from 0 to 10",
    ),
    option(
        "resend_unknown",
        "true | false",
        "false",
        "experimental: after an attempt of unknown fate, the same signed request once more, byte for byte; that its nonce keeps it from being executed twice is a guess",
    ),
    option(
        "max_billable",
        "number | off",
        "off",
        "a hard cap on the calls of this client that are billed or may have been",
    ),
    option(
        "quota",
        "number | off",
        "48",
        "calls a second, evenly spaced, from 0.1 to 1000000; the service grants an account 50",
    ),
    option(
        "quota_scope",
        "process | host",
        "process",
        "who shares the quota: the calls of this client, or all clients of this user on this machine that name the same account",
    ),
    option(
        "quota_account",
        "text",
        "",
        "with quota_scope host: the account's name, any text; by default the access key id",
    ),
    option(
        "breaker",
        "on | off",
        "on",
        "whether calls fail at once for a while after five connections in a row failed",
    ),
];

/// Where the access key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CredentialsSource {
    /// From the options `access_key_id`, `access_key_secret` and `security_token`.
    #[default]
    Explicit,
    /// From the three environment variables, read once when the client is built.
    Environment,
}

/// Where the parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Placement {
    /// In the form body; that the service takes them there is a guess. Until a first
    /// answer shows where it sees them, a verification whose parameters it misses is
    /// repeated in the query.
    #[default]
    Auto,
    /// Always in the form body.
    Body,
    /// Always in the query, as the vendor's SDKs do: the URL then holds personal data.
    Query,
}

/// Who shares a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum QuotaScope {
    /// The calls of one client in one process.
    #[default]
    Process,
    /// All clients of this user on this machine that name the same account.
    Host,
}

/// The value is not one of the option's; what is allowed stands in the table.
#[derive(Debug)]
pub struct NotAValue;

pub(crate) fn seconds(text: &str) -> Result<Duration, NotAValue> {
    let number: f64 = text.parse().map_err(|_| NotAValue)?;
    Duration::try_from_secs_f64(number).map_err(|_| NotAValue)
}

macro_rules! words {
    ($type:ty: $($word:literal => Self::$variant:ident),+) => {
        impl $type {
            /// The option's value for it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl FromStr for $type {
            type Err = NotAValue;

            fn from_str(word: &str) -> Result<Self, NotAValue> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(NotAValue) }
            }
        }
    };
}

/// A number, or `off` for none.
pub(crate) fn or_off<T: FromStr>(text: &str) -> Result<Option<T>, NotAValue> {
    if text == "off" { Ok(None) } else { whole_number(text).map(Some) }
}

pub(crate) fn whole_number<T: FromStr>(text: &str) -> Result<T, NotAValue> {
    text.parse().map_err(|_| NotAValue)
}

pub(crate) fn truth(text: &str) -> Result<bool, NotAValue> {
    match text {
        "true" | "on" => Ok(true),
        "false" | "off" => Ok(false),
        _ => Err(NotAValue),
    }
}

words!(QuotaScope: "process" => Self::Process, "host" => Self::Host);
words!(CredentialsSource: "explicit" => Self::Explicit, "environment" => Self::Environment);
words!(Network: "public" => Self::Public, "vpc" => Self::Vpc);
words!(Signature: "acs3" => Self::Acs3, "v1" => Self::V1);
words!(Placement: "auto" => Self::Auto, "body" => Self::Body, "query" => Self::Query);
