//! What a client must not share with a process forked off it: connections, since
//! two processes would mix their bytes, and locks, since one may be held by a
//! thread that the child does not have.
//!
//! A process is known by its id alone. A child with the id of one of its own forebears
//! (both of them the first of a pid namespace, or an id used again) is taken for that
//! forebear: it must make a client of its own.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// So many generations of forked processes may use one client.
const GENERATIONS: usize = 8;

/// One `T` for each process that uses it; a child's own copy of this memory also
/// holds those of its forebears, which it leaves alone.
#[derive(Debug)]
pub(crate) struct PerProcess<T>([Slot<T>; GENERATIONS]);

#[derive(Debug)]
struct Slot<T> {
    /// The process's id, 0 for nobody's.
    owner: AtomicU32,
    value: OnceLock<T>,
}

impl<T> PerProcess<T> {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| Slot { owner: AtomicU32::new(0), value: OnceLock::new() }))
    }

    /// The value of this process, made if it is new; `None` for too late a
    /// generation. No lock is involved that a fork could leave held: a slot
    /// belongs to one process for ever. What cannot be made now is tried again.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Option<Result<&T, E>> {
        self.get_in(process::id(), make)
    }

    fn get_in<E>(&self, process: u32, make: impl FnOnce() -> Result<T, E>) -> Option<Result<&T, E>> {
        let slot = self.0.iter().find(|slot| match slot.owner.load(Ordering::Acquire) {
            0 => {
                let claimed = slot.owner.compare_exchange(0, process, Ordering::AcqRel, Ordering::Acquire);
                claimed.is_ok() || claimed == Err(process)
            }
            owner => owner == process,
        })?;
        if let Some(value) = slot.value.get() {
            return Some(Ok(value));
        }
        // Another thread may be first with its own; then this one's is dropped.
        Some(make().map(|value| slot.value.get_or_init(|| value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get<T>(values: &PerProcess<T>, process: u32, value: T) -> Option<&T> {
        values.get_in(process, || Ok::<T, ()>(value)).map(Result::unwrap)
    }

    #[test]
    fn each_process_has_its_own() {
        let values = PerProcess::new();
        assert_eq!(get(&values, 10, "parent"), Some(&"parent"));
        assert_eq!(get(&values, 10, "again"), Some(&"parent"));
        assert_eq!(get(&values, 11, "child"), Some(&"child"));
        assert_eq!(get(&values, 10, "again"), Some(&"parent"));
    }

    #[test]
    fn what_could_not_be_made_is_tried_again() {
        let values = PerProcess::new();
        assert_eq!(values.get_in(10, || Err("no file descriptor")), Some(Err("no file descriptor")));
        assert_eq!(get(&values, 10, "made"), Some(&"made"));
    }

    #[test]
    fn the_generations_are_bounded() {
        let values = PerProcess::new();
        for process in 1..=8 {
            assert!(get(&values, process, process).is_some());
        }
        assert_eq!(get(&values, 9, 9), None);
        assert_eq!(get(&values, 8, 9), Some(&8));
    }
}
