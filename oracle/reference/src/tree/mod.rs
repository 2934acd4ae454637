//! The program as a tree of its own: what the evaluator walks. `lower` makes it from the parser's AST and
//! works out the static semantics (declared names, hoisting, strictness) on the way. Unlike the parser's
//! tree it is owned by whoever holds it, so function objects and suspended generators can.

mod lower;
mod lower_classes;
mod lower_expressions;
mod lower_functions;
mod lower_patterns;
mod lower_statements;

use std::rc::Rc;

pub use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator};

pub use lower::lower_script;
pub use lower_expressions::is_anonymous_function;

use crate::values::{Obj, Str, Value};

pub enum Expr {
    Literal(Value),
    Identifier(Str),
    This,
    NewTarget,
    Template {
        strings: Vec<Str>,
        values: Vec<Expr>,
    },
    Tagged {
        tag: Box<Expr>,
        site: Rc<TemplateSite>,
        values: Vec<Expr>,
    },
    Array(Vec<ArrayElement>),
    Object(Vec<PropertyNode>),
    Function(Rc<FunctionNode>),
    Class(Rc<ClassNode>),
    Unary(UnaryOperator, Box<Expr>),
    Update {
        increment: bool,
        prefix: bool,
        target: Box<Expr>,
    },
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    Logical(LogicalOperator, Box<Expr>, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `named` when an anonymous function on the right gets the target's name.
    Assign {
        operator: AssignmentOperator,
        target: Box<Target>,
        value: Box<Expr>,
        named: bool,
    },
    Sequence(Vec<Expr>),
    Member {
        object: Box<Expr>,
        key: MemberKey,
        optional: bool,
    },
    SuperMember(Box<MemberKey>),
    Call {
        callee: Box<Expr>,
        arguments: Vec<Argument>,
        optional: bool,
    },
    SuperCall(Vec<Argument>),
    New(Box<Expr>, Vec<Argument>),
    /// Where an optional chain ends.
    Chain(Box<Expr>),
    PrivateIn(Str, Box<Expr>),
    Yield(Option<Box<Expr>>),
    YieldStar(Box<Expr>),
    Await(Box<Expr>),
    /// A construct that the evaluator does not know.
    Outside(&'static str),
}

pub enum MemberKey {
    Name(Str),
    Computed(Box<Expr>),
    Private(Str),
}

pub enum ArrayElement {
    Hole,
    Expr(Expr),
    Spread(Expr),
}

pub enum Argument {
    Expr(Expr),
    Spread(Expr),
}

/// Name of a property as it stands in a literal, class or pattern.
pub enum PropertyName {
    Static(Str),
    Computed(Expr),
    Private(Str),
}

pub enum PropertyNode {
    Value {
        name: PropertyName,
        value: Expr,
    },
    /// `__proto__: value`
    Prototype(Expr),
    Method {
        name: PropertyName,
        kind: MethodKind,
        function: Rc<FunctionNode>,
    },
    Spread(Expr),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MethodKind {
    Method,
    Get,
    Set,
}

/// [Parse nodes of template literals](https://tc39.es/ecma262/#sec-gettemplateobject) and the object of the site.
pub struct TemplateSite {
    pub cooked: Vec<Option<Str>>,
    pub raw: Vec<Str>,
    pub object: std::cell::Cell<Option<Obj>>,
}

/// What can be assigned to or bound.
pub enum Target {
    /// A name (of a variable or binding), a property.
    Simple(Expr),
    Object {
        properties: Vec<PatternProperty>,
        rest: Option<Box<Target>>,
    },
    Array {
        elements: Vec<Option<PatternElement>>,
        rest: Option<Box<Target>>,
    },
}

pub struct PatternProperty {
    pub name: PropertyName,
    pub element: PatternElement,
}

pub struct PatternElement {
    pub target: Target,
    pub default: Option<Expr>,
}

pub enum Stmt {
    Empty,
    Expr(Expr),
    Block(Rc<Block>),
    Var(Vec<(Target, Option<Expr>)>),
    Lexical(Vec<(Target, Option<Expr>)>),
    /// A function declaration in a block that also assigns to the variable of the function (Annex B.3.2).
    Function {
        name: Str,
        hoisted: bool,
    },
    Class {
        name: Str,
        class: Rc<ClassNode>,
    },
    If(Expr, Box<Stmt>, Option<Box<Stmt>>),
    For(Rc<ForLoop>),
    ForIn(Rc<ForEach>),
    ForOf(Rc<ForEach>),
    While(Expr, Box<Stmt>),
    DoWhile(Box<Stmt>, Expr),
    Continue(Option<Str>),
    Break(Option<Str>),
    Return(Option<Expr>),
    With(Expr, Box<Stmt>),
    Switch(Expr, Rc<Declarations>, Vec<(Option<Expr>, Vec<Stmt>)>),
    Labelled(Vec<Str>, Box<Stmt>),
    Throw(Expr),
    Try {
        block: Rc<Block>,
        catch: Option<Rc<Catch>>,
        finally: Option<Rc<Block>>,
    },
    Outside(&'static str),
}

pub struct Block {
    pub declarations: Declarations,
    pub body: Vec<Stmt>,
}

/// LexicallyScopedDeclarations of a block.
#[derive(Default)]
pub struct Declarations {
    pub lexical: Vec<LexicalName>,
    /// In order; a later one of the same name wins.
    pub functions: Vec<(Str, Rc<FunctionNode>)>,
}

#[derive(Clone)]
pub struct LexicalName {
    pub name: Str,
    pub constant: bool,
}

pub struct Catch {
    pub parameter: Option<(Target, Vec<Str>)>,
    pub body: Rc<Block>,
}

pub struct ForLoop {
    /// Runs once; for `let` and `const` these names are bound for the loop.
    pub init: Option<Stmt>,
    pub names: Vec<LexicalName>,
    pub test: Option<Expr>,
    pub update: Option<Expr>,
    pub body: Stmt,
}

pub struct ForEach {
    pub head: ForHead,
    /// Names of a lexical head: uninitialized while `right` is evaluated, fresh for each iteration.
    pub names: Vec<LexicalName>,
    pub right: Expr,
    pub body: Stmt,
    pub is_await: bool,
}

pub enum ForHead {
    Assign(Target),
    /// `for (var x = initializer in ...)` is Annex B.
    Var(Target, Option<(Str, Expr)>),
    Lexical(Target),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    Normal,
    Arrow,
    Method,
    Getter,
    Setter,
    ClassConstructor {
        derived: bool,
    },
    /// Initializer of a class field, and the body of a static block.
    Initializer,
}

/// A function and the static semantics of its parameters and body.
pub struct FunctionNode {
    /// Empty when anonymous.
    pub name: Option<Str>,
    /// A named function expression binds its name in a scope of its own.
    pub binds_own_name: bool,
    pub kind: FunctionKind,
    pub is_async: bool,
    pub is_generator: bool,
    pub strict: bool,
    pub source: Rc<SourceText>,
    pub span: (u32, u32),
    pub parameters: Vec<PatternElement>,
    pub rest: Option<Target>,
    /// BoundNames of the parameters, repetitions included.
    pub parameter_names: Vec<Str>,
    pub simple_parameters: bool,
    pub has_parameter_expressions: bool,
    /// ExpectedArgumentCount
    pub length: u32,
    pub uses_arguments: bool,
    /// VarDeclaredNames of the body.
    pub var_names: Vec<Str>,
    /// Names that functions in blocks have as variables (Annex B.3.2.1).
    pub block_function_names: Vec<Str>,
    pub declarations: Declarations,
    pub body: Vec<Stmt>,
    /// The expression of an arrow function without braces, or of a field initializer.
    pub concise: Option<Expr>,
    /// Names an anonymous function that the initializer of a field is.
    pub names_value: bool,
    /// The constructor of a class that writes none.
    pub default_constructor: bool,
}

/// Text of a source, for `Function.prototype.toString`.
pub struct SourceText {
    pub text: Rc<tierproof_syntax::Source>,
}

pub struct ClassNode {
    pub name: Option<Str>,
    pub heritage: Option<Expr>,
    pub constructor: Rc<FunctionNode>,
    pub elements: Vec<ClassElement>,
    pub private_names: Vec<Str>,
}

pub enum ClassElement {
    Method { name: PropertyName, is_static: bool, kind: MethodKind, function: Rc<FunctionNode> },
    Field { name: PropertyName, is_static: bool, initializer: Option<Rc<FunctionNode>> },
    StaticBlock(Rc<FunctionNode>),
}

/// A script, or the code of an `eval`.
pub struct Script {
    pub strict: bool,
    pub var_names: Vec<Str>,
    pub block_function_names: Vec<Str>,
    /// For a script its functions are variables, and here only apart from the `let`s and classes.
    pub declarations: Declarations,
    pub body: Vec<Stmt>,
}
