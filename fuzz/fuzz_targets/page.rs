#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zhize_fuzz::read("page", bytes));
