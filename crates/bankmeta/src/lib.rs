//! A small, exact client for one operation of Alibaba Cloud: `BankMetaVerifyIntl`,
//! which says whether a bank card number, a name, an ID number and a mobile number
//! belong to one person (two, three or four factors).
//!
//! Each call costs money, the account's quota is small, and every byte is somebody's
//! private data. So every answer and every error says whether it was
//! [`Billed`], what became of the call ([`Fate`]), and shows no input.
//!
//! ```no_run
//! use bankmeta::{Client, Verdict, Verification};
//!
//! let client = Client::builder().access_key("id", "secret").build()?;
//! let verification = Verification::four_factors(
//!     "6222021234567890123", "张三", "11010519491231002X", "13800138000",
//! )?;
//! match client.verify(&verification) {
//!     Ok(answer) if answer.verdict() == Verdict::Match => println!("one person"),
//!     Ok(answer) => println!("{:?}", answer.sub_code().and_then(|code| code.meaning())),
//!     Err(error) => println!("{error}"),
//! }
//! # Ok::<(), bankmeta::Error>(())
//! ```
#![forbid(unsafe_code)]

mod answer;
mod attempt;
mod breaker;
mod call_options;
mod cap;
mod check;
mod client;
mod config;
mod credentials;
mod ended;
mod endpoint;
mod error;
mod event;
mod exchange;
mod fate;
pub mod md5_mode;
mod options;
mod private;
mod process;
pub mod protocol;
mod quota;
mod retry;
mod scrub;
mod spine;
mod stats;
mod sub_code;
mod transport;
mod verification;
mod verification_builder;
mod wait;

pub use answer::{Answer, Attempt, Verdict};
pub use call_options::CallOptions;
pub use client::{Client, Probe};
pub use config::ClientBuilder;
pub use credentials::Credentials;
pub use endpoint::{Endpoint, Network};
pub use error::{Error, ErrorKind};
pub use event::{Event, Level};
pub use exchange::Exchange;
pub use fate::{Billed, Fate, Phase};
pub use options::{CONFIG_OPTIONS, ConfigOption, CredentialsSource, NotAValue, Placement, QuotaScope};
pub use protocol::Signature;
pub use quota::Lane;
pub use retry::Retry;
pub use stats::{LATENCY_BOUNDS_MS, Stats};
pub use sub_code::{SUB_CODES, SubCode};
pub use verification::{Factor, Verification, Warning};
pub use verification_builder::{VERIFICATION_KEYS, VerificationBuilder};
pub use wait::Cancellation;
