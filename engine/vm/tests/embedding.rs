//! The embedding API: handles, host functions, errors, modules, jobs, limits, several isolates.

use std::sync::{Arc, Mutex};

use tierproof_vm::api::{JsValue, Kind, PromiseState};
use tierproof_vm::{Engine, ErrorKind, Exception, ModuleLoader, Options, Printer, ScriptError, Termination};

#[path = "../examples/embedding.rs"]
mod tour;

#[test]
fn the_tour_goes_through() {
    tour::main().unwrap();
}

const TIERS: [&str; 5] = ["interpreter", "baseline", "midtier", "toptier", "jit-fuzzing"];

fn engine(tier: &str) -> Engine {
    let schedule = format!("tier={tier}").parse().unwrap();
    Engine::new(&Options { schedule, ..Options::default() })
}

fn exception<T: std::fmt::Debug>(r: Result<T, ScriptError>) -> Exception {
    match r {
        Err(ScriptError::Exception(e)) => *e,
        other => panic!("no exception: {other:?}"),
    }
}

#[test]
fn handles_survive_moving_collections() {
    let schedule = "tier=toptier gc=stress-move".parse().unwrap();
    let mut e = Engine::new(&Options { schedule, ..Options::default() });
    let o = e.eval(b"({ list: [1, 'two', { three: 3n }] })", "t").unwrap();
    let copies: Vec<JsValue> = (0..100).map(|_| o.clone()).collect();
    e.eval(b"for (let i = 0; i < 500; i++) ({ i }).toString()", "t").unwrap();
    let text = e
        .with(|cx| {
            cx.collect_garbage();
            let list = cx.get(&copies[99], "list")?;
            let items = [cx.get_index(&list, 1)?, cx.get_index(&list, 2)?];
            cx.collect_garbage();
            let a = cx.array(&items)?;
            Ok(cx.inspect(&a))
        })
        .unwrap();
    assert_eq!(text, "[ 'two', { three: 3n } ]");
    drop(e);
    // handles may outlive their isolate; they are good for nothing then
    let mut other = engine("interpreter");
    let error = exception(other.with(|cx| cx.get(&o, "list")));
    assert_eq!(error.text, "TypeError: a value of another isolate");
    assert!(other.with(|cx| Ok(cx.inspect(&o))).unwrap().contains("another isolate"));
}

#[test]
fn host_functions_are_called_and_throw_in_every_tier() {
    for tier in TIERS {
        let mut e = engine(tier);
        let count = std::rc::Rc::new(std::cell::Cell::new(0));
        let seen = count.clone();
        e.with(|cx| {
            cx.define_function("twice", 1, move |cx, call| {
                seen.set(seen.get() + 1);
                let n = call.number(cx, 0)?;
                if n < 0.0 {
                    return Err(cx.throw(ErrorKind::RangeError, "negative"));
                }
                Ok((n * 2.0).into())
            })?;
            cx.define_function("apply", 2, |cx, call| {
                let (f, v, this) = (call.get(cx, 0), call.get(cx, 1), call.this(cx));
                match cx.call(&f, &this, &[v]) {
                    Ok(v) => Ok(v),
                    Err(t) => {
                        let thrown = cx.catch(t)?;
                        let text = format!("caught {}", cx.inspect(&thrown));
                        Ok(cx.string(&text))
                    }
                }
            })
        })
        .unwrap();
        let sum = e.eval(b"let s = 0; for (let i = 0; i < 2000; i++) s += twice(i); s", "t").unwrap();
        assert_eq!((sum.as_number(), count.get()), (Some(3_998_000.0), 2000), "{tier}");
        let text = e.eval(b"apply(x => { throw x }, { a: 1 }) + apply(x => x + 1, 1)", "t").unwrap();
        assert_eq!(e.with(|cx| cx.to_text(&text)).unwrap(), "caught { a: 1 }2", "{tier}");
        let error = exception(e.eval(b"function f() {\n  twice(-1);\n}\nf();", "where.js"));
        assert_eq!(error.text, "RangeError: negative", "{tier}");
        let places: Vec<_> = error.trace.iter().map(|f| (f.function.as_str(), f.line, f.column)).collect();
        assert_eq!(places, [("f", 2, 3), ("", 4, 1)], "{tier}");
        assert_eq!(error.trace[0].file, "where.js");
        let length = e.eval(b"[twice.name, twice.length, typeof twice, apply.length].join()", "t").unwrap();
        assert_eq!(e.with(|cx| cx.to_text(&length)).unwrap(), "twice,1,function,2");
    }
}

#[test]
fn a_panic_of_the_host_is_an_error_of_the_run() {
    std::panic::set_hook(Box::new(|_| {}));
    for tier in ["interpreter", "toptier"] {
        let mut e = engine(tier);
        e.with(|cx| cx.define_function("bad", 0, |_, _| panic!("host bug"))).unwrap();
        let r = e.eval(b"try { bad() } catch (e) { } finally { } 1", "t");
        assert!(matches!(r, Err(ScriptError::Terminated(Termination::Internal(_)))), "{r:?}");
        assert_eq!(e.eval(b"1 + 1", "t").unwrap().as_number(), Some(2.0));
    }
}

