//! No input makes parsing or compiling panic or overflow the stack: mutated programs, deep nesting.

use std::panic::{AssertUnwindSafe, catch_unwind};
use tierproof_base::random::Random;
use tierproof_bytegen::compile_all;
use tierproof_syntax::parse;

const SEEDS: &[&str] = &[
    "function f(a, b = a, ...c) { let x = () => this; return arguments[0] + x(); }",
    "class A extends B { constructor() { super(...arguments); } static x = 1; get [k]() { return super.y; } }",
    "for (const [a, {b = 1, ...c}] of xs) { L: while (1) { try { continue L } finally { break L } } }",
    "switch (x) { case 1: let y; default: function g() { y } }",
    "({a: [b.c], ...d} = e); x ??= y?.[z]?.(1); delete q?.r; `t${u}v`; new.target; typeof w === 'object'",
    "try { throw 1 } catch ({message: m = 2}) { var m2 = m } finally { if (a) function h() {} }",
    "var o = {__proto__: p, get a() { return 1 }, set a(v) {}, [k]: function () {}, async, m() { super.m() }}",
    "label: { let i = 0; do { if (i++ > 3) break label } while (true) } for (let j = 0, k = () => j; ; j++) k()",
];
const TOKENS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "=>",
    "...",
    "?.",
    "??",
    "=",
    "+=",
    "let ",
    "var ",
    "class ",
    "super",
    "this",
    "new ",
    "new.target",
    "function ",
    "async ",
    "await ",
    "yield ",
    "break ",
    "continue ",
    "return ",
    "for(",
    "of ",
    "in ",
    "`",
    "${",
    "#x",
    "/",
    "/x/",
    "1n",
    "\"",
    "'",
    "\\u{110000}",
    "\u{2028}",
    "static ",
    "get ",
    "default:",
    "case ",
    "a",
    ",",
    ";",
    "\"use strict\";",
    "eval",
    "arguments",
    "with(a)",
    "\u{1F600}",
    "\0",
];

fn check(bytes: &[u8]) {
    let outcome = catch_unwind(AssertUnwindSafe(|| match parse(bytes, "mutant") {
        Ok(source) => {
            // later errors than those of `parse` may only be unsupported constructs
            if let Err(e) = compile_all(&source) {
                assert!(e.message.starts_with("not supported yet"), "{e}");
            }
        }
        Err(e) => {
            let _ = e.render(false);
            assert!(e.line >= 1 && e.column >= 1);
        }
    }));
    assert!(outcome.is_ok(), "panicked on {:?}", String::from_utf8_lossy(bytes));
}

#[test]
fn mutations_never_panic() {
    let mut random = Random::new(7);
    for round in 0..6000 {
        let mut bytes = SEEDS[random.below(SEEDS.len() as u32) as usize].as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len() as u32 + 1) as usize;
            match random.below(5) {
                0 => {
                    let token = TOKENS[random.below(TOKENS.len() as u32) as usize];
                    bytes.splice(at..at, token.bytes());
                }
                1 => {
                    let end = (at + random.below(12) as usize).min(bytes.len());
                    bytes.drain(at..end);
                }
                2 if at < bytes.len() => bytes[at] = random.below(256) as u8,
                3 => {
                    let other = SEEDS[random.below(SEEDS.len() as u32) as usize].as_bytes();
                    let from = random.below(other.len() as u32) as usize;
                    let to = (from + 1 + random.below(30) as usize).min(other.len());
                    bytes.splice(at..at, other[from..to].iter().copied());
                }
                _ => {
                    let end = (at + random.below(20) as usize).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        if round % 2 == 0 {
            check(&[b"\"use strict\";", bytes.as_slice()].concat());
        }
        check(&bytes);
    }
}

#[test]
fn deep_and_long_inputs_end() {
    let n = 100_000;
    let inputs = [
        "(".repeat(n) + "1" + &")".repeat(n),
        "[".repeat(n) + &"]".repeat(n),
        "{".repeat(n) + &"}".repeat(n),
        "x = ".to_owned() + &"{a:".repeat(n) + "1" + &"}".repeat(n),
        "a".to_owned() + &".b".repeat(n),
        "a".to_owned() + &"+a".repeat(n),
        "a".to_owned() + &"()".repeat(n),
        "a".to_owned() + &"?.b".repeat(n),
        "a => ".repeat(n) + "1",
        "typeof ".repeat(n) + "1",
        "if (a) ".repeat(n) + "b",
        "a ? b : ".repeat(n) + "c",
        "a = ".repeat(n) + "c",
        "var ".to_owned() + &"[".repeat(n) + "a" + &"]".repeat(n) + " = b",
        "(".repeat(n),
        "`${".repeat(n),
        "!".repeat(n) + "a",
        "a && ".repeat(n) + "c",
        "if (".to_owned() + &"a && (b || ".repeat(n) + "c" + &")".repeat(n) + ");",
        "function f() {".repeat(20_000) + &"}".repeat(20_000),
        "while (a) {".repeat(20_000) + &"}".repeat(20_000),
        "try {".repeat(5_000) + &"} finally {}".repeat(5_000),
        "for (let x of y) { f(() => x);".repeat(2_000) + &"}".repeat(2_000),
        "x = [".to_owned() + &"f(1, 'a') + ".repeat(n) + "1]",
        " ".repeat(50 << 20) + "1",
        "x".repeat(50 << 20),
    ];
    for input in &inputs {
        check(input.as_bytes());
    }
    let endless = "(".repeat(20 << 20);
    let error = parse(endless.as_bytes(), "deep").unwrap_err();
    assert_eq!(error.message, "too deeply nested");
}

#[test]
fn errors_have_places() {
    let error = parse(b"let a = 1;\nlet a = 2;\n", "f.js").unwrap_err();
    assert_eq!((error.line, error.source_name.as_str()), (1, "f.js"));
    let error = parse(b"var x;\n  while (1) { () => { break } }", "f.js").unwrap_err();
    assert_eq!((error.line, error.column, error.message.as_str()), (2, 23, "Illegal break statement"));
    assert!(error.render(false).contains("f.js:2:23"), "{}", error.render(false));
    let error = parse(b"L: { (() => { while (1) break L })() }", "f.js").unwrap_err();
    assert_eq!(error.message, "Undefined label 'L'");
    let error = parse(b"ab\xff", "f.js").unwrap_err();
    assert_eq!((error.offset, error.message.as_str()), (2, "invalid UTF-8"));
}
