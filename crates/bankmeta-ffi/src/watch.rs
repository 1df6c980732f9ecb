//! What a client does, while it does it: events, numbers, and how its calls are ended.

use std::ffi::{CString, c_char, c_void};
use std::fmt;
use std::mem::MaybeUninit;

use bankmeta::{Event, Fate, Level, Stats};

use crate::boundary::{free, produce, read, required, run};
use crate::client::bankmeta_client;
use crate::config::bankmeta_config;
use crate::error::bankmeta_error;
use crate::status::{BANKMETA_CONFIGURATION, bankmeta_status};
use crate::text::{self, BANKMETA_NUL, lent, owned};

/// How much an event matters: a `BANKMETA_LEVEL_` number; more is more.
pub type bankmeta_level = i32;
/// One attempt, one connection.
pub const BANKMETA_LEVEL_DEBUG: bankmeta_level = 10;
/// A repetition; something works again.
pub const BANKMETA_LEVEL_INFO: bankmeta_level = 20;
/// Somebody should look.
pub const BANKMETA_LEVEL_WARN: bankmeta_level = 30;

/// Takes the events of a client: your `context`, the level, what it is in one word, and one
/// line for a log. The texts are good for the call only. Events hold nothing that was verified,
/// and no secret. The words are `"attempt"`, `"connection_opened"`, `"repetition"`,
/// `"throttled"`, `"clock_corrected"`, `"breaker_opened"` and `"breaker_closed"`; more may come.
///
/// It is called in the threads that make the calls, by several at once, and should be quick:
/// they wait for it, and their deadlines do not. It may call this library, with the same client
/// too; then it is called within itself. It must not throw, longjmp, or free the client.
pub type bankmeta_log = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        level: bankmeta_level,
        name: *const c_char,
        text: *const c_char,
    ),
>;

/// The caller's function and what it is to be given.
#[derive(Clone, Copy)]
struct Listener {
    function: unsafe extern "C" fn(*mut c_void, bankmeta_level, *const c_char, *const c_char),
    context: *mut c_void,
}

// SAFETY: the context is only handed on, never looked into, and the header asks the caller
// for a function that several threads may call at once.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

impl Listener {
    fn tell(&self, event: &Event) {
        let (name, text) = (owned(event.name), owned(&event.text));
        let level = match event.level {
            Level::Debug => BANKMETA_LEVEL_DEBUG,
            Level::Info => BANKMETA_LEVEL_INFO,
            _ => BANKMETA_LEVEL_WARN,
        };
        // SAFETY: the caller promised that the function may be called with this context from
        // any thread for as long as a client that was made with it exists.
        unsafe { (self.function)(self.context, level, name.as_ptr(), text.as_ptr()) };
    }
}

/// Gives the events of clients that are made with this configuration from now on to `log`, with
/// your `context`, which may be NULL. Both must stay valid until the last of these clients is
/// freed. `log` may be NULL: then nobody is told, as at first.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_config_set_log(
    config: Option<&mut bankmeta_config>,
    log: bankmeta_log,
    context: *mut c_void,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    run(error, Fate::NotSent, || {
        let config = required(config, "config")?;
        let listener = log.map(|function| Listener { function, context });
        config.builder = match listener {
            Some(listener) => config.builder.clone().on_event(move |event| listener.tell(event)),
            None => config.builder.clone().without_events(),
        };
        Ok(())
    })
}

/// The word for a level: `"debug"`, `"info"`, `"warn"`, else `"unknown"`. Never NULL, and
/// never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_level_name(level: bankmeta_level) -> *const c_char {
    let name = match level {
        BANKMETA_LEVEL_DEBUG => c"debug",
        BANKMETA_LEVEL_INFO => c"info",
        BANKMETA_LEVEL_WARN => c"warn",
        _ => c"unknown",
    };
    name.as_ptr()
}

/// Ends every call of this client that is under way in this process, from any thread, though not
/// from a signal handler. Each returns within moments, as a rule `BANKMETA_CANCELLED`, and its
/// error says truly what became of it: one that was sent may be billed. Calls that begin later
/// are not touched. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_cancel(client: Option<&bankmeta_client>) {
    read(client, (), |client| client.client.cancel());
}

/// Opens a connection ahead of the first call, which then need not wait for it. Nothing is
/// asked of the service, and nothing is billed.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_warm_up(
    client: Option<&bankmeta_client>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    run(error, Fate::NotSent, || Ok(required(client, "client")?.client.warm_up()?))
}

/// What a client has done so far, in numbers. Yours to free with `bankmeta_stats_free`.
pub struct bankmeta_stats {
    entries: Vec<(CString, i64)>,
}

impl fmt::Debug for bankmeta_stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.entries.iter().map(|(name, count)| (name, count))).finish()
    }
}

impl From<&Stats> for bankmeta_stats {
    fn from(stats: &Stats) -> Self {
        let counted = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Self { entries: stats.entries().iter().map(|(name, count)| (owned(name), counted(*count))).collect() }
    }
}

/// What this client has done in this process so far: attempts by fate and by bill, connections,
/// waiting, how long attempts took.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_client_stats(
    client: Option<&bankmeta_client>,
    stats: Option<&mut MaybeUninit<Option<Box<bankmeta_stats>>>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    produce(stats, "stats", error, Fate::NotSent, || Ok((&required(client, "client")?.client.stats()).into()))
}

/// How many numbers there are.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_stats_count(stats: Option<&bankmeta_stats>) -> usize {
    read(stats, 0, |stats| stats.entries.len())
}

/// The name of a number, for example `"attempts_answered"`; NULL past the end.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_stats_name(stats: Option<&bankmeta_stats>, index: usize) -> *const c_char {
    lent(stats.and_then(|stats| stats.entries.get(index)).map(|(name, _)| name))
}

/// A number by its index; 0 past the end. Times are microseconds, all else are counts.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_stats_value(stats: Option<&bankmeta_stats>, index: usize) -> i64 {
    read(stats, 0, |stats| stats.entries.get(index).map_or(0, |(_, count)| *count))
}

/// A number by its name, which ends with a NUL; the header's first comment has them all. An
/// unknown name is an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bankmeta_stats_get(
    stats: Option<&bankmeta_stats>,
    name: *const c_char,
    value: Option<&mut MaybeUninit<i64>>,
    error: Option<&mut MaybeUninit<Option<Box<bankmeta_error>>>>,
) -> bankmeta_status {
    let value = value.map(|place| place.write(0));
    run(error, Fate::NotSent, || {
        let stats = required(stats, "stats")?;
        // SAFETY: the C caller promises a text that ends with a NUL.
        let name = unsafe { text::read(name, BANKMETA_NUL, "name") }?;
        let value = required(value, "value")?;
        let found = stats.entries.iter().find(|(known, _)| known.to_bytes() == name.as_bytes());
        *value = found.map(|(_, count)| *count).ok_or_else(|| {
            bankmeta_error::of_caller(
                BANKMETA_CONFIGURATION,
                "no number has this name; bankmeta_stats_name lists them",
            )
        })?;
        Ok(())
    })
}

/// Frees statistics and sets `*stats` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_stats_free(stats: Option<&mut Option<Box<bankmeta_stats>>>) {
    free(stats);
}
