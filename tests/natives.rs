//! `--allow-natives-syntax`: natives act on the tiering manager as far as the schedule allows, results
//! stay the same in every tier, and without the option there is no such syntax.

use std::process::{Command, Stdio};

const TIERS: [&str; 6] = ["interpreter", "baseline", "midtier", "toptier", "jit-fuzzing", "normal"];

/// Exit code, standard output, standard error of a program.
fn run(program: &str, options: &[&str]) -> (i32, String, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("p.js"), program).unwrap();
    let o = Command::new(env!("CARGO_BIN_EXE_tierproof"))
        .arg("run")
        .args(options)
        .arg("p.js")
        .current_dir(dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let code = o.status.code().unwrap_or_else(|| panic!("ended by a signal: {o:?}"));
    (code, String::from_utf8(o.stdout).unwrap(), String::from_utf8(o.stderr).unwrap())
}

/// Printed lines with natives, in a tier.
fn lines(program: &str, tier: &str, options: &[&str]) -> Vec<String> {
    let all = [&["--allow-natives-syntax", "--tier", tier], options].concat();
    let (code, out, error) = run(program, &all);
    assert_eq!(code, 0, "{tier}: {out}{error}");
    out.lines().map(str::to_owned).collect()
}

const LADDER: &str = "
function add(a, b) { return a + b; }
%PrepareFunctionForOptimization(add);
let tiers = [%GetTierName(add)], sum = add(1, 2);
%CompileBaseline(add);
tiers.push(%GetTierName(add)); sum += add(3, 4);
%OptimizeMaglevOnNextCall(add);
sum += add(5, 6); tiers.push(%GetTierName(add));
%OptimizeFunctionOnNextCall(add);
sum += add(7, 8); tiers.push(%GetTierName(add));
%DeoptimizeFunction(add);
tiers.push(%GetTierName(add)); sum += add(9, 10);
print(sum, add('a', 'b'));
print(tiers.join(' '));";

#[test]
fn functions_climb_and_fall() {
    for (tier, expected) in [
        ("normal", "interpreter baseline midtier toptier baseline"),
        ("toptier", "interpreter baseline midtier toptier baseline"),
        ("midtier", "interpreter baseline midtier midtier baseline"),
        ("baseline", "interpreter baseline baseline baseline baseline"),
        ("interpreter", "interpreter interpreter interpreter interpreter interpreter"),
    ] {
        let out = lines(LADDER, tier, &[]);
        assert_eq!(out, ["55 ab", expected], "{tier}");
    }
    let (_, _, trace) = run(LADDER, &["--allow-natives-syntax", "--trace-opt", "--trace-deopt"]);
    for part in [
        "[completed optimizing <add> (target MIDTIER)]",
        "[completed optimizing <add> (target TOPTIER)]",
        "[discarding code of <add>: asked for by the program]",
    ] {
        assert!(trace.contains(part), "{part} is not in {trace}");
    }
}

#[test]
fn the_status_has_v8s_bits() {
    let program = "
        function f(x) { return x * 2; }
        const bits = { function: 1, never: 2, maybeDeopted: 8, optimized: 16, maglev: 32, turbofan: 64, interpreted: 128, executing: 2048, baseline: 32768, lazy: 262144 };
        const show = s => Object.keys(bits).filter(k => s & bits[k]).join();
        print(show(%GetOptimizationStatus(f)));
        f(1);
        print(show(%GetOptimizationStatus(f)), %ActiveTierIsIgnition(f));
        %CompileBaseline(f);
        print(show(%GetOptimizationStatus(f)), %ActiveTierIsSparkplug(f));
        %OptimizeFunctionOnNextCall(f); f(2);
        print(show(%GetOptimizationStatus(f)), %ActiveTierIsTurbofan(f), %ActiveTierIsMaglev(f));
        function never() { return %GetOptimizationStatus(never); }
        %NeverOptimizeFunction(never); %OptimizeFunctionOnNextCall(never);
        print(show(never()));
        print(%GetOptimizationStatus(Math.max), %GetOptimizationStatus({}), %GetOptimizationStatus(1));";
    let expected = [
        "function,interpreted,lazy",
        "function,interpreted true",
        "function,baseline true",
        "function,optimized,turbofan true false",
        "function,never,interpreted,executing",
        "1 0 0",
    ];
    assert_eq!(lines(program, "normal", &[]), expected);
    // tests of engines assert nothing where a lower tier is forced
    assert!(lines(program, "interpreter", &[])[3].starts_with("function,maybeDeopted,interpreted"));
}

#[test]
fn loops_are_entered_and_left_in_the_middle() {
    let program = "
        function loop(leave) {
            let s = 0, seen = false;
            for (let i = 0; i < 200; i++) {
                if (i === 10) %OptimizeOsr();
                if (i === 100) seen = %CurrentFrameIsTurbofan();
                if (leave && i === 150) %DeoptimizeNow();
                s = s + i | 0;
            }
            return [s, seen, %IsBeingInterpreted()];
        }
        print(loop(false)[0], loop(true)[0]);
        function again() { let n = 0; for (let i = 0; i < 50; i++) { %OptimizeOsr(); n += %CurrentFrameIsTurbofan(); } return n; }
        %PrepareFunctionForOptimization(again);
        print(again() > 0);
        function self() { let s = 0; for (let i = 0; i < 60; i++) { %OptimizeOsr(); s += i; if (i % 20 == 19) %DeoptimizeNow(); } return s; }
        print(self());";
    for tier in TIERS {
        let out = lines(program, tier, &[]);
        assert_eq!(out[0], "19900 19900", "{tier}");
        let optimised = ["toptier", "normal", "jit-fuzzing"].contains(&tier);
        assert_eq!(out[1..], [optimised.to_string(), "1770".into()], "{tier}");
    }
    let (_, _, trace) = run(
        program,
        &["--allow-natives-syntax", "--trace-opt", "--trace-deopt", "--schedule", "install=sync"],
    );
    assert!(trace.contains("[completed optimizing <loop> (target TOPTIER) OSR]"), "{trace}");
    assert!(trace.contains("[discarding code of <self>: asked for by the program]"), "{trace}");
}

