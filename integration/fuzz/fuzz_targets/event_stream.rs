#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| segue_engines::cloud::sse::check_sse(data));
