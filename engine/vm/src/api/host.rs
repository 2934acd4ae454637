//! Functions of the host: Rust closures that JavaScript calls.

use std::rc::Rc;

use tierproof_heap::Value;
use tierproof_runtime::{Args, Isolate, JsResult, Termination};

use super::{Context, JsValue, Throw};

/// One call of a host function: `this` and the arguments.
pub struct Call {
    args: Args,
}

impl Call {
    /// Argument `i`; undefined when it was not passed.
    pub fn get(&self, cx: &mut Context<'_>, i: usize) -> JsValue {
        JsValue::new(cx.isolate(), self.args.get(i))
    }
    /// Number of arguments passed.
    pub fn len(&self) -> usize {
        self.args.len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn this(&self, cx: &mut Context<'_>) -> JsValue {
        JsValue::new(cx.isolate(), self.args.this())
    }
    /// Argument `i` as text, by the language's rules (undefined is "undefined").
    pub fn text(&self, cx: &mut Context<'_>, i: usize) -> Result<String, Throw> {
        let v = self.get(cx, i);
        cx.to_text(&v)
    }
    /// Argument `i` as number, by the language's rules.
    pub fn number(&self, cx: &mut Context<'_>, i: usize) -> Result<f64, Throw> {
        let v = self.get(cx, i);
        cx.to_number(&v)
    }
}

/// A function object for the closure. It lives as long as its isolate.
pub(super) fn function(
    cx: &mut Isolate,
    name: &str,
    length: u32,
    f: impl Fn(&mut Context<'_>, &Call) -> Result<JsValue, Throw> + 'static,
) -> Value {
    let number = cx.host_functions.len() as i32;
    cx.host_functions.push(Rc::new(move |cx: &mut Isolate, args: Args| {
        let mut context = Context::inside(cx);
        let result = f(&mut context, &Call { args });
        context.finish(result)
    }));
    let key = cx.key(name);
    let data = cx.new_builtin(key, length, enter).function_data();
    let shape = cx.realm.function_shape;
    cx.heap.allocate_function(shape.0, data, Value::smi(number)).into()
}

/// What every host function runs first.
fn enter(cx: &mut Isolate, args: Args) -> JsResult {
    let number = args.captured().as_smi() as usize;
    match cx.host_functions.get(number).cloned() {
        Some(f) => {
            // a panic may not unwind through the frames of compiled code
            let run = std::panic::AssertUnwindSafe(|| f(cx, args));
            match std::panic::catch_unwind(run) {
                Ok(result) => result,
                Err(_) => Err(cx.terminate(Termination::Internal("a host function panicked".into()))),
            }
        }
        None => Err(cx.type_error("host function without a body")),
    }
}
