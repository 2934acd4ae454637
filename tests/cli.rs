//! The command line: output, exit codes, and bad input of every kind.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const TIERS: [&str; 5] = ["interpreter", "baseline", "midtier", "toptier", "jit-fuzzing"];

fn tierproof(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tierproof")).args(arguments).stdin(Stdio::null()).output().unwrap()
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

/// A file in a directory that goes away with the returned guard.
fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(content.as_ref()).unwrap();
    (dir, path)
}
fn run(source: impl AsRef<[u8]>, options: &[&str]) -> Output {
    let (_dir, path) = file("program.js", source);
    let mut arguments = vec!["run"];
    arguments.extend(options);
    let path = path.display().to_string();
    arguments.push(&path);
    tierproof(&arguments)
}

#[test]
fn programs_are_shown_in_their_other_form() {
    let (dir, path) = file("a.js", "function f(x) {\n  return x + 1;\n}\nprint(f(2));\n");
    let o = tierproof(&["ir", path.to_str().unwrap()]);
    let text = stdout(&o);
    assert!(code(&o) == 0 && text.contains("v3 = Binary \"+\" v1 v2"), "{text}");
    let back = dir.path().join("a.ir");
    std::fs::write(&back, text).unwrap();
    let o = tierproof(&["ir", back.to_str().unwrap()]);
    assert!(stdout(&o).contains("return a1 + 1;") && code(&o) == 0, "{}", stdout(&o));
    let (_dir, path) = file("b.js", "with (x) y;");
    let o = tierproof(&["ir", path.to_str().unwrap()]);
    assert!(code(&o) == 3 && stderr(&o).contains("error:"), "{}", stderr(&o));
}

#[test]
fn run_prints_and_succeeds() {
    let o = run("print(1, 'two', [3, 4], -0); print(); print(undefined, null, {})", &[]);
    assert_eq!((code(&o), stdout(&o).as_str()), (0, "1 two 3,4 0\n\nundefined null [object Object]\n"));
}

#[test]
fn several_files_share_a_realm() {
    let (_a, a) = file("a.js", "var x = 1; let y = 2; function f() { return x + y; }");
    let (_b, b) = file("b.js", "print(f()); y = 5; print(f());");
    let o = tierproof(&["run", &a.display().to_string(), &b.display().to_string()]);
    assert_eq!((code(&o), stdout(&o).as_str()), (0, "3\n6\n"));
}

#[test]
fn modules_run_by_name_or_flag() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    write("lib.js", "export const x = await 5; export default import.meta !== undefined;");
    let main = "import y, { x } from './lib.js'; print(x, y, this); await 0; throw new Error('end');";
    let by_name = write("main.mjs", main);
    let by_flag = write("main.js", main);
    for arguments in [vec!["run", &by_name], vec!["run", "--module", &by_flag]] {
        let o = tierproof(&arguments);
        assert_eq!((code(&o), stdout(&o).as_str()), (1, "5 true undefined\n"), "{}", stderr(&o));
        assert!(stderr(&o).contains("Error: end"), "{}", stderr(&o));
    }
    let wrong = write("wrong.mjs", "import { nothing } from './lib.js';");
    let o = tierproof(&["run", &wrong]);
    assert_eq!(code(&o), 1);
    assert!(stderr(&o).contains("does not provide an export named 'nothing'"), "{}", stderr(&o));
}

#[test]
fn uncaught_exceptions_show_source_and_stack() {
    let o = run("function f(o) {\n  return o.a.b;\n}\nprint('before');\nf({});\n", &[]);
    assert_eq!((code(&o), stdout(&o).as_str()), (1, "before\n"));
    let e = stderr(&o);
    assert!(e.starts_with("TypeError: Cannot read properties of undefined (reading 'b')\n"), "{e}");
    assert!(e.contains("program.js:2:") && e.contains("return o.a.b;") && e.contains("at f ("), "{e}");
    assert_eq!(code(&run("throw 5", &[])), 1);
}

