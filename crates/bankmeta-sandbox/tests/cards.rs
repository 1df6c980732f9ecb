//! Every documented test card does what the table says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use bankmeta_sandbox::{TestCard, test_cards};
use support::call::{CARD, Call, ID_NUMBER, MOBILE, NAME, Place};
use support::{Reply, start};

fn card(meaning: &str) -> TestCard {
    let mut cards = test_cards();
    cards.retain(|card| card.meaning == meaning);
    assert_eq!(cards.len(), 1, "{meaning}");
    cards.remove(0)
}

fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(index, digit)| digit.to_digit(10).unwrap() * if index % 2 == 0 { 1 } else { 2 })
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

#[test]
fn numbers_are_unique_and_look_like_unionpay_s() {
    let cards = test_cards();
    let numbers: BTreeSet<_> = cards.iter().map(|card| card.card_number.clone()).collect();
    assert_eq!(numbers.len(), cards.len());
    for number in numbers {
        assert!(number.len() == 19 && number.starts_with("62") && passes_luhn(&number), "{number}");
    }
}

#[test]
fn every_sub_code_and_every_error_code_is_reached() {
    let cards = test_cards();
    let sub_codes: BTreeSet<_> = cards.iter().filter_map(|card| card.sub_code.clone()).collect();
    for sub_code in [101].into_iter().chain(201..=216).chain(301..=306) {
        assert!(sub_codes.contains(&sub_code.to_string()), "{sub_code}");
    }
    let codes: BTreeSet<_> = cards.iter().map(|card| card.code.as_str()).collect();
    for code in "MissingParameter InvalidParameter Forbidden.RAMUserAccessDenied \
        Forbidden.AccountAccessDenied Throttling Throttling.User Throttling.Api InvalidAccessKeyId.NotFound \
        InvalidAccessKeyId.Inactive SignatureDoesNotMatch IncompleteSignature SignatureNonceUsed \
        InvalidTimeStamp.Expired InvalidTimeStamp.Format IllegalTimestamp InvalidSecurityToken.Expired \
        InvalidSecurityToken.Malformed InvalidSecurityToken.MismatchWithAccessKey InvalidAction.NotFound \
        InvalidVersion NoSuchVersion ServiceUnavailable InternalError UnknownError \
        400 401 402 403 410 411 412 500"
        .split_whitespace()
    {
        assert!(codes.contains(code), "{code}");
    }
    let pages: Vec<_> =
        cards.iter().filter(|card| card.code.is_empty()).map(|card| card.http_status).collect();
    assert_eq!(pages, [403, 502, 504]);
}

