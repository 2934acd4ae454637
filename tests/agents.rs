//! Agents: threads that share memory, started, woken, timed out and ended. Each program runs in every
//! tier and must print the same lines.

use std::time::{Duration, Instant};

use tierproof_oracle::matrix::named_rows;
use tierproof_vm::{Engine, Options, test262_host};

fn run(source: &str, options: &Options) -> Vec<String> {
    Engine::on_big_stack(|| {
        let mut engine = Engine::new(options);
        test262_host::install(&mut engine);
        let result = engine.run(source.as_bytes(), "program.js");
        let mut lines = std::mem::take(&mut engine.cx.output);
        if let Err(e) = result {
            lines.push(e.to_string());
        }
        lines
    })
}

fn check(source: &str, expected: &[&str]) {
    for row in named_rows("").expect("a schedule") {
        let options = Options { schedule: row.schedule, ..Options::default() };
        assert_eq!(run(source, &options), expected, "under {}", row.name);
    }
}

/// Functions that the programs share.
const PRELUDE: &str = r#"
function report() { let r; while ((r = $262.agent.getReport()) === null) $262.agent.sleep(1); return r; }
function until(a, i, n) { while (Atomics.load(a, i) !== n) $262.agent.sleep(1); }
"#;

#[test]
fn sums_race_but_lose_nothing() {
    let program = r#"
        const a = new Int32Array(new SharedArrayBuffer(16));
        for (let k = 0; k < 3; k++) $262.agent.start(`
            $262.agent.receiveBroadcast(sab => {
                const a = new Int32Array(sab), b = new Uint8Array(sab);
                for (let i = 0; i < 3000; i++) {
                    Atomics.add(a, 0, 1);
                    b[8] = i; a[3] = a[3] + b[8];     // races: any value, no harm
                    for (let v;;) { v = Atomics.load(a, 1); if (Atomics.compareExchange(a, 1, v, v + 2) === v) break; }
                }
                $262.agent.report(Atomics.load(a, 0) > 0);
            });`);
        $262.agent.broadcast(a.buffer);
        print(report(), report(), report(), a[0], a[1]);
    "#;
    check(&format!("{PRELUDE}{program}"), &["true true true 9000 18000"]);
}

#[test]
fn waiters_wake_in_order_or_time_out() {
    let program = r#"
        const a = new Int32Array(new SharedArrayBuffer(32));
        for (let k = 0; k < 3; k++) {
            $262.agent.start(`
                $262.agent.receiveBroadcast((sab, id) => {
                    const a = new Int32Array(sab);
                    while (Atomics.load(a, 1) !== ${k}) $262.agent.sleep(1);
                    Atomics.add(a, 1, 1);
                    $262.agent.report(id + ${k} + Atomics.wait(a, 0, 0, 20000));
                });`);
        }
        $262.agent.broadcast(a.buffer, 10);
        until(a, 1, 3);
        $262.agent.sleep(100);
        print(Atomics.wait(a, 0, 1), Atomics.wait(a, 0, 0, 20));
        for (let k = 0; k < 3; k++) { print(Atomics.notify(a, 0, 1)); print(report()); }
        print(Atomics.notify(a, 0), Atomics.notify(a, 1));
    "#;
    let expected = ["not-equal timed-out", "1", "10ok", "1", "11ok", "1", "12ok", "0 0"];
    check(&format!("{PRELUDE}{program}"), &expected);
}

#[test]
fn promises_wait_for_other_agents() {
    let program = r#"
        const a = new BigInt64Array(new SharedArrayBuffer(64));
        $262.agent.start(`
            $262.agent.receiveBroadcast(async sab => {
                const a = new BigInt64Array(sab);
                const own = Atomics.waitAsync(a, 2, 0n);
                Atomics.store(a, 1, 1n); Atomics.notify(a, 1);
                $262.agent.report(await own.value);
                while (Atomics.notify(a, 0) === 0) $262.agent.sleep(1);
            });`);
        const told = Atomics.waitAsync(a, 1, 0n);
        $262.agent.broadcast(a.buffer);
        (async () => {
            print(told.async, await told.value, a[1]);
            print(Atomics.notify(a, 2), report());
            print(await Atomics.waitAsync(a, 0, 0n).value, Atomics.waitAsync(a, 0, 1n).value);
            print(await Atomics.waitAsync(a, 3, 0n, 5).value);
        })();
    "#;
    check(&format!("{PRELUDE}{program}"), &["true ok 1", "1 ok", "ok not-equal", "timed-out"]);
}

#[test]
fn growth_is_seen_by_others() {
    let program = r#"
        const sab = new SharedArrayBuffer(4, { maxByteLength: 4096 });
        const a = new Int32Array(sab);
        $262.agent.start(`
            $262.agent.receiveBroadcast(sab => {
                const a = new Int32Array(sab);
                sab.grow(1024);
                a[200] = 7;
                $262.agent.report(a.length + " " + sab.growable + " " + sab.maxByteLength);
            });`);
        $262.agent.broadcast(sab);
        print(report(), sab.byteLength, a.length, a[200]);
        try { sab.grow(512); } catch (e) { print(e.name); }
    "#;
    check(&format!("{PRELUDE}{program}"), &["256 true 4096 1024 256 7", "RangeError"]);
}

#[test]
fn an_agent_alone_does_not_block() {
    let program = r#"
        const a = new Int32Array(new SharedArrayBuffer(8));
        const start = Date.now();
        print(Atomics.wait(a, 0, 0, 1e9), Date.now() - start >= 1e9, Atomics.wait(a, 0, 0));
        Atomics.waitAsync(a, 0, 0, 2e9).value.then(v => print(v, Date.now() - start >= 3e9));
        Atomics.waitAsync(a, 1, 0).value.then(v => print("other", v));
        Atomics.waitAsync(a, 0, 0, Infinity).value.then(() => print("never"));
        Promise.resolve().then(() => print("first", Atomics.notify(a, 1)));
    "#;
    let start = Instant::now();
    check(program, &["timed-out true timed-out", "first 1", "other ok", "timed-out true"]);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn agents_end_with_their_program() {
    let program = r#"
        const a = new Int32Array(new SharedArrayBuffer(8));
        const bodies = ["for (;;);", "Atomics.wait(new Int32Array(sab), 0, 0)", "$262.agent.sleep(1e12)",
                        "$262.agent.receiveBroadcast(() => {})", "Atomics.waitAsync(new Int32Array(sab), 0, 0)"];
        for (const body of bodies) $262.agent.start("$262.agent.receiveBroadcast(sab => { " + body + " });");
        $262.agent.broadcast(a.buffer);
        print("end");
    "#;
    let start = Instant::now();
    check(program, &["end"]);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn an_agent_that_must_not_block_throws() {
    for row in named_rows("").expect("a schedule") {
        Engine::on_big_stack(|| {
            let mut engine = Engine::new(&Options { schedule: row.schedule, ..Options::default() });
            engine.cx.agent.can_block = false;
            let source = b"Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)";
            let error = engine.run(source, "program.js").expect_err("may not block").to_string();
            assert!(error.contains("TypeError"), "{error}");
        });
    }
}
