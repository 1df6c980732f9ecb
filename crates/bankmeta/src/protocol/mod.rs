//! The service's protocol as pure functions: no clock, network, randomness or
//! environment. A host with its own HTTP stack signs with it, sends the request
//! itself, and decodes with it.

pub mod acs3;
pub mod encode;
pub mod v1;

/// The operation's action name.
pub const ACTION: &str = "BankMetaVerifyIntl";
/// The operation's API version.
pub const VERSION: &str = "2022-08-09";
