//! Any text that parses, through bytecode generation and its printer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(source) = tierproof_syntax::parse(bytes, "fuzz.js") {
        let _ = tierproof_bytegen::compile_all(&source).map(|p| p.to_string());
    }
});
