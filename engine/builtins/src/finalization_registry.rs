//! [FinalizationRegistry Objects](https://tc39.es/ecma262/#sec-finalization-registry-objects). Nothing is
//! ever found dead (see `weak_ref`), so the callback never runs; registering keeps only the tokens.

use tierproof_heap::{ObjectRef, TaggedArrayRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Row, brand, callback, incompatible, needs_new};
use crate::weak_map::can_be_held_weakly;

const METHODS: &[Row] = &[("register", 2, register), ("unregister", 1, unregister)];

/// Internal words: the callback; FixedArray of tokens, its user word counts them.
const CALLBACK: usize = 0;
const TOKENS: usize = 1;

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.finalization_registry_prototype;
    install::constructor(cx, ("FinalizationRegistry", 1, finalization_registry), p);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "FinalizationRegistry");
}

/// [FinalizationRegistry](https://tc39.es/ecma262/#sec-finalization-registry-cleanup-callback)
fn finalization_registry(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "FinalizationRegistry"));
    }
    let f = callback(cx, args.get(0))?;
    let fallback = cx.realm.finalization_registry_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    let o = install::branded(cx, p, brand::FINALIZATION_REGISTRY);
    o.set_internal(&mut cx.heap, CALLBACK, f);
    Ok(o.into())
}

fn this_registry(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    install::as_branded(args.this(), brand::FINALIZATION_REGISTRY)
        .ok_or_else(|| incompatible(cx, &format!("FinalizationRegistry.prototype.{method}"), args.this()))
}

/// [FinalizationRegistry.prototype.register](https://tc39.es/ecma262/#sec-finalization-registry.prototype.register)
fn register(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_registry(cx, args, "register")?;
    let (target, held, token) = (args.get(0), args.get(1), args.get(2));
    if !can_be_held_weakly(target) {
        return Err(cx.type_error("FinalizationRegistry.prototype.register: invalid target"));
    }
    if cx.same_value(target, held) {
        return Err(
            cx.type_error("FinalizationRegistry.prototype.register: target and holdings must not be same")
        );
    }
    if !can_be_held_weakly(token) {
        if !token.is_undefined() {
            return Err(cx.type_error("Invalid unregisterToken"));
        }
        return Ok(Value::UNDEFINED);
    }
    let old = o.internal(TOKENS).try_as::<TaggedArrayRef>();
    let count = old.map_or(0, |t| t.user_word() as usize);
    let tokens = match old {
        Some(t) if count < t.len() => t,
        Some(t) => cx.heap.copy_tagged(t.as_slice(), count * 2, Value::UNDEFINED),
        None => cx.heap.allocate_fixed_array(4, Value::UNDEFINED),
    };
    tokens.set(&mut cx.heap, count, token);
    tokens.set_user_word(count as u32 + 1);
    o.set_internal(&mut cx.heap, TOKENS, tokens.into());
    Ok(Value::UNDEFINED)
}

/// [FinalizationRegistry.prototype.unregister](https://tc39.es/ecma262/#sec-finalization-registry.prototype.unregister)
fn unregister(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_registry(cx, args, "unregister")?;
    if !can_be_held_weakly(args.get(0)) {
        return Err(cx.type_error("Invalid unregisterToken"));
    }
    let Some(tokens) = o.internal(TOKENS).try_as::<TaggedArrayRef>() else { return Ok(Value::FALSE) };
    let count = tokens.user_word() as usize;
    let mut kept = 0;
    for i in 0..count {
        let t = tokens.get(i);
        if t != args.get(0) {
            tokens.set(&mut cx.heap, kept, t);
            kept += 1;
        }
    }
    tokens.set_user_word(kept as u32);
    Ok(Value::from_bool(kept < count))
}
