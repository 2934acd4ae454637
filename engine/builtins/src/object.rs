//! [Object Objects](https://tc39.es/ecma262/#sec-object-objects).

use tierproof_heap::{CellKind, ObjectRef, StringRef, Value};
use tierproof_runtime::shapes::attrs;
use tierproof_runtime::{Args, Descriptor, Isolate, JsResult, List, Property, PropertyKey};

use crate::install::{self, Accessor, Row, Steps, callback};

const STATICS: &[Row] = &[
    ("assign", 2, assign),
    ("getOwnPropertyDescriptor", 2, get_own_property_descriptor),
    ("getOwnPropertyDescriptors", 1, get_own_property_descriptors),
    ("getOwnPropertyNames", 1, get_own_property_names),
    ("getOwnPropertySymbols", 1, get_own_property_symbols),
    ("hasOwn", 2, has_own),
    ("is", 2, is),
    ("preventExtensions", 1, prevent_extensions),
    ("seal", 1, seal),
    ("create", 2, create),
    ("defineProperties", 2, define_properties),
    ("defineProperty", 3, define_property),
    ("freeze", 1, freeze),
    ("getPrototypeOf", 1, get_prototype_of),
    ("setPrototypeOf", 2, set_prototype_of),
    ("isExtensible", 1, is_extensible),
    ("isFrozen", 1, is_frozen),
    ("isSealed", 1, is_sealed),
    ("keys", 1, keys),
    ("entries", 1, entries),
    ("fromEntries", 1, from_entries),
    ("values", 1, values),
    ("groupBy", 2, group_by),
];

const METHODS: &[Row] = &[
    ("__defineGetter__", 2, define_getter),
    ("__defineSetter__", 2, define_setter),
    ("hasOwnProperty", 1, has_own_property),
    ("__lookupGetter__", 1, lookup_getter),
    ("__lookupSetter__", 1, lookup_setter),
    ("isPrototypeOf", 1, is_prototype_of),
    ("propertyIsEnumerable", 1, property_is_enumerable),
    ("toString", 0, to_string),
    ("valueOf", 0, value_of),
    ("toLocaleString", 0, to_locale_string),
];

const ACCESSORS: &[Accessor] = &[("__proto__", get_proto, Some(set_proto))];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.object_prototype;
    let c = install::constructor(cx, ("Object", 1, object), p);
    cx.realm.object_constructor = c.into();
    install::methods(cx, c.object(), STATICS);
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
}

/// [Object](https://tc39.es/ecma262/#sec-object-value)
fn object(cx: &mut Isolate, args: Args) -> JsResult {
    let new_target = args.new_target();
    if !new_target.is_undefined() && new_target != Value::from(args.callee()) {
        let fallback = cx.realm.object_prototype;
        let p = cx.prototype_from_constructor(new_target, fallback)?;
        return Ok(cx.new_object(p.into()).into());
    }
    if args.get(0).is_nullish() {
        return Ok(cx.new_plain_object().into());
    }
    Ok(cx.to_object(args.get(0))?.into())
}

/// Own enumerable string-keyed properties: what `keys`, `values` and `entries` collect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Keys,
    Values,
    Entries,
}

/// [EnumerableOwnProperties](https://tc39.es/ecma262/#sec-enumerableownproperties)
fn enumerable_own(cx: &mut Isolate, o: ObjectRef, want: Want) -> JsResult {
    let own = cx.own_keys(o)?;
    let mut out = List::with_capacity(cx, own.len());
    for i in 0..own.len() {
        let k = own.get(i);
        if !k.is_string() {
            continue;
        }
        let key = cx.key_from_string(k.cast());
        let Some(p) = cx.get_own_property(o, key)? else { continue };
        if !p.is_enumerable() {
            continue;
        }
        if want == Want::Keys {
            out.push(cx, k);
            continue;
        }
        let v = found_value(cx, o, key, p)?;
        if want == Want::Values {
            out.push(cx, v);
        } else {
            let pair = cx.new_array(&[k, v]);
            out.push(cx, pair.into());
        }
    }
    Ok(out.into_array(cx).into())
}

