//! Every C function of bankmeta, as a Rust library that `cargo test` can call;
//! the crate `bankmeta-capi` makes the C library of it.
//!
//! A function here is a few dull lines: [`boundary`] turns every way out, a panic
//! included, into a status, and checks every handle; [`text`] checks every text;
//! the work is done by the public Rust API of `bankmeta`.
//!
//! Ownership stands in the types. In C all of these are pointers:
//!
//! | in Rust | in C |
//! |---|---|
//! | `Option<&T>` | `const T *`: borrowed, may be shared by threads |
//! | `Option<&mut T>` | `T *`: borrowed by one thread at a time |
//! | `Option<Box<T>>` | `T *`, owned by whoever holds it |
//! | `Option<&mut MaybeUninit<Option<Box<T>>>>` | `T **out`: the caller's variable, perhaps not initialised |
//! | `Option<&mut MaybeUninit<*const c_char>>` | `const char **out`: the same for a text that its handle keeps |
//! | `Option<&T>` as a result | `const T *`: lives as long as the handle it was asked of |
//! | `Option<&mut Option<Box<T>>>` | `T **`: a variable that owns a handle or is NULL |
//!
//! `None` is NULL. The contract with the C caller is the header's first comment;
//! `docs/abi.md` says how it may change.
#![expect(
    non_camel_case_types,
    reason = "a type has its C name here too, so that one word finds it everywhere"
)]
#![expect(
    clippy::missing_safety_doc,
    reason = "what an unsafe function asks of its caller is asked of every C caller: the header says it once"
)]

mod boundary;
/// cbindgen:ignore
#[cfg(feature = "test-faults")]
mod faults;
mod unwind;

// In the order in which the header shows them, which is the order to read them in.
pub mod version;

pub mod status;

pub mod words;

pub mod config;

pub mod client;

pub mod verification;

pub mod answer;

pub mod attempt;

pub mod error;

pub mod probe;

pub mod watch;

pub mod request;

pub mod tables;

pub mod text;
