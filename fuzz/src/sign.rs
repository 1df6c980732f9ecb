//! Signing: whatever was given is in the request, and nothing else is.

use std::collections::BTreeMap;

use arbitrary::Unstructured;
use bankmeta::protocol::{Parameters, Signature, SignedRequest, SigningContext, Where, sign};
use bankmeta::{Credentials, Factor, VERIFICATION_KEYS, Verification};

use crate::text;

/// Builds a verification from unchecked factors, signs it and reads the request again.
pub fn run(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let signature = if bytes.ratio(1, 2).unwrap_or(true) { Signature::Acs3 } else { Signature::V1 };
    let placement = if bytes.ratio(1, 2).unwrap_or(true) { Where::Body } else { Where::Query };
    let unix_seconds = bytes.arbitrary().unwrap_or(0);
    let token = bytes.ratio(1, 3).unwrap_or(false).then(|| text(&mut bytes));
    let Ok(credentials) = Credentials::new(text(&mut bytes), text(&mut bytes), token) else { return };
    let Some(parameters) = parameters(&mut bytes) else { return };
    let context = SigningContext {
        credentials: &credentials,
        host: "cloudauth-intl.cn-hongkong.aliyuncs.com",
        signature,
        placement,
        unix_seconds,
        nonce: "0123456789abcdef0123456789abcdef",
    };
    check(&sign(&parameters, &context), &parameters, placement, &credentials);
}

fn parameters(bytes: &mut Unstructured<'_>) -> Option<Parameters> {
    let mut builder = Verification::builder();
    if bytes.ratio(3, 4).unwrap_or(false) {
        builder = Factor::ALL.into_iter().fold(builder, |builder, factor| builder.unchecked(factor));
    }
    for (key, _) in VERIFICATION_KEYS.iter().filter(|(key, _)| *key != "unchecked") {
        if bytes.ratio(3, 4).unwrap_or(false) {
            builder = builder.clone().set(key, &text(bytes)).unwrap_or(builder);
        }
    }
    Some(builder.build().ok()?.parameters())
}

fn check(request: &SignedRequest, parameters: &Parameters, placement: Where, credentials: &Credentials) {
    let target = request.target();
    assert!(target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic()), "the target");
    let query = parsed(target.split_once('?').map_or("", |(_, query)| query));
    let body = parsed(request.body());
    let (holds, other) = if placement == Where::Body { (&body, &query) } else { (&query, &body) };
    for (name, value) in parameters.iter() {
        assert_eq!(holds.get(name).map(String::as_str), Some(value), "the value of {name}");
        assert!(!other.contains_key(name), "{name} stands twice");
    }
    if placement == Where::Body {
        assert_eq!(body.len(), parameters.iter().count(), "the body holds the parameters only");
    }
    let mut authorization = "";
    for (name, value) in request.headers() {
        assert!(!value.contains(['\r', '\n', '\0']), "{name} would end its line");
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        if name == "authorization" {
            authorization = value;
        }
    }
    let names_key = authorization.contains(credentials.access_key_id())
        || query.get("AccessKeyId").is_some_and(|id| id == credentials.access_key_id());
    assert!(names_key, "the access key id stands somewhere");
}

/// Pairs of a query or a form, percent-decoded here and not by the code under test.
fn parsed(pairs: &str) -> BTreeMap<String, String> {
    let mut parsed = BTreeMap::new();
    for pair in pairs.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').expect("every pair has a value");
        let earlier = parsed.insert(decoded(name), decoded(value));
        assert!(earlier.is_none(), "a name stands twice");
    }
    parsed
}

fn decoded(text: &str) -> String {
    let mut rest = text.bytes();
    let mut bytes = Vec::new();
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next().expect("two digits")).to_digit(16).expect("a digit");
        bytes.push(if byte == b'%' { u8::try_from(digit() * 16 + digit()).expect("a byte") } else { byte });
    }
    String::from_utf8(bytes).expect("what went in was UTF-8")
}
