//! Entries of the runtime functions that change no register: what compiled code calls out of line, so
//! that a rare call in a loop does not cost the loop its registers (all floating-point registers
//! belong to the caller in the usual convention).
//!
//! Per function: push its offset in the runtime table, jump to the common part. That saves every
//! register a callee may clobber on the native stack, where the collector sees what they hold and pins
//! it, calls the function, leaves its result in `JitState.slow_result` and restores. The first
//! argument is always the isolate, also of functions that do not look at it. Arguments are passed in
//! registers; `lower` declares these calls as Cranelift's PreserveAll. Made per isolate by `vm`.

use tierproof_runtime::isolate::abi;
use tierproof_ssa::runtime_op::RuntimeOp;

/// rax, rcx, rdx, rsi, rdi, r8 to r11: what a call may clobber.
const GENERAL: [u8; 9] = [0, 1, 2, 6, 7, 8, 9, 10, 11];
const RDI_AT: i32 = 8 * 4;
const XMM_AT: i32 = 8 * GENERAL.len() as i32;
/// Keeps the stack aligned at the call, behind return address, offset and rbp.
const AREA: i32 = XMM_AT + 16 * 16;
const _: () = assert!((AREA + 24) % 16 == 0);

/// The code of all stubs and the offset of each function's entry in it.
pub fn stubs() -> &'static (Vec<u8>, Vec<usize>) {
    static STUBS: std::sync::LazyLock<(Vec<u8>, Vec<usize>)> = std::sync::LazyLock::new(assemble);
    &STUBS
}

fn assemble() -> (Vec<u8>, Vec<usize>) {
    let mut code = Vec::new();
    let mut entries = Vec::new();
    let count = RuntimeOp::ALL.len();
    const ENTRY: usize = 10;
    for i in 0..count {
        entries.push(code.len());
        // push offset; jmp common
        code.push(0x68);
        code.extend((8 * i as i32).to_le_bytes());
        code.push(0xE9);
        code.extend(((ENTRY * (count - i - 1)) as i32).to_le_bytes());
    }
    // push rbp; mov rbp, rsp; sub rsp, AREA
    code.extend([0x55, 0x48, 0x89, 0xE5, 0x48, 0x81, 0xEC]);
    code.extend(AREA.to_le_bytes());
    registers(&mut code, true);
    // mov rax, [rdi + runtime table]; add rax, [rbp + 8]; call [rax]
    code.extend([0x48, 0x8B, 0x87]);
    code.extend(abi::RUNTIME_TABLE.to_le_bytes());
    code.extend([0x48, 0x03, 0x45, 0x08, 0xFF, 0x10]);
    // mov rdi, [rsp + its place]; mov [rdi + slow result], rax
    code.extend([0x48, 0x8B, 0xBC, 0x24]);
    code.extend(RDI_AT.to_le_bytes());
    code.extend([0x48, 0x89, 0x87]);
    code.extend(abi::SLOW_RESULT.to_le_bytes());
    registers(&mut code, false);
    // leave; add rsp, 8; ret
    code.extend([0xC9, 0x48, 0x83, 0xC4, 0x08, 0xC3]);
    (code, entries)
}

/// Stores (or loads) the registers to their places above rsp.
fn registers(code: &mut Vec<u8>, store: bool) {
    for (i, r) in GENERAL.into_iter().enumerate() {
        let op = if store { 0x89 } else { 0x8B };
        code.extend([0x48 | (r >> 3) << 2, op, 0x84 | (r & 7) << 3, 0x24]);
        code.extend((8 * i as i32).to_le_bytes());
    }
    for x in 0..16u8 {
        // movdqu
        code.push(0xF3);
        if x >= 8 {
            code.push(0x44);
        }
        code.extend([0x0F, if store { 0x7F } else { 0x6F }, 0x84 | (x & 7) << 3, 0x24]);
        code.extend((XMM_AT + 16 * x as i32).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_reaches_the_common_part() {
        let (code, entries) = stubs();
        let text = crate::disassembly::disassemble(code);
        let common = entries.len() * 10;
        assert!(text.contains(&format!("{common:5x}  push rbp")), "{text}");
        for at in entries {
            assert!(text.contains(&format!("{:5x}  jmp ", at + 5)), "entry at {at}");
        }
        assert_eq!(text.matches(&format!("jmp {common:X}h")).count(), RuntimeOp::ALL.len(), "{text}");
        assert_eq!(text.matches("movdqu").count(), 32);
        assert!(text.trim_end().ends_with("ret"));
    }
}
