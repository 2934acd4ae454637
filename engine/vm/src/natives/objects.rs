//! Natives that look at objects, strings and the heap.

use tierproof_heap::{
    ArrayBufferRef, CellKind, Collection, ElementsKind, ObjectRef, StringRef, TypedArrayRef, Value,
};
use tierproof_runtime::typed_array::ElementType;
use tierproof_runtime::{Args, Isolate, JsResult, ShapeId, strings};

fn object(args: Args) -> Option<ObjectRef> {
    args.get(0).try_as::<ObjectRef>().filter(|o| !tierproof_runtime::proxy::is_proxy(*o))
}
fn answer(b: bool) -> JsResult {
    Ok(Value::from_bool(b))
}

/// `%HasFastProperties(o)`: not in dictionary mode. Prototypes have a shape of their own and are fast.
pub fn has_fast_properties(cx: &mut Isolate, args: Args) -> JsResult {
    answer(object(args).is_some_and(|o| {
        let shape = cx.shapes.get(ShapeId(o.shape()));
        !shape.unique || shape.is_prototype
    }))
}
/// `%HaveSameMap(a, b)`
pub fn have_same_shape(_: &mut Isolate, args: Args) -> JsResult {
    let b = args.get(1).try_as::<ObjectRef>();
    let same = |a: ObjectRef, b: ObjectRef| {
        a.kind() == b.kind() && a.shape() == b.shape() && a.elements_kind() == b.elements_kind()
    };
    answer(object(args).zip(b).is_some_and(|(a, b)| same(a, b)))
}

macro_rules! elements_predicates {
    ($($name:ident: |$k:ident| $test:expr;)*) => {
        $(pub fn $name(_: &mut Isolate, args: Args) -> JsResult {
            let ordinary = object(args).filter(|o| o.kind() != CellKind::TypedArray);
            answer(ordinary.is_some_and(|o| { let $k: ElementsKind = o.elements_kind(); $test }))
        })*
    };
}
elements_predicates! {
    has_smi_elements: |k| k.is_smi();
    has_double_elements: |k| k.is_double();
    has_object_elements: |k| k.is_any();
    has_smi_or_object_elements: |k| k.is_smi() || k.is_any();
    has_holey_elements: |k| k.is_holey() && !k.is_dictionary();
    has_packed_elements: |k| !k.is_holey();
    has_fast_elements: |k| !k.is_dictionary();
    has_fast_packed_elements: |k| !k.is_holey();
    has_dictionary_elements: |k| k.is_dictionary();
}

/// `%HasSloppyArgumentsElements(o)`: an arguments object whose elements are the parameters.
pub fn has_mapped_arguments(_: &mut Isolate, args: Args) -> JsResult {
    answer(object(args).is_some_and(|o| o.kind() == CellKind::Arguments && !o.internal(0).is_undefined()))
}

macro_rules! typed_predicates {
    ($($name:ident: $ty:ident;)*) => {
        $(pub fn $name(_: &mut Isolate, args: Args) -> JsResult {
            answer(args.get(0).try_as::<TypedArrayRef>().is_some_and(|t| ElementType::of(t) == ElementType::$ty))
        })*
    };
}
typed_predicates! {
    has_int8: Int8;
    has_uint8: Uint8;
    has_uint8_clamped: Uint8Clamped;
    has_int16: Int16;
    has_uint16: Uint16;
    has_int32: Int32;
    has_uint32: Uint32;
    has_float32: Float32;
    has_float64: Float64;
}

