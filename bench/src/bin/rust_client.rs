//! The Rust client: sign, send, decode.

use bankmeta::{Client, Signature, Verdict, Verification};
use bankmeta_bench::{Outcome, measure, variable};

fn main() -> Outcome<()> {
    let signature = if variable("BENCH_SIGNATURE").is_ok_and(|word| word == "v1") {
        Signature::V1
    } else {
        Signature::Acs3
    };
    let client = Client::builder()
        .access_key("testid", "testsecret")
        .endpoint(variable("BANKMETA_ENDPOINT")?)
        .ca_file(variable("BANKMETA_CA_FILE")?)
        .signature(signature);
    // What a call costs besides: turns (so many that none is waited for), a cap, a listener.
    let client = if variable("BENCH_EVERYTHING").is_ok() {
        client.quota(1_000_000.0).max_billable(u64::MAX).on_event(|_| {}).build()?
    } else {
        client.quota(None).breaker(false).build()?
    };
    measure(|| {
        let verification =
            Verification::four_factors("6222021234567890128", "张三", "11010519491231002X", "13800138000")?;
        let answer = client.verify(&verification)?;
        if answer.verdict() == Verdict::Match { Ok(()) } else { Err("no match".into()) }
    })
}
