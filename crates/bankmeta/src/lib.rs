//! A small, exact client for one operation of Alibaba Cloud: `BankMetaVerifyIntl`.
#![forbid(unsafe_code)]

pub mod md5_mode;
pub mod private;
pub mod protocol;
