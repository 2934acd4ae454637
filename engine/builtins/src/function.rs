//! [Function Objects](https://tc39.es/ecma262/#sec-function-objects).

use tierproof_heap::{CellKind, FunctionRef, ObjectRef, Value};
use tierproof_runtime::function::{self, data_flags, data_words};
use tierproof_runtime::{Args, Descriptor, Isolate, JsResult, List, attrs};

use crate::install::{self, Row, incompatible};

const METHODS: &[Row] =
    &[("apply", 2, apply), ("bind", 1, bind), ("call", 1, call), ("toString", 0, to_string)];

/// Most arguments that `apply` passes.
const MAX_ARGUMENTS: u64 = 1 << 16;

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.function_prototype;
    install::constructor(cx, ("Function", 1, function), p);
    install::methods(cx, p, METHODS);
    install::method_with(cx, p, ("@@hasInstance", 1, has_instance), 0);
    suspendable_constructors(cx);
    restricted_properties(cx, p);
    cx.realm.function_has_instance = install::own_named(cx, p, "@@hasInstance");
}

/// [Function](https://tc39.es/ecma262/#sec-function-p1-p2-pn-body)
fn function(cx: &mut Isolate, args: Args) -> JsResult {
    dynamic_function(cx, args, "function", cx.realm.function_prototype)
}
/// [GeneratorFunction](https://tc39.es/ecma262/#sec-generatorfunction)
fn generator_function(cx: &mut Isolate, args: Args) -> JsResult {
    dynamic_function(cx, args, "function*", cx.realm.generator_function_prototype)
}
/// [AsyncFunction](https://tc39.es/ecma262/#sec-async-function-constructor-arguments)
fn async_function(cx: &mut Isolate, args: Args) -> JsResult {
    dynamic_function(cx, args, "async function", cx.realm.async_function_prototype)
}
/// [AsyncGeneratorFunction](https://tc39.es/ecma262/#sec-asyncgeneratorfunction)
fn async_generator_function(cx: &mut Isolate, args: Args) -> JsResult {
    dynamic_function(cx, args, "async function*", cx.realm.async_generator_function_prototype)
}

/// The constructors of functions that can be suspended: no globals, reached from their prototypes.
fn suspendable_constructors(cx: &mut Isolate) {
    let parent = install::own_named(cx, cx.realm.global, "Function");
    let rows: [(Row, ObjectRef); 3] = [
        (("GeneratorFunction", 1, generator_function), cx.realm.generator_function_prototype),
        (("AsyncFunction", 1, async_function), cx.realm.async_function_prototype),
        (
            ("AsyncGeneratorFunction", 1, async_generator_function),
            cx.realm.async_generator_function_prototype,
        ),
    ];
    for (row, prototype) in rows {
        let text = cx.intern(row.0);
        let f = cx.new_builtin_named(text.into(), row.1, row.2, true);
        let names = cx.realm.names;
        if let (Some(p), Some(c)) = (names.prototype.name(), names.constructor.name()) {
            cx.add_property(f.object(), p, prototype.into(), 0);
            cx.add_property(prototype, c, f.into(), attrs::CONFIGURABLE);
        }
        // both are functions of this realm
        let _ = cx.set_prototype_of(f.object(), parent);
    }
}

/// [%ThrowTypeError%](https://tc39.es/ecma262/#sec-%throwtypeerror%) and the properties
/// [AddRestrictedFunctionProperties](https://tc39.es/ecma262/#sec-addrestrictedfunctionproperties).
fn restricted_properties(cx: &mut Isolate, prototype: ObjectRef) {
    let empty = cx.realm.strings.empty();
    let f = cx.new_builtin_named(empty.into(), 0, throw_type_error, false);
    cx.realm.throw_type_error = f.into();
    let names = cx.realm.names;
    let fixed = Descriptor { writable: Some(false), configurable: Some(false), ..Descriptor::default() };
    for key in [names.length, names.name] {
        // own properties of a fresh function accept this
        let _ = cx.define_own_property(f.object(), key, fixed);
    }
    let _ = cx.prevent_extensions(f.object());
    for name in ["caller", "arguments"] {
        let key = cx.key(name);
        if let Some(key) = key.name() {
            let pair = cx.heap.allocate_accessor_pair(f.into(), f.into());
            cx.add_property(prototype, key, pair.into(), attrs::CONFIGURABLE | attrs::ACCESSOR);
        }
    }
}
fn throw_type_error(cx: &mut Isolate, args: Args) -> JsResult {
    // As on the web, sloppy functions have a `caller` and `arguments` that tell nothing.
    if let Some(f) = args.this().try_as::<FunctionRef>()
        && cx.is_sloppy(f)?
    {
        return Ok(Value::UNDEFINED);
    }
    Err(cx.type_error("'caller', 'callee', and 'arguments' may not be accessed here"))
}

/// [CreateDynamicFunction](https://tc39.es/ecma262/#sec-createdynamicfunction)
fn dynamic_function(cx: &mut Isolate, args: Args, head: &str, fallback: ObjectRef) -> JsResult {
    let n = args.len();
    let comma = cx.intern(",");
    let mut params = cx.realm.strings.empty();
    for i in 0..n.saturating_sub(1) {
        if i > 0 {
            params = cx.concat(params, comma)?;
        }
        let p = cx.to_string(args.get(i))?;
        params = cx.concat(params, p)?;
    }
    let body = if n > 0 { cx.to_string(args.get(n - 1))? } else { cx.realm.strings.empty() };
    let f = cx.function_from_text(head, params.into(), body.into())?;
    let prototype = cx.prototype_from_constructor(args.new_target(), fallback)?;
    if prototype != fallback {
        cx.set_prototype_of(f.cast(), prototype.into())?;
    }
    Ok(f)
}

