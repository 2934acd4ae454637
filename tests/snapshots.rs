//! Snapshots of the bytecode of small programs, `snapshots/bytecode/<area>/<name>.snap`. Review changes
//! with `cargo insta review`, or by groups with `tierproof review`; a test run never accepts them by itself.

#[path = "support/sections.rs"]
mod sections;

use sections::Section;
use tierproof_bytecode::verify::verify;

sections::area_tests!("bytecode", check: arithmetic, calls, classes, control, destructuring, loops, modules, objects, scopes, strings, suspended);

fn print(s: &Section) -> String {
    let parse = if s.text.starts_with("// module") {
        tierproof_syntax::parse_module
    } else {
        tierproof_syntax::parse
    };
    let source = parse(s.text.as_bytes(), &s.name).unwrap_or_else(|e| panic!("{}: {e}", s.name));
    let program = tierproof_bytegen::compile_all(&source).unwrap_or_else(|e| panic!("{}: {e}", s.name));
    for template in &program.templates {
        verify(template).unwrap_or_else(|e| panic!("{}: {e}\n{template}", s.name));
    }
    program.to_string()
}

fn check(area: &str, s: &Section) {
    let text = print(s);
    assert_eq!(text, print(s), "{}: not the same when compiled again", s.name);
    assert!(!text.contains("0x"), "{}: an address in the print?", s.name);
    sections::compare(&format!("bytecode/{area}"), s, &text);
}
