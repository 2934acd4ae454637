//! Resources of `using` and `await using`: a list per scope, disposed in reverse when it is left.
//! Called through `runtime_functions`.
//!
//! The list is an object that no program sees: its elements are triples (value, method or undefined,
//! `flag`), word 1 is the error so far or the hole, word 2 the state of awaiting.
//! Spec: [DisposeCapability Records](https://tc39.es/ecma262/#sec-disposecapability-records).

use tierproof_heap::{CellKind, ObjectRef, TaggedArrayRef, Value};

use crate::isolate::{Isolate, JsResult, Thrown};
use crate::shapes::attrs;

/// Kinds of resources.
mod flag {
    pub const SYNC: i32 = 0;
    pub const ASYNC: i32 = 1;
    /// `await using` of something that only has `Symbol.dispose`.
    pub const SYNC_IN_ASYNC: i32 = 2;
}

/// Bits of the state of awaiting.
mod awaiting {
    pub const NEEDED: i32 = 1;
    pub const DONE: i32 = 2;
}

const LIST: usize = 0;
const ERROR: usize = 1;
const AWAITING: usize = 2;
const COUNT: usize = 3;

impl Isolate {
    /// `CreateDisposeStack`.
    pub fn create_dispose_stack(&mut self) -> Value {
        let shape = self.shapes.null_root(CellKind::GenericObject, 0);
        let o = self.heap.allocate_object_of(CellKind::GenericObject, shape.0);
        o.set_internal(&mut self.heap, ERROR, Value::HOLE);
        o.set_internal(&mut self.heap, AWAITING, Value::smi(0));
        o.set_internal(&mut self.heap, COUNT, Value::smi(0));
        o.into()
    }

    /// [AddDisposableResource](https://tc39.es/ecma262/#sec-adddisposableresource).
    pub fn add_disposable(&mut self, stack: Value, value: Value, is_async: bool) -> JsResult<()> {
        if value.is_nullish() {
            if is_async {
                self.push_resource(stack, value, Value::UNDEFINED, flag::ASYNC);
            }
            return Ok(());
        }
        if !value.is_object() {
            let what = self.describe(value);
            return Err(self.type_error(&format!("{what} cannot be disposed: not an object")));
        }
        let (mut method, mut kind) = (Value::UNDEFINED, flag::SYNC);
        if is_async {
            let key = self.realm.symbols.async_dispose.key();
            (method, kind) = (self.get_method(value, key)?, flag::ASYNC);
        }
        if method.is_undefined() {
            let key = self.realm.symbols.dispose.key();
            method = self.get_method(value, key)?;
            if is_async {
                kind = flag::SYNC_IN_ASYNC;
            }
        }
        if method.is_undefined() {
            return Err(self.type_error("The value to dispose has no [Symbol.dispose] method"));
        }
        self.push_resource(stack, value, method, kind);
        Ok(())
    }

    fn push_resource(&mut self, stack: Value, value: Value, method: Value, kind: i32) {
        let o = stack.cast::<ObjectRef>();
        let n = o.internal(COUNT).as_smi() as usize;
        let list = match o.internal(LIST).try_as::<TaggedArrayRef>() {
            Some(l) if l.len() >= n + 3 => l,
            Some(l) => self.heap.copy_tagged(l.as_slice(), (n + 3) * 2, Value::UNDEFINED),
            None => self.heap.allocate_fixed_array(6, Value::UNDEFINED),
        };
        for (i, v) in [value, method, Value::smi(kind)].into_iter().enumerate() {
            list.set(&mut self.heap, n + i, v);
        }
        o.set_internal(&mut self.heap, LIST, list.into());
        o.set_internal(&mut self.heap, COUNT, Value::smi(n as i32 + 3));
    }

    /// The last resource that is left: value, method, kind.
    fn pop_resource(&mut self, o: ObjectRef) -> Option<(Value, Value, i32)> {
        let n = o.internal(COUNT).as_smi() as usize;
        if n == 0 {
            return None;
        }
        let list = o.internal(LIST).cast::<TaggedArrayRef>();
        o.set_internal(&mut self.heap, COUNT, Value::smi(n as i32 - 3));
        Some((list.get(n - 3), list.get(n - 2), list.get(n - 1).as_smi()))
    }

