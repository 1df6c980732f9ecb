//! Signature ACS3-HMAC-SHA256 (also called V3): HMAC-SHA256 over a canonical
//! request, sent in the header `Authorization`. What the vendor's SDKs send today.
//!
//! Source: the vendor's documentation of V3 signatures; reproduced by the
//! vectors under `tests/vectors/signature_acs3.json`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::Wiped;
use super::encode::{hex, push_hex, push_pairs};

/// The algorithm's name, first in the string-to-sign and in `Authorization`.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Lower-case hexadecimal SHA-256 of `bytes`.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The canonical request.
///
/// `query` in any order and in plain; `headers` are those to be signed, names in
/// lower case, in any order; `body_sha256` is [`sha256_hex`] of the body.
///
/// It can repeat every parameter in plain: treat it like the personal data in it.
#[must_use]
pub fn canonical_request(
    method: &str,
    query: &[(&str, &str)],
    headers: &[(&str, &str)],
    body_sha256: &str,
) -> Wiped {
    let mut query = query.to_vec();
    query.sort_unstable();
    let mut headers = headers.to_vec();
    headers.sort_unstable();
    let header_length: usize = headers.iter().map(|(name, value)| name.len() * 2 + value.len() + 3).sum();
    let query_length: usize = query.iter().map(|(name, value)| (name.len() + value.len()) * 3 + 2).sum();
    let length = method.len() + query_length + header_length + body_sha256.len() + 8;
    let mut text = Wiped::with_capacity(length);
    let out = text.text();
    out.push_str(method);
    out.push_str("\n/\n");
    push_pairs(out, query);
    out.push('\n');
    for (name, value) in &headers {
        out.push_str(name);
        out.push(':');
        out.push_str(value.trim());
        out.push('\n');
    }
    out.push('\n');
    push_names(out, &headers);
    out.push('\n');
    out.push_str(body_sha256);
    text
}

/// The string-to-sign for a canonical request. It holds a hash only.
#[must_use]
pub fn string_to_sign(canonical_request: &str) -> String {
    let mut out = String::with_capacity(ALGORITHM.len() + 65);
    out.push_str(ALGORITHM);
    out.push('\n');
    push_hex(&mut out, &Sha256::digest(canonical_request.as_bytes()));
    out
}

/// The signature, in lower-case hexadecimal digits.
#[must_use]
pub fn signature(access_key_secret: &str, string_to_sign: &str) -> String {
    // HMAC takes keys of any length; the other arm cannot happen and signs nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(access_key_secret.as_bytes()) else {
        return String::new();
    };
    mac.update(string_to_sign.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// The value of the header `Authorization`; `headers` as for [`canonical_request`].
#[must_use]
pub fn authorization(access_key_id: &str, headers: &[(&str, &str)], signature: &str) -> String {
    let mut headers = headers.to_vec();
    headers.sort_unstable();
    let mut out = String::with_capacity(320);
    out.push_str(ALGORITHM);
    out.push_str(" Credential=");
    out.push_str(access_key_id);
    out.push_str(",SignedHeaders=");
    push_names(&mut out, &headers);
    out.push_str(",Signature=");
    out.push_str(signature);
    out
}

fn push_names(out: &mut String, headers: &[(&str, &str)]) {
    for (index, (name, _)) in headers.iter().enumerate() {
        if index > 0 {
            out.push(';');
        }
        out.push_str(name);
    }
}
