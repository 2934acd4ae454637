//! Macro-assembler for x86-64: the few instruction forms the templates use, labels, and the fixed
//! register assignment of baseline code.

use cranelift_assembler_x64 as x64;
use x64::{
    Amode, AmodeOffset, AmodeOffsetPlusKnownOffset, Fixed, GprMem, Imm8, Imm32, Imm64, NonRspGpr, Scale,
    Simm32, XmmMem, inst,
};

/// Register numbers are hardware encodings.
pub struct Regs;
impl x64::Registers for Regs {
    type ReadGpr = u8;
    type ReadWriteGpr = u8;
    type WriteGpr = u8;
    type ReadXmm = u8;
    type ReadWriteXmm = u8;
    type WriteXmm = u8;
}

pub type Reg = u8;
pub const RAX: Reg = 0;
pub const RCX: Reg = 1;
pub const RDX: Reg = 2;
pub const RBX: Reg = 3;
pub const RSP: Reg = 4;
pub const RBP: Reg = 5;
pub const RSI: Reg = 6;
pub const RDI: Reg = 7;
pub const R8: Reg = 8;
pub const R9: Reg = 9;
pub const R12: Reg = 12;
pub const R13: Reg = 13;
pub const R14: Reg = 14;
pub const R15: Reg = 15;

/// Accumulator.
pub const ACC: Reg = RAX;
/// Frame pointer of the JavaScript frame.
pub const FP: Reg = RBX;
/// The isolate's JitState.
pub const ISOLATE: Reg = R12;
/// Words of the feedback vector.
pub const FEEDBACK: Reg = R13;
/// `Value::NUMBER_TAG`.
pub const TAG: Reg = R14;
/// Constants of the function.
pub const CONSTANTS: Reg = R15;

/// Condition codes (hardware encoding).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Cond {
    Overflow = 0,
    Below = 2,
    AboveEqual = 3,
    Equal = 4,
    NotEqual = 5,
    Above = 7,
    Sign = 8,
    Parity = 10,
    Less = 12,
    GreaterEqual = 13,
    LessEqual = 14,
    Greater = 15,
}

/// A place in the code, bound once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Label(u32);

impl Label {
    /// Index into the offsets that `Masm::finish` returns.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A memory operand.
pub type Mem = Amode<u8>;

/// `[base + offset]`.
pub fn mem(base: Reg, offset: i32) -> Mem {
    Amode::ImmReg {
        base,
        simm32: AmodeOffsetPlusKnownOffset { simm32: AmodeOffset::new(offset), offset: None },
        trap: None,
    }
}
/// `[base + index * 8 + offset]`.
pub fn mem_index(base: Reg, index: Reg, offset: i32) -> Mem {
    Amode::ImmRegRegShift {
        base,
        index: NonRspGpr::new(index),
        scale: Scale::Eight,
        simm32: AmodeOffset::new(offset),
        trap: None,
    }
}
/// `[base + index * scale]`, scale 1, 4 or 8.
pub fn mem_scaled(base: Reg, index: Reg, scale: u8) -> Mem {
    Amode::ImmRegRegShift {
        base,
        index: NonRspGpr::new(index),
        scale: Scale::new(scale.trailing_zeros() as u8),
        simm32: AmodeOffset::new(0),
        trap: None,
    }
}

/// Code under construction.
#[derive(Default)]
pub struct Masm {
    pub code: Vec<u8>,
    labels: Vec<u32>,
    fixups: Vec<(u32, Label)>,
}

const UNBOUND: u32 = u32::MAX;

macro_rules! reg_reg {
    ($($name:ident = $inst:ident;)*) => {
        $(pub fn $name(&mut self, a: Reg, b: Reg) {
            inst::$inst::<Regs>::new(a, GprMem::Gpr(b)).encode(&mut self.code);
        })*
    };
}
macro_rules! reg_mem {
    ($($name:ident = $inst:ident;)*) => {
        $(pub fn $name(&mut self, r: Reg, m: Mem) {
            inst::$inst::<Regs>::new(r, GprMem::Mem(m)).encode(&mut self.code);
        })*
    };
}
macro_rules! reg_imm {
    ($($name:ident = $inst:ident, $imm:ident($t:ty);)*) => {
        $(pub fn $name(&mut self, r: Reg, v: $t) {
            inst::$inst::<Regs>::new(GprMem::Gpr(r), $imm::new(v)).encode(&mut self.code);
        })*
    };
}
macro_rules! xmm_xmm {
    ($($name:ident = $inst:ident;)*) => {
        $(pub fn $name(&mut self, a: Reg, b: Reg) {
            inst::$inst::<Regs>::new(a, XmmMem::Xmm(b)).encode(&mut self.code);
        })*
    };
}
macro_rules! unary {
    ($($name:ident = $inst:ident;)*) => {
        $(pub fn $name(&mut self, r: Reg) {
            inst::$inst::<Regs>::new(GprMem::Gpr(r)).encode(&mut self.code);
        })*
    };
}

impl Masm {
    reg_reg! {
        add = addq_rm; add32 = addl_rm; sub = subq_rm; sub32 = subl_rm; and = andq_rm; and32 = andl_rm;
        or = orq_rm; or32 = orl_rm; xor32 = xorl_rm; cmp = cmpq_rm; cmp32 = cmpl_rm; mul32 = imull_rm;
        mov = movq_rm; mov32 = movl_rm; movzx8 = movzbl_rm;
    }
    reg_mem! {
        load = movq_rm; load32 = movl_rm; load_u8 = movzbl_rm; cmp_mem = cmpq_rm; cmp32_mem = cmpl_rm;
    }
    reg_imm! {
        add_imm = addq_mi_sxl, Simm32(i32); sub_imm = subq_mi_sxl, Simm32(i32); cmp_imm = cmpq_mi, Simm32(i32);
        add32_imm = addl_mi, Imm32(u32); sub32_imm = subl_mi, Imm32(u32); and32_imm = andl_mi, Imm32(u32);
        or32_imm = orl_mi, Imm32(u32); xor32_imm = xorl_mi, Imm32(u32); cmp32_imm = cmpl_mi, Imm32(u32);
        test32_imm = testl_mi, Imm32(u32); cmp8_imm = cmpb_mi, Imm8(u8);
        shl32_imm = shll_mi, Imm8(u8); sar32_imm = sarl_mi, Imm8(u8); shr32_imm = shrl_mi, Imm8(u8);
        mov_imm_sx = movq_mi_sxl, Simm32(i32);
    }
    xmm_xmm! {
        addsd = addsd_a; subsd = subsd_a; mulsd = mulsd_a; divsd = divsd_a; ucomisd = ucomisd_a;
    }
    unary! { neg32 = negl_m; not32 = notl_m; }

