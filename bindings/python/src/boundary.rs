//! The one place where a call leaves Python and comes back.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use bankmeta::{Error, Fate};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::{log, output};

/// An exception that Python code raised while a call was under way: a signal
/// handler, as a rule with `KeyboardInterrupt`.
#[derive(Debug, Default)]
pub(crate) struct Raised(Mutex<Option<PyErr>>);

impl Raised {
    /// Lets the handlers of signals that arrived run, if this is the main thread. Whether
    /// one of them raised.
    pub(crate) fn by_a_signal(&self, py: Python<'_>) -> bool {
        py.check_signals().map_err(|raised| self.keep(raised)).is_err()
    }

    /// The first one counts.
    pub(crate) fn keep(&self, raised: PyErr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(raised);
    }

    pub(crate) fn into_inner(self) -> Option<PyErr> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `call` without the GIL, and then logs what it told. A panic, which is a defect
/// of the library, becomes an `InternalError`: pyo3's own exception for it would pass
/// every `except Exception` and could show the panic's text. `after_panic` is what
/// `call` may have done by then at worst.
pub(crate) fn detached<T: Send>(
    py: Python<'_>,
    after_panic: Fate,
    raised: &Raised,
    call: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    let (ended, told) = py.detach(|| log::listening(|| panic::catch_unwind(AssertUnwindSafe(call))));
    // Before Python code runs, where an exception of a signal would replace the end.
    raised.by_a_signal(py);
    log::write(py, &told, raised);
    match ended {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(output::exception(py, &error)),
        Err(_payload) => Err(output::internal(py, after_panic)),
    }
}

/// The same for what costs nothing, and so has no end worth telling beside an
/// exception raised meanwhile.
pub(crate) fn detached_free<T: Send>(
    py: Python<'_>,
    call: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    let raised = Raised::default();
    let result = detached(py, Fate::NotSent, &raised, call);
    raised.into_inner().map_or(result, Err)
}

/// Whether this is the thread in which Python runs signal handlers.
pub(crate) fn in_main_thread(py: Python<'_>) -> PyResult<bool> {
    static THIS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static MAIN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let this = THIS.import(py, "threading", "get_ident")?.call0()?;
    let main = MAIN.import(py, "threading", "main_thread")?.call0()?;
    this.eq(main.getattr("ident")?)
}