    /// `DisposeRejected`: an error while disposing joins those before.
    pub fn dispose_failed(&mut self, stack: Value, error: Value) -> JsResult {
        let o = stack.cast::<ObjectRef>();
        let before = o.internal(ERROR);
        let error = if before.is_hole() { error } else { self.suppressed_error(error, before)? };
        o.set_internal(&mut self.heap, ERROR, error);
        Ok(Value::UNDEFINED)
    }

    /// A SuppressedError without message.
    pub fn suppressed_error(&mut self, error: Value, suppressed: Value) -> JsResult {
        let prototype = self.realm.suppressed_error_prototype;
        let e = self.make_error(prototype, None)?;
        let key = self.key("error");
        self.define_own(e.cast(), key, error, attrs::HIDDEN)?;
        let key = self.key("suppressed");
        self.define_own(e.cast(), key, suppressed, attrs::HIDDEN)?;
        Ok(e)
    }

    /// `Dispose`: [DisposeResources](https://tc39.es/ecma262/#sec-disposeresources) of a scope without
    /// `await using`. Returns when nothing new is thrown.
    pub fn dispose(&mut self, stack: Value, thrown: bool, value: Value) -> JsResult {
        let o = stack.cast::<ObjectRef>();
        if thrown {
            o.set_internal(&mut self.heap, ERROR, value);
        }
        while let Some((resource, method, _)) = self.pop_resource(o) {
            if let Err(Thrown) = self.call(method, resource, &[]) {
                let e = self.take_exception()?;
                self.dispose_failed(stack, e)?;
            }
        }
        self.dispose_end(stack, thrown, value)
    }

    /// `DisposeStep`.
    pub fn dispose_step(&mut self, stack: Value) -> JsResult {
        let o = stack.cast::<ObjectRef>();
        loop {
            let at = o.internal(AWAITING).as_smi();
            let waits = at & awaiting::NEEDED != 0 && at & awaiting::DONE == 0;
            let n = o.internal(COUNT).as_smi() as usize;
            let next_is_sync =
                n > 0 && o.internal(LIST).cast::<TaggedArrayRef>().get(n - 1).as_smi() == flag::SYNC;
            if waits && (n == 0 || next_is_sync) {
                o.set_internal(&mut self.heap, AWAITING, Value::smi(at & !awaiting::NEEDED));
                return Ok(Value::UNDEFINED);
            }
            let Some((resource, method, kind)) = self.pop_resource(o) else { return Ok(Value::HOLE) };
            if method.is_undefined() {
                o.set_internal(&mut self.heap, AWAITING, Value::smi(at | awaiting::NEEDED));
                continue;
            }
            let result = self.call(method, resource, &[]);
            if kind != flag::SYNC && (result.is_ok() || kind == flag::SYNC_IN_ASYNC) {
                o.set_internal(&mut self.heap, AWAITING, Value::smi(at | awaiting::DONE));
            }
            match (result, kind) {
                (Ok(_), flag::SYNC) => {}
                (Ok(v), flag::ASYNC) => return Ok(v),
                (Ok(_), _) => return Ok(Value::UNDEFINED),
                (Err(Thrown), flag::SYNC_IN_ASYNC) => {
                    let e = self.take_exception()?;
                    let p = self.new_promise();
                    self.reject_promise(p, e);
                    return Ok(p.into());
                }
                (Err(Thrown), _) => {
                    let e = self.take_exception()?;
                    self.dispose_failed(stack, e)?;
                }
            }
        }
    }

    /// `DisposeEnd`.
    pub fn dispose_end(&mut self, stack: Value, thrown: bool, value: Value) -> JsResult {
        let error = stack.cast::<ObjectRef>().internal(ERROR);
        if error.is_hole() || thrown && error == value {
            return Ok(Value::UNDEFINED);
        }
        Err(self.throw(error))
    }
}
