//! The path of one request, in the gateway's order: known operation, access key,
//! time, token, signature, nonce, permission, quota, parameters, verification.

use std::time::Instant;

use bankmeta::protocol::{ACTION, VERSION};

use crate::clock;
use crate::keys::{AccessKey, Standing};
use crate::outcome::{Echo, GatewayError, Outcome};
use crate::parameters;
use crate::registry::Finding;
use crate::reply::Format;
use crate::request::Request;
use crate::signature::{Claims, Scheme};
use crate::state::State;

type Check<T = ()> = Result<T, GatewayError>;

/// Handles a request and says in which form to answer.
pub(crate) fn handle<'a>(state: &'a State, request: &Request<'_>) -> (Format, Outcome<'a>) {
    let claims = match Claims::read(request) {
        Ok(claims) => claims,
        Err(error) => return (Format::Json, Outcome::refused(error)),
    };
    let format = format(request, &claims);
    match admit(state, request, &claims) {
        Ok(()) => (format, verify(state, request, &claims)),
        Err(error) => (format, Outcome::refused(error)),
    }
}

/// JSON or XML as asked for; by default XML under V1, as in the vendor's
/// documentation, and JSON under ACS3.
fn format(request: &Request<'_>, claims: &Claims<'_>) -> Format {
    match (request.parameter("Format"), &claims.scheme) {
        (Some(format), _) if format.eq_ignore_ascii_case("xml") => Format::Xml,
        (None, Scheme::V1 { .. }) => Format::Xml,
        _ => Format::Json,
    }
}

/// Everything checked before the operation itself is reached.
fn admit(state: &State, request: &Request<'_>, claims: &Claims<'_>) -> Check {
    check_method(request, claims)?;
    check_operation(claims)?;
    if state.ignores_form_bodies() {
        // A gateway that knows only the query misses the parameters before it
        // could find that they are not in the string-to-sign either.
        parameters::read(request)?;
    }
    let key = find_key(state, claims)?;
    check_time(state, claims)?;
    check_token(state, claims, key)?;
    claims.check(request, &key.secret)?;
    let nonce = claims.nonce.ok_or_else(|| GatewayError::new("MissingSignatureNonce"))?;
    if !state.nonces.note(&key.id, nonce) {
        return Err(GatewayError::new("SignatureNonceUsed"));
    }
    check_permission(key)?;
    state.quota.grant(Instant::now()).map_err(|wait| {
        let milliseconds = u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
        GatewayError::new("Throttling.Api").with_retry_after(milliseconds)
    })
}

/// The parameters of the operation, then the operation.
fn verify<'a>(state: &'a State, request: &Request<'_>, claims: &Claims<'_>) -> Outcome<'a> {
    let factors = match parameters::read(request) {
        Ok(factors) => factors,
        Err(error) => return Outcome::refused(error),
    };
    match state.registry.verify(&factors) {
        Finding::Verdict(biz_code, sub_code) => Outcome::verdict(biz_code, sub_code),
        Finding::Effect(effect) => Outcome::of_effect(effect, |echo| match echo {
            Echo::StringToSign => claims.echo(request),
            Echo::Input => parameters::echo(request),
        }),
    }
}

fn check_method(request: &Request<'_>, claims: &Claims<'_>) -> Check {
    match (request.method, &claims.scheme) {
        ("POST", _) | ("GET", Scheme::V1 { .. }) => Ok(()),
        _ => Err(GatewayError::new("UnsupportedHTTPMethod")),
    }
}

fn check_operation(claims: &Claims<'_>) -> Check {
    match claims.action {
        Some(ACTION) => {}
        Some(_) => return Err(GatewayError::new("InvalidAction.NotFound")),
        None => return Err(GatewayError::new("MissingAction")),
    }
    match claims.version {
        Some(VERSION) => Ok(()),
        Some(other) if is_date(other) => Err(GatewayError::new("NoSuchVersion")),
        Some(_) => Err(GatewayError::new("InvalidVersion")),
        None => Err(GatewayError::new("MissingVersion")),
    }
}

/// Versions are dates: `2022-08-09`.
fn is_date(text: &str) -> bool {
    clock::read_timestamp(&format!("{text}T00:00:00Z")).is_some()
}

fn find_key<'a>(state: &'a State, claims: &Claims<'_>) -> Check<&'a AccessKey> {
    let id = claims.access_key_id.ok_or_else(|| GatewayError::new("MissingAccessKeyId"))?;
    let key = state.keys.iter().find(|key| key.id == id);
    let key = key.ok_or_else(|| GatewayError::new("InvalidAccessKeyId.NotFound"))?;
    match key.standing {
        Standing::Inactive => Err(GatewayError::new("InvalidAccessKeyId.Inactive")),
        _ => Ok(key),
    }
}

/// Too old is `Expired`, too far ahead is `IllegalTimestamp`.
fn check_time(state: &State, claims: &Claims<'_>) -> Check {
    let timestamp = claims.timestamp.ok_or_else(|| GatewayError::new("MissingTimestamp"))?;
    let time =
        clock::read_timestamp(timestamp).ok_or_else(|| GatewayError::new("InvalidTimeStamp.Format"))?;
    match state.clock.unix_seconds().saturating_sub(time) {
        age if age > clock::WINDOW => Err(GatewayError::new("InvalidTimeStamp.Expired")),
        age if age < -clock::WINDOW => Err(GatewayError::new("IllegalTimestamp")),
        _ => Ok(()),
    }
}

fn check_token(state: &State, claims: &Claims<'_>, key: &AccessKey) -> Check {
    let error = match (claims.token, key.token.as_deref()) {
        (Some(_), Some(_)) if key.standing == Standing::Expired => "InvalidSecurityToken.Expired",
        (None, None) => return Ok(()),
        (Some(given), Some(own)) if given == own => return Ok(()),
        (None, Some(_)) => "MissingSecurityToken",
        (Some(given), _) if state.keys.iter().any(|key| key.token.as_deref() == Some(given)) => {
            "InvalidSecurityToken.MismatchWithAccessKey"
        }
        (Some(_), _) => "InvalidSecurityToken.Malformed",
    };
    Err(GatewayError::new(error))
}

fn check_permission(key: &AccessKey) -> Check {
    match key.standing {
        Standing::Denied => Err(GatewayError::new("Forbidden.RAMUserAccessDenied")),
        Standing::Overdue => Err(GatewayError::new("Forbidden.AccountAccessDenied")),
        _ => Ok(()),
    }
}
