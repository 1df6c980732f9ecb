//! A panic must become a status. With `panic = "abort"` it would end the host
//! process instead, so such a build is refused. Nothing else is in this file: a
//! test compiles it alone, both ways.

#[cfg(panic = "abort")]
compile_error!("bankmeta must be built with panic = \"unwind\": a panic must not end the host process");
