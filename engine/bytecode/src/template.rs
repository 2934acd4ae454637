//! Code templates: the heap-free, shareable result of compiling one function.
//!
//! Made by `bytegen`, instantiated by `runtime` (constants become Values, slots a feedback vector),
//! read by every tier.

use crate::feedback::SlotKind;
use crate::instruction::Reg;

/// Number of a function within its source; 0 is the script body.
pub type TemplateId = u32;

/// A string as the language sees it: UTF-16 code units (lone surrogates allowed).
pub type JsStr = std::sync::Arc<[u16]>;

/// What kind of function a template is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum FunctionKind {
    Script,
    /// `function` declarations and expressions: constructors.
    Normal,
    Arrow,
    /// Methods of object literals and classes, not constructors.
    Method,
    Getter,
    Setter,
    /// Constructor of a class without `extends`.
    BaseConstructor,
    /// Constructor of a class with `extends`.
    DerivedConstructor,
    /// Class field initialisers and static blocks, called with `this` = the instance or class.
    ClassInitializer,
}

impl FunctionKind {
    /// Has [[Construct]].
    pub const fn is_constructor(self) -> bool {
        matches!(
            self,
            FunctionKind::Normal | FunctionKind::BaseConstructor | FunctionKind::DerivedConstructor
        )
    }
    /// Class constructors throw when called without `new`.
    pub const fn is_class_constructor(self) -> bool {
        matches!(self, FunctionKind::BaseConstructor | FunctionKind::DerivedConstructor)
    }
}

/// Whether a function runs to its end or can be suspended in between.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Flow {
    #[default]
    Plain,
    Generator,
    Async,
    AsyncGenerator,
}

impl Flow {
    pub const ALL: [Flow; 4] = [Flow::Plain, Flow::Generator, Flow::Async, Flow::AsyncGenerator];
    /// Frames can be suspended.
    pub const fn suspends(self) -> bool {
        !matches!(self, Flow::Plain)
    }
    pub const fn is_generator(self) -> bool {
        matches!(self, Flow::Generator | Flow::AsyncGenerator)
    }
    pub const fn is_async(self) -> bool {
        matches!(self, Flow::Async | Flow::AsyncGenerator)
    }
}

/// The strings `typeof` yields, operand of `TestTypeOf`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum TypeOfLiteral {
    Undefined,
    Boolean,
    Number,
    String,
    Symbol,
    BigInt,
    Object,
    Function,
}

impl TypeOfLiteral {
    pub const ALL: &'static [TypeOfLiteral] = &[
        TypeOfLiteral::Undefined,
        TypeOfLiteral::Boolean,
        TypeOfLiteral::Number,
        TypeOfLiteral::String,
        TypeOfLiteral::Symbol,
        TypeOfLiteral::BigInt,
        TypeOfLiteral::Object,
        TypeOfLiteral::Function,
    ];
    pub fn from_number(n: u32) -> Option<TypeOfLiteral> {
        Self::ALL.get(n as usize).copied()
    }
    pub const fn text(self) -> &'static str {
        match self {
            TypeOfLiteral::Undefined => "undefined",
            TypeOfLiteral::Boolean => "boolean",
            TypeOfLiteral::Number => "number",
            TypeOfLiteral::String => "string",
            TypeOfLiteral::Symbol => "symbol",
            TypeOfLiteral::BigInt => "bigint",
            TypeOfLiteral::Object => "object",
            TypeOfLiteral::Function => "function",
        }
    }
}

