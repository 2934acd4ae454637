//! Direct `eval`: what its presence asks of the scopes around it, and the analysis of its code, which
//! starts from copies of those scopes.

use super::*;
use crate::source::Outer;

impl<'a> Analyzer<'a> {
    /// A direct `eval` stands here: everything visible has to be reachable by name at run time.
    pub(super) fn direct_eval(&mut self) {
        let mut at = Some(self.scope);
        let mut names = Vec::new();
        while let Some(s) = at {
            let scope = &mut self.out.scopes[s as usize];
            scope.has_eval = true;
            at = scope.parent;
            if scope.kind == ScopeKind::Function {
                names.extend(self.out.functions[scope.function as usize].self_name);
            }
        }
        names.push("arguments");
        for name in names {
            self.resolve(name, u32::MAX - 1);
        }
        if !self.strict {
            let mut at = Some(self.scope);
            while let Some(s) = at {
                let scope = &mut self.out.scopes[s as usize];
                if scope.kind.holds_vars() {
                    let script = self.out.functions[scope.function as usize].form == FunctionForm::Script;
                    scope.eval_vars |= !script && s >= self.imported_scopes;
                    break;
                }
                at = scope.parent;
            }
        }
        let owner = self.this_owner() as usize;
        if (owner as u32) < self.imported_functions {
            return;
        }
        let form = self.out.functions[owner].form;
        self.out.functions[owner].uses_this = true;
        self.special_in_context(BindingKind::This);
        if !matches!(form, FunctionForm::Script | FunctionForm::Module) {
            self.special_in_context(BindingKind::NewTarget);
        }
        if !matches!(form, FunctionForm::Script | FunctionForm::Module | FunctionForm::Normal) {
            self.out.functions[owner].uses_super = true;
            self.special_in_context(BindingKind::HomeObject);
        }
        if form == FunctionForm::DerivedConstructor {
            self.special_in_context(BindingKind::Callee);
        }
    }

    // --- early errors that depend on the code around an `eval`

    pub(super) fn check_super(&mut self, call: bool, span: Span) {
        if self.imported_scopes == 0 {
            return; // reported by the parser
        }
        let form = self.out.functions[self.this_owner() as usize].form;
        let fine = match call {
            true => form == FunctionForm::DerivedConstructor,
            false => {
                !matches!(form, FunctionForm::Script | FunctionForm::Module | FunctionForm::Normal)
                    && !self.plain_owner()
            }
        };
        if !fine {
            self.fail(span, "'super' keyword unexpected here".into());
        }
    }
    /// Generators and async functions that are no methods.
    fn plain_owner(&self) -> bool {
        match self.out.functions[self.this_owner() as usize].node {
            FunctionNode::Function(f) => f.id.is_some(),
            _ => false,
        }
    }
    pub(super) fn check_private_name(&mut self, id: &PrivateIdentifier<'a>) {
        let name = id.name.as_str();
        let known = self.private_names.iter().any(|names| names.contains(&name))
            || self.out.private_name(self.scope, name).is_some();
        if !known {
            self.fail(id.span, format!("Private field '#{name}' must be declared in an enclosing class"));
        }
    }
    /// Code of an `eval` in a field initialiser must not use `arguments`.
    pub(super) fn check_arguments(&mut self, span: Span) {
        if self.imported_scopes > 0
            && self.out.functions[self.this_owner() as usize].form == FunctionForm::ClassInitializer
        {
            self.fail(span, "'arguments' is not allowed in class field initializer".into());
        }
    }

    // --- the code of an `eval`

    pub(super) fn eval(&mut self, program: &'a Program<'a>, outer: Option<&Outer>, allocator: &'a Allocator) {
        let inner_of = match outer {
            Some(outer) => self.import(outer, allocator),
            None => {
                self.placeholder();
                0
            }
        };
        self.imported_scopes = self.out.scopes.len() as u32;
        self.imported_functions = self.out.functions.len() as u32;
        self.scope = inner_of;
        self.function = self.out.scopes[inner_of as usize].function;
        let mut at = inner_of;
        while !self.out.scopes[at as usize].kind.holds_vars() {
            at = self.out.scopes[at as usize].parent.unwrap_or(0);
            if at == 0 {
                break;
            }
        }
        self.out.eval_scope = at;
        let id = self.out.functions.len() as FunctionId;
        self.out.root = id;
        let kind = if self.strict { ScopeKind::Function } else { ScopeKind::Eval };
        let parent = self.function;
        self.function = id;
        let scope = self.new_scope(kind, 0);
        program.scope_id.set(Some(ScopeId::from_usize(scope as usize)));
        let direct = outer.is_some();
        let this_owner = if direct { self.out.functions[parent as usize].this_owner } else { id };
        self.out.functions.push(FunctionInfo {
            id,
            form: if direct { FunctionForm::Arrow } else { FunctionForm::Script },
            node: FunctionNode::Eval(program),
            parent: Some(parent),
            scope,
            body_scope: scope,
            source_range: (0, self.text.len() as u32),
            this_owner,
            ..self.empty_function()
        });
        self.scope = scope;
        self.declare_body(scope, scope, &program.body);
        for statement in &program.body {
            self.visit_statement(statement);
        }
    }

