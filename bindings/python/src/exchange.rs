//! `bankmeta.Exchange` and `bankmeta.SignedRequest`: for a program with its own HTTP stack.

use std::borrow::Cow;
use std::time::SystemTime;

use bankmeta::{ClientBuilder, ErrorKind, Fate};
use pyo3::exceptions::{PyBaseException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use crate::boundary::{Raised, detached, detached_free};
use crate::{arguments, call, input, output, reply};

/// Signs requests that your own HTTP stack sends, an asynchronous one for example. Opens
/// no connection; usable from any thread.
///
/// Takes the options of Client. Of these the access key, the endpoint (or region and
/// network), `signature` and `placement` are used; `placement` 'auto' means the form body.
#[pyclass(module = "bankmeta", frozen)]
pub(crate) struct Exchange(ClientBuilder);

#[pymethods]
impl Exchange {
    #[new]
    #[pyo3(
        signature = (**options),
        text_signature = "(*, credentials=None, access_key_id=None, access_key_secret=None, security_token=None, region=None, network=None, endpoint=None, signature=None, placement=None, timeout=None, connect_timeout=None, ca_file=None, user_agent=None, retry=None, retry_max_extra=None, resend_unknown=None, max_billable=None, quota=None, quota_scope=None, quota_account=None, breaker=None)"
    )]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self(arguments::client(options)?))
    }

    /// Signs one request, without sending it. Every attempt needs a new signature.
    ///
    /// The factors are those of `Client.verify`; `lane` plays no part. `unix_seconds`: the
    /// present time, in whole seconds since 1970; None asks this machine. `nonce`: 1 to 64
    /// letters, digits and hyphens, never used before; None takes a random one. The same
    /// time and nonce make the same request again.
    #[pyo3(
        signature = (*, unix_seconds=None, nonce=None, **factors),
        text_signature = "($self, *, card_number, name, id_number=None, mobile=None, id_type=None, md5_mode=False, unchecked=(), lane='interactive', unix_seconds=None, nonce=None)"
    )]
    fn sign(
        &self,
        py: Python<'_>,
        unix_seconds: Option<&Bound<'_, PyAny>>,
        nonce: Option<&Bound<'_, PyAny>>,
        factors: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<SignedRequest> {
        let verification = arguments::verification(factors)?;
        let unix_seconds = unix_seconds.map_or_else(|| Ok(now()), input::unix_seconds)?;
        let nonce = nonce.map(|nonce| input::text("invalid_input", "nonce", nonce)).transpose()?;
        let nonce = nonce.as_ref().map(|nonce| nonce.as_str());
        let signed = detached_free(py, || {
            bankmeta::Exchange::sign(&self.0, &verification.build()?, unix_seconds, nonce)
        })?;
        Ok(SignedRequest(signed))
    }

    fn __repr__(_this: PyRef<'_, Self>) -> &'static str {
        "<bankmeta.Exchange>"
    }

    /// Refuses to be pickled or copied.
    fn __reduce__(_this: PyRef<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "an Exchange holds an access key and cannot be pickled or copied; \
             share it between threads, and make one in each process",
        ))
    }
}

/// A signed request, for you to send: once, without following redirects. It holds personal
/// data, as its `url` or `body` do: log none of them. Keep it until its reply is decoded.
#[pyclass(module = "bankmeta", frozen)]
pub(crate) struct SignedRequest(bankmeta::Exchange);

#[pymethods]
impl SignedRequest {
    /// The HTTP method, 'POST'.
    #[getter]
    fn method(_this: PyRef<'_, Self>) -> &'static str {
        bankmeta::protocol::SignedRequest::METHOD
    }

    /// The whole URL. Under `placement` 'query' it holds personal data: do not log it.
    #[getter]
    fn url<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &self.0.url())
    }

    /// The headers to send: pairs of a name, in lower case, and a value, which may be a
    /// security token. Your HTTP stack adds content-length.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.request().headers().collect::<Vec<_>>())
    }

    /// The body, empty under `placement` 'query'. It holds personal data: do not log it.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.request().body().as_bytes())
    }

    /// What a whole reply means. Returns an Answer or raises a `BankMetaError`, like
    /// `Client.verify`; the duration of its attempt is 0, as only you know it.
    ///
    /// `headers`: a mapping or pairs, of str or bytes, in any letter case; of them
    /// x-acs-request-id, x-acs-retry-after and date are used. None if there are none. If no
    /// whole reply came, raise what `not_answered` returns instead.
    fn decode<'py>(
        &self,
        py: Python<'py>,
        http_status: &Bound<'py, PyAny>,
        headers: &Bound<'py, PyAny>,
        body: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let http_status = reply::http_status(http_status)?;
        let headers = reply::headers(headers)?;
        let body = reply::body(body)?;
        let raised = Raised::default();
        let decoded = detached(py, Fate::Unknown, &raised, || {
            let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
            self.0.decode(http_status, headers, &body)
        });
        call::ended(py, raised, decoded)
    }

    /// The exception to raise if no whole reply came to a request that you sent, or tried to.
    ///
    /// `kind` is what failed: 'dns', 'connect', 'tls', 'timeout' or `'connection_lost'`, which
    /// any other word counts as. `handed_over` is False only if no byte of the request was
    /// handed to the socket or TLS layer: then nothing was sent or billed. Else, and if you do
    /// not know, it may have been executed and billed.
    #[staticmethod]
    #[pyo3(signature = (kind, handed_over=None), text_signature = "(kind, handed_over=True)")]
    fn not_answered(
        kind: &Bound<'_, PyAny>,
        handed_over: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyBaseException>> {
        let py = kind.py();
        let word = kind.cast::<PyString>().map_err(|_| input::wrong_type("kind", "str", kind))?;
        let word = word.to_cow().unwrap_or(Cow::Borrowed(""));
        let kind = ErrorKind::ALL.iter().copied().find(|kind| kind.as_str() == word);
        let handed_over = handed_over.map_or(Ok(true), |value| input::flag("handed_over", value))?;
        let error = bankmeta::Exchange::not_answered(kind.unwrap_or(ErrorKind::ConnectionLost), handed_over);
        Ok(output::exception(py, &error).into_value(py))
    }

    fn __repr__(_this: PyRef<'_, Self>) -> &'static str {
        "<bankmeta.SignedRequest>"
    }

    /// Refuses to be pickled or copied.
    fn __reduce__(_this: PyRef<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a SignedRequest holds personal data and cannot be pickled or copied; \
             decode its reply in the process that signed it",
        ))
    }
}

/// The epoch if this machine's clock stands before it: the service then says that it is wrong.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}
