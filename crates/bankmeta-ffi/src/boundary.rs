//! The one place where a call from C begins and ends.

use std::mem::{self, MaybeUninit};
use std::panic::{self, AssertUnwindSafe};

use bankmeta::Fate;

use crate::error::bankmeta_error;
use crate::status::{BANKMETA_NULL_POINTER, BANKMETA_OK, bankmeta_status};

/// The caller's variable that takes a new handle, or `None` for NULL. C callers
/// pass variables they never set, so the old content is neither read nor dropped.
pub(crate) type Out<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// Runs a call. `after_panic` is the fate to report if it panics: what the call
/// may have done by then at worst.
pub(crate) fn run(
    error: Out<'_, bankmeta_error>,
    after_panic: Fate,
    body: impl FnOnce() -> Result<(), bankmeta_error>,
) -> bankmeta_status {
    let error = cleared(error);
    let failure = match caught(body) {
        Some(Ok(())) => return BANKMETA_OK,
        Some(Err(failure)) => failure,
        None => bankmeta_error::internal(after_panic),
    };
    let status = failure.status;
    if let Some(error) = error {
        *error = Some(Box::new(failure));
    }
    status
}

/// Runs a call that makes a handle.
pub(crate) fn produce<T>(
    out: Out<'_, T>,
    out_name: &'static str,
    error: Out<'_, bankmeta_error>,
    after_panic: Fate,
    body: impl FnOnce() -> Result<T, bankmeta_error>,
) -> bankmeta_status {
    let out = cleared(out);
    run(error, after_panic, || {
        // Before the body: an answer that cannot be handed over is not worth its price.
        let out = required(out, out_name)?;
        *out = Some(Box::new(body()?));
        Ok(())
    })
}

/// Reads from a handle; `absent` if the handle is NULL.
pub(crate) fn read<T, R>(handle: Option<&T>, absent: R, get: impl FnOnce(&T) -> R) -> R {
    caught(|| handle.map(get)).flatten().unwrap_or(absent)
}

/// Frees a handle and sets the caller's variable to NULL.
pub(crate) fn free<T>(handle: Option<&mut Option<Box<T>>>) {
    caught(|| drop(handle.and_then(Option::take)));
}

/// A pointer that must not be NULL.
pub(crate) fn required<T>(pointer: Option<T>, name: &'static str) -> Result<T, bankmeta_error> {
    pointer.ok_or_else(|| bankmeta_error::of_caller(BANKMETA_NULL_POINTER, &format!("{name} is NULL")))
}

fn cleared<T>(out: Out<'_, T>) -> Option<&mut Option<Box<T>>> {
    out.map(|place| place.write(None))
}

/// `None` if the body panicked.
pub(crate) fn caught<R>(body: impl FnOnce() -> R) -> Option<R> {
    #[cfg(feature = "test-faults")]
    let body = || {
        crate::faults::panic_if_armed();
        body()
    };
    panic::catch_unwind(AssertUnwindSafe(body))
        // Dropping what was thrown could panic in its turn.
        .map_err(mem::forget)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{bankmeta_error_billed, bankmeta_error_fate, bankmeta_error_message};
    use crate::status::BANKMETA_INTERNAL;
    use crate::words::{BANKMETA_BILLED_MAYBE, BANKMETA_FATE_UNKNOWN};

    struct PanicsOnDrop;

    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[test]
    fn a_panic_becomes_a_status_and_never_says_that_nothing_was_billed() {
        let mut error = MaybeUninit::uninit();
        let mut answer: MaybeUninit<Option<Box<i32>>> = MaybeUninit::uninit();
        let status = produce(Some(&mut answer), "answer", Some(&mut error), Fate::Unknown, || {
            panic::panic_any(PanicsOnDrop)
        });
        // SAFETY: the call under test wrote both.
        let error = unsafe { error.assume_init() };
        // SAFETY: as above.
        let answer = unsafe { answer.assume_init() };
        assert_eq!(status, BANKMETA_INTERNAL);
        assert!(answer.is_none());
        assert_eq!(bankmeta_error_fate(error.as_deref()), BANKMETA_FATE_UNKNOWN);
        assert_eq!(bankmeta_error_billed(error.as_deref()), BANKMETA_BILLED_MAYBE);
        assert!(!bankmeta_error_message(error.as_deref()).is_null());
    }

    #[test]
    fn a_panic_while_reading_or_freeing_is_contained_too() {
        assert_eq!(read(Some(&1), 7, |_| panic!("while reading")), 7);
        let mut handle = Some(Box::new(PanicsOnDrop));
        free(Some(&mut handle));
        assert!(handle.is_none());
    }

    #[test]
    fn outputs_are_set_to_null_before_anything_else_and_stay_so_on_failure() {
        // What C leaves in a variable it never set; dropping it would crash.
        let mut answer: MaybeUninit<Option<Box<i32>>> = MaybeUninit::uninit();
        let mut error = MaybeUninit::uninit();
        let failing = || Err(bankmeta_error::of_caller(BANKMETA_NULL_POINTER, "x is NULL"));
        let status = produce(Some(&mut answer), "answer", Some(&mut error), Fate::NotSent, failing);
        assert_eq!(status, BANKMETA_NULL_POINTER);
        // SAFETY: the call under test wrote it.
        assert!(unsafe { answer.assume_init() }.is_none());

        let status = run(Some(&mut error), Fate::NotSent, || Ok(()));
        assert_eq!(status, BANKMETA_OK);
        // SAFETY: the call under test wrote it.
        assert!(unsafe { error.assume_init() }.is_none());
    }

    #[test]
    fn a_null_output_is_refused_before_the_work() {
        let mut worked = false;
        let status = produce::<i32>(None, "answer", None, Fate::NotSent, || {
            worked = true;
            Ok(1)
        });
        assert_eq!((status, worked), (BANKMETA_NULL_POINTER, false));
    }
}