/// Frames of functions that call a deopt of themselves, of their caller, of a function inlined into
/// them; feedback that goes away in between.
#[test]
fn deopts_on_request_change_nothing() {
    let program = "
        function leaf(o, k) { if (k === 3) %DeoptimizeNow(); if (k === 5) %DeoptimizeFunction(outer); return o.x + k; }
        function outer(o) { let s = 0; for (let k = 0; k < 8; k++) { s += leaf(o, k); try { if (k === 6) throw s; } catch (e) { s = e + 1; %DeoptimizeFunction(leaf); } } return s; }
        function* steps(n) { for (let i = 0; i < n; i++) { if (i === 2) %DeoptimizeNow(); yield i * 2; } }
        for (const f of [leaf, outer, steps]) %PrepareFunctionForOptimization(f);
        outer({ x: 1 }); outer({ x: 2 }); [...steps(3)];
        for (let round = 0; round < 6; round++) {
            for (const f of [leaf, outer, steps]) round % 2 ? %OptimizeFunctionOnNextCall(f) : %OptimizeMaglevOnNextCall(f);
            print(outer({ x: round }), outer({ y: 1, x: 0.5 }), [...steps(5)].join());
            if (round === 3) { %ClearFunctionFeedback(outer); %ClearFunctionFeedback(leaf); }
        }
        print(outer.toString().includes('%DeoptimizeFunction(leaf)'));";
    let reference = lines(program, "interpreter", &[]);
    assert_eq!(reference[6], "true");
    for tier in TIERS {
        for options in [&[][..], &["--schedule", "gc=stress-move"], &["--schedule", "deopt=every:5"]] {
            assert_eq!(lines(program, tier, options), reference, "{tier} {options:?}");
        }
    }
}

#[test]
fn objects_are_looked_at() {
    let program = "
        const a = [1, 2], d = [1.5], o = ['x'], h = [1, , 3], e = [];
        e[100000000] = 1;
        print(%HasSmiElements(a), %HasDoubleElements(d), %HasObjectElements(o), %HasHoleyElements(h), %HasDictionaryElements(e));
        print(%HasSmiElements(d), %HasDoubleElements(a), %HasHoleyElements(a), %HasFastPackedElements(a), %HasDictionaryElements(a), %HasFastElements(e));
        a.push(0.5); print(%HasSmiElements(a), %HasDoubleElements(a));
        const p = { x: 1, y: 2 }, q = { x: 3, y: 4 };
        print(%HaveSameMap(p, q), %HasFastProperties(p));
        q.z = 1; print(%HaveSameMap(p, q)); delete p.x; print(%HasFastProperties(p));
        print(%HasFixedFloat64Elements(new Float64Array(1)), %HasFixedFloat64Elements(new Float32Array(1)), %IsSmi(5), %IsSmi(0.5));
        const b = new ArrayBuffer(8); %ArrayBufferDetach(b); print(b.byteLength);
        Promise.resolve().then(() => print('job')); %PerformMicrotaskCheckpoint(); print('after');
        %CollectGarbage(null);
        print(%ConstructDouble(0x3FF80000, 0), %HasDictionaryElements(%NormalizeElements([1])), %IsJSReceiver(1), %ConstructSlicedString('abcdef', 4));
        print(%DebugPrint({ v: 1 }).v, %FlattenString(%ConstructConsString('aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbb')).length);";
    let expected = [
        "true true true true true",
        "false false false true false false",
        "false true",
        "true true",
        "false",
        "false",
        "true false true false",
        "0",
        "job",
        "after",
        "1.5 true false ef",
        "1 33",
    ];
    for tier in TIERS {
        assert_eq!(lines(program, tier, &[]), expected, "{tier}");
    }
}

#[test]
fn syntax_and_places() {
    // positions stay what they are, and what is built at run time knows natives too
    let program = "const x = 7, F = 3; print(x %F, x %(F), `${x %F}`, /%IsSmi(1)/.source);
        print(eval('%IsSmi(1)'), new Function('a', 'return %IsSmi(a)')(0.5), eval('(a) => { return%IsSmi(a) }').toString());
        try { %IsSmi(1), null.x; } catch (e) { print(e.stack.split('\\n')[1].trim()); }";
    let out = lines(program, "interpreter", &[]);
    assert_eq!(
        out,
        ["1 1 1 %IsSmi(1)", "true false (a) => { return%IsSmi(a) }", "at <anonymous> (p.js:3:31)"]
    );
    let (code, _, error) = run("print(1);\n  %NoSuchThing();", &["--allow-natives-syntax"]);
    assert_eq!(code, 3);
    assert!(error.contains("Unknown native %NoSuchThing") && error.contains("p.js:2:3"), "{error}");
    let (code, _, error) = run("%IsSmi(1); let let = 1;", &["--allow-natives-syntax"]);
    assert!(code == 3 && error.contains("%IsSmi(1); let let"), "{error}");
    let (code, _, error) = run("%IsSmi(1);", &[]);
    assert!(code == 3 && error.contains("p.js:1:1"), "{error}");
    assert_eq!(run("try { eval('%IsSmi(1)') } catch (e) { print(e.name) }", &[]).1, "SyntaxError\n");
    assert_eq!(run("print(7 %Math.max(1, 3))", &[]).1, "1\n");
}