#[test]
fn objects_and_conversions() {
    let mut e = engine("interpreter");
    e.with(|cx| {
        let (o, global) = (cx.object(), cx.global());
        let (text, big) = (cx.string("Zürich ☃"), cx.bigint(-5));
        cx.set(&o, "text", &text)?;
        cx.set(&o, "7", &big)?;
        cx.define(&o, "hidden", &JsValue::NULL)?;
        assert_eq!(cx.keys(&o)?, ["7", "text"]);
        assert!(cx.has(&o, "hidden")? && cx.has(&o, "toString")? && !cx.has(&o, "absent")?);
        assert!(cx.delete(&o, "hidden")? && !cx.has(&o, "hidden")?);
        assert_eq!(cx.get_index(&o, 7)?.kind(), Kind::BigInt);
        cx.set(&global, "o", &o)?;
        let v = cx.eval(b"o.text + o[7]", "t")?;
        assert_eq!((v.kind(), cx.to_text(&v)?.as_str()), (Kind::String, "Zürich ☃-5"));
        assert!(cx.to_bool(&v) && !cx.to_bool(&JsValue::NULL));
        let date = cx.get(&global, "Date")?;
        let d = cx.construct(&date, &[JsValue::from(0.0)])?;
        assert_eq!(cx.inspect(&d), "1970-01-01T00:00:00.000Z");
        let symbol = cx.eval(b"Symbol('s')", "t")?;
        assert_eq!(symbol.kind(), Kind::Symbol);
        let refused = cx.to_text(&symbol).unwrap_err();
        let thrown = cx.catch(refused)?;
        assert!(thrown.is_object());
        let not_callable = cx.call(&o, &JsValue::UNDEFINED, &[]).unwrap_err();
        cx.catch(not_callable)?;
        let not_an_object = cx.set(&JsValue::from(1), "x", &JsValue::NULL).unwrap_err();
        cx.catch(not_an_object)?;
        let frozen = cx.eval(b"Object.freeze({ x: 1 })", "t")?;
        let read_only = cx.set(&frozen, "x", &JsValue::NULL).unwrap_err();
        cx.catch(read_only)?;
        Ok(())
    })
    .unwrap();
    assert_eq!(
        exception(e.with(|cx| cx.eval(b"1 +", "broken.js"))).text.split(':').next(),
        Some("SyntaxError")
    );
    assert!(matches!(e.eval(b"1 +", "broken.js"), Err(ScriptError::Syntax(s)) if s.line == 1));
}

#[test]
fn promises_and_jobs() {
    let mut e = Engine::new(&Options { manual_jobs: true, ..Options::default() });
    let (promise, resolve) = e
        .with(|cx| {
            let (p, resolve, _) = cx.promise();
            let global = cx.global();
            cx.set(&global, "p", &p)?;
            Ok((p, resolve))
        })
        .unwrap();
    e.eval(b"var got; p.then(v => { got = v; }); queueMicrotask?.(() => {});", "t").ok();
    e.eval(b"var got; p.then(v => { got = v; });", "t").unwrap();
    assert!(matches!(e.with(|cx| Ok(cx.promise_state(&promise))).unwrap(), Some(PromiseState::Pending)));
    e.with(|cx| cx.call(&resolve, &JsValue::UNDEFINED, &[JsValue::from(5)])).unwrap();
    assert!(e.has_jobs() && e.eval(b"got", "t").unwrap().is_undefined());
    e.run_jobs().unwrap();
    assert_eq!((e.has_jobs(), e.eval(b"got", "t").unwrap().as_number()), (false, Some(5.0)));
    e.with(|cx| {
        let f = cx.eval(b"() => { got = 'job'; }", "t")?;
        cx.enqueue_job(&f)
    })
    .unwrap();
    e.run_jobs().unwrap();
    let v = e.eval(b"got", "t").unwrap();
    assert_eq!(e.with(|cx| cx.to_text(&v)).unwrap(), "job");
    e.eval(b"Promise.reject(new Error('lost')); Promise.reject(1).catch(() => {})", "t").unwrap();
    e.run_jobs().unwrap();
    let lost = e.unhandled_rejection().unwrap();
    assert_eq!(lost.to_string(), "Error: lost");
    assert!(e.unhandled_rejection().is_none());
}

struct Numbered;

impl ModuleLoader for Numbered {
    fn resolve(&self, referrer: &str, specifier: &str) -> Result<String, String> {
        match specifier {
            "forbidden" => Err(format!("{referrer} may not import {specifier}")),
            s => Ok(s.trim_start_matches("./").to_owned()),
        }
    }
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let n: u32 = name.parse().map_err(|_| format!("no module {name}"))?;
        match n {
            0 => Ok(b"export default 0; export const all = [];".to_vec()),
            _ => Ok(format!(
                "import d, {{ all }} from './{}'; all.push({n}); export default d + {n}; export {{ all }};",
                n - 1
            )
            .into_bytes()),
        }
    }
}

