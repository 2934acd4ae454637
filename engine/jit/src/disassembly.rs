//! Stable text of x86-64 machine code: offsets instead of addresses.

use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};

/// One instruction a line, `offset  text`; jump targets are offsets too.
pub fn disassemble(code: &[u8]) -> String {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    formatter.options_mut().set_branch_leading_zeros(false);
    formatter.options_mut().set_rip_relative_addresses(true);
    let mut out = String::new();
    while decoder.can_decode() {
        let i = decoder.decode();
        let mut text = String::new();
        formatter.format(&i, &mut text);
        out.push_str(&format!("{:5x}  {text}\n", i.ip()));
    }
    out
}
