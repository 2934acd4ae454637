//! Function headers, prologues and bodies.

use crate::control::Exit;
use crate::generator::Generator;
use oxc_ast::ast::*;
use tierproof_bytecode::template::{GlobalDeclaration, GlobalDeclarationKind};
use tierproof_bytecode::{Constant, Flow, FunctionKind, Reg, RuntimeFunction, TemplateId};
use tierproof_syntax::{
    BindingKind, FunctionForm, FunctionInfo, FunctionNode, JsStr, Scopes, js_string, js_string_of_literal,
};

/// What is known about a function before it is compiled.
#[derive(Clone, PartialEq, Debug)]
pub struct FunctionHeader {
    pub id: TemplateId,
    pub name: JsStr,
    pub kind: FunctionKind,
    pub flow: Flow,
    pub strict: bool,
    pub param_count: u32,
    pub length: u32,
    pub source_range: (u32, u32),
    pub uses_this: bool,
    /// Class constructors: instances have fields.
    pub has_fields: bool,
}

/// Whether and how a function can be suspended.
pub(crate) fn flow(f: &FunctionInfo<'_>) -> Flow {
    match (f.is_generator, f.is_async) {
        (false, false) => Flow::Plain,
        (true, false) => Flow::Generator,
        (false, true) => Flow::Async,
        (true, true) => Flow::AsyncGenerator,
    }
}

pub(crate) fn header(scopes: &Scopes<'_>, id: TemplateId) -> FunctionHeader {
    let f = &scopes.functions[id as usize];
    let kind = match f.form {
        FunctionForm::Script | FunctionForm::Module => FunctionKind::Script,
        FunctionForm::Normal => FunctionKind::Normal,
        FunctionForm::Arrow => FunctionKind::Arrow,
        FunctionForm::Method => FunctionKind::Method,
        FunctionForm::Getter => FunctionKind::Getter,
        FunctionForm::Setter => FunctionKind::Setter,
        FunctionForm::BaseConstructor => FunctionKind::BaseConstructor,
        FunctionForm::DerivedConstructor => FunctionKind::DerivedConstructor,
        FunctionForm::ClassInitializer => FunctionKind::ClassInitializer,
    };
    let has_fields = kind.is_class_constructor()
        && f.class_scope.and_then(|s| scopes.classes.get(&s)).is_some_and(|c| c.instance_fields.is_some());
    FunctionHeader {
        id,
        name: f.name.clone(),
        kind,
        flow: flow(f),
        strict: f.strict,
        param_count: f.param_count,
        length: f.length,
        source_range: f.source_range,
        uses_this: f.uses_this || has_fields,
        has_fields,
    }
}

impl<'s, 'a> Generator<'s, 'a> {
    /// Generates the whole function.
    pub fn function(&mut self) {
        self.position(self.info.source_range.0);
        match self.info.node {
            FunctionNode::Script(program) => self.script(program),
            FunctionNode::Module(program) => self.module(program),
            FunctionNode::Eval(program) => self.eval_code(program),
            FunctionNode::Outer => self.asm.Return(),
            FunctionNode::Function(f) => self.with_body(&f.params, |g| {
                if let Some(body) = &f.body {
                    g.statements(&body.statements);
                }
                g.asm.LdaUndefined();
            }),
            FunctionNode::Arrow(f) => self.with_body(&f.params, |g| match f.body.as_function_body() {
                Some(body) => {
                    g.statements(&body.statements);
                    g.asm.LdaUndefined();
                }
                None => {
                    if let Some(e) = f.body.as_expression() {
                        g.expression(e);
                    }
                }
            }),
            FunctionNode::DefaultConstructor(_) => {
                self.prologue(None);
                if self.info.form == FunctionForm::DerivedConstructor {
                    let parent = self.temp();
                    self.asm.GetSuperConstructor(Reg::CALLEE);
                    self.asm.Star(parent);
                    self.asm.Ldar(Reg::NEW_TARGET);
                    let slot = self.slot(tierproof_bytecode::SlotKind::Construct);
                    self.asm.ConstructForwardArgs(parent, slot);
                    if header(self.scopes, self.info.id).has_fields {
                        let args = self.temps(2);
                        self.asm.Star(args);
                        self.asm.Mov(Reg::CALLEE, Self::at(args, 1));
                        self.runtime(RuntimeFunction::InitializeFields, args, 2);
                        self.asm.Ldar(args);
                    }
                } else {
                    self.asm.LdaUndefined();
                }
                self.asm.Return();
            }
            FunctionNode::InstanceFields(class) => {
                self.prologue(None);
                self.class_fields(class, false);
                self.asm.LdaUndefined();
                self.asm.Return();
            }
            FunctionNode::StaticElements(class) => {
                self.prologue(None);
                self.class_fields(class, true);
                self.asm.LdaUndefined();
                self.asm.Return();
            }
        }
    }

