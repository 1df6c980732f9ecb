//! Both signatures, from every place, right and wrong.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::call::{Call, Place};
use support::{host, start};

const MATCH: (&str, &str) = ("1", "101");

fn verdict(pair: &(String, String)) -> (&str, &str) {
    (&pair.0, &pair.1)
}

#[test]
fn both_signatures_are_accepted_from_query_form_and_both() {
    let sandbox = start();
    for call in [Call::acs3(), Call::v1()] {
        for place in [Place::Query, Place::Form, Place::Split] {
            for token in [false, true] {
                let mut call = call.clone().with(|call| call.place = place);
                call.nonce = format!("{}{place:?}{token}", call.nonce);
                if token {
                    call = call.key("STS.testid", "testsecret");
                    call.token = Some("testtoken".to_owned());
                }
                let reply = call.send(&sandbox);
                assert_eq!(verdict(&reply.verdict()), MATCH, "{place:?} {}", reply.body);
            }
        }
    }
    let stats = sandbox.stats();
    assert_eq!((stats.executions, stats.billed), (12, 12));
    assert_eq!((stats.personal_in_query, stats.personal_in_body), (8, 8));
}

#[test]
fn v1_may_be_a_get_and_acs3_not() {
    let sandbox = start();
    let get = |call: Call| call.with(|call| (call.method, call.place) = ("GET", Place::Query));
    assert_eq!(verdict(&get(Call::v1()).send(&sandbox).verdict()), MATCH);
    let refused = get(Call::acs3()).send(&sandbox);
    assert_eq!(refused.code(), (405, "UnsupportedHTTPMethod".to_owned()));
}

#[test]
fn a_wrong_signature_is_answered_with_the_server_s_string_to_sign() {
    let sandbox = start();
    let wrong = |call: Call| call.key("testid", "wrong").with(|call| call.place = Place::Query);
    let reply = wrong(Call::acs3()).send(&sandbox);
    assert_eq!(reply.code(), (400, "SignatureDoesNotMatch".to_owned()));
    let message = reply.json()["Message"].as_str().unwrap().to_owned();
    assert!(message.contains("ACS3-HMAC-SHA256\n"), "{message}");
    assert!(message.contains("POST\n/\nBankCard=6222021234567890128&IdentifyNum="), "{message}");

    let reply = wrong(Call::v1()).send(&sandbox);
    assert_eq!(reply.code(), (400, "SignatureDoesNotMatch".to_owned()));
    let message = reply.json()["Message"].as_str().unwrap().to_owned();
    assert!(message.contains("server string to sign is:POST&%2F&AccessKeyId%3Dtestid"), "{message}");
    assert!(message.contains("%26UserName%3D%25E5%25BC%25A0%25E4%25B8%2589"), "{message}");
    assert_eq!(sandbox.stats().executions, 0);
}

/// What a proxy that rewrites the request would do.
#[test]
fn what_was_signed_cannot_be_changed() {
    let sandbox = start();
    let host = host(&sandbox);
    for call in [Call::acs3(), Call::v1()] {
        for place in [Place::Query, Place::Form] {
            let call = call.clone().with(|call| call.place = place);
            let text = String::from_utf8(call.bytes(&host)).unwrap();
            let changed = text.replace("Mobile=13800138000", "Mobile=13800138001");
            assert_ne!(text, changed);
            let reply = support::Connection::open(&sandbox).exchange(changed.as_bytes());
            let expected = if call.v1 || place == Place::Query {
                "SignatureDoesNotMatch"
            } else {
                "InvalidContentSha256"
            };
            assert_eq!(reply.code().1, expected);
        }
    }
}

#[test]
fn the_signed_host_must_be_the_one_that_was_sent() {
    let sandbox = start();
    let other = Call::acs3().with(|call| call.replaced.push(("host", "localhost".to_owned())));
    assert_eq!(other.send(&sandbox).code().1, "SignatureDoesNotMatch");
    // Without a port, where the port is not the scheme's own.
    let without_port = Call::acs3().with(|call| call.replaced.push(("host", "127.0.0.1".to_owned())));
    assert_eq!(without_port.send(&sandbox).code().1, "SignatureDoesNotMatch");
}

#[test]
fn every_header_that_matters_must_be_signed() {
    let sandbox = start();
    for name in [
        "host",
        "content-type",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-version",
    ] {
        let reply = Call::acs3().with(|call| call.unsigned.push(name)).send(&sandbox);
        assert_eq!(reply.code(), (400, "IncompleteSignature".to_owned()), "{name}");
    }
}

/// The vendor's asynchronous SDK does so: its HTTP library adds the header late.
#[test]
fn a_content_type_without_a_body_need_not_be_signed() {
    let sandbox = start();
    let call = Call::acs3().with(|call| call.place = Place::Query);
    let text = String::from_utf8(call.bytes(&host(&sandbox))).unwrap();
    let with_type = text.replace("\r\n\r\n", "\r\ncontent-type: application/octet-stream\r\n\r\n");
    let reply = support::Connection::open(&sandbox).exchange(with_type.as_bytes());
    assert_eq!(verdict(&reply.verdict()), MATCH);
}

#[test]
fn a_broken_authorization_is_an_incomplete_signature() {
    let sandbox = start();
    let connection_host = host(&sandbox);
    let good = String::from_utf8(Call::acs3().bytes(&connection_host)).unwrap();
    for (from, to) in [
        ("ACS3-HMAC-SHA256 ", "Basic "),
        ("Credential=testid,", ""),
        (",Signature=", ",Sign="),
        ("SignedHeaders=", "SignedHeaders=,x="),
    ] {
        let bad = good.replace(from, to);
        assert_ne!(good, bad);
        let reply = support::Connection::open(&sandbox).exchange(bad.as_bytes());
        assert_eq!(reply.code(), (400, "IncompleteSignature".to_owned()), "{to}");
    }
}

#[test]
fn the_common_parameters_of_v1_are_checked() {
    let sandbox = start();
    for (name, value, code) in [
        ("SignatureMethod", Some("HMAC-SHA256"), "InvalidSignatureMethod"),
        ("SignatureMethod", None, "MissingSignatureMethod"),
        ("SignatureVersion", Some("2.0"), "InvalidSignatureVersion"),
        ("SignatureVersion", None, "MissingSignatureVersion"),
        ("SignatureNonce", None, "MissingSignatureNonce"),
        ("Timestamp", None, "MissingTimestamp"),
        ("Action", None, "MissingAction"),
        ("Version", None, "MissingVersion"),
        ("AccessKeyId", None, "MissingAccessKeyId"),
    ] {
        let reply = Call::v1().with(|call| call.common.push((name, value))).send(&sandbox);
        assert_eq!(reply.code(), (400, code.to_owned()), "{name}");
    }
    let unsigned = Call::v1().with(|call| call.unsigned.push("Signature"));
    assert_eq!(unsigned.send(&sandbox).code(), (400, "IncompleteSignature".to_owned()));
}
