//! The result of scope analysis: functions, scopes, bindings and resolved references.
//!
//! Spec-true where `oxc_semantic` merges: parameter scope apart from body scope when parameters
//! contain expressions, catch parameters apart from `var`s, class scopes, the name of a function
//! expression, Annex B function hoisting. Bindings that an inner function uses live in context
//! slots of their scope, all others in registers.

use crate::strings::JsStr;
use oxc_ast::ast::{
    ArrowFunctionExpression, Class, Function, IdentifierReference, Program, StaticMemberExpression,
};
use oxc_span::Span;
use rustc_hash::FxHashMap;

pub type FunctionId = u32;
pub type ScopeIndex = u32;
pub type BindingIndex = u32;

/// What kind of function; mirrors `bytecode::FunctionKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionForm {
    Script,
    Module,
    Normal,
    Arrow,
    Method,
    Getter,
    Setter,
    BaseConstructor,
    DerivedConstructor,
    ClassInitializer,
}

/// The code of a function.
#[derive(Clone, Copy, Debug)]
pub enum FunctionNode<'a> {
    Script(&'a Program<'a>),
    Module(&'a Program<'a>),
    Function(&'a Function<'a>),
    Arrow(&'a ArrowFunctionExpression<'a>),
    /// Constructor of a class that declares none.
    DefaultConstructor(&'a Class<'a>),
    /// Instance field initialisers of a class.
    InstanceFields(&'a Class<'a>),
    /// Static field initialisers and static blocks of a class.
    StaticElements(&'a Class<'a>),
    /// The code of an `eval`.
    Eval(&'a Program<'a>),
    /// A function around the code of an `eval`: compiled with its own source.
    Outer,
}

/// What is known about a function before it is compiled.
#[derive(Debug)]
pub struct FunctionInfo<'a> {
    pub id: FunctionId,
    pub form: FunctionForm,
    pub node: FunctionNode<'a>,
    /// Enclosing function.
    pub parent: Option<FunctionId>,
    pub name: JsStr,
    pub strict: bool,
    pub is_generator: bool,
    pub is_async: bool,
    /// Scope of the parameters (and of the body, when there is no separate one).
    pub scope: ScopeIndex,
    /// Scope of the body's declarations; the same as `scope` unless parameters contain expressions.
    pub body_scope: ScopeIndex,
    /// Formal parameters without the rest parameter.
    pub param_count: u32,
    /// `length` property.
    pub length: u32,
    /// Every parameter is a plain identifier (no default, pattern, rest).
    pub simple_params: bool,
    pub source_range: (u32, u32),
    /// Reads `this` of its own frame (for itself or an arrow function in it).
    pub uses_this: bool,
    /// Uses `super.x`, so needs a home object.
    pub uses_super: bool,
    /// Context slots for what arrow functions need of this function.
    pub this_binding: Option<BindingIndex>,
    pub new_target_binding: Option<BindingIndex>,
    pub home_binding: Option<BindingIndex>,
    pub callee_binding: Option<BindingIndex>,
    /// `arguments` object binding, when used.
    pub arguments_binding: Option<BindingIndex>,
    /// Own name of a function expression, when used.
    pub self_binding: Option<BindingIndex>,
    /// Some block of this function pushes a context.
    pub has_block_contexts: bool,
    /// Members of a class: the scope of the class.
    pub class_scope: Option<ScopeIndex>,
    /// Hoisted declarations: where the closure is created. Others: `None`.
    pub(crate) hoisted_to: Option<u32>,
    /// Function expressions: own name.
    pub(crate) self_name: Option<&'a str>,
    /// Nearest enclosing function that is not an arrow function (itself included).
    pub this_owner: FunctionId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Function,
    /// Body declarations, apart from parameters that contain expressions.
    Body,
    Block,
    Switch,
    Catch,
    /// Head of a `for` statement with lexical declarations.
    Loop,
    /// Right-hand side of `for (let x of ...)`: the names exist but can't be used.
    ForHead,
    Class,
    /// Body of a `with` statement: one context that holds the object.
    With,
    /// Code of a sloppy `eval`: its `var`s belong to the function around it.
    Eval,
}