/// [[Get]] of an own property that has just been found.
fn found_value(cx: &mut Isolate, o: ObjectRef, key: PropertyKey, p: Property) -> JsResult {
    if o.kind() == CellKind::Proxy { cx.get_of(o, key) } else { cx.property_value(p, o.into()) }
}

/// [Object.keys](https://tc39.es/ecma262/#sec-object.keys)
fn keys(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    enumerable_own(cx, o, Want::Keys)
}

/// [Object.values](https://tc39.es/ecma262/#sec-object.values)
fn values(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    enumerable_own(cx, o, Want::Values)
}

/// [Object.entries](https://tc39.es/ecma262/#sec-object.entries)
fn entries(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    enumerable_own(cx, o, Want::Entries)
}

/// [Object.assign](https://tc39.es/ecma262/#sec-object.assign)
fn assign(cx: &mut Isolate, args: Args) -> JsResult {
    let to = cx.to_object(args.get(0))?;
    for i in 1..args.len() {
        if args.get(i).is_nullish() {
            continue;
        }
        let from = cx.to_object(args.get(i))?;
        let own = cx.own_keys(from)?;
        for j in 0..own.len() {
            let key = cx.to_property_key(own.get(j))?;
            let Some(p) = cx.get_own_property(from, key)? else { continue };
            if p.is_enumerable() {
                let v = found_value(cx, from, key, p)?;
                cx.put(to, key, v)?;
            }
        }
    }
    Ok(to.into())
}

/// [FromPropertyDescriptor](https://tc39.es/ecma262/#sec-frompropertydescriptor) of a found property.
pub fn from_property(cx: &mut Isolate, p: Property) -> JsResult {
    let o = cx.new_plain_object();
    let names = cx.realm.names;
    let mut add = |key: PropertyKey, v: Value| {
        if let PropertyKey::Name(n) = key {
            cx.add_property(o, n, v, attrs::ALL);
        }
    };
    if p.is_accessor() {
        add(names.get, p.pair().getter());
        add(names.set, p.pair().setter());
    } else {
        add(names.value, p.value);
        add(names.writable, Value::from_bool(p.is_writable()));
    }
    add(names.enumerable, Value::from_bool(p.is_enumerable()));
    add(names.configurable, Value::from_bool(p.is_configurable()));
    Ok(o.into())
}

/// [Object.getOwnPropertyDescriptor](https://tc39.es/ecma262/#sec-object.getownpropertydescriptor)
fn get_own_property_descriptor(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    let key = cx.to_property_key(args.get(1))?;
    match cx.get_own_property(o, key)? {
        Some(p) => from_property(cx, p),
        None => Ok(Value::UNDEFINED),
    }
}

/// [Object.getOwnPropertyDescriptors](https://tc39.es/ecma262/#sec-object.getownpropertydescriptors)
fn get_own_property_descriptors(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    let out = cx.new_plain_object();
    let own = cx.own_keys(o)?;
    for i in 0..own.len() {
        let key = cx.to_property_key(own.get(i))?;
        if let Some(p) = cx.get_own_property(o, key)? {
            let d = from_property(cx, p)?;
            cx.create_data_property(out, key, d)?;
        }
    }
    Ok(out.into())
}

fn own_keys_of(cx: &mut Isolate, v: Value, symbols: bool) -> JsResult {
    let o = cx.to_object(v)?;
    let own = cx.own_keys(o)?;
    let mut out = List::with_capacity(cx, own.len());
    for i in 0..own.len() {
        if own.get(i).is_symbol() == symbols {
            out.push(cx, own.get(i));
        }
    }
    Ok(out.into_array(cx).into())
}

/// [Object.getOwnPropertyNames](https://tc39.es/ecma262/#sec-object.getownpropertynames)
fn get_own_property_names(cx: &mut Isolate, args: Args) -> JsResult {
    own_keys_of(cx, args.get(0), false)
}

/// [Object.getOwnPropertySymbols](https://tc39.es/ecma262/#sec-object.getownpropertysymbols)
fn get_own_property_symbols(cx: &mut Isolate, args: Args) -> JsResult {
    own_keys_of(cx, args.get(0), true)
}