#[test]
fn syntax_errors_show_the_place() {
    let o = run("var ok = 1;\nvar x = ;\n", &[]);
    let e = stderr(&o);
    assert_eq!(code(&o), 3);
    assert!(e.contains("SyntaxError: ") && e.contains("program.js:2:9") && e.contains("var x = ;"), "{e}");
    let o = run("function* g() {}", &[]);
    if code(&o) != 0 {
        assert!(stderr(&o).contains("SyntaxError: not supported yet: "), "{}", stderr(&o));
    }
}

#[test]
fn wrong_usage_is_2_and_missing_files_3() {
    assert_eq!(code(&tierproof(&["run"])), 2);
    assert_eq!(code(&tierproof(&["walk"])), 2);
    assert_eq!(code(&tierproof(&["run", "--schedule", "speed=9", file!()])), 2);
    assert_eq!(code(&tierproof(&["run", "--tier", "warp", file!()])), 2);
    assert_eq!(code(&tierproof(&["diff", "--heap-limit", "12X", file!()])), 2);
    for command in ["run", "diff", "replay"] {
        let o = tierproof(&[command, "/nonexistent/x.js"]);
        assert_eq!(code(&o), 3, "{command}");
        assert!(stderr(&o).contains("/nonexistent/x.js"));
    }
    let (_d, path) = file("x.js", "print(1)");
    assert_eq!(code(&tierproof(&["replay", &path.display().to_string()])), 2);
}

#[test]
fn limits_end_programs_the_same_in_every_tier() {
    for tier in TIERS {
        let o = run("for (;;) {}", &["--ticks", "100000", "--tier", tier]);
        assert_eq!((code(&o), stderr(&o).as_str()), (3, "Terminated: ticks exhausted\n"), "{tier}");
        let o = run(
            "function f() { return f() + 1; } try { f(); } catch (e) { print(e.name, e.message); } f();",
            &["--tier", tier],
        );
        assert_eq!(code(&o), 1, "{tier}");
        assert_eq!(stdout(&o), "RangeError Maximum call stack size exceeded\n", "{tier}");
        assert!(stderr(&o).starts_with("RangeError: "), "{tier}: {}", stderr(&o));
        let grow = "var a = []; for (;;) a.push(new Array(1000).fill(1));";
        let o = run(grow, &["--heap-limit", "64M", "--tier", tier]);
        assert_eq!((code(&o), stderr(&o).as_str()), (3, "Terminated: out of memory\n"), "{tier}");
    }
}

#[test]
fn hostile_sources_get_an_answer() {
    for source in [
        "(".repeat(100_000),
        "[".repeat(100_000) + &"]".repeat(100_000),
        "(".repeat(100_000) + "1" + &")".repeat(100_000),
        "{".repeat(100_000),
        "-".to_string() + &"!".repeat(100_000) + "1",
    ] {
        let o = run(&source, &[]);
        assert!([0, 1, 3].contains(&code(&o)), "{:?}", &source[..10]);
        assert!(stderr(&o).len() < 10_000);
    }
    let chain = "var a = {}; a.b = a; print(typeof a".to_owned() + &".b".repeat(100_000) + ")";
    for tier in TIERS {
        let o = run(&chain, &["--tier", tier]);
        assert_eq!((code(&o), stdout(&o).as_str()), (0, "object\n"), "{tier}: {}", stderr(&o));
    }
    let o = run(b"print('\xff\xfe')", &[]);
    assert_eq!(code(&o), 3);
    assert!(stderr(&o).contains("invalid UTF-8"), "{}", stderr(&o));
    assert_eq!(code(&run("", &[])), 0);
    assert_eq!(code(&run("\u{feff}print(1)", &[])), 0);
}

