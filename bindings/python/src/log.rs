//! The core's events to `logging.getLogger("bankmeta")`. They are told while the GIL
//! is free, so a call keeps its own until it is back in Python.

use std::cell::RefCell;

use bankmeta::{Event, Level};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::boundary::Raised;

thread_local! {
    /// What the call under way in this thread told; nothing is under way if `None`.
    static TOLD: RefCell<Option<Vec<Event>>> = const { RefCell::new(None) };
}

/// Takes an event, in the thread of its call.
pub(crate) fn hear(event: &Event) {
    TOLD.with_borrow_mut(|told| {
        if let Some(told) = told {
            told.push(event.clone());
        }
    });
}

/// Runs `call` and returns what was told meanwhile. It may be inside another: a signal
/// handler that runs during a call may make one too.
pub(crate) fn listening<T>(call: impl FnOnce() -> T) -> (T, Vec<Event>) {
    let outer = TOLD.replace(Some(Vec::new()));
    let result = call();
    (result, TOLD.replace(outer).unwrap_or_default())
}

/// Logs events in their order. Whatever a log handler raises, the call's end is not
/// lost: an ordinary exception goes to `sys.unraisablehook`, another is kept in `raised`.
pub(crate) fn write(py: Python<'_>, told: &[Event], raised: &Raised) {
    let Some(highest) = told.iter().map(|event| event.level).max() else { return };
    if let Err(error) = write_from(py, told, highest) {
        if error.is_instance_of::<PyException>(py) {
            error.write_unraisable(py, None);
        } else {
            raised.keep(error);
        }
    }
}

fn write_from(py: Python<'_>, told: &[Event], highest: Level) -> PyResult<()> {
    let Some(logger) = logger(py)? else { return Ok(()) };
    if !logger.call_method1("isEnabledFor", (number(highest),))?.is_truthy()? {
        return Ok(());
    }
    for event in told {
        logger.call_method1("log", (number(event.level), "%s: %s", event.name, &event.text))?;
    }
    Ok(())
}

/// The logger; nothing while the program does not use `logging`, since then nobody listens.
fn logger(py: Python<'_>) -> PyResult<Option<&Bound<'_, PyAny>>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if LOGGER.get(py).is_none() {
        // At the interpreter's end nothing can be imported, and nobody listens.
        let Ok(sys) = py.import("sys") else { return Ok(None) };
        let modules = sys.getattr("modules")?.cast_into::<PyDict>()?;
        let Some(logging) = modules.get_item("logging")? else { return Ok(None) };
        let logger = logging.call_method1("getLogger", ("bankmeta",))?;
        // As libraries do: without it a program that configures no log would find
        // warnings on its standard error.
        logger.call_method1("addHandler", (logging.call_method0("NullHandler")?,))?;
        return Ok(Some(LOGGER.get_or_init(py, || logger.unbind()).bind(py)));
    }
    Ok(LOGGER.get(py).map(|logger| logger.bind(py)))
}

/// Python's number of a level.
fn number(level: Level) -> u8 {
    match level {
        Level::Debug => 10,
        Level::Info => 20,
        _ => 30,
    }
}
