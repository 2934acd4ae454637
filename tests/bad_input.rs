//! Programs that ask for too much (`tests/bad_input/*.js`, and those below): clear errors, never an abort
//! or a hang, and the same in every tier.

use std::path::Path;

use tierproof_oracle::matrix::named_rows;
use tierproof_vm::{Engine, Options};

/// What the engine prints, then how it ended, under each of the five schedules.
fn under_all(modifiers: &str, run: impl Fn(&mut Engine) -> String) -> String {
    let mut first: Option<String> = None;
    for row in named_rows(modifiers).expect("a schedule") {
        let options = Options { schedule: row.schedule, ..Options::default() };
        let text = Engine::on_big_stack(|| {
            let mut engine = Engine::new(&options);
            let end = run(&mut engine);
            let mut lines = std::mem::take(&mut engine.cx.output);
            lines.push(end);
            lines.join("\n")
        });
        match &first {
            None => first = Some(text),
            Some(first) => assert_eq!(first, &text, "under {} {modifiers}", row.name),
        }
    }
    first.expect("there are schedules")
}

fn script(engine: &mut Engine, source: &[u8]) -> String {
    match engine.run(source, "program.js") {
        Ok(_) => "end".into(),
        Err(e) => e.to_string(),
    }
}

fn program(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_input").join(name);
    let source = std::fs::read(&path).expect("a readable program");
    let expected = std::fs::read_to_string(path.with_extension("txt")).expect("the expected output");
    let text = under_all("ticks=20000000", |engine| script(engine, &source));
    assert_eq!(text, format!("{}\nend", expected.trim_end()));
}

#[test]
fn recursion() {
    program("recursion.js");
}

#[test]
fn sizes() {
    program("sizes.js");
}

#[test]
fn loops_of_builtins_take_ticks() {
    for source in [
        "/^(a+)+$/.test('a'.repeat(40) + 'b')",
        "/(x+x+)+y/.exec('x'.repeat(60))",
        "'a'.repeat(40).replace(/(a|aa)+$/g, 'b').match(/^(b*)*c/) || /^(a|a)*c/.test('a'.repeat(60))",
        "Array(2 ** 32 - 1).indexOf(1)",
        "Array(2 ** 32 - 1).join('')",
        "Array(2 ** 32 - 1).forEach(print)",
        "Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)",
        "[].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true })",
        "Array(2 ** 32 - 1).flat()",
        "Array(2 ** 32 - 1).copyWithin(1, 0)",
        "Array(2 ** 32 - 1).reverse()",
        "Array(2 ** 32 - 1).sort()",
        "JSON.stringify(Array(2 ** 32 - 1))",
        "new Set(Array(2 ** 32 - 1))",
        "Math.max(...Array(2 ** 26))",
        "Iterator.from({ next: () => ({ value: 1 }) }).drop(Infinity).next()",
        "(function* () { for (;;) yield 1; })().toArray()",
        "const p = Promise.resolve(); (function again() { p.then(again); })()",
        "(async () => { for (;;) await 1; })()",
        "const h = {}; h.get = () => h; for (let p = new Proxy({}, h); ;) p = new Proxy(p.x, h)",
    ] {
        let end = under_all("ticks=1500", |engine| script(engine, source.as_bytes()));
        assert_eq!(end, "Terminated: ticks exhausted", "{source}");
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    let end = under_all("", |engine| script(engine, b"print('a\xff\xfeb'.length); // \xc3"));
    assert_eq!(end, "SyntaxError: invalid UTF-8");
    let end = under_all("", |engine| script(engine, b"var \xff = 1"));
    assert!(end.starts_with("SyntaxError: "), "{end}");
    let end = under_all("", |engine| script(engine, b"\xef\xbb\xbfprint(1)"));
    assert_eq!(end, "1\nend");
}

/// Modules by name; `main.mjs` is run.
fn modules(files: &[(&str, &str)]) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).expect("a file");
    }
    let main = directory.path().join("main.mjs");
    let source = std::fs::read(&main).expect("a main module");
    let name = main.display().to_string();
    let text = under_all("", |engine| match engine.run_module(&source, &name) {
        Ok(_) => "end".into(),
        Err(e) => e.to_string(),
    });
    text.replace(&directory.path().display().to_string(), "")
}

#[test]
fn module_cycles_with_errors() {
    let cycle = "import { b } from './b.mjs'; export const a = 1; print('main', b);";
    let tdz =
        modules(&[("main.mjs", cycle), ("b.mjs", "import { a } from './main.mjs'; export const b = a;")]);
    assert!(tdz.starts_with("ReferenceError: "), "{tdz}");
    let thrown = modules(&[
        ("main.mjs", cycle),
        ("b.mjs", "import './main.mjs'; export let b; throw new RangeError('b')"),
    ]);
    assert_eq!(thrown, "RangeError: b");
    let missing =
        modules(&[("main.mjs", cycle), ("b.mjs", "export * from './main.mjs'; export * from './b.mjs'")]);
    assert!(missing.starts_with("SyntaxError: "), "{missing}");
    let broken = modules(&[("main.mjs", cycle), ("b.mjs", "import './main.mjs'; export let b = ;")]);
    assert!(broken.starts_with("SyntaxError: "), "{broken}");
    let absent = modules(&[("main.mjs", cycle), ("b.mjs", "import './nowhere.mjs'; export let b;")]);
    assert!(absent.contains("nowhere.mjs"), "{absent}");
    let later = modules(&[
        ("main.mjs", "import './b.mjs'; print('never');"),
        ("b.mjs", "import './main.mjs'; await 1; print('b'); await Promise.reject(new TypeError('late'));"),
    ]);
    assert_eq!(later, "b\nTypeError: late");
    let twice = modules(&[
        (
            "main.mjs",
            "for (const k of [1, 2]) try { await import('./b.mjs'); } catch (e) { print(k, e.message); }",
        ),
        ("b.mjs", "import './c.mjs'; throw new Error('not reached')"),
        ("c.mjs", "import './b.mjs'; print('once'); throw new Error('c')"),
    ]);
    assert_eq!(twice, "once\n1 c\n2 c\nend");
    let itself = modules(&[(
        "main.mjs",
        "import * as me from './main.mjs'; export let x = 1; print(me.x, Object.keys(me)); print(me.y);",
    )]);
    assert_eq!(itself, "1 x\nundefined\nend");
}
