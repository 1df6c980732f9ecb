//! The vectors under `tests/vectors`, computed independently: every stage of both
//! signatures, and the md5 layouts.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test and its helpers fail by panicking"
)]

use std::collections::BTreeMap;

use bankmeta::protocol::{Parameters, Signature, SignedRequest, SigningContext, Where, acs3, sign, v1};
use bankmeta::{Credentials, Verification, md5_mode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct File<T> {
    cases: Vec<T>,
}

fn cases<T: DeserializeOwned>(json: &str) -> Vec<T> {
    let file: File<T> = serde_json::from_str(json).unwrap();
    assert!(!file.cases.is_empty());
    file.cases
}

fn pairs(map: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    map.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[derive(Deserialize)]
struct Acs3 {
    name: String,
    method: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: String,
    access_key_id: String,
    access_key_secret: String,
    canonical_request: String,
    canonical_request_sha256: String,
    signature: String,
    authorization: String,
}

fn acs3_cases() -> Vec<Acs3> {
    cases(include_str!("../../../tests/vectors/signature_acs3.json"))
}

#[test]
fn every_stage_of_acs3() {
    for case in acs3_cases() {
        let body_sha256 = acs3::sha256_hex(case.body.as_bytes());
        let mut headers = pairs(&case.headers);
        headers.push(("x-acs-content-sha256", &body_sha256));
        // Any order must do: the canonical form sorts.
        headers.reverse();
        let canonical = acs3::canonical_request(&case.method, &pairs(&case.query), &headers, &body_sha256);
        assert_eq!(*canonical, case.canonical_request, "{}", case.name);
        assert_eq!(acs3::sha256_hex(canonical.as_bytes()), case.canonical_request_sha256, "{}", case.name);
        let string_to_sign = acs3::string_to_sign(&canonical);
        assert_eq!(string_to_sign, format!("ACS3-HMAC-SHA256\n{}", case.canonical_request_sha256));
        let signature = acs3::signature(&case.access_key_secret, &string_to_sign);
        assert_eq!(signature, case.signature, "{}", case.name);
        let authorization = acs3::authorization(&case.access_key_id, &headers, &signature);
        assert_eq!(authorization, case.authorization, "{}", case.name);
    }
}

#[derive(Deserialize)]
struct V1 {
    name: String,
    method: String,
    parameters: BTreeMap<String, String>,
    access_key_secret: String,
    string_to_sign: String,
    signature: String,
}

fn v1_cases() -> Vec<V1> {
    cases(include_str!("../../../tests/vectors/signature_v1.json"))
}

#[test]
fn every_stage_of_v1() {
    for case in v1_cases() {
        let mut parameters = pairs(&case.parameters);
        parameters.reverse();
        let string_to_sign = v1::string_to_sign(&case.method, &parameters);
        assert_eq!(*string_to_sign, case.string_to_sign, "{}", case.name);
        assert_eq!(v1::signature(&case.access_key_secret, &string_to_sign), case.signature, "{}", case.name);
    }
}

/// The verification behind a vector's parameters.
fn verification(parameters: &BTreeMap<String, String>) -> Parameters {
    Verification::builder()
        .card_number(&parameters["BankCard"])
        .name(&parameters["UserName"])
        .id_number(&parameters["IdentifyNum"])
        .mobile(&parameters["Mobile"])
        .id_type(&parameters["IdentityType"])
        .build()
        .unwrap()
        .parameters()
}

fn signed(
    signature: Signature,
    placement: Where,
    parameters: &Parameters,
    credentials: &Credentials,
) -> SignedRequest {
    let context = SigningContext {
        credentials,
        host: "cloudauth-intl.cn-hongkong.aliyuncs.com",
        signature,
        placement,
        unix_seconds: 1_767_225_600,
        nonce: "0123456789abcdef0123456789abcdef",
    };
    sign(parameters, &context)
}

fn header<'a>(request: &'a SignedRequest, name: &str) -> Option<&'a str> {
    request.headers().find(|header| header.0 == name).map(|header| header.1)
}

/// Parses a query or form body back into its pairs.
fn parsed(encoded: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                byte => byte,
            });
        }
        String::from_utf8(bytes).unwrap()
    };
    encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

