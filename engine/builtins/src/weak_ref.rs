//! [WeakRef Objects](https://tc39.es/ecma262/#sec-weak-ref-objects). The target is held strongly: when a
//! collector would find it dead depends on the native stack, hence on the tier.

use tierproof_heap::{CellKind, ObjectRef};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Row, incompatible, needs_new};
use crate::weak_map::can_be_held_weakly;

const METHODS: &[Row] = &[("deref", 0, deref)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.weak_ref_prototype;
    install::constructor(cx, ("WeakRef", 1, weak_ref), p);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "WeakRef");
}

/// [WeakRef](https://tc39.es/ecma262/#sec-weak-ref-target)
fn weak_ref(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "WeakRef"));
    }
    if !can_be_held_weakly(args.get(0)) {
        return Err(cx.type_error("WeakRef: target must be an object or a symbol that is not registered"));
    }
    let fallback = cx.realm.weak_ref_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    let shape = cx.root_shape(p.into(), CellKind::WeakRef, 0);
    let o = cx.heap.allocate_object_of(CellKind::WeakRef, shape.0);
    o.set_internal(&mut cx.heap, 0, args.get(0));
    Ok(o.into())
}

/// [WeakRef.prototype.deref](https://tc39.es/ecma262/#sec-weak-ref.prototype.deref)
fn deref(cx: &mut Isolate, args: Args) -> JsResult {
    match args.this().try_as::<ObjectRef>() {
        Some(o) if o.kind() == CellKind::WeakRef => Ok(o.internal(0)),
        _ => Err(incompatible(cx, "WeakRef.prototype.deref", args.this())),
    }
}
