//! Parameters, credentials, time and nonce in; a signed request out.

use std::fmt;

use super::{ACTION, Parameters, VERSION, Wiped, acs3, encode, v1};
use crate::credentials::Credentials;

/// Which of the service's signatures to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Signature {
    /// ACS3-HMAC-SHA256, what the vendor's SDKs send today.
    #[default]
    Acs3,
    /// V1, HMAC-SHA1.
    V1,
}

/// Where the operation's parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In a form body, so that no URL holds personal data.
    Body,
    /// In the query, as the vendor's SDKs do.
    Query,
}

/// What a request is signed with, besides its parameters.
#[derive(Debug, Clone, Copy)]
pub struct SigningContext<'a> {
    /// The access key.
    pub credentials: &'a Credentials,
    /// The value of the Host header, with a port that is not the scheme's own.
    pub host: &'a str,
    /// Which signature.
    pub signature: Signature,
    /// Where the parameters go.
    pub placement: Where,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix_seconds: i64,
    /// Never used before: 128 random bits as 32 hexadecimal digits.
    pub nonce: &'a str,
}

/// A request ready to be sent: a POST of `body` to `target` with `headers`.
///
/// `Debug` shows sizes and header names only; the memory is wiped on drop.
pub struct SignedRequest {
    target: Wiped,
    headers: Vec<(&'static str, Wiped)>,
    body: Wiped,
    /// What was signed, to compare with what the service says it computed.
    stages: Stages,
}

struct Stages {
    canonical_request: Option<Wiped>,
    string_to_sign: Wiped,
}

impl SignedRequest {
    /// The HTTP method.
    pub const METHOD: &'static str = "POST";

    /// Path and query. With [`Where::Query`] it holds personal data: do not log it.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Header names, in lower case, and values. The HTTP stack adds `content-length`.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, &**value))
    }

    /// The body; empty with [`Where::Query`].
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Whether the text, a `SignatureDoesNotMatch` message, repeats exactly what
    /// was signed here. If so, only the secrets can differ.
    #[must_use]
    pub fn is_echoed_in(&self, message: &str) -> bool {
        let echoed = |stage: &str| !stage.is_empty() && message.contains(stage);
        echoed(&self.stages.string_to_sign) || self.stages.canonical_request.as_deref().is_some_and(echoed)
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Signs one request of the operation.
///
/// Every attempt needs a fresh nonce and time, so a fresh call of this function.
#[must_use]
pub fn sign(parameters: &Parameters, context: &SigningContext<'_>) -> SignedRequest {
    match context.signature {
        Signature::Acs3 => sign_acs3(parameters, context),
        Signature::V1 => sign_v1(parameters, context),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn sign_acs3(parameters: &Parameters, context: &SigningContext<'_>) -> SignedRequest {
    let credentials = context.credentials;
    let (query, body) = placed(parameters, context.placement);
    let body_sha256 = acs3::sha256_hex(body.as_bytes());
    let date = timestamp(context.unix_seconds);

    let mut headers: Vec<(&'static str, &str)> = Vec::with_capacity(12);
    if !body.is_empty() {
        headers.push(("content-type", FORM));
    }
    headers.push(("host", context.host));
    if let Some(token) = credentials.security_token() {
        headers.push(("x-acs-accesskey-id", credentials.access_key_id()));
        headers.push(("x-acs-security-token", token));
    }
    headers.push(("x-acs-action", ACTION));
    headers.push(("x-acs-content-sha256", &body_sha256));
    headers.push(("x-acs-date", &date));
    headers.push(("x-acs-signature-nonce", context.nonce));
    headers.push(("x-acs-version", VERSION));

    let canonical_request = acs3::canonical_request(SignedRequest::METHOD, &query, &headers, &body_sha256);
    let string_to_sign = acs3::string_to_sign(&canonical_request);
    let signature = acs3::signature(credentials.secret(), &string_to_sign);
    let authorization = acs3::authorization(credentials.access_key_id(), &headers, &signature);
    headers.push(("accept", JSON));
    headers.push(("authorization", &authorization));
    SignedRequest {
        target: target(&query),
        headers: owned(&headers),
        body,
        stages: Stages { canonical_request: Some(canonical_request), string_to_sign: string_to_sign.into() },
    }
}

fn sign_v1(parameters: &Parameters, context: &SigningContext<'_>) -> SignedRequest {
    let credentials = context.credentials;
    let date = timestamp(context.unix_seconds);
    // Common parameters always stand in the query; the operation's own may stand
    // in the body, and both places are signed together.
    let (mut query, body) = placed(parameters, context.placement);
    query.extend([
        ("AccessKeyId", credentials.access_key_id()),
        ("Action", ACTION),
        ("Format", "JSON"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", context.nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", date.as_str()),
        ("Version", VERSION),
    ]);
    query.extend(credentials.security_token().map(|token| ("SecurityToken", token)));

    let mut all = Vec::with_capacity(20);
    all.extend_from_slice(&query);
    if context.placement == Where::Body {
        all.extend(parameters.iter());
    }
    let string_to_sign = v1::string_to_sign_of(SignedRequest::METHOD, all);
    let signature = v1::signature(credentials.secret(), &string_to_sign);
    query.push(("Signature", &signature));

    let mut headers = Vec::with_capacity(3);
    headers.extend([("accept", JSON), ("host", context.host)]);
    if !body.is_empty() {
        headers.push(("content-type", FORM));
    }
    SignedRequest {
        target: target(&query),
        headers: owned(&headers),
        body,
        stages: Stages { canonical_request: None, string_to_sign },
    }
}

/// The parameters as pairs for the query, or encoded for the body; the other is empty.
fn placed(parameters: &Parameters, placement: Where) -> (Vec<(&str, &str)>, Wiped) {
    let mut query = Vec::with_capacity(20);
    let mut body = Wiped::default();
    match placement {
        Where::Query => query.extend(parameters.iter()),
        Where::Body => {
            body = Wiped::for_pairs(parameters.iter(), 3, 2);
            encode::push_pairs(body.text(), parameters.iter());
        }
    }
    (query, body)
}

/// Path and query.
fn target(query: &[(&str, &str)]) -> Wiped {
    let mut target = Wiped::for_pairs(query.iter().copied(), 3, 2);
    target.text().push('/');
    if !query.is_empty() {
        target.text().push('?');
        encode::push_pairs(target.text(), query.iter().copied());
    }
    target
}

fn owned(headers: &[(&'static str, &str)]) -> Vec<(&'static str, Wiped)> {
    headers.iter().map(|(name, value)| (*name, (*value).to_owned().into())).collect()
}

/// `YYYY-MM-DDTHH:MM:SSZ`. A time outside the years jiff knows becomes 1970,
/// which the service refuses as it would the real one.
fn timestamp(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}
