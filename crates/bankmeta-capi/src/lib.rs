//! The C library artifact of bankmeta.
