//! The configuration: what a client is built from.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::credentials::Credentials;
use crate::endpoint::{Endpoint, Network};
use crate::error::{Error, ErrorKind};
use crate::event::{Event, Events};
use crate::options::{
    CONFIG_OPTIONS, CredentialsSource, NotAValue, Placement, QuotaScope, or_off, seconds, truth, whole_number,
};
use crate::private::{AccessKeySecret, SecurityToken};
use crate::protocol::Signature;
use crate::retry::Retry;

/// What a [`Client`] is built from. Made by [`Client::builder`].
#[derive(Debug, Clone)]
pub struct ClientBuilder {
    pub(crate) credentials: CredentialsSource,
    pub(crate) access_key_id: Option<String>,
    pub(crate) access_key_secret: Option<AccessKeySecret>,
    pub(crate) security_token: Option<SecurityToken>,
    pub(crate) region: String,
    pub(crate) network: Network,
    pub(crate) endpoint: Option<String>,
    pub(crate) signature: Signature,
    pub(crate) placement: Placement,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) user_agent: Option<String>,
    pub(crate) retry: Retry,
    /// Kept beside `retry`, since by key it can be set before and after it.
    retry_max_extra: u32,
    pub(crate) resend_unknown: bool,
    pub(crate) max_billable: Option<u64>,
    pub(crate) quota: Option<f64>,
    pub(crate) quota_scope: QuotaScope,
    pub(crate) quota_account: String,
    pub(crate) breaker: bool,
    pub(crate) events: Events,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            credentials: CredentialsSource::default(),
            access_key_id: None,
            access_key_secret: None,
            security_token: None,
            region: "cn-hongkong".to_owned(),
            network: Network::default(),
            endpoint: None,
            signature: Signature::default(),
            placement: Placement::default(),
            timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(3),
            ca_file: None,
            user_agent: None,
            retry: Retry::default(),
            retry_max_extra: 1,
            resend_unknown: false,
            max_billable: None,
            quota: Some(48.0),
            quota_scope: QuotaScope::default(),
            quota_account: String::new(),
            breaker: true,
            events: Events::default(),
        }
    }
}

impl ClientBuilder {
    /// Where the access key comes from.
    #[must_use]
    pub fn credentials(mut self, source: CredentialsSource) -> Self {
        self.credentials = source;
        self
    }

