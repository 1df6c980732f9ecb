//! Verifies people read from standard input, one a line: card number, name,
//! ID number and mobile, separated by tabs; the last two may be missing.
//!
//! The access key comes from the environment; `BANKMETA_ENDPOINT` and
//! `BANKMETA_CA_FILE` lead to a sandbox.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};

use bankmeta::{Client, CredentialsSource, Verification};

fn main() -> Result<(), Box<dyn Error>> {
    let mut builder = Client::builder().credentials(CredentialsSource::Environment);
    for (key, variable) in [("endpoint", "BANKMETA_ENDPOINT"), ("ca_file", "BANKMETA_CA_FILE")] {
        if let Ok(value) = env::var(variable) {
            builder = builder.set(key, &value)?;
        }
    }
    let client = builder.build()?;
    for line in io::stdin().lines() {
        let text = verify(&client, &line?).unwrap_or_else(|error| error.to_string());
        writeln!(io::stdout(), "{text}")?;
    }
    Ok(())
}

fn verify(client: &Client, line: &str) -> Result<String, bankmeta::Error> {
    let mut verification = Verification::builder();
    for (key, value) in ["card_number", "name", "id_number", "mobile"].iter().zip(line.split('\t')) {
        verification = verification.set(key, value)?;
    }
    let answer = client.verify(&verification.build()?)?;
    let (code, meaning) = match answer.sub_code() {
        Some(sub_code) => (sub_code.as_str(), sub_code.meaning().unwrap_or("unknown")),
        None => ("-", "none"),
    };
    Ok(format!(
        "{}  sub code {code} ({meaning})  billed {}  request id {}",
        answer.verdict().as_str(),
        answer.billed().as_str(),
        answer.request_id().unwrap_or("-")
    ))
}
