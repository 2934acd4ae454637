//! The host object `$262` that test262 asks for:
//! <https://github.com/tc39/test262/blob/main/INTERPRETING.md#host-defined-functions>.

use tierproof_heap::ObjectRef;
use tierproof_runtime::{Args, Isolate, JsResult, NativeFn, attrs};

use crate::engine::Engine;
use crate::test262_agents;

const METHODS: &[(&str, u32, NativeFn)] = &[
    ("createRealm", 0, create_realm),
    ("detachArrayBuffer", 1, detach),
    ("evalScript", 1, eval_script),
    ("gc", 0, gc),
];

/// Defines `$262` in the engine's realm.
pub fn install(engine: &mut Engine) {
    host_object(&mut engine.cx, true);
}

/// The same for an agent that another one has started.
pub(crate) fn install_in_agent(engine: &mut Engine) {
    host_object(&mut engine.cx, false);
}

/// Defines `$262` in the current realm and returns it.
fn host_object(cx: &mut Isolate, first: bool) -> ObjectRef {
    // The native stack is not scanned before the first script runs.
    cx.heap.pause_collection();
    let host = cx.new_plain_object();
    for &(name, length, native) in METHODS {
        define_method(cx, host, name, length, native);
    }
    let agent = test262_agents::object(cx, first);
    define(cx, host, "agent", agent.into());
    let global = cx.realm.global;
    define(cx, host, "global", global.into());
    define(cx, global, "$262", host.into());
    cx.heap.resume_collection();
    host
}

/// A method of a host object.
pub(crate) fn define_method(cx: &mut Isolate, o: ObjectRef, name: &str, length: u32, native: NativeFn) {
    let key = cx.key(name);
    let f = cx.new_builtin(key, length, native);
    define(cx, o, name, f.into());
}

fn define(cx: &mut Isolate, o: ObjectRef, name: &str, v: tierproof_heap::Value) {
    let key = cx.key(name);
    // fresh objects and the global object accept every property
    let _ = cx.define_own(o, key, v, attrs::HIDDEN);
}

/// A realm with its own globals; its `$262`.
fn create_realm(cx: &mut Isolate, _: Args) -> JsResult {
    let realm = cx.create_realm(tierproof_builtins::install);
    let first = test262_agents::is_first(cx);
    Ok(cx.in_realm(realm, |cx| host_object(cx, first)).into())
}

fn detach(cx: &mut Isolate, args: Args) -> JsResult {
    match args.get(0).try_as() {
        Some(b) => cx.detach_buffer(b)?,
        None => return Err(cx.type_error("not an ArrayBuffer")),
    }
    Ok(tierproof_heap::Value::NULL)
}

/// Runs a script in the realm; its completion value.
fn eval_script(cx: &mut Isolate, args: Args) -> JsResult {
    let text = cx.to_rust_string(args.get(0))?;
    match tierproof_syntax::parse(text.as_bytes(), "evalScript") {
        Err(e) => Err(cx.syntax_error(&e.message)),
        Ok(source) => {
            let global = cx.realm.global.into();
            let f = cx.script_function(source)?;
            cx.call(f.into(), global, &[])
        }
    }
}

/// Collects garbage. Nothing a program can observe depends on it.
fn gc(cx: &mut Isolate, _: Args) -> JsResult {
    cx.heap.collect(tierproof_heap::Collection::Full);
    Ok(tierproof_heap::Value::UNDEFINED)
}
