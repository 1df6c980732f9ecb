//! Link arguments of the shared library.

use std::env;

/// The soname's number; the tests of `bankmeta-ffi` compare it with `BANKMETA_ABI_VERSION`.
const ABI_VERSION: i32 = 0;

fn main() {
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libbankmeta.so.{ABI_VERSION}");
        // A name look-up may still run when a host calls dlclose: the code must stay.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
