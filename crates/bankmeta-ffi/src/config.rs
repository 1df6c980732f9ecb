//! What a client is made from.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use bankmeta::{ClientBuilder, Fate};

use crate::boundary::{caught, free, required, run};
use crate::error::bankmeta_error;
use crate::status::bankmeta_status;
use crate::text::{self, BANKMETA_NUL};

/// What a client is made from. Yours to free with `bankmeta_config_free`, at any time: a
/// client keeps no pointer to it.
#[derive(Debug, Default)]
pub struct bankmeta_config {
    pub(crate) builder: ClientBuilder,
}

/// The defaults. NULL only if the library itself is defective; NULL may be passed on, as
/// every later call checks it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_config_new() -> Option<Box<bankmeta_config>> {
    caught(Box::default)
}

/// Sets an option; the table at the top lists them all. Both texts end with a NUL and are
/// copied. An unknown option or an unusable value is an error and changes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_config_set(
    config: Option<&mut bankmeta_config>,
    key: *const c_char,
    value: *const c_char,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    run(error, Fate::NotSent, || {
        let config = required(config, "config")?;
        // SAFETY: the C caller promises a text that ends with a NUL.
        let key = unsafe { text::read(key, BANKMETA_NUL, "key") }?;
        // SAFETY: as above.
        let value = unsafe { text::read(value, BANKMETA_NUL, "value") }?;
        // A clone, because a refused value must not cost the ones set before.
        config.builder = config.builder.clone().set(key, value)?;
        Ok(())
    })
}

/// Frees a config, wipes its secrets, and sets `*config` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_config_free(config: Option<&mut Option<Box<bankmeta_config>>>) {
    free(config);
}
