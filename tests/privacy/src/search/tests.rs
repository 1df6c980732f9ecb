//! A planted leak is found in every form, written here by hand or by other encoders.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::*;

fn person() -> Person {
    Person {
        number: 7,
        card_number: "6222021234567890128".to_owned(),
        name: "张三".to_owned(),
        id_number: "11010519491231002X".to_owned(),
        mobile: "13800138000".to_owned(),
    }
}

fn search() -> Search {
    Search::new(&[person()], &Secrets::invent(1))
}

fn fields(text: &str) -> Vec<&'static str> {
    let mut fields: Vec<_> = search().find(text).into_iter().map(|hit| hit.field).collect();
    fields.dedup();
    fields
}

#[test]
fn every_written_form_is_found() {
    for (field, text) in [
        ("card_number", "card 6222021234567890128."),
        ("card_number", "6222 0212 3456 7890 128"),
        ("card_number", "6222-0212-3456-7890-128"),
        ("card_number", "%36%32%32%32%30%32%31%32%33%34%35%36%37%38%39%30%31%32%38"),
        ("card_number", "36323232303231323334353637383930313238"),
        ("card_number", "[54, 50, 50, 50, 48, 50, 49, 50, 51, 52, 53, 54, 55, 56, 57, 48, 49, 50, 56]"),
        ("card_number", "the first eight 62220212 of it"),
        ("card_number", "and some 12345678 in the middle"),
        ("card_number", "ends in 567890128"),
        ("name", "name=张三&"),
        ("name", "%E5%BC%A0%E4%B8%89"),
        ("name", "%e5%bc%a0%e4%b8%89"),
        ("name", "%25E5%25BC%25A0%25E4%25B8%2589"),
        ("name", "%25e5%25bc%25a0%25e4%25b8%2589"),
        ("name", "E5BCA0E4B889"),
        ("name", "e5 bc a0 e4 b8 89"),
        ("name", r"\u5f20\u4e09"),
        ("name", r"\u{5f20}\u{4e09}"),
        ("name", r"b'\xe5\xbc\xa0\xe4\xb8\x89'"),
        ("name", r"\345\274\240\344\270\211"),
        ("name", "&#24352;&#19977;"),
        ("name", "&#x5F20;&#x4E09;"),
        ("name", "5byg5LiJ"),
        ("name", "å¼\u{a0}ä¸\u{89}"),
        ("id_number", "110105 19491231 002x"),
        ("id_number", "birth 9491231002"),
        ("mobile", "138-0013-8000"),
        ("mobile", "tel 13800138"),
    ] {
        let found = fields(text);
        assert!(found.contains(&field), "{field} in {text:?}: {found:?}");
    }
}

#[test]
fn base64_is_found_in_every_alignment() {
    for (field, value) in person().factors() {
        for before in ["", "x", "xy", "xyz"] {
            for after in ["", "&", "&c"] {
                let text = format!("{before}{value}{after}");
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    let found = fields(&encoded);
                    assert!(found.contains(&field), "{field} behind {before:?} before {after:?}: {found:?}");
                }
            }
        }
    }
}

#[test]
fn what_md5_mode_sends_is_found() {
    let verification = bankmeta::Verification::builder().md5_mode(true);
    let verification =
        person().factors().into_iter().fold(verification, |it, (key, value)| it.set(key, value).unwrap());
    let parameters = verification.build().unwrap().parameters();
    for (name, field) in [
        ("BankCard", "card_number"),
        ("UserName", "name"),
        ("IdentifyNum", "id_number"),
        ("Mobile", "mobile"),
    ] {
        let sent = parameters.iter().find(|(it, _)| *it == name).unwrap().1;
        assert!(fields(sent).contains(&field), "{name}");
        // The digest alone, wherever it stands.
        let digest = (0..=sent.len() - 32).filter_map(|from| sent.get(from..from + 32)).find(|window| {
            let hits = search().find(&window.to_uppercase());
            hits.iter().any(|hit| hit.form.starts_with("md5"))
        });
        assert!(digest.is_some(), "{name}");
    }
}

#[test]
fn secrets_are_found() {
    let secrets = Secrets::invent(1);
    for (field, value) in secrets.all() {
        for text in [value.to_owned(), STANDARD.encode(value)] {
            assert!(fields(&text).contains(&field), "{field}");
        }
    }
}

#[test]
fn what_is_random_or_measured_is_no_hit() {
    for text in [
        "request id 13800138-1111-2222-3333-444455556666",
        "12.13800138 ms",
        "Instant { tv_sec: 13800138, tv_nsec: 138001380 }",
        "nonce 0123456789abcdef13800138abcdef01",
        "F0.013800138",
        "V13800138-1111-2222-3333-444455556666",
        "last: Some(\n    13800138,\n)",
        "13800138.5s",
        "<object at 0x7f13800138aa>",
        "6222 and 0212 and HTTP 200, port 38000",
    ] {
        assert_eq!(fields(text), [""; 0], "{text}");
    }
    assert_eq!(fields("1380013-8000"), ["mobile"], "no request id");
    assert_eq!(fields("0.13800138000"), ["mobile"], "a whole value is one everywhere");
}

#[test]
fn invented_people_pass_the_checks() {
    for number in 0..200 {
        let person = Person::invent(3, number);
        let builder = bankmeta::Verification::builder();
        let builder =
            person.factors().into_iter().fold(builder, |it, (key, value)| it.set(key, value).unwrap());
        builder.build().unwrap();
    }
}
