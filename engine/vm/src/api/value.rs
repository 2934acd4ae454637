//! Values in the embedder's hands.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tierproof_heap::{Rooted, Value};
use tierproof_runtime::Isolate;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Symbol,
    BigInt,
    Function,
    /// Any object that cannot be called.
    Object,
}

/// A JavaScript value that stays valid for as long as it is kept (it keeps what it refers to alive).
/// Cheap to clone. Belongs to the thread of its isolate; whatever is done with it needs a
/// [`Context`](super::Context) of that isolate.
///
/// ```
/// use tierproof_vm::api::{JsValue, Kind};
/// let v = JsValue::from(1.5);
/// assert_eq!((v.kind(), v.as_number()), (Kind::Number, Some(1.5)));
/// assert_eq!(JsValue::UNDEFINED.kind(), Kind::Undefined);
/// ```
#[derive(Clone, Debug)]
pub struct JsValue(Repr);

#[derive(Clone, Debug)]
enum Repr {
    /// No cell: valid in any isolate.
    Immediate(Value),
    Held(Rc<Held>),
}

struct Held {
    root: Rooted<Value>,
    kind: Kind,
    /// The isolate's interrupt flag, which nobody shares with it: says whose value this is, even when
    /// the isolate is gone.
    owner: Arc<AtomicBool>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl JsValue {
    pub const UNDEFINED: JsValue = JsValue(Repr::Immediate(Value::UNDEFINED));
    pub const NULL: JsValue = JsValue(Repr::Immediate(Value::NULL));

    pub(crate) fn new(cx: &mut Isolate, v: Value) -> JsValue {
        if !v.is_cell() {
            return JsValue(Repr::Immediate(v));
        }
        let kind = match () {
            () if v.is_string() => Kind::String,
            () if v.is_symbol() => Kind::Symbol,
            () if v.is_bigint() => Kind::BigInt,
            () if cx.is_callable(v) => Kind::Function,
            () => Kind::Object,
        };
        let owner = cx.interrupt.clone();
        JsValue(Repr::Held(Rc::new(Held { root: Rooted::new(&mut cx.heap, v), kind, owner })))
    }

    /// The raw value; None when it belongs to another isolate.
    pub(crate) fn raw(&self, cx: &Isolate) -> Option<Value> {
        match &self.0 {
            Repr::Immediate(v) => Some(*v),
            Repr::Held(h) => Arc::ptr_eq(&h.owner, &cx.interrupt).then(|| *h.root),
        }
    }

    pub fn kind(&self) -> Kind {
        match &self.0 {
            Repr::Held(h) => h.kind,
            Repr::Immediate(v) if v.is_undefined() => Kind::Undefined,
            Repr::Immediate(v) if v.is_null() => Kind::Null,
            Repr::Immediate(v) if v.is_boolean() => Kind::Boolean,
            Repr::Immediate(_) => Kind::Number,
        }
    }
    pub fn is_undefined(&self) -> bool {
        self.kind() == Kind::Undefined
    }
    /// Functions are objects too.
    pub fn is_object(&self) -> bool {
        matches!(self.kind(), Kind::Object | Kind::Function)
    }
    /// The number, if it is one; nothing is converted.
    pub fn as_number(&self) -> Option<f64> {
        match &self.0 {
            Repr::Immediate(v) if v.is_number() => Some(v.as_number()),
            _ => None,
        }
    }
    /// The boolean, if it is one; nothing is converted.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.0 {
            Repr::Immediate(v) if v.is_boolean() => Some(v.is_true()),
            _ => None,
        }
    }
}

impl Default for JsValue {
    fn default() -> JsValue {
        JsValue::UNDEFINED
    }
}
impl From<f64> for JsValue {
    fn from(n: f64) -> JsValue {
        JsValue(Repr::Immediate(Value::number(n)))
    }
}
impl From<i32> for JsValue {
    fn from(n: i32) -> JsValue {
        JsValue(Repr::Immediate(Value::smi(n)))
    }
}
impl From<bool> for JsValue {
    fn from(b: bool) -> JsValue {
        JsValue(Repr::Immediate(Value::from_bool(b)))
    }
}
impl From<()> for JsValue {
    fn from((): ()) -> JsValue {
        JsValue::UNDEFINED
    }
}
