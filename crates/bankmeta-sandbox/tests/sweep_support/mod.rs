//! The parts of the sweep: its cases, how one is run, and what counts as a lie.

pub(crate) mod cases;
pub(crate) mod checker;
pub(crate) mod runner;
