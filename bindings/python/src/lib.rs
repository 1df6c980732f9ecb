//! The Python extension module of bankmeta: `bankmeta._native`.
//!
//! It holds the client, and what signs and decodes; answers, exceptions and enums are
//! plain Python, in `python/bankmeta`. There what takes factors has no frame, and that of
//! a coroutine holds a factor only inside an opaque [`call::Call`], so that a traceback
//! that records local variables finds none of ours with personal data.
#![forbid(unsafe_code)]

mod arguments;
mod boundary;
mod call;
mod client;
mod exchange;
mod input;
mod log;
mod output;
mod reply;

use std::sync::OnceLock;

use bankmeta::{CONFIG_OPTIONS, ErrorKind, Fate, Stats, VERIFICATION_KEYS};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Panics inside the boundary that every call passes, with `text` as the message.
/// By it the tests of the installed wheel see what a defect of the library becomes.
#[pyfunction]
fn panic_inside(py: Python<'_>, text: String) -> PyResult<()> {
    let raised = boundary::Raised::default();
    boundary::detached(py, Fate::Unknown, &raised, move || std::panic::resume_unwind(Box::new(text)))
}

/// Refuses a second interpreter of this process, as Python itself does from 3.12 on: it would
/// be given the first one's classes, and `except bankmeta.NetworkError` would miss the error.
fn refuse_other_interpreters(py: Python<'_>) -> PyResult<()> {
    static FIRST: OnceLock<usize> = OnceLock::new();
    // Each has a `sys` of its own.
    let this = py.import("sys")?.as_ptr().addr();
    if *FIRST.get_or_init(|| this) == this {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "bankmeta is loaded in another interpreter of this process and does not support subinterpreters; \
         use one interpreter, or a process for each",
    ))
}

/// The classes, and the core's tables.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    refuse_other_interpreters(module.py())?;
    module.add_class::<client::Client>()?;
    module.add_class::<exchange::Exchange>()?;
    module.add_class::<exchange::SignedRequest>()?;
    module.add_class::<call::AsyncBase>()?;
    module.add_class::<call::Call>()?;
    module.add_function(wrap_pyfunction!(panic_inside, module)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    let table = |words: &mut dyn ExactSizeIterator<Item = &str>| PyTuple::new(module.py(), words);
    module.add("CONFIG_KEYS", table(&mut CONFIG_OPTIONS.iter().map(|option| option.key))?)?;
    module.add("VERIFICATION_KEYS", table(&mut VERIFICATION_KEYS.iter().map(|row| row.0))?)?;
    let stats = Stats::default().entries();
    module.add("STATS", table(&mut stats.iter().map(|entry| entry.0.as_str()))?)?;
    module.add("ERROR_KINDS", table(&mut ErrorKind::ALL.iter().map(|kind| kind.as_str()))?)
}
