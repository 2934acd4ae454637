//! A corpus program under an arbitrary Schedule, against the interpreter.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    tierproof_oracle::target::schedule(bytes);
});
