//! The comparison factor by factor, in plain and in md5 mode.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use bankmeta::md5_mode;
use bankmeta_sandbox::{Cardholder, Sandbox, SandboxOptions};
use support::call::{CARD, Call, ID_NUMBER, MOBILE, NAME};
use support::{start, start_with};

fn verdict(sandbox: &Sandbox, call: &Call) -> (String, String) {
    call.send(sandbox).verdict()
}

fn pair(biz_code: &str, sub_code: &str) -> (String, String) {
    (biz_code.to_owned(), sub_code.to_owned())
}

/// The call of a person, in plain or masked.
fn call_of(person: &Cardholder, md5: bool) -> Call {
    let mask =
        |plain: &str, masked: &dyn Fn(&str) -> String| if md5 { masked(plain) } else { plain.to_owned() };
    let card = mask(&person.card_number, &|text| md5_mode::card_number(text).to_string());
    let name = mask(&person.name, &|text| md5_mode::name(text).to_string());
    let id = mask(&person.id_number, &|text| match text.len() {
        18 => md5_mode::resident_id_number(text).to_string(),
        _ => md5_mode::other_id_number(text).to_string(),
    });
    let mobile = mask(&person.mobile, &|text| md5_mode::mobile(text).to_string());
    Call::acs3()
        .set("ParamType", Some(if md5 { "md5" } else { "normal" }))
        .card(&card)
        .set("UserName", Some(&name))
        .set("IdentifyNum", Some(&id))
        .set("Mobile", Some(&mobile))
}

#[test]
fn every_built_in_cardholder_matches_in_both_modes() {
    let sandbox = start();
    let people = Cardholder::built_in();
    assert!(people.len() >= 10);
    assert_eq!(
        (people[0].card_number.as_str(), people[0].name.as_str()),
        (CARD, NAME),
        "the first cardholder is the documented one"
    );
    assert_eq!((people[0].id_number.as_str(), people[0].mobile.as_str()), (ID_NUMBER, MOBILE));
    for person in &people {
        for md5 in [false, true] {
            assert_eq!(verdict(&sandbox, &call_of(person, md5)), pair("1", "101"), "md5: {md5}");
        }
    }
}

#[test]
fn one_differing_factor_is_a_mismatch() {
    let sandbox = start();
    let people = Cardholder::built_in();
    for md5 in [false, true] {
        let other = call_of(&people[1], md5);
        for (name, factors_that_see_it) in [("UserName", "234"), ("IdentifyNum", "34"), ("Mobile", "4")] {
            let value = &other.parameters.iter().find(|parameter| parameter.0 == name).unwrap().1;
            for factors in ["2", "3", "4"] {
                let call = call_of(&people[0], md5)
                    .set(name, Some(value))
                    .set("ProductType", Some(&format!("BANK_CARD_{factors}_META")));
                let expected =
                    if factors_that_see_it.contains(factors) { pair("2", "201") } else { pair("1", "101") };
                assert_eq!(verdict(&sandbox, &call), expected, "{name} of {factors}, md5: {md5}");
            }
        }
    }
}

#[test]
fn a_mode_does_not_take_the_other_s_values() {
    let sandbox = start();
    let person = &Cardholder::built_in()[0];
    let plain_as_md5 = call_of(person, false).set("ParamType", Some("md5"));
    assert_eq!(plain_as_md5.send(&sandbox).code().1, "InvalidBankCard");
    let md5_as_plain = call_of(person, true).set("ParamType", Some("normal"));
    assert_eq!(md5_as_plain.send(&sandbox).code().1, "InvalidBankCard");
    let plain_name = call_of(person, true).set("UserName", Some(&person.name));
    assert_eq!(verdict(&sandbox, &plain_name), pair("2", "201"));
}

#[test]
fn an_unknown_card_is_no_record_and_not_billed() {
    let sandbox = start();
    assert_eq!(verdict(&sandbox, &Call::acs3().card("6222021234567890995")), pair("3", "304"));
    let stats = sandbox.stats();
    assert_eq!((stats.executions, stats.billed), (1, 0));
}

#[test]
fn cardholders_of_the_caller_s_own_replace_the_built_in_ones() {
    let text = "card_number,name,id_number,mobile,state\n\
                6200000000000005,王五,11010519491231002X,13800138000,\n\
                6200000000000013,王五,11010519491231002X,13800138000,203\n\
                6200000000000021,王五,11010519491231002X,13800138000,301\n";
    let cardholders = Cardholder::read_csv(text).unwrap();
    let sandbox = start_with(SandboxOptions { cardholders, ..Default::default() });
    let call = |card: &str| Call::acs3().card(card).set("UserName", Some("王五"));
    assert_eq!(verdict(&sandbox, &call("6200000000000005")), pair("1", "101"));
    assert_eq!(verdict(&sandbox, &call("6200000000000013")), pair("2", "203"));
    assert_eq!(verdict(&sandbox, &call("6200000000000021")), pair("3", "301"));
    assert_eq!(verdict(&sandbox, &Call::acs3().card("6200000000000013")), pair("2", "201"));
    assert_eq!(verdict(&sandbox, &Call::acs3()), pair("3", "304"));
    // The test cards are there all the same.
    assert_eq!(verdict(&sandbox, &Call::acs3().card("6299001021000000007")), pair("2", "210"));
}

#[test]
fn the_documentation_lists_the_built_in_cardholders() {
    let documentation = include_str!("../../../docs/sandbox.md");
    for person in Cardholder::built_in() {
        let row = format!(
            "| {} | {} | {} | {} |\n",
            person.card_number, person.name, person.id_number, person.mobile
        );
        assert!(documentation.contains(&row), "docs/sandbox.md should hold {row}");
    }
}
