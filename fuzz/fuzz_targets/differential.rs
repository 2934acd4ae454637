//! Bytes -> generated program -> forced-tier matrix. Any divergence is a crash.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = tierproof_generator::from_bytes(bytes).to_string();
    tierproof_oracle::target::differential(text.as_bytes());
});
