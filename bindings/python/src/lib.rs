//! The Python extension module of bankmeta.
