//! The functions as C calls them, as far as no server is needed.
#![expect(clippy::unwrap_used, reason = "a test and its helpers fail by panicking")]

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr;

use bankmeta_ffi::answer::*;
use bankmeta_ffi::client::*;
use bankmeta_ffi::config::*;
use bankmeta_ffi::error::*;
use bankmeta_ffi::status::*;
use bankmeta_ffi::text::BANKMETA_NUL;
use bankmeta_ffi::verification::*;
use bankmeta_ffi::words::*;

const CARD: &CStr = c"6222021234567890123";
const NAME: &CStr = c"\xe5\xbc\xa0\xe4\xb8\x89";

type Handle<T> = Option<Box<T>>;

/// Makes a call with a variable that was never set, and returns what it was set to.
fn output<T>(
    call: impl FnOnce(&mut MaybeUninit<Handle<T>>) -> bankmeta_status,
) -> (bankmeta_status, Handle<T>) {
    let mut place = MaybeUninit::uninit();
    let status = call(&mut place);
    // SAFETY: every call sets its outputs first of all.
    (status, unsafe { place.assume_init() })
}

fn text<'a>(text: *const c_char) -> &'a str {
    // SAFETY: the library's texts end with a NUL; the tests drop their handle last.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap()
}

fn set(config: &mut Handle<bankmeta_config>, key: &CStr, value: &CStr) -> bankmeta_status {
    // SAFETY: both texts end with a NUL.
    unsafe { bankmeta_config_set(config.as_deref_mut(), key.as_ptr(), value.as_ptr(), None) }
}

fn config() -> Handle<bankmeta_config> {
    let mut config = bankmeta_config_new();
    assert_eq!(set(&mut config, c"access_key_id", c"id"), BANKMETA_OK);
    assert_eq!(set(&mut config, c"access_key_secret", c"secret"), BANKMETA_OK);
    assert_eq!(set(&mut config, c"retry", c"never"), BANKMETA_OK);
    // Nothing listens there.
    assert_eq!(set(&mut config, c"endpoint", c"http://127.0.0.1:1"), BANKMETA_OK);
    config
}

fn client() -> Handle<bankmeta_client> {
    let (status, client) = output(|client| bankmeta_client_new(config().as_deref(), Some(client), None));
    assert_eq!(status, BANKMETA_OK);
    client
}

#[test]
fn a_call_that_cannot_connect_says_that_nothing_was_sent() {
    let client = client();
    let (_, error) = output(|error| {
        let (status, answer) = output(|answer| {
            // SAFETY: the texts end with a NUL.
            unsafe {
                bankmeta_verify(
                    client.as_deref(),
                    CARD.as_ptr(),
                    NAME.as_ptr(),
                    ptr::null(),
                    ptr::null(),
                    Some(answer),
                    Some(error),
                )
            }
        });
        assert_eq!(status, BANKMETA_CONNECT);
        assert!(answer.is_none());
        status
    });
    let error = error.as_deref();
    assert_eq!(bankmeta_error_status(error), BANKMETA_CONNECT);
    assert_eq!(bankmeta_error_fate(error), BANKMETA_FATE_NOT_SENT);
    assert_eq!(bankmeta_error_billed(error), BANKMETA_BILLED_NO);
    assert_eq!(bankmeta_error_attempt_count(error), 1);
    assert_eq!(bankmeta_error_http_status(error), 0);
    assert!(bankmeta_error_service_code(error).is_null());
    assert!(bankmeta_error_request_id(error).is_null());
    assert!(text(bankmeta_error_message(error)).contains("fate not_sent, billed no"));
}

#[test]
fn a_broken_rule_names_its_field_and_costs_nothing() {
    let client = client();
    let mut verification = bankmeta_verification_new();
    for (key, value) in [(c"card_number", c"not a card"), (c"name", NAME)] {
        // SAFETY: both texts end with a NUL.
        let status = unsafe {
            bankmeta_verification_set(
                verification.as_deref_mut(),
                key.as_ptr(),
                value.as_ptr(),
                BANKMETA_NUL,
                None,
            )
        };
        assert_eq!(status, BANKMETA_OK);
    }
    let (_, error) = output(|error| {
        let (status, answer) = output(|answer| {
            bankmeta_client_verify(client.as_deref(), verification.as_deref(), Some(answer), Some(error))
        });
        assert!(answer.is_none());
        status
    });
    let error = error.as_deref();
    assert_eq!(bankmeta_error_status(error), BANKMETA_INVALID_INPUT);
    assert_eq!(text(bankmeta_error_field(error)), "card_number");
    assert_eq!(bankmeta_error_attempt_count(error), 0);
    assert!(!text(bankmeta_error_message(error)).contains("not a card"));
}

#[test]
fn a_refused_value_changes_nothing() {
    let mut config = config();
    assert_eq!(set(&mut config, c"timeout", c"soon"), BANKMETA_CONFIGURATION);
    assert_eq!(set(&mut config, c"tiemout", c"1"), BANKMETA_CONFIGURATION);
    assert_eq!(set(&mut config, c"region", c"\xff"), BANKMETA_INVALID_UTF8);
    let (status, client) = output(|client| bankmeta_client_new(config.as_deref(), Some(client), None));
    assert_eq!((status, client.is_some()), (BANKMETA_OK, true));
}

#[test]
fn free_sets_the_variable_to_null_and_can_be_repeated() {
    let (mut config, mut client) = (config(), client());
    for _ in 0..2 {
        bankmeta_config_free(Some(&mut config));
        bankmeta_client_free(Some(&mut client));
        assert!(config.is_none() && client.is_none());
    }
    bankmeta_answer_free(None);
    bankmeta_error_free(None);
    bankmeta_verification_free(None);
}

#[test]
fn questions_about_null_get_cautious_answers() {
    assert_eq!(bankmeta_answer_verdict(None), BANKMETA_VERDICT_UNKNOWN);
    assert_eq!(bankmeta_answer_billed(None), BANKMETA_BILLED_MAYBE);
    assert_eq!(bankmeta_answer_attempt_count(None), 0);
    assert!(bankmeta_answer_sub_code(None).is_null());
    assert_eq!(bankmeta_error_status(None), BANKMETA_NULL_POINTER);
    assert_eq!(bankmeta_error_fate(None), BANKMETA_FATE_UNKNOWN);
    assert_eq!(bankmeta_error_billed(None), BANKMETA_BILLED_MAYBE);
    assert!(bankmeta_error_message(None).is_null());
}
