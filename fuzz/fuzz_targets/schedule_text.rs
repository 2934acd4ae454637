//! Schedules and heads of kept findings as text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    tierproof_oracle::target::schedule_text(bytes);
});
