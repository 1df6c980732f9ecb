//! The command bankmeta.
