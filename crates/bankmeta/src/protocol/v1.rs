//! Signature V1: HMAC-SHA1 over all parameters, base64, sent as one more
//! parameter. The older of the service's two signatures, still accepted.
//!
//! Source: the vendor's documentation of RPC-style signatures; reproduced by
//! the vectors under `tests/vectors/signature_v1.json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::Wiped;
use super::encode::push_encoded_twice;

/// The string-to-sign for `parameters` (all query and form parameters but
/// `Signature`, in any order).
///
/// It repeats every parameter in plain: treat it like the personal data in it.
#[must_use]
pub fn string_to_sign(method: &str, parameters: &[(&str, &str)]) -> Wiped {
    string_to_sign_of(method, parameters.to_vec())
}

/// As [`string_to_sign`], of pairs it may sort in place.
pub(super) fn string_to_sign_of(method: &str, mut pairs: Vec<(&str, &str)>) -> Wiped {
    pairs.sort_unstable();
    let mut text = Wiped::for_pairs(pairs.iter().copied(), 5, 6);
    let out = text.text();
    out.push_str(method);
    out.push_str("&%2F&");
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push_str("%26");
        }
        push_encoded_twice(out, name);
        out.push_str("%3D");
        push_encoded_twice(out, value);
    }
    text
}

/// The value of the parameter `Signature`.
#[must_use]
pub fn signature(access_key_secret: &str, string_to_sign: &str) -> String {
    let mut key = Zeroizing::new(String::with_capacity(access_key_secret.len() + 1));
    key.push_str(access_key_secret);
    key.push('&');
    // HMAC takes keys of any length; the other arm cannot happen and signs nothing.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(string_to_sign.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
