//! Writes `include/bankmeta.h` from the functions of this crate: `make header`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bankmeta::{CONFIG_OPTIONS, Stats, VERIFICATION_KEYS};
use bankmeta_ffi::version::{BANKMETA_ABI_VERSION, BANKMETA_VERSION_NUMBER};

const PREAMBLE: &str = include_str!("preamble.txt");

fn main() -> Result<(), Box<dyn Error>> {
    fs::write(path(), generate()?)?;
    Ok(())
}

/// Where the header stands.
pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../include/bankmeta.h")
}

/// The whole header.
pub(crate) fn generate() -> Result<String, Box<dyn Error>> {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(crate_dir.join("cbindgen.toml"))?;
    config.header = Some(comment(&format!("{PREAMBLE}\n{}@endverbatim", tables()?)));
    config.after_includes = Some(macros());
    let mut header = Vec::new();
    cbindgen::Builder::new().with_config(config).with_crate(crate_dir).generate()?.write(&mut header);
    Ok(String::from_utf8(header)?)
}

/// The core's tables, so that no option is documented twice.
fn tables() -> Result<String, std::fmt::Error> {
    let mut text = String::from("OPTIONS of bankmeta_config_set (default in brackets)\n\n");
    for option in CONFIG_OPTIONS {
        let default =
            if option.default.is_empty() { String::new() } else { format!(" [{}]", option.default) };
        entry(&mut text, &format!("{}: {}{default}", option.key, option.value), option.meaning)?;
    }
    text.push_str("\nKEYS of bankmeta_verification_set\n\n");
    for (key, meaning) in VERIFICATION_KEYS {
        entry(&mut text, key, meaning)?;
    }
    text.push_str("\nNUMBERS of bankmeta_stats_get (`latency_`: attempts replied to within so long)\n\n");
    let names: Vec<String> = Stats::default().entries().into_iter().map(|(name, _)| name).collect();
    wrapped(&mut text, &names.join(" "))?;
    Ok(text)
}

fn entry(text: &mut String, head: &str, meaning: &str) -> std::fmt::Result {
    writeln!(text, "  {head}")?;
    wrapped(text, meaning)
}

fn wrapped(text: &mut String, words: &str) -> std::fmt::Result {
    let mut line = String::new();
    for word in words.split(' ') {
        if line.len() + word.len() > 76 {
            writeln!(text, "      {line}")?;
            line.clear();
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    writeln!(text, "      {line}")
}

fn comment(text: &str) -> String {
    let lines = text.lines().map(|line| format!(" * {line}").trim_end().to_owned() + "\n");
    format!("/**\n{} */", lines.collect::<String>())
}

/// Macros that cbindgen would write otherwise: `SIZE_MAX` is not in C++98.
fn macros() -> String {
    format!(
        "
/** The version of this header. */
#define BANKMETA_VERSION \"{}\"
/** Its first number. */
#define BANKMETA_VERSION_MAJOR {}
/** Its second number. */
#define BANKMETA_VERSION_MINOR {}
/** Its third number. */
#define BANKMETA_VERSION_PATCH {}
/** As one number to compare: 1000000 * major + 1000 * minor + patch. */
#define BANKMETA_VERSION_NUMBER {BANKMETA_VERSION_NUMBER}

/** The ABI of this header: the number in libbankmeta.so.{BANKMETA_ABI_VERSION}. */
#define BANKMETA_ABI_VERSION {BANKMETA_ABI_VERSION}

/** 1 if the library that runs serves a program compiled with this header, else 0. */
#define BANKMETA_CHECK_VERSION() \\
    bankmeta_version_fits(BANKMETA_ABI_VERSION, BANKMETA_VERSION_NUMBER)

#ifdef __cplusplus
/** As a length: the text ends with a NUL. */
#define BANKMETA_NUL static_cast<size_t>(-1)
#else
/** As a length: the text ends with a NUL. */
#define BANKMETA_NUL ((size_t)-1)
#endif
",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    )
}
