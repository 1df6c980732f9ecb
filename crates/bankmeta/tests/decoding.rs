//! Every documented shape of a reply, and what is near to it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test and its helpers fail by panicking"
)]

use std::time::Duration;

use bankmeta::protocol::decode::{Decoded, ServiceFailure, decode};

const ID: &str = "3A5B1C2D";

fn answered(status: u16, body: &str) -> (String, Option<String>, Option<String>) {
    match decode(status, [], body.as_bytes()) {
        Decoded::Answer { biz_code, sub_code, request_id } => (biz_code, sub_code, request_id),
        other => panic!("{body}: {other:?}"),
    }
}

fn failed(status: u16, headers: &[(&str, &str)], body: &str) -> ServiceFailure {
    match decode(status, headers.iter().copied(), body.as_bytes()) {
        Decoded::Failure(failure) => failure,
        other => panic!("{body}: {other:?}"),
    }
}

fn unreadable(status: u16, body: &str) -> &'static str {
    match decode(status, [("X-Acs-Request-Id", ID)], body.as_bytes()) {
        Decoded::Unreadable { why, request_id } => {
            assert!(body.contains("RequestId") || request_id.as_deref() == Some(ID), "{body}");
            why
        }
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn every_form_of_success() {
    for code in [r#""200""#, r#""Success""#, r#""SUCCESS""#, r#""success""#, "200"] {
        let body = format!(
            r#"{{"RequestId":"{ID}","Code":{code},"Message":"success","ResultObject":{{"BizCode":"2","SubCode":"201"}}}}"#
        );
        assert_eq!(answered(200, &body), ("2".into(), Some("201".into()), Some(ID.into())));
    }
    let lower =
        r#"{"requestId":"r","code":"200","message":"ok","resultObject":{"bizCode":"1","subCode":"101"}}"#;
    assert_eq!(answered(200, lower), ("1".into(), Some("101".into()), Some("r".into())));
    let numbers = r#"{"RequestId":"r","Code":200,"ResultObject":{"BizCode":3,"SubCode":301},"Extra":[{}]}"#;
    assert_eq!(answered(200, numbers).0, "3");
}

#[test]
fn unknown_codes_and_missing_parts_are_kept_as_they_are() {
    let unknown = r#"{"Code":"200","ResultObject":{"BizCode":"9","SubCode":"999"}}"#;
    assert_eq!(answered(200, unknown), ("9".into(), Some("999".into()), None));
    let no_sub_code = r#"{"Code":"200","ResultObject":{"BizCode":"1","SubCode":null}}"#;
    assert_eq!(answered(200, no_sub_code), ("1".into(), None, None));
}

#[test]
fn the_header_holds_the_request_id_when_the_body_has_none() {
    let body = r#"{"Code":"200","ResultObject":{"BizCode":"1"}}"#;
    match decode(200, [("X-ACS-Request-ID", " from-header ")], body.as_bytes()) {
        Decoded::Answer { request_id, .. } => assert_eq!(request_id.as_deref(), Some("from-header")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn failures_under_http_200_are_failures() {
    let failure = failed(200, &[], r#"{"RequestId":"r","Code":"402","Message":"source failed"}"#);
    assert_eq!((failure.http_status, failure.code.as_deref()), (200, Some("402")));
    let with_result = r#"{"Code":"500","ResultObject":{"BizCode":"1"}}"#;
    assert_eq!(failed(200, &[], with_result).code.as_deref(), Some("500"));
    // Numbers that only begin or end like a success.
    assert_eq!(failed(200, &[], r#"{"Code":"2000"}"#).code.as_deref(), Some("2000"));
    assert_eq!(failed(200, &[], r#"{"Code":" 200"}"#).code.as_deref(), Some(" 200"));
}

#[test]
fn gateway_errors_as_json_xml_and_html() {
    let json = r#"{"RequestId":"r","HostId":"h","Code":"Throttling.Api","Message":"m","Recommend":"u"}"#;
    let headers = [("x-acs-retry-after", "1500"), ("Date", "Tue, 24 Nov 2026 00:00:00 GMT")];
    let failure = failed(403, &headers, json);
    assert_eq!(failure.code.as_deref(), Some("Throttling.Api"));
    assert_eq!(failure.request_id.as_deref(), Some("r"));
    assert_eq!(failure.retry_after, Some(Duration::from_millis(1500)));
    assert_eq!(failure.server_time, Some(1_795_478_400));

    let lower = failed(400, &[], r#"{"requestId":"r","code":"MissingParameter","message":"m"}"#);
    assert_eq!(lower.code.as_deref(), Some("MissingParameter"));

    let xml = "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>r</RequestId><HostId>h</HostId>\
               <Code>SignatureDoesNotMatch</Code><Message>a &lt;b&gt; &amp;amp;</Message></Error>";
    let failure = failed(400, &[], xml);
    assert_eq!(failure.code.as_deref(), Some("SignatureDoesNotMatch"));
    assert_eq!(failure.request_id.as_deref(), Some("r"));

    for (status, body) in [(502, "<html><h1>502 Bad Gateway</h1></html>"), (504, ""), (404, "Not Found")] {
        assert_eq!((failed(status, &[], body).http_status, failed(status, &[], body).code), (status, None));
    }
}

#[test]
fn what_is_not_the_documented_form_is_unreadable() {
    for body in [
        "",
        "null",
        "[]",
        "\"200\"",
        "{",
        "<html>Code 200</html>",
        "<Error><Code>200</Code></Error>",
        r#"{"Code":"200"}"#,
        r#"{"Code":"200","ResultObject":null}"#,
        r#"{"Code":"200","ResultObject":{}}"#,
        r#"{"Code":"200","ResultObject":{"BizCode":""}}"#,
        r#"{"Code":"200","ResultObject":{"BizCode":["1"]}}"#,
        r#"{"Code":"200","ResultObject":"1"}"#,
        r#"{"Code":200.5,"ResultObject":{"BizCode":"1"}}"#,
        r#"{"Code":true,"ResultObject":{"BizCode":"1"}}"#,
        r#"{"ResultObject":{"BizCode":"1"}}"#,
        r#"{"Code":"","ResultObject":{"BizCode":"1"}}"#,
        r#"{"Code":"200","Code":"500","ResultObject":{"BizCode":"1"}}"#,
        r#"{"Code":"200","ResultObject":{"BizCode":"1"}} trailing"#,
    ] {
        assert!(!unreadable(200, body).is_empty());
    }
    assert!(!unreadable(200, &"[".repeat(60_000)).is_empty());
    assert!(matches!(decode(200, [], b"{\"Code\":\"\xff\"}"), Decoded::Unreadable { .. }));
}

#[test]
fn a_field_of_an_odd_type_does_not_spoil_the_rest() {
    let body = r#"{"RequestId":"r","Code":"Throttling.User","Message":{"en":"m"},"ResultObject":""}"#;
    assert_eq!(failed(429, &[], body).code.as_deref(), Some("Throttling.User"));
    assert_eq!(failed(200, &[], r#"{"Code":"401","ResultObject":""}"#).code.as_deref(), Some("401"));
    let with_mark = "\u{feff}{\"Code\":\"200\",\"ResultObject\":{\"BizCode\":\"1\"}}";
    assert_eq!(answered(200, with_mark).0, "1");
}

#[test]
fn a_success_code_under_an_error_status_is_a_failure() {
    let body = r#"{"Code":"200","ResultObject":{"BizCode":"1"}}"#;
    assert_eq!(failed(500, &[], body).code.as_deref(), Some("200"));
}

#[test]
fn nonsense_headers_are_ignored() {
    let headers = [("x-acs-retry-after", "soon"), ("date", "yesterday")];
    let failure = failed(503, &headers, "{}");
    assert_eq!((failure.retry_after, failure.server_time), (None, None));
}

#[test]
fn debug_of_a_failure_holds_no_message() {
    let failure =
        failed(400, &[], r#"{"Code":"SignatureDoesNotMatch","Message":"BankCard=6222021234567890123"}"#);
    assert!(!format!("{failure:?}").contains("6222"));
}

#[test]
fn debug_holds_nothing_that_the_service_wrote() {
    for body in [
        r#"{"RequestId":"6222021234567890","Code":"200","ResultObject":{"BizCode":"6222021234567890","SubCode":"6222021234567890"}}"#,
        r#"{"RequestId":"6222021234567890","Code":"6222021234567890"}"#,
        r#"{"RequestId":"6222021234567890","Code":"200"}"#,
    ] {
        let shown = format!("{:?}", decode(200, [], body.as_bytes()));
        assert!(!shown.contains("6222"), "{shown}");
    }
}
