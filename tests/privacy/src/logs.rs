//! Everything that is logged, by whomever: `tracing` and `log`, at their most talkative.
//!
//! rustls's own logging is compiled in here, which it is not in the library: what an
//! application sees that turns it on. The sandbox's threads are left out: they are the
//! service.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::search::Output;

static TEXT: Mutex<String> = Mutex::new(String::new());

fn keep(kind: &str, text: &str) {
    if std::thread::current().name() == Some("bankmeta-sandbox") {
        return;
    }
    if let Ok(mut all) = TEXT.lock() {
        let _ = writeln!(all, "{kind} {text}");
    }
}

/// What was logged since the last time.
pub(crate) fn take() -> Output {
    let text = TEXT.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
    Output { place: "rust: logs of all crates, and panics".to_owned(), text }
}

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Panics, as a program does that takes a wrong result for granted: the text is kept with
/// the logs instead of being printed.
pub(crate) fn panicking(panics: impl FnOnce()) {
    EXPECTED.set(true);
    let panicked = panic::catch_unwind(panic::AssertUnwindSafe(panics));
    EXPECTED.set(false);
    assert!(panicked.is_err());
}

/// Begins to listen.
pub(crate) fn listen() {
    let heard = tracing::subscriber::set_global_default(Everything(AtomicU64::new(1)));
    heard.unwrap_or_else(|error| panic!("{error}"));
    log::set_boxed_logger(Box::new(Everything(AtomicU64::new(1)))).unwrap_or_else(|error| panic!("{error}"));
    log::set_max_level(log::LevelFilter::Trace);
    let otherwise = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if EXPECTED.get() { keep("panic", &info.to_string()) } else { otherwise(info) }
    }));
}

struct Everything(AtomicU64);

#[derive(Default)]
struct Written(String);

impl Visit for Written {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut written = Written(format!("{} {}", span.metadata().target(), span.metadata().name()));
        span.record(&mut written);
        keep("span", &written.0);
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut written = Written::default();
        values.record(&mut written);
        keep("record", &written.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut written = Written(event.metadata().target().to_owned());
        event.record(&mut written);
        keep("event", &written.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        keep("log", &format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}
