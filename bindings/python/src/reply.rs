//! A reply that the program's own HTTP stack read, as the core takes it. A mistake in it
//! does not mean that nothing was sent.

use std::borrow::Cow;

use bankmeta::protocol::decode::HEADERS;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyString};
use zeroize::Zeroizing;

use crate::{input, output};

/// The status of a reply.
pub(crate) fn http_status(value: &Bound<'_, PyAny>) -> PyResult<u16> {
    let status = input::whole_number("http_status", value)?.parse().ok();
    status
        .filter(|status| (100..=599).contains(status))
        .ok_or_else(|| output::refused_after_sending(value.py(), "http_status", "must be from 100 to 599"))
}

/// The headers of a reply that the core knows, from a mapping or from pairs. What other
/// headers hold is not looked at.
pub(crate) fn headers(value: &Bound<'_, PyAny>) -> PyResult<Vec<(&'static str, String)>> {
    let expected = || input::wrong_type("headers", "a mapping or pairs of str", value);
    let mut headers = Vec::new();
    if value.is_none() {
        return Ok(headers);
    }
    let pairs = if value.hasattr("items")? { value.call_method0("items")? } else { value.clone() };
    for pair in pairs.try_iter().map_err(|_| expected())? {
        let pair: Vec<_> = pair?.try_iter().map_err(|_| expected())?.collect::<PyResult<_>>()?;
        let [name, value] = pair.as_slice() else { return Err(expected()) };
        let name = text(name).ok_or_else(expected)?;
        if let Some(known) = HEADERS.into_iter().find(|known| name.eq_ignore_ascii_case(known)) {
            let value = text(value).ok_or_else(expected)?;
            if !value.is_empty() {
                headers.push((known, value.into_owned()));
            }
        }
    }
    Ok(headers)
}

/// As HTTP stacks give names and values. What is no UTF-8 is no header that the core
/// knows, nor a value of one: it counts as empty.
fn text<'a>(value: &'a Bound<'_, PyAny>) -> Option<Cow<'a, str>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Some(text.to_cow().unwrap_or_default());
    }
    let bytes = value.cast::<PyBytes>().ok()?.as_bytes();
    Some(str::from_utf8(bytes).unwrap_or_default().into())
}

/// The body of a reply; our copy is wiped when it is dropped.
pub(crate) fn body(value: &Bound<'_, PyAny>) -> PyResult<Zeroizing<Vec<u8>>> {
    let bytes = value.cast::<PyBytes>().map(|bytes| bytes.as_bytes().to_vec());
    let bytes = bytes.or_else(|_| value.cast::<PyByteArray>().map(PyByteArrayMethods::to_vec));
    bytes.map(Zeroizing::new).map_err(|_| input::wrong_type("body", "bytes", value))
}