/// [Object.hasOwn](https://tc39.es/ecma262/#sec-object.hasown)
fn has_own(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    let key = cx.to_property_key(args.get(1))?;
    Ok(Value::from_bool(cx.has_own_property(o, key)?))
}

/// [Object.is](https://tc39.es/ecma262/#sec-object.is)
fn is(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(cx.same_value(args.get(0), args.get(1))))
}

/// [Object.preventExtensions](https://tc39.es/ecma262/#sec-object.preventextensions)
fn prevent_extensions(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(o) = args.get(0).try_as::<ObjectRef>()
        && !cx.prevent_extensions(o)?
    {
        return Err(cx.type_error("Cannot prevent extensions"));
    }
    Ok(args.get(0))
}

/// [SetIntegrityLevel](https://tc39.es/ecma262/#sec-setintegritylevel)
fn set_integrity(cx: &mut Isolate, v: Value, frozen: bool) -> JsResult {
    let Some(o) = v.try_as::<ObjectRef>() else { return Ok(v) };
    if !cx.prevent_extensions(o)? {
        return Err(cx.type_error("Cannot prevent extensions"));
    }
    let own = cx.own_keys(o)?;
    for i in 0..own.len() {
        let key = cx.to_property_key(own.get(i))?;
        let mut d = Descriptor { configurable: Some(false), ..Default::default() };
        if frozen {
            let Some(p) = cx.get_own_property(o, key)? else { continue };
            if o.kind() == CellKind::TypedArray && matches!(key, PropertyKey::Index(_)) {
                return Err(cx.type_error("Cannot freeze array buffer views with elements"));
            }
            if !p.is_accessor() {
                d.writable = Some(false);
            }
        }
        cx.define_property_or_throw(o, key, d)?;
    }
    Ok(v)
}

