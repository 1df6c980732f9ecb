//! What is fuzzed, as plain functions: a target fails by panicking.
//!
//! No target ever reaches a network: only `c_calls` calls a client, and that has one
//! millisecond for a port of loopback where nothing listens.

pub mod c_calls;
pub mod configuration;
pub mod decode;
pub mod sign;

/// A text out of fuzzed bytes, with whatever is not UTF-8 replaced.
fn text(bytes: &mut arbitrary::Unstructured<'_>) -> String {
    let length = bytes.arbitrary_len::<u8>().unwrap_or(0).min(300);
    String::from_utf8_lossy(bytes.bytes(length).unwrap_or(&[])).into_owned()
}
