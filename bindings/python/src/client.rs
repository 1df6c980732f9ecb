//! `bankmeta.Client`.

use std::mem;
use std::path::PathBuf;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bankmeta::{ClientBuilder, Fate, Verification};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::boundary::detached;
use crate::{input, output};

/// Asks the service whether a bank card, a name, an ID number and a mobile belong
/// to one person. Blocking; usable from any thread; make it once.
///
/// Every option may be left out or None, for its default. `credentials`: 'explicit'
/// (the access key is passed here) or 'environment'. `timeout`, `connect_timeout`:
/// seconds. `ca_file`: a PEM file of the CAs to trust instead of the built-in list.
#[pyclass(module = "bankmeta", frozen)]
pub(crate) struct Client(Mutex<Option<Open>>);

/// A client that is not closed.
struct Open {
    client: bankmeta::Client,
    /// To make the client anew in a process forked off.
    builder: ClientBuilder,
    process: u32,
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (*, credentials=None, access_key_id=None, access_key_secret=None, security_token=None,
        region=None, network=None, endpoint=None, signature=None, placement=None, timeout=None,
        connect_timeout=None, ca_file=None, user_agent=None))]
    #[expect(clippy::too_many_arguments, reason = "each option is a keyword argument in Python")]
    fn new(
        py: Python<'_>,
        credentials: Option<Bound<'_, PyAny>>,
        access_key_id: Option<Bound<'_, PyAny>>,
        access_key_secret: Option<Bound<'_, PyAny>>,
        security_token: Option<Bound<'_, PyAny>>,
        region: Option<Bound<'_, PyAny>>,
        network: Option<Bound<'_, PyAny>>,
        endpoint: Option<Bound<'_, PyAny>>,
        signature: Option<Bound<'_, PyAny>>,
        placement: Option<Bound<'_, PyAny>>,
        timeout: Option<Bound<'_, PyAny>>,
        connect_timeout: Option<Bound<'_, PyAny>>,
        ca_file: Option<PathBuf>,
        user_agent: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut builder = bankmeta::Client::builder();
        for (key, value) in [
            ("credentials", credentials),
            ("access_key_id", access_key_id),
            ("access_key_secret", access_key_secret),
            ("security_token", security_token),
            ("region", region),
            ("network", network),
            ("endpoint", endpoint),
            ("signature", signature),
            ("placement", placement),
            ("user_agent", user_agent),
        ] {
            let Some(value) = value else { continue };
            let text = input::text("configuration", key, &value)?;
            builder = builder.set(key, &text).map_err(|error| output::exception(py, &error))?;
        }
        for (key, value) in [("timeout", timeout), ("connect_timeout", connect_timeout)] {
            let Some(value) = value else { continue };
            let text = input::seconds(key, &value)?;
            builder = builder.set(key, &text).map_err(|error| output::exception(py, &error))?;
        }
        if let Some(path) = ca_file {
            builder = builder.ca_file(path);
        }
        Ok(Self(Mutex::new(Some(Open::new(py, builder)?))))
    }

    /// Asks the service; one billed call. Returns an Answer or raises a `BankMetaError`.
    ///
    /// `unchecked` names factors whose input checks are to be left out, for example
    /// ('name',).
    #[pyo3(
        signature = (*, card_number, name, id_number=None, mobile=None, id_type=None, md5_mode=None,
            unchecked=None),
        text_signature = "($self, *, card_number, name, id_number=None, mobile=None, id_type=None, md5_mode=False, unchecked=())"
    )]
    #[expect(clippy::too_many_arguments, reason = "each part is a keyword argument in Python")]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        card_number: Bound<'py, PyAny>,
        name: Bound<'py, PyAny>,
        id_number: Option<Bound<'py, PyAny>>,
        mobile: Option<Bound<'py, PyAny>>,
        id_type: Option<Bound<'py, PyAny>>,
        md5_mode: Option<Bound<'py, PyAny>>,
        unchecked: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut builder = Verification::builder();
        for (key, value) in [
            ("card_number", Some(card_number)),
            ("name", Some(name)),
            ("id_number", id_number),
            ("mobile", mobile),
            ("id_type", id_type),
        ] {
            let Some(value) = value else { continue };
            let text = input::text("invalid_input", key, &value)?;
            builder = builder.set(key, &text).map_err(|error| output::exception(py, &error))?;
        }
        if let Some(value) = md5_mode {
            builder = builder.md5_mode(input::flag("md5_mode", &value)?);
        }
        if let Some(value) = unchecked {
            for word in input::words("invalid_input", "unchecked", &value)? {
                builder = builder.set("unchecked", &word).map_err(|error| output::exception(py, &error))?;
            }
        }
        let client = self.of_this_process(py)?;
        let answer = detached(py, Fate::Unknown, move || client.verify(&builder.build()?))?;
        output::answer(py, &answer)
    }

    /// Gives up the connections and the access key. Calls under way in other threads
    /// end as they would; later ones raise `ClosedError`.
    fn close(&self, py: Python<'_>) {
        let open = self.lock().take();
        py.detach(|| drop(open));
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
    /// The core's client, made anew after a fork: parent and child must not use the
    /// same connections, and a lock could be held by a thread the child does not have.
    fn of_this_process(&self, py: Python<'_>) -> PyResult<bankmeta::Client> {
        let builder = match self.lock().as_ref() {
            None => return Err(output::closed(py)),
            Some(open) if open.process == process::id() => return Ok(open.client.clone()),
            Some(open) => open.builder.clone(),
        };
        let open = Open::new(py, builder)?;
        let client = open.client.clone();
        // Dropping the parent's client could wait for such a lock.
        mem::forget(self.lock().replace(open));
        Ok(client)
    }

    /// Held only for a moment and never while another thread could fork, since a
    /// fork in Python needs the GIL. A panic cannot leave the client half changed.
    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn new(py: Python<'_>, builder: ClientBuilder) -> PyResult<Self> {
        let copy = builder.clone();
        let client = detached(py, Fate::NotSent, move || copy.build())?;
        Ok(Self { client, builder, process: process::id() })
    }
}
