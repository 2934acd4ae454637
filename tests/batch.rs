//! `run --batch`, the driver protocol: order, phases, isolation of the jobs, bad requests, limits.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const TIERS: [&str; 5] = ["interpreter", "baseline", "midtier", "toptier", "jit-fuzzing"];

/// Runs `run --batch` in `dir` with this input; its answers, and what it wrote to standard error.
fn batch(dir: &Path, options: &[&str], input: &[u8]) -> (Vec<Value>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tierproof"))
        .args(["run", "--batch"])
        .args(options)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let o = child.wait_with_output().unwrap();
    assert_eq!(o.status.code(), Some(0), "{o:?}");
    let text = String::from_utf8(o.stdout).unwrap();
    let answers = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    (answers, String::from_utf8_lossy(&o.stderr).into_owned())
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn input(jobs: &[Value]) -> Vec<u8> {
    jobs.iter().flat_map(|j| format!("{j}\n").into_bytes()).collect()
}

/// `(phase, name)` of an answer.
fn end(a: &Value) -> (&str, &str) {
    (a["phase"].as_str().unwrap_or("ok"), a["name"].as_str().unwrap_or(""))
}

#[test]
fn jobs_are_answered_in_order_and_leave_no_trace() {
    let dir = directory(&[
        ("harness.js", "var count = 0; function Test262Error(m) { this.message = m; }"),
        ("test.js", "count++; Array.prototype.leak ??= 0; Array.prototype.leak++; print(count, [].leak);"),
        (
            "throws.js",
            "let secret = 1; Object.freeze(Object.prototype); print('a', 'b'); throw new Test262Error('m');",
        ),
        ("after.js", "print(typeof secret); ({}).x; var o = Object.prototype; o.y = 1; print(o.y);"),
    ]);
    let job = |id: u32, test: &str| json!({ "id": id, "files": ["harness.js", test], "main": 1 });
    let jobs = input(&[job(1, "test.js"), job(2, "throws.js"), job(3, "test.js"), job(4, "after.js")]);
    for tier in TIERS {
        let (a, errors) = batch(dir.path(), &["--tier", tier], &jobs);
        let expected = [
            json!({ "id": 1, "ok": true, "phase": null, "name": null, "message": null, "out": ["1 1"] }),
            json!({ "id": 2, "ok": false, "phase": "runtime", "name": "Test262Error", "message": "m", "out": ["a b"] }),
            json!({ "id": 3, "ok": true, "phase": null, "name": null, "message": null, "out": ["1 1"] }),
            json!({ "id": 4, "ok": true, "phase": null, "name": null, "message": null, "out": ["undefined", "1"] }),
        ];
        assert_eq!(a, expected, "{tier}");
        assert_eq!(errors, "", "{tier}");
    }
}

#[test]
fn phases_and_names() {
    let dir = directory(&[
        ("early.js", "let a; let a;"),
        ("strict.js", "x_undeclared = 1; print('sloppy');"),
        ("missing.mjs", "import './nowhere.mjs';"),
        ("name.mjs", "import { absent } from './lib.mjs';"),
        ("broken.mjs", "import './early.js'; print(1);"),
        ("lib.mjs", "export let x = 1; print('lib', this); await 0; print('later');"),
        (
            "good.mjs",
            "import { x } from './lib.mjs'; print(x, this); const m = await import('./lib.mjs'); print(m.x);",
        ),
        ("throws.mjs", "import './lib.mjs'; null.x;"),
        ("primitive.js", "throw 'text';"),
        ("getters.js", "throw { get name() { throw 1; }, get message() { for (;;); } };"),
    ]);
    let module = |f: &str| json!({ "id": f, "files": [f], "module": true });
    let script = |f: &str| json!({ "id": f, "files": [f] });
    let strict = json!({ "id": "s", "files": ["strict.js"], "prefix": "\"use strict\";\n" });
    let jobs = [
        script("early.js"),
        script("strict.js"),
        strict,
        module("missing.mjs"),
        module("name.mjs"),
        module("broken.mjs"),
        module("good.mjs"),
        module("throws.mjs"),
        script("primitive.js"),
        script("getters.js"),
    ];
    let (a, errors) = batch(dir.path(), &["--test262"], &input(&jobs));
    let ends: Vec<_> = a.iter().map(end).collect();
    assert_eq!(
        ends,
        [
            ("parse", "SyntaxError"),
            ("ok", ""),
            ("runtime", "ReferenceError"),
            ("resolution", "TypeError"),
            ("resolution", "SyntaxError"),
            ("resolution", "SyntaxError"),
            ("ok", ""),
            ("runtime", "TypeError"),
            ("runtime", ""),
            ("runtime", "Object"),
        ]
    );
    assert_eq!(a[6]["out"], json!(["lib undefined", "later", "1 undefined", "1"]));
    assert_eq!(a[8]["message"], "text");
    let told: Vec<&str> = errors.lines().collect();
    assert_eq!(told.len(), 8, "{errors}");
    assert_eq!(told[0], r##"#test262 {"name":"SyntaxError","phase":"parse"}"##);
}

#[test]
fn asynchronous_jobs_end_at_their_mark() {
    let dir = directory(&[
        (
            "done.js",
            "Promise.resolve().then(() => { print('Test262:AsyncTestComplete'); for (;;); }); print('sync');",
        ),
        (
            "other.js",
            "print(1); print('xTest262:Async'); Promise.reject(1); Promise.resolve().then(() => print(2));",
        ),
    ]);
    let jobs = [
        json!({ "id": 1, "files": ["done.js"], "async": true }),
        json!({ "id": 2, "files": ["other.js"], "async": true }),
    ];
    for tier in TIERS {
        let (a, _) = batch(dir.path(), &["--tier", tier], &input(&jobs));
        assert_eq!(a[0]["out"], json!(["sync", "Test262:AsyncTestComplete"]), "{tier}");
        assert_eq!(a[1]["out"], json!(["1", "xTest262:Async", "2"]), "{tier}");
        assert!(a.iter().all(|a| a["ok"] == true), "{tier}");
    }
}

#[test]
fn bad_requests_cost_one_answer() {
    let dir = directory(&[("good.js", "print('good');")]);
    let good = br#"{"id": "last", "files": ["good.js"], "unknown": 1}"#;
    let mut lines: Vec<&[u8]> = vec![
        b"nonsense",
        b"",
        b"{\"id\": 1}",
        b"{\"id\": [2], \"files\": \"good.js\"}",
        b"{\"id\": 3, \"files\": [\"absent.js\"]}",
        b"{\"id\": 4, \"files\": []}",
        b"{\"id\": 5, \"files\": [\"good.js\"], \"main\": 1}",
        b"[\xff\xfe]",
        b"{\"id\": 6, \"files\": [\".\"]}",
    ];
    lines.push(good);
    let (a, errors) = batch(dir.path(), &[], &lines.join(&b'\n'));
    let ids: Vec<&Value> = a.iter().map(|a| &a["id"]).collect();
    let none = Value::Null;
    assert_eq!(
        ids,
        [&none, &json!(1), &json!([2]), &json!(3), &json!(4), &json!(5), &none, &json!(6), &json!("last")]
    );
    assert!(a[..8].iter().all(|a| end(a) == ("request", "RequestError") && a["ok"] == false));
    assert!(a[3]["message"].as_str().unwrap().contains("absent.js"));
    assert_eq!((&a[8]["ok"], &a[8]["out"]), (&json!(true), &json!(["good"])));
    assert_eq!(errors, "");
}

#[test]
fn limits_end_a_job_and_no_other() {
    let dir = directory(&[
        ("loop.js", "print('in'); try { for (;;); } catch { } finally { print('never'); }"),
        ("grow.js", "var a = []; for (;;) a.push(new Array(1000).fill(1));"),
        ("deep.js", "function f() { return f() + 1; } f();"),
        ("good.js", "print('good');"),
    ]);
    let jobs = input(
        &["loop.js", "good.js", "grow.js", "deep.js", "good.js"].map(|f| json!({ "id": f, "files": [f] })),
    );
    for tier in ["interpreter", "toptier"] {
        for limit in [["--ticks", "3000000"], ["--time-limit", "0.5"]] {
            let options = [&["--tier", tier, "--heap-limit", "64M"][..], &limit].concat();
            let (a, _) = batch(dir.path(), &options, &jobs);
            let ends: Vec<_> = a.iter().map(end).collect();
            assert_eq!(ends[0], ("runtime", "Terminated"), "{tier} {limit:?}");
            assert_eq!(a[0]["out"], json!(["in"]), "{tier} {limit:?}");
            assert_eq!(
                ends[2..4],
                [("runtime", "Terminated"), ("runtime", "RangeError")],
                "{tier} {limit:?}"
            );
            assert!([1, 4].iter().all(|&i| a[i]["out"] == json!(["good"])), "{tier} {limit:?}");
        }
    }
}

/// Answers come one by one, and many jobs need no more memory than few.
#[test]
fn answers_come_at_once_and_memory_does_not_grow() {
    let dir = directory(&[(
        "job.js",
        "var a = []; for (let i = 0; i < 2000; i++) a.push({ i }); print(a.length);",
    )]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_tierproof"))
        .args(["run", "--batch", "--tier", "toptier"])
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let resident = |id: u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    let mut early = None;
    for i in 0..400 {
        writeln!(input, "{}", json!({ "id": i, "files": ["job.js"] })).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let a: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&a["id"], &a["out"]), (&json!(i), &json!(["2000"])));
        if i == 50 {
            early = resident(child.id());
        }
    }
    if let (Some(early), Some(late)) = (early, resident(child.id())) {
        assert!(late < early + (8 << 10), "{early} KiB, then {late} KiB");
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
