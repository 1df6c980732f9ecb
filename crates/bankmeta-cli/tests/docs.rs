//! The listings of docs/cli.md, run as they stand there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test and its helpers fail by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cli.md");

/// Ends the output of each command; nothing else looks like it.
const MARK: &str = "--end-of-command--";

/// A command, and what the guide shows that it prints; `…` stands for anything.
struct Listed {
    command: String,
    output: String,
}

fn listed(guide: &str) -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    let mut inside = false;
    for line in guide.lines() {
        match (line, inside) {
            ("```console", _) => inside = true,
            ("```", true) => inside = false,
            (_, false) => {}
            (line, true) => match (line.strip_prefix("$ "), all.last_mut()) {
                (Some(command), _) => all.push(Listed { command: command.to_owned(), output: String::new() }),
                (None, Some(listed)) => listed.output.extend([line, "\n"]),
                (None, None) => panic!("output before the first command: {line}"),
            },
        }
    }
    all
}

/// One shell runs them all; `$?` and `$!` are left as each command left them.
fn script(commands: &[Listed]) -> String {
    let run = |listed: &Listed| format!("{}\nstatus=$?; echo {MARK}; (exit $status)\n", listed.command);
    commands.iter().map(run).collect()
}

fn fits(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    let mut parts = pattern.split('…');
    let Some(after_first) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = after_first;
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[test]
fn the_listings_print_what_the_guide_shows() {
    let listings = listed(&std::fs::read_to_string(GUIDE).unwrap());
    assert!(listings.len() > 15, "the guide has {} listings", listings.len());
    let directory = tempfile::tempdir().unwrap();
    let person =
        r#"{"card_number": "6222021234567890128", "name": "张三", "id_number": "11010519491231002X"}"#;
    std::fs::write(directory.path().join("person.json"), format!("{person}\n")).unwrap();

    let own = Path::new(env!("CARGO_BIN_EXE_bankmeta")).parent().unwrap().to_str().unwrap();
    // A sandbox that does not start would be waited for without end.
    let output = Command::new("timeout")
        // Errors stand in the listings too; the sandbox ends with the script even if that fails.
        .args([
            "60",
            "sh",
            "-c",
            &format!("exec 2>&1\ntrap 'kill $(jobs -p) 2> /dev/null' EXIT\n{}", script(&listings)),
        ])
        .current_dir(directory.path())
        .env_clear()
        .env("PATH", format!("{own}:{}", std::env::var("PATH").unwrap()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<&str> = text.split(&format!("{MARK}\n")).collect();
    assert_eq!(printed.len(), listings.len() + 1, "{text}");
    for (listing, printed) in listings.iter().zip(printed) {
        assert!(
            fits(&listing.output, printed),
            "$ {}\n{printed}instead of\n{}",
            listing.command,
            listing.output
        );
    }
}

#[test]
fn wildcards_fit_only_where_they_stand() {
    for (pattern, text, expected) in [
        ("a\n", "a\n", true),
        ("a\n", "a b\n", false),
        ("a …\n", "a b c\n", true),
        ("…c\n", "a b c\n", true),
        ("a … c … e\n", "a b c d e\n", true),
        ("a … d … c\n", "a b c d e\n", false),
        ("", "anything\n", false),
    ] {
        assert_eq!(fits(pattern, text), expected, "{pattern}");
    }
}
