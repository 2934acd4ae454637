//! `Facts`: the frozen input of an optimising compile, plain data without heap references.
//!
//! The vm copies into it what the compile may want to know; cells become `CellId`s (positions in
//! `Facts::cells`, with the real cells kept by the vm in a parallel rooted table), shapes their
//! numbers. Nothing in here is trusted for correctness except what a listed dependency guards:
//! feedback is a hint, and the builder puts a guard on everything it takes from there.

use std::fmt::Write;
use std::sync::Arc;

use smallvec::SmallVec;
use tierproof_bytecode::CodeTemplate;

use crate::frame_state::DeoptReason;

/// Number of a shape, as in a cell header.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ShapeId(pub u32);

/// Position in `Facts::cells`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CellId(pub u32);

/// Position in `Facts::functions`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FunctionIndex(pub u32);

/// What the compile knows about a cell it may embed as a constant. Immutable properties only.
#[derive(Clone, PartialEq, Debug)]
pub enum CellFact {
    /// A string and its length in code units.
    String {
        length: u32,
        text: Option<String>,
    },
    /// A function object; `data` is its FunctionData cell if that is among the cells.
    Function {
        data: Option<CellId>,
    },
    FunctionData,
    FeedbackVector,
    PropertyCell,
    Context,
    Symbol,
    BigInt,
    /// Any other JavaScript object.
    Object,
}

/// A template constant as a value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ConstantFact {
    /// Normalised to a Smi by the builder when integral, in range and not -0.
    Number(f64),
    Cell(CellId),
    Undefined,
    Null,
    Bool(bool),
    /// Boilerplates and other entries that are only named by index.
    Opaque,
}

/// Something outside the code that must stay true; the vm invalidates the code when it stops being so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Dependency {
    /// No prototype object of the realm changed in a way that inline caches care about since this
    /// epoch. The builder guards it at each use (`CheckEpoch`), so it never is a dependency of the code.
    PrototypeEpoch(u32),
    /// The value of this property cell never changed (it is treated as a constant).
    ConstantCell(CellId),
    /// Objects of this shape stay of this shape.
    StableShape(ShapeId),
    /// Indexed properties of Array.prototype and Object.prototype stay absent.
    NoPrototypeElements,
    /// Some other protector, by number.
    Protector(u32),
}

/// Where a named property's value stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SlotPlace {
    /// In the object, at this byte offset from its address.
    Inline(u32),
    /// In the out-of-line slots array, at this index.
    OutOfLine(u32),
}

/// What a receiver must be for a cache case to apply.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Receiver {
    Shape(ShapeId),
    /// Any primitive string (cache entries on the shape of strings are to be given as this).
    String,
    /// Any number.
    Number,
}

/// What a cache case does.
#[derive(Clone, PartialEq, Debug)]
pub enum NamedOp {
    /// Own data property.
    Load(SlotPlace),
    /// Data property of a prototype: guarded by the holder's shape (and the case's dependencies).
    LoadHolder { holder: CellId, holder_shape: Option<ShapeId>, place: SlotPlace },
    /// A prototype's property known to be constant (by the case's dependencies).
    LoadConstant(ConstantFact),
    /// The property is absent everywhere on the chain (by the case's dependencies).
    LoadUndefined,
    /// `length` of an Array.
    ArrayLength,
    /// `length` of a primitive string.
    StringLength,
    /// Length of a typed array.
    TypedArrayLength,
    /// A getter function.
    Getter { function: CellId, target: CallTarget },
    /// Existing own writable data property.
    Store(SlotPlace),
    /// New own property: the shape becomes `new_shape`. `grow`: out-of-line slots must be enlarged first.
    StoreTransition { new_shape: ShapeId, place: SlotPlace, grow: bool },
    /// A setter function.
    Setter { function: CellId, target: CallTarget },
}

/// One case of a named property cache.
#[derive(Clone, PartialEq, Debug)]
pub struct NamedCase {
    pub receiver: Receiver,
    pub op: NamedOp,
    /// Facts the case relies on beyond the receiver guard.
    pub dependencies: Vec<Dependency>,
}

/// Elements kinds by their number in the cell header.
pub mod elements_kind {
    pub const PACKED_SMI: u8 = 0;
    pub const HOLEY_SMI: u8 = 1;
    pub const PACKED_DOUBLE: u8 = 2;
    pub const HOLEY_DOUBLE: u8 = 3;
    pub const PACKED_ANY: u8 = 4;
    pub const HOLEY_ANY: u8 = 5;
    pub const DICTIONARY: u8 = 6;
}

/// Element type of a typed array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TypedKind {
    Int8,
    Uint8,
    Uint8Clamped,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Float32,
    Float64,
}

