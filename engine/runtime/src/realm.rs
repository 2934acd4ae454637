//! The realm: intrinsic objects, well-known symbols, common names and strings.
//!
//! `create` makes the bare objects that everything else hangs on; `builtins` fills them with
//! functions. Each list below is the one declaration of its names. Several realms: `realms`.

use tierproof_heap::{CellKind, ObjectRef, RootVisitor, StringRef, SymbolRef, Value};

use crate::isolate::Isolate;
use crate::key::PropertyKey;
use crate::realms::RealmId;
use crate::shapes::ShapeId;
use crate::typed_array::ElementType;

/// Shape id that every string cell carries, so that caches can guard on strings like on objects.
pub const STRING_SHAPE: ShapeId = ShapeId(1);

/// Native error constructors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    Error,
    TypeError,
    RangeError,
    ReferenceError,
    SyntaxError,
    EvalError,
    UriError,
}

impl ErrorKind {
    pub const ALL: [ErrorKind; 7] = [
        ErrorKind::Error,
        ErrorKind::TypeError,
        ErrorKind::RangeError,
        ErrorKind::ReferenceError,
        ErrorKind::SyntaxError,
        ErrorKind::EvalError,
        ErrorKind::UriError,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::Error => "Error",
            ErrorKind::TypeError => "TypeError",
            ErrorKind::RangeError => "RangeError",
            ErrorKind::ReferenceError => "ReferenceError",
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::EvalError => "EvalError",
            ErrorKind::UriError => "URIError",
        }
    }
}

macro_rules! names {
    ($($field:ident = $text:literal,)*) => {
        /// Property keys the engine itself uses.
        #[derive(Clone, Copy)]
        pub struct Names { $(pub $field: PropertyKey),* }
        impl Names {
            const NONE: PropertyKey = PropertyKey::Index(0);
            const fn empty() -> Names { Names { $($field: Self::NONE),* } }
            fn create(cx: &mut Isolate) -> Names { Names { $($field: cx.key($text)),* } }
            fn trace(&mut self, v: &mut dyn RootVisitor) {
                $(if let PropertyKey::Name(n) = &mut self.$field { v.value(n); })*
            }
        }
    };
}
names! {
    length = "length", name = "name", prototype = "prototype", constructor = "constructor",
    message = "message", stack = "stack", cause = "cause", errors = "errors",
    to_string = "toString", value_of = "valueOf", to_json = "toJSON", join = "join",
    next = "next", done = "done", value = "value", return_ = "return", throw = "throw",
    get = "get", set = "set", writable = "writable", enumerable = "enumerable", configurable = "configurable",
    index = "index", input = "input", groups = "groups", callee = "callee", raw = "raw",
    last_index = "lastIndex", then = "then", resolve = "resolve", proto = "__proto__", size = "size", has = "has", keys = "keys", add = "add",
}

macro_rules! common_strings {
    ($($name:ident = $text:literal,)*) => {
        /// Strings handed out often; interned.
        #[derive(Clone)]
        pub struct Strings { $($name: Value,)* characters: [Value; 256] }
        impl Strings {
            fn empty_table() -> Strings { Strings { $($name: Value::UNDEFINED,)* characters: [Value::UNDEFINED; 256] } }
            fn create(cx: &mut Isolate) {
                $(let s = cx.intern($text); cx.realm.strings.$name = s.into();)*
                for i in 0..256 {
                    let s = cx.intern_latin1(&[i as u8]);
                    cx.realm.strings.characters[i] = s.into();
                }
            }
            $(pub fn $name(&self) -> StringRef { self.$name.cast() })*
            /// The one-character string.
            pub fn character(&self, c: u8) -> StringRef { self.characters[c as usize].cast() }
            fn trace(&mut self, v: &mut dyn RootVisitor) {
                $(v.value(&mut self.$name);)*
                for c in &mut self.characters { v.value(c); }
            }
        }
    };
}
common_strings! {
    empty = "", undefined = "undefined", null = "null", true_ = "true", false_ = "false",
    number = "number", string = "string", boolean = "boolean", object = "object", function = "function",
    symbol = "symbol", bigint = "bigint", default = "default",
}

