//! THE table of operations. Everything that must know an operation reads it here: the builder, the verifier,
//! the text form, the lifter, generators and mutators. A new operation is a line here and an arm in `lift`.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// What an operation carries beside variables.
#[derive(Clone, Debug, Default)]
pub enum Attr {
    #[default]
    None,
    Number(f64),
    Text(Arc<str>),
    Texts(Arc<[Arc<str>]>),
}

impl PartialEq for Attr {
    fn eq(&self, other: &Attr) -> bool {
        match (self, other) {
            (Attr::None, Attr::None) => true,
            // by bits, so that NaN is itself and -0 is not 0
            (Attr::Number(a), Attr::Number(b)) => a.to_bits() == b.to_bits(),
            (Attr::Text(a), Attr::Text(b)) => a == b,
            (Attr::Texts(a), Attr::Texts(b)) => a == b,
            _ => false,
        }
    }
}

impl Attr {
    pub fn text(t: &str) -> Attr {
        Attr::Text(t.into())
    }
    pub fn texts<T: AsRef<str>>(list: impl IntoIterator<Item = T>) -> Attr {
        Attr::Texts(list.into_iter().map(|t| t.as_ref().into()).collect())
    }
    /// The text, or the first of several.
    pub fn word(&self) -> &str {
        match self {
            Attr::Text(t) => t,
            Attr::Texts(l) => l.first().map_or("", |t| t),
            _ => "",
        }
    }
    /// All texts.
    pub fn words(&self) -> &[Arc<str>] {
        match self {
            Attr::Text(t) => std::slice::from_ref(t),
            Attr::Texts(l) => l,
            _ => &[],
        }
    }
}

/// Which attribute an operation wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    Nothing,
    Number,
    /// Any text.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Several texts, the first of them one of these words; none means any.
    Texts(&'static [&'static str]),
}

/// Where an operation may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In statements and in expressions.
    Value,
    Statement,
    ObjectBody,
    ClassBody,
    SwitchBody,
}

/// What a block holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contents {
    Statements,
    /// Value operations only: lifted to one expression.
    Expression,
    ObjectBody,
    ClassBody,
    SwitchBody,
}

/// When a value operation may be moved or left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Effect {
    /// The same text wherever it stands.
    Literal,
    /// No effects, and not subject to any.
    Pure,
    /// Reads or writes, may throw, may run any code.
    Any,
}

/// What a block needs from the place it stands in, and gives to its inside.
pub mod context {
    pub const NONE: u16 = 0;
    pub const FUNCTION: u16 = 1;
    pub const LOOP: u16 = 2;
    pub const SWITCH: u16 = 4;
    pub const ASYNC: u16 = 8;
    pub const GENERATOR: u16 = 16;
    /// `super.x`
    pub const METHOD: u16 = 32;
    /// `super()`
    pub const DERIVED: u16 = 64;
    /// `arguments`, `new.target`
    pub const ARGUMENTS: u16 = 128;
    /// What is kept when a block opens that is neither function nor class body.
    pub const ALL: u16 = u16::MAX;
    /// What an arrow function sees of the outside.
    pub const ARROW: u16 = METHOD | DERIVED | ARGUMENTS;
}

use context as cx;

/// Where the operation stands among blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Block {
    None,
    Opens,
    /// Closes one part of a block and opens the next.
    Continues,
    Closes,
}

/// One operation's declaration.
pub struct Info {
    pub name: &'static str,
    pub attr: Wants,
    /// Number of inputs, and whether there may be more.
    pub inputs: u8,
    pub rest: bool,
    /// Whether it yields a value. (Unpacking yields as many as its attribute says.)
    pub output: bool,
    /// Whether the output can only be used behind the block.
    pub after: bool,
    /// Variables that the block binds: at least, at most.
    pub inner: (u8, u8),
    pub block: Block,
    pub place: Place,
    pub effect: Effect,
    /// Contexts it must stand in (all of them), or in any of `needs_any`.
    pub needs: u16,
    pub needs_any: u16,
    /// For blocks: what it holds, what it keeps of the outer context and adds to it, and what may end it.
    pub contents: Contents,
    pub keeps: u16,
    pub adds: u16,
    pub ends: &'static [Op],
    /// Its first input is a variable that is assigned.
    pub assigns: bool,
    /// What it binds may not be assigned.
    pub constant: bool,
}

