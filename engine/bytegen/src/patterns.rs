//! Destructuring: binding patterns and assignment patterns, and simple assignment targets.

use crate::control::{Control, Region};
use crate::generator::{Generator, deep};
use oxc_ast::ast::*;
use oxc_span::GetSpan;
use tierproof_bytecode::assembler::Label;
use tierproof_bytecode::{Reg, RuntimeFunction, SlotKind};
use tierproof_syntax::{Reference, js_string, key_name};

/// What storing to a name of a binding pattern means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// let, const, class, parameters, catch parameters.
    Initialise,
    /// `var`.
    Assign,
}

impl Mode {
    pub fn of(kind: VariableDeclarationKind) -> Mode {
        if kind == VariableDeclarationKind::Var { Mode::Assign } else { Mode::Initialise }
    }
}

/// An evaluated assignment target.
pub(crate) enum Target<'s, 'a> {
    Identifier(&'s IdentifierReference<'a>),
    Named {
        object: Reg,
        name: u32,
        offset: u32,
    },
    Keyed {
        object: Reg,
        key: Reg,
        offset: u32,
    },
    Super {
        this: Reg,
        home: Reg,
        key: Reg,
        offset: u32,
    },
    /// A name that nothing declares, in strict code: whether it existed before the right side ran.
    Unresolved {
        exists: Reg,
        id: &'s IdentifierReference<'a>,
    },
    /// A name that a `with` or `eval` scope may have: the object that has it, or undefined.
    Dynamic {
        object: Reg,
        reference: Reference,
        name: &'s str,
        offset: u32,
    },
    /// Object and symbol in consecutive registers, followed by one for the value.
    Private {
        object: Reg,
        offset: u32,
    },
}

/// Either kind of pattern, so that both share the code for arrays and objects.
#[derive(Clone, Copy)]
enum Pattern<'s, 'a> {
    Binding(&'s BindingPattern<'a>, Mode),
    Target(&'s AssignmentTarget<'a>),
    Identifier(&'s IdentifierReference<'a>),
}

/// A pattern with its default.
type Element<'s, 'a> = (Pattern<'s, 'a>, Option<&'s Expression<'a>>);

/// Key of a property in an object pattern.
enum Key<'s, 'a> {
    Static(&'s PropertyKey<'a>),
    Computed(&'s Expression<'a>),
    Shorthand(&'s str),
}

impl<'s, 'a> Generator<'s, 'a> {
    // --- simple targets

