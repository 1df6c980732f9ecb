//! The service's answer.

use std::ffi::{CString, c_char};

use bankmeta::Answer;

use crate::attempt::{attempts, bankmeta_attempt};
use crate::boundary::{free, read};
use crate::tables::{bankmeta_sub_code_meaning, bankmeta_sub_code_name};
use crate::text::{lent, owned};
use crate::words::{
    BANKMETA_BILLED_MAYBE, BANKMETA_VERDICT_UNKNOWN, bankmeta_billed, bankmeta_verdict, of_billed, of_verdict,
};

/// The service's answer to a verification. It holds no factor. Yours to free with
/// `bankmeta_answer_free`.
#[derive(Debug)]
pub struct bankmeta_answer {
    verdict: bankmeta_verdict,
    biz_code: CString,
    sub_code: Option<CString>,
    billed: bankmeta_billed,
    request_id: Option<CString>,
    attempts: Vec<bankmeta_attempt>,
}

impl From<Answer> for bankmeta_answer {
    fn from(answer: Answer) -> Self {
        let sub_code = answer.sub_code();
        Self {
            verdict: of_verdict(answer.verdict()),
            biz_code: owned(answer.biz_code()),
            sub_code: sub_code.map(|code| owned(code.as_str())),
            billed: of_billed(answer.billed()),
            request_id: answer.request_id().map(owned),
            attempts: attempts(answer.attempts()),
        }
    }
}

/// What the service says of the factors.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_verdict(answer: Option<&bankmeta_answer>) -> bankmeta_verdict {
    read(answer, BANKMETA_VERDICT_UNKNOWN, |answer| answer.verdict)
}

/// The BizCode as the service gave it, for example `"1"`.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_biz_code(answer: Option<&bankmeta_answer>) -> *const c_char {
    lent(answer.map(|answer| &answer.biz_code))
}

/// The detail of the verdict, for example `"201"`; NULL if the service gave none.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_sub_code(answer: Option<&bankmeta_answer>) -> *const c_char {
    lent(answer.and_then(|answer| answer.sub_code.as_ref()))
}

/// The name of the sub code, for example `"details_wrong"`; NULL for one this version does
/// not know.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_sub_code_name(answer: Option<&bankmeta_answer>) -> *const c_char {
    // SAFETY: NULL, or the answer's own text, which ends with a NUL.
    unsafe { bankmeta_sub_code_name(bankmeta_answer_sub_code(answer)) }
}

/// The meaning of the sub code in one English line; NULL for one this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_sub_code_meaning(answer: Option<&bankmeta_answer>) -> *const c_char {
    // SAFETY: NULL, or the answer's own text, which ends with a NUL.
    unsafe { bankmeta_sub_code_meaning(bankmeta_answer_sub_code(answer)) }
}

/// Whether the vendor bills for it.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_billed(answer: Option<&bankmeta_answer>) -> bankmeta_billed {
    read(answer, BANKMETA_BILLED_MAYBE, |answer| answer.billed)
}

/// The vendor's id of the request, to quote in a support case; NULL if the service gave none.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_request_id(answer: Option<&bankmeta_answer>) -> *const c_char {
    lent(answer.and_then(|answer| answer.request_id.as_ref()))
}

/// How many calls to the service were made; the last one was answered.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_attempt_count(answer: Option<&bankmeta_answer>) -> usize {
    read(answer, 0, |answer| answer.attempts.len())
}

/// The attempt at `index`, from 0; NULL from the count on.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_attempt(
    answer: Option<&bankmeta_answer>,
    index: usize,
) -> Option<&bankmeta_attempt> {
    answer.and_then(|answer| answer.attempts.get(index))
}

/// Frees an answer and sets `*answer` to NULL. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bankmeta_answer_free(answer: Option<&mut Option<Box<bankmeta_answer>>>) {
    free(answer);
}