/// [TestIntegrityLevel](https://tc39.es/ecma262/#sec-testintegritylevel)
fn test_integrity(cx: &mut Isolate, v: Value, frozen: bool) -> JsResult {
    let Some(o) = v.try_as::<ObjectRef>() else { return Ok(Value::TRUE) };
    if cx.is_extensible_object(o)? {
        return Ok(Value::FALSE);
    }
    let own = cx.own_keys(o)?;
    for i in 0..own.len() {
        let key = cx.to_property_key(own.get(i))?;
        if let Some(p) = cx.get_own_property(o, key)?
            && (p.is_configurable() || frozen && !p.is_accessor() && p.is_writable())
        {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

/// [Object.seal](https://tc39.es/ecma262/#sec-object.seal)
fn seal(cx: &mut Isolate, args: Args) -> JsResult {
    set_integrity(cx, args.get(0), false)
}

/// [Object.freeze](https://tc39.es/ecma262/#sec-object.freeze)
fn freeze(cx: &mut Isolate, args: Args) -> JsResult {
    set_integrity(cx, args.get(0), true)
}

/// [Object.isSealed](https://tc39.es/ecma262/#sec-object.issealed)
fn is_sealed(cx: &mut Isolate, args: Args) -> JsResult {
    test_integrity(cx, args.get(0), false)
}

/// [Object.isFrozen](https://tc39.es/ecma262/#sec-object.isfrozen)
fn is_frozen(cx: &mut Isolate, args: Args) -> JsResult {
    test_integrity(cx, args.get(0), true)
}

/// [Object.isExtensible](https://tc39.es/ecma262/#sec-object.isextensible)
fn is_extensible(cx: &mut Isolate, args: Args) -> JsResult {
    match args.get(0).try_as::<ObjectRef>() {
        Some(o) => Ok(Value::from_bool(cx.is_extensible_object(o)?)),
        None => Ok(Value::FALSE),
    }
}

fn check_prototype(cx: &mut Isolate, v: Value) -> JsResult<()> {
    if v.is_object() || v.is_null() {
        return Ok(());
    }
    let what = cx.describe(v);
    Err(cx.type_error(&format!("Object prototype may only be an Object or null: {what}")))
}

/// [Object.create](https://tc39.es/ecma262/#sec-object.create)
fn create(cx: &mut Isolate, args: Args) -> JsResult {
    check_prototype(cx, args.get(0))?;
    let o = cx.new_object(args.get(0));
    if args.get(1).is_undefined() {
        return Ok(o.into());
    }
    object_define_properties(cx, o, args.get(1))
}

/// [ObjectDefineProperties](https://tc39.es/ecma262/#sec-objectdefineproperties)
fn object_define_properties(cx: &mut Isolate, o: ObjectRef, properties: Value) -> JsResult {
    let from = cx.to_object(properties)?;
    let own = cx.own_keys(from)?;
    // Descriptors are read completely before the first definition; six words each.
    let mut list = List::new(cx);
    for i in 0..own.len() {
        let key = cx.to_property_key(own.get(i))?;
        let Some(p) = cx.get_own_property(from, key)? else { continue };
        if !p.is_enumerable() {
            continue;
        }
        let v = found_value(cx, from, key, p)?;
        let d = cx.to_property_descriptor(v)?;
        let flag = |f: Option<bool>| f.map_or(Value::HOLE, Value::from_bool);
        let words = [
            own.get(i),
            d.value.unwrap_or(Value::HOLE),
            d.get.unwrap_or(Value::HOLE),
            d.set.unwrap_or(Value::HOLE),
            flag(d.writable),
            flag(d.enumerable),
            flag(d.configurable),
        ];
        for w in words {
            list.push(cx, w);
        }
    }
    for at in (0..list.len()).step_by(7) {
        let word = |i: usize| Some(list.get(at + i)).filter(|v| !v.is_hole());
        let flag = |i: usize| word(i).map(Value::as_bool);
        let d = Descriptor {
            value: word(1),
            get: word(2),
            set: word(3),
            writable: flag(4),
            enumerable: flag(5),
            configurable: flag(6),
        };
        let key = cx.to_property_key(list.get(at))?;
        cx.define_property_or_throw(o, key, d)?;
    }
    Ok(o.into())
}

/// [Object.defineProperties](https://tc39.es/ecma262/#sec-object.defineproperties)
fn define_properties(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Object.defineProperties")?;
    object_define_properties(cx, o, args.get(1))
}

/// The object that a static function is called on; TypeError for primitives.
pub fn non_primitive(cx: &mut Isolate, v: Value, method: &str) -> JsResult<ObjectRef> {
    match v.try_as() {
        Some(o) => Ok(o),
        None => Err(cx.type_error(&format!("{method} called on non-object"))),
    }
}

/// [Object.defineProperty](https://tc39.es/ecma262/#sec-object.defineproperty)
fn define_property(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Object.defineProperty")?;
    let key = cx.to_property_key(args.get(1))?;
    let d = cx.to_property_descriptor(args.get(2))?;
    cx.define_property_or_throw(o, key, d)?;
    Ok(o.into())
}

/// [Object.getPrototypeOf](https://tc39.es/ecma262/#sec-object.getprototypeof)
fn get_prototype_of(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.get(0))?;
    cx.get_prototype_of(o)
}

fn set_prototype_or_throw(cx: &mut Isolate, o: ObjectRef, p: Value) -> JsResult<()> {
    if cx.set_prototype_of(o, p)? {
        return Ok(());
    }
    let message = if o == cx.realm.object_prototype {
        "Immutable prototype object 'Object.prototype' cannot have their prototype set"
    } else if !cx.is_extensible(o) {
        "#<Object> is not extensible"
    } else {
        "Cyclic __proto__ value"
    };
    Err(cx.type_error(message))
}

/// [Object.setPrototypeOf](https://tc39.es/ecma262/#sec-object.setprototypeof)
fn set_prototype_of(cx: &mut Isolate, args: Args) -> JsResult {
    if args.get(0).is_nullish() {
        return Err(cx.type_error("Object.setPrototypeOf called on null or undefined"));
    }
    check_prototype(cx, args.get(1))?;
    if let Some(o) = args.get(0).try_as() {
        set_prototype_or_throw(cx, o, args.get(1))?;
    }
    Ok(args.get(0))
}

/// [Object.fromEntries](https://tc39.es/ecma262/#sec-object.fromentries)
fn from_entries(cx: &mut Isolate, args: Args) -> JsResult {
    if args.get(0).is_nullish() {
        let what = cx.describe(args.get(0));
        return Err(cx.type_error(&format!("{what} is not iterable")));
    }
    let o = cx.new_plain_object();
    let record = cx.get_iterator(args.get(0))?;
    let mut steps = Steps::default();
    while let Some(item) = cx.iterator_step(record)? {
        steps.step(cx)?;
        let r = from_entry(cx, o, item);
        cx.close_on_throw(record.iterator, r)?;
    }
    Ok(o.into())
}

fn from_entry(cx: &mut Isolate, o: ObjectRef, item: Value) -> JsResult<()> {
    let Some(entry) = item.try_as::<ObjectRef>() else {
        let what = cx.describe(item);
        return Err(cx.type_error(&format!("Iterator value {what} is not an entry object")));
    };
    let k = cx.get_index(entry, 0)?;
    let v = cx.get_index(entry, 1)?;
    let key = cx.to_property_key(k)?;
    cx.create_data_property_or_throw(o, key, v)
}

/// [Object.groupBy](https://tc39.es/ecma262/#sec-object.groupby)
fn group_by(cx: &mut Isolate, args: Args) -> JsResult {
    if args.get(0).is_nullish() {
        let what = cx.describe(args.get(0));
        return Err(cx.type_error(&format!("{what} is not iterable")));
    }
    let f = callback(cx, args.get(1))?;
    // Nobody sees the result before the end, so groups can be collected in it directly.
    let out = cx.new_object(Value::NULL);
    let record = cx.get_iterator(args.get(0))?;
    let mut k = 0u64;
    let mut steps = Steps::default();
    while let Some(item) = cx.iterator_step(record)? {
        steps.step(cx)?;
        let r = group_item(cx, out, f, item, k);
        cx.close_on_throw(record.iterator, r)?;
        k += 1;
    }
    Ok(out.into())
}

fn group_item(cx: &mut Isolate, out: ObjectRef, f: Value, item: Value, k: u64) -> JsResult<()> {
    let group = cx.call(f, Value::UNDEFINED, &[item, install::index_value(k)])?;
    let key = cx.to_property_key(group)?;
    match cx.get_own_property(out, key)? {
        Some(p) => cx.append(p.value, item),
        None => {
            let array = cx.new_array(&[item]);
            cx.create_data_property_or_throw(out, key, array.into())
        }
    }
}

/// [Object.prototype.hasOwnProperty](https://tc39.es/ecma262/#sec-object.prototype.hasownproperty)
fn has_own_property(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.to_property_key(args.get(0))?;
    let o = cx.to_object(args.this())?;
    Ok(Value::from_bool(cx.has_own_property(o, key)?))
}

/// [Object.prototype.isPrototypeOf](https://tc39.es/ecma262/#sec-object.prototype.isprototypeof)
fn is_prototype_of(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(mut at) = args.get(0).try_as::<ObjectRef>() else { return Ok(Value::FALSE) };
    let o = cx.to_object(args.this())?;
    while let Some(p) = cx.get_prototype_of(at)?.try_as() {
        if p == o {
            return Ok(Value::TRUE);
        }
        at = p;
    }
    Ok(Value::FALSE)
}

/// [Object.prototype.propertyIsEnumerable](https://tc39.es/ecma262/#sec-object.prototype.propertyisenumerable)
fn property_is_enumerable(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.to_property_key(args.get(0))?;
    let o = cx.to_object(args.this())?;
    Ok(Value::from_bool(cx.get_own_property(o, key)?.is_some_and(|p| p.is_enumerable())))
}

/// [Object.prototype.toString](https://tc39.es/ecma262/#sec-object.prototype.tostring)
pub fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let v = args.this();
    if v.is_undefined() {
        return Ok(cx.string("[object Undefined]").into());
    }
    if v.is_null() {
        return Ok(cx.string("[object Null]").into());
    }
    let o = cx.to_object(v)?;
    let builtin = match o.kind() {
        _ if cx.is_array(o.into())? => "Array",
        CellKind::Arguments => "Arguments",
        CellKind::Error => "Error",
        CellKind::Date => "Date",
        CellKind::RegExp => "RegExp",
        CellKind::PrimitiveWrapper => match o.internal(0) {
            p if p.is_boolean() => "Boolean",
            p if p.is_number() => "Number",
            p if p.is_string() => "String",
            _ => "Object",
        },
        _ if cx.is_callable(o.into()) => "Function",
        _ if o == cx.realm.string_prototype => "String",
        _ if o == cx.realm.number_prototype => "Number",
        _ if o == cx.realm.boolean_prototype => "Boolean",
        _ => "Object",
    };
    let key = cx.realm.symbols.to_string_tag.key();
    let tag = cx.get(o, key, v)?;
    let Some(tag) = tag.try_as::<StringRef>() else {
        return Ok(cx.string(&format!("[object {builtin}]")).into());
    };
    let open = cx.string("[object ");
    let text = cx.concat(open, tag)?;
    let close = cx.string("]");
    Ok(cx.concat(text, close)?.into())
}

/// [Object.prototype.toLocaleString](https://tc39.es/ecma262/#sec-object.prototype.tolocalestring)
fn to_locale_string(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.names.to_string;
    cx.invoke_method(args.this(), key, &[])
}

/// [Object.prototype.valueOf](https://tc39.es/ecma262/#sec-object.prototype.valueof)
fn value_of(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(cx.to_object(args.this())?.into())
}

/// [get Object.prototype.__proto__](https://tc39.es/ecma262/#sec-get-object.prototype.__proto__)
fn get_proto(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.this())?;
    cx.get_prototype_of(o)
}