    /// Evaluates the parts of a target; `later` is evaluated before the store.
    pub fn simple_target(
        &mut self,
        target: &'s SimpleAssignmentTarget<'a>,
        later: &[&'s Expression<'a>],
    ) -> Target<'s, 'a> {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => {
                let reference = self.scopes.reference(id);
                match self.dynamic_depth(reference.binding) {
                    Some(depth) => self.dynamic_target(reference, &id.name, depth, id.span.start),
                    None if self.strict && later.iter().any(|e| Self::may_declare(e)) => {
                        match self.scopes.reference(id).binding {
                            None => {
                                let exists = self.temp();
                                self.load_string(js_string(&id.name));
                                self.asm.Star(exists);
                                self.runtime(RuntimeFunction::HasGlobal, exists, 1);
                                self.asm.Star(exists);
                                Target::Unresolved { exists, id }
                            }
                            Some(_) => Target::Identifier(id),
                        }
                    }
                    None => Target::Identifier(id),
                }
            }
            SimpleAssignmentTarget::StaticMemberExpression(m) if self.scopes.is_call_target(m) => {
                self.effect(&m.object);
                let object = self.temp();
                self.load_string(js_string("Invalid left-hand side in assignment"));
                self.asm.Star(object);
                self.position(m.span.start);
                self.runtime(RuntimeFunction::ThrowReferenceError, object, 1);
                Target::Named { object, name: self.name(""), offset: m.span.start }
            }
            SimpleAssignmentTarget::StaticMemberExpression(m) => {
                let offset = m.property.span.start;
                if let Expression::Super(_) = m.object {
                    let this = self.this_in_register(m.span.start);
                    let key = self.temp();
                    self.load_string(js_string(&m.property.name));
                    self.asm.Star(key);
                    let home = self.super_base();
                    return Target::Super { this, home, key, offset };
                }
                let object = self.register(&m.object, later);
                let name = self.name(&m.property.name);
                Target::Named { object, name, offset }
            }
            SimpleAssignmentTarget::ComputedMemberExpression(m) => {
                let offset = m.expression.span().start;
                if let Expression::Super(_) = m.object {
                    let this = self.this_in_register(m.span.start);
                    let key = self.temp();
                    self.expression_into(&m.expression, key);
                    let home = self.super_base();
                    return Target::Super { this, home, key, offset };
                }
                if let Some(name) = Self::literal_name(&m.expression) {
                    let object = self.register(&m.object, later);
                    let name = self.string(name);
                    return Target::Named { object, name, offset };
                }
                let mut all = vec![&m.expression];
                all.extend_from_slice(later);
                let object = self.register(&m.object, &all);
                let key = self.register(&m.expression, later);
                Target::Keyed { object, key, offset }
            }
            SimpleAssignmentTarget::PrivateFieldExpression(m) => {
                let object = self.private_reference(&m.object, &m.field);
                Target::Private { object, offset: m.field.span.start }
            }
            other => {
                self.unsupported(other.span(), "this assignment target");
                Target::Named { object: Reg(0), name: 0, offset: 0 }
            }
        }
    }

    /// Whether evaluating `e` may run code that adds a global.
    fn may_declare(e: &Expression<'a>) -> bool {
        !matches!(
            e,
            Expression::BooleanLiteral(_)
                | Expression::NullLiteral(_)
                | Expression::NumericLiteral(_)
                | Expression::StringLiteral(_)
                | Expression::Identifier(_)
                | Expression::ThisExpression(_)
                | Expression::FunctionExpression(_)
                | Expression::ArrowFunctionExpression(_)
        )
    }

    /// What `super.x` looks properties up on, in a register.
    pub fn super_base(&mut self) -> Reg {
        let base = self.temp();
        self.load_home_object();
        self.asm.Star(base);
        self.asm.GetSuperConstructor(base);
        self.asm.Star(base);
        base
    }

    /// `acc = value of the target`.
    pub fn load_target(&mut self, target: &Target<'s, 'a>) {
        match *target {
            Target::Identifier(id) | Target::Unresolved { id, .. } => self.load_identifier(id),
            Target::Dynamic { object, reference, name, offset } => {
                self.position(offset);
                self.load_found(object, reference, name, false);
            }
            Target::Named { object, name, offset } => {
                self.position(offset);
                let slot = self.slot(SlotKind::LoadNamed);
                self.asm.GetNamedProperty(object, name, slot);
            }
            Target::Keyed { object, key, offset } => {
                self.position(offset);
                self.asm.Ldar(key);
                let slot = self.slot(SlotKind::LoadKeyed);
                self.asm.GetKeyedProperty(object, slot);
            }
            Target::Super { this, home, key, offset } => {
                self.position(offset);
                self.asm.Ldar(key);
                self.asm.GetSuperProperty(this, home);
            }
            Target::Private { object, offset } => {
                self.position(offset);
                self.runtime(RuntimeFunction::PrivateGet, object, 2);
            }
        }
    }

