//! Programs that use several realms (`tests/realms/*.js`): every schedule, also with moving
//! collections and injected deopts, prints what stands in the `.txt` file beside each.

use std::path::Path;

use tierproof_oracle::matrix::named_rows;
use tierproof_vm::{Engine, Options, test262_host};

fn run(path: &Path, options: &Options) -> (Vec<String>, Vec<(String, u64)>) {
    let source = std::fs::read(path).expect("a readable program");
    Engine::on_big_stack(|| {
        let mut engine = Engine::new(options);
        test262_host::install(&mut engine);
        let result = engine.run(&source, "program.js");
        let mut lines = std::mem::take(&mut engine.cx.output);
        if let Err(e) = result {
            lines.push(e.to_string());
        }
        (lines, engine.stats().bailouts)
    })
}

fn check(program: &str, modifiers: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/realms").join(program);
    let text = std::fs::read_to_string(path.with_extension("txt")).expect("the expected output");
    for row in named_rows(modifiers).expect("a schedule") {
        let options = Options { schedule: row.schedule, ..Options::default() };
        let (lines, bailouts) = run(&path, &options);
        assert_eq!(lines.join("\n"), text.trim_end(), "{program} under {} {modifiers}", row.name);
        // functions of further realms ask once, and are refused by name
        let refused = bailouts.iter().any(|b| b.0 == "secondary realm");
        assert!(refused || row.name == "interpreter", "{program} under {}: {bailouts:?}", row.name);
    }
}

#[test]
fn crossing() {
    check("crossing.js", "");
}

#[test]
fn crossing_with_moving_collections() {
    check("crossing.js", "gc=every:31");
}

#[test]
fn crossing_with_injected_deopts() {
    check("crossing.js", "deopt=every:7");
}

#[test]
fn crossing_with_false_feedback() {
    check("crossing.js", "feedback=lies:3");
}