/// [CreateListFromArrayLike](https://tc39.es/ecma262/#sec-createlistfromarraylike)
pub fn list_from_array_like(cx: &mut Isolate, v: Value) -> JsResult<List> {
    let Some(o) = v.try_as::<ObjectRef>() else {
        return Err(cx.type_error("CreateListFromArrayLike called on non-object"));
    };
    let n = cx.length_of(o)?;
    if n > MAX_ARGUMENTS {
        return Err(cx.overflow_error());
    }
    let mut list = List::with_capacity(cx, n as usize);
    for i in 0..n {
        let x = cx.get_index(o, i)?;
        list.push(cx, x);
    }
    Ok(list)
}

/// [Function.prototype.apply](https://tc39.es/ecma262/#sec-function.prototype.apply)
fn apply(cx: &mut Isolate, args: Args) -> JsResult {
    let f = args.this();
    if !cx.is_callable(f) {
        return Err(cx.type_error("Function.prototype.apply was called on a value that is not a function"));
    }
    if args.get(1).is_nullish() {
        return cx.call(f, args.get(0), &[]);
    }
    let list = list_from_array_like(cx, args.get(1))?;
    cx.call(f, args.get(0), list.as_slice())
}

/// [Function.prototype.call](https://tc39.es/ecma262/#sec-function.prototype.call)
fn call(cx: &mut Isolate, args: Args) -> JsResult {
    let f = args.this();
    if !cx.is_callable(f) {
        return Err(cx.type_error("Function.prototype.call was called on a value that is not a function"));
    }
    let n = args.len().saturating_sub(1);
    if n <= 4 {
        let few = [args.get(1), args.get(2), args.get(3), args.get(4)];
        return cx.call(f, args.get(0), &few[..n]);
    }
    let mut list = List::with_capacity(cx, n);
    for i in 0..n {
        list.push(cx, args.get(i + 1));
    }
    cx.call(f, args.get(0), list.as_slice())
}

/// [Function.prototype.bind](https://tc39.es/ecma262/#sec-function.prototype.bind)
fn bind(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(target) = args.this().try_as::<ObjectRef>().filter(|o| cx.is_callable((*o).into())) else {
        return Err(cx.type_error("Bind must be called on a function"));
    };
    let n = args.len().saturating_sub(1);
    let bound_args = cx.heap.allocate_fixed_array(n, Value::UNDEFINED);
    for i in 0..n {
        bound_args.set(&mut cx.heap, i, args.get(i + 1));
    }
    let p = cx.prototype_of(target);
    let shape = cx.root_shape(p, CellKind::BoundFunction, 0);
    let f = cx.heap.allocate_object_of(CellKind::BoundFunction, shape.0);
    f.set_internal(&mut cx.heap, 0, target.into());
    f.set_internal(&mut cx.heap, 1, args.get(0));
    f.set_internal(&mut cx.heap, 2, bound_args.into());
    let names = cx.realm.names;
    let mut length = 0.0;
    if cx.has_own_property(target, names.length)? {
        let v = cx.get_of(target, names.length)?;
        if v.is_number() {
            let l = cx.to_integer(v)?;
            length = if l == f64::INFINITY { l } else { (l - n as f64).max(0.0) };
        }
    }
    cx.define_own(f, names.length, Value::number(length), attrs::CONFIGURABLE)?;
    let name = cx.get_of(target, names.name)?;
    let name = name.try_as().unwrap_or(cx.realm.strings.empty());
    let prefix = cx.string("bound ");
    let name = cx.concat(prefix, name)?;
    cx.define_own(f, names.name, name.into(), attrs::CONFIGURABLE)?;
    Ok(f.into())
}

/// [Function.prototype.toString](https://tc39.es/ecma262/#sec-function.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let v = args.this();
    let Some(f) = v.try_as::<FunctionRef>() else {
        if cx.is_callable(v) {
            return Ok(cx.string("function () { [native code] }").into());
        }
        return Err(incompatible(cx, "Function.prototype.toString", v));
    };
    let d = f.function_data();
    if d.data_flags() & data_flags::BUILTIN != 0 {
        let name = d.tagged(data_words::NAME);
        let name = if name.is_string() { cx.to_rust_string(name)? } else { String::new() };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '$' | '_' | ' ');
        let name = match name.rsplit_once(' ').map_or(name.as_str(), |(_, last)| last) {
            last if last.chars().all(plain) || last.starts_with('[') => name,
            // no name that a function could be declared with
            last => name[..name.len() - last.len()].trim_end().to_owned(),
        };
        return Ok(cx.string(&format!("function {name}() {{ [native code] }}")).into());
    }
    cx.ensure_compiled(d)?;
    let info = function::info(d);
    if info.source.is_builtin() {
        let name = String::from_utf16_lossy(&info.template.name);
        return Ok(cx.string(&format!("function {name}() {{ [native code] }}")).into());
    }
    let (from, to) = info.template.source_range;
    let text = info.source.excerpt(from, to);
    Ok(cx.string(&text).into())
}

/// [Function.prototype\[@@hasInstance\]](https://tc39.es/ecma262/#sec-function.prototype-%symbol.hasinstance%)
fn has_instance(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(cx.ordinary_has_instance(args.this(), args.get(0))?))
}
