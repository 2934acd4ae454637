//! The model of the language's builtins: what there is, what it wants and what it gives. Generation, type
//! inference and exploration read it; a builtin is added by a line.
//!
//! `Name(parameters) -> type` is a global function, `new Name(...)` a constructor, `Name.f(...)` a static
//! method, `Name#f(...)` a method, `Name#p: type` a property. A parameter with `?` may be left out, one with
//! `...` may be repeated. Types: `int` (any), `small` (0 to 9), `index`, `number`, `bigint`, `string`, `boolean`,
//! `symbol`, `any`, `object`, `f1`..`f3` (functions by number of parameters), names of builtins, `iterable`.
//!
//! What depends on time, chance or the collector is not here: programs are deterministic.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::types::{Kind, Type};

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub ty: Type,
    pub small: bool,
    pub optional: bool,
    pub rest: bool,
    /// A function with so many parameters.
    pub function: Option<u8>,
}

/// How a builtin is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    Function,
    Constructor,
    Static,
    Method,
    Property,
}

/// One line of the model.
#[derive(Clone, Debug)]
pub struct Builtin {
    pub reach: Reach,
    /// The global object, or group of receivers.
    pub group: &'static str,
    pub name: &'static str,
    pub parameters: Vec<Parameter>,
    pub result: Type,
}

/// The whole model.
pub struct Model {
    pub all: Vec<Builtin>,
    /// Methods and properties by group.
    pub members: BTreeMap<&'static str, Vec<usize>>,
    /// Global functions, constructors and static methods.
    pub entries: Vec<usize>,
}

/// Groups that have the members of another.
const LIKE: &[(&str, &str)] = &[
    ("Int8Array", "TypedArray"),
    ("Uint8Array", "TypedArray"),
    ("Uint8ClampedArray", "TypedArray"),
    ("Int16Array", "TypedArray"),
    ("Uint16Array", "TypedArray"),
    ("Int32Array", "TypedArray"),
    ("Uint32Array", "TypedArray"),
    ("Float32Array", "TypedArray"),
    ("Float64Array", "TypedArray"),
    ("BigInt64Array", "BigTypedArray"),
    ("BigUint64Array", "BigTypedArray"),
    ("Generator", "Iterator"),
];

/// Groups that are iterable.
pub const ITERABLE: &[&str] = &["Array", "String", "Map", "Set", "Iterator", "Generator", "TypedArray"];

impl Model {
    /// Members of a group.
    pub fn members_of(&self, group: &str) -> &[usize] {
        let like = LIKE.iter().find(|l| l.0 == group).map_or(group, |l| l.1);
        self.members.get(like).map_or(&[], |l| l)
    }
    /// What a member of a group yields.
    pub fn member(&self, group: &str, name: &str) -> Option<&Builtin> {
        self.members_of(group).iter().map(|i| &self.all[*i]).find(|b| b.name == name)
    }
    pub fn entry(&self, group: &str, name: &str, reach: Reach) -> Option<&Builtin> {
        self.entries
            .iter()
            .map(|i| &self.all[*i])
            .find(|b| b.reach == reach && b.group == group && b.name == name)
    }
}

/// The model.
pub fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let mut m = Model { all: Vec::new(), members: BTreeMap::new(), entries: Vec::new() };
        for line in TABLE.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let b = read(line).unwrap_or_else(|| panic!("the model's line `{line}`"));
            let i = m.all.len();
            match b.reach {
                Reach::Method | Reach::Property => m.members.entry(b.group).or_default().push(i),
                _ => m.entries.push(i),
            }
            m.all.push(b);
        }
        m
    })
}

fn read(line: &'static str) -> Option<Builtin> {
    let (new, line) = match line.strip_prefix("new ") {
        Some(l) => (true, l),
        None => (false, line),
    };
    let (path, parameters, result) = match line.split_once('(') {
        Some((path, rest)) => {
            let (list, result) = rest.split_once(") -> ")?;
            (path, list, result)
        }
        None => {
            let (path, result) = line.split_once(": ")?;
            (path, "", result)
        }
    };
    let (reach, group, name) = match (path.split_once('#'), path.split_once('.'), new) {
        (Some((g, n)), ..) => (if line.contains('(') { Reach::Method } else { Reach::Property }, g, n),
        (None, Some((g, n)), false) => (Reach::Static, g, n),
        (None, None, true) => (Reach::Constructor, path, path),
        (None, None, false) => (Reach::Function, path, path),
        _ => return None,
    };
    let parameters = parameters.split(", ").filter(|p| !p.is_empty()).map(parameter).collect();
    Some(Builtin { reach, group, name, parameters, result: named(result) })
}

