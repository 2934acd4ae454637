//! What the fuzz targets call that need no engine: bytes to programs, mutation of programs in their text
//! form, and round trips that panic when something is wrong.

use crate::choices::Choices;
use crate::ir::{self, Program};

/// The program of a target's input: the text form of the IR, else what the bytes decide.
pub fn program(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes).ok().and_then(|t| ir::text::parse(t).ok()) {
        Some(p) => ir::lift(&p),
        None => crate::from_bytes(bytes).text,
    }
}

/// Structure-aware mutation for libFuzzer: changes `data[..size]` in place, and returns the new size.
/// What is no program becomes one.
pub fn mutate(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let most = most.min(data.len());
    let mut choices = Choices::from_seed(u64::from(seed));
    let text = std::str::from_utf8(&data[..size.min(most)]).ok();
    let fresh = |c: &mut Choices| ir::generators::program(c);
    let program = match text.and_then(|t| ir::text::parse(t).ok()) {
        Some(mut p) => {
            let other = fresh(&mut choices);
            // most mutations change something
            for _ in 0..8 {
                if ir::mutate::mutate(&mut p, &other, &mut choices).is_some() {
                    break;
                }
            }
            p
        }
        None => fresh(&mut choices),
    };
    put(&program, data, most).unwrap_or(size.min(most))
}

/// Crossing two inputs: a piece of the second in the first.
pub fn cross(one: &[u8], other: &[u8], out: &mut [u8], seed: u32) -> usize {
    let read = |b: &[u8]| std::str::from_utf8(b).ok().and_then(|t| ir::text::parse(t).ok());
    let (Some(mut p), Some(q)) = (read(one), read(other)) else { return 0 };
    let mut choices = Choices::from_seed(u64::from(seed));
    for _ in 0..8 {
        if ir::mutate::mutate(&mut p, &q, &mut choices).is_some() {
            break;
        }
    }
    put(&p, out, out.len()).unwrap_or(0)
}

fn put(p: &Program, data: &mut [u8], most: usize) -> Option<usize> {
    let text = p.to_string();
    if text.len() > most {
        return None;
    }
    data[..text.len()].copy_from_slice(text.as_bytes());
    Some(text.len())
}

/// Text that reads as a program prints as itself, and lifts to JavaScript that parses.
pub fn ir_text(bytes: &[u8]) {
    let Some(p) = std::str::from_utf8(bytes).ok().and_then(|t| ir::text::parse(t).ok()) else { return };
    let again = ir::text::parse(&p.to_string());
    assert_eq!(again.as_ref(), Ok(&p), "{p}");
    // texts of the program's own may hold anything
    let own = |i: &ir::Instr| matches!(i.op, ir::Op::Source | ir::Op::SourceValue | ir::Op::RegExp);
    if !p.code.iter().any(own) {
        parses(&ir::lift(&p));
    }
}

/// JavaScript that can be imported lifts to JavaScript that parses.
pub fn import(bytes: &[u8]) {
    let Some(p) = std::str::from_utf8(bytes).ok().and_then(|t| ir::import(t).ok()) else { return };
    parses(&ir::lift(&p));
    ir_text(p.to_string().as_bytes());
}

fn parses(text: &str) {
    if let Err(e) = tierproof_syntax::parse(text.as_bytes(), "lifted.js") {
        let e = e.to_string();
        // names that a program binds twice at its top, and sizes, are the program's own affair
        let own = ["nesting", "too many", "too large"].iter().any(|w| e.contains(w));
        assert!(own, "{e}\n{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_become_programs_and_stay_programs() {
        let mut data = vec![0; 1 << 16];
        let mut size = 3;
        let mut other = Vec::new();
        for seed in 0..200 {
            let before = data[..size].to_vec();
            size = mutate(&mut data, size, 1 << 14, seed);
            let text = std::str::from_utf8(&data[..size]).unwrap();
            assert!(ir::text::parse(text).is_ok(), "{text}");
            assert!(size <= 1 << 14);
            ir_text(&data[..size]);
            import(program(&data[..size]).as_bytes());
            if seed == 50 {
                other = before;
            }
        }
        let mut out = vec![0; 1 << 16];
        let n = cross(&data[..size], &other, &mut out, 7);
        assert!(n > 0 && ir::text::parse(std::str::from_utf8(&out[..n]).unwrap()).is_ok());
        assert!(!program(b"nonsense").is_empty());
    }

    #[test]
    fn wrong_text_is_no_crash() {
        for text in
            ["v0 = Object {", "} } }", "v0 = Template \"\" \"\" v0", "For (v0) {", "\u{1}", "v0 = Number NaN"]
        {
            ir_text(text.as_bytes());
            import(text.as_bytes());
        }
    }
}
