//! Faults on purpose, in test builds only: a guard that never saw a fault may be blind.

use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// Lets this thread's next guarded call panic, if `armed` is not 0. Returns 1 if the last panic
/// asked for is still due: no guarded code ran since.
#[unsafe(no_mangle)]
extern "C" fn bankmeta_test_panic(armed: i32) -> i32 {
    i32::from(ARMED.replace(armed != 0))
}

/// Reads one byte behind a block of memory.
#[unsafe(no_mangle)]
extern "C" fn bankmeta_test_read_out_of_bounds() -> i32 {
    let block = black_box(vec![7_u8; 16]);
    let behind = block.as_ptr().wrapping_add(block.len());
    // SAFETY: none; that is the fault which the address sanitizer must find.
    i32::from(unsafe { behind.read_volatile() })
}

pub(crate) fn panic_if_armed() {
    assert!(!ARMED.replace(false), "a panic on purpose");
}
