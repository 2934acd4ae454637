//! The text form of the IR: what reads prints as itself and lifts to JavaScript that parses.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    tierproof_generator::target::ir_text(bytes);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    // half of the time as text, which is what the reader is for
    match seed & 1 {
        0 => libfuzzer_sys::fuzzer_mutate(data, size, most),
        _ => tierproof_generator::target::mutate(data, size, most, seed),
    }
});
