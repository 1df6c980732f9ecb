//! A panic is a defect; it must not put private data on the terminal.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use crate::exit::Exit;
use crate::output::warn;

/// Runs a subcommand. A panic is told by its place alone, as its message could
/// hold anything.
pub(crate) fn guarded(run: impl FnOnce() -> Exit) -> Exit {
    let usual = take_hook();
    set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        warn(&format!("internal error at {place}; please report it."));
    }));
    // Nothing that could have been left half-changed is used afterwards.
    let exit = catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Internal);
    set_hook(usual);
    exit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_exit_code() {
        assert_eq!(guarded(|| Exit::NoRecord), Exit::NoRecord);
        assert_eq!(guarded(|| panic!("6222021234567890123")), Exit::Internal);
    }
}