macro_rules! symbols {
    ($($name:ident = $text:literal,)*) => {
        /// Well-known symbols.
        #[derive(Clone, Copy)]
        pub struct Symbols { $(pub $name: SymbolSlot),* }
        impl Symbols {
            const fn empty() -> Symbols { Symbols { $($name: SymbolSlot(Value::UNDEFINED)),* } }
            fn create(cx: &mut Isolate) {
                $(let d = cx.intern($text);
                  let s = cx.new_symbol(d.into());
                  cx.realm.symbols.$name = SymbolSlot(s.into());)*
            }
            fn trace(&mut self, v: &mut dyn RootVisitor) { $(v.value(&mut self.$name.0);)* }
            /// `(property name on Symbol, symbol)`.
            pub fn all(&self) -> Vec<(&'static str, SymbolRef)> { vec![$(($text.trim_start_matches("Symbol."), self.$name.get())),*] }
        }
    };
}

/// A well-known symbol once the realm exists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SymbolSlot(Value);
impl SymbolSlot {
    pub fn get(self) -> SymbolRef {
        self.0.cast()
    }
    pub fn key(self) -> PropertyKey {
        PropertyKey::Name(self.0)
    }
}
impl From<SymbolSlot> for Value {
    fn from(s: SymbolSlot) -> Value {
        s.0
    }
}

symbols! {
    iterator = "Symbol.iterator", async_iterator = "Symbol.asyncIterator", has_instance = "Symbol.hasInstance",
    to_primitive = "Symbol.toPrimitive", to_string_tag = "Symbol.toStringTag", species = "Symbol.species",
    is_concat_spreadable = "Symbol.isConcatSpreadable", unscopables = "Symbol.unscopables",
    match_ = "Symbol.match", match_all = "Symbol.matchAll", replace = "Symbol.replace",
    search = "Symbol.search", split = "Symbol.split", dispose = "Symbol.dispose",
    async_dispose = "Symbol.asyncDispose",
}

/// Own properties of intrinsics that built-in operations look up time and again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// `Array.prototype[Symbol.iterator]`.
    ArrayValues,
    /// `%ArrayIteratorPrototype%.next`.
    ArrayIteratorNext,
    /// `Array.prototype.constructor`.
    ArrayConstructor,
    /// `Array[Symbol.species]`.
    ArraySpecies,
}

impl Protocol {
    pub const COUNT: usize = 4;
}

/// A property's slot in objects of a shape. The shapes of prototypes are their own, so this stays
/// right until the object's shape is another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FoundSlot {
    pub shape: ShapeId,
    pub slot: u32,
}

