#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| segue_core::speakable::check_speakable(data));