const BASE: Info = Info {
    name: "",
    attr: Wants::Nothing,
    inputs: 0,
    rest: false,
    output: false,
    after: false,
    inner: (0, 0),
    block: Block::None,
    place: Place::Value,
    effect: Effect::Any,
    needs: 0,
    needs_any: 0,
    contents: Contents::Statements,
    keeps: cx::ALL,
    adds: 0,
    ends: &[Op::End],
    assigns: false,
    constant: false,
};

/// Common beginnings.
const LITERAL: Info = Info { output: true, effect: Effect::Literal, ..BASE };
const VALUE: Info = Info { output: true, ..BASE };
const STATEMENT: Info = Info { place: Place::Statement, ..BASE };
const BLOCK: Info = Info { place: Place::Statement, block: Block::Opens, ..BASE };
const PART: Info = Info { place: Place::Statement, block: Block::Continues, ..BASE };
const FUNCTION: Info = Info {
    attr: Wants::OneOf(&["", "..."]),
    output: true,
    effect: Effect::Pure,
    inner: (0, 200),
    block: Block::Opens,
    keeps: 0,
    adds: cx::FUNCTION | cx::ARGUMENTS,
    constant: true,
    ..BASE
};
const MEMBER: Info = Info {
    attr: Wants::Text,
    inner: (0, 200),
    block: Block::Opens,
    keeps: 0,
    adds: cx::FUNCTION | cx::ARGUMENTS | cx::METHOD,
    ..BASE
};
const LAZY: Info = Info {
    inputs: 1,
    output: true,
    after: true,
    block: Block::Opens,
    contents: Contents::Expression,
    ends: &[Op::Result],
    ..BASE
};

/// Binary operators.
pub const BINARY: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    ">>>",
    "==",
    "!=",
    "===",
    "!==",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "instanceof",
];
/// Operators of compound assignments.
pub const COMPOUND: &[&str] = &["+=", "-=", "*=", "/=", "%=", "**=", "&=", "|=", "^=", "<<=", ">>=", ">>>="];
pub const STEPS: &[&str] = &["post++", "post--", "pre++", "pre--"];
pub const UNARY: &[&str] = &["-", "+", "!", "~", "typeof", "void"];