/// [set Object.prototype.__proto__](https://tc39.es/ecma262/#sec-set-object.prototype.__proto__)
fn set_proto(cx: &mut Isolate, args: Args) -> JsResult {
    if args.this().is_nullish() {
        return Err(cx.type_error("Object.prototype.__proto__ called on null or undefined"));
    }
    let p = args.get(0);
    if (p.is_object() || p.is_null())
        && let Some(o) = args.this().try_as()
    {
        set_prototype_or_throw(cx, o, p)?;
    }
    Ok(Value::UNDEFINED)
}

fn define_accessor(cx: &mut Isolate, args: Args, getter: bool) -> JsResult {
    let o = cx.to_object(args.this())?;
    let f = callback(cx, args.get(1))?;
    let (get, set) = if getter { (Some(f), None) } else { (None, Some(f)) };
    let d = Descriptor { get, set, enumerable: Some(true), configurable: Some(true), ..Default::default() };
    let key = cx.to_property_key(args.get(0))?;
    cx.define_property_or_throw(o, key, d)?;
    Ok(Value::UNDEFINED)
}

/// [Object.prototype.__defineGetter__](https://tc39.es/ecma262/#sec-object.prototype.__defineGetter__)
fn define_getter(cx: &mut Isolate, args: Args) -> JsResult {
    define_accessor(cx, args, true)
}

