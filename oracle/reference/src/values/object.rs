//! Objects: property tables and the internal slots of every kind. Objects live in the agent's table and are
//! named by number; nothing is freed before the evaluation ends.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::{Key, Property, Str, Symbol, Value};
use crate::agent::{Agent, Completion};
use crate::environments::{Env, PrivateEnv};
use crate::evaluate::coroutines::Coroutine;
use crate::tree::FunctionNode;

/// The name of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Obj(pub u32);

pub struct Object {
    pub prototype: Option<Obj>,
    pub extensible: bool,
    pub properties: Properties,
    pub private: Vec<(PrivateName, PrivateElement)>,
    pub kind: Kind,
}

/// Own properties: indices in ascending order apart from the rest, which keep the order of creation.
#[derive(Default)]
pub struct Properties {
    indexed: BTreeMap<u32, Property>,
    named: IndexMap<Key, Property, FxBuildHasher>,
}

impl Properties {
    pub fn get(&self, key: &Key) -> Option<&Property> {
        match key {
            Key::Index(i) => self.indexed.get(i),
            _ => self.named.get(key),
        }
    }
    pub fn insert(&mut self, key: Key, property: Property) {
        match key {
            Key::Index(i) => self.indexed.insert(i, property),
            _ => self.named.insert(key, property),
        };
    }
    pub fn remove(&mut self, key: &Key) {
        match key {
            Key::Index(i) => self.indexed.remove(i),
            _ => self.named.shift_remove(key),
        };
    }
    /// Index keys at or above this one, ascending.
    pub fn indices_from(&self, from: u32) -> Vec<u32> {
        self.indexed.range(from..).map(|p| *p.0).collect()
    }
    /// [OrdinaryOwnPropertyKeys](https://tc39.es/ecma262/#sec-ordinaryownpropertykeys): indices, strings, symbols.
    pub fn keys(&self) -> Vec<Key> {
        let indices = self.indexed.keys().map(|&i| Key::Index(i));
        let strings = self.named.keys().filter(|k| !k.is_symbol()).cloned();
        let symbols = self.named.keys().filter(|k| k.is_symbol()).cloned();
        indices.chain(strings).chain(symbols).collect()
    }
}

/// What an object is besides its properties.
pub enum Kind {
    Ordinary,
    Array,
    Function(Rc<Closure>),
    Builtin(Rc<Builtin>),
    Bound(Rc<Bound>),
    Error,
    /// Wrapper of a Boolean, Number, Symbol, BigInt, or a String exotic object.
    Primitive(Value),
    /// Which indices are still names of parameters; empty for an unmapped one.
    Arguments(Vec<Option<(Env, Str)>>),
    Map(Collection),
    Set(Collection),
    WeakMap(Collection),
    WeakSet(Collection),
    ArrayBuffer(Buffer),
    TypedArray(TypedArray),
    DataView(TypedArray),
    Proxy(ProxySlots),
    Promise(PromiseSlots),
    Generator(GeneratorSlots),
    AsyncGenerator(AsyncGeneratorSlots),
    Iterator(IteratorSlots),
    IteratorHelper(Helper),
    /// Made by `Iterator.from`.
    WrappedIterator(IteratorRecord),
    /// Iterator made by `CreateAsyncFromSyncIterator`.
    AsyncFromSync(IteratorRecord),
}

impl Object {
    pub fn new(prototype: Option<Obj>, kind: Kind) -> Object {
        Object { prototype, extensible: true, properties: Properties::default(), private: Vec::new(), kind }
    }
}

/// [ECMAScript function objects](https://tc39.es/ecma262/#sec-ecmascript-function-objects).
pub struct Closure {
    pub code: Rc<FunctionNode>,
    pub environment: Env,
    pub private_environment: Option<PrivateEnv>,
    pub home_object: Cell<Option<Obj>>,
    pub fields: RefCell<Rc<Vec<ClassField>>>,
    pub private_methods: RefCell<Rc<Vec<(PrivateName, PrivateElement)>>>,
}

/// [ClassFieldDefinition Record](https://tc39.es/ecma262/#sec-classfielddefinition-record-specification-type)
pub struct ClassField {
    pub name: FieldName,
    pub initializer: Option<Obj>,
}

#[derive(Clone)]
pub enum FieldName {
    Key(Key),
    Private(PrivateName),
}

/// [Private Name](https://tc39.es/ecma262/#sec-private-names): equal only to itself.
#[derive(Clone)]
pub struct PrivateName(pub Rc<Str>);
impl PartialEq for PrivateName {
    fn eq(&self, other: &PrivateName) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// [PrivateElement Record](https://tc39.es/ecma262/#sec-privateelement-specification-type)
#[derive(Clone)]
pub enum PrivateElement {
    Field(Value),
    Method(Obj),
    Accessor { get: Option<Obj>, set: Option<Obj> },
}

/// The arguments of a call of a built-in function.
pub struct Call<'a> {
    pub this: &'a Value,
    pub arguments: &'a [Value],
    pub new_target: Option<Obj>,
    /// The function itself.
    pub function: Obj,
}

