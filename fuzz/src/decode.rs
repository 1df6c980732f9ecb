//! A reply of the service, or of something that only stands in its place.

use arbitrary::Unstructured;
use bankmeta::protocol::decode::{Decoded, HEADERS, decode};

use crate::text;

/// Decodes a reply: status, header count, headers, and the rest as body.
pub fn run(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let status = bytes.arbitrary().unwrap_or(200);
    let count = bytes.int_in_range(0..=4_usize).unwrap_or(0);
    let headers: Vec<(String, String)> = (0..count).map(|_| header(&mut bytes)).collect();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    match decode(status, headers, bytes.take_rest()) {
        Decoded::Answer { biz_code, sub_code, .. } => {
            assert!((200..=299).contains(&status), "an answer with a status of failure");
            assert!(!biz_code.is_empty() && sub_code.is_none_or(|code| !code.is_empty()));
        }
        Decoded::Failure(failure) => {
            assert_eq!(failure.http_status, status);
            assert!(failure.code.as_deref() != Some(""));
            let _shown = format!("{failure:?}");
        }
        Decoded::Unreadable { why, .. } => assert!((200..=299).contains(&status) && !why.is_empty()),
        _ => {}
    }
}

fn header(bytes: &mut Unstructured<'_>) -> (String, String) {
    let known = bytes.int_in_range(0..=HEADERS.len()).unwrap_or(0);
    (HEADERS.get(known).map_or_else(|| text(bytes), |name| (*name).to_owned()), text(bytes))
}