#[test]
fn a_very_long_line() {
    let mut source = String::with_capacity(50 << 20);
    source.push_str("var s = 0;");
    while source.len() < (50 << 20) - 20 {
        source.push_str("s=1;");
    }
    source.push_str("null.x");
    let o = run(&source, &["--tier", "interpreter"]);
    assert!([1, 3].contains(&code(&o)));
    let e = stderr(&o);
    assert!(e.len() < 10_000 && (e.contains("TypeError") || e.contains("SyntaxError")), "{} bytes", e.len());
}

#[test]
fn diff_agrees_and_reports_rows_that_did_not_execute() {
    let (dir, path) = file("a.js", "print('once');");
    std::fs::write(
        dir.path().join("b.js"),
        "//> 4950\nlet s = 0; for (let i = 0; i < 100; i++) s += i; print(s);",
    )
    .unwrap();
    std::fs::write(dir.path().join("c.js"), "var x = ;").unwrap();
    let o = tierproof(&["diff", &dir.path().display().to_string()]);
    let text = stdout(&o);
    assert_eq!(code(&o), 3, "{text}");
    assert!(text.contains("not executed") && text.contains("output as expected"), "{text}");
    assert!(text.contains("could not run") && text.contains("3 programs: 2 agree"), "{text}");
    let o = tierproof(&["diff", &path.display().to_string()]);
    assert_eq!(code(&o), 0, "{}", stdout(&o));
    let o = tierproof(&["diff", "--json", &path.display().to_string()]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&o)).unwrap();
    assert_eq!(json[0]["rows"].as_array().unwrap().len(), 5);
    assert_eq!(json[0]["outcome"], "Agree");
}

#[test]
fn diff_reports_wrong_output_with_both_texts_and_the_command() {
    let (_d, path) = file("w.js", "//> 5\nprint(2 + 2);");
    let o = tierproof(&["diff", &path.display().to_string()]);
    let text = stdout(&o);
    assert_eq!(code(&o), 1);
    assert!(
        text.contains("expected | 5") && text.contains("printed  | 4") && text.contains("replay: tierproof"),
        "{text}"
    );
}

#[test]
fn head_comments_and_schedules_are_honoured() {
    let (_d, path) =
        file("h.js", "// schedule: tier=toptier deopt=every:3 ticks=5000\nfor (let i = 0; ; i++) {}");
    let o = tierproof(&["replay", &path.display().to_string()]);
    assert_eq!(code(&o), 0, "{}{}", stdout(&o), stderr(&o));
    let o = tierproof(&["run", &path.display().to_string()]);
    assert_eq!((code(&o), stderr(&o).as_str()), (3, "Terminated: ticks exhausted\n"));
    let (_d, path) = file("bad.js", "// schedule: tier=warp\nprint(1)");
    assert_eq!(code(&tierproof(&["run", &path.display().to_string()])), 2);
}

#[test]
fn bytecode_is_printed_on_request() {
    let o = run("function f(a) { return a + 1; } print(f(1));", &["--print-bytecode"]);
    let text = stdout(&o);
    assert!(text.contains("function f") && text.contains("Return") && text.ends_with("2\n"), "{text}");
}

#[test]
fn defines_reach_the_program() {
    let o = run("print(SCALE * 2, globalThis.SCALE)", &["--define", "SCALE=0.5"]);
    assert_eq!(stdout(&o), "1 0.5\n");
}

#[test]
fn faults_are_refused_without_the_feature() {
    if cfg!(not(feature = "faults")) {
        let o = run("print(1)", &["--fault", "F001"]);
        assert_eq!(code(&o), 2);
        assert!(stderr(&o).contains("--features faults"));
    }
}

#[test]
fn a_short_campaign_runs() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("found").display().to_string();
    let o = tierproof(&["fuzz", "--seconds", "3", "--seed", "42", "--out", &out, "--jobs", "1"]);
    let text = stdout(&o);
    assert!([0, 1].contains(&code(&o)), "{text}{}", stderr(&o));
    assert!(text.contains("programs in") && Path::new(&out).is_dir(), "{text}");
}

