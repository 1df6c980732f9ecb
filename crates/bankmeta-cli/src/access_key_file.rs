//! The access key from a file of `key=value` lines.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

use bankmeta::ClientBuilder;
use zeroize::Zeroizing;

use crate::output::warn;
use crate::problem::Problem;

/// More than any access key; a wrong file is not read to its end.
const MAX_BYTES: u64 = 64 * 1024;

const REQUIRED: [&str; 2] = ["access_key_id", "access_key_secret"];
const OPTIONAL: &str = "security_token";

/// Sets the access key from the file; the id may come from `id` instead.
pub(crate) fn read(
    path: &str,
    id: Option<&str>,
    mut builder: ClientBuilder,
) -> Result<ClientBuilder, Problem> {
    let text = contents(path).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    let mut seen: Vec<&str> = Vec::new();
    if let Some(id) = id {
        builder = builder.set("access_key_id", id)?;
        seen.push("access_key_id");
    }
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !is_blank(line)) {
        let number = index + 1;
        let (key, value) = line
            .split_once('=')
            .map(|(key, value)| (key.trim(), value.trim()))
            .filter(|(key, _)| REQUIRED.contains(key) || *key == OPTIONAL)
            .ok_or_else(|| {
                let keys = format!("{}=, {OPTIONAL}=", REQUIRED.join("=, "));
                wrong(&format!("line {number} does not begin with one of {keys}"))
            })?;
        if seen.contains(&key) {
            return Err(wrong(&format!("line {number} gives {key} a second time")));
        }
        seen.push(key);
        builder = builder.set(key, value)?;
    }
    match REQUIRED.iter().find(|key| !seen.contains(key)) {
        Some(missing) => Err(wrong(&format!("has no line {missing}=…"))),
        None => Ok(builder.set("credentials", "explicit")?),
    }
}

fn contents(path: &str) -> Result<Zeroizing<String>, String> {
    let file = File::open(path).map_err(|error| error.kind().to_string())?;
    let metadata = file.metadata().map_err(|error| error.kind().to_string())?;
    if metadata.mode() & 0o077 != 0 {
        warn("the access key file is open to other users; close it with chmod 600");
    }
    // Sized at once: a growing buffer would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(4096));
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| error.kind().to_string())?;
    Ok(text)
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn wrong(why: &str) -> Problem {
    Problem::credentials(format!("The access key file {why}."))
}
