//! Where bindings live: registers, context slots, globals; loads, stores, scopes.

use crate::control::Control;
use crate::generator::Generator;
use oxc_ast::ast::{BindingIdentifier, Function, IdentifierReference};
use tierproof_bytecode::{Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::{
    BindingIndex, BindingKind, FunctionForm, Reference, ScopeIndex, ScopeKind, js_string,
};

/// Where a binding lives, seen from the current scope.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Register(Reg),
    Context {
        slot: u32,
        depth: u32,
    },
    /// Context slot that holds a cell shared between modules.
    Cell {
        slot: u32,
        depth: u32,
    },
    Global,
    /// Can't be used: always in its dead zone.
    Dead,
}

impl<'s, 'a> Generator<'s, 'a> {
    pub fn place(&self, b: BindingIndex) -> Place {
        let binding = &self.scopes.bindings[b as usize];
        if binding.kind.is_global() {
            return Place::Global;
        }
        if binding.kind == BindingKind::Dead {
            return Place::Dead;
        }
        if binding.captured {
            let mut depth = 0;
            let mut s = self.scope;
            while s != binding.scope {
                let scope = &self.scopes.scopes[s as usize];
                depth += u32::from(scope.context_slots > 0);
                match scope.parent {
                    Some(p) => s = p,
                    None => break,
                }
            }
            if binding.cell {
                return Place::Cell { slot: binding.slot, depth };
            }
            return Place::Context { slot: binding.slot, depth };
        }
        if let Some(&r) = self.registers.get(&b) {
            return Place::Register(r);
        }
        match binding.kind {
            BindingKind::Param(i) => Place::Register(Reg::param(i)),
            BindingKind::FunctionName | BindingKind::Callee => Place::Register(Reg::CALLEE),
            BindingKind::NewTarget => Place::Register(Reg::NEW_TARGET),
            BindingKind::This => Place::Register(Reg::THIS),
            _ => Place::Dead,
        }
    }

    pub fn load_place(&mut self, place: Place) {
        match place {
            Place::Register(r) => self.asm.Ldar(r),
            Place::Context { slot, depth: 0 } => self.asm.LdaCurrentContextSlot(slot),
            Place::Context { slot, depth } => self.asm.LdaContextSlot(Reg::CONTEXT, slot, depth),
            Place::Cell { slot, depth } => self.asm.LdaModuleCell(Reg::CONTEXT, slot, depth),
            Place::Global | Place::Dead => self.asm.LdaTheHole(),
        }
    }

    pub fn store_place(&mut self, place: Place) {
        match place {
            Place::Register(r) => self.asm.Star(r),
            Place::Context { slot, depth: 0 } => self.asm.StaCurrentContextSlot(slot),
            Place::Context { slot, depth } => self.asm.StaContextSlot(Reg::CONTEXT, slot, depth),
            Place::Cell { slot, depth } => self.asm.StaModuleCell(Reg::CONTEXT, slot, depth),
            Place::Global | Place::Dead => {}
        }
    }

    fn throw_if_hole(&mut self, name: &str) {
        let c = self.name(name);
        self.asm.ThrowReferenceErrorIfHole(c);
    }

    /// `acc = value of the identifier`.
    pub fn load_identifier(&mut self, id: &IdentifierReference<'a>) {
        let reference = self.scopes.reference(id);
        self.position(id.span.start);
        self.load_reference(reference, &id.name, false);
    }

    pub fn load_reference(&mut self, reference: Reference, name: &str, inside_typeof: bool) {
        match self.dynamic_depth(reference.binding) {
            Some(depth) => self.load_dynamic(reference, name, inside_typeof, depth),
            None => self.load_static(reference, name, inside_typeof),
        }
    }

    /// As `load_reference`; no scope with names of its own is in between.
    pub fn load_static(&mut self, reference: Reference, name: &str, inside_typeof: bool) {
        let place = reference.binding.map_or(Place::Global, |b| self.place(b));
        if let Place::Global = place {
            if reference.binding.is_none() && !inside_typeof {
                // properties of the global object that can't be changed
                match name {
                    "undefined" => return self.asm.LdaUndefined(),
                    "NaN" => return self.load_number(f64::NAN),
                    "Infinity" => return self.load_number(f64::INFINITY),
                    _ => {}
                }
            }
            let c = self.name(name);
            let slot = self.slot(SlotKind::LoadGlobal);
            if inside_typeof {
                self.asm.LdaGlobalInsideTypeof(c, slot);
            } else {
                self.asm.LdaGlobal(c, slot);
            }
            return;
        }
        self.load_place(place);
        if reference.check {
            self.throw_if_hole(name);
        }
    }

