//! One call as Python sees it: a verification can be interrupted by a signal, or be made
//! in another thread for a coroutine.

use std::sync::{Mutex, OnceLock, PoisonError};

use bankmeta::{Answer, CallOptions, Cancellation, Fate, VerificationBuilder};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::boundary::{Raised, detached, in_main_thread};
use crate::client::Client;
use crate::{arguments, output};

/// Asks the service. In the main thread, signal handlers run meanwhile; if one raises,
/// the call is cancelled and what became of it goes with the exception.
pub(crate) fn verify<'py>(
    py: Python<'py>,
    client: &bankmeta::Client,
    builder: VerificationBuilder,
    cancellation: Option<&Cancellation>,
) -> PyResult<Bound<'py, PyAny>> {
    let raised = Raised::default();
    let in_main_thread = in_main_thread(py)?;
    let result = detached(py, Fate::Unknown, &raised, || {
        // Not at the interpreter's end, when handlers no longer run and attaching panics.
        let by_a_signal = || Python::try_attach(|py| raised.by_a_signal(py)).unwrap_or(false);
        let mut options = CallOptions::new();
        if in_main_thread {
            options = options.interrupted(&by_a_signal);
        }
        if let Some(cancellation) = cancellation {
            options = options.cancellation(cancellation);
        }
        client.verify_with(&builder.build()?, options)
    });
    ended(py, raised, result)
}

/// What Python is told of a call that ended so.
pub(crate) fn ended(py: Python<'_>, raised: Raised, result: PyResult<Answer>) -> PyResult<Bound<'_, PyAny>> {
    let answered = result.and_then(|answer| output::answer(py, &answer));
    let Some(raised) = raised.into_inner() else { return answered };
    let end = answered.map_or_else(|error| error, |answer| output::in_spite_of_cancellation(py, &answer));
    Err(output::instead_of_the_end(py, raised, end))
}

/// Makes a call without factors. Signal handlers run at its end; what became of it goes
/// with an exception of theirs, unless that is what is hoped for and costs nothing.
pub(crate) fn probe<'py>(py: Python<'py>, client: &bankmeta::Client) -> PyResult<Bound<'py, PyAny>> {
    let raised = Raised::default();
    let result = detached(py, Fate::Unknown, &raised, || client.probe());
    match (raised.into_inner(), result) {
        (None, result) => output::probe(py, &result?),
        (Some(raised), Ok(_)) => Err(raised),
        (Some(raised), Err(end)) => Err(output::instead_of_the_end(py, raised, end)),
    }
}

/// A verification that a coroutine passes to a thread. What it holds no Python code
/// can see: frames of coroutines and threads keep it as a local variable.
#[pyclass(module = "bankmeta._native", frozen)]
pub(crate) struct Call {
    /// What is asked, or why that cannot be: told where the coroutine is awaited.
    asked: Mutex<Option<PyResult<VerificationBuilder>>>,
    client: OnceLock<bankmeta::Client>,
    cancellation: Cancellation,
}

#[pymethods]
impl Call {
    /// Binds it to a client, which may be closed from then on.
    fn begin(&self, py: Python<'_>, client: &Bound<'_, Client>) -> PyResult<()> {
        let _ = self.client.set(client.get().open(py)?);
        Ok(())
    }

    /// Makes the call; once. Cancelled before, it ends at once and sends nothing.
    fn run<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (asked, self.client.get()) {
            (Some(asked), Some(client)) => verify(py, client, asked?, Some(&self.cancellation)),
            _ => Err(output::internal(py, Fate::NotSent)),
        }
    }

    /// Ends it, from any thread.
    fn cancel(&self, py: Python<'_>) {
        py.detach(|| self.cancellation.cancel());
    }

    fn __repr__(_this: PyRef<'_, Self>) -> &'static str {
        "<bankmeta call>"
    }
}

/// The native half of `bankmeta.AsyncClient`: what takes a secret or a factor.
#[pyclass(module = "bankmeta._native", frozen, subclass)]
pub(crate) struct AsyncBase {
    #[pyo3(get, name = "_client")]
    client: Py<Client>,
    /// For the Python half: each process's calls under way and their threads.
    #[pyo3(get, name = "_threads")]
    threads: Py<PyDict>,
}

#[pymethods]
impl AsyncBase {
    #[new]
    #[pyo3(
        signature = (**options),
        text_signature = "(*, credentials=None, access_key_id=None, access_key_secret=None, security_token=None, region=None, network=None, endpoint=None, signature=None, placement=None, timeout=None, connect_timeout=None, ca_file=None, user_agent=None, retry=None, retry_max_extra=None, resend_unknown=None, max_billable=None, quota=None, quota_scope=None, quota_account=None, breaker=None)"
    )]
    fn new(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let client = Py::new(py, Client::new(py, options)?)?;
        Ok(Self { client, threads: PyDict::new(py).unbind() })
    }

    /// Asks the service. Returns an Answer or raises a `BankMetaError`; see
    /// `Client.verify`. If the task is cancelled, the call is too.
    #[pyo3(
        signature = (**factors),
        text_signature = "($self, *, card_number, name, id_number=None, mobile=None, id_type=None, md5_mode=False, unchecked=(), lane='interactive')"
    )]
    fn verify<'py>(
        slf: &Bound<'py, Self>,
        factors: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let call = Call {
            asked: Mutex::new(Some(arguments::verification(factors))),
            client: OnceLock::new(),
            cancellation: Cancellation::new(),
        };
        slf.call_method1("_answered", (Bound::new(slf.py(), call)?,))
    }
}
