//! Which version of the library runs, as opposed to the header's macros, which
//! say with which version the caller was compiled.

use std::ffi::{CStr, c_char};

/// The first number of the soname: it changes when a program must be compiled anew.
///
/// cbindgen:ignore
pub const BANKMETA_ABI_VERSION: i32 = 0;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library that runs, for example `"0.1.0"`. Never NULL, and never to be
/// freed. `BANKMETA_VERSION` is the version of this header.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The ABI of the library that runs; a program needs the one of its header,
/// `BANKMETA_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_abi_version() -> i32 {
    BANKMETA_ABI_VERSION
}

/// The library's version as one number: see `BANKMETA_VERSION_NUMBER`.
///
/// cbindgen:ignore
pub const BANKMETA_VERSION_NUMBER: i32 = 1_000_000 * number(env!("CARGO_PKG_VERSION_MAJOR"))
    + 1_000 * number(env!("CARGO_PKG_VERSION_MINOR"))
    + number(env!("CARGO_PKG_VERSION_PATCH"));

/// A part of the version; cargo has checked that it is a number.
const fn number(digits: &str) -> i32 {
    let Ok(number) = i32::from_str_radix(digits, 10) else { return 0 };
    assert!(number < 1_000, "a part of the version does not fit into its three digits");
    number
}

/// The version of the library that runs as one comparable number: 1000000 times the major, 1000
/// times the minor, and the patch version.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_version_number() -> i32 {
    BANKMETA_VERSION_NUMBER
}

/// Whether the library that runs serves a program that was compiled with a header of this ABI
/// and version: 1 if so, else 0. Use `BANKMETA_CHECK_VERSION()`, which fills both in.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_version_fits(abi_version: i32, version_number: i32) -> i32 {
    fits(BANKMETA_ABI_VERSION, BANKMETA_VERSION_NUMBER, abi_version, version_number).into()
}

/// The same ABI, and nothing in the header that the library is too old for. While the ABI is 0
/// a minor version may break it, so it has to be the same.
fn fits(own_abi: i32, own_number: i32, abi: i32, number: i32) -> bool {
    let same_line = own_abi != 0 || own_number / 1_000 == number / 1_000;
    own_abi == abi && own_number >= number && same_line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_headers_fit_within_one_abi() {
        assert!(fits(1, 1_002_003, 1, 1_002_003));
        assert!(fits(1, 1_002_003, 1, 1_000_009));
        assert!(!fits(1, 1_002_003, 1, 1_002_004));
        assert!(!fits(1, 1_002_003, 0, 1_002_003));
        assert!(!fits(0, 2_003, 1, 2_003));
    }

    #[test]
    fn below_one_the_minor_version_is_the_same() {
        assert!(fits(0, 2_003, 0, 2_001));
        assert!(!fits(0, 2_003, 0, 1_009));
        assert!(!fits(0, 2_003, 0, 2_004));
    }
}
