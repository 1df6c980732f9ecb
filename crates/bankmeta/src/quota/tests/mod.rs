//! What holds of the whole: in virtual time, with real threads, and between processes.

mod measured;
mod processes;
mod properties;
mod threads;
