//! Keyword arguments to what the core is configured and asked with. The core's tables
//! say which there are; their names also stand in the text signatures and the stubs,
//! and a test compares all three.

use bankmeta::{
    CONFIG_OPTIONS, ClientBuilder, ConfigOption, VERIFICATION_KEYS, Verification, VerificationBuilder,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{input, log, output};

/// A client's configuration. None stands for the default.
pub(crate) fn client(options: Option<&Bound<'_, PyDict>>) -> PyResult<ClientBuilder> {
    let mut builder = bankmeta::Client::builder().on_event(log::hear);
    for (key, value) in options.into_iter().flatten() {
        let key: String = key.extract()?;
        let Some(option) = CONFIG_OPTIONS.iter().find(|option| option.key == key) else {
            return Err(unexpected(&key, CONFIG_OPTIONS.iter().map(|option| option.key)));
        };
        if !value.is_none() {
            builder = with_option(builder, option, &value)?;
        }
    }
    Ok(builder)
}

/// What the table says of the value decides which type is expected.
fn with_option(
    builder: ClientBuilder,
    option: &ConfigOption,
    value: &Bound<'_, PyAny>,
) -> PyResult<ClientBuilder> {
    let key = option.key;
    let text = match option.value {
        "path" => return Ok(builder.ca_file(input::path(key, value)?)),
        "seconds" => input::seconds(key, value)?.into(),
        "number" => input::whole_number(key, value)?.into(),
        "number | off" => input::number_or_off(key, value)?.into(),
        "true | false" | "on | off" => input::flag(key, value)?.to_string().into(),
        _ => input::text("configuration", key, value)?,
    };
    builder.set(key, &text).map_err(|error| output::exception(value.py(), &error))
}

/// A verification. None stands for the default of what may be left out.
pub(crate) fn verification(factors: Option<&Bound<'_, PyDict>>) -> PyResult<VerificationBuilder> {
    let mut builder = Verification::builder();
    for (key, value) in factors.into_iter().flatten() {
        let key: String = key.extract()?;
        let Some((key, _)) = VERIFICATION_KEYS.iter().find(|row| row.0 == key) else {
            return Err(unexpected(&key, VERIFICATION_KEYS.iter().map(|row| row.0)));
        };
        if REQUIRED.contains(key) || !value.is_none() {
            builder = with_part(builder, key, &value)?;
        }
    }
    for key in REQUIRED {
        if !factors.map_or(Ok(false), |factors| factors.contains(key))? {
            return Err(PyTypeError::new_err(format!("missing the required keyword argument '{key}'")));
        }
    }
    Ok(builder)
}

const REQUIRED: [&str; 2] = ["card_number", "name"];

fn with_part(
    builder: VerificationBuilder,
    key: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<VerificationBuilder> {
    let texts = match key {
        "md5_mode" => vec![input::flag(key, value)?.to_string().into()],
        "unchecked" => input::words("invalid_input", key, value)?,
        _ => vec![input::text("invalid_input", key, value)?],
    };
    texts.iter().try_fold(builder, |builder, text| {
        builder.set(key, text).map_err(|error| output::exception(value.py(), &error))
    })
}

fn unexpected(key: &str, known: impl Iterator<Item = &'static str>) -> PyErr {
    let known: Vec<&str> = known.collect();
    PyTypeError::new_err(format!("unexpected keyword argument '{key}'; there are {}", known.join(", ")))
}
