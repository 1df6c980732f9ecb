//! Every check of the gateway that is not about the signature itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use bankmeta_sandbox::{AccessKey, Sandbox, SandboxOptions};
use support::call::{CARD, Call, Place, timestamp};
use support::{Connection, host, start, start_with};

/// Both signatures get the same answer.
fn both(sandbox: &Sandbox, change: impl Fn(&mut Call), status: u16, code: &str) {
    for call in [Call::acs3(), Call::v1()] {
        let call = call.with(&change);
        assert_eq!(call.send(sandbox).code(), (status, code.to_owned()), "v1: {}", call.v1);
    }
}

#[test]
fn the_clock_may_be_off_by_fifteen_minutes() {
    let sandbox = start();
    for offset in [-14 * 60, 14 * 60] {
        let reply = Call::acs3().with(|call| call.timestamp = timestamp(offset)).send(&sandbox);
        assert_eq!(reply.verdict().0, "1");
    }
    both(&sandbox, |call| call.timestamp = timestamp(-16 * 60), 400, "InvalidTimeStamp.Expired");
    both(&sandbox, |call| call.timestamp = timestamp(16 * 60), 400, "IllegalTimestamp");
    both(&sandbox, |call| call.timestamp = "yesterday".to_owned(), 400, "InvalidTimeStamp.Format");
}

#[test]
fn a_wrong_server_clock_shows_in_the_date_header() {
    let sandbox = start_with(SandboxOptions { clock_offset_seconds: 86_400 * 365, ..Default::default() });
    let reply = Call::acs3().send(&sandbox);
    assert_eq!(reply.code().1, "InvalidTimeStamp.Expired");
    let year = |text: &str| text.split(' ').nth(3).unwrap().parse::<u32>().unwrap();
    let this_year: u32 = timestamp(0).get(..4).unwrap().parse().unwrap();
    assert!(year(&reply.headers["date"]) > this_year);
    sandbox.set_clock_offset(0);
    assert_eq!(Call::acs3().send(&sandbox).verdict().0, "1");
}

#[test]
fn a_nonce_serves_once() {
    let sandbox = start();
    for call in [Call::acs3(), Call::v1()] {
        let replayed = call.bytes(&host(&sandbox));
        let mut connection = Connection::open(&sandbox);
        assert_eq!(connection.exchange(&replayed).verdict().0, "1");
        assert_eq!(connection.exchange(&replayed).code(), (400, "SignatureNonceUsed".to_owned()));
    }
    // A request that was not signed right uses nothing up.
    let call = Call::acs3();
    assert_eq!(call.clone().key("testid", "wrong").send(&sandbox).code().1, "SignatureDoesNotMatch");
    assert_eq!(call.send(&sandbox).verdict().0, "1");
    assert_eq!(sandbox.stats().billed, 3);
}

#[test]
fn the_operation_must_be_known() {
    let sandbox = start();
    both(&sandbox, |call| call.action = "BankMetaVerify".to_owned(), 404, "InvalidAction.NotFound");
    both(&sandbox, |call| call.version = "2019-03-07".to_owned(), 404, "NoSuchVersion");
    both(&sandbox, |call| call.version = "latest".to_owned(), 400, "InvalidVersion");
    let text = String::from_utf8(Call::acs3().bytes(&host(&sandbox))).unwrap();
    let elsewhere = text.replacen("POST /?", "POST /v2?", 1);
    let reply = Connection::open(&sandbox).exchange(elsewhere.as_bytes());
    assert_eq!(reply.code(), (404, "InvalidAction.NotFound".to_owned()));
}

#[test]
fn access_keys_have_their_standing() {
    let sandbox = start();
    for (id, status, code) in [
        ("nobody", 404, "InvalidAccessKeyId.NotFound"),
        ("inactiveid", 400, "InvalidAccessKeyId.Inactive"),
        ("deniedid", 403, "Forbidden.RAMUserAccessDenied"),
        ("overdueid", 403, "Forbidden.AccountAccessDenied"),
    ] {
        both(&sandbox, |call| call.key.0 = id.to_owned(), status, code);
    }
}

#[test]
fn security_tokens_belong_to_their_key() {
    let sandbox = start();
    for (id, token, code) in [
        ("STS.testid", Some("nonsense"), "InvalidSecurityToken.Malformed"),
        ("STS.testid", None, "MissingSecurityToken"),
        ("testid", Some("testtoken"), "InvalidSecurityToken.MismatchWithAccessKey"),
        ("testid", Some("nonsense"), "InvalidSecurityToken.Malformed"),
        ("expiredid", Some("testtoken"), "InvalidSecurityToken.Expired"),
    ] {
        let change = |call: &mut Call| {
            call.key.0 = id.to_owned();
            call.token = token.map(str::to_owned);
        };
        both(&sandbox, change, 400, code);
    }
}

#[test]
fn an_access_key_of_the_caller_s_own() {
    let key = AccessKey::new("myid", "mysecret").with_token("mytoken");
    let sandbox = start_with(SandboxOptions { access_keys: vec![key], ..Default::default() });
    let call = Call::acs3().key("myid", "mysecret").with(|call| call.token = Some("mytoken".to_owned()));
    assert_eq!(call.send(&sandbox).verdict().0, "1");
}