/// One scope.
#[derive(Debug)]
pub struct Scope<'a> {
    pub parent: Option<ScopeIndex>,
    pub function: FunctionId,
    pub kind: ScopeKind,
    pub bindings: Vec<BindingIndex>,
    /// Function declarations to instantiate on entry, in order; later ones of the same name win.
    pub functions: Vec<&'a Function<'a>>,
    /// Source offset from which code of the scope runs (hoisted functions are created there).
    pub(crate) start: u32,
    /// Loop scopes: the initialiser in the head creates closures.
    pub head_closures: bool,
    /// A direct `eval` may use every name that is visible here.
    pub has_eval: bool,
    /// A sloppy direct `eval` may add variables: slot 1 of the context is for the object that holds them.
    pub eval_vars: bool,
    /// Slots of the scope's context, the parent link (slot 0) included; 0: it has none.
    pub context_slots: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindingKind {
    Var,
    /// Function declaration at the top of a function, or in a block.
    Function,
    Let,
    Const,
    /// Class declaration (assignable like `let`).
    Class,
    /// Parameter number; identifiers in patterns and the rest parameter are `PatternParam`.
    Param(u32),
    PatternParam,
    CatchParam,
    /// Own name of a function expression: assignment is ignored (TypeError in strict mode).
    FunctionName,
    /// Name of a class inside itself: constant.
    ClassName,
    Arguments,
    This,
    NewTarget,
    HomeObject,
    Callee,
    /// Key of a computed class field.
    FieldKey,
    /// The symbol of a private name, or the function of a private method or accessor.
    Private,
    /// Property of the global object.
    GlobalVar,
    GlobalFunction,
    /// Global lexical binding.
    GlobalLet,
    GlobalConst,
    /// Name in a `for` head that can't be used: any use throws.
    Dead,
    /// Imported name: constant here.
    Import,
}

/// One declared name.
#[derive(Debug)]
pub struct Binding<'a> {
    pub name: &'a str,
    pub kind: BindingKind,
    pub scope: ScopeIndex,
    pub function: FunctionId,
    /// Used by an inner function, so lives in a context slot.
    pub captured: bool,
    /// Context slot, when captured.
    pub slot: u32,
    /// The slot holds a cell with the value, shared between modules.
    pub cell: bool,
    /// Some use can't be proved to come after initialisation.
    pub needs_hole: bool,
    /// Assigned to apart from its initialisation.
    pub assigned: bool,
    /// Initialised for uses at source offsets in this range (same run of the scope).
    pub(crate) init_from: u32,
    pub(crate) init_until: u32,
    /// `var` of a separate body scope: parameter whose value it starts with.
    pub initial_from: Option<BindingIndex>,
}

impl ScopeKind {
    /// `var` declarations end up in such a scope.
    pub fn holds_vars(self) -> bool {
        matches!(self, ScopeKind::Function | ScopeKind::Body)
    }
}

impl BindingKind {
    pub fn is_global(self) -> bool {
        matches!(
            self,
            BindingKind::GlobalVar
                | BindingKind::GlobalFunction
                | BindingKind::GlobalLet
                | BindingKind::GlobalConst
        )
    }
    /// Has a temporal dead zone.
    pub fn is_lexical(self) -> bool {
        matches!(
            self,
            BindingKind::Let
                | BindingKind::Const
                | BindingKind::Class
                | BindingKind::ClassName
                | BindingKind::Param(_)
                | BindingKind::PatternParam
                | BindingKind::Dead
                | BindingKind::Import
        )
    }
}

/// What an identifier means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// `None`: unresolvable here, so global.
    pub binding: Option<BindingIndex>,
    /// The binding may still be uninitialised.
    pub check: bool,
}

/// What is known about a class.
#[derive(Debug, Default)]
pub struct ClassInfo<'a> {
    pub constructor: FunctionId,
    pub instance_fields: Option<FunctionId>,
    pub static_elements: Option<FunctionId>,
    /// Element index and binding of each computed field key.
    pub field_keys: Vec<(u32, BindingIndex)>,
    /// Private names in order of declaration, with the binding that holds the symbol.
    pub private_names: Vec<PrivateName<'a>>,
    /// Element index of each private method or accessor, with the binding that holds its function.
    pub private_methods: Vec<(u32, BindingIndex)>,
}