    pub fn test(&mut self, a: Reg, b: Reg) {
        inst::testq_mr::<Regs>::new(GprMem::Gpr(a), b).encode(&mut self.code);
    }
    pub fn test32(&mut self, a: Reg, b: Reg) {
        inst::testl_mr::<Regs>::new(GprMem::Gpr(a), b).encode(&mut self.code);
    }
    pub fn store(&mut self, m: Mem, r: Reg) {
        inst::movq_mr::<Regs>::new(GprMem::Mem(m), r).encode(&mut self.code);
    }
    pub fn store32(&mut self, m: Mem, r: Reg) {
        inst::movl_mr::<Regs>::new(GprMem::Mem(m), r).encode(&mut self.code);
    }
    pub fn store8(&mut self, m: Mem, r: Reg) {
        inst::movb_mr::<Regs>::new(GprMem::Mem(m), r).encode(&mut self.code);
    }
    /// Stores a sign-extended 32-bit immediate as 64 bits.
    pub fn store_imm(&mut self, m: Mem, v: i32) {
        inst::movq_mi_sxl::<Regs>::new(GprMem::Mem(m), Simm32::new(v)).encode(&mut self.code);
    }
    pub fn store32_imm(&mut self, m: Mem, v: u32) {
        inst::movl_mi::<Regs>::new(GprMem::Mem(m), Imm32::new(v)).encode(&mut self.code);
    }
    pub fn sub_mem_imm(&mut self, m: Mem, v: i32) {
        inst::subq_mi_sxl::<Regs>::new(GprMem::Mem(m), Simm32::new(v)).encode(&mut self.code);
    }
    pub fn sub32_mem_imm(&mut self, m: Mem, v: u32) {
        inst::subl_mi::<Regs>::new(GprMem::Mem(m), Imm32::new(v)).encode(&mut self.code);
    }
    pub fn add32_mem_imm(&mut self, m: Mem, v: u32) {
        inst::addl_mi::<Regs>::new(GprMem::Mem(m), Imm32::new(v)).encode(&mut self.code);
    }
    pub fn cmp_mem_imm(&mut self, m: Mem, v: i32) {
        inst::cmpq_mi::<Regs>::new(GprMem::Mem(m), Simm32::new(v)).encode(&mut self.code);
    }
    pub fn cmp8_mem_imm(&mut self, m: Mem, v: u8) {
        inst::cmpb_mi::<Regs>::new(GprMem::Mem(m), Imm8::new(v)).encode(&mut self.code);
    }
    pub fn test8_mem_imm(&mut self, m: Mem, v: u8) {
        inst::testb_mi::<Regs>::new(GprMem::Mem(m), Imm8::new(v)).encode(&mut self.code);
    }
    pub fn test32_mem_imm(&mut self, m: Mem, v: u32) {
        inst::testl_mi::<Regs>::new(GprMem::Mem(m), Imm32::new(v)).encode(&mut self.code);
    }
    pub fn or32_mem_imm(&mut self, m: Mem, v: u32) {
        inst::orl_mi::<Regs>::new(GprMem::Mem(m), Imm32::new(v)).encode(&mut self.code);
    }
    pub fn mov64(&mut self, r: Reg, v: u64) {
        if v == 0 {
            self.xor32(r, r);
        } else if let Ok(small) = u32::try_from(v) {
            inst::movl_oi::<Regs>::new(r, Imm32::new(small)).encode(&mut self.code);
        } else {
            inst::movabsq_oi::<Regs>::new(r, Imm64::new(v)).encode(&mut self.code);
        }
    }
    pub fn lea(&mut self, r: Reg, m: Mem) {
        inst::leaq_rm::<Regs>::new(r, m).encode(&mut self.code);
    }
    /// Shifts by CL.
    pub fn shl32_cl(&mut self, r: Reg) {
        inst::shll_mc::<Regs>::new(GprMem::Gpr(r), Fixed(RCX)).encode(&mut self.code);
    }
    pub fn sar32_cl(&mut self, r: Reg) {
        inst::sarl_mc::<Regs>::new(GprMem::Gpr(r), Fixed(RCX)).encode(&mut self.code);
    }
    pub fn shr32_cl(&mut self, r: Reg) {
        inst::shrl_mc::<Regs>::new(GprMem::Gpr(r), Fixed(RCX)).encode(&mut self.code);
    }
    /// `r = 0` or `1` by condition (the upper bits are cleared).
    pub fn set(&mut self, c: Cond, r: Reg) {
        // setcc r8; movzx r32, r8 — RAX..RDX only, so no REX prefix is needed.
        debug_assert!(r < 4);
        self.code.extend([0x0F, 0x90 + c as u8, 0xC0 + r]);
        self.movzx8(r, r);
    }
    pub fn movq_to_xmm(&mut self, x: Reg, r: Reg) {
        inst::movq_a::<Regs>::new(x, GprMem::Gpr(r)).encode(&mut self.code);
    }
    pub fn movq_from_xmm(&mut self, r: Reg, x: Reg) {
        inst::movq_b::<Regs>::new(GprMem::Gpr(r), x).encode(&mut self.code);
    }
    pub fn cvtsi2sd(&mut self, x: Reg, r: Reg) {
        inst::cvtsi2sdl_a::<Regs>::new(x, GprMem::Gpr(r)).encode(&mut self.code);
    }
    pub fn cdq_idiv(&mut self, divisor: Reg) {
        // cdq; idiv r32
        self.code.push(0x99);
        if divisor >= 8 {
            self.code.push(0x41);
        }
        self.code.extend([0xF7, 0xF8 + (divisor & 7)]);
    }
    pub fn push(&mut self, r: Reg) {
        inst::pushq_o::<Regs>::new(r).encode(&mut self.code);
    }
    pub fn pop(&mut self, r: Reg) {
        inst::popq_o::<Regs>::new(r).encode(&mut self.code);
    }
    pub fn ret(&mut self) {
        self.code.push(0xC3);
    }
    /// CF = bit `index` of `r` (32 bits).
    pub fn bit_test(&mut self, r: Reg, index: Reg) {
        // bt r/m32, r32
        let rex = 0x40 | (index >> 3) << 2 | r >> 3;
        if rex != 0x40 {
            self.code.push(rex);
        }
        self.code.extend([0x0F, 0xA3, 0xC0 | (index & 7) << 3 | (r & 7)]);
    }
    pub fn movsx32_mem(&mut self, r: Reg, m: Mem) {
        inst::movslq_rm::<Regs>::new(r, GprMem::Mem(m)).encode(&mut self.code);
    }
    pub fn call_reg(&mut self, r: Reg) {
        inst::callq_m::<Regs>::new(GprMem::Gpr(r)).encode(&mut self.code);
    }
    pub fn call_mem(&mut self, m: Mem) {
        inst::callq_m::<Regs>::new(GprMem::Mem(m)).encode(&mut self.code);
    }

