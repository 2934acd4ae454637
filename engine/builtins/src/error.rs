//! [Error Objects](https://tc39.es/ecma262/#sec-error-objects).

use tierproof_heap::{CellKind, ObjectRef, StringRef, Value};
use tierproof_runtime::realm::ErrorKind;
use tierproof_runtime::{Args, Isolate, JsResult, NativeFn, attrs};

use crate::install::{self, Row};

const METHODS: &[Row] = &[("toString", 0, to_string)];

const CONSTRUCTORS: [NativeFn; 7] = [
    |cx, args| construct(cx, args, ErrorKind::Error),
    |cx, args| construct(cx, args, ErrorKind::TypeError),
    |cx, args| construct(cx, args, ErrorKind::RangeError),
    |cx, args| construct(cx, args, ErrorKind::ReferenceError),
    |cx, args| construct(cx, args, ErrorKind::SyntaxError),
    |cx, args| construct(cx, args, ErrorKind::EvalError),
    |cx, args| construct(cx, args, ErrorKind::UriError),
];

pub fn install(cx: &mut Isolate) {
    let error_prototype = cx.realm.error_prototype(ErrorKind::Error);
    let mut error = Value::UNDEFINED;
    for (kind, native) in ErrorKind::ALL.into_iter().zip(CONSTRUCTORS) {
        let p = cx.realm.error_prototype(kind);
        let c = install::constructor(cx, (kind.name(), 1, native), p);
        if kind == ErrorKind::Error {
            error = c.into();
        } else {
            let _ = cx.set_prototype_of(c.object(), error);
        }
        describe(cx, p, kind.name());
    }
    install::methods(cx, error.cast(), &[("isError", 1, is_error)]);
    install::methods(cx, error_prototype, METHODS);
    let p = cx.realm.aggregate_error_prototype;
    let c = install::constructor(cx, ("AggregateError", 2, aggregate_error), p);
    let _ = cx.set_prototype_of(c.object(), error);
    describe(cx, p, "AggregateError");
    let p = cx.realm.suppressed_error_prototype;
    let c = install::constructor(cx, ("SuppressedError", 3, suppressed_error), p);
    let _ = cx.set_prototype_of(c.object(), error);
    describe(cx, p, "SuppressedError");
}

/// [SuppressedError](https://tc39.es/ecma262/#sec-suppressederror)
fn suppressed_error(cx: &mut Isolate, args: Args) -> JsResult {
    let constructor: ObjectRef = args.callee().object();
    let target = if args.is_construct() { args.new_target() } else { constructor.into() };
    let fallback = cx.realm.suppressed_error_prototype;
    let p = cx.prototype_from_constructor(target, fallback)?;
    let e = make(cx, p, args.get(2), Value::UNDEFINED)?;
    for (name, v) in [("error", args.get(0)), ("suppressed", args.get(1))] {
        let key = cx.key(name);
        cx.define_own(e.cast(), key, v, attrs::HIDDEN)?;
    }
    Ok(e)
}

/// `name` and `message` of a prototype.
fn describe(cx: &mut Isolate, p: ObjectRef, name: &str) {
    let text = cx.intern(name);
    install::value(cx, p, "name", text.into(), attrs::HIDDEN);
    let empty = cx.realm.strings.empty();
    install::value(cx, p, "message", empty.into(), attrs::HIDDEN);
}

/// [Error](https://tc39.es/ecma262/#sec-error-message) and
/// [NativeError](https://tc39.es/ecma262/#sec-nativeerror)
fn construct(cx: &mut Isolate, args: Args, kind: ErrorKind) -> JsResult {
    let fallback = cx.realm.error_prototype(kind);
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    make(cx, p, args.get(0), args.get(1))
}

fn make(cx: &mut Isolate, prototype: ObjectRef, message: Value, options: Value) -> JsResult {
    let message: Option<StringRef> = if message.is_undefined() { None } else { Some(cx.to_string(message)?) };
    let e = cx.make_error(prototype, message)?;
    // [InstallErrorCause](https://tc39.es/ecma262/#sec-installerrorcause)
    if let Some(options) = options.try_as::<ObjectRef>() {
        let key = cx.realm.names.cause;
        if cx.has_property(options, key)? {
            let cause = cx.get_of(options, key)?;
            cx.define_own(e.cast(), key, cause, attrs::HIDDEN)?;
        }
    }
    Ok(e)
}

/// [AggregateError](https://tc39.es/ecma262/#sec-aggregate-error)
fn aggregate_error(cx: &mut Isolate, args: Args) -> JsResult {
    let constructor: ObjectRef = args.callee().object();
    let target = if args.is_construct() { args.new_target() } else { constructor.into() };
    let names = cx.realm.names;
    let fallback = install::own_value(cx, constructor, names.prototype).cast();
    let p = cx.prototype_from_constructor(target, fallback)?;
    let e = make(cx, p, args.get(1), args.get(2))?;
    let list = cx.iterable_to_list(args.get(0))?;
    let errors = list.into_array(cx);
    cx.define_own(e.cast(), names.errors, errors.into(), attrs::HIDDEN)?;
    Ok(e)
}

/// [Error.isError](https://tc39.es/ecma262/#sec-error.iserror)
fn is_error(_: &mut Isolate, args: Args) -> JsResult {
    let error = args.get(0).try_as::<ObjectRef>().is_some_and(|o| o.kind() == CellKind::Error);
    Ok(Value::from_bool(error))
}

/// [Error.prototype.toString](https://tc39.es/ecma262/#sec-error.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(o) = args.this().try_as::<ObjectRef>() else {
        return Err(install::incompatible(cx, "Error.prototype.toString", args.this()));
    };
    let names = cx.realm.names;
    let name = cx.get_of(o, names.name)?;
    let name = if name.is_undefined() { cx.string("Error") } else { cx.to_string(name)? };
    let message = cx.get_of(o, names.message)?;
    let message = if message.is_undefined() { cx.realm.strings.empty() } else { cx.to_string(message)? };
    if name.is_empty() {
        return Ok(message.into());
    }
    if message.is_empty() {
        return Ok(name.into());
    }
    let separator = cx.string(": ");
    let text = cx.concat(name, separator)?;
    Ok(cx.concat(text, message)?.into())
}
