//! 64 threads under the default quota, for ten seconds: what waiting for turns costs.

use std::io::{self, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use bankmeta::{Client, Verification};
use bankmeta_bench::{Outcome, cpu_time, variable};

const THREADS: usize = 64;
const TIME: Duration = Duration::from_secs(10);

fn main() -> Outcome<()> {
    let client = Client::builder()
        .access_key("testid", "testsecret")
        .endpoint(variable("BANKMETA_ENDPOINT")?)
        .ca_file(variable("BANKMETA_CA_FILE")?)
        .build()?;
    let person =
        Verification::four_factors("6222021234567890128", "张三", "11010519491231002X", "13800138000")?;
    client.verify(&person)?;
    let (cpu, started) = (cpu_time(), Instant::now());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| while started.elapsed() < TIME && client.verify(&person).is_ok() {});
        }
    });
    let (elapsed, cpu) = (started.elapsed(), cpu_time().saturating_sub(cpu));
    let answers = u32::try_from(client.stats().answers - 1)?;
    let line = serde_json::json!({
        "calls_per_second": f64::from(answers) / elapsed.as_secs_f64(),
        "cpu_share": cpu.as_secs_f64() / elapsed.as_secs_f64(),
    });
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}