    /// Prologue, body, and the return of what the body leaves in the accumulator.
    fn with_body(&mut self, params: &'s FormalParameters<'a>, body: impl FnOnce(&mut Self)) {
        let whole = |g: &mut Self| {
            body(g);
            g.leave(Exit::Return);
        };
        if self.flow.suspends() {
            return self.suspendable(Some(params), whole);
        }
        self.prologue(Some(params));
        whole(self);
    }

    fn script(&mut self, program: &'s Program<'a>) {
        let completion = self.temp();
        let scope = &self.scopes.scopes[0];
        if !self.scopes.globals.is_empty() {
            let list = self
                .scopes
                .globals
                .iter()
                .map(|&(name, kind)| GlobalDeclaration {
                    name: js_string(name),
                    kind: match kind {
                        BindingKind::GlobalFunction => GlobalDeclarationKind::Function,
                        BindingKind::GlobalLet => GlobalDeclarationKind::Let,
                        BindingKind::GlobalConst => GlobalDeclarationKind::Const,
                        _ => GlobalDeclarationKind::Var,
                    },
                })
                .collect();
            let c = self.asm.constant(Constant::GlobalDeclarations(list));
            let mark = self.next;
            let r = self.temp();
            self.load_number(f64::from(c));
            self.asm.Star(r);
            self.runtime(RuntimeFunction::DeclareGlobals, r, 1);
            self.release(mark);
        }
        self.special_bindings();
        for f in &scope.functions {
            self.instantiate(f);
        }
        self.program_body(program, completion);
    }

    /// Statements of a script or an `eval`, and the return of their completion value.
    pub fn program_body(&mut self, program: &'s Program<'a>, completion: Reg) {
        // Only statements after which no other surely yields a value can matter.
        let last = program.body.iter().rposition(Self::surely_yields).unwrap_or(0);
        match program.directives.get(self.scopes.hidden_directives..).and_then(|d| d.last()) {
            Some(d) => {
                let text = js_string_of_literal(&d.expression.value, d.expression.lone_surrogates);
                self.load_string(text);
            }
            None => self.asm.LdaUndefined(),
        }
        self.asm.Star(completion);
        for (i, statement) in program.body.iter().enumerate() {
            self.completion = (i >= last).then_some(completion);
            self.statement(statement);
        }
        self.asm.Ldar(completion);
        self.asm.Return();
    }

    fn surely_yields(s: &Statement<'a>) -> bool {
        matches!(
            s,
            Statement::ExpressionStatement(_)
                | Statement::IfStatement(_)
                | Statement::ForStatement(_)
                | Statement::ForInStatement(_)
                | Statement::ForOfStatement(_)
                | Statement::WhileStatement(_)
                | Statement::DoWhileStatement(_)
                | Statement::SwitchStatement(_)
                | Statement::TryStatement(_)
        )
    }

    /// Context of the function and what arrow functions inside need from it.
    pub fn special_bindings(&mut self) {
        let scope = &self.scopes.scopes[self.info.scope as usize];
        if scope.context_slots > 0 {
            let mark = self.next;
            let saved = self.temp();
            self.asm.CreateContext(scope.context_slots, if scope.eval_vars { 2 } else { 0 });
            self.asm.PushContext(saved);
            self.release(mark);
        }
        let derived = self.info.form == FunctionForm::DerivedConstructor;
        for &b in &scope.bindings {
            let binding = &self.scopes.bindings[b as usize];
            match binding.kind {
                BindingKind::This if derived => {
                    if !binding.captured {
                        let r = self.temp();
                        self.registers.insert(b, r);
                    }
                    self.asm.LdaTheHole();
                }
                _ if !binding.captured => continue,
                BindingKind::This => self.asm.Ldar(Reg::THIS),
                BindingKind::NewTarget => self.own_new_target(),
                BindingKind::HomeObject => self.asm.LdaHomeObject(),
                BindingKind::Callee | BindingKind::FunctionName => self.asm.Ldar(Reg::CALLEE),
                _ => continue,
            }
            let place = self.place(b);
            self.store_place(place);
        }
    }