macro_rules! ops {
    ($($name:ident $base:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        /// An operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        pub enum Op { $($name),* }
        /// All operations, in the order of `Op`.
        pub const OPS: &[Info] = &[$(Info { name: stringify!($name), $($field: $value,)* ..$base }),*];
        /// All operations.
        pub const ALL: &[Op] = &[$(Op::$name),*];
    };
}

ops! {
    // literals
    Number LITERAL { attr: Wants::Number }
    BigInt LITERAL { attr: Wants::Text }
    String LITERAL { attr: Wants::Text }
    Boolean LITERAL { attr: Wants::OneOf(&["true", "false"]) }
    Null LITERAL {}
    Undefined LITERAL {}
    Global LITERAL { attr: Wants::Text }
    RegExp VALUE { attr: Wants::Text, effect: Effect::Pure }
    This VALUE { effect: Effect::Pure }
    Arguments VALUE { effect: Effect::Pure, needs: cx::ARGUMENTS }
    NewTarget VALUE { effect: Effect::Pure, needs: cx::ARGUMENTS }
    // a letter for each element: `v`alue, `s`pread, `h`ole (which has no input)
    Array VALUE { attr: Wants::Text, rest: true }
    // one text more than inputs
    Template VALUE { attr: Wants::Texts(&[]), rest: true }

    // functions; `...` says that the last parameter takes the rest
    Function FUNCTION {}
    AsyncFunction FUNCTION { adds: cx::FUNCTION | cx::ARGUMENTS | cx::ASYNC }
    Generator FUNCTION { adds: cx::FUNCTION | cx::ARGUMENTS | cx::GENERATOR }
    AsyncGenerator FUNCTION { adds: cx::FUNCTION | cx::ARGUMENTS | cx::ASYNC | cx::GENERATOR }
    Arrow FUNCTION { keeps: cx::ARROW, adds: cx::FUNCTION }
    AsyncArrow FUNCTION { keeps: cx::ARROW, adds: cx::FUNCTION | cx::ASYNC }
    // default value of a parameter; first in a function
    Default BASE {
        place: Place::Statement, inputs: 1, block: Block::Opens, contents: Contents::Expression, ends: &[Op::Result],
        needs: cx::FUNCTION, keeps: cx::FUNCTION | cx::METHOD | cx::DERIVED | cx::ARGUMENTS,
    }
    UseStrict STATEMENT {}
    Return STATEMENT { inputs: 1, needs: cx::FUNCTION }

    // object literals; the text of a method may begin with `get`, `set`, `async`, `*` (and `static`), and ends
    // with `...` when the last parameter takes the rest
    Object VALUE { block: Block::Opens, contents: Contents::ObjectBody }
    Property BASE { place: Place::ObjectBody, attr: Wants::Text, inputs: 1 }
    ComputedProperty BASE { place: Place::ObjectBody, inputs: 2 }
    SpreadProperty BASE { place: Place::ObjectBody, inputs: 1 }
    Prototype BASE { place: Place::ObjectBody, inputs: 1 }
    Method MEMBER { place: Place::ObjectBody }
    ComputedMethod MEMBER { place: Place::ObjectBody, inputs: 1 }

    // classes: with or without a superclass
    Class VALUE { block: Block::Opens, contents: Contents::ClassBody, rest: true, keeps: 0, constant: true }
    ClassMethod MEMBER { place: Place::ClassBody }
    ClassComputedMethod MEMBER { place: Place::ClassBody, inputs: 1 }
    Constructor MEMBER { place: Place::ClassBody, attr: Wants::OneOf(&["", "..."]) }
    DerivedConstructor MEMBER {
        place: Place::ClassBody, attr: Wants::OneOf(&["", "..."]),
        adds: cx::FUNCTION | cx::ARGUMENTS | cx::METHOD | cx::DERIVED,
    }
    Field BASE {
        place: Place::ClassBody, attr: Wants::Text, block: Block::Opens, contents: Contents::Expression,
        keeps: 0, adds: cx::METHOD, ends: &[Op::Result],
    }
    StaticBlock BASE { place: Place::ClassBody, block: Block::Opens, keeps: 0, adds: cx::METHOD }
    SuperCall VALUE { rest: true, needs: cx::DERIVED }
    SuperCallSpread VALUE { inputs: 1, rest: true, needs: cx::DERIVED }
    SuperGet VALUE { attr: Wants::Text, needs: cx::METHOD }
    SuperSet BASE { attr: Wants::Text, inputs: 1, needs: cx::METHOD }
    SuperMethod VALUE { attr: Wants::Text, rest: true, needs: cx::METHOD }

    // calls; in those with a spread the last argument is spread
    Call VALUE { inputs: 1, rest: true }
    CallSpread VALUE { inputs: 2, rest: true }
    CallMethod VALUE { attr: Wants::Text, inputs: 1, rest: true }
    CallMethodSpread VALUE { attr: Wants::Text, inputs: 2, rest: true }
    CallIndex VALUE { inputs: 2, rest: true }
    CallOptional VALUE { attr: Wants::Text, inputs: 1, rest: true }
    New VALUE { inputs: 1, rest: true }
    NewSpread VALUE { inputs: 2, rest: true }

    // properties
    Get VALUE { attr: Wants::Text, inputs: 1 }
    GetOptional VALUE { attr: Wants::Text, inputs: 1 }
    Set BASE { attr: Wants::Text, inputs: 2 }
    UpdateProperty VALUE { attr: Wants::Texts(COMPOUND), inputs: 2 }
    StepProperty VALUE { attr: Wants::Texts(STEPS), inputs: 1 }
    Delete VALUE { attr: Wants::Text, inputs: 1 }
    GetIndex VALUE { inputs: 2 }
    SetIndex BASE { inputs: 3 }
    UpdateIndex VALUE { attr: Wants::OneOf(COMPOUND), inputs: 3 }
    StepIndex VALUE { attr: Wants::OneOf(STEPS), inputs: 2 }
    DeleteIndex VALUE { inputs: 2 }

    // operators
    Unary VALUE { attr: Wants::OneOf(UNARY), inputs: 1 }
    Binary VALUE { attr: Wants::OneOf(BINARY), inputs: 2 }
    And LAZY {}
    Or LAZY {}
    Coalesce LAZY {}
    Condition LAZY { ends: &[Op::Otherwise] }
    // closes the first half of a condition, with its value
    Otherwise BASE {
        inputs: 1, block: Block::Continues, contents: Contents::Expression, ends: &[Op::Result],
    }
    Await VALUE { inputs: 1, needs: cx::ASYNC }
    Yield VALUE { inputs: 1, needs: cx::GENERATOR }
    YieldStar VALUE { inputs: 1, needs: cx::GENERATOR }

    // variables
    Copy VALUE { inputs: 1, effect: Effect::Pure }
    Assign BASE { inputs: 2, assigns: true }
    Update VALUE { attr: Wants::OneOf(COMPOUND), inputs: 2, assigns: true }
    Step VALUE { attr: Wants::OneOf(STEPS), inputs: 1, assigns: true }
    // "" for a hole, `v`, `=` with a default (a further input), `...`; an output for each but holes
    UnpackArray STATEMENT { attr: Wants::Texts(&[]), inputs: 1, rest: true }
    // names, with `=` behind a name that has a default, `...`
    UnpackObject STATEMENT { attr: Wants::Texts(&[]), inputs: 1, rest: true }

    // control
    If BLOCK { inputs: 1, ends: &[Op::Else, Op::End] }
    Else PART {}
    // a loop with a counter nobody can change
    Repeat BLOCK { attr: Wants::Number, inner: (1, 1), adds: cx::LOOP, constant: true }
    // loop variables with their first values, the test as an expression, the body, the step
    For BLOCK {
        rest: true, inner: (0, 8), adds: cx::LOOP, contents: Contents::Expression, ends: &[Op::Body],
    }
    Body PART { inputs: 1, ends: &[Op::Steps, Op::End], place: Place::Value }
    Steps PART { contents: Contents::Expression }
    Do BLOCK { adds: cx::LOOP, ends: &[Op::Test] }
    Test PART { contents: Contents::Expression, ends: &[Op::Result] }
    ForIn BLOCK { inputs: 1, inner: (1, 1), adds: cx::LOOP }
    ForOf BLOCK { inputs: 1, inner: (1, 1), adds: cx::LOOP }
    ForAwait BLOCK { inputs: 1, inner: (1, 1), adds: cx::LOOP, needs: cx::ASYNC }
    Switch BLOCK { inputs: 1, adds: cx::SWITCH, contents: Contents::SwitchBody }
    Case BLOCK { place: Place::SwitchBody, inputs: 1 }
    DefaultCase BLOCK { place: Place::SwitchBody }
    Break STATEMENT { needs_any: cx::LOOP | cx::SWITCH }
    Continue STATEMENT { needs: cx::LOOP }
    Labelled BLOCK { attr: Wants::Text }
    BreakTo STATEMENT { attr: Wants::Text }
    ContinueTo STATEMENT { attr: Wants::Text, needs: cx::LOOP }
    Try BLOCK { ends: &[Op::Catch, Op::Finally] }
    Catch PART { inner: (1, 1), ends: &[Op::Finally, Op::End] }
    Finally PART {}
    Throw STATEMENT { inputs: 1 }
    Scope BLOCK {}
    End BASE { block: Block::Closes }
    // closes an expression with its value
    Result BASE { inputs: 1, block: Block::Closes }

    // text that is not understood, around variables: one text more than inputs
    Source STATEMENT { attr: Wants::Texts(&[]), rest: true }
    SourceValue VALUE { attr: Wants::Texts(&[]), rest: true }
}

impl Op {
    pub fn info(self) -> &'static Info {
        &OPS[self as usize]
    }
    pub fn name(self) -> &'static str {
        self.info().name
    }
    pub fn by_name(name: &str) -> Option<Op> {
        static NAMES: OnceLock<HashMap<&'static str, Op>> = OnceLock::new();
        NAMES.get_or_init(|| ALL.iter().map(|o| (o.name(), *o)).collect()).get(name).copied()
    }
    pub fn opens(self) -> bool {
        matches!(self.info().block, Block::Opens | Block::Continues)
    }
    pub fn closes(self) -> bool {
        matches!(self.info().block, Block::Closes | Block::Continues)
    }
    /// A function of its own: variables inside are not those of the outer function's run.
    pub fn is_function(self) -> bool {
        self.info().adds & cx::FUNCTION != 0
    }
    pub fn is_loop(self) -> bool {
        self.info().adds & cx::LOOP != 0
    }
}