    // --- labels

    pub fn new_label(&mut self) -> Label {
        self.labels.push(UNBOUND);
        Label(self.labels.len() as u32 - 1)
    }
    pub fn bind(&mut self, l: Label) {
        debug_assert_eq!(self.labels[l.0 as usize], UNBOUND);
        self.labels[l.0 as usize] = self.code.len() as u32;
    }
    /// A label bound here.
    pub fn here(&mut self) -> Label {
        let l = self.new_label();
        self.bind(l);
        l
    }
    pub fn jump(&mut self, l: Label) {
        self.code.push(0xE9);
        self.fixup(l);
    }
    pub fn jump_if(&mut self, c: Cond, l: Label) {
        self.code.extend([0x0F, 0x80 + c as u8]);
        self.fixup(l);
    }
    fn fixup(&mut self, l: Label) {
        self.fixups.push((self.code.len() as u32, l));
        self.code.extend([0; 4]);
    }
    /// Resolves all jumps.
    pub fn finish(mut self) -> (Vec<u8>, Vec<u32>) {
        for (at, l) in &self.fixups {
            let target = self.labels[l.0 as usize];
            assert_ne!(target, UNBOUND, "jump to an unbound label");
            let distance = target as i32 - (*at as i32 + 4);
            self.code[*at as usize..*at as usize + 4].copy_from_slice(&distance.to_le_bytes());
        }
        (self.code, self.labels)
    }
}
