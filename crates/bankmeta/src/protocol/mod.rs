//! The service's protocol as pure functions: no clock, network, randomness or
//! environment. A host with its own HTTP stack signs with [`sign`], sends the
//! request itself, and decodes the reply with [`decode::decode`]; or it leaves both
//! and the fate to an [`Exchange`](crate::Exchange), which keeps personal data out
//! of the answer.

pub mod acs3;
pub mod decode;
pub mod encode;
mod parameters;
mod sign;
pub mod v1;
mod wiped;

pub use parameters::Parameters;
pub use sign::{Signature, SignedRequest, SigningContext, Where, sign};
pub use wiped::Wiped;

/// The operation's action name.
pub const ACTION: &str = "BankMetaVerifyIntl";
/// The operation's API version.
pub const VERSION: &str = "2022-08-09";
