//! Optimised code from facts that bytes make up, against the interpreter.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    tierproof_oracle::target::facts(bytes, tierproof_generator::target::program);
});