    pub fn prologue(&mut self, params: Option<&'s FormalParameters<'a>>) {
        self.special_bindings();
        let info = self.info;
        let scope = &self.scopes.scopes[info.scope as usize];
        self.declare_registers(info.scope);
        if info.simple_params {
            for &b in &scope.bindings {
                let binding = &self.scopes.bindings[b as usize];
                if let (BindingKind::Param(i), true) = (binding.kind, binding.captured) {
                    self.asm.Ldar(Reg::param(i));
                    self.asm.StaCurrentContextSlot(binding.slot);
                }
            }
        }
        if let Some(b) = info.arguments_binding {
            if !info.strict && info.simple_params {
                let mut slots = vec![None; info.param_count as usize];
                for &b in &scope.bindings {
                    let binding = &self.scopes.bindings[b as usize];
                    if let BindingKind::Param(i) = binding.kind {
                        slots[i as usize] = Some(binding.slot);
                    }
                }
                let c = self.asm.constant(Constant::MappedParameters(slots));
                self.asm.CreateMappedArguments(c);
            } else {
                self.asm.CreateUnmappedArguments();
            }
            let place = self.place(b);
            self.store_place(place);
        }
        if info.form == FunctionForm::BaseConstructor && header(self.scopes, info.id).has_fields {
            let mark = self.next;
            let args = self.temps(2);
            self.asm.Mov(Reg::THIS, args);
            self.asm.Mov(Reg::CALLEE, Self::at(args, 1));
            self.runtime(RuntimeFunction::InitializeFields, args, 2);
            self.release(mark);
        }
        if let (Some(params), false) = (params, info.simple_params) {
            self.parameters(params);
        }
        if info.body_scope != info.scope {
            let body = &self.scopes.scopes[info.body_scope as usize];
            if body.context_slots > 0 {
                let mark = self.next;
                let saved = self.temp();
                self.asm.CreateContext(body.context_slots, if body.eval_vars { 2 } else { 0 });
                self.asm.PushContext(saved);
                self.release(mark);
            }
            // variables that start as the parameter of the same name
            let initial: Vec<_> = body
                .bindings
                .iter()
                .filter_map(|&b| self.scopes.bindings[b as usize].initial_from.map(|from| (b, from)))
                .collect();
            self.scope = info.body_scope;
            self.declare_registers(info.body_scope);
            for (b, from) in initial {
                let place = self.place(from);
                self.load_place(place);
                let place = self.place(b);
                self.store_place(place);
            }
        }
        let body = &self.scopes.scopes[info.body_scope as usize];
        for f in &body.functions {
            self.instantiate(f);
        }
    }

    fn parameters(&mut self, params: &'s FormalParameters<'a>) {
        for (i, p) in params.items.iter().enumerate() {
            let reg = Reg::param(i as u32);
            if let (BindingPattern::BindingIdentifier(id), Some(init)) = (&p.pattern, &p.initializer)
                && let Some(b) = self.binding_of(id)
                && let crate::places::Place::Register(r) = self.place(b)
                && r == reg
            {
                let given = self.asm.label();
                self.asm.Ldar(reg);
                self.asm.JumpIfNotUndefined(given);
                self.expression(init);
                self.asm.Star(reg);
                self.asm.bind(given);
                continue;
            }
            let plain_in_place = match (&p.pattern, &p.initializer) {
                (BindingPattern::BindingIdentifier(id), None) => self
                    .binding_of(id)
                    .is_some_and(|b| matches!(self.place(b), crate::places::Place::Register(r) if r == reg)),
                _ => false,
            };
            if plain_in_place {
                continue;
            }
            self.asm.Ldar(reg);
            if let Some(init) = &p.initializer {
                let given = self.asm.label();
                self.asm.JumpIfNotUndefined(given);
                self.expression(init);
                self.asm.bind(given);
            }
            self.bind_pattern(&p.pattern, crate::patterns::Mode::Initialise);
        }
        if let Some(rest) = &params.rest {
            self.position(rest.span.start);
            self.asm.CreateRestParameter(params.items.len() as u32);
            self.bind_pattern(&rest.rest.argument, crate::patterns::Mode::Initialise);
        }
    }
}