/// [Object.prototype.__defineSetter__](https://tc39.es/ecma262/#sec-object.prototype.__defineSetter__)
fn define_setter(cx: &mut Isolate, args: Args) -> JsResult {
    define_accessor(cx, args, false)
}

fn lookup_accessor(cx: &mut Isolate, args: Args, getter: bool) -> JsResult {
    let mut o = cx.to_object(args.this())?;
    let key = cx.to_property_key(args.get(0))?;
    loop {
        if let Some(p) = cx.get_own_property(o, key)? {
            return Ok(match p.is_accessor() {
                true if getter => p.pair().getter(),
                true => p.pair().setter(),
                false => Value::UNDEFINED,
            });
        }
        match cx.get_prototype_of(o)?.try_as() {
            Some(p) => o = p,
            None => return Ok(Value::UNDEFINED),
        }
    }
}

/// [Object.prototype.__lookupGetter__](https://tc39.es/ecma262/#sec-object.prototype.__lookupGetter__)
fn lookup_getter(cx: &mut Isolate, args: Args) -> JsResult {
    lookup_accessor(cx, args, true)
}

/// [Object.prototype.__lookupSetter__](https://tc39.es/ecma262/#sec-object.prototype.__lookupSetter__)
fn lookup_setter(cx: &mut Isolate, args: Args) -> JsResult {
    lookup_accessor(cx, args, false)
}