/// Constant-pool entry.
#[derive(Clone, PartialEq, Debug)]
pub enum Constant {
    /// Never NaN-boxed here; `runtime` normalises to Smi when it can.
    Number(f64),
    /// String constants (also property names); interned when instantiated.
    String(JsStr),
    /// Digits of a BigInt literal, decimal.
    BigInt(JsStr),
    /// `[1, 2, "x"]`: constant elements; `None` is a hole or an element filled in afterwards.
    ArrayBoilerplate(Vec<Option<Constant>>),
    /// `{a: 1, b: f()}`: keys in order, with constant values where known (others are
    /// `undefined` until the following `DefineNamedOwn` fills them). Keys are distinct
    /// plain names (no array indices, no `__proto__`).
    ObjectBoilerplate(Vec<(JsStr, Option<Constant>)>),
    Undefined,
    Null,
    Bool(bool),
    /// Names a script declares at top level, for `RuntimeFunction::DeclareGlobals`.
    GlobalDeclarations(Vec<GlobalDeclaration>),
    /// Cooked (None when invalid) and raw strings of a tagged template.
    TemplateObject(Vec<(Option<JsStr>, JsStr)>),
    /// For `CreateMappedArguments`: context slot of each mapped parameter (`None`: shadowed duplicate).
    MappedParameters(Vec<Option<u32>>),
}

/// One top-level name of a script.
#[derive(Clone, PartialEq, Debug)]
pub struct GlobalDeclaration {
    pub name: JsStr,
    pub kind: GlobalDeclarationKind,
}

/// How a script declares a top-level name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GlobalDeclarationKind {
    Var,
    Function,
    Let,
    Const,
    /// As `Var` and `Function`, from an `eval`: the property can be deleted.
    EvalVar,
    EvalFunction,
}

/// One row of the exception-handler table. Rows are ordered innermost first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// First covered bytecode offset.
    pub start: u32,
    /// First offset behind the covered range.
    pub end: u32,
    /// Where to continue; the accumulator then holds the exception.
    pub target: u32,
    /// Register that holds the context to restore.
    pub context: Reg,
}

/// A compiled function: plain data.
#[derive(Clone, PartialEq, Debug)]
pub struct CodeTemplate {
    pub id: TemplateId,
    /// The function's `name` (empty for anonymous ones; names from assignments are included).
    pub name: JsStr,
    pub kind: FunctionKind,
    pub flow: Flow,
    pub strict: bool,
    /// Parameter registers that the body may read (at least as many arguments are present in a frame).
    pub param_count: u32,
    /// Value of the `length` property.
    pub length: u32,
    /// Local registers.
    pub register_count: u32,
    pub bytecode: Vec<u8>,
    pub constants: Vec<Constant>,
    /// Bytecode offsets, indexed by the tables of `SwitchOn*`.
    pub jump_tables: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub slots: Vec<SlotKind>,
    /// (bytecode offset, source byte offset), ascending by bytecode offset: the position of the
    /// last entry at or before an offset applies.
    pub positions: Vec<(u32, u32)>,
    /// Source bytes of the function (`Function.prototype.toString`).
    pub source_range: (u32, u32),
    /// Whether the body reads `this` through its own frame (sloppy functions then need ToObject/global `this`).
    pub uses_this: bool,
    /// Class constructors: instances have fields, so an initialiser runs on each new one.
    pub has_fields: bool,
}

impl CodeTemplate {
    /// Words of each slot's start in the feedback vector, plus the total as last entry.
    pub fn slot_words(&self) -> Vec<u32> {
        let mut at = 0;
        let mut out = Vec::with_capacity(self.slots.len() + 1);
        for s in &self.slots {
            out.push(at);
            at += s.words();
        }
        out.push(at);
        out
    }
    /// Innermost handler that covers `offset`.
    pub fn handler_for(&self, offset: u32) -> Option<&Handler> {
        self.handlers.iter().find(|h| h.start <= offset && offset < h.end)
    }
    /// Source position (byte offset) of the instruction at `offset`.
    pub fn position_at(&self, offset: u32) -> u32 {
        let i = self.positions.partition_point(|p| p.0 <= offset);
        if i == 0 { self.source_range.0 } else { self.positions[i - 1].1 }
    }
}

/// A compiled program for tools that want everything at once (snapshots); engines compile lazily.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Program {
    pub templates: Vec<CodeTemplate>,
}