/// `%InternalizeString(s)`
pub fn internalize(cx: &mut Isolate, args: Args) -> JsResult {
    match args.get(0).try_as::<StringRef>() {
        Some(s) => {
            let units = strings::to_vec(cx, s);
            Ok(cx.intern_units(&units).into())
        }
        None => Ok(args.get(0)),
    }
}
/// `%IsInternalizedString(s)`
pub fn is_internalized(_: &mut Isolate, args: Args) -> JsResult {
    answer(args.get(0).try_as::<StringRef>().is_some_and(|s| s.is_interned()))
}
/// `%FlattenString(s)`
pub fn flatten(cx: &mut Isolate, args: Args) -> JsResult {
    match args.get(0).try_as::<StringRef>() {
        Some(s) => Ok(strings::flatten(cx, s).into()),
        None => Ok(args.get(0)),
    }
}
/// `%ConstructConsString(a, b)`
pub fn concatenate(cx: &mut Isolate, args: Args) -> JsResult {
    let (a, b) = (cx.to_string(args.get(0))?, cx.to_string(args.get(1))?);
    Ok(cx.concat(a, b)?.into())
}
/// `%ConstructSlicedString(s, from)`
pub fn slice(cx: &mut Isolate, args: Args) -> JsResult {
    let s = cx.to_string(args.get(0))?;
    let length = strings::units(cx, s).len();
    let from = if args.get(1).is_smi() { args.get(1).as_smi().max(0) as usize } else { 0 };
    Ok(cx.substring(s, from.min(length), length).into())
}
/// `%ConstructDouble(high, low)`: the number with these halves.
pub fn construct_double(cx: &mut Isolate, args: Args) -> JsResult {
    let (high, low) = (cx.to_uint32(args.get(0))?, cx.to_uint32(args.get(1))?);
    Ok(Value::number(f64::from_bits(u64::from(high) << 32 | u64::from(low))))
}
/// `%NormalizeElements(o)`: elements as dictionary.
pub fn normalize_elements(cx: &mut Isolate, args: Args) -> JsResult {
    let plain = object(args).filter(|o| matches!(o.kind(), CellKind::Object | CellKind::Array));
    if let Some(o) = plain.filter(|o| !o.elements_kind().is_dictionary()) {
        cx.to_dictionary_elements(o);
    }
    Ok(args.get(0))
}
pub fn is_object(_: &mut Isolate, args: Args) -> JsResult {
    answer(args.get(0).is_object())
}
/// `%ArrayIteratorProtector()`: arrays are iterated without asking.
pub fn array_iterator_protector(cx: &mut Isolate, _: Args) -> JsResult {
    answer(!cx.jit.array_iterator_next.is_hole())
}
pub fn string_max_length(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::number(strings::MAX_LENGTH as f64))
}
pub fn is_smi(_: &mut Isolate, args: Args) -> JsResult {
    answer(args.get(0).is_smi())
}
pub fn max_smi(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::smi(i32::MAX))
}
pub fn is_same(_: &mut Isolate, args: Args) -> JsResult {
    answer(args.get(0) == args.get(1))
}
pub fn is_array(cx: &mut Isolate, args: Args) -> JsResult {
    answer(cx.is_array(args.get(0))?)
}
pub fn is_callable(cx: &mut Isolate, args: Args) -> JsResult {
    answer(cx.is_callable(args.get(0)))
}
/// `%ArrayBufferDetach(b)`
pub fn detach(cx: &mut Isolate, args: Args) -> JsResult {
    match args.get(0).try_as::<ArrayBufferRef>() {
        Some(b) => cx.detach_buffer(b)?,
        None => return Err(cx.type_error("not an ArrayBuffer")),
    }
    Ok(Value::UNDEFINED)
}
/// `%NoElementsProtector()`: no prototype has elements.
pub fn no_elements_protector(cx: &mut Isolate, _: Args) -> JsResult {
    answer(cx.array_protector)
}

/// `%CollectGarbage()`
pub fn collect(cx: &mut Isolate, _: Args) -> JsResult {
    cx.heap.collect(Collection::Full);
    Ok(Value::UNDEFINED)
}
/// `%DebugPrint(v)`: its text and what the engine makes of it, on standard error.
pub fn debug_print(cx: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    let text = tierproof_builtins::inspect::inspect(cx, v);
    match v.try_as::<ObjectRef>() {
        Some(o) => {
            let (kind, elements) = (o.kind().name(), o.elements_kind());
            eprintln!("{text} ({kind}, shape {}, elements {elements:?})", o.shape());
        }
        None => eprintln!("{text}"),
    }
    Ok(v)
}
/// `%DebugTrace()`: the functions being executed, on standard error.
pub fn debug_trace(cx: &mut Isolate, _: Args) -> JsResult {
    for frame in cx.stack_trace() {
        eprintln!("{frame}");
    }
    Ok(Value::UNDEFINED)
}
/// `%PerformMicrotaskCheckpoint()`
pub fn run_jobs(cx: &mut Isolate, _: Args) -> JsResult {
    cx.drain_jobs()?;
    Ok(Value::UNDEFINED)
}