    pub(super) fn empty_function(&self) -> FunctionInfo<'a> {
        FunctionInfo {
            id: 0,
            form: FunctionForm::Script,
            node: FunctionNode::Outer,
            parent: None,
            name: js_string(""),
            strict: self.strict,
            is_generator: false,
            is_async: false,
            scope: 0,
            body_scope: 0,
            param_count: 0,
            length: 0,
            simple_params: true,
            source_range: (0, 0),
            uses_this: false,
            uses_super: false,
            this_binding: None,
            new_target_binding: None,
            home_binding: None,
            callee_binding: None,
            arguments_binding: None,
            self_binding: None,
            has_block_contexts: false,
            class_scope: None,
            hoisted_to: None,
            self_name: None,
            this_owner: 0,
        }
    }

    /// An empty script around the code of an indirect `eval`.
    fn placeholder(&mut self) {
        let f = self.empty_function();
        self.out.functions.push(f);
        self.new_scope(ScopeKind::Function, 0);
    }

    /// Copies the scopes around a direct `eval`, from the outermost in; the result is the innermost.
    fn import(&mut self, outer: &Outer, allocator: &'a Allocator) -> ScopeIndex {
        outer.source.with(|_, from| {
            let mut chain = Vec::new();
            let mut at = Some(outer.scope);
            while let Some(s) = at {
                chain.push(s);
                at = from.scopes[s as usize].parent;
            }
            chain.reverse();
            let scope_of: FxHashMap<ScopeIndex, ScopeIndex> =
                chain.iter().enumerate().map(|(i, &s)| (s, i as ScopeIndex)).collect();
            let mut functions: Vec<FunctionId> = Vec::new();
            for &s in &chain {
                let f = from.scopes[s as usize].function;
                if !functions.contains(&f) {
                    functions.push(f);
                }
            }
            let function = |f: FunctionId| {
                functions.iter().position(|&known| known == f).unwrap_or_default() as FunctionId
            };
            let mut bindings: FxHashMap<BindingIndex, BindingIndex> = FxHashMap::default();
            for (i, &s) in chain.iter().enumerate() {
                let scope = &from.scopes[s as usize];
                let mut own = Vec::new();
                for &b in &scope.bindings {
                    let old = &from.bindings[b as usize];
                    let index = self.out.bindings.len() as BindingIndex;
                    bindings.insert(b, index);
                    own.push(index);
                    self.out.bindings.push(Binding {
                        name: allocator.alloc_str(old.name),
                        kind: old.kind,
                        scope: i as ScopeIndex,
                        function: function(old.function),
                        captured: old.captured,
                        slot: old.slot,
                        cell: old.cell,
                        needs_hole: old.needs_hole,
                        assigned: true,
                        init_from: if old.needs_hole { u32::MAX } else { 0 },
                        init_until: u32::MAX,
                        initial_from: None,
                    });
                }
                self.out.scopes.push(Scope {
                    parent: i.checked_sub(1).map(|p| p as ScopeIndex),
                    function: function(scope.function),
                    kind: scope.kind,
                    bindings: own,
                    functions: Vec::new(),
                    start: 0,
                    head_closures: false,
                    has_eval: scope.has_eval,
                    eval_vars: scope.eval_vars,
                    context_slots: scope.context_slots,
                });
                if let Some(class) = from.classes.get(&s) {
                    let private_names = class
                        .private_names
                        .iter()
                        .filter_map(|p| {
                            let name: &'a str = allocator.alloc_str(p.name);
                            Some(PrivateName { name, binding: *bindings.get(&p.binding)? })
                        })
                        .collect();
                    let info = ClassInfo {
                        constructor: 0,
                        instance_fields: class.instance_fields.map(|_| 0),
                        private_names,
                        ..ClassInfo::default()
                    };
                    self.out.classes.insert(i as ScopeIndex, info);
                }
            }
            for (&(s, _), b) in &from.names {
                if let (Some(&scope), Some(&binding)) = (scope_of.get(&s), bindings.get(b)) {
                    let name = self.out.bindings[binding as usize].name;
                    self.out.names.insert((scope, name), binding);
                }
            }
            let binding = |b: Option<BindingIndex>| b.and_then(|b| bindings.get(&b).copied());
            for (i, &f) in functions.iter().enumerate() {
                let old = &from.functions[f as usize];
                let scope = scope_of.get(&old.scope).copied().unwrap_or_default();
                let info = FunctionInfo {
                    id: i as FunctionId,
                    form: old.form,
                    strict: old.strict,
                    parent: i.checked_sub(1).map(|p| p as FunctionId),
                    scope,
                    // where the body's scope is not around the code, that stands in the parameters
                    body_scope: scope_of.get(&old.body_scope).copied().unwrap_or(u32::MAX),
                    param_count: old.param_count,
                    simple_params: old.simple_params,
                    uses_this: old.uses_this,
                    this_binding: binding(old.this_binding),
                    new_target_binding: binding(old.new_target_binding),
                    home_binding: binding(old.home_binding),
                    callee_binding: binding(old.callee_binding),
                    arguments_binding: binding(old.arguments_binding),
                    self_binding: binding(old.self_binding),
                    class_scope: old.class_scope.and_then(|s| scope_of.get(&s).copied()),
                    this_owner: function(old.this_owner),
                    ..self.empty_function()
                };
                self.out.functions.push(info);
            }
            chain.len() as ScopeIndex - 1
        })
    }

    /// Declarations of a sloppy `eval`: variables and functions go to the variable scope around it.
    pub(super) fn declare_eval_body(&mut self, scope: ScopeIndex, statements: &'a [Statement<'a>]) {
        let mut hoisted = Hoisted::default();
        self.hoist(statements, true, &mut hoisted);
        self.declare_lexical(scope, statements, u32::MAX);
        let mut wanted: Vec<(&'a str, BindingKind, Span)> = Vec::new();
        for f in &self.out.scopes[scope as usize].functions {
            if let Some(id) = &f.id {
                wanted.push((id.name.as_str(), BindingKind::GlobalFunction, id.span));
            }
        }
        for name in hoisted.vars {
            if !wanted.iter().any(|w| w.0 == name) {
                wanted.push((name, BindingKind::GlobalVar, Span::new(0, 1)));
            }
        }
        for &(name, _, span) in &wanted {
            if self.eval_var_clashes(scope, name) {
                return self.fail(span, format!("Identifier '{name}' has already been declared"));
            }
        }
        for f in hoisted.annex_b {
            let Some(id) = &f.id else { continue };
            let name = id.name.as_str();
            if self.out.names.contains_key(&(scope, name)) || self.eval_var_clashes(scope, name) {
                continue;
            }
            if !wanted.iter().any(|w| w.0 == name) {
                wanted.push((name, BindingKind::GlobalVar, id.span));
            }
            let known = self.out.names.get(&(self.out.eval_scope, name)).copied();
            self.out.annex_b.insert(address(f), known);
        }
        let target = self.out.eval_scope;
        let global = target == 0;
        for (name, kind, _) in wanted {
            if global || !self.out.names.contains_key(&(target, name)) {
                self.out.eval_vars.push((name, kind));
            }
        }
    }

    /// Whether a `var` of the code would have to pass a lexical declaration of the same name.
    fn eval_var_clashes(&self, scope: ScopeIndex, name: &'a str) -> bool {
        let mut at = self.out.scopes[scope as usize].parent;
        while let Some(s) = at {
            let around = &self.out.scopes[s as usize];
            let kind = self.out.names.get(&(s, name)).map(|&b| self.out.bindings[b as usize].kind);
            if s == self.out.eval_scope {
                let f = &self.out.functions[around.function as usize];
                let in_params = around.kind == ScopeKind::Function && f.body_scope == u32::MAX;
                return match kind {
                    Some(BindingKind::Let | BindingKind::Const | BindingKind::Class) => true,
                    Some(BindingKind::FunctionName) | None => false,
                    Some(_) => in_params,
                };
            }
            let hidden = matches!(
                kind,
                Some(BindingKind::Let | BindingKind::Const | BindingKind::Class | BindingKind::Function)
            );
            if hidden && around.kind != ScopeKind::Class {
                return true;
            }
            at = around.parent;
        }
        false
    }
}
