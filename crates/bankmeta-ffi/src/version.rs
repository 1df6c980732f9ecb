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
