//! `bankmeta.Client`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::boundary::detached_free;
use crate::{arguments, call, output};

/// Asks the service whether a bank card, a name, an ID number and a mobile belong
/// to one person. Blocking; usable from any thread; make it once.
///
/// Every option may be left out or None, for its default. `credentials`: 'explicit'
/// (the access key is passed here) or 'environment'. `timeout`, `connect_timeout`:
/// seconds. `ca_file`: a PEM file of the CAs to trust instead of the built-in list.
/// `retry`: `'bill_safe'` (what certainly was not billed is repeated), `'answer_first'`
/// (also up to `retry_max_extra` times what may have been) or `'never'`. `max_billable`:
/// a hard cap on the calls that may be billed. `quota`: calls a second, or 'off'.
#[pyclass(module = "bankmeta", frozen)]
pub(crate) struct Client(Mutex<Option<bankmeta::Client>>);

#[pymethods]
impl Client {
    #[new]
    #[pyo3(
        signature = (**options),
        text_signature = "(*, credentials=None, access_key_id=None, access_key_secret=None, security_token=None, region=None, network=None, endpoint=None, signature=None, placement=None, timeout=None, connect_timeout=None, ca_file=None, user_agent=None, retry=None, retry_max_extra=None, resend_unknown=None, max_billable=None, quota=None, quota_scope=None, quota_account=None, breaker=None)"
    )]
    pub(crate) fn new(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let builder = arguments::client(options)?;
        Ok(Self(Mutex::new(Some(detached_free(py, move || builder.build())?))))
    }

    /// Asks the service. Returns an Answer or raises a `BankMetaError`.
    ///
    /// `unchecked` names factors whose input checks are to be left out, for example
    /// ('name',). `lane`: 'bulk' lets 'interactive' go ahead when both wait for the quota.
    #[pyo3(
        signature = (**factors),
        text_signature = "($self, *, card_number, name, id_number=None, mobile=None, id_type=None, md5_mode=False, unchecked=(), lane='interactive')"
    )]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        factors: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        call::verify(py, &self.open(py)?, arguments::verification(factors)?, None)
    }

    /// Opens a connection ahead of the first call. Nothing is asked or billed.
    fn warm_up(&self, py: Python<'_>) -> PyResult<()> {
        let client = self.open(py)?;
        detached_free(py, move || client.warm_up())
    }

    /// Makes one signed call without factors. Returns a Probe if endpoint, TLS, clock, access
    /// key and permission are right: the service then rejects the call before it could be
    /// billed (that it does so is a guess, if a safe one). Else raises a `BankMetaError`.
    fn probe<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        call::probe(py, &self.open(py)?)
    }

    /// What this client has done in this process so far.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        output::stats(py, &self.open(py)?.stats())
    }

    /// Ends the calls under way in all threads; each raises what became of it, as a
    /// rule a `CancelledError`. Calls that begin later are not touched.
    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        let client = self.open(py)?;
        py.detach(move || client.cancel());
        Ok(())
    }

    /// Gives up the connections and the access key. Calls under way in other threads
    /// end as they would; later ones raise `ClosedError`.
    fn close(&self, py: Python<'_>) {
        let client = self.lock().take();
        py.detach(|| drop(client));
    }

    fn __enter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) {
        self.close(py);
    }

    fn __repr__(&self) -> &'static str {
        if self.lock().is_some() { "<bankmeta.Client>" } else { "<bankmeta.Client, closed>" }
    }

    /// Refuses to be pickled or copied.
    fn __reduce__(_this: PyRef<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Client holds an access key and connections and cannot be pickled or copied; \
             share it between threads, and make one in each process",
        ))
    }
}

impl Client {
    /// The core's client, unless it is closed.
    pub(crate) fn open(&self, py: Python<'_>) -> PyResult<bankmeta::Client> {
        self.lock().clone().ok_or_else(|| output::closed(py))
    }

    /// Held only for a moment and never while another thread could fork, since a
    /// fork in Python needs the GIL. A panic cannot leave the client half changed.
    fn lock(&self) -> MutexGuard<'_, Option<bankmeta::Client>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