    /// Stores the accumulator, which keeps its value.
    pub fn store_target(&mut self, target: &Target<'s, 'a>) {
        match *target {
            Target::Identifier(id) => self.assign_identifier(id),
            Target::Unresolved { exists, id } => {
                let fine = self.asm.label();
                let (value, message) = (self.temp(), self.temp());
                self.asm.Star(value);
                self.asm.Ldar(exists);
                self.asm.JumpIfTrue(fine);
                self.load_string(js_string(&format!("{} is not defined", id.name)));
                self.asm.Star(message);
                self.position(id.span.start);
                self.runtime(RuntimeFunction::ThrowReferenceError, message, 1);
                self.asm.bind(fine);
                self.asm.Ldar(value);
                self.assign_identifier(id);
            }
            Target::Dynamic { object, reference, name, offset } => {
                self.position(offset);
                self.store_found(object, reference, name);
            }
            Target::Named { object, name, offset } => {
                self.position(offset);
                let slot = self.slot(SlotKind::StoreNamed { strict: self.strict });
                self.asm.SetNamedProperty(object, name, slot);
            }
            Target::Keyed { object, key, offset } => {
                self.position(offset);
                let slot = self.slot(SlotKind::StoreKeyed { strict: self.strict });
                self.asm.SetKeyedProperty(object, key, slot);
            }
            Target::Super { this, home, key, offset } => {
                self.position(offset);
                self.asm.SetSuperProperty(this, home, key, u32::from(self.strict));
            }
            Target::Private { object, offset } => {
                self.position(offset);
                self.asm.Star(Self::at(object, 2));
                self.runtime(RuntimeFunction::PrivateSet, object, 3);
            }
        }
    }

    /// Assigns the accumulator to any target; the accumulator's value afterwards is unspecified.
    pub fn assign_target(&mut self, target: &'s AssignmentTarget<'a>) {
        self.store_pattern(Pattern::Target(target));
    }

    /// Binds the accumulator to a pattern.
    pub fn bind_pattern(&mut self, pattern: &'s BindingPattern<'a>, mode: Mode) {
        self.store_pattern(Pattern::Binding(pattern, mode));
    }

    // --- patterns

    fn store_pattern(&mut self, pattern: Pattern<'s, 'a>) {
        let mark = self.next;
        deep(|| self.store_pattern_inner(pattern));
        self.release(mark);
    }

    fn store_pattern_inner(&mut self, pattern: Pattern<'s, 'a>) {
        match pattern {
            Pattern::Identifier(id) => self.assign_identifier(id),
            Pattern::Binding(BindingPattern::BindingIdentifier(id), mode) => {
                self.position(id.span.start);
                let Some(b) = self.binding_of(id) else {
                    // a variable of an `eval`
                    let reference = Reference { binding: None, check: false };
                    return self.assign_reference(reference, &id.name);
                };
                match mode {
                    Mode::Initialise => self.initialise(b),
                    Mode::Assign => {
                        self.assign_reference(Reference { binding: Some(b), check: false }, &id.name);
                    }
                }
            }
            Pattern::Binding(BindingPattern::AssignmentPattern(p), mode) => {
                self.default(Some(&p.right));
                self.store_pattern(Pattern::Binding(&p.left, mode));
            }
            Pattern::Binding(BindingPattern::ObjectPattern(p), mode) => {
                let properties = p
                    .properties
                    .iter()
                    .map(|x| {
                        let key = match x.computed {
                            true => x.key.as_expression().map_or(Key::Static(&x.key), Key::Computed),
                            false => Key::Static(&x.key),
                        };
                        (key, Self::binding_element(&x.value, mode))
                    })
                    .collect();
                let rest = p.rest.as_ref().map(|r| Pattern::Binding(&r.argument, mode));
                self.object_pattern(p.span.start, properties, rest);
            }
            Pattern::Binding(BindingPattern::ArrayPattern(p), mode) => {
                let elements =
                    p.elements.iter().map(|e| e.as_ref().map(|e| Self::binding_element(e, mode))).collect();
                let rest = p.rest.as_ref().map(|r| Pattern::Binding(&r.argument, mode));
                self.array_pattern(p.span.start, elements, rest);
            }
            Pattern::Target(AssignmentTarget::ObjectAssignmentTarget(p)) => {
                let properties = p
                    .properties
                    .iter()
                    .map(|x| match x {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(x) => (
                            Key::Shorthand(x.binding.name.as_str()),
                            (Pattern::Identifier(&x.binding), x.init.as_ref()),
                        ),
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(x) => {
                            let key = match x.computed {
                                true => x.name.as_expression().map_or(Key::Static(&x.name), Key::Computed),
                                false => Key::Static(&x.name),
                            };
                            (key, Self::target_element(&x.binding))
                        }
                    })
                    .collect();
                let rest = p.rest.as_ref().map(|r| Pattern::Target(&r.target));
                self.object_pattern(p.span.start, properties, rest);
            }
            Pattern::Target(AssignmentTarget::ArrayAssignmentTarget(p)) => {
                let elements = p.elements.iter().map(|e| e.as_ref().map(Self::target_element)).collect();
                let rest = p.rest.as_ref().map(|r| Pattern::Target(&r.target));
                self.array_pattern(p.span.start, elements, rest);
            }
            Pattern::Target(target) => {
                let Some(simple) = target.as_simple_assignment_target() else { return };
                if let SimpleAssignmentTarget::AssignmentTargetIdentifier(id) = simple {
                    return self.assign_identifier(id);
                }
                let value = self.temp();
                self.asm.Star(value);
                let target = self.simple_target(simple, &[]);
                self.asm.Ldar(value);
                self.store_target(&target);
            }
        }
    }

