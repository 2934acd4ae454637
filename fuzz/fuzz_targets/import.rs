//! JavaScript into the IR and back.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    tierproof_generator::target::import(bytes);
});