macro_rules! intrinsics {
    ($($name:ident,)*) => {
        /// A global environment. What is set up as copy of the first realm's: `names`, `strings`, `symbols`,
        /// `symbol_registry`.
        #[derive(Clone)]
        pub struct Realm {
            pub id: RealmId,
            pub names: Names,
            pub strings: Strings,
            pub symbols: Symbols,
            /// What `Symbol.for` knows: an object by text.
            pub symbol_registry: Value,
            $(pub $name: ObjectRef,)*
            pub error_prototypes: [ObjectRef; 7],
            pub typed_array_prototypes: [ObjectRef; ElementType::COUNT],
            pub temporal_prototypes: [ObjectRef; 8],
            pub typed_array_constructors: [Value; ElementType::COUNT],
            /// Shape of plain arrays, of closures (constructors or not), of iterator results.
            pub array_shape: ShapeId,
            pub function_shape: ShapeId,
            /// Shapes of closures that can be suspended, by flow.
            pub flow_shapes: [ShapeId; 4],
            pub iterator_result_shape: ShapeId,
            pub plain_object_shape: ShapeId,
            pub array_iterator_shape: ShapeId,
            /// Where the methods that iteration and species protocols ask for were found last.
            pub protocol: [FoundSlot; Protocol::COUNT],
            /// Array iteration is the built-in one: `next` and `[Symbol.iterator]` untouched. Checked by identity.
            pub array_values: Value,
            pub array_iterator_next: Value,
            pub function_has_instance: Value,
            pub array_constructor: Value,
            pub object_constructor: Value,
            pub eval_function: Value,
            pub throw_type_error: Value,
            /// What `Array.fromAsync` calls, once it has been called.
            pub array_from_async: Value,
            /// What `AsyncDisposableStack.prototype.disposeAsync` calls, once it has been called.
            pub dispose_resources: Value,
            pub promise_constructor: Value,
            pub regexp_constructor: Value,
            pub iterator_constructor: Value,
            /// `RegExp.prototype.exec`, and what the last match was (FixedArray).
            pub regexp_exec: Value,
            pub regexp_legacy: Value,
            /// A RegExp, and its prototype, as they were made.
            pub regexp_shape: ShapeId,
            pub regexp_prototype_shape: ShapeId,
        }
        impl Realm {
            /// Before `create` has run.
            pub fn empty() -> Realm {
                // A placeholder that is never dereferenced: `create` replaces every field.
                let none: ObjectRef = dangling();
                Realm {
                    id: RealmId::FIRST,
                    names: Names::empty(), strings: Strings::empty_table(), symbols: Symbols::empty(),
                    symbol_registry: Value::UNDEFINED,
                    $($name: none,)*
                    error_prototypes: [none; 7], typed_array_prototypes: [none; ElementType::COUNT],
                    temporal_prototypes: [none; 8],
                    typed_array_constructors: [Value::UNDEFINED; ElementType::COUNT],
                    array_shape: ShapeId(0), function_shape: ShapeId(0), flow_shapes: [ShapeId(0); 4], iterator_result_shape: ShapeId(0),
                    plain_object_shape: ShapeId(0),
                    array_iterator_shape: ShapeId(0), protocol: [FoundSlot::default(); Protocol::COUNT],
                    array_values: Value::UNDEFINED, array_iterator_next: Value::UNDEFINED,
                    function_has_instance: Value::UNDEFINED, array_constructor: Value::UNDEFINED,
                    object_constructor: Value::UNDEFINED, eval_function: Value::UNDEFINED, throw_type_error: Value::UNDEFINED, array_from_async: Value::UNDEFINED, dispose_resources: Value::UNDEFINED, promise_constructor: Value::UNDEFINED,
                    iterator_constructor: Value::UNDEFINED, regexp_constructor: Value::UNDEFINED, regexp_exec: Value::UNDEFINED,
                    regexp_legacy: Value::UNDEFINED, regexp_shape: ShapeId(0), regexp_prototype_shape: ShapeId(0),
                }
            }
            /// A realm to be created in an isolate that has one.
            pub fn sibling(other: &Realm, id: RealmId) -> Realm {
                Realm { id, names: other.names, strings: other.strings.clone(), symbols: other.symbols, symbol_registry: other.symbol_registry, ..Realm::empty() }
            }
            /// Its intrinsic objects, in the same order for every realm.
            pub fn objects(&self) -> impl Iterator<Item = ObjectRef> {
                let lists = [self.error_prototypes.as_slice(), &self.typed_array_prototypes, &self.temporal_prototypes];
                [$(self.$name),*].into_iter().chain(lists.concat())
            }
            pub fn trace(&mut self, v: &mut dyn RootVisitor) {
                self.names.trace(v);
                self.strings.trace(v);
                self.symbols.trace(v);
                v.value(&mut self.symbol_registry);
                $(trace_object(&mut self.$name, v);)*
                for o in self.error_prototypes.iter_mut().chain(&mut self.typed_array_prototypes).chain(&mut self.temporal_prototypes) { trace_object(o, v); }
                for x in &mut self.typed_array_constructors { v.value(x); }
                for x in [&mut self.array_values, &mut self.array_iterator_next, &mut self.function_has_instance,
                          &mut self.array_constructor, &mut self.object_constructor, &mut self.eval_function, &mut self.throw_type_error, &mut self.array_from_async, &mut self.dispose_resources, &mut self.promise_constructor,
                          &mut self.iterator_constructor, &mut self.regexp_constructor, &mut self.regexp_exec, &mut self.regexp_legacy] { v.value(x); }
            }
        }
    };
}
intrinsics! {
    global, global_lexicals, object_prototype, function_prototype, array_prototype, string_prototype,
    number_prototype, boolean_prototype, symbol_prototype, bigint_prototype, iterator_prototype,
    array_iterator_prototype, string_iterator_prototype, map_prototype, set_prototype, map_iterator_prototype,
    set_iterator_prototype, array_buffer_prototype, typed_array_prototype, weak_map_prototype, weak_set_prototype,
    disposable_stack_prototype, async_disposable_stack_prototype, date_prototype, weak_ref_prototype, finalization_registry_prototype, iterator_helper_prototype,
    wrapped_iterator_prototype, shared_array_buffer_prototype, data_view_prototype,
    regexp_prototype, regexp_string_iterator_prototype,
    promise_prototype, aggregate_error_prototype, suppressed_error_prototype,
    generator_prototype, generator_function_prototype, async_function_prototype, async_generator_prototype,
    async_generator_function_prototype, async_iterator_prototype, async_from_sync_iterator_prototype,
}