    /// The variable's own register, when reading it needs no check.
    pub fn register_of(&self, id: &IdentifierReference<'a>) -> Option<(Reg, BindingIndex)> {
        let reference = self.scopes.reference(id);
        if self.dynamic_depth(reference.binding).is_some() {
            return None;
        }
        match (reference.binding, reference.check) {
            (Some(b), false) => match self.place(b) {
                Place::Register(r) => Some((r, b)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Assignment to an identifier; keeps the value in the accumulator.
    pub fn assign_identifier(&mut self, id: &IdentifierReference<'a>) {
        let reference = self.scopes.reference(id);
        self.position(id.span.start);
        self.assign_reference(reference, &id.name);
    }

    pub fn assign_reference(&mut self, reference: Reference, name: &str) {
        match self.dynamic_depth(reference.binding) {
            Some(depth) => self.assign_dynamic(reference, name, depth),
            None => self.assign_static(reference, name),
        }
    }

    /// As `assign_reference`; no scope with names of its own is in between.
    pub fn assign_static(&mut self, reference: Reference, name: &str) {
        let Some(b) = reference.binding else {
            return self.store_global(name);
        };
        let place = self.place(b);
        if let Place::Global = place {
            return self.store_global(name);
        }
        let mark = self.next;
        if reference.check {
            let value = self.temp();
            self.asm.Star(value);
            self.load_place(place);
            self.throw_if_hole(name);
            self.asm.Ldar(value);
        }
        match self.scopes.bindings[b as usize].kind {
            BindingKind::Const | BindingKind::ClassName | BindingKind::Import => {
                let c = self.name(name);
                self.asm.ThrowConstAssign(c);
            }
            BindingKind::FunctionName => {
                if self.strict {
                    let c = self.name(name);
                    self.asm.ThrowConstAssign(c);
                }
            }
            _ => self.store_place(place),
        }
        self.release(mark);
    }

    pub fn store_global(&mut self, name: &str) {
        let c = self.name(name);
        let slot = self.slot(SlotKind::StoreGlobal { strict: self.strict });
        self.asm.StaGlobal(c, slot);
    }

    /// First store to a declared name; keeps the value in the accumulator.
    pub fn initialise(&mut self, b: BindingIndex) {
        let binding = &self.scopes.bindings[b as usize];
        match binding.kind {
            BindingKind::GlobalLet | BindingKind::GlobalConst => {
                let mark = self.next;
                let args = self.temps(2);
                self.asm.Star(Self::at(args, 1));
                self.load_string(js_string(binding.name));
                self.asm.Star(args);
                self.runtime(RuntimeFunction::InitializeGlobalLexical, args, 2);
                self.asm.Ldar(Self::at(args, 1));
                self.release(mark);
            }
            BindingKind::GlobalVar | BindingKind::GlobalFunction => self.store_global(binding.name),
            _ => {
                let place = self.place(b);
                self.store_place(place);
            }
        }
    }

    pub fn binding_of(&self, id: &BindingIdentifier<'a>) -> Option<BindingIndex> {
        id.symbol_id.get().map(|s| s.index() as BindingIndex)
    }

    // --- what belongs to the function rather than to a name

    /// The enclosing function that `this`, `super` and `new.target` mean.
    fn owner(&self) -> &'s tierproof_syntax::FunctionInfo<'a> {
        &self.scopes.functions[self.info.this_owner as usize]
    }

    /// `acc = this`.
    pub fn load_this(&mut self, offset: u32) {
        if let Some(r) = self.this_register() {
            return self.asm.Ldar(r);
        }
        let owner = self.owner();
        match owner.this_binding {
            Some(b) => {
                let place = self.place(b);
                self.load_place(place);
            }
            None => self.asm.Ldar(Reg::THIS),
        }
        if owner.form == FunctionForm::DerivedConstructor {
            self.position(offset);
            self.asm.ThrowSuperNotCalledIfHole();
        }
    }

    /// The register of `this`, when it can be read as it is.
    pub fn this_register(&self) -> Option<Reg> {
        (self.info.this_owner == self.info.id && self.info.form != FunctionForm::DerivedConstructor)
            .then_some(Reg::THIS)
    }

    /// `this` in a register.
    pub fn this_in_register(&mut self, offset: u32) -> Reg {
        match self.this_register() {
            Some(r) => r,
            None => {
                let r = self.temp();
                self.load_this(offset);
                self.asm.Star(r);
                r
            }
        }
    }

    /// `acc = this`, the hole included (derived constructors).
    pub fn load_this_unchecked(&mut self) {
        match self.owner().this_binding {
            Some(b) => {
                let place = self.place(b);
                self.load_place(place);
            }
            None => self.asm.Ldar(Reg::THIS),
        }
    }

    pub fn store_this(&mut self) {
        if let Some(b) = self.owner().this_binding {
            let place = self.place(b);
            self.store_place(place);
        }
    }

    pub fn load_new_target(&mut self) {
        match (self.info.this_owner == self.info.id, self.owner().new_target_binding) {
            (false, Some(b)) => {
                let place = self.place(b);
                self.load_place(place);
            }
            _ => self.own_new_target(),
        }
    }

    /// `acc = new.target` of this function. Where frames can be suspended the word has another use.
    pub fn own_new_target(&mut self) {
        if self.flow.suspends() { self.asm.LdaUndefined() } else { self.asm.Ldar(Reg::NEW_TARGET) }
    }

    pub fn load_home_object(&mut self) {
        match (self.info.this_owner == self.info.id, self.owner().home_binding) {
            (false, Some(b)) => {
                let place = self.place(b);
                self.load_place(place);
            }
            _ => self.asm.LdaHomeObject(),
        }
    }

    /// The running function that `super()` means, in a register.
    pub fn active_function(&mut self) -> Reg {
        match (self.info.this_owner == self.info.id, self.owner().callee_binding) {
            (false, Some(b)) => {
                let r = self.temp();
                let place = self.place(b);
                self.load_place(place);
                self.asm.Star(r);
                r
            }
            _ => Reg::CALLEE,
        }
    }

    // --- scopes

    /// Generates `body` inside a block-like scope.
    pub fn in_scope(&mut self, scope: Option<ScopeIndex>, body: impl FnOnce(&mut Self)) {
        let Some(index) = scope else { return body(self) };
        let saved = (self.next, self.scope);
        let info = &self.scopes.scopes[index as usize];
        let context = (info.context_slots > 0).then(|| self.push_context(info.context_slots, 1));
        self.scope = index;
        self.declare_registers(index);
        for f in &info.functions {
            self.instantiate(f);
        }
        body(self);
        if let Some(saved_context) = context {
            self.controls.pop();
            self.asm.PopContext(saved_context);
        }
        (self.next, self.scope) = saved;
    }

    /// Creates a context and enters it; the result is the register to leave it with.
    pub fn push_context(&mut self, slots: u32, kind: u32) -> Reg {
        let saved = self.temp();
        self.asm.CreateContext(slots, kind);
        self.asm.PushContext(saved);
        self.controls.push(Control::Context { saved });
        saved
    }

    /// Gives the scope's uncaptured bindings registers, and holes where a check may see them.
    pub fn declare_registers(&mut self, scope: ScopeIndex) {
        let info = &self.scopes.scopes[scope as usize];
        let function_scope = matches!(info.kind, ScopeKind::Function | ScopeKind::Body | ScopeKind::Eval);
        for &b in &info.bindings {
            let binding = &self.scopes.bindings[b as usize];
            if binding.kind.is_global() || matches!(binding.kind, BindingKind::Dead | BindingKind::Import) {
                continue;
            }
            let in_frame = match binding.kind {
                BindingKind::Param(_) => !binding.needs_hole,
                BindingKind::FunctionName
                | BindingKind::Callee
                | BindingKind::NewTarget
                | BindingKind::HomeObject => true,
                _ => false,
            };
            // `this` of a derived constructor has its register already
            if !binding.captured && !in_frame && !self.registers.contains_key(&b) {
                let r = self.temp();
                self.registers.insert(b, r);
            }
            if binding.kind.is_lexical() && binding.needs_hole {
                // block contexts are made full of holes
                if !binding.captured || function_scope {
                    self.asm.LdaTheHole();
                    let place = self.place(b);
                    self.store_place(place);
                }
            } else if binding.kind == BindingKind::Var && !function_scope {
                self.asm.LdaUndefined();
                let place = self.place(b);
                self.store_place(place);
            }
        }
    }

    /// Creates the closure of a function declaration on entry to its scope.
    pub fn instantiate(&mut self, f: &'s Function<'a>) {
        let Some(template) = self.function_id(f) else { return };
        self.position(f.span.start);
        self.create_closure(template);
        match &f.id {
            Some(id) => match self.binding_of(id) {
                Some(b) => self.initialise(b),
                None => self.initialise_eval_function(&id.name),
            },
            // `export default function () {}`
            None => self.initialise_default(),
        }
    }

    pub fn function_id(&self, f: &Function<'a>) -> Option<u32> {
        f.scope_id.get().map(|s| self.scopes.scopes[s.index()].function)
    }

    pub fn create_closure(&mut self, template: u32) {
        let slot = self.slot(SlotKind::Closure);
        self.asm.CreateClosure(template, slot);
    }
}
