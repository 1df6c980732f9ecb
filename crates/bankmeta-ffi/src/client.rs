//! The client, and the two ways to verify.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use bankmeta::{Client, Fate, Verification};

use crate::answer::bankmeta_answer;
use crate::boundary::{free, produce, required};
use crate::config::bankmeta_config;
use crate::error::bankmeta_error;
use crate::probe::bankmeta_probe;
use crate::request::bankmeta_request;
use crate::status::bankmeta_status;
use crate::text::{self, BANKMETA_NUL};
use crate::verification::bankmeta_verification;
use crate::watch::bankmeta_stats;

/// Makes verifications, from any number of threads at once. Make one and keep it: it holds
/// the connections. Yours to free with `bankmeta_client_free`.
#[derive(Debug)]
pub struct bankmeta_client {
    pub(crate) client: Client,
}

/// Makes a client: checks the configuration and reads the CA file, but opens no connection.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_new(
    config: Option<&bankmeta_config>,
    client: Option<&mut MaybeUninit<Option<Box<bankmeta_client>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    produce(client, "client", error, Fate::NotSent, || {
        let config = required(config, "config")?;
        Ok(bankmeta_client { client: config.builder.clone().build()? })
    })
}

/// Asks the service whether the factors belong to one person, and waits for its answer. One
/// billed call. `id_number` may be NULL for two factors, `mobile` may be NULL for three. All
/// texts end with a NUL; they are checked before anything is sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_verify(
    client: Option<&bankmeta_client>,
    card_number: *const c_char,
    name: *const c_char,
    id_number: *const c_char,
    mobile: *const c_char,
    answer: Option<&mut MaybeUninit<Option<Box<bankmeta_answer>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    produce(answer, "answer", error, Fate::Unknown, || {
        let client = required(client, "client")?;
        let mut builder = Verification::builder();
        for (key, value, optional) in [
            ("card_number", card_number, false),
            ("name", name, false),
            ("id_number", id_number, true),
            ("mobile", mobile, true),
        ] {
            if !(optional && value.is_null()) {
                // SAFETY: the C caller promises a text that ends with a NUL.
                builder = builder.set(key, unsafe { text::read(value, BANKMETA_NUL, key) }?)?;
            }
        }
        Ok(client.client.verify(&builder.build()?)?.into())
    })
}

/// The same for a verification that was put together with `bankmeta_verification_set`, which
/// may be used again afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_verify(
    client: Option<&bankmeta_client>,
    verification: Option<&bankmeta_verification>,
    answer: Option<&mut MaybeUninit<Option<Box<bankmeta_answer>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    produce(answer, "answer", error, Fate::Unknown, || {
        let client = required(client, "client")?;
        let verification = required(verification, "verification")?;
        Ok(client.client.verify(&verification.builder.clone().build()?)?.into())
    })
}

/// Frees a client and sets `*client` to NULL. NULL is fine. No other thread may be using it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_free(client: Option<&mut Option<Box<bankmeta_client>>>) {
    free(client);
}

/// The header promises that `const T *` may be used by many threads at once, and
/// that a handle may move to another thread.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<bankmeta_config>();
    shared::<bankmeta_verification>();
    shared::<bankmeta_client>();
    shared::<bankmeta_answer>();
    shared::<bankmeta_error>();
    shared::<bankmeta_request>();
    shared::<bankmeta_probe>();
    shared::<bankmeta_stats>();
};
