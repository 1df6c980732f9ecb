//! A verification that is more than factors.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use bankmeta::{Fate, VerificationBuilder, Warning};

use crate::boundary::{caught, free, read, required, run};
use crate::error::bankmeta_error;
use crate::status::bankmeta_status;
use crate::text::{self, BANKMETA_NUL};
use crate::words::{BANKMETA_WARNING_NONE, bankmeta_warning, of_warning};

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

/// Checks a verification as `bankmeta_client_verify` does, and sends nothing.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_check(
    verification: Option<&bankmeta_verification>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    run(error, Fate::NotSent, || {
        required(verification, "verification")?.builder.clone().build()?;
        Ok(())
    })
}

/// How many things are odd about a verification that passes the checks; 0 if it does not.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_warning_count(verification: Option<&bankmeta_verification>) -> usize {
    read(verification, 0, |verification| warnings(verification).len())
}

/// The warning at `index`, from 0; `BANKMETA_WARNING_NONE` from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_warning(
    verification: Option<&bankmeta_verification>,
    index: usize,
) -> bankmeta_warning {
    read(verification, BANKMETA_WARNING_NONE, |verification| {
        warnings(verification).get(index).map_or(BANKMETA_WARNING_NONE, |warning| of_warning(*warning))
    })
}

fn warnings(verification: &bankmeta_verification) -> Vec<Warning> {
    verification.builder.clone().build().map(|checked| checked.warnings()).unwrap_or_default()
}

/// Frees a verification, wipes its factors, and sets `*verification` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_verification_free(verification: Option<&mut Option<Box<bankmeta_verification>>>) {
    free(verification);
}