#[test]
fn required_parameters_and_their_combinations() {
    let sandbox = start();
    for name in ["ProductCode", "ParamType", "VerifyMode", "ProductType", "BankCard", "UserName"] {
        for value in [None, Some("")] {
            let reply = Call::acs3().set(name, value).send(&sandbox);
            assert_eq!(reply.code(), (400, format!("Missing{name}")));
        }
    }
    for name in ["ProductCode", "ParamType", "VerifyMode", "ProductType", "BankCard", "Mobile"] {
        let reply = Call::acs3().set(name, Some("WRONG")).send(&sandbox);
        assert_eq!(reply.code(), (400, format!("Invalid{name}")));
    }
    for (product_type, missing, needed) in [
        ("BANK_CARD_2_META", "IdentifyNum", false),
        ("BANK_CARD_2_META", "Mobile", false),
        ("BANK_CARD_3_META", "IdentifyNum", true),
        ("BANK_CARD_3_META", "Mobile", false),
        ("BANK_CARD_4_META", "IdentifyNum", true),
        ("BANK_CARD_4_META", "Mobile", true),
        ("BANK_CARD_4_META", "IdentityType", false),
    ] {
        let reply = Call::acs3().set("ProductType", Some(product_type)).set(missing, None).send(&sandbox);
        if needed {
            assert_eq!(reply.code(), (400, format!("Missing{missing}")));
        } else {
            assert_eq!(reply.verdict().0, "1", "{product_type} without {missing}");
        }
    }
}

#[test]
fn the_format_is_the_one_asked_for() {
    let sandbox = start();
    let send = |call: Call, format| call.with(|call| call.format = format).send(&sandbox);
    let verdict = "<ResultObject><BizCode>1</BizCode><SubCode>101</SubCode></ResultObject>";
    for call in [Call::v1(), Call::v1().with(|call| call.place = Place::Query)] {
        let reply = send(call, None);
        assert_eq!(reply.headers["content-type"], "text/xml;charset=utf-8");
        assert!(reply.body.contains(verdict), "{}", reply.body);
    }
    assert!(send(Call::acs3(), Some("XML")).body.contains(verdict));
    assert_eq!(send(Call::acs3(), None).verdict().0, "1");
    assert_eq!(send(Call::v1(), Some("json")).verdict().0, "1");
    let refused = send(Call::v1().key("nobody", "x"), None);
    assert!(refused.body.starts_with("<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>"));
    assert!(refused.body.contains("<Code>InvalidAccessKeyId.NotFound</Code>"));
    assert!(refused.body.ends_with("</Error>"));
}

#[test]
fn errors_have_the_gateway_s_shape_and_headers() {
    let sandbox = start();
    let reply = Call::acs3().key("nobody", "x").send(&sandbox);
    let json = reply.json();
    assert_eq!(json["HostId"].as_str().unwrap(), host(&sandbox));
    assert!(json["Recommend"].as_str().unwrap().contains("q=InvalidAccessKeyId.NotFound"));
    assert_eq!(json["Message"].as_str().unwrap(), "Specified access key is not found.");
    assert_eq!(json["RequestId"].as_str().unwrap(), reply.headers["x-acs-request-id"]);
    assert_eq!(reply.headers["keep-alive"], "timeout=25");
    assert_eq!(reply.headers["connection"], "keep-alive");
    assert!(reply.headers["date"].ends_with(" GMT"));
    let other = Call::acs3().send(&sandbox);
    assert_ne!(other.headers["x-acs-request-id"], reply.headers["x-acs-request-id"]);
}

#[test]
fn a_gateway_that_reads_the_query_only_misses_the_form() {
    let sandbox = start_with(SandboxOptions { ignore_form_bodies: true, ..Default::default() });
    both(&sandbox, |call| call.place = Place::Form, 400, "MissingProductCode");
    for call in [Call::acs3(), Call::v1()] {
        let reply = call.with(|call| call.place = Place::Query).send(&sandbox);
        assert_eq!(reply.verdict().0, "1");
    }
    sandbox.set_ignore_form_bodies(false);
    assert_eq!(Call::v1().send(&sandbox).verdict().0, "1");
    assert_eq!(sandbox.stats().billed, 3);
}

#[test]
fn the_quota_refuses_with_a_delay_in_milliseconds() {
    let sandbox = start();
    sandbox.set_quota(Some(2));
    let replies: Vec<_> = (0..3).map(|_| Call::acs3().send(&sandbox)).collect();
    let Some((throttled, granted)) = replies.split_last() else { panic!("no reply") };
    assert!(granted.iter().all(|reply| reply.verdict().0 == "1"));
    assert_eq!(throttled.code(), (403, "Throttling.Api".to_owned()));
    let wait: u64 = throttled.headers["x-acs-retry-after"].parse().unwrap();
    assert!((1..=1000).contains(&wait), "{wait}");
    // A call that is refused earlier takes nothing of the quota.
    sandbox.set_quota(Some(0));
    assert_eq!(Call::acs3().key("nobody", "x").send(&sandbox).code().1, "InvalidAccessKeyId.NotFound");
    let stats = sandbox.stats();
    assert_eq!((stats.requests, stats.billed, stats.throttled), (4, 2, 1));
}

#[test]
fn a_body_too_large_is_refused() {
    let sandbox = start();
    let call = Call::acs3().set("UserName", Some(&"x".repeat(100_000)));
    assert_eq!(call.send(&sandbox).code(), (413, "RequestEntityTooLarge".to_owned()));
    let reply = Call::acs3().card(CARD).send(&sandbox);
    assert_eq!(reply.verdict().0, "1");
}
