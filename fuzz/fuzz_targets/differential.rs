//! Bytes or the text form of the IR -> program -> forced-tier matrix. Any divergence is a crash. Mutation works on the IR.
#![no_main]

use tierproof_generator::target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    tierproof_oracle::target::differential(target::program(bytes).as_bytes());
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    target::mutate(data, size, most, seed)
});

libfuzzer_sys::fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
    target::cross(one, other, out, seed)
});