fn parameter(text: &'static str) -> Parameter {
    let (text, rest) = text.strip_suffix("...").map_or((text, false), |t| (t, true));
    let (text, optional) = text.strip_suffix('?').map_or((text, false), |t| (t, true));
    let function = match text {
        "f0" => Some(0),
        "f1" => Some(1),
        "f2" => Some(2),
        "f3" => Some(3),
        _ => None,
    };
    Parameter { ty: named(text), small: matches!(text, "small" | "index"), optional, rest, function }
}

/// A type by the name it has in the model.
pub fn named(name: &'static str) -> Type {
    match name {
        "int" | "small" | "index" => Type::of(Kind::Int),
        "number" => Type::number(),
        "bigint" => Type::of(Kind::BigInt),
        "string" => Type::of(Kind::String).grouped("String"),
        "boolean" => Type::of(Kind::Boolean),
        "symbol" => Type::of(Kind::Symbol),
        "undefined" => Type::of(Kind::Undefined),
        "any" => Type::any(),
        "object" => Type::of(Kind::Object),
        "iterable" => Type::of(Kind::Iterable),
        "f0" | "f1" | "f2" | "f3" | "function" => Type::of(Kind::Function),
        group => Type::of(Kind::Object).grouped(group),
    }
}

const TABLE: &str = "
    Math.abs(number) -> number
    Math.acos(number) -> number
    Math.asin(number) -> number
    Math.atan(number) -> number
    Math.atan2(number, number) -> number
    Math.cbrt(number) -> number
    Math.ceil(number) -> number
    Math.clz32(number) -> int
    Math.cos(number) -> number
    Math.cosh(number) -> number
    Math.exp(number) -> number
    Math.expm1(number) -> number
    Math.floor(number) -> number
    Math.fround(number) -> number
    Math.hypot(number...) -> number
    Math.imul(int, int) -> int
    Math.log(number) -> number
    Math.log1p(number) -> number
    Math.log2(number) -> number
    Math.log10(number) -> number
    Math.max(number...) -> number
    Math.min(number...) -> number
    Math.pow(number, number) -> number
    Math.round(number) -> number
    Math.sign(number) -> number
    Math.sin(number) -> number
    Math.sinh(number) -> number
    Math.sqrt(number) -> number
    Math.tan(number) -> number
    Math.tanh(number) -> number
    Math.trunc(number) -> number
    Number(any) -> number
    Number.isFinite(any) -> boolean
    Number.isInteger(any) -> boolean
    Number.isNaN(any) -> boolean
    Number.isSafeInteger(any) -> boolean
    Number.parseFloat(string) -> number
    Number.parseInt(string, small?) -> number
    parseInt(string) -> number
    parseFloat(string) -> number
    isNaN(number) -> boolean
    isFinite(number) -> boolean
    Number#toFixed(small?) -> string
    Number#toString() -> string
    Number#valueOf() -> number
    BigInt(int) -> bigint
    BigInt.asIntN(small, bigint) -> bigint
    BigInt.asUintN(small, bigint) -> bigint
    BigInt#toString() -> string
    Boolean(any) -> boolean
    String(any) -> string
    String.fromCharCode(int...) -> string
    String.fromCodePoint(small...) -> string
    String#length: int
    String#at(index) -> any
    String#charAt(index) -> string
    String#charCodeAt(index) -> number
    String#codePointAt(index) -> any
    String#concat(string...) -> string
    String#endsWith(string) -> boolean
    String#includes(string) -> boolean
    String#indexOf(string, int?) -> int
    String#isWellFormed() -> boolean
    String#lastIndexOf(string) -> int
    String#localeCompare(string) -> int
    String#match(RegExp) -> any
    String#normalize() -> string
    String#padEnd(small, string?) -> string
    String#padStart(small, string?) -> string
    String#repeat(small) -> string
    String#replace(string, string) -> string
    String#replaceAll(string, string) -> string
    String#search(RegExp) -> int
    String#slice(int?, int?) -> string
    String#split(string?, small?) -> Array
    String#startsWith(string) -> boolean
    String#substring(int?, int?) -> string
    String#toLowerCase() -> string
    String#toUpperCase() -> string
    String#trim() -> string
    String#trimEnd() -> string
    String#trimStart() -> string
    new RegExp(string) -> RegExp
    RegExp#exec(string) -> any
    RegExp#test(string) -> boolean
    RegExp#lastIndex: int
    RegExp#source: string
    RegExp#flags: string
    RegExp#toString() -> string
    Symbol(string?) -> symbol
    Symbol.for(string) -> symbol
    Array(small) -> Array
    new Array(any, any...) -> Array
    Array.of(any...) -> Array
    Array.from(iterable, f2?) -> Array
    Array.isArray(any) -> boolean
    Array#length: int
    Array#at(index) -> any
    Array#concat(any...) -> Array
    Array#copyWithin(index, index, index?) -> Array
    Array#entries() -> Iterator
    Array#every(f2) -> boolean
    Array#fill(any, index?, index?) -> Array
    Array#filter(f2) -> Array
    Array#find(f2) -> any
    Array#findIndex(f2) -> int
    Array#findLast(f2) -> any
    Array#findLastIndex(f2) -> int
    Array#flat(small?) -> Array
    Array#flatMap(f2) -> Array
    Array#forEach(f2) -> undefined
    Array#includes(any) -> boolean
    Array#indexOf(any) -> int
    Array#join(string?) -> string
    Array#keys() -> Iterator
    Array#lastIndexOf(any) -> int
    Array#map(f2) -> Array
    Array#pop() -> any
    Array#push(any...) -> int
    Array#reduce(f2, any) -> any
    Array#reduceRight(f2, any) -> any
    Array#reverse() -> Array
    Array#shift() -> any
    Array#slice(index?, index?) -> Array
    Array#some(f2) -> boolean
    Array#sort(f2?) -> Array
    Array#splice(index, small?, any...) -> Array
    Array#toReversed() -> Array
    Array#toSorted() -> Array
    Array#toSpliced(index, small) -> Array
    Array#unshift(any...) -> int
    Array#values() -> Iterator
    Array#with(index, any) -> Array
    Object.assign(object, object...) -> object
    Object.create(object) -> object
    Object.entries(object) -> Array
    Object.freeze(object) -> object
    Object.fromEntries(Map) -> object
    Object.getOwnPropertyNames(object) -> Array
    Object.getOwnPropertyDescriptor(object, string) -> any
    Object.getPrototypeOf(object) -> any
    Object.groupBy(iterable, f2) -> object
    Object.hasOwn(object, string) -> boolean
    Object.is(any, any) -> boolean
    Object.isExtensible(object) -> boolean
    Object.isFrozen(object) -> boolean
    Object.isSealed(object) -> boolean
    Object.keys(object) -> Array
    Object.preventExtensions(object) -> object
    Object.seal(object) -> object
    Object.setPrototypeOf(object, object) -> object
    Object.values(object) -> Array
    Object#hasOwnProperty(string) -> boolean
    Object#isPrototypeOf(object) -> boolean
    Object#propertyIsEnumerable(string) -> boolean
    Object#toString() -> string
    Object#valueOf() -> object
    Reflect.apply(function, any, Array) -> any
    Reflect.defineProperty(object, string, object) -> boolean
    Reflect.deleteProperty(object, string) -> boolean
    Reflect.get(object, string) -> any
    Reflect.getOwnPropertyDescriptor(object, string) -> any
    Reflect.getPrototypeOf(object) -> any
    Reflect.has(object, string) -> boolean
    Reflect.isExtensible(object) -> boolean
    Reflect.ownKeys(object) -> Array
    Reflect.preventExtensions(object) -> boolean
    Reflect.set(object, string, any) -> boolean
    Reflect.setPrototypeOf(object, object) -> boolean
    new Proxy(object, object) -> object
    Function#call(any, any...) -> any
    Function#apply(any, Array) -> any
    Function#bind(any, any...) -> function
    Function#length: int
    Function#name: string
    new Map() -> Map
    Map#size: int
    Map#clear() -> undefined
    Map#delete(any) -> boolean
    Map#entries() -> Iterator
    Map#forEach(f2) -> undefined
    Map#get(any) -> any
    Map#has(any) -> boolean
    Map#keys() -> Iterator
    Map#set(any, any) -> Map
    Map#values() -> Iterator
    new Set(iterable?) -> Set
    Set#size: int
    Set#add(any) -> Set
    Set#clear() -> undefined
    Set#delete(any) -> boolean
    Set#difference(Set) -> Set
    Set#forEach(f2) -> undefined
    Set#has(any) -> boolean
    Set#intersection(Set) -> Set
    Set#isDisjointFrom(Set) -> boolean
    Set#isSubsetOf(Set) -> boolean
    Set#isSupersetOf(Set) -> boolean
    Set#symmetricDifference(Set) -> Set
    Set#union(Set) -> Set
    Set#values() -> Iterator
    new WeakMap() -> WeakMap
    WeakMap#delete(object) -> boolean
    WeakMap#get(object) -> any
    WeakMap#has(object) -> boolean
    WeakMap#set(object, any) -> WeakMap
    new WeakSet() -> WeakSet
    WeakSet#add(object) -> WeakSet
    WeakSet#has(object) -> boolean
    Iterator.from(iterable) -> Iterator
    Iterator#next() -> object
    Iterator#drop(small) -> Iterator
    Iterator#take(small) -> Iterator
    Iterator#map(f2) -> Iterator
    Iterator#filter(f2) -> Iterator
    Iterator#flatMap(f2) -> Iterator
    Iterator#toArray() -> Array
    Iterator#some(f2) -> boolean
    Iterator#every(f2) -> boolean
    Iterator#find(f2) -> any
    Iterator#forEach(f2) -> undefined
    Iterator#reduce(f2, any) -> any
    new ArrayBuffer(small) -> ArrayBuffer
    ArrayBuffer#byteLength: int
    ArrayBuffer#detached: boolean
    ArrayBuffer#slice(index?, index?) -> ArrayBuffer
    ArrayBuffer#transfer() -> ArrayBuffer
    ArrayBuffer.isView(any) -> boolean
    new DataView(ArrayBuffer) -> DataView
    DataView#byteLength: int
    DataView#getInt8(index) -> int
    DataView#getUint8(index) -> int
    DataView#setInt8(index, int) -> undefined
    DataView#setUint8(index, int) -> undefined
    new Int8Array(small) -> Int8Array
    new Uint8Array(small) -> Uint8Array
    new Uint8ClampedArray(small) -> Uint8ClampedArray
    new Int16Array(small) -> Int16Array
    new Uint16Array(small) -> Uint16Array
    new Int32Array(small) -> Int32Array
    new Uint32Array(small) -> Uint32Array
    new Float32Array(small) -> Float32Array
    new Float64Array(small) -> Float64Array
    new BigInt64Array(small) -> BigInt64Array
    new BigUint64Array(small) -> BigUint64Array
    TypedArray#length: int
    TypedArray#byteLength: int
    TypedArray#buffer: ArrayBuffer
    TypedArray#at(index) -> any
    TypedArray#copyWithin(index, index) -> object
    TypedArray#every(f2) -> boolean
    TypedArray#fill(number, index?, index?) -> object
    TypedArray#filter(f2) -> object
    TypedArray#find(f2) -> any
    TypedArray#forEach(f2) -> undefined
    TypedArray#includes(number) -> boolean
    TypedArray#indexOf(number) -> int
    TypedArray#join() -> string
    TypedArray#map(f2) -> object
    TypedArray#reduce(f2, any) -> any
    TypedArray#reverse() -> object
    TypedArray#slice(index?, index?) -> object
    TypedArray#sort() -> object
    TypedArray#subarray(index?, index?) -> object
    TypedArray#values() -> Iterator
    BigTypedArray#length: int
    BigTypedArray#fill(bigint) -> object
    BigTypedArray#at(index) -> any
    BigTypedArray#includes(bigint) -> boolean
    BigTypedArray#join() -> string
    BigTypedArray#reverse() -> object
    Promise.resolve(any) -> Promise
    Promise.all(iterable) -> Promise
    Promise.allSettled(iterable) -> Promise
    Promise.race(iterable) -> Promise
    Promise#then(f1) -> Promise
    Promise#catch(f1) -> Promise
    Promise#finally(f0) -> Promise
    JSON.stringify(any) -> string
    new Error(string?) -> Error
    new RangeError(string?) -> Error
    new TypeError(string?) -> Error
    Error#message: string
    Error#name: string
    Error#toString() -> string
    Atomics.add(Int32Array, small, int) -> int
    Atomics.load(Int32Array, small) -> int
    Atomics.store(Int32Array, small, int) -> int
    encodeURIComponent(string) -> string
    Date.UTC(int, small) -> number
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_and_answers() {
        let m = model();
        assert!(m.all.len() > 250);
        assert!(
            m.member("Int32Array", "fill").is_some() && m.member("Array", "push").unwrap().parameters[0].rest
        );
        assert_eq!(m.entry("Math", "imul", Reach::Static).unwrap().parameters.len(), 2);
        assert_eq!(m.member("Array", "length").unwrap().reach, Reach::Property);
    }
}
