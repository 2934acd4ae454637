//! Scopes, bindings and the resolution of names; context slots at the end. Used by all of `analysis`.

use super::*;

impl<'a> Analyzer<'a> {
    pub(super) fn new_scope(&mut self, kind: ScopeKind, start: u32) -> ScopeIndex {
        let index = self.out.scopes.len() as ScopeIndex;
        self.out.scopes.push(Scope {
            parent: if index == 0 { None } else { Some(self.scope) },
            function: self.function,
            kind,
            bindings: Vec::new(),
            functions: Vec::new(),
            start,
            head_closures: false,
            has_eval: false,
            eval_vars: false,
            context_slots: 0,
        });
        index
    }

    pub(super) fn declare(
        &mut self,
        scope: ScopeIndex,
        name: &'a str,
        kind: BindingKind,
        init: (u32, u32),
    ) -> BindingIndex {
        if let Some(&known) = self.out.names.get(&(scope, name)) {
            let binding = &mut self.out.bindings[known as usize];
            // a function wins over a parameter's or variable's kind; duplicates of parameters: last one
            if let (BindingKind::Param(_), BindingKind::Param(_)) = (binding.kind, kind) {
                binding.kind = kind;
            }
            return known;
        }
        let index = self.new_binding(scope, name, kind, init);
        self.out.names.insert((scope, name), index);
        index
    }

    pub(super) fn new_binding(
        &mut self,
        scope: ScopeIndex,
        name: &'a str,
        kind: BindingKind,
        init: (u32, u32),
    ) -> BindingIndex {
        let index = self.out.bindings.len() as BindingIndex;
        let function = self.out.scopes[scope as usize].function;
        self.out.bindings.push(Binding {
            name,
            kind,
            scope,
            function,
            captured: false,
            cell: false,
            slot: 0,
            needs_hole: false,
            assigned: false,
            init_from: init.0,
            init_until: init.1,
            initial_from: None,
        });
        self.out.scopes[scope as usize].bindings.push(index);
        index
    }

    pub(super) fn resolve(&mut self, name: &'a str, at: u32) -> Reference {
        let mut s = self.scope;
        let mut at = at;
        let mut crossed_class = None;
        let binding = loop {
            if let Some(&b) = self.out.names.get(&(s, name)) {
                break b;
            }
            let scope = &self.out.scopes[s as usize];
            let parent = scope.parent;
            if scope.kind == ScopeKind::Function {
                let f = scope.function as usize;
                let info = &self.out.functions[f];
                let plain = !matches!(
                    info.form,
                    FunctionForm::Script
                        | FunctionForm::Module
                        | FunctionForm::Arrow
                        | FunctionForm::ClassInitializer
                );
                if plain && name == "arguments" {
                    let b = self.declare(s, name, BindingKind::Arguments, (0, u32::MAX));
                    self.out.functions[f].arguments_binding = Some(b);
                    break b;
                }
                if info.self_name == Some(name) {
                    let b = self.declare(s, name, BindingKind::FunctionName, (0, u32::MAX));
                    self.out.functions[f].self_binding = Some(b);
                    break b;
                }
                at = info.hoisted_to.unwrap_or(info.source_range.0);
                if info.class_scope.is_some() {
                    crossed_class = info.class_scope;
                }
            }
            match parent {
                Some(p) => s = p,
                None => return Reference { binding: None, check: false },
            }
        };
        let from = self.function;
        let b = &mut self.out.bindings[binding as usize];
        if b.kind.is_global() {
            return Reference { binding: Some(binding), check: false };
        }
        if b.function != from {
            b.captured = true;
        }
        let initialised = b.init_from <= at && at < b.init_until
            || b.kind == BindingKind::ClassName && crossed_class == Some(b.scope);
        let check = b.kind.is_lexical() && !initialised;
        if check {
            b.needs_hole = true;
        }
        Reference { binding: Some(binding), check }
    }

    pub(super) fn this_owner(&self) -> FunctionId {
        self.out.functions[self.function as usize].this_owner
    }