fn dangling() -> ObjectRef {
    use tierproof_heap::CellView;
    ObjectRef::from_cell(tierproof_heap::CellRef::from_address(8))
}

fn trace_object(o: &mut ObjectRef, v: &mut dyn RootVisitor) {
    if *o == dangling() {
        return;
    }
    let mut value = Value::from(*o);
    v.value(&mut value);
    *o = value.cast();
}

impl Realm {
    pub fn error_prototype(&self, kind: ErrorKind) -> ObjectRef {
        self.error_prototypes[kind as usize]
    }
}

impl Isolate {
    /// A fresh symbol.
    pub fn new_symbol(&mut self, description: Value) -> SymbolRef {
        let hash = self.next_hash();
        self.heap.allocate_symbol(hash, 0, description)
    }
}

/// Prototypes of functions that can be suspended, and of what they return.
fn suspendable(cx: &mut Isolate) {
    let ip = Value::from(cx.realm.iterator_prototype);
    cx.realm.generator_prototype = cx.new_object(ip);
    cx.realm.async_iterator_prototype = cx.new_plain_object();
    let ap = Value::from(cx.realm.async_iterator_prototype);
    cx.realm.async_generator_prototype = cx.new_object(ap);
    cx.realm.async_from_sync_iterator_prototype = cx.new_object(ap);
    let fp = Value::from(cx.realm.function_prototype);
    cx.realm.generator_function_prototype = cx.new_object(fp);
    cx.realm.async_function_prototype = cx.new_object(fp);
    cx.realm.async_generator_function_prototype = cx.new_object(fp);
    let prototypes = [
        cx.realm.function_prototype,
        cx.realm.generator_function_prototype,
        cx.realm.async_function_prototype,
        cx.realm.async_generator_function_prototype,
    ];
    for (i, p) in prototypes.into_iter().enumerate() {
        cx.realm.flow_shapes[i] = cx.root_shape(p.into(), CellKind::Function, 0);
    }
}

/// Makes what all realms of a new isolate share, and the bare intrinsic objects of its first one.
pub fn create(cx: &mut Isolate) {
    let string_shape = cx.shapes.null_root(CellKind::StringOneByte, 0);
    debug_assert_eq!(string_shape, STRING_SHAPE);
    Strings::create(cx);
    cx.realm.names = Names::create(cx);
    Symbols::create(cx);
    create_intrinsics(cx);
}

