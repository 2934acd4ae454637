//! Any bytes through the front end, as script and as module: an answer or an error, never a crash.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = tierproof_syntax::parse(bytes, "fuzz.js");
    let _ = tierproof_syntax::parse_module(bytes, "fuzz.js");
});