    pub(super) fn special(&mut self, kind: BindingKind) -> Option<BindingIndex> {
        let owner = self.this_owner() as usize;
        let info = &self.out.functions[owner];
        let here = owner as u32 == self.function;
        let wanted = !here || kind == BindingKind::This && info.form == FunctionForm::DerivedConstructor;
        if !wanted {
            return None;
        }
        let (known, name) = match kind {
            BindingKind::This => (info.this_binding, "this"),
            BindingKind::NewTarget => (info.new_target_binding, "new.target"),
            BindingKind::HomeObject => (info.home_binding, "super"),
            _ => (info.callee_binding, "callee"),
        };
        let scope = info.scope;
        if known.is_none() && (owner as u32) < self.imported_functions {
            return None; // an early error already, or without meaning
        }
        let binding = known.unwrap_or_else(|| self.new_binding(scope, name, kind, (0, u32::MAX)));
        if !here {
            self.out.bindings[binding as usize].captured = true;
        }
        let info = &mut self.out.functions[owner];
        *match kind {
            BindingKind::This => &mut info.this_binding,
            BindingKind::NewTarget => &mut info.new_target_binding,
            BindingKind::HomeObject => &mut info.home_binding,
            _ => &mut info.callee_binding,
        } = Some(binding);
        Some(binding)
    }

    /// As `special`, also for the function itself: its context holds the value.
    pub(super) fn special_in_context(&mut self, kind: BindingKind) {
        let owner = self.this_owner() as usize;
        if owner as u32 != self.function || self.special(kind).is_some() {
            if let Some(b) = self.special(kind) {
                self.out.bindings[b as usize].captured = true;
            }
            return;
        }
        let info = &self.out.functions[owner];
        let (known, name) = match kind {
            BindingKind::This => (info.this_binding, "this"),
            BindingKind::NewTarget => (info.new_target_binding, "new.target"),
            BindingKind::HomeObject => (info.home_binding, "super"),
            _ => (info.callee_binding, "callee"),
        };
        let scope = info.scope;
        let b = known.unwrap_or_else(|| self.new_binding(scope, name, kind, (0, u32::MAX)));
        self.out.bindings[b as usize].captured = true;
        let info = &mut self.out.functions[owner];
        *match kind {
            BindingKind::This => &mut info.this_binding,
            BindingKind::NewTarget => &mut info.new_target_binding,
            BindingKind::HomeObject => &mut info.home_binding,
            _ => &mut info.callee_binding,
        } = Some(b);
    }

    pub(super) fn use_this(&mut self) {
        let owner = self.this_owner() as usize;
        self.out.functions[owner].uses_this = true;
        self.special(BindingKind::This);
    }
    pub(super) fn resolve_declared(&self, name: &'a str) -> Option<BindingIndex> {
        let mut s = Some(self.scope);
        while let Some(index) = s {
            if let Some(&b) = self.out.names.get(&(index, name)) {
                return Some(b);
            }
            s = self.out.scopes[index as usize].parent;
        }
        None
    }

    pub(super) fn finish(&mut self) {
        let own_scopes = self.imported_scopes as usize;
        for scope in &self.out.scopes[own_scopes..] {
            if !scope.has_eval {
                continue;
            }
            let f = &self.out.functions[scope.function as usize];
            let params_in_steps = f.body_scope != f.scope;
            for &b in &scope.bindings {
                let binding = &mut self.out.bindings[b as usize];
                if binding.kind.is_global() || binding.kind == BindingKind::Dead {
                    continue;
                }
                binding.captured = true;
                binding.needs_hole |= match binding.kind {
                    BindingKind::Param(_) | BindingKind::PatternParam => params_in_steps,
                    kind => kind.is_lexical(),
                };
            }
        }
        self.finish_module();
        for scope in &mut self.out.scopes[own_scopes..] {
            if scope.eval_vars {
                scope.context_slots = 2;
            }
        }
        let mapped: Vec<FunctionId> = self
            .out
            .functions
            .iter()
            .skip(self.imported_functions as usize)
            .filter(|f| f.arguments_binding.is_some() && !f.strict && f.simple_params)
            .map(|f| f.id)
            .collect();
        for id in mapped {
            let scope = self.out.functions[id as usize].scope as usize;
            for &b in &self.out.scopes[scope].bindings {
                let binding = &mut self.out.bindings[b as usize];
                if matches!(binding.kind, BindingKind::Param(_)) {
                    binding.captured = true;
                }
            }
        }
        for b in &mut self.out.bindings {
            let imported = b.scope < self.imported_scopes;
            if b.captured && !imported && !b.kind.is_global() && b.kind != BindingKind::Dead {
                let scope = &mut self.out.scopes[b.scope as usize];
                // Slot 0 is the link to the parent context.
                b.slot = scope.context_slots.max(1);
                scope.context_slots = b.slot + 1;
                if !matches!(scope.kind, ScopeKind::Function | ScopeKind::Body) {
                    self.out.functions[scope.function as usize].has_block_contexts = true;
                }
            }
        }
        // names hidden by a function of the same name were declared twice
        let mut seen = FxHashSet::default();
        self.out.globals.retain(|g| seen.insert(g.0));
    }
}
