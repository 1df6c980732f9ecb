//! One call, correct unless a test spoils it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bankmeta::protocol::{acs3, encode, v1};
use bankmeta_sandbox::Sandbox;

use super::{Connection, Reply, host};

pub(crate) const CARD: &str = "6222021234567890128";
pub(crate) const NAME: &str = "张三";
pub(crate) const ID_NUMBER: &str = "11010519491231002X";
pub(crate) const MOBILE: &str = "13800138000";

/// Where the operation's own parameters stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Query,
    Form,
    /// Every other one in the query, the rest in the form.
    Split,
}

/// A call before it is signed. Every field may be spoilt.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) v1: bool,
    pub(crate) method: &'static str,
    pub(crate) place: Place,
    pub(crate) key: (String, String),
    pub(crate) token: Option<String>,
    pub(crate) action: String,
    pub(crate) version: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) format: Option<&'static str>,
    pub(crate) parameters: Vec<(&'static str, String)>,
    /// V1 only: common parameters to leave out, or to replace.
    pub(crate) common: Vec<(&'static str, Option<&'static str>)>,
    /// ACS3 only: headers to leave out of `SignedHeaders`.
    pub(crate) unsigned: Vec<&'static str>,
    /// Headers to send in place of those that were signed.
    pub(crate) replaced: Vec<(&'static str, String)>,
}

impl Call {
    pub(crate) fn acs3() -> Self {
        let parameters = [
            ("ProductCode", "BANK_CARD_N_META"),
            ("ParamType", "normal"),
            ("VerifyMode", "VERIFY_BANK_CARD"),
            ("ProductType", "BANK_CARD_4_META"),
            ("BankCard", CARD),
            ("UserName", NAME),
            ("IdentityType", "01"),
            ("IdentifyNum", ID_NUMBER),
            ("Mobile", MOBILE),
        ];
        Self {
            v1: false,
            method: "POST",
            place: Place::Form,
            key: ("testid".to_owned(), "testsecret".to_owned()),
            token: None,
            action: "BankMetaVerifyIntl".to_owned(),
            version: "2022-08-09".to_owned(),
            timestamp: timestamp(0),
            nonce: fresh_nonce(),
            format: None,
            parameters: parameters.map(|(name, value)| (name, value.to_owned())).to_vec(),
            common: Vec::new(),
            unsigned: Vec::new(),
            replaced: Vec::new(),
        }
    }

    pub(crate) fn v1() -> Self {
        Self { v1: true, format: Some("JSON"), ..Self::acs3() }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn key(mut self, id: &str, secret: &str) -> Self {
        self.key = (id.to_owned(), secret.to_owned());
        self
    }

    /// Sets a parameter, or removes it.
    pub(crate) fn set(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.parameters.retain(|parameter| parameter.0 != name);
        if let Some(value) = value {
            self.parameters.push((name, value.to_owned()));
        }
        self
    }

    pub(crate) fn card(self, card_number: &str) -> Self {
        self.set("BankCard", Some(card_number))
    }

    /// Sends it on a connection of its own.
    pub(crate) fn send(&self, sandbox: &Sandbox) -> Reply {
        Connection::open(sandbox).exchange(&self.bytes(&host(sandbox)))
    }

    /// The whole request, signed.
    pub(crate) fn bytes(&self, host: &str) -> Vec<u8> {
        if self.v1 { self.v1_bytes(host) } else { self.acs3_bytes(host) }
    }

    fn placed(&self) -> (Pairs<'_>, Pairs<'_>) {
        let pairs = self.parameters.iter().map(|(name, value)| (*name, value.as_str()));
        let (query, form): (Vec<_>, Vec<_>) = pairs.enumerate().partition(|(index, _)| match self.place {
            Place::Query => true,
            Place::Form => false,
            Place::Split => index % 2 == 0,
        });
        let plain =
            |pairs: Vec<(usize, (&'static str, _))>| pairs.into_iter().map(|(_, pair)| pair).collect();
        (plain(query), plain(form))
    }

    fn acs3_bytes(&self, host: &str) -> Vec<u8> {
        let (mut query, form) = self.placed();
        query.extend(self.format.map(|format| ("Format", format)));
        let body = pairs(&form);
        let hash = acs3::sha256_hex(body.as_bytes());
        let mut headers = vec![
            ("host", host),
            ("x-acs-action", &self.action),
            ("x-acs-content-sha256", &hash),
            ("x-acs-date", &self.timestamp),
            ("x-acs-signature-nonce", &self.nonce),
            ("x-acs-version", &self.version),
        ];
        if !form.is_empty() {
            headers.push(("content-type", FORM));
        }
        if let Some(token) = &self.token {
            headers.push(("x-acs-accesskey-id", &self.key.0));
            headers.push(("x-acs-security-token", token));
        }
        let mut signed = headers.clone();
        signed.retain(|(name, _)| !self.unsigned.contains(name));
        let canonical = acs3::canonical_request(self.method, &query, &signed, &hash);
        let signature = acs3::signature(&self.key.1, &acs3::string_to_sign(&canonical));
        let authorization = acs3::authorization(&self.key.0, &signed, &signature);
        headers.push(("authorization", &authorization));
        self.raw(&pairs(&query), &headers, &body)
    }

    fn v1_bytes(&self, host: &str) -> Vec<u8> {
        let (own, form) = self.placed();
        let mut query = vec![
            ("AccessKeyId", self.key.0.as_str()),
            ("Action", &self.action),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", &self.nonce),
            ("SignatureVersion", "1.0"),
            ("Timestamp", &self.timestamp),
            ("Version", &self.version),
        ];
        query.extend(self.format.map(|format| ("Format", format)));
        query.extend(self.token.as_ref().map(|token| ("SecurityToken", token.as_str())));
        for (name, replacement) in &self.common {
            query.retain(|pair| pair.0 != *name);
            query.extend(replacement.map(|value| (*name, value)));
        }
        query.extend(own);
        let all: Vec<_> = query.iter().chain(&form).copied().collect();
        let signature = v1::signature(&self.key.1, &v1::string_to_sign(self.method, &all));
        if !self.unsigned.contains(&"Signature") {
            query.push(("Signature", &signature));
        }
        let mut headers = vec![("host", host)];
        if !form.is_empty() {
            headers.push(("content-type", FORM));
        }
        self.raw(&pairs(&query), &headers, &pairs(&form))
    }

    fn raw(&self, query: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
        let mut text = format!("{} /?{query} HTTP/1.1\r\n", self.method);
        for (name, value) in headers {
            let replaced = self.replaced.iter().find(|(replaced, _)| replaced == name);
            let value = replaced.map_or(*value, |(_, value)| value);
            text.extend([name, ": ", value, "\r\n"]);
        }
        format!("{text}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

const FORM: &str = "application/x-www-form-urlencoded";

fn pairs(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    encode::push_pairs(&mut text, pairs.iter().copied());
    text
}

/// Now and so many seconds, as the service wants it.
pub(crate) fn timestamp(offset_seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seconds = i64::try_from(now).unwrap() + offset_seconds;
    jiff::Timestamp::from_second(seconds).unwrap().to_string()
}

fn fresh_nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