#[test]
fn stats_prints_the_table() {
    let (_d, path) = file("s.js", "function f(x) { return x * 2; } for (let i = 0; i < 500; i++) f(i);");
    let o = tierproof(&["stats", &path.display().to_string()]);
    assert_eq!(code(&o), 0);
    assert!(stdout(&o).contains("ms per kB of bytecode") && stdout(&o).contains("bytes per function"));
}

#[test]
fn test262_reads_the_layout_of_the_suite() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        std::fs::write(path, text).expect("a file");
    };
    file("features.txt", "soon\n## Standard language features\n");
    file("harness/assert.js", "function assert(x) { if (x !== true) throw new Test262Error('no'); }");
    file("harness/sta.js", "function Test262Error(m) { this.message = m; }");
    file(
        "harness/doneprintHandle.js",
        "function $DONE(e) { print(e ? 'Test262:AsyncTestFailure:' + e : 'Test262:AsyncTestComplete'); }",
    );
    file(
        "test/language/a.js",
        "/*---\nflags: [onlyStrict]\n---*/\nassert((function () { return this; })() === undefined);",
    );
    file(
        "test/language/b.js",
        "/*---\nnegative:\n  phase: parse\n  type: SyntaxError\n---*/\n$DONOTEVALUATE(); var = 1;",
    );
    file("test/language/c.js", "/*---\nnegative:\n  phase: runtime\n  type: Test262Error\n---*/\nassert(1);");
    file("test/language/d.js", "/*---\nflags: [async]\n---*/\nPromise.resolve().then($DONE);");
    file("test/language/e.js", "/*---\nfeatures: [soon]\n---*/\nx");
    file("test/language/f.js", "assert(false)");
    file("test/language/g.js", "/*---\nflags: [raw, noStrict]\n---*/\nfor (;;) ;");
    file("test/built-ins/h_FIXTURE.js", "x");
    file("test/annexB/i.js", "assert($262.evalScript('1 + 1') === 2); $262.gc();");
    file("test/built-ins/j.js", "");
    let json = dir.path().join("out.json");
    let run = |extra: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tierproof"));
        command.arg("test262").arg(dir.path()).args(["--ticks", "100000"]).args(extra);
        let out = command.output().expect("it runs");
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (code, text) = run(&["--all-tiers", "--json", &json.display().to_string()]);
    assert_eq!(code, Some(1), "{text}");
    let bad: Vec<&str> = text.lines().filter(|l| l.contains(".js: ")).collect();
    assert_eq!(
        bad,
        [
            "fail        language/f.js: Uncaught Test262Error { message: 'no' }",
            "limit       language/g.js: Terminated: ticks exhausted"
        ]
    );
    assert!(text.contains("75.00%") && text.contains("1 tests of proposals left out"), "{text}");
    let (_, text) = run(&["--quiet", "--filter", "language/?.js", "--compare", &json.display().to_string()]);
    assert!(text.contains("0 fixed, 0 broken, 0 added, 2 gone"), "{text}");
    let (code, _) = run(&["--filter", "nothing"]);
    assert_eq!(code, Some(2));
}

#[test]
fn speed_compares_the_tiers_and_checks_what_is_printed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let text = "// group: tiny\nlet s = 0;\nfor (let i = 0; i < 1000; i++) s += i;\nprint('sum: ' + s);\n";
    std::fs::write(dir.path().join("sum.js"), text).expect("a file");
    let speed = || {
        Command::new(env!("CARGO_BIN_EXE_tierproof"))
            .args(["speed", "--runs", "1"])
            .arg(dir.path())
            .output()
            .expect("it starts")
    };
    std::fs::write(dir.path().join("expected.txt"), "sum: 499500\n").expect("a file");
    let good = speed();
    let table = String::from_utf8_lossy(&good.stdout).into_owned();
    assert_eq!(good.status.code(), Some(0), "{table}{}", String::from_utf8_lossy(&good.stderr));
    assert!(table.contains("sum              tiny") && table.contains("toptier / midtier"), "{table}");
    std::fs::write(dir.path().join("expected.txt"), "sum: 1\n").expect("a file");
    let bad = speed();
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("sum on interpreter: printed"), "names the engine");
}

