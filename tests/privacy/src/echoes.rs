//! Replies that repeat what was sent: in each place of a reply, in each form that could
//! pass for what belongs there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::forms;
use crate::people::{Person, Secrets};

/// What it is, HTTP status, content type and the body.
pub(crate) type Body = (String, u16, &'static str, String);

pub(crate) fn bodies(person: &Person, secrets: &Secrets, md5_mode: bool) -> Vec<Body> {
    let json = "application/json";
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    let all = person.factors().map(|(key, value)| format!("{key}={value}")).join("&");
    let mut values = Vec::new();
    for (key, value) in person.factors() {
        values.push((format!("{key}, plain"), value.to_owned()));
        values.push((format!("{key}, hexadecimal"), hex(value)));
        for offset in 0..3 {
            let shifted = format!("{}{value}", "a".repeat(offset));
            values.push((format!("{key}, base64"), STANDARD_NO_PAD.encode(shifted)));
        }
        values.push((format!("{key}, in pieces"), value.chars().take(8).collect()));
        values.push((
            format!("{key}, in pieces at the end"),
            value.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect(),
        ));
        if md5_mode {
            for (_, form) in forms::of_md5_mode(person).into_iter().take(3) {
                values.push((format!("{key}, md5 part"), form.text));
            }
        }
    }
    values.push(("secret".to_owned(), secrets.secret.clone()));
    values.push(("token".to_owned(), secrets.token.clone()));
    values.push(("everything".to_owned(), all.clone()));
    let mut bodies = Vec::new();
    for (what, value) in &values {
        let text = serde_json::Value::from(value.as_str());
        let id = uuid(value);
        for (place, status, body) in [
            ("code", 400, format!(r#"{{"RequestId":"1","Code":{text},"Message":"no"}}"#)),
            ("code under HTTP 200", 200, format!(r#"{{"RequestId":"1","Code":{text}}}"#)),
            ("message", 400, format!(r#"{{"RequestId":"1","Code":"InvalidParameter","Message":{text}}}"#)),
            (
                "signature message",
                400,
                format!(r#"{{"RequestId":"1","Code":"SignatureDoesNotMatch","Message":{text}}}"#),
            ),
            ("request id", 500, format!(r#"{{"RequestId":{text},"Code":"InternalError"}}"#)),
            ("request id, hyphens", 500, format!(r#"{{"RequestId":"{id}","Code":"InternalError"}}"#)),
            (
                "sub code",
                200,
                format!(r#"{{"Code":"200","ResultObject":{{"BizCode":"2","SubCode":{text}}}}}"#),
            ),
            (
                "BizCode",
                200,
                format!(r#"{{"Code":"200","ResultObject":{{"BizCode":{text},"SubCode":"101"}}}}"#),
            ),
            (
                "success's request id",
                200,
                format!(
                    r#"{{"RequestId":{text},"Code":"200","ResultObject":{{"BizCode":"1","SubCode":"101"}}}}"#
                ),
            ),
            ("a key", 200, format!(r#"{{{text}:"1","Code":"200"}}"#)),
        ] {
            bodies.push((format!("{what} as {place}"), status, json, body));
        }
    }
    let xml = format!(
        "<?xml version=\"1.0\"?><Error><RequestId>{0}</RequestId><Code>{0}</Code><Message>{0}</Message></Error>",
        all.replace('&', "&amp;")
    );
    bodies.push(("XML".to_owned(), 400, "text/xml", xml));
    bodies.push((
        "XML, a code".to_owned(),
        400,
        "text/xml",
        format!("<Error><Code>{}</Code></Error>", person.card_number),
    ));
    bodies.push(("HTML".to_owned(), 502, "text/html", format!("<html><title>{all}</title></html>")));
    bodies.push(("garbage".to_owned(), 200, json, format!("{{{all}")));
    bodies
}

/// Hyphens where a request id has them, if it is long enough.
fn uuid(text: &str) -> String {
    let mut id = String::new();
    for (index, character) in text.chars().filter(char::is_ascii_hexdigit).enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        id.push(character);
    }
    id
}