/// The reply says what the table says, in the reply's own words.
fn compare(card: &TestCard, reply: &Reply) {
    let what = format!("{}: {}", card.meaning, reply.body);
    assert_eq!(reply.status, card.http_status, "{what}");
    assert!(reply.headers.contains_key("x-acs-request-id"), "{what}");
    if card.code.is_empty() {
        assert!(reply.headers["content-type"].starts_with("text/html"), "{what}");
        assert!(reply.body.starts_with("<html>"), "{what}");
        return;
    }
    if reply.body.starts_with('<') {
        assert!(reply.body.contains(&format!("<Code>{}</Code>", card.code)), "{what}");
        return;
    }
    let json = reply.json();
    let either = |upper: &str, lower: &str| {
        let value = if json[upper].is_null() { json[lower].clone() } else { json[upper].clone() };
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    assert_eq!(either("Code", "code"), card.code, "{what}");
    let result = if json["ResultObject"].is_null() { &json["resultObject"] } else { &json["ResultObject"] };
    let field = |upper: &str, lower: &str| {
        result[upper].as_str().or_else(|| result[lower].as_str()).map(str::to_owned)
    };
    assert_eq!(field("BizCode", "bizCode"), card.biz_code, "{what}");
    assert_eq!(field("SubCode", "subCode"), card.sub_code, "{what}");
}

#[test]
fn every_card_answers_as_documented_and_is_counted_as_documented() {
    let sandbox = start();
    for card in test_cards() {
        for call in [Call::acs3(), Call::v1()] {
            sandbox.reset();
            sandbox.set_quota(None);
            compare(&card, &call.card(&card.card_number).send(&sandbox));
            let stats = sandbox.stats();
            assert_eq!(stats.requests, 1);
            assert_eq!(stats.executions, u64::from(card.executed), "{}", card.meaning);
            assert_eq!(stats.billed, u64::from(card.billed), "{}", card.meaning);
            assert_eq!(stats.throttled, u64::from(card.code.starts_with("Throttling")));
            let failed = card.biz_code.is_none() && !card.meaning.contains("without a ResultObject");
            assert_eq!(stats.errors.values().sum::<u64>(), u64::from(failed), "{}", card.meaning);
        }
    }
}

#[test]
fn a_card_with_a_sub_code_still_compares_the_factors() {
    let sandbox = start();
    let reply = Call::acs3().card(&card("the card has expired").card_number).set("UserName", Some("李四"));
    assert_eq!(reply.send(&sandbox).verdict(), ("2".to_owned(), "201".to_owned()));
}

#[test]
fn the_throttling_card_asks_for_a_delay() {
    let sandbox = start();
    let send = |meaning| Call::acs3().card(&card(meaning).card_number).send(&sandbox);
    let reply = send("throttled, HTTP 403 with x-acs-retry-after");
    assert_eq!(reply.headers["x-acs-retry-after"], "200");
    assert!(!send("throttled, HTTP 400 without a delay").headers.contains_key("x-acs-retry-after"));
    assert!(!send("throttled, HTTP 429 without a delay").headers.contains_key("x-acs-retry-after"));
}

#[test]
fn the_unusual_forms() {
    let sandbox = start();
    let send = |meaning| Call::acs3().card(&card(meaning).card_number).send(&sandbox);
    assert_eq!(send("a match with the Code 200 as a JSON number").json()["Code"], 200);
    let lower = send("an error with keys starting in lower case").json();
    assert!(lower["requestId"].is_string() && lower["RequestId"].is_null());
    let lower = send("a match with keys starting in lower case").json();
    assert!(lower["resultObject"]["bizCode"].is_string() && lower["ResultObject"].is_null());
    assert!(send("an error in XML").body.contains("<Error><RequestId>"));
    assert!(send("a success without a ResultObject, after the execution").json()["ResultObject"].is_null());
    let without_id = send("a match whose body has no RequestId");
    assert!(without_id.json()["RequestId"].is_null());
    assert_eq!(without_id.headers["x-acs-request-id"].len(), 36);
}

#[test]
fn echoing_errors_repeat_the_input() {
    let sandbox = start();
    let echoing = card("an error whose text repeats the input").card_number;
    let reply = Call::acs3().card(&echoing).send(&sandbox);
    for value in [echoing.as_str(), NAME, "%E5%BC%A0%E4%B8%89", ID_NUMBER, MOBILE] {
        assert!(reply.body.contains(value), "{value}: {}", reply.body);
    }
    let string_to_sign = card("echoes the string-to-sign").card_number;
    for (call, part) in [(Call::acs3(), "POST\n/\nBankCard="), (Call::v1(), "POST&%2F&AccessKeyId%3D")] {
        let call = call.card(&string_to_sign).with(|call| call.place = Place::Query);
        let reply = call.send(&sandbox).json();
        assert!(reply["Message"].as_str().unwrap().contains(part), "{reply}");
    }
    assert_ne!(echoing, CARD);
}

/// The table of the documentation, made from the one in the source.
fn documented() -> String {
    let head = "| card | HTTP | Code | BizCode | SubCode | executed | billed | what it stands for |\n\
                |---|---|---|---|---|---|---|---|\n";
    let mark = |yes: bool| if yes { "yes" } else { "no" };
    let rows = test_cards().into_iter().map(|card| {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            card.card_number,
            card.http_status,
            card.code,
            card.biz_code.unwrap_or_default(),
            card.sub_code.unwrap_or_default(),
            mark(card.executed),
            mark(card.billed),
            card.meaning
        )
    });
    std::iter::once(head.to_owned()).chain(rows).collect()
}

#[test]
fn the_documentation_holds_the_table() {
    let documentation = include_str!("../../../docs/sandbox.md");
    let table = documented();
    assert!(documentation.contains(&table), "docs/sandbox.md should hold:\n{table}");
}
