//! A signed call that shows whether everything is set up.

use std::mem::MaybeUninit;

use bankmeta::{Fate, Probe};

use crate::attempt::{attempts, bankmeta_attempt};
use crate::boundary::{free, produce, read, required};
use crate::client::bankmeta_client;
use crate::error::bankmeta_error;
use crate::status::bankmeta_status;

/// What a probe found. Yours to free with `bankmeta_probe_free`.
#[derive(Debug)]
pub struct bankmeta_probe {
    attempts: Vec<bankmeta_attempt>,
    clock_offset: Option<i64>,
}

impl From<Probe> for bankmeta_probe {
    fn from(probe: Probe) -> Self {
        Self { attempts: attempts(std::slice::from_ref(&probe.attempt)), clock_offset: probe.clock_offset }
    }
}

/// Makes one signed call without the operation's parameters. Success means that endpoint, TLS,
/// clock, access key and permission are right, and that the service rejected the call before
/// it could be billed (that it does so is a guess, if a safe one).
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_probe(
    client: Option<&bankmeta_client>,
    probe: Option<&mut MaybeUninit<Option<Box<bankmeta_probe>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    produce(probe, "probe", error, Fate::Unknown, || Ok(required(client, "client")?.client.probe()?.into()))
}

/// The call that was made.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_probe_attempt(probe: Option<&bankmeta_probe>) -> Option<&bankmeta_attempt> {
    probe.and_then(|probe| probe.attempts.first())
}

/// 1 if the service told its time, which the next function needs; else 0.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_probe_has_clock_offset(probe: Option<&bankmeta_probe>) -> i32 {
    read(probe, 0, |probe| probe.clock_offset.is_some().into())
}

/// The service's time minus this machine's, in seconds; 0 if the service did not tell.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_probe_clock_offset_seconds(probe: Option<&bankmeta_probe>) -> i64 {
    read(probe, 0, |probe| probe.clock_offset.unwrap_or(0))
}

/// Frees a probe and sets `*probe` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_probe_free(probe: Option<&mut Option<Box<bankmeta_probe>>>) {
    free(probe);
}