    fn binding_element(p: &'s BindingPattern<'a>, mode: Mode) -> Element<'s, 'a> {
        match p {
            BindingPattern::AssignmentPattern(p) => (Pattern::Binding(&p.left, mode), Some(&p.right)),
            p => (Pattern::Binding(p, mode), None),
        }
    }

    fn target_element(e: &'s AssignmentTargetMaybeDefault<'a>) -> Element<'s, 'a> {
        match e {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(d) => {
                (Pattern::Target(&d.binding), Some(&d.init))
            }
            e => match e.as_assignment_target() {
                Some(t) => (Pattern::Target(t), None),
                None => unreachable!("an element is a target or a target with default"),
            },
        }
    }

    /// `acc = default when acc is undefined`.
    fn default(&mut self, default: Option<&'s Expression<'a>>) {
        if let Some(e) = default {
            let given = self.asm.label();
            self.asm.JumpIfNotUndefined(given);
            self.expression(e);
            self.asm.bind(given);
        }
    }

    /// Looks up which object has a name.
    fn dynamic_target(
        &mut self,
        reference: Reference,
        name: &'s str,
        depth: u32,
        offset: u32,
    ) -> Target<'s, 'a> {
        self.position(offset);
        let object = self.temp();
        self.lookup(name, depth, object);
        Target::Dynamic { object, reference, name, offset }
    }

    /// Members, and names that a dynamic scope may have, must be evaluated before the value is taken
    /// out of its source.
    fn target_first(&mut self, pattern: Pattern<'s, 'a>) -> Option<Target<'s, 'a>> {
        match pattern {
            Pattern::Target(t) => match t.as_simple_assignment_target() {
                Some(SimpleAssignmentTarget::AssignmentTargetIdentifier(id))
                    if self.dynamic_depth(self.scopes.reference(id).binding).is_none() =>
                {
                    None
                }
                None => None,
                Some(member) => {
                    // registers of variables may change before the store: copy
                    let target = self.simple_target(member, &[]);
                    Some(self.pinned(target))
                }
            },
            Pattern::Binding(BindingPattern::BindingIdentifier(id), Mode::Assign) => {
                let reference = Reference { binding: self.binding_of(id), check: false };
                let depth = self.dynamic_depth(reference.binding)?;
                Some(self.dynamic_target(reference, &id.name, depth, id.span.start))
            }
            Pattern::Identifier(id) => {
                let reference = self.scopes.reference(id);
                let depth = self.dynamic_depth(reference.binding)?;
                Some(self.dynamic_target(reference, &id.name, depth, id.span.start))
            }
            Pattern::Binding(..) => None,
        }
    }

