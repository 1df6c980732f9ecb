//! A verification that is more than factors.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use bankmeta::{Fate, VerificationBuilder};

use crate::boundary::{caught, free, required, run};
use crate::error::bankmeta_error;
use crate::status::bankmeta_status;
use crate::text::{self, BANKMETA_NUL};

/// The factors of one person and how to verify them. Yours to free with
/// `bankmeta_verification_free`, which wipes them.
#[derive(Debug, Default)]
pub struct bankmeta_verification {
    pub(crate) builder: VerificationBuilder,
}

/// An empty verification. NULL only if the library itself is defective; NULL may be passed
/// on, as every later call checks it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_new() -> Option<Box<bankmeta_verification>> {
    caught(Box::default)
}

/// Sets a factor or another key of the table at the top. `key` ends with a NUL; `value` has
/// `value_length` bytes, or ends with a NUL if that is `BANKMETA_NUL`. Both are copied. The
/// factors are checked by `bankmeta_client_verify`, before it sends anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_verification_set(
    verification: Option<&mut bankmeta_verification>,
    key: *const c_char,
    value: *const c_char,
    value_length: usize,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    run(error, Fate::NotSent, || {
        let verification = required(verification, "verification")?;
        // SAFETY: the C caller promises a text that ends with a NUL.
        let key = unsafe { text::read(key, BANKMETA_NUL, "key") }?;
        // SAFETY: the C caller promises `value_length` bytes, or a NUL at the end.
        let value = unsafe { text::read(value, value_length, "value") }?;
        // A clone, because a refused value must not cost the ones set before.
        verification.builder = verification.builder.clone().set(key, value)?;
        Ok(())
    })
}

/// Frees a verification, wipes its factors, and sets `*verification` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_free(verification: Option<&mut Option<Box<bankmeta_verification>>>) {
    free(verification);
}
