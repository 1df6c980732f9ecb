//! Texts on their way in and out.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::slice;

use crate::boundary::required;
use crate::error::bankmeta_error;
use crate::status::{BANKMETA_INVALID_LENGTH, BANKMETA_INVALID_UTF8};

/// As a length: the text ends with a NUL.
///
/// cbindgen:ignore
pub const BANKMETA_NUL: usize = usize::MAX;

/// No text of this library is longer, in bytes. A longer one is a mistake: a
/// negative number, or a variable that was never set.
pub(crate) const MAX_LENGTH: usize = 65_536;

/// The text at `start`, borrowed; `name` is for the error.
///
/// # Safety
///
/// If `start` is not NULL, `length` bytes can be read there, or for
/// [`BANKMETA_NUL`] all bytes up to a NUL, and they do not change during `'a`.
pub(crate) unsafe fn read<'a>(
    start: *const c_char,
    length: usize,
    name: &'static str,
) -> Result<&'a str, bankmeta_error> {
    let start = required(ptr::NonNull::new(start.cast_mut()), name)?;
    let bytes = if length == BANKMETA_NUL {
        // SAFETY: not NULL, and the caller promises a NUL at the end.
        unsafe { CStr::from_ptr(start.as_ptr()) }.to_bytes()
    } else if length <= MAX_LENGTH {
        // SAFETY: not NULL, the caller promises `length` readable bytes, and the
        // length is below isize::MAX.
        unsafe { slice::from_raw_parts(start.as_ptr().cast::<u8>(), length) }
    } else {
        return Err(too_long(name));
    };
    if bytes.len() > MAX_LENGTH {
        return Err(too_long(name));
    }
    // The position of the wrong byte is not told: it would tell of a private text.
    str::from_utf8(bytes)
        .map_err(|_| bankmeta_error::of_caller(BANKMETA_INVALID_UTF8, &format!("{name} is not valid UTF-8")))
}

fn too_long(name: &str) -> bankmeta_error {
    let message = format!("{name} is longer than {MAX_LENGTH} bytes");
    bankmeta_error::of_caller(BANKMETA_INVALID_LENGTH, &message)
}

/// A text for C to borrow. A NUL, which would cut it short, is left out.
pub(crate) fn owned(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// What C sees of it: NULL if there is none.
pub(crate) fn lent(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{BANKMETA_NULL_POINTER, bankmeta_status};

    fn read_bytes(bytes: &[u8], length: usize) -> Result<&str, bankmeta_status> {
        // SAFETY: the tests pass lengths within `bytes`, or a NUL at its end.
        unsafe { read(bytes.as_ptr().cast(), length, "name") }.map_err(|failure| failure.status)
    }

    #[test]
    fn texts_come_with_a_length_or_with_a_nul() {
        assert_eq!(read_bytes("张三rest".as_bytes(), 6), Ok("张三"));
        assert_eq!(read_bytes("张三\0rest".as_bytes(), BANKMETA_NUL), Ok("张三"));
        assert_eq!(read_bytes(b"", 0), Ok(""));
        assert_eq!(read_bytes(b"a\0b", 3), Ok("a\0b"));
    }

    #[test]
    fn mistakes_have_their_own_status() {
        let long = vec![b'x'; MAX_LENGTH + 1];
        let long_with_nul = [long.as_slice(), b"\0"].concat();
        assert_eq!(read_bytes(&long, MAX_LENGTH).map(str::len), Ok(MAX_LENGTH));
        assert_eq!(read_bytes(&long, MAX_LENGTH + 1), Err(BANKMETA_INVALID_LENGTH));
        assert_eq!(read_bytes(b"x", usize::MAX - 1), Err(BANKMETA_INVALID_LENGTH));
        assert_eq!(read_bytes(&long_with_nul, BANKMETA_NUL), Err(BANKMETA_INVALID_LENGTH));
        assert_eq!(read_bytes(b"\xff\xfe", 2), Err(BANKMETA_INVALID_UTF8));
        // Half of a character: a length that counts characters instead of bytes.
        assert_eq!(read_bytes("张三".as_bytes(), 2), Err(BANKMETA_INVALID_UTF8));
        // SAFETY: NULL is allowed.
        let null = unsafe { read(ptr::null(), 3, "name") };
        assert_eq!(null.map_err(|failure| failure.status), Err(BANKMETA_NULL_POINTER));
    }

    #[test]
    fn texts_that_go_out_are_never_cut_short() {
        assert_eq!(owned("a\0b").as_c_str(), c"ab");
        assert!(lent(None).is_null());
    }
}
