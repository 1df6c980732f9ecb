//! The operation `BankMetaVerifyIntl` served locally, as documented: both
//! signatures, every check, every error, a registry of cardholders, the quota,
//! and faults on demand. On loopback only; for tests, demos and benchmarks.
//!
//! ```
//! use bankmeta_sandbox::{Sandbox, SandboxOptions};
//!
//! let sandbox = Sandbox::start(SandboxOptions::default())?;
//! println!("{} {:?}", sandbox.endpoint(), sandbox.ca_file());
//! assert_eq!(sandbox.stats().requests, 0);
//! sandbox.stop();
//! # Ok::<(), bankmeta_sandbox::Error>(())
//! ```
//!
//! Nothing of a request is logged or kept but counts and hashes of nonces.
#![forbid(unsafe_code)]

mod admin;
mod body;
mod cardholder;
mod cards;
mod clock;
mod codes;
mod connection;
mod drip;
mod ending;
mod error;
mod fault;
mod force;
mod gateway;
mod gzip;
mod incoming;
mod keys;
mod life;
mod nonce;
mod options;
mod outcome;
mod parameters;
mod people;
mod plaintext;
mod quota;
mod random;
mod registry;
mod reply;
mod request;
mod response;
mod sandbox;
mod signature;
mod state;
mod stats;
mod strike;
mod tls;
mod wire;
mod written;

pub use cardholder::Cardholder;
pub use cards::TestCard;
pub use error::Error;
pub use fault::{Fault, FaultKind, Layer, Place, Side, When};
pub use keys::{AccessKey, Standing};
pub use options::SandboxOptions;
pub use registry::test_cards;
pub use sandbox::Sandbox;
pub use stats::{ARRIVALS_KEPT, Stats};
pub use tls::Certificate;
