//! Answers and errors of the core to their Python classes.

use bankmeta::{Answer, Attempt, Error, Fate, Probe, Stats, SubCode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict, PyDict};

/// The keyword arguments of `bankmeta.Attempt`, with words for its enums.
#[derive(IntoPyObject)]
struct AttemptFields<'a> {
    fate: &'a str,
    billed: &'a str,
    resend: bool,
    phase: &'a str,
    duration: f64,
    http_status: Option<u16>,
    service_code: Option<&'a str>,
    request_id: Option<&'a str>,
}

/// The keyword arguments of `bankmeta.Answer`, with words for its enums.
#[derive(IntoPyObject)]
struct AnswerFields<'a> {
    verdict: &'a str,
    biz_code: &'a str,
    sub_code: Option<&'a str>,
    sub_code_name: Option<&'a str>,
    sub_code_meaning: Option<&'a str>,
    billed: &'a str,
    request_id: Option<&'a str>,
    attempts: Vec<AttemptFields<'a>>,
}

/// The keyword arguments of `bankmeta.Probe`.
#[derive(IntoPyObject)]
struct ProbeFields<'a> {
    attempt: AttemptFields<'a>,
    clock_offset: Option<i64>,
}

/// The arguments of `bankmeta.BankMetaError`, with words for its enums.
#[derive(IntoPyObject)]
struct ErrorFields<'a> {
    text: String,
    kind: &'a str,
    fate: &'a str,
    billed: &'a str,
    field: Option<&'a str>,
    service_code: Option<&'a str>,
    http_status: Option<u16>,
    request_id: Option<&'a str>,
    attempts: Vec<AttemptFields<'a>>,
}

fn fields_of(attempt: &Attempt) -> AttemptFields<'_> {
    AttemptFields {
        fate: attempt.fate.as_str(),
        billed: attempt.billed.as_str(),
        resend: attempt.resend,
        phase: attempt.phase.as_str(),
        duration: attempt.duration.as_secs_f64(),
        http_status: attempt.http_status,
        service_code: attempt.service_code.as_deref(),
        request_id: attempt.request_id.as_deref(),
    }
}

/// A `bankmeta.Answer`.
pub(crate) fn answer<'py>(py: Python<'py>, answer: &Answer) -> PyResult<Bound<'py, PyAny>> {
    static ANSWER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let sub_code = answer.sub_code();
    let fields = AnswerFields {
        verdict: answer.verdict().as_str(),
        biz_code: answer.biz_code(),
        sub_code: sub_code.map(SubCode::as_str),
        sub_code_name: sub_code.and_then(SubCode::name),
        sub_code_meaning: sub_code.and_then(SubCode::meaning),
        billed: answer.billed().as_str(),
        request_id: answer.request_id(),
        attempts: answer.attempts().iter().map(fields_of).collect(),
    };
    made_by(py, &ANSWER, "answer", &fields.into_pyobject(py)?)
}

/// A `bankmeta.Probe`.
pub(crate) fn probe<'py>(py: Python<'py>, probe: &Probe) -> PyResult<Bound<'py, PyAny>> {
    static PROBE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let fields = ProbeFields { attempt: fields_of(&probe.attempt), clock_offset: probe.clock_offset };
    made_by(py, &PROBE, "probe", &fields.into_pyobject(py)?)
}

/// A `bankmeta.Stats`.
pub(crate) fn stats<'py>(py: Python<'py>, stats: &Stats) -> PyResult<Bound<'py, PyAny>> {
    static STATS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    made_by(py, &STATS, "stats", &stats.entries().into_py_dict(py)?)
}

/// The exception of an error of the core.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    made(
        py,
        ErrorFields {
            text: error.to_string(),
            kind: error.kind().as_str(),
            fate: error.fate().as_str(),
            billed: error.billed().as_str(),
            field: error.field(),
            service_code: error.service_code(),
            http_status: error.http_status(),
            request_id: error.request_id(),
            attempts: error.attempts().iter().map(fields_of).collect(),
        },
    )
}

/// The exception of an argument that cannot be handed to the core.
pub(crate) fn refused(py: Python<'_>, kind: &str, key: &str, why: &str) -> PyErr {
    let what = format!("{key}: {why}. Nothing was sent and nothing is billed.");
    let field = (kind == "invalid_input").then_some(key);
    made(py, own(&what, kind, Fate::NotSent, field))
}

/// The same where a request may have been sent: for a reply that cannot be handed to the core.
pub(crate) fn refused_after_sending(py: Python<'_>, key: &str, why: &str) -> PyErr {
    let what = format!("{key}: {why}. {MAYBE_BILLED}");
    made(py, own(&what, "invalid_input", Fate::Unknown, Some(key)))
}

const MAYBE_BILLED: &str = "The call may have been executed and billed: repeating it may bill again.";

/// The exception of a call on a client that was closed.
pub(crate) fn closed(py: Python<'_>) -> PyErr {
    let what = "this Client is closed; make a new one. Nothing was sent and nothing is billed.";
    made(py, own(what, "closed", Fate::NotSent, None))
}

/// An exception of Python's that is raised where a call ended so, with that end as its
/// context. It is what Python itself does where one exception meets another.
pub(crate) fn instead_of_the_end(py: Python<'_>, raised: PyErr, end: PyErr) -> PyErr {
    end.set_context(py, raised.context(py));
    raised.set_context(py, Some(end));
    raised
}

/// The exception of a call that was cancelled when its answer had come; it carries it.
pub(crate) fn in_spite_of_cancellation(py: Python<'_>, answer: &Bound<'_, PyAny>) -> PyErr {
    static ANSWERED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let exception =
        ANSWERED.import(py, "bankmeta._made", "answered").and_then(|answered| answered.call1((answer,)));
    exception.map_or_else(|failure| failure, PyErr::from_value)
}

/// The exception of a panic.
pub(crate) fn internal(py: Python<'_>, fate: Fate) -> PyErr {
    let billed = match fate {
        Fate::NotSent => "Nothing was sent and nothing is billed.",
        _ => MAYBE_BILLED,
    };
    let what = format!("a defect of bankmeta; please report it. {billed}");
    made(py, own(&what, "internal", fate, None))
}

/// What only this face can say, in the shape of the core's own errors.
fn own<'a>(what: &str, kind: &'a str, fate: Fate, field: Option<&'a str>) -> ErrorFields<'a> {
    let (fate, billed) = (fate.as_str(), fate.billed_without_answer().as_str());
    ErrorFields {
        text: format!("{what} [{kind}, fate {fate}, billed {billed}]"),
        kind,
        fate,
        billed,
        field,
        service_code: None,
        http_status: None,
        request_id: None,
        attempts: Vec::new(),
    }
}

fn made(py: Python<'_>, fields: ErrorFields<'_>) -> PyErr {
    static ERROR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let exception = fields.into_pyobject(py).and_then(|fields| made_by(py, &ERROR, "error", &fields));
    exception.map_or_else(|failure| failure, PyErr::from_value)
}

/// Calls a function of `bankmeta._made` with keyword arguments.
fn made_by<'py>(
    py: Python<'py>,
    cached: &PyOnceLock<Py<PyAny>>,
    name: &str,
    fields: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    cached.import(py, "bankmeta._made", name)?.call((), Some(fields))
}