impl TypedKind {
    pub const fn size(self) -> u32 {
        match self {
            TypedKind::Int8 | TypedKind::Uint8 | TypedKind::Uint8Clamped => 1,
            TypedKind::Int16 | TypedKind::Uint16 => 2,
            TypedKind::Int32 | TypedKind::Uint32 | TypedKind::Float32 => 4,
            TypedKind::Float64 => 8,
        }
    }
}

/// One kind of receiver seen by a keyed access.
#[derive(Clone, PartialEq, Debug)]
pub enum KeyedCase {
    /// Arrays (kind Array) with this elements kind; header u16 at offset 4 as `header`.
    Array { elements: u8, header: u16 },
    /// Plain objects with fast elements; bounds come from the elements array.
    Object { elements: u8, header: u16 },
    /// Typed arrays; the header u16 names the element type.
    Typed { kind: TypedKind, header: u16 },
    /// Primitive string indexed by an integer.
    String,
}

impl KeyedCase {
    /// The header that tells receivers of this case; strings have none of their own.
    pub fn header(&self) -> Option<u16> {
        match *self {
            KeyedCase::Array { header, .. }
            | KeyedCase::Object { header, .. }
            | KeyedCase::Typed { header, .. } => Some(header),
            KeyedCase::String => None,
        }
    }
}

/// What a keyed site saw.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KeyedFacts {
    pub cases: Vec<KeyedCase>,
    /// Index past the end (load), or at the end (store: growing).
    pub out_of_bounds: bool,
    /// A hole was read.
    pub holes: bool,
    /// Guards that make holes and out-of-bounds reads undefined (prototypes without elements).
    pub dependencies: Vec<Dependency>,
}

macro_rules! known_builtins {
    ($($object:literal { $($name:ident $text:literal),* })*) => {
        /// A builtin that the builder may replace by nodes.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum KnownBuiltin { $($(#[doc = concat!("`", $object, ".", $text, "`")] $name),*),* }
        impl KnownBuiltin {
            /// By the object that holds it and its name.
            pub fn named(object: &str, name: &str) -> Option<KnownBuiltin> {
                Some(match (object, name) {
                    $($(($object, $text) => KnownBuiltin::$name,)*)*
                    _ => return None,
                })
            }
        }
    };
}

known_builtins! {
    "Math" {
        MathAbs "abs", MathFloor "floor", MathCeil "ceil", MathTrunc "trunc", MathRound "round",
        MathSqrt "sqrt", MathMin "min", MathMax "max", MathImul "imul", MathClz32 "clz32",
        MathFround "fround", MathPow "pow", MathSin "sin", MathCos "cos", MathTan "tan",
        MathAsin "asin", MathAcos "acos", MathAtan "atan", MathAtan2 "atan2", MathExp "exp",
        MathExpm1 "expm1", MathLog "log", MathLog1p "log1p", MathLog2 "log2", MathLog10 "log10",
        MathCbrt "cbrt", MathSinh "sinh", MathCosh "cosh", MathTanh "tanh"
    }
    "String.prototype" { StringCharCodeAt "charCodeAt", StringCharAt "charAt" }
    "String" { StringFromCharCode "fromCharCode" }
    "Array.prototype" { ArrayPush "push" }
}

/// Whom a call site called.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CallTarget {
    /// The one function object seen (None: several closures of the same code).
    pub function: Option<CellId>,
    /// FunctionData of the callee, shared by all its closures. With this (and `callable`) the call is direct.
    pub data: Option<CellId>,
    /// Parameters the callee's frame must have (`param_count` of its template; 0 for builtins).
    pub formal: u32,
    /// The callee accepts [[Call]] (false for class constructors).
    pub callable: bool,
    /// Its own facts, for inlining.
    pub facts: Option<FunctionIndex>,
    pub builtin: Option<KnownBuiltin>,
}

/// How a construct site allocates `this`.
#[derive(Clone, PartialEq, Debug)]
pub struct ConstructFacts {
    pub target: CallTarget,
    /// Initial shape and in-object slots of the constructor (new.target equal to it), guarded by `dependencies`.
    pub initial: Option<(ShapeId, u32)>,
    pub dependencies: Vec<Dependency>,
    /// Base constructor (caller allocates this) or derived (the hole).
    pub derived: bool,
}

/// How array iterators look: header, byte offset of their words (array, position, kind), and the kind
/// that yields values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArrayIterator {
    pub header: u16,
    pub words: u32,
    pub values: i32,
}

/// Opening an iteration of a plain array: the shapes of array and iterator, guarded by `dependencies`
/// as far as the protocol's methods go.
#[derive(Clone, PartialEq, Debug)]
pub struct ArrayOpening {
    pub array: ShapeId,
    pub iterator: ShapeId,
    pub dependencies: Vec<Dependency>,
}