impl Call<'_> {
    /// An argument, undefined when absent.
    pub fn get(&self, i: usize) -> Value {
        self.arguments.get(i).cloned().unwrap_or(Value::Undefined)
    }
}

pub type Native = fn(&Agent, &Call<'_>) -> Completion<Value>;

/// [Built-in function objects](https://tc39.es/ecma262/#sec-built-in-function-objects).
pub struct Builtin {
    pub behaviour: Behaviour,
    pub constructor: bool,
}

pub enum Behaviour {
    Native(Native),
    Closure(Box<dyn Fn(&Agent, &Call<'_>) -> Completion<Value>>),
    /// Getter of a property that the evaluator does not know: whoever meets it is told its name.
    Outside(String),
}

pub struct Bound {
    pub target: Obj,
    pub this: Value,
    pub arguments: Vec<Value>,
}

/// Entries of a Map or Set in order of insertion; removed ones stay as `None`, because iterators count them.
#[derive(Default)]
pub struct Collection {
    pub entries: Vec<Option<(Value, Value)>>,
    pub places: rustc_hash::FxHashMap<CollectionKey, usize>,
}

/// A value as SameValueZero compares it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum CollectionKey {
    Simple(u8),
    Number(u64),
    String(Str),
    Symbol(Symbol),
    BigInt(num_bigint::BigInt),
    Object(Obj),
}

/// Data of an ArrayBuffer; `None` when detached.
pub struct Buffer {
    pub bytes: Option<Vec<u8>>,
    pub max_length: Option<usize>,
}

/// A typed array or a DataView; no `length` means that it follows the buffer.
#[derive(Clone, Copy)]
pub struct TypedArray {
    pub element: Element,
    pub buffer: Obj,
    pub offset: usize,
    pub length: Option<usize>,
}

/// [The TypedArray constructors](https://tc39.es/ecma262/#table-the-typedarray-constructors).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Element {
    Int8,
    Uint8,
    Uint8Clamped,
    Int16,
    Uint16,
    Int32,
    Uint32,
    BigInt64,
    BigUint64,
    Float32,
    Float64,
}

pub struct ProxySlots {
    /// Target and handler, unless revoked.
    pub target: Option<(Obj, Obj)>,
    pub callable: bool,
    pub constructor: bool,
}

#[derive(Clone)]
pub enum PromiseState {
    Pending,
    Fulfilled(Value),
    Rejected(Value),
}

pub struct PromiseSlots {
    pub state: PromiseState,
    /// Reactions to fulfilment and to rejection, in order.
    pub reactions: Vec<(Rc<Reaction>, Rc<Reaction>)>,
}

/// [PromiseReaction Record](https://tc39.es/ecma262/#sec-promisereaction-records)
pub struct Reaction {
    pub capability: Option<PromiseCapability>,
    pub rejects: bool,
    pub handler: Handler,
}

pub enum Handler {
    Empty,
    Function(Obj),
    /// Goes on with what awaits.
    Native(Rc<dyn Fn(&Agent, Completion<Value>) -> Completion<()>>),
}

/// [PromiseCapability Record](https://tc39.es/ecma262/#sec-promisecapability-records)
#[derive(Clone)]
pub struct PromiseCapability {
    pub promise: Value,
    pub resolve: Value,
    pub reject: Value,
}

/// [Generator instances](https://tc39.es/ecma262/#sec-properties-of-generator-instances).
pub struct GeneratorSlots {
    pub state: GeneratorState,
}

pub enum GeneratorState {
    /// What to evaluate at the first resumption.
    Start(Box<dyn FnOnce(&Agent) -> Completion<Coroutine>>),
    Suspended(Coroutine),
    Executing,
    Completed,
}

pub struct AsyncGeneratorSlots {
    pub state: GeneratorState,
    pub queue: VecDeque<(ResumeWith, PromiseCapability)>,
    /// While it awaits the value of a `return` that came when there was nothing left to run.
    pub draining: bool,
}

/// The completion that a resumption brings.
#[derive(Clone)]
pub enum ResumeWith {
    Next(Value),
    Throw(Value),
    Return(Value),
}

#[derive(Clone)]
pub struct IteratorRecord {
    pub iterator: Obj,
    pub next: Value,
}

/// [Iterator Helper objects](https://tc39.es/ecma262/#sec-iterator-helper-objects): a closure of the specification
/// as its state between two steps.
pub struct Helper {
    pub record: IteratorRecord,
    pub kind: HelperKind,
    pub counter: f64,
    pub started: bool,
    pub running: bool,
    pub done: bool,
}

#[derive(Clone)]
pub enum HelperKind {
    Map(Obj),
    Filter(Obj),
    /// How many are left.
    Take(f64),
    Drop(f64),
    /// The function, and the iterator it gave last.
    FlatMap(Obj, Option<IteratorRecord>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum IterationKind {
    Keys,
    Values,
    Entries,
}

/// Built-in iterators.
pub enum IteratorSlots {
    Array { object: Option<Value>, index: f64, kind: IterationKind },
    Map { object: Option<Obj>, index: usize, kind: IterationKind },
    Set { object: Option<Obj>, index: usize, kind: IterationKind },
    String { string: Option<Str>, index: usize },
}
