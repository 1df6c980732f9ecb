//! What happens when the process has no file descriptor left. One test alone in its
//! program, since the limit is the process's.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test and its helpers fail by panicking"
)]

#[allow(dead_code, reason = "shared with tests that use more of it")]
mod hostile;

use std::fs::File;

use bankmeta::{Client, ErrorKind, Fate, Verification};
use hostile::Hostile;
use hostile::Step::{ReadRequest, WaitForClose};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[test]
fn without_file_descriptors_each_call_says_so_and_with_them_all_is_well_at_once() {
    let server = Hostile::start(vec![vec![ReadRequest, hostile::answer(), WaitForClose]]);
    let client =
        Client::builder().access_key("testid", "testsecret").endpoint(server.endpoint()).build().unwrap();
    let verification = Verification::two_factors("6222021234567890123", "张三").unwrap();
    setrlimit(Resource::Nofile, Rlimit { current: Some(64), ..getrlimit(Resource::Nofile) }).unwrap();
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    // None at all; then one, which the call waits with, and none for its connection.
    for left in [0, 1] {
        files.truncate(files.len() - left);
        for _ in 0..10 {
            let error = client.verify(&verification).unwrap_err();
            assert_eq!((error.kind(), error.fate()), (ErrorKind::Configuration, Fate::NotSent), "{error}");
            assert!(error.to_string().contains("ulimit -n"), "{error}");
        }
    }
    drop(files);
    client.verify(&verification).unwrap();
}