#[test]
fn reduce_works_for_any_command() {
    let (dir, path) = file("big.txt", "one\ntwo (keep this) three\nfour\nthe needle is here\nlast\n");
    let out = dir.path().join("small.txt").display().to_string();
    let path = path.display().to_string();
    let command = "sh -c 'grep -q needle \"$1\" && exit 3; exit 0' x {}";
    let o = tierproof(&["reduce", &path, "--output", &out, "--command", command]);
    assert_eq!(code(&o), 0, "{}{}", stdout(&o), stderr(&o));
    assert_eq!(std::fs::read_to_string(&out).unwrap().trim(), "needle");
    let o = tierproof(&["reduce", &path, "--command", "true {}"]);
    assert_eq!(code(&o), 1, "nothing fails there: {}", stderr(&o));
    assert_eq!(code(&tierproof(&["reduce", &path, "--command", "true"])), 2);
}

#[test]
fn reduce_and_bisect_say_when_there_is_nothing() {
    let (_d, path) = file("fine.js", "print(1);");
    let path = path.display().to_string();
    let o = tierproof(&["reduce", &path, "--tier", "toptier"]);
    assert_eq!(code(&o), 3, "{}", stderr(&o));
    assert!(stderr(&o).contains("nothing to reduce"));
    let o = tierproof(&["bisect", &path, "--tier", "toptier"]);
    assert_eq!((code(&o), stdout(&o).trim()), (3, "the rows agree"));
}

#[test]
fn review_groups_pending_snapshots() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        std::fs::write(dir.path().join(name), format!("---\nsource: t\n---\n{text}\n")).unwrap()
    };
    let place = dir.path().display().to_string();
    put("same.snap", "  @0: Return");
    let o = tierproof(&["review", &place]);
    assert_eq!((code(&o), stdout(&o).trim()), (0, "no snapshot differs"));
    for (name, register) in [("a", 1), ("b", 22)] {
        put(&format!("{name}.snap"), &format!("  @0: LdaZero\n  @1: Star r{register}\n  @3: Return"));
        put(&format!("{name}.snap.new"), &format!("  @0: StarZero r{register}\n  @2: Return"));
    }
    let page = dir.path().join("page.html").display().to_string();
    let o = tierproof(&["review", &place, "--html", &page]);
    let text = stdout(&o);
    assert_eq!(code(&o), 1);
    assert!(text.starts_with("2 snapshots differ, 1 kind of edit, -2 lines of 6\n"), "{text}");
    assert!(text.contains("1. 2 places in 2 snapshots\n     -   @0: LdaZero\n     -   @1: Star r1\n     +   @0: StarZero r1\n"), "{text}");
    assert!(std::fs::read_to_string(&page).unwrap().contains("StarZero"));
    let o = tierproof(&["review", "there-is-no-such-directory"]);
    assert_eq!(code(&o), 3, "{}", stderr(&o));
}

#[test]
fn replay_counts_equal_verdicts() {
    let (_dir, path) = file("finding.js", "// schedule: tier=toptier\nprint(1 + 1);\n");
    let o = tierproof(&["replay", &path.display().to_string(), "--times", "3"]);
    assert_eq!((code(&o), stdout(&o).trim()), (0, "3 of 3: agree"), "{}", stderr(&o));
    // what depends on the schedule by design is seen in each run
    let (_dir, path) = file("finding.js", "// schedule: tier=toptier\nprint(1 + 1);\n//> 3\n");
    let o = tierproof(&["replay", &path.display().to_string(), "--times", "3"]);
    assert!(code(&o) == 1 && stdout(&o).starts_with("3 of 3: "), "{}", stdout(&o));
}
