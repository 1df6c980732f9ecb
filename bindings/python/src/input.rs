//! Python values to text for the core, without ever showing them.

use std::borrow::Cow;
use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyString};
use zeroize::Zeroizing;

use crate::output;

/// The text of argument `key`; our copy is wiped when it is dropped. `kind` is the
/// kind of error if the text cannot be encoded.
pub(crate) fn text(kind: &str, key: &str, value: &Bound<'_, PyAny>) -> PyResult<Zeroizing<String>> {
    let Ok(string) = value.cast::<PyString>() else {
        return Err(wrong_type(key, "str", value));
    };
    // Python's own exception for a lone surrogate would hold the whole text.
    string.to_cow().map(|text| Zeroizing::new(text.into_owned())).map_err(|_| {
        output::refused(
            value.py(),
            kind,
            key,
            "holds half of a surrogate pair, which is no character; decode the text anew",
        )
    })
}

/// The seconds of argument `key`, as text: the core checks it, and knows the limits.
pub(crate) fn seconds(key: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    number(value).ok_or_else(|| wrong_type(key, "float", value))
}

/// The whole number of argument `key`, as text.
pub(crate) fn whole_number(key: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    whole(value).ok_or_else(|| wrong_type(key, "int", value))
}

/// The time of argument `unix_seconds`. A float, or milliseconds, would be a mistake.
pub(crate) fn unix_seconds(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    const UP_TO: i64 = 253_402_207_200; // The last day of the year 9999.
    let seconds = whole_number("unix_seconds", value)?.parse().ok();
    seconds.filter(|seconds| (0..=UP_TO).contains(seconds)).ok_or_else(|| {
        let why = "must be whole seconds since 1970, before the year 10000";
        output::refused(value.py(), "invalid_input", "unix_seconds", why)
    })
}

/// The number of argument `key`, or the word `off`, as text.
pub(crate) fn number_or_off(key: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let word = || value.cast::<PyString>().ok().and_then(|word| word.to_cow().ok().map(Cow::into_owned));
    number(value).or_else(word).ok_or_else(|| wrong_type(key, "a number or 'off'", value))
}

/// An int to all its digits, or whatever Python takes for a float. A bool is an int
/// in Python, but no number that anybody means.
fn number(value: &Bound<'_, PyAny>) -> Option<String> {
    if value.is_instance_of::<PyBool>() {
        return None;
    }
    whole(value).or_else(|| value.extract::<f64>().ok().map(|number| number.to_string()))
}

fn whole(value: &Bound<'_, PyAny>) -> Option<String> {
    if value.is_instance_of::<PyBool>() {
        return None;
    }
    // The first also takes what counts as an int, as numpy's do; the second is for long ones.
    match value.extract::<i64>().map(i128::from).or_else(|_| value.extract::<i128>()) {
        Ok(number) => Some(number.to_string()),
        // Longer than any option's; the core then says what it may be.
        Err(_) => value.is_instance_of::<PyInt>().then(|| "too long".to_owned()),
    }
}

/// The path of argument `key`.
pub(crate) fn path(key: &str, value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    value.extract().map_err(|error: PyErr| {
        // Anything else was raised by the object itself, or by Ctrl-C meanwhile.
        if error.is_instance_of::<PyTypeError>(value.py()) {
            return wrong_type(key, "str or os.PathLike", value);
        }
        error
    })
}

/// The truth value of argument `key`.
pub(crate) fn flag(key: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.cast::<PyBool>().map(PyBoolMethods::is_true).map_err(|_| wrong_type(key, "bool", value))
}

/// The words of argument `key`, from a tuple, list, set or other iterable.
pub(crate) fn words(kind: &str, key: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<Zeroizing<String>>> {
    // A text is an iterable too: of its characters.
    if value.is_instance_of::<PyString>() {
        return Err(wrong_type(key, "a tuple of str", value));
    }
    let items = value.try_iter().map_err(|_| wrong_type(key, "a tuple of str", value))?;
    items.map(|item| text(kind, key, &item?)).collect()
}

pub(crate) fn wrong_type(key: &str, expected: &str, value: &Bound<'_, PyAny>) -> PyErr {
    match value.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("{key} must be {expected}, not {name}")),
        Err(error) => error,
    }
}
