//! A tour of embedding: host functions and objects, scripts, modules from memory, jobs, limits,
//! interrupts, errors. `cargo run -p tierproof-vm --example embedding`

use std::collections::HashMap;
use std::time::Duration;

use tierproof_vm::api::{JsValue, PromiseState};
use tierproof_vm::{Engine, ErrorKind, ModuleLoader, Options, ScriptError, Termination};

/// Modules that are not files.
struct Memory(HashMap<&'static str, &'static str>);

impl ModuleLoader for Memory {
    fn resolve(&self, _referrer: &str, specifier: &str) -> Result<String, String> {
        Ok(specifier.to_owned())
    }
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        self.0.get(name).map(|t| t.as_bytes().to_vec()).ok_or(format!("no module '{name}'"))
    }
}

pub fn main() -> Result<(), ScriptError> {
    let mut engine = Engine::new(&Options::default());

    // --- a host object with a method that may throw, and state of its own
    engine.with(|cx| {
        let (store, global) = (cx.object(), cx.global());
        let items = std::cell::RefCell::new(Vec::<String>::new());
        let push = cx.function("push", 1, move |cx, call| {
            let text = call.text(cx, 0)?;
            if text.is_empty() {
                return Err(cx.throw(ErrorKind::RangeError, "nothing to keep"));
            }
            items.borrow_mut().push(text);
            Ok(JsValue::from(items.borrow().len() as f64))
        });
        cx.set(&store, "push", &push)?;
        cx.set(&global, "store", &store)
    })?;
    let n = engine.eval(b"store.push('a'); store.push('b')", "store.js")?;
    assert_eq!(n.as_number(), Some(2.0));

    // --- errors say where
    match engine.eval(b"function save(x) {\n  store.push(x);\n}\nsave('');", "error.js") {
        Err(ScriptError::Exception(e)) => {
            println!("{}", e.text);
            e.trace.iter().for_each(|frame| println!("{frame}"));
            assert_eq!((e.trace[0].function.as_str(), e.trace[0].line), ("save", 2));
        }
        other => panic!("{other:?}"),
    }

    // --- values of the program: handles that outlive collections
    let point =
        engine.eval(b"({ x: 3, y: 4, get length() { return Math.hypot(this.x, this.y); } })", "p.js")?;
    let length = engine.with(|cx| {
        cx.collect_garbage();
        cx.get(&point, "length")
    })?;
    assert_eq!(length.as_number(), Some(5.0));

    // --- modules
    let modules = [("config", "export const port = await Promise.resolve(8080);")];
    engine.set_module_loader(Memory(modules.into()));
    engine.run_module(b"import { port } from 'config'; globalThis.port = port;", "main")?;
    assert_eq!(engine.eval(b"port", "port.js")?.as_number(), Some(8080.0));

    // --- jobs on the embedder's terms
    let mut patient = Engine::new(&Options { manual_jobs: true, ..Options::default() });
    let promise = patient.eval(b"(async () => { await 1; return 'done'; })()", "job.js")?;
    assert!(patient.has_jobs());
    patient.run_jobs()?;
    patient.with(|cx| match cx.promise_state(&promise) {
        Some(PromiseState::Fulfilled(v)) => {
            assert_eq!(cx.to_text(&v)?, "done");
            Ok(())
        }
        other => panic!("{other:?}"),
    })?;

    // --- limits: a program that never ends, three times
    engine.set_tick_limit(Some(1_000_000));
    let ended = engine.eval(b"for (;;);", "loop.js");
    assert!(matches!(ended, Err(ScriptError::Terminated(Termination::TicksExhausted))));
    engine.set_tick_limit(None);
    let watchdog = engine.interrupt().after(Duration::from_millis(20));
    let ended = engine.eval(b"try { for (;;); } finally { }", "loop.js");
    assert!(matches!(ended, Err(ScriptError::Terminated(Termination::Interrupted))));
    drop(watchdog);
    let mut small = Options::default();
    small.limits.heap_bytes = Some(64 << 20);
    let ended = Engine::new(&small).eval(b"let a = []; for (;;) a.push(new Array(1000).fill(0));", "heap.js");
    assert!(matches!(ended, Err(ScriptError::Terminated(Termination::OutOfMemory))));
    println!("{}", engine.with(|cx| Ok(cx.inspect(&point)))?);
    Ok(())
}
