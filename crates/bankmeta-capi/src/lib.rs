//! The C library itself, `libbankmeta.so.0` and `libbankmeta.a`: every function of
//! `bankmeta-ffi`, and nothing else.

// Linked for the functions it exports; no Rust name of it is used.
extern crate bankmeta_ffi as _;
