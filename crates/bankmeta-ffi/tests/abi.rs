//! What must not change by accident: numbers, symbols, the panic strategy.
#![expect(clippy::unwrap_used, reason = "a test and its helpers fail by panicking")]

use std::collections::BTreeSet;
use std::ffi::{CStr, c_char};
use std::process::Command;
use std::{env, fs};

use bankmeta::ErrorKind;
use bankmeta_ffi::status::{bankmeta_status, bankmeta_status_name};
use bankmeta_ffi::version::{BANKMETA_ABI_VERSION, bankmeta_abi_version, bankmeta_version};

const HEADER: &str = include_str!("../../../include/bankmeta.h");
const SYMBOLS: &str = include_str!("../symbols.txt");

fn text(name: *const c_char) -> &'static str {
    // SAFETY: these functions return static texts that end with a NUL.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap()
}

fn status_name(status: bankmeta_status) -> &'static str {
    text(bankmeta_status_name(status))
}

/// The name and number of every constant of the header that is a status.
fn statuses() -> Vec<(String, bankmeta_status)> {
    let groups = [
        "VERDICT_",
        "FATE_",
        "BILLED_",
        "PHASE_",
        "WARNING_",
        "LEVEL_",
        "VERSION",
        "ABI_VERSION",
        "CHECK_VERSION",
        "NUL ",
    ];
    HEADER
        .lines()
        .filter_map(|line| line.strip_prefix("#define BANKMETA_"))
        .filter(|rest| !groups.iter().any(|group| rest.starts_with(group)))
        .filter_map(|rest| rest.split_once(' '))
        .map(|(name, number)| (name.to_ascii_lowercase(), number.parse().unwrap()))
        .collect()
}

#[test]
fn every_error_of_the_core_has_its_status_and_name() {
    let own =
        [(0, "ok"), (101, "null_pointer"), (102, "invalid_utf8"), (103, "invalid_length"), (900, "internal")];
    let core = ErrorKind::ALL.iter().map(|kind| (kind.number(), kind.as_str()));
    let expected: BTreeSet<(bankmeta_status, &str)> = core.chain(own).collect();

    let statuses = statuses();
    let named: BTreeSet<_> = statuses.iter().map(|(name, number)| (*number, name.as_str())).collect();
    assert_eq!(named, expected);
    assert_eq!(statuses.len(), expected.len(), "two constants have one number");
    for (number, name) in expected {
        assert_eq!(status_name(number), name);
    }
}

#[test]
fn unknown_statuses_have_a_name_too() {
    for number in [-1, 1, 104, 899, 901, i32::MIN, i32::MAX] {
        assert_eq!(status_name(number), "unknown");
    }
}

#[test]
fn the_functions_are_those_of_the_symbol_list() {
    let declared: BTreeSet<&str> = HEADER
        .lines()
        // Not the comments, which mention functions as well.
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split('(').next())
        .filter_map(|start| start.rsplit([' ', '*']).next())
        .filter(|word| word.starts_with("bankmeta_") && !word.ends_with(';'))
        .collect();
    let listed: BTreeSet<&str> = SYMBOLS.lines().collect();
    assert_eq!(declared, listed, "see docs/abi.md before changing symbols.txt");
    assert!(SYMBOLS.lines().is_sorted());
}

#[test]
fn versions_agree() {
    assert_eq!(text(bankmeta_version()), env!("CARGO_PKG_VERSION"));
    assert_eq!(bankmeta_abi_version(), BANKMETA_ABI_VERSION);
    let build_script = include_str!("../../bankmeta-capi/build.rs");
    assert!(build_script.contains(&format!("const ABI_VERSION: i32 = {BANKMETA_ABI_VERSION};")));
}

#[test]
fn only_unwinding_builds_compile() {
    let compile = |strategy: &str| {
        let out_dir = env::temp_dir().join(format!("bankmeta-unwind-{}-{strategy}", std::process::id()));
        fs::create_dir_all(&out_dir).unwrap();
        let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
            .args(["--crate-type=lib", "--emit=metadata", "-C", &format!("panic={strategy}"), "--out-dir"])
            .arg(&out_dir)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/unwind.rs"))
            .output()
            .unwrap();
        fs::remove_dir_all(&out_dir).unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (compiled, messages) = compile("unwind");
    assert!(compiled, "{messages}");
    let (compiled, messages) = compile("abort");
    assert!(!compiled && messages.contains("must not end the host process"), "{messages}");
}