/// A private name of a class.
#[derive(Clone, Copy, Debug)]
pub struct PrivateName<'a> {
    /// Without the `#`.
    pub name: &'a str,
    pub binding: BindingIndex,
}

/// A module that another one asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModuleRequest {
    pub specifier: JsStr,
    /// Import attributes, sorted by key.
    pub attributes: Vec<(JsStr, JsStr)>,
}

/// An imported name.
#[derive(Clone, Debug)]
pub struct ImportEntry {
    pub request: u32,
    /// `None`: the namespace.
    pub name: Option<JsStr>,
    pub binding: BindingIndex,
    pub span: Span,
}

/// A name handed on from another module.
#[derive(Clone, Debug)]
pub struct IndirectExport {
    pub name: JsStr,
    pub request: u32,
    /// `None`: the namespace.
    pub import: Option<JsStr>,
}

/// Imports and exports of a module.
#[derive(Clone, Debug, Default)]
pub struct ModuleInfo {
    pub requests: Vec<ModuleRequest>,
    pub imports: Vec<ImportEntry>,
    pub exports: Vec<(JsStr, BindingIndex)>,
    pub indirect: Vec<IndirectExport>,
    /// `export * from`.
    pub stars: Vec<u32>,
    /// What `export default` declares without a name of its own.
    pub default_binding: Option<BindingIndex>,
}

/// Everything scope analysis found out about a source.
#[derive(Debug, Default)]
pub struct Scopes<'a> {
    pub functions: Vec<FunctionInfo<'a>>,
    pub scopes: Vec<Scope<'a>>,
    pub bindings: Vec<Binding<'a>>,
    pub references: Vec<Reference>,
    pub classes: FxHashMap<ScopeIndex, ClassInfo<'a>>,
    /// Annex B: address of a function declaration in a block -> the `var` binding it also assigns
    /// (`None`: a variable that an `eval` declares).
    pub annex_b: FxHashMap<usize, Option<BindingIndex>>,
    /// Code of an `eval`: variables and functions to declare in the function around it, or globally.
    pub eval_vars: Vec<(&'a str, BindingKind)>,
    /// Where they go: the variable scope around the code.
    pub eval_scope: ScopeIndex,
    pub module: Option<ModuleInfo>,
    /// Offsets of the marks behind calls that stand as assignment targets.
    pub call_targets: Vec<u32>,
    /// Offsets of names that a `%` stands before, ascending.
    pub natives: Vec<u32>,
    /// Directives that are not part of the code (strictness passed on to an `eval`).
    pub hidden_directives: usize,
    /// The function that a source compiles to: 0, or that of the code of an `eval`.
    pub root: FunctionId,
    /// Names a script declares, in declaration order, with their kind.
    pub globals: Vec<(&'a str, BindingKind)>,
    /// Scope around a function declaration that is the whole body of an `if`, by node address.
    pub if_scopes: FxHashMap<usize, ScopeIndex>,
    pub(crate) names: FxHashMap<(ScopeIndex, &'a str), BindingIndex>,
}

impl Scopes<'_> {
    /// Whether a member expression marks a call that stands as assignment target.
    pub fn is_call_target(&self, m: &StaticMemberExpression<'_>) -> bool {
        !self.call_targets.is_empty() && self.call_targets.contains(&m.property.span.start)
    }

    /// Whether a `%` stands before the name.
    pub fn is_native(&self, id: &IdentifierReference<'_>) -> bool {
        !self.natives.is_empty() && self.natives.binary_search(&id.span.start).is_ok()
    }

    /// The class scope and binding that `#name` means in `scope`.
    pub fn private_name(&self, scope: ScopeIndex, name: &str) -> Option<BindingIndex> {
        let mut at = Some(scope);
        while let Some(s) = at {
            if let Some(class) = self.classes.get(&s)
                && let Some(p) = class.private_names.iter().find(|p| p.name == name)
            {
                return Some(p.binding);
            }
            at = self.scopes[s as usize].parent;
        }
        None
    }

    /// What analysis found for an identifier.
    pub fn reference(&self, id: &IdentifierReference<'_>) -> Reference {
        match id.reference_id.get() {
            Some(r) => self.references[r.index()],
            None => Reference { binding: None, check: false },
        }
    }
}
