//! Runs scenarios for the driver `run.py`: one line of percent-encoded
//! `config.<key>` and `verification.<key>` fields in, one line of results out.

use std::io::{self, Write as _};

use bankmeta::{Answer, Client, Error, Verification};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let result = match run(&line?) {
            Ok(answer) => of_answer(&answer),
            Err(error) => of_error(&error),
        };
        writeln!(io::stdout(), "{}", result.join("\t"))?;
    }
    Ok(())
}

fn run(line: &str) -> Result<Answer, Error> {
    let mut config = Client::builder();
    let mut verification = Verification::builder();
    for field in line.split('\t').filter(|field| !field.is_empty()) {
        let (key, encoded) = field.split_once('=').unwrap_or((field, ""));
        let value = decode(encoded);
        match key.split_once('.') {
            Some(("config", key)) => config = config.set(key, &value)?,
            Some((_, key)) => verification = verification.set(key, &value)?,
            None => {}
        }
    }
    let client = config.build()?;
    client.verify(&verification.build()?)
}

fn decode(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn of_answer(answer: &Answer) -> Vec<String> {
    vec![
        format!("verdict={}", answer.verdict().as_str()),
        format!("biz_code={}", answer.biz_code()),
        format!("sub_code={}", answer.sub_code().map_or("", |sub_code| sub_code.as_str())),
        "error=\tfield=\tservice_code=\thttp_status=\tfate=answered".to_owned(),
        format!("billed={}", answer.billed().as_str()),
        format!("attempts={}", answer.attempts().len()),
    ]
}

fn of_error(error: &Error) -> Vec<String> {
    vec![
        "verdict=\tbiz_code=\tsub_code=".to_owned(),
        format!("error={}", error.kind().as_str()),
        format!("field={}", error.field().unwrap_or_default()),
        format!("service_code={}", error.service_code().unwrap_or_default()),
        format!("http_status={}", error.http_status().map(|status| status.to_string()).unwrap_or_default()),
        format!("fate={}", error.fate().as_str()),
        format!("billed={}", error.billed().as_str()),
        format!("attempts={}", error.attempts().len()),
    ]
}
