//! The two signatures: what a request claims in each, and whether it is true.

use bankmeta::protocol::{Wiped, acs3, v1};

use crate::outcome::GatewayError;
use crate::request::Request;

/// What a request says of itself, whichever the signature.
pub(crate) struct Claims<'a> {
    pub(crate) scheme: Scheme<'a>,
    pub(crate) action: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    pub(crate) access_key_id: Option<&'a str>,
    pub(crate) timestamp: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
}

/// The signature and what only its scheme knows.
pub(crate) enum Scheme<'a> {
    V1 { signature: Option<&'a str> },
    Acs3 { signed_headers: &'a str, signature: &'a str },
}

impl<'a> Claims<'a> {
    /// Reads the claims: ACS3 where there is an `Authorization`, else V1.
    pub(crate) fn read(request: &'a Request<'_>) -> Result<Self, GatewayError> {
        match request.header("authorization") {
            Some(authorization) => Self::of_acs3(request, authorization),
            None => Ok(Self::of_v1(request)),
        }
    }

    fn of_v1(request: &'a Request<'_>) -> Self {
        Self {
            scheme: Scheme::V1 { signature: request.parameter("Signature") },
            action: request.parameter("Action"),
            version: request.parameter("Version"),
            access_key_id: request.parameter("AccessKeyId"),
            timestamp: request.parameter("Timestamp"),
            nonce: request.parameter("SignatureNonce"),
            token: request.parameter("SecurityToken"),
        }
    }

    fn of_acs3(request: &'a Request<'_>, authorization: &'a str) -> Result<Self, GatewayError> {
        let incomplete = || GatewayError::new("IncompleteSignature");
        let (algorithm, rest) = authorization.split_once(' ').ok_or_else(incomplete)?;
        if algorithm != acs3::ALGORITHM {
            return Err(incomplete());
        }
        let part = |name: &str| {
            rest.split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
                .filter(|value| !value.is_empty())
                .ok_or_else(incomplete)
        };
        Ok(Self {
            access_key_id: Some(part("Credential")?),
            scheme: Scheme::Acs3 { signed_headers: part("SignedHeaders")?, signature: part("Signature")? },
            action: request.header("x-acs-action"),
            version: request.header("x-acs-version"),
            timestamp: request.header("x-acs-date"),
            nonce: request.header("x-acs-signature-nonce"),
            token: request.header("x-acs-security-token"),
        })
    }

    /// Whether the request was signed with `secret`. The error repeats the
    /// server's string-to-sign, as the gateway's does.
    pub(crate) fn check(&self, request: &Request<'_>, secret: &str) -> Result<(), GatewayError> {
        let (given, expected) = match self.scheme {
            Scheme::V1 { signature } => {
                check_v1_form(request)?;
                let given = signature.ok_or_else(|| GatewayError::new("IncompleteSignature"))?;
                (given, v1::signature(secret, &v1_string_to_sign(request)))
            }
            Scheme::Acs3 { signed_headers, signature } => {
                check_signed_headers(request, signed_headers)?;
                let hash = acs3::sha256_hex(request.body);
                if request.header("x-acs-content-sha256") != Some(hash.as_str()) {
                    return Err(GatewayError::new("InvalidContentSha256"));
                }
                let canonical = acs3_canonical_request(request, signed_headers, &hash);
                (signature, acs3::signature(secret, &acs3::string_to_sign(&canonical)))
            }
        };
        if equal(given.as_bytes(), expected.as_bytes()) {
            return Ok(());
        }
        Err(GatewayError::new("SignatureDoesNotMatch").with_message(self.echo(request)))
    }

    /// The text with which the gateway refuses a signature.
    pub(crate) fn echo(&self, request: &Request<'_>) -> String {
        match self.scheme {
            Scheme::V1 { .. } => format!(
                "Specified signature is not matched with our calculation. server string to sign is:{}",
                v1_string_to_sign(request).as_str()
            ),
            Scheme::Acs3 { signed_headers, .. } => {
                let hash = acs3::sha256_hex(request.body);
                let canonical = acs3_canonical_request(request, signed_headers, &hash);
                format!(
                    "Specified signature does not match our calculation. server string to sign is:{}, \
                     server canonical request is:{}",
                    acs3::string_to_sign(&canonical),
                    canonical.as_str()
                )
            }
        }
    }
}

fn check_v1_form(request: &Request<'_>) -> Result<(), GatewayError> {
    for (name, expected) in [("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0")] {
        match request.parameter(name) {
            Some(value) if value == expected => {}
            Some(_) => return Err(GatewayError::new(format!("Invalid{name}"))),
            None => return Err(GatewayError::new(format!("Missing{name}"))),
        }
    }
    Ok(())
}

/// All parameters of query and form but the signature itself.
fn v1_string_to_sign(request: &Request<'_>) -> Wiped {
    let parameters: Vec<(&str, &str)> = request
        .query
        .iter()
        .chain(&request.form)
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .filter(|(name, _)| *name != "Signature")
        .collect();
    v1::string_to_sign(request.method, &parameters)
}

/// The host, every `x-acs-` header and, where there is a body, its content type
/// must be signed. (Without a body the vendor's own asynchronous SDK sends a
/// content type that it did not sign.)
fn check_signed_headers(request: &Request<'_>, signed_headers: &str) -> Result<(), GatewayError> {
    let is_signed = |wanted: &str| signed_headers.split(';').any(|name| name == wanted);
    let must_be_signed = |name: &str| match name {
        "host" => true,
        "content-type" => !request.body.is_empty(),
        other => other.starts_with("x-acs-"),
    };
    let names = request.headers.keys().map(hyper::header::HeaderName::as_str);
    let unsigned = names.chain(["host"]).find(|name| must_be_signed(name) && !is_signed(name));
    match unsigned {
        None => Ok(()),
        Some(name) => Err(GatewayError::new("IncompleteSignature")
            .with_message(format!("The header {name} must be signed."))),
    }
}

fn acs3_canonical_request(request: &Request<'_>, signed_headers: &str, body_sha256: &str) -> Wiped {
    let query: Vec<(&str, &str)> =
        request.query.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    let headers: Vec<(&str, &str)> =
        signed_headers.split(';').map(|name| (name, request.header(name).unwrap_or_default())).collect();
    acs3::canonical_request(request.method, &query, &headers, body_sha256)
}

/// Compares in a time that does not tell where the difference is.
fn equal(given: &[u8], expected: &[u8]) -> bool {
    given.len() == expected.len() && given.iter().zip(expected).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