    /// The target with its parts in registers of its own.
    fn pinned(&mut self, target: Target<'s, 'a>) -> Target<'s, 'a> {
        let mark = self.next;
        let mut pin = |r: Reg| {
            if r.is_local() && r.0 < mark && self.registers.values().all(|&v| v != r) || r == Reg::THIS {
                return r;
            }
            let own = self.temp();
            self.asm.Mov(r, own);
            own
        };
        match target {
            Target::Named { object, name, offset } => Target::Named { object: pin(object), name, offset },
            Target::Keyed { object, key, offset } => {
                Target::Keyed { object: pin(object), key: pin(key), offset }
            }
            other => other,
        }
    }

    fn store_element(&mut self, first: Option<Target<'s, 'a>>, (pattern, default): Element<'s, 'a>) {
        self.default(default);
        match first {
            Some(target) => self.store_target(&target),
            None => self.store_pattern(pattern),
        }
    }

    fn object_pattern(
        &mut self,
        offset: u32,
        properties: Vec<(Key<'s, 'a>, Element<'s, 'a>)>,
        rest: Option<Pattern<'s, 'a>>,
    ) {
        // With a rest element the source and all keys stand in consecutive registers.
        let range = self.temps(1 + if rest.is_some() { properties.len() as u32 } else { 0 });
        let value = range;
        self.asm.Star(value);
        // the first plain property load throws by itself
        let throws_anyway = matches!(
            properties.first(),
            Some((Key::Static(_) | Key::Shorthand(_), (Pattern::Binding(..) | Pattern::Identifier(_), _)))
        );
        if !throws_anyway {
            let ok = self.asm.label();
            self.asm.Ldar(value);
            self.asm.JumpIfNotNullish(ok);
            let mark = self.next;
            let args = self.temps(2);
            self.asm.Mov(value, args);
            self.asm.LdaUndefined();
            self.asm.Star(Self::at(args, 1));
            self.position(offset);
            self.runtime(RuntimeFunction::ThrowPatternNullish, args, 2);
            self.release(mark);
            self.asm.bind(ok);
        }
        let count = properties.len() as u32;
        for (i, (key, element)) in properties.into_iter().enumerate() {
            let mark = self.next;
            let key_register = rest.as_ref().map(|_| Self::at(range, 1 + i as u32));
            enum Source {
                Named(u32),
                Keyed(Reg),
            }
            let mut at = offset;
            let source = match key {
                Key::Shorthand(name) => {
                    if let Some(r) = key_register {
                        self.load_string(js_string(name));
                        self.asm.Star(r);
                    }
                    Source::Named(self.name(name))
                }
                Key::Static(key) => {
                    at = key.span().start;
                    let name = key_name(key, false).unwrap_or_else(|| js_string(""));
                    if crate::literals::is_array_index(&name) {
                        let r = key_register.unwrap_or_else(|| self.temp());
                        self.load_key(name);
                        self.asm.Star(r);
                        Source::Keyed(r)
                    } else {
                        if let Some(r) = key_register {
                            self.load_string(name.clone());
                            self.asm.Star(r);
                        }
                        Source::Named(self.string(name))
                    }
                }
                Key::Computed(e) => {
                    at = e.span().start;
                    let r = key_register.unwrap_or_else(|| self.temp());
                    self.expression(e);
                    self.position(at);
                    self.asm.ToPropertyKey();
                    self.asm.Star(r);
                    Source::Keyed(r)
                }
            };
            let first = self.target_first(element.0);
            self.position(at);
            match source {
                Source::Named(name) => {
                    let slot = self.slot(SlotKind::LoadNamed);
                    self.asm.GetNamedProperty(value, name, slot);
                }
                Source::Keyed(key) => {
                    self.asm.Ldar(key);
                    let slot = self.slot(SlotKind::LoadKeyed);
                    self.asm.GetKeyedProperty(value, slot);
                }
            }
            self.store_element(first, element);
            self.release(mark);
        }
        if let Some(rest) = rest {
            let first = self.target_first(rest);
            self.position(offset);
            self.runtime(RuntimeFunction::CopyDataPropertiesExcluding, range, 1 + count);
            self.store_element(first, (rest, None));
        }
    }

