//! The committed header is the one this code makes.

use std::error::Error;
use std::fs;

#[path = "../examples/header.rs"]
#[expect(dead_code, reason = "its main writes the file; here it is only compared")]
mod generator;

#[test]
fn the_committed_header_is_current() -> Result<(), Box<dyn Error>> {
    let committed = fs::read_to_string(generator::path())?;
    let current = generator::generate()?;
    assert!(committed == current, "include/bankmeta.h is not what the code says; run `make header`");
    Ok(())
}