/// Makes the bare intrinsic objects of the current realm.
pub fn create_intrinsics(cx: &mut Isolate) {
    let shape = cx.shapes.null_root(CellKind::Object, 4);
    cx.realm.object_prototype = cx.heap.allocate_object(shape.0, 4);
    let op = Value::from(cx.realm.object_prototype);
    macro_rules! plain {
        ($($field:ident)*) => { $(cx.realm.$field = cx.new_object(op);)* };
    }
    plain! { iterator_prototype number_prototype boolean_prototype symbol_prototype bigint_prototype
    string_prototype map_prototype set_prototype array_buffer_prototype typed_array_prototype
    weak_map_prototype weak_set_prototype promise_prototype regexp_prototype shared_array_buffer_prototype data_view_prototype date_prototype disposable_stack_prototype async_disposable_stack_prototype
    weak_ref_prototype finalization_registry_prototype }
    // %Function.prototype% is a function itself: it takes anything and returns undefined.
    cx.realm.function_shape = cx.root_shape(op, CellKind::Function, 0);
    let empty = cx.realm.strings.empty();
    let f = cx.new_builtin_named(empty.into(), 0, |_, _| Ok(Value::UNDEFINED), false);
    cx.realm.function_prototype = f.object();
    let ip = Value::from(cx.realm.iterator_prototype);
    cx.realm.array_iterator_prototype = cx.new_object(ip);
    cx.realm.string_iterator_prototype = cx.new_object(ip);
    cx.realm.map_iterator_prototype = cx.new_object(ip);
    cx.realm.iterator_helper_prototype = cx.new_object(ip);
    cx.realm.wrapped_iterator_prototype = cx.new_object(ip);
    cx.realm.regexp_string_iterator_prototype = cx.new_object(ip);
    cx.realm.set_iterator_prototype = cx.new_object(ip);
    let shape = cx.root_shape(op, CellKind::Array, 0);
    cx.realm.array_prototype = cx.heap.allocate_object_of(CellKind::Array, shape.0);
    for i in 0..7 {
        let parent = if i == 0 { op } else { cx.realm.error_prototypes[0].into() };
        cx.realm.error_prototypes[i] = cx.new_object(parent);
    }
    let ep = Value::from(cx.realm.error_prototypes[0]);
    cx.realm.aggregate_error_prototype = cx.new_object(ep);
    cx.realm.suppressed_error_prototype = cx.new_object(ep);
    let tp = Value::from(cx.realm.typed_array_prototype);
    for i in 0..8 {
        cx.realm.temporal_prototypes[i] = cx.new_object(op);
    }
    for i in 0..ElementType::COUNT {
        cx.realm.typed_array_prototypes[i] = cx.new_object(tp);
    }
    let shape = cx.root_shape(op, CellKind::Global, 0);
    cx.realm.global = cx.heap.allocate_object_of(CellKind::Global, shape.0);
    let shape = cx.shapes.to_unique(shape);
    cx.realm.global.set_shape(shape.0);
    let shape = cx.shapes.null_root(CellKind::Global, 0);
    cx.realm.global_lexicals = cx.heap.allocate_object_of(CellKind::Global, shape.0);
    let shape = cx.shapes.to_unique(shape);
    cx.realm.global_lexicals.set_shape(shape.0);
    let ap = Value::from(cx.realm.array_prototype);
    cx.realm.array_shape = cx.root_shape(ap, CellKind::Array, 0);
    let fp = Value::from(cx.realm.function_prototype);
    cx.realm.function_shape = cx.root_shape(fp, CellKind::Function, 0);
    suspendable(cx);
    let plain = cx.root_shape(op, CellKind::Object, 4);
    cx.realm.plain_object_shape = plain;
    let names = cx.realm.names;
    let (Some(value), Some(done)) = (names.value.name(), names.done.name()) else { return };
    let s = cx.root_shape(op, CellKind::Object, 2);
    let s = cx.shapes.add(s, value, crate::shapes::attrs::ALL).shape;
    cx.realm.iterator_result_shape = cx.shapes.add(s, done, crate::shapes::attrs::ALL).shape;
}
