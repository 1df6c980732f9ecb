//! Another static Rust library, as a program may have one already: with the standard library,
//! threads and panics of its own.
use std::collections::HashMap;

/// How many different bytes a text of this length has; -1 if a panic was caught on the way.
#[unsafe(no_mangle)]
pub extern "C" fn other_count(length: u32) -> i32 {
    std::thread::spawn(move || {
        assert!(length < 1000, "too long");
        let bytes: HashMap<u8, u32> = (0..length).map(|number| ((number % 7) as u8, number)).collect();
        i32::try_from(bytes.len()).unwrap_or(0)
    })
    .join()
    .unwrap_or(-1)
}
