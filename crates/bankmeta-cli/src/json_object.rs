//! A verification as a JSON object on stdin.

use std::fmt;
use std::io::{self, Read as _};

use bankmeta::VERIFICATION_KEYS;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::problem::Problem;

/// More than any verification.
const MAX_BYTES: usize = 64 * 1024;

/// Reads all of stdin: the keys of [`VERIFICATION_KEYS`] with their values as text.
pub(crate) fn read() -> Result<Vec<(&'static str, String)>, Problem> {
    // Sized at once: a growing buffer would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 1));
    let limit = bytes.capacity() as u64;
    let read = io::stdin().lock().take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Problem::input(None, format!("stdin cannot be read: {}.", error.kind())))?;
    if bytes.len() > MAX_BYTES {
        return Err(Problem::input(None, "stdin holds more than 64 KiB; pass one JSON object."));
    }
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Vec<(&'static str, String)>, Problem> {
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::input(None, "stdin is empty; pass one JSON object, or the factors as options."));
    }
    let Members(members) = serde_json::from_slice(bytes).map_err(|error| {
        // serde_json's own text can repeat the input.
        let (line, column) = (error.line(), error.column());
        let what = format!("stdin is not one JSON object (line {line}, column {column}).");
        Problem::input(None, what)
    })?;
    let mut pairs: Vec<(&'static str, String)> = Vec::new();
    for (key, value) in members {
        let Some((key, _)) = VERIFICATION_KEYS.iter().find(|(known, _)| *known == key) else {
            let keys: Vec<&str> = VERIFICATION_KEYS.iter().map(|(key, _)| *key).collect();
            let what = format!("stdin has an unknown key; the keys are {}.", keys.join(", "));
            // The field's name is the core's, for the same mistake.
            return Err(Problem::input(Some("verification"), what));
        };
        if pairs.iter().any(|(seen, _)| seen == key) {
            return Err(Problem::input(Some(key), format!("stdin gives {key} twice.")));
        }
        if let Some(text) = text_of(key, value)? {
            pairs.push((key, text));
        }
    }
    Ok(pairs)
}

/// null leaves the key out.
fn text_of(key: &'static str, value: Value) -> Result<Option<String>, Problem> {
    let wrong = |what: &str| Problem::input(Some(key), format!("{key} must be {what}."));
    match (key, value) {
        (_, Value::Null) => Ok(None),
        (_, Value::String(text)) => Ok(Some(text)),
        ("md5_mode", Value::Bool(on)) => Ok(Some(on.to_string())),
        ("md5_mode", _) => Err(wrong("true or false")),
        ("unchecked", Value::Array(items)) => {
            let words: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            words.map(|words| Some(words.join(","))).ok_or_else(|| wrong("a list of strings"))
        }
        ("unchecked", _) => Err(wrong("a string or a list of strings")),
        _ => Err(wrong("a JSON string, in quotes")),
    }
}

/// The members of an object in their order, with repeated ones: of two card
/// numbers, none may win in silence.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_text() {
        let pairs = parse(
            br#" {"card_number":"6222","id_number":null,"md5_mode":true,"unchecked":["name","mobile"]} "#,
        );
        assert_eq!(
            pairs.unwrap(),
            [
                ("card_number", "6222".to_owned()),
                ("md5_mode", "true".to_owned()),
                ("unchecked", "name,mobile".to_owned())
            ]
        );
    }

    #[test]
    fn anything_else_is_refused_without_showing_it() {
        for (json, word) in [
            ("", "empty"),
            ("\n", "empty"),
            ("6222", "line 1"),
            (r#""6222""#, "line 1"),
            (r#"["6222"]"#, "line 1"),
            (r#"{"card_number":"6222""#, "line 1"),
            (r#"{"card_number":"6222"} {}"#, "line 1"),
            (r#"{"card_number":6222}"#, "card_number must be a JSON string"),
            (r#"{"card_number":"1","card_number":"6222"}"#, "twice"),
            (r#"{"6222":"x"}"#, "unknown key"),
            (r#"{"md5_mode":6222}"#, "true or false"),
            (r#"{"unchecked":[6222]}"#, "list of strings"),
            (r#"{"unchecked":{"6222":1}}"#, "list of strings"),
        ] {
            let problem = parse(json.as_bytes()).unwrap_err();
            assert!(problem.message().contains(word), "{json}: {}", problem.message());
            assert!(!problem.message().contains("6222"), "{}", problem.message());
        }
    }
}
