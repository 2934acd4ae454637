//! An engine made of what another one left behaves as a new one, whatever the other has done.

use tierproof_base::GcMode;
use tierproof_vm::{Engine, Options, Schedule};

/// Programs that leave traces wherever a program can.
const DIRTY: &[&str] = &[
    "Object.prototype.x = 1; Array.prototype[3] = 2; Array.prototype.forEach = null; var g = 1; let l = 2;",
    "delete Array.prototype.map; Object.setPrototypeOf(Function.prototype, null); globalThis.print = 1;",
    "Array.prototype[Symbol.iterator] = function* () { yield 7 }; var s = Symbol('s'), t = Symbol.for('t');",
    "var big = []; for (let i = 0; i < 3e5; i++) big.push({ i, text: 'k' + i }); big.length = 1;",
    "var huge = new Array(1e5).fill(1.5), b = new ArrayBuffer(1 << 20), v = new Uint8Array(b);",
    "for (let i = 0; i < 40; i++) eval('var v' + i + ' = x => x + ' + i + '; v' + i + '(1)');",
    "function C() { this.a = 1 } for (let i = 0; i < 2e3; i++) { new C(); [1, 2].map(x => x + i) } C.prototype.z = 1;",
    "Promise.resolve(1).then(v => { throw v }); new FinalizationRegistry(() => {}).register({}, 1);",
    "function f() { f() } f()",
    "for (;;) ;",
    "null.x",
];

/// Shows much of what a fresh realm has.
const PROBE: &str = "
    for (let o of [globalThis, Object.prototype, Array.prototype, Function.prototype, Symbol, Promise])
      print(Reflect.ownKeys(o).map(String).join());
    print([1, , 3].map(x => x * 2).concat([4]), [...[1, 2]], Object.prototype.x, Symbol.for('t').toString());
    function C(n) { this.n = n; this.m = n * 2 }
    let sum = 0;
    for (let i = 0; i < 3000; i++) { const c = new C(i); sum += c.n + c.m; if (i % 100 == 0) sum += [i, i].map(x => x + 1)[1] }
    print(sum, typeof g, typeof v1, eval('typeof l'), new Date().getTime(), Math.random());
";

fn options(schedule: &str) -> Options {
    let schedule: Schedule = schedule.parse().unwrap();
    Options { schedule, ..Options::default() }
}

/// What the probe prints, how it ends and what the engine has counted meanwhile.
fn probe(mut engine: Engine) -> (Engine, String) {
    let end = engine.run(PROBE.as_bytes(), "probe.js").map(|_| ());
    let (allocated, stats, ticks) =
        (engine.cx.heap.stats().allocated_bytes, engine.stats(), engine.cx.ticks_taken());
    let (deopts, entries) = (stats.deopts, stats.osr_entries);
    let seen = format!("{:?} {end:?} {ticks} ticks, {deopts} deopts, {entries} OSR", engine.cx.output);
    // what the native stack pins by chance is not freed, which shows in where the rest goes
    let collects = !matches!(engine.cx.schedule.gc, GcMode::Normal);
    (engine, if collects { seen } else { format!("{seen}, {allocated} bytes") })
}

#[test]
fn nothing_is_left_of_the_former_program() {
    Engine::on_big_stack(|| {
        const SCHEDULES: &[&str] = &[
            "tier=interpreter",
            "tier=toptier gc=every:100 verify=on",
            "tier=midtier deopt=every:5 gc=stress-move",
            "tier=jit-fuzzing feedback=lies:3",
        ];
        for (i, dirty) in DIRTY.iter().enumerate() {
            let schedule = SCHEDULES[i % SCHEDULES.len()];
            let (_, fresh) = probe(Engine::new(&options(schedule)));
            let mut other = Engine::recycled(&options(&format!("{} ticks=200000", SCHEDULES[(i + 1) % 4])));
            let _ = other.run(dirty.as_bytes(), "dirty.js");
            drop(other);
            let (_, recycled) = probe(Engine::recycled(&options(schedule)));
            assert_eq!(fresh, recycled, "{schedule} after {dirty}");
        }
    });
}
