//! The one place where a call leaves Python and comes back.

use std::panic::{self, AssertUnwindSafe};

use bankmeta::{Error, Fate};
use pyo3::prelude::*;

use crate::output;

/// Runs `call` without the GIL. A panic, which is a defect of the library, becomes
/// an `InternalError`: pyo3's own exception for it would pass every
/// `except Exception` and could show the panic's text. `after_panic` is what
/// `call` may have done by then at worst.
pub(crate) fn detached<T: Send>(
    py: Python<'_>,
    after_panic: Fate,
    call: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    match py.detach(|| panic::catch_unwind(AssertUnwindSafe(call))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(output::exception(py, &error)),
        Err(_payload) => Err(output::internal(py, after_panic)),
    }
}