#[test]
fn modules_come_from_the_hook() {
    for tier in TIERS {
        let mut e = engine(tier);
        e.set_module_loader(Numbered);
        e.run_module(
            b"import d, { all } from './20'; globalThis.sum = d; globalThis.all = all.join();",
            "main",
        )
        .unwrap();
        assert_eq!(e.eval(b"sum", "t").unwrap().as_number(), Some(210.0), "{tier}");
        let all = e.eval(b"all", "t").unwrap();
        assert!(e.with(|cx| cx.to_text(&all)).unwrap().starts_with("1,2,3"), "{tier}");
        let error = exception(e.run_module(b"import 'forbidden'", "main2"));
        assert!(e.link_failed && error.text.contains("main2 may not import forbidden"), "{}", error.text);
        e.eval(b"import('x').catch(e => { message = e.message; }); var message;", "t").unwrap();
        let message = e.eval(b"message", "t").unwrap();
        assert!(e.with(|cx| cx.to_text(&message)).unwrap().contains("no module x"));
    }
}

#[test]
fn limits_and_interrupts_leave_a_usable_engine() {
    for tier in TIERS {
        let mut e = engine(tier);
        e.eval(b"var x = 1;", "t").unwrap();
        e.set_tick_limit(Some(100_000));
        let r = e.eval(b"try { for (;;) x++; } catch { } finally { x = -1; }", "t");
        assert!(matches!(r, Err(ScriptError::Terminated(Termination::TicksExhausted))), "{tier}: {r:?}");
        e.set_tick_limit(None);
        let interrupt = e.interrupt();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(30));
            interrupt.interrupt();
        });
        let r = e.eval(b"for (;;) x = x + 1 | 0;", "t");
        assert!(matches!(r, Err(ScriptError::Terminated(Termination::Interrupted))), "{tier}: {r:?}");
        thread.join().unwrap();
        assert_eq!(e.eval(b"typeof x", "t").unwrap().kind(), Kind::String, "{tier}");
        let deep = exception(e.eval(b"function f() { return f() + 1; } f();", "t"));
        assert_eq!(deep.text, "RangeError: Maximum call stack size exceeded", "{tier}");
    }
}

#[test]
fn the_stack_has_a_limit_of_its_own() {
    let depth = |words: usize| {
        let mut options = Options::default();
        options.limits.stack_words = words;
        let n = Engine::new(&options)
            .eval(b"let n = 0; function f() { n++; f(); } try { f(); } catch { } n", "t");
        n.unwrap().as_number().unwrap()
    };
    let (small, large) = (depth(1 << 13), depth(1 << 16));
    assert!(small > 50.0 && large > small * 6.0, "{small} {large}");
}

/// Threads with ordinary stacks, each with isolates of its own, two of them interleaved.
#[test]
fn many_isolates() {
    let threads: Vec<_> = (0..3)
        .map(|t| {
            std::thread::spawn(move || {
                let lines = Arc::new(Mutex::new(Vec::new()));
                let sink = lines.clone();
                let printer = Printer(Arc::new(move |line: &str| {
                    sink.lock().map_err(|_| Termination::Exit(1))?.push(line.to_owned());
                    Ok(())
                }));
                let options = Options { printer: Some(printer), ..Options::default() };
                let (mut a, mut b) = (Engine::new(&options), Engine::new(&options));
                for i in 0..5 {
                    a.eval(format!("var n = (globalThis.n ?? 0) + {i}; print('a', n)").as_bytes(), "a")
                        .unwrap();
                    b.eval(format!("var n = (globalThis.n ?? {t}) + 1; print('b', n)").as_bytes(), "b")
                        .unwrap();
                }
                drop(a);
                let deep = b.eval(b"function f(n) { return n ? f(n - 1) + 1 : 0; } f(5000)", "b").unwrap();
                assert_eq!(deep.as_number(), Some(5000.0));
                let lines = lines.lock().unwrap();
                assert_eq!((lines.len(), lines[9].clone()), (10, format!("b {}", t + 5)));
            })
        })
        .collect();
    threads.into_iter().for_each(|t| t.join().unwrap());
}

#[test]
fn scripts_are_compiled_once() {
    let (mut a, mut b) = (engine("interpreter"), engine("toptier"));
    let script = a.compile(b"var n = (globalThis.n ?? 0) + 1; n", "n.js").unwrap();
    a.run_source(script.clone()).unwrap();
    a.run_source(script.clone()).unwrap();
    b.run_source(script).unwrap();
    assert_eq!(
        (a.eval(b"n", "t").unwrap().as_number(), b.eval(b"n", "t").unwrap().as_number()),
        (Some(2.0), Some(1.0))
    );
    assert_eq!(a.source_text("n.js").as_deref(), Some("var n = (globalThis.n ?? 0) + 1; n"));
}