    /// The access key.
    #[must_use]
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.access_key_id = Some(id.into());
        self.access_key_secret = Some(AccessKeySecret::new(secret));
        self
    }

    /// The token of temporary credentials.
    #[must_use]
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(SecurityToken::new(token));
        self
    }

    /// The region whose host is called; `cn-hongkong` by default.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// The public host, or the one inside the vendor's network.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Calls this host instead of the region's: `https://host[:port]`; plain
    /// `http` to loopback only.
    #[must_use]
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Which of the service's signatures to use.
    #[must_use]
    pub fn signature(mut self, signature: Signature) -> Self {
        self.signature = signature;
        self
    }

    /// Where the parameters stand.
    #[must_use]
    pub fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// The deadline of a whole verification, from 1 ms to an hour; 15 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The part of it that opening one connection may take; 3 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// A PEM file of the CAs to trust instead of the built-in Mozilla list.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        // Empty is the default's own form in the table.
        self.ca_file = Some(path.into()).filter(|path| !path.as_os_str().is_empty());
        self
    }

    /// Appended to the User-Agent header.
    #[must_use]
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// Which attempts are repeated.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        if let Retry::AnswerFirst { max_extra } = retry {
            self.retry_max_extra = max_extra;
        }
        self.retry = retry;
        self
    }

    fn retry_by_word(self, word: &str) -> Result<Self, NotAValue> {
        let max_extra = self.retry_max_extra;
        Ok(self.retry(match word {
            "bill_safe" => Retry::BillSafe,
            "answer_first" => Retry::AnswerFirst { max_extra },
            "never" => Retry::Never,
            _ => return Err(NotAValue),
        }))
    }

    fn retry_word(&self) -> &'static str {
        match self.retry {
            Retry::BillSafe => "bill_safe",
            Retry::AnswerFirst { .. } => "answer_first",
            Retry::Never => "never",
        }
    }

    fn max_extra(mut self, max_extra: u32) -> Self {
        self.retry_max_extra = max_extra;
        if let Retry::AnswerFirst { .. } = self.retry {
            self.retry = Retry::AnswerFirst { max_extra };
        }
        self
    }

    /// Experimental: after an attempt of unknown fate, sends the same signed request
    /// once more, byte for byte. That its nonce keeps it from being executed twice is
    /// a guess, if a well founded one: the gateway refuses a nonce it has seen.
    #[must_use]
    pub fn resend_unknown(mut self, resend: bool) -> Self {
        self.resend_unknown = resend;
        self
    }

    /// A hard cap on the calls of this client that are billed or may have been; a
    /// process forked off goes on counting from where its parent was, alone.
    #[must_use]
    pub fn max_billable(mut self, calls: impl Into<Option<u64>>) -> Self {
        self.max_billable = calls.into();
        self
    }

    /// Calls a second, evenly spaced; `None` switches the quota off. 48 by default,
    /// just below the 50 that the service grants an account.
    #[must_use]
    pub fn quota(mut self, calls_per_second: impl Into<Option<f64>>) -> Self {
        self.quota = calls_per_second.into();
        self
    }

    /// Who shares the quota.
    #[must_use]
    pub fn quota_scope(mut self, scope: QuotaScope) -> Self {
        self.quota_scope = scope;
        self
    }

    /// With [`QuotaScope::Host`], the account's name: any text that all who share the
    /// quota agree on; by default the access key id.
    #[must_use]
    pub fn quota_account(mut self, account: impl Into<String>) -> Self {
        self.quota_account = account.into();
        self
    }

    /// Whether calls fail at once for a while after five connections in a row failed.
    #[must_use]
    pub fn breaker(mut self, on: bool) -> Self {
        self.breaker = on;
        self
    }

    /// Tells `listener` what the client does. It is called in the thread of the call
    /// and should be quick; it gets nothing that was verified.
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.events = Events { listener: Some(Arc::new(listener)) };
        self
    }

    /// Tells nobody, as at first.
    #[must_use]
    pub fn without_events(mut self) -> Self {
        self.events = Events::default();
        self
    }

    /// Sets an option by its key, as in every other face; [`CONFIG_OPTIONS`]
    /// lists them. The error never repeats the value.
    pub fn set(self, key: &str, value: &str) -> Result<Self, Error> {
        let Some(option) = CONFIG_OPTIONS.iter().find(|option| option.key == key) else {
            return Err(unknown_option());
        };
        let changed = match key {
            "credentials" => value.parse().map(|source| self.credentials(source)),
            "access_key_id" => Ok(Self { access_key_id: Some(value.to_owned()), ..self }),
            "access_key_secret" => Ok(Self { access_key_secret: Some(AccessKeySecret::new(value)), ..self }),
            "security_token" => Ok(self.security_token(value)),
            "region" => Ok(self.region(value)),
            "network" => value.parse().map(|network| self.network(network)),
            "endpoint" => Ok(self.endpoint(value)),
            "signature" => value.parse().map(|signature| self.signature(signature)),
            "placement" => value.parse().map(|placement| self.placement(placement)),
            "timeout" => seconds(value).map(|timeout| self.timeout(timeout)),
            "connect_timeout" => seconds(value).map(|timeout| self.connect_timeout(timeout)),
            "ca_file" => Ok(self.ca_file(value)),
            "user_agent" => Ok(self.user_agent(value)),
            "retry" => self.retry_by_word(value),
            "retry_max_extra" => whole_number(value).map(|max_extra| self.max_extra(max_extra)),
            "resend_unknown" => truth(value).map(|resend| self.resend_unknown(resend)),
            "max_billable" => or_off(value).map(|most| Self { max_billable: most, ..self }),
            "quota" => or_off(value).map(|rate| Self { quota: rate, ..self }),
            "quota_scope" => value.parse().map(|scope| self.quota_scope(scope)),
            "quota_account" => Ok(self.quota_account(value)),
            "breaker" => truth(value).map(|on| self.breaker(on)),
            _ => Err(NotAValue),
        };
        changed.map_err(|NotAValue| Error::configuration(format!("{key} must be {}", option.value)))
    }

    /// The present value of an option, in the form that [`ClientBuilder::set`]
    /// takes. A secret reads as empty, whether it is set or not.
    pub fn get(&self, key: &str) -> Result<String, Error> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let seconds = |value: Duration| value.as_secs_f64().to_string();
        let off = || "off".to_owned();
        Ok(match key {
            "credentials" => self.credentials.as_str().to_owned(),
            "access_key_id" => text(&self.access_key_id),
            "access_key_secret" | "security_token" => String::new(),
            "region" => self.region.clone(),
            "network" => self.network.as_str().to_owned(),
            "endpoint" => text(&self.endpoint),
            "signature" => self.signature.as_str().to_owned(),
            "placement" => self.placement.as_str().to_owned(),
            "timeout" => seconds(self.timeout),
            "connect_timeout" => seconds(self.connect_timeout),
            "ca_file" => self.ca_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
            "user_agent" => text(&self.user_agent),
            "retry" => self.retry_word().to_owned(),
            "retry_max_extra" => self.retry_max_extra.to_string(),
            "resend_unknown" => self.resend_unknown.to_string(),
            "max_billable" => self.max_billable.map_or_else(off, |most| most.to_string()),
            "quota" => self.quota.map_or_else(off, |rate| rate.to_string()),
            "quota_scope" => self.quota_scope.as_str().to_owned(),
            "quota_account" => self.quota_account.clone(),
            "breaker" => if self.breaker { "on" } else { "off" }.to_owned(),
            _ => return Err(unknown_option()),
        })
    }

    /// Checks everything, reads the CA file, and makes the client. No connection
    /// is opened yet.
    pub fn build(self) -> Result<Client, Error> {
        Client::new(&self)
    }

    pub(crate) fn resolve_credentials(&self) -> Result<Credentials, Error> {
        match (self.credentials, &self.access_key_id, &self.access_key_secret) {
            (CredentialsSource::Environment, None, None) => Credentials::from_environment(),
            (CredentialsSource::Environment, ..) => Err(Error::configuration(
                "credentials is environment, and an access key is given too; choose one",
            )),
            (CredentialsSource::Explicit, Some(id), Some(secret)) => Credentials::new(
                id,
                secret.expose(),
                self.security_token.as_ref().map(|token| token.expose().to_owned()),
            ),
            (CredentialsSource::Explicit, ..) => Err(Error::not_sent(
                ErrorKind::Credentials,
                "no access key; set access_key_id and access_key_secret, or set credentials to environment",
            )),
        }
    }

    pub(crate) fn resolve_endpoint(&self) -> Result<Endpoint, Error> {
        match self.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty()) {
            Some(endpoint) => Endpoint::parse(endpoint),
            None => Endpoint::of_region(&self.region, self.network),
        }
    }

    pub(crate) fn checked_timeouts(&self) -> Result<(Duration, Duration), Error> {
        let allowed = Duration::from_millis(1)..=Duration::from_hours(1);
        for (key, value) in [("timeout", self.timeout), ("connect_timeout", self.connect_timeout)] {
            if !allowed.contains(&value) {
                return Err(Error::configuration(format!("{key} must be from 0.001 to 3600 seconds")));
            }
        }
        Ok((self.timeout, self.connect_timeout))
    }

    pub(crate) fn checked_limits(&self) -> Result<(), Error> {
        // Not a number is outside every range.
        if self.quota.is_some_and(|rate| !(0.1..=1_000_000.0).contains(&rate)) {
            return Err(Error::configuration("quota must be from 0.1 to 1000000 calls a second, or off"));
        }
        if self.retry_max_extra > 10 {
            return Err(Error::configuration("retry_max_extra must be from 0 to 10"));
        }
        Ok(())
    }

    pub(crate) fn checked_user_agent(&self) -> Result<String, Error> {
        let own = concat!("bankmeta/", env!("CARGO_PKG_VERSION"));
        let suffix = self.user_agent.as_deref().unwrap_or_default();
        if suffix.len() > 200 || !suffix.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(Error::configuration("user_agent must be at most 200 visible ASCII characters"));
        }
        Ok(format!("{own} {suffix}").trim_end().to_owned())
    }
}

/// It does not repeat the key, which could be a value put in the wrong place.
fn unknown_option() -> Error {
    let keys: Vec<&str> = CONFIG_OPTIONS.iter().map(|option| option.key).collect();
    Error::configuration(format!("unknown option; the options are {}", keys.join(", ")))
}

#[cfg(test)]
mod tests;
