//! Every C function of bankmeta.
