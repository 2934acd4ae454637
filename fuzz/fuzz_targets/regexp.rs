//! Flags, pattern and text from bytes: compiled and matched with limited steps.
#![no_main]

use tierproof_regexp::{Flags, Input, compile};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((flags, rest)) = bytes.split_first() else { return };
    let letters =
        Flags::LETTERS.bytes().enumerate().filter(|l| flags & 1 << l.0 != 0).map(|l| u16::from(l.1));
    let Some(flags) = Flags::parse(letters) else { return };
    let text = String::from_utf8_lossy(rest);
    let (pattern, subject) = text.split_once('\0').unwrap_or((&text, &text));
    let Ok(program) = compile(pattern, flags) else { return };
    let units: Vec<u16> = subject.encode_utf16().collect();
    let mut steps = 100_000;
    let _ = program.execute(Input::Utf16(&units), 0, program.is_sticky(), &mut steps);
});
