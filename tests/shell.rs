//! The shell around programs: host functions, timers, what `console.log` shows, reports of errors, the
//! REPL. The same in every tier.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TIERS: [&str; 5] = ["interpreter", "baseline", "midtier", "toptier", "jit-fuzzing"];

fn tierproof(dir: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tierproof"))
        .args(arguments)
        .current_dir(dir)
        .env("HOME", dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
fn code(o: &Output) -> i32 {
    o.status.code().unwrap_or_else(|| panic!("ended by a signal: {o:?}"))
}
fn stdout(o: &Output) -> String {
    String::from_utf8_lossy(&o.stdout).into_owned()
}
fn stderr(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

/// Runs `program` in every tier; exit code, standard output and error must be these.
fn everywhere(program: &str, expected: (i32, &str, &str)) {
    let dir = directory(&[("p.js", program)]);
    for tier in TIERS {
        let o = tierproof(dir.path(), &["run", "--tier", tier, "p.js"], "");
        assert_eq!((code(&o), stdout(&o).as_str(), stderr(&o).as_str()), expected, "{tier}");
    }
}

#[test]
fn programs_from_options_and_standard_input() {
    let dir = directory(&[("a.js", "var a = 1;"), ("b.mjs", "globalThis.b = 2; export {};")]);
    let o = tierproof(
        dir.path(),
        &["run", "a.js", "b.mjs", "-e", "print(a, b)", "-e", "print(arguments)", "--", "-x", "y"],
        "",
    );
    assert_eq!((code(&o), stdout(&o).as_str()), (0, "1 2\n-x,y\n"), "{}", stderr(&o));
    let o = tierproof(dir.path(), &["run", "a.js", "-"], "print(a, typeof arguments)");
    assert_eq!((code(&o), stdout(&o).as_str()), (0, "1 undefined\n"));
    let o = tierproof(dir.path(), &[], "print('piped'); throw new Error('e')");
    assert_eq!((code(&o), stdout(&o).as_str()), (1, "piped\n"));
    assert!(stderr(&o).starts_with("Error: e\n --> -:1:"), "{}", stderr(&o));
}

#[test]
fn host_functions() {
    let dir = directory(&[
        (
            "harness.js",
            "function assertEquals(a, b) { if (a !== b) throw new Error(a + ' is not ' + b); } 'loaded'",
        ),
        ("bad.js", "let x = ;"),
        ("text.txt", "some text"),
    ]);
    let program = "print(load('harness.js'));
        assertEquals(1, 1);
        print(read('text.txt'), readFile('text.txt').length);
        for (const f of [() => load('absent.js'), () => load('bad.js'), () => read()]) {
            try { f(); } catch (e) { print(e.name, e.message.split(':')[0]); }
        }
        gc();
        print(typeof version(), performance.now() >= 0);
        printErr('to', 'stderr');
        try { quit(3); } finally { print('never'); }";
    for tier in TIERS {
        let o = tierproof(dir.path(), &["run", "--tier", tier, "-e", program], "");
        let expected = "loaded\nsome text 9\nError absent.js\nSyntaxError Unexpected token (bad.js\nError undefined\nstring true\n";
        assert_eq!((code(&o), stdout(&o).as_str()), (3, expected), "{tier}: {}", stderr(&o));
        assert_eq!(stderr(&o), "to stderr\n", "{tier}");
    }
}

#[test]
fn timers_run_in_order() {
    let program = "let n = 0;
        setTimeout(() => print('late'), 60);
        setTimeout((...a) => { print('early', ...a); Promise.resolve().then(() => print('job')); }, 1, 1, 2);
        const never = setTimeout(() => print('never'), 20);
        clearTimeout(never);
        const i = setInterval(() => { print('tick', ++n); if (n === 3) clearInterval(i); }, 5);
        Promise.resolve().then(() => print('first job'));
        print('sync');
        try { setTimeout(1); } catch (e) { print(e.name); }";
    let o = tierproof(directory(&[]).path(), &["run", "-e", program], "");
    let lines = stdout(&o);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[..3], ["sync", "TypeError", "first job"]);
    assert_eq!(lines[3..5], ["early 1 2", "job"]);
    assert_eq!(lines[5..], ["tick 1", "tick 2", "tick 3", "late"]);
}

#[test]
fn timers_can_be_ended() {
    let program = "setInterval(() => print('tick'), 1); setTimeout(() => print('never'), 100000);";
    let o = tierproof(directory(&[]).path(), &["run", "--time-limit", "0.3", "-e", program], "");
    assert_eq!((code(&o), stderr(&o).as_str()), (3, "Terminated: interrupted\n"));
    assert!(stdout(&o).starts_with("tick\ntick\n"));
}

#[test]
fn uncaught_errors_name_their_causes() {
    everywhere(
        "function inner() { throw new TypeError('bad', { cause: new Error('root', { cause: 'text' }) }); }\nfunction outer() {\n  inner();\n}\nfor (let i = 0; i < 3; i++) try { outer(); } catch {}\nouter();\n",
        (
            1,
            "",
            "TypeError: bad
 --> p.js:1:26
  |
1 | function inner() { throw new TypeError('bad', { cause: new Error('root', { cause: 'text' }) }); }
  |                          ^
    at inner (p.js:1:26)
    at outer (p.js:3:3)
    at <anonymous> (p.js:6:1)
  [cause]: Error: root
      at inner (p.js:1:56)
      at outer (p.js:3:3)
      at <anonymous> (p.js:6:1)
    [cause]: 'text'
",
        ),
    );
    everywhere(
        "const e = new Error('loop'); e.cause = e;\nthrow new AggregateError([1, new RangeError('r'), { a: 1 }], 'many');",
        (
            1,
            "",
            "AggregateError: many
 --> p.js:2:7
  |
2 | throw new AggregateError([1, new RangeError('r'), { a: 1 }], 'many');
  |       ^
    at <anonymous> (p.js:2:7)
  [errors[0]]: 1
  [errors[1]]: RangeError: r
      at <anonymous> (p.js:2:30)
  [errors[2]]: { a: 1 }
",
        ),
    );
}

#[test]
fn anything_may_be_thrown() {
    everywhere(
        "throw { a: [1, 'x'], get b() { for (;;); } };",
        (1, "", "Uncaught { a: [ 1, 'x' ], b: [Getter] }\n"),
    );
    everywhere("throw 'text';", (1, "", "Uncaught 'text'\n"));
    everywhere(
        "throw { toString() { throw 1; } };",
        (1, "", "Uncaught { toString: [Function: toString] }\n"),
    );
    everywhere(
        "class MyError extends Error { get name() { throw 1; } }\nlet e = new MyError('m');\ne.message = Symbol('s'); throw e;",
        (
            1,
            "",
            "Error\n --> p.js:1:1\n  |\n1 | class MyError extends Error { get name() { throw 1; } }\n  | ^\n    at MyError (p.js:1:1)\n    at <anonymous> (p.js:2:9)\n",
        ),
    );
    let looped = "let e = new Error('loop'); e.cause = e; throw e;";
    let o = tierproof(directory(&[]).path(), &["run", "-e", looped], "");
    assert_eq!((code(&o), stderr(&o).matches("[cause]: Error: loop").count()), (1, 8));
}

#[test]
fn rejections_that_nobody_handles_are_reported() {
    everywhere(
        "async function f() {\n  await 1;\n  null.x;\n}\nf();\nPromise.reject(1).catch(() => print('handled'));\nPromise.resolve().then(() => print('goes on'));",
        (
            1,
            "handled\ngoes on\n",
            "Uncaught (in promise) TypeError: Cannot read properties of null (reading 'x')
 --> p.js:3:8
  |
3 |   null.x;
  |        ^
    at f (p.js:3:8)
",
        ),
    );
    everywhere(
        "const p = Promise.reject(1); Promise.resolve().then(() => p.catch(() => print('in time')));",
        (0, "in time\n", ""),
    );
    everywhere(
        "Promise.reject({ a: 1 }); setTimeout(() => print('never'), 1);",
        (1, "", "Uncaught (in promise) { a: 1 }\n"),
    );
    let o = tierproof(
        directory(&[]).path(),
        &["run", "--test262", "-e", "Promise.reject(1); print(typeof setTimeout, typeof $262)"],
        "",
    );
    assert_eq!((code(&o), stdout(&o).as_str()), (0, "undefined object\n"));
    let o = tierproof(directory(&[]).path(), &["run", "--test262", "-e", "throw new RangeError('r')"], "");
    assert!(
        stderr(&o).starts_with("#test262 {\"name\":\"RangeError\",\"phase\":\"runtime\"}\n"),
        "{}",
        stderr(&o)
    );
}

#[test]
fn console_log_shows_objects() {
    let program = r#"
console.log({ a: 1, 'b-c': "it's", [Symbol('s')]: [1, , 3], n: { o: { p: { q: 1 } } } }, 'raw', -0, 10n);
console.log([], {}, [undefined, null], new Map([[1, { a: 2 }], ['k', [1]]]), new Set([1, 'x']));
class A { x = 1; get y() { throw 1; } #hidden = 1; static s = 1 } class B extends A {}
console.log(new A, A, B, new B, function () {}, () => 1, function f() {}, async function g() {});
console.log(function* h() {}, async function* i() {}, Math.max, Object.assign(() => 1, { z: 1 }));
const c = { name: 'c' }; c.self = c; c.o = { c, list: [c] };
console.log(c);
console.log({ get a() { return 1 }, set b(v) {}, get c() { return 1 }, set c(v) {} });
console.log(Array.from({ length: 120 }, (_, i) => i * 3));
console.log(new Date(0), new Date(NaN), /a\/b/gi, Object(1), Object('s'), Object.create(null), Promise.resolve(4));
console.log(Promise.reject(3), new Promise(() => {}), new Uint8Array(3), new ArrayBuffer(8), Symbol('q'), new WeakMap);
console.log(new Proxy({ a: 1 }, { get() { throw 1 }, ownKeys() { throw 2 } }), (function* () {})(), Math, JSON);
console.log((function () { return arguments })(1, 2), [[1, [2, [3, [4]]]]], ['multi\nline', '\x00\u{D800}', `'"`, `'"\``]);
console.log({ aaaaaaaaaaaaaaaaaaaa: 1, bbbbbbbbbbbbbbbbbbbbbbbbbbb: 2, ccccccccccccccccccccccccc: 3, ddddddddddddddddd: [1] });
console.log([1.5, 'a'].concat(new Array(3)), Object.assign([1], { extra: true }), new (class Foo extends Array {})(2));
console.log(Object.assign(new Error('boom'), { code: 5 }));
"#;
    let expected = r#"{
  a: 1,
  'b-c': "it's",
  n: { o: { p: [Object] } },
  [Symbol(s)]: [ 1, <1 empty item>, 3 ]
} raw -0 10n
[] {} [ undefined, null ] Map(2) { 1 => { a: 2 }, 'k' => [ 1 ] } Set(2) { 1, 'x' }
A { x: 1 } [class A] { s: 1 } [class B extends A] B { x: 1 } [Function (anonymous)] [Function (anonymous)] [Function: f] [AsyncFunction: g]
[GeneratorFunction: h] [AsyncGeneratorFunction: i] [Function: max] [Function (anonymous)] { z: 1 }
<ref *1> {
  name: 'c',
  self: [Circular *1],
  o: { c: [Circular *1], list: [ [Circular *1] ] }
}
{ a: [Getter], b: [Setter], c: [Getter/Setter] }
"#;
    let dir = directory(&[("p.js", program)]);
    let mut first = String::new();
    for tier in TIERS {
        let o = tierproof(dir.path(), &["run", "--tier", tier, "p.js"], "");
        let text = stdout(&o);
        assert!(text.starts_with(expected), "{tier}: {text}");
        if first.is_empty() {
            first.clone_from(&text);
        }
        assert_eq!(text, first, "{tier}");
    }
    for part in [
        "... 20 more items\n]\n1970-01-01T00:00:00.000Z Invalid Date /a\\/b/gi [Number: 1] [String: 's'] [Object: null prototype] {} Promise { 4 }\n",
        "Promise { <rejected> 3 } Promise { <pending> } Uint8Array(3) [ 0, 0, 0 ] ArrayBuffer { byteLength: 8 } Symbol(q) WeakMap { <items unknown> }\n",
        "{ a: 1 } Object [Generator] {} Object [Math] {} Object [JSON] {}\n",
        "[Arguments] [ 1, 2 ] [ [ 1, [ 2, [Array] ] ] ] [ 'multi\\nline', '\\x00\\uD800', `'\"`, '\\'\"`' ]\n",
        "  ddddddddddddddddd: [ 1 ]\n}\n",
        "[ 1.5, 'a', <3 empty items> ] [ 1, extra: true ] Foo(2) [ <2 empty items> ]\n",
        "Error: boom\n    at <anonymous> (p.js:17:27) {\n  code: 5\n}\n",
    ] {
        assert!(first.contains(part), "{part}\nis not in\n{first}");
    }
    // rows of equal length
    let columns: Vec<usize> =
        first.lines().filter(|l| l.ends_with(',') && l.contains(", 1")).map(str::len).collect();
    assert!(columns.len() > 3 && columns[1..].windows(2).all(|w| w[0] == w[1]), "{columns:?}\n{first}");
}

/// Inputs, and what the REPL answers to each.
#[test]
fn the_repl_answers() {
    let dir = directory(&[("lib.js", "var loaded = 'yes';")]);
    let session = [
        ("var z = 3", "undefined"),
        ("const a = 1", "undefined"),
        ("const a = 2", "undefined"),
        ("a", "2"),
        ("let get = () => a", "undefined"),
        ("let a = 4; get()", "4"),
        ("function f() {\n  return [a,\n 'five'] }", "undefined"),
        ("f()", "[ 4, 'five' ]"),
        ("`two\nlines`", "'two\\nlines'"),
        ("await Promise.resolve(6)", "6"),
        (
            "const q = await new Promise(r => setTimeout(() => r(9), 5)), { s, t: [u] } = { s: 1, t: [2] }",
            "undefined",
        ),
        ("q + s + u", "12"),
        ("{ a: 1 }", "{ a: 1 }"),
        ("new Map([[1, -0]])", "Map(1) { 1 => -0 }"),
        (".load lib.js", ""),
        ("loaded", "'yes'"),
        ("print('x'), 1", "x\n1"),
        ("throw new Error('mine')", ""),
        ("x y", ""),
        ("await Promise.reject(new RangeError('no'))", ""),
        ("typeof q", "'number'"),
        (".tier toptier", ""),
        ("typeof q", "'undefined'"),
        (".nothing", ""),
        (".exit", ""),
        ("'not reached'", ""),
    ];
    for tier in ["interpreter", "toptier"] {
        let input: String = session.iter().map(|s| format!("{}\n", s.0)).collect();
        let o = tierproof(dir.path(), &["repl", "--tier", tier], &input);
        let expected: String = session
            .iter()
            .filter(|s| !s.1.is_empty())
            .take_while(|s| s.0 != ".exit")
            .map(|s| format!("{}\n", s.1))
            .collect();
        assert_eq!(stdout(&o), expected, "{tier}: {}", stderr(&o));
        assert_eq!(code(&o), 0);
        let e = stderr(&o);
        for part in ["Error: mine\n --> REPL", "SyntaxError: ", "RangeError: no", ".nothing: no such command"]
        {
            assert!(e.contains(part), "{tier}: {part} is not in {e}");
        }
    }
    assert!(stdout(&tierproof(dir.path(), &["repl"], ".help\n")).contains(".load FILE"));
    assert_eq!(code(&tierproof(dir.path(), &["repl"], "quit(5)\n")), 5);
}
