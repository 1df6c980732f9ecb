//! What every measured loop shares: the request, the clock, and one line of JSON.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Any error: a benchmark ends at the first.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// The body that every loop sends, or what it is made of.
pub const BODY: &str = "BankCard=6222021234567890123&IdentifyNum=11010519491231002X&Mobile=13800138000\
&ParamType=normal&ProductCode=BANK_CARD_N_META&ProductType=BANK_CARD_4_META\
&UserName=%E5%BC%A0%E4%B8%89&VerifyMode=VERIFY_BANK_CARD";

/// A needed environment variable.
pub fn variable(name: &str) -> Outcome<String> {
    env::var(name).map_err(|_| format!("the environment variable {name} is not set").into())
}

/// Runs `call` as often as `BENCH_CALLS` says, after a tenth of that to warm up,
/// and prints calls a second, latencies and CPU time as one line of JSON.
pub fn measure(mut call: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    let calls: u32 = variable("BENCH_CALLS")?.parse()?;
    for _ in 0..calls / 10 {
        call()?;
    }
    let mut latencies = Vec::with_capacity(calls as usize);
    let (cpu, started) = (cpu_time(), Instant::now());
    for _ in 0..calls {
        let before = Instant::now();
        call()?;
        latencies.push(before.elapsed());
    }
    let (elapsed, cpu) = (started.elapsed(), cpu_time().saturating_sub(cpu));
    latencies.sort_unstable();
    let at = |share: usize| latencies.get(latencies.len() * share / 100).map_or(0.0, micros);
    let line = serde_json::json!({
        "calls_per_second": f64::from(calls) / elapsed.as_secs_f64(),
        "median_us": at(50),
        "p99_us": at(99),
        "cpu_us": micros(&cpu) / f64::from(calls),
    });
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

fn micros(duration: &Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// CPU time of this process, kernel included.
#[must_use]
pub fn cpu_time() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}