#[test]
fn whole_acs3_requests_agree_with_the_vectors() {
    let mut checked = 0;
    for case in acs3_cases().iter().filter(|case| case.headers["x-acs-action"] == "BankMetaVerifyIntl") {
        let in_body = !case.body.is_empty();
        let plain = if in_body { parsed(&case.body) } else { case.query.clone() };
        let token = case.headers.get("x-acs-security-token").cloned();
        let credentials = Credentials::new(&case.access_key_id, &case.access_key_secret, token).unwrap();
        let placement = if in_body { Where::Body } else { Where::Query };
        let request = signed(Signature::Acs3, placement, &verification(&plain), &credentials);

        assert_eq!(header(&request, "authorization"), Some(case.authorization.as_str()), "{}", case.name);
        assert!(request.is_echoed_in(&format!("server says: {}", case.canonical_request)));
        assert!(
            request
                .is_echoed_in(&format!("server says: ACS3-HMAC-SHA256\n{}", case.canonical_request_sha256))
        );
        assert!(!request.is_echoed_in("POST\n/\nsomething else"));
        assert_eq!(request.body(), case.body);
        let query = request.target().strip_prefix("/?").unwrap_or_default();
        assert_eq!(parsed(query), case.query, "{}", case.name);
        for (name, value) in &case.headers {
            assert_eq!(header(&request, name), Some(value.as_str()), "{} {name}", case.name);
        }
        checked += 1;
    }
    assert_eq!(checked, 4);
}

#[test]
fn whole_v1_requests_agree_with_the_vectors() {
    let mut checked = 0;
    let ours = |case: &&V1| case.parameters["Action"] == "BankMetaVerifyIntl" && case.method == "POST";
    for case in v1_cases().iter().filter(ours) {
        let token = case.parameters.get("SecurityToken").cloned();
        let credentials = Credentials::new("testid", &case.access_key_secret, token).unwrap();
        for placement in [Where::Body, Where::Query] {
            let request = signed(Signature::V1, placement, &verification(&case.parameters), &credentials);
            let mut sent = parsed(request.target().strip_prefix("/?").unwrap());
            assert_eq!(sent.remove("Signature").as_deref(), Some(case.signature.as_str()), "{}", case.name);
            let in_query = sent.contains_key("BankCard");
            assert_eq!(in_query, placement == Where::Query);
            sent.extend(parsed(request.body()));
            assert_eq!(sent, case.parameters, "{}", case.name);
            assert!(request.is_echoed_in(&case.string_to_sign));
        }
        checked += 1;
    }
    assert_eq!(checked, 3);
}

#[test]
fn debug_of_a_signed_request_shows_no_value() {
    let credentials = Credentials::new("testid", "testsecret", Some("testtoken".into())).unwrap();
    let parameters = Verification::two_factors("6222021234567890123", "张三").unwrap().parameters();
    for (signature, placement) in [
        (Signature::Acs3, Where::Body),
        (Signature::Acs3, Where::Query),
        (Signature::V1, Where::Body),
        (Signature::V1, Where::Query),
    ] {
        let request = signed(signature, placement, &parameters, &credentials);
        let text = format!("{request:?} {parameters:?} {credentials:?}");
        for value in ["6222021234567890123", "张三", "%E5%BC%A0", "testsecret", "testtoken"] {
            assert!(!text.contains(value), "{text}");
        }
    }
}

#[derive(Deserialize)]
struct Masking {
    field: String,
    id_type: Option<String>,
    plain: String,
    masked: String,
}

#[test]
fn md5_layouts() {
    for case in cases::<Masking>(include_str!("../../../tests/vectors/md5_masking.json")) {
        let masked = match (case.field.as_str(), case.id_type.as_deref()) {
            ("card_number", _) => md5_mode::card_number(&case.plain),
            ("name", _) => md5_mode::name(&case.plain),
            ("id_number", Some("id_card")) => md5_mode::resident_id_number(&case.plain),
            ("id_number", _) => md5_mode::other_id_number(&case.plain),
            ("mobile", _) => md5_mode::mobile(&case.plain),
            (field, _) => panic!("no such field: {field}"),
        };
        assert_eq!(*masked, case.masked, "{}", case.plain);
    }
}

#[test]
fn md5_mode_masks_every_factor_of_a_verification() {
    let parameters = Verification::builder()
        .card_number("6222021234567890123")
        .name("张三")
        .id_number("11010519491231002X")
        .mobile("13800138000")
        .md5_mode(true)
        .build()
        .unwrap()
        .parameters();
    let sent: BTreeMap<&str, &str> = parameters.iter().collect();
    assert_eq!(sent["BankCard"], "6222021234567c64e72967d9a64ed9426d990b458d3b8");
    assert_eq!(sent["UserName"], "6499fc7409049355527ef6a2ba5706b8三");
    assert_eq!(sent["IdentifyNum"], "110105f8817a477938df5a3e7763cadc5a9abb002X");
    assert_eq!(sent["Mobile"], "7945bd83237335e5376ff44d62e4f0ae");
    assert_eq!((sent["ParamType"], sent["ProductType"]), ("md5", "BANK_CARD_4_META"));
}
