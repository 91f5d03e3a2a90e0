#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hallpass::fuzzed::xpath(bytes));
