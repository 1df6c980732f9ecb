#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| bankmeta_fuzz::decode::run(data));
