//! What is refused before any call, field by field.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test and its helpers fail by panicking")]

use bankmeta::{Error, Verification, VerificationBuilder};

/// All four factors, with the given keys set anew.
fn built(changed: &[(&str, &str)]) -> Result<Verification, Error> {
    let person = [
        ("card_number", "6222021234567890123"),
        ("name", "张三"),
        ("id_number", "11010519491231002X"),
        ("mobile", "13800138000"),
    ];
    let set = |builder: VerificationBuilder, row: &(&str, &str)| builder.set(row.0, row.1);
    person.iter().chain(changed).try_fold(VerificationBuilder::default(), set)?.build()
}

fn assert_refused(field: &str, value: &str, others: &[(&str, &str)]) {
    let error = built(&[others, &[(field, value)]].concat())
        .err()
        .unwrap_or_else(|| panic!("{field} {value:?} was accepted"));
    assert_eq!(error.field(), Some(field), "{value:?}: {error}");
    // The example in the remedy is no echo.
    let text = format!("{error} {error:?}").replace("for example 01", "");
    assert!(value.trim().is_empty() || !text.contains(value), "{text}");
}

#[test]
fn invisible_characters_are_refused_in_every_field_even_unchecked() {
    let unchecked = ("unchecked", "card_number,name,id_number,mobile");
    for field in ["card_number", "name", "id_number", "mobile", "id_type"] {
        for value in ["\u{200B}", "\u{FEFF}01", "0\u{FFFD}1", "01\u{2028}"] {
            assert_refused(field, value, &[unchecked]);
        }
    }
}

#[test]
fn a_name_without_a_letter_passes_unchecked_only() {
    assert_refused("name", "123456", &[]);
    assert!(built(&[("name", "123456"), ("unchecked", "name")]).is_ok());
}

#[test]
fn an_id_type_is_a_plain_code() {
    for value in ["01 ", " 01", " ", "０１", "0.1", "护照", &"0".repeat(33)] {
        assert_refused("id_type", value, &[]);
        assert_refused("id_type", value, &[("id_number", "E12345678")]);
    }
    for value in ["", "01"] {
        assert!(built(&[("id_type", value)]).is_ok(), "{value:?}");
    }
    for value in ["02", "passport", "HK_MO-7"] {
        let sent = built(&[("id_type", value), ("id_number", "E12345678")]).unwrap().parameters();
        assert!(sent.iter().any(|pair| pair == ("IdentityType", value)), "{value:?}");
    }
}

#[test]
fn an_id_type_needs_an_id_number() {
    let builder = || Verification::builder().card_number("6222021234567890123").name("张三");
    let error = builder().id_type("01").build().unwrap_err();
    assert_eq!(error.field(), Some("id_type"));
    assert!(builder().id_type("").build().is_ok());
}

#[test]
fn debug_does_not_show_the_id_type() {
    let builder = Verification::builder().id_type("6222021234567890123");
    assert!(!format!("{builder:?}").contains("6222"));
    let verification = built(&[("id_type", "E12345678"), ("id_number", "E7654321")]).unwrap();
    assert!(!format!("{verification:?}").contains("E12345678"));
}

#[test]
fn md5_mode_masks_only_what_the_service_describes() {
    let md5_mode = [("md5_mode", "true"), ("unchecked", "card_number,name,id_number,mobile")];
    for (field, value) in [
        ("card_number", "622202"),
        ("card_number", "6222 0212 3456 7890"),
        ("card_number", "６２２２０２１２３４５６７８９０"),
        ("mobile", "+8613800138000"),
        ("mobile", "+8613800138"),
        ("mobile", "1380013800"),
        ("mobile", "１３８００１３８０００"),
        ("id_number", "110105491231002"),
        ("id_number", "11010519491231002x"),
        ("id_number", "1101051949123100２x"),
    ] {
        assert_refused(field, value, &md5_mode);
        assert!(built(&[("unchecked", field), (field, value)]).is_ok(), "{field} {value}");
    }
    for (field, value) in
        [("card_number", "6222021"), ("mobile", "23800138000"), ("id_number", "110105194912310021")]
    {
        assert!(built(&[&md5_mode[..], &[(field, value)]].concat()).is_ok(), "{field} {value}");
    }
    let other = [&md5_mode[..], &[("id_type", "02")]].concat();
    assert_refused("id_number", "E1", &other);
    assert!(built(&[&other[..], &[("id_number", "ex1")]].concat()).is_ok());
}

#[test]
fn nobody_is_born_in_the_future() {
    assert_refused("id_number", "110105299912310012", &[]);
    assert!(built(&[("id_number", "110105299912310012"), ("unchecked", "id_number")]).is_ok());
}