    /// Takes the pattern's control off the stack.
    fn pop_region(&mut self) -> Region {
        match self.controls.pop() {
            Some(Control::Pattern { region, .. }) => region,
            _ => Region::default(),
        }
    }

    fn array_pattern(
        &mut self,
        offset: u32,
        elements: Vec<Option<Element<'s, 'a>>>,
        rest: Option<Pattern<'s, 'a>>,
    ) {
        let pair = self.temps(2);
        let (done, value) = (self.temp(), self.temp());
        self.position(offset);
        self.asm.Star(value);
        let slot = self.slot(SlotKind::Iterator);
        self.asm.IteratorOpen(value, pair, slot);
        self.asm.LdaFalse();
        self.asm.Star(done);
        let context = self.context_register();
        // Covers what runs while the iterator may have to be closed, not the steps themselves. A
        // generator may also be left in there.
        let region = self.start_region();
        self.controls.push(Control::Pattern { region, iterator: pair, done });
        for (i, element) in elements.into_iter().enumerate() {
            let mark = self.next;
            let first = element.as_ref().and_then(|e| self.target_first(e.0));
            let skip = self.asm.label();
            if i > 0 {
                self.asm.LdaUndefined();
                self.asm.Star(value);
                self.asm.Ldar(done);
                self.asm.JumpIfTrue(skip);
            }
            let mut region = self.pop_region();
            self.suspend_region(&mut region);
            self.position(offset);
            self.asm.IteratorNext(pair, value, slot);
            self.asm.Star(done);
            self.asm.bind(skip);
            self.resume_region(&mut region);
            self.controls.push(Control::Pattern { region, iterator: pair, done });
            if let Some(element) = element {
                self.asm.Ldar(value);
                self.store_element(first, element);
            }
            self.release(mark);
        }
        if let Some(rest) = rest {
            let first = self.target_first(rest);
            let slot = self.slot(SlotKind::Literal);
            self.asm.CreateEmptyArrayLiteral(slot);
            self.asm.Star(value);
            let skip = self.asm.label();
            self.asm.Ldar(done);
            self.asm.JumpIfTrue(skip);
            let mut region = self.pop_region();
            self.suspend_region(&mut region);
            self.position(offset);
            self.runtime(RuntimeFunction::IteratorRest, pair, 2);
            self.asm.Star(value);
            self.resume_region(&mut region);
            self.controls.push(Control::Pattern { region, iterator: pair, done });
            self.asm.bind(skip);
            self.asm.LdaTrue();
            self.asm.Star(done);
            self.asm.Ldar(value);
            self.store_element(first, (rest, None));
        }
        let (handler, end) = (self.asm.label(), self.asm.label());
        let region = self.pop_region();
        let protected = self.end_region(region, handler, context);
        self.asm.Ldar(done);
        self.asm.JumpIfTrue(end);
        self.position(offset);
        self.asm.IteratorClose(pair, 0);
        if protected {
            self.asm.Jump(end);
            self.asm.bind(handler);
            let rethrow: Label = self.asm.label();
            self.asm.Star(value);
            self.asm.Ldar(done);
            self.asm.JumpIfTrue(rethrow);
            self.asm.IteratorClose(pair, 1);
            self.asm.bind(rethrow);
            self.asm.Ldar(value);
            self.asm.ReThrow();
        }
        self.asm.bind(end);
    }
}