/// Content of one feedback slot.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum SlotFacts {
    /// Never executed.
    #[default]
    Uninitialized,
    /// Operand types seen: bits of [`operands`].
    Operands(u8),
    Named(Vec<NamedCase>),
    Keyed(KeyedFacts),
    /// Closures made at the site.
    Closure(CallTarget),
    /// for-of over arrays: their elements, the header of array iterators and their `next` method.
    /// `opening`: while the protocol is the built-in one.
    ArrayIteration {
        arrays: KeyedFacts,
        iterator: ArrayIterator,
        next: CellId,
        opening: Option<ArrayOpening>,
    },
    /// Anything; use generic operations.
    Megamorphic,
    Call {
        target: CallTarget,
        count: u32,
    },
    Construct(ConstructFacts),
    /// Global variable in a property cell. `constant`: its value, guarded by `Dependency::ConstantCell`.
    /// `may_be_hole`: a lexical binding that may be in its temporal dead zone. `writable`: stores may go to the cell.
    Global {
        cell: CellId,
        constant: Option<ConstantFact>,
        may_be_hole: bool,
        writable: bool,
        dependencies: Vec<Dependency>,
    },
    /// Object literal: shape of the result; all slots are in-object, `values` are the constant ones (None: undefined).
    ObjectLiteral {
        shape: ShapeId,
        slots: u32,
        values: Vec<Option<ConstantFact>>,
    },
    /// The right-hand side of an `instanceof`: a function with the built-in @@hasInstance, its shape
    /// (to be checked) and its `prototype`, guarded by `dependencies`.
    InstanceOf {
        function: CellId,
        shape: ShapeId,
        prototype: CellId,
        dependencies: Vec<Dependency>,
    },
    /// A back-edge count or the like: nothing of use to the builder.
    Other,
}

/// Bits of `SlotFacts::Operands`.
pub mod operands {
    pub const SMI: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 4;
    pub const BIGINT: u8 = 8;
    pub const OTHER: u8 = 16;
    /// undefined, null or a boolean.
    pub const ODDBALL: u8 = 32;
    pub const OBJECT: u8 = 64;
}

/// One function that the compile may look into.
#[derive(Clone, PartialEq, Debug)]
pub struct FunctionFacts {
    pub template: Arc<CodeTemplate>,
    /// Name for dumps, fuel and traces.
    pub name: String,
    /// Its FunctionData cell.
    pub data: CellId,
    /// Its feedback vector, handed to generic operations so that they keep learning (None: undefined is passed).
    pub vector: Option<CellId>,
    /// One entry per template constant.
    pub constants: Vec<ConstantFact>,
    /// One entry per template slot.
    pub slots: Vec<SlotFacts>,
    /// The function object, if the compile is for (or the call site always saw) this one closure.
    pub function: Option<CellId>,
    /// Its context, likewise.
    pub context: Option<CellId>,
    /// A builtin written in JavaScript.
    pub builtin: bool,
    /// Sites that deopted before, by bytecode offset: the builder does not repeat that speculation there.
    pub failed: Vec<(u32, DeoptReason)>,
}

/// Everything an optimising compile may know.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Entry 0 is the function being compiled.
    pub functions: Vec<FunctionFacts>,
    pub cells: Vec<CellFact>,
}

/// List of shapes of a guard.
pub type ShapeSet = SmallVec<[ShapeId; 2]>;

impl Facts {
    pub fn function(&self, index: FunctionIndex) -> &FunctionFacts {
        &self.functions[index.0 as usize]
    }
    pub fn cell(&self, id: CellId) -> &CellFact {
        &self.cells[id.0 as usize]
    }
    /// Stable text: one line per fact. Bytecode is not repeated here.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (i, cell) in self.cells.iter().enumerate() {
            let _ = writeln!(out, "cell c{i}: {cell:?}");
        }
        for (i, f) in self.functions.iter().enumerate() {
            let _ = writeln!(
                out,
                "function f{i} {}: data c{} vector {:?} function {:?} context {:?} failed {:?}",
                f.name,
                f.data.0,
                f.vector.map(|c| c.0),
                f.function.map(|c| c.0),
                f.context.map(|c| c.0),
                f.failed
            );
            for (n, c) in f.constants.iter().enumerate() {
                let _ = writeln!(out, "  constant {n}: {c:?}");
            }
            for (n, s) in f.slots.iter().enumerate() {
                let _ = writeln!(out, "  slot {n}: {s:?}");
            }
        }
        out
    }
}

impl FunctionFacts {
    pub fn has_failed(&self, offset: u32, reason: DeoptReason) -> bool {
        self.failed.contains(&(offset, reason))
    }
    pub fn has_failed_any(&self, offset: u32) -> bool {
        self.failed.iter().any(|f| f.0 == offset)
    }
}
