//! Each handler of the interpreter must end in its own indirect jump: one jump shared by all handlers runs
//! at half the speed. The flags in `.cargo/config.toml` are what makes LLVM do so; this test disassembles
//! the interpreter in its own executable (the crate is optimised in all profiles) and counts.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use iced_x86::{Decoder, DecoderOptions, FlowControl};
use tierproof_bytecode::Opcode;

fn word<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let mut w = [0; 8];
    w[..N].copy_from_slice(&bytes[at..at + N]);
    u64::from_le_bytes(w)
}

/// Names and code of the functions in an ELF file whose symbol passes `wanted`.
fn functions(elf: &[u8], wanted: impl Fn(&str) -> bool) -> Vec<(String, &[u8])> {
    assert_eq!(&elf[..6], b"\x7FELF\x02\x01", "a 64-bit little-endian ELF file");
    let (table, size, count) =
        (word::<8>(elf, 40) as usize, word::<2>(elf, 58) as usize, word::<2>(elf, 60) as usize);
    let section = |i: usize, field: usize| word::<8>(elf, table + i * size + field) as usize;
    let mut found = Vec::new();
    for s in 0..count {
        const SYMTAB: u64 = 2;
        if word::<4>(elf, table + s * size + 4) != SYMTAB {
            continue;
        }
        let names = word::<4>(elf, table + s * size + 40) as usize;
        let (at, bytes) = (section(s, 24), section(s, 32));
        for symbol in (at..at + bytes).step_by(24) {
            let name = section(names, 24) + word::<4>(elf, symbol) as usize;
            let end = name + elf[name..].iter().position(|&b| b == 0).unwrap();
            let name = String::from_utf8_lossy(&elf[name..end]).into_owned();
            let (home, value, length) = (
                word::<2>(elf, symbol + 6) as usize,
                word::<8>(elf, symbol + 8) as usize,
                word::<8>(elf, symbol + 16) as usize,
            );
            if length > 0 && home < count && wanted(&name) {
                let start = value - section(home, 16) + section(home, 24);
                found.push((name, &elf[start..start + length]));
            }
        }
    }
    found
}

fn indirect_jumps(code: &[u8]) -> usize {
    Decoder::new(64, code, DecoderOptions::NONE)
        .iter()
        .filter(|i| i.flow_control() == FlowControl::IndirectBranch)
        .count()
}

#[test]
fn every_handler_ends_in_its_own_indirect_jump() {
    // keeps the interpreter in this executable
    std::hint::black_box(tierproof_interpreter::interpreter_entry as *const () as usize);
    let elf = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let loops = functions(&elf, |n| {
        n.contains("tierproof_interpreter") && n.contains("dispatch") && n.contains("3run")
    });
    let most =
        loops.iter().map(|f| indirect_jumps(f.1)).max().unwrap_or_else(|| panic!("no dispatch loop found"));
    let handlers = Opcode::ALL.len();
    assert!(
        most * 10 >= handlers * 8,
        "{most} indirect jumps for {handlers} opcodes in {} dispatch loops: are the llvm-args of .cargo/config.toml in force?\n\
         cargo test -p tierproof-interpreter --test dispatch",
        loops.len()
    );
}
