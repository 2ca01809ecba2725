#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ivs_chat_review_fuzz::trials(data));
