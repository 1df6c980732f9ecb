//! The operation BankMetaVerifyIntl served locally.
