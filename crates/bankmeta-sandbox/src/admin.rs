//! The admin path `/_sandbox/`: counts, reset, behaviour, test cards. It is
//! neither counted nor faulted.

use serde_json::{Value, json};

use crate::error::Error;
use crate::fault::Fault;
use crate::registry::test_cards;
use crate::reply::{JSON, Reply};
use crate::state::State;
use crate::tls::Certificate;

pub(crate) const PREFIX: &str = "/_sandbox/";

/// Answers a request to the admin path; `path` is what follows the prefix.
pub(crate) fn answer(state: &State, method: &str, path: &str, body: &[u8]) -> Reply {
    match (method, path) {
        ("GET", "stats") => json_reply(200, &json!(state.counters.read())),
        ("GET", "test-cards") => json_reply(200, &json!(test_cards())),
        ("POST", "reset") => {
            state.reset();
            json_reply(200, &json!({"reset": true}))
        }
        ("POST", "behaviour") => match behave(state, body) {
            Ok(()) => json_reply(200, &json!({"set": true})),
            Err(error) => json_reply(400, &json!({"error": error.to_string()})),
        },
        _ => json_reply(404, &json!({"error": "GET stats, GET test-cards, POST reset, POST behaviour"})),
    }
}

fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::new(status, JSON, body.to_string())
}

/// A setting that was read and may be applied.
enum Setting {
    Fault(Option<Fault>),
    Quota(Option<u32>),
    IgnoreFormBodies(bool),
    ClockOffset(i64),
    Certificate(Certificate),
}

/// Applies the given settings, all or, when one is wrong, none.
fn behave(state: &State, body: &[u8]) -> Result<(), Error> {
    let wrong = |why: String| Error::Setting(why);
    let settings: serde_json::Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| wrong(format!("not a JSON object: {error}")))?;
    let read: Vec<Setting> =
        settings.into_iter().map(|(name, value)| read_setting(&name, value)).collect::<Result<_, _>>()?;
    for setting in read {
        match setting {
            Setting::Fault(fault) => state.faults.set(fault),
            Setting::Quota(limit) => state.quota.set(limit),
            Setting::IgnoreFormBodies(ignore) => state.set_ignore_form_bodies(ignore),
            Setting::Certificate(certificate) => state.set_certificate(certificate),
            Setting::ClockOffset(seconds) => state.clock.set_offset(seconds),
        }
    }
    Ok(())
}

fn read_setting(name: &str, value: Value) -> Result<Setting, Error> {
    let wrong = |why: &str| Error::Setting(format!("{name}: {why}"));
    match name {
        "fault" if value.is_null() => Ok(Setting::Fault(None)),
        "fault" => serde_json::from_value(value)
            .map(|fault| Setting::Fault(Some(fault)))
            .map_err(|error| wrong(&error.to_string())),
        "quota" if value.is_null() || value == "off" => Ok(Setting::Quota(None)),
        "quota" => value
            .as_u64()
            .and_then(|limit| u32::try_from(limit).ok())
            .map(|limit| Setting::Quota(Some(limit)))
            .ok_or_else(|| wrong("must be a whole number or \"off\"")),
        "ignore_form_bodies" => {
            value.as_bool().map(Setting::IgnoreFormBodies).ok_or_else(|| wrong("must be true or false"))
        }
        "clock_offset_seconds" => {
            value.as_i64().map(Setting::ClockOffset).ok_or_else(|| wrong("must be a whole number"))
        }
        "certificate" => {
            serde_json::from_value(value).map(Setting::Certificate).map_err(|error| wrong(&error.to_string()))
        }
        _ => Err(wrong(
            "is not a setting; there are fault, quota, ignore_form_bodies, clock_offset_seconds, certificate",
        )),
    }
}
