//! What a client is made from.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use bankmeta::{CONFIG_OPTIONS, ClientBuilder, ConfigOption, Fate};

use crate::boundary::{caught, free, required, run};
use crate::error::bankmeta_error;
use crate::status::bankmeta_status;
use crate::text::{self, BANKMETA_NUL, lent, owned};

/// What a client is made from. Yours to free with `bankmeta_config_free`, at any time: a
/// client keeps no pointer to it.
#[derive(Debug)]
pub struct bankmeta_config {
    pub(crate) builder: ClientBuilder,
    /// What C reads, in the order of the table.
    values: Vec<CString>,
}

impl bankmeta_config {
    fn new(builder: ClientBuilder) -> Self {
        let value = |option: &ConfigOption| owned(&builder.get(option.key).unwrap_or_default());
        Self { values: CONFIG_OPTIONS.iter().map(value).collect(), builder }
    }
}

/// The defaults. NULL only if the library itself is defective; NULL may be passed on, as
/// every later call checks it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_config_new() -> Option<Box<bankmeta_config>> {
    caught(|| Box::new(bankmeta_config::new(ClientBuilder::default())))
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
        *config = bankmeta_config::new(config.builder.clone().set(key, value)?);
        Ok(())
    })
}

/// The present value of an option, in the form that `bankmeta_config_set` takes. A secret
/// reads as `""`, whether it is set or not. The text is good until the next
/// `bankmeta_config_set` or `bankmeta_config_free`. An unknown option is an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_config_get(
    config: Option<&bankmeta_config>,
    key: *const c_char,
    value: Option<&mut MaybeUninit<*const c_char>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    let value = value.map(|place| place.write(ptr::null()));
    run(error, Fate::NotSent, || {
        let config = required(config, "config")?;
        // SAFETY: the C caller promises a text that ends with a NUL.
        let key = unsafe { text::read(key, BANKMETA_NUL, "key") }?;
        let value = required(value, "value")?;
        // For the core's error.
        config.builder.get(key)?;
        let index = CONFIG_OPTIONS.iter().position(|option| option.key == key);
        *value = lent(index.and_then(|index| config.values.get(index)));
        Ok(())
    })
}

/// Frees a config, wipes its secrets, and sets `*config` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_config_free(config: Option<&mut Option<Box<bankmeta_config>>>) {
    free(config);
}
