//! Signing in nanoseconds, beside the bare hash and HMAC over the same bytes.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::Instant;

use bankmeta::protocol::{Signature, SigningContext, Where, acs3, sign, v1};
use bankmeta::{Credentials, Verification};
use bankmeta_bench::Outcome;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

const ROUNDS: u32 = 7;
const CALLS: u32 = 100_000;

/// The best of several rounds, in nanoseconds a call: least disturbed by others.
fn nanoseconds(mut call: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            (0..CALLS).for_each(|_| call());
            started.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() -> Outcome<()> {
    let credentials = Credentials::new("testid", "testsecret", None)?;
    let parameters =
        Verification::four_factors("6222021234567890128", "张三", "11010519491231002X", "13800138000")?
            .parameters();
    let context = |signature| SigningContext {
        credentials: &credentials,
        host: "cloudauth-intl.cn-hongkong.aliyuncs.com",
        signature,
        placement: Where::Body,
        unix_seconds: 1_767_225_600,
        nonce: "0123456789abcdef0123456789abcdef",
    };
    for (name, signature) in [("v1", Signature::V1), ("acs3", Signature::Acs3)] {
        let context = context(signature);
        let whole = nanoseconds(|| drop(black_box(sign(black_box(&parameters), &context))));
        let bare = bare(signature, sign(&parameters, &context).body());
        let line = serde_json::json!({ "signature": name, "sign_ns": whole, "bare_ns": bare });
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(())
}

/// The cryptography alone, over as many bytes as a signature covers.
fn bare(signature: Signature, body: &str) -> f64 {
    let pairs: Vec<(&str, &str)> = body.split('&').filter_map(|pair| pair.split_once('=')).collect();
    if signature == Signature::V1 {
        let mut all = pairs;
        all.extend([
            ("AccessKeyId", "testid"),
            ("Action", "BankMetaVerifyIntl"),
            ("Format", "JSON"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "0123456789abcdef0123456789abcdef"),
            ("SignatureVersion", "1.0"),
            ("Timestamp", "2026-01-01T00:00:00Z"),
            ("Version", "2022-08-09"),
        ]);
        let text = v1::string_to_sign("POST", &all);
        return nanoseconds(|| {
            let mac = Hmac::<Sha1>::new_from_slice(black_box(b"testsecret&"));
            drop(black_box(mac.map(|mac| mac.chain_update(text.as_bytes()).finalize())));
        });
    }
    let hash = acs3::sha256_hex(body.as_bytes());
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("host", "cloudauth-intl.cn-hongkong.aliyuncs.com"),
        ("x-acs-action", "BankMetaVerifyIntl"),
        ("x-acs-content-sha256", hash.as_str()),
        ("x-acs-date", "2026-01-01T00:00:00Z"),
        ("x-acs-signature-nonce", "0123456789abcdef0123456789abcdef"),
        ("x-acs-version", "2022-08-09"),
    ];
    let canonical = acs3::canonical_request("POST", &[], &headers, &hash);
    let text = acs3::string_to_sign(&canonical);
    nanoseconds(|| {
        black_box(Sha256::digest(black_box(body.as_bytes())));
        black_box(Sha256::digest(black_box(canonical.as_bytes())));
        let mac = Hmac::<Sha256>::new_from_slice(black_box(b"testsecret"));
        drop(black_box(mac.map(|mac| mac.chain_update(text.as_bytes()).finalize())));
    })
}
