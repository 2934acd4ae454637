//! Patterns and assignment targets.

use super::*;

/// A part of a pattern: where the value goes.
enum Goal<'r, 'a> {
    Bind(&'r BindingPattern<'a>),
    Target(&'r AssignmentTarget<'a>),
    Name(&'r IdentifierReference<'a>),
}

/// A part: the word for the operation, its goal and default.
type Part<'r, 'a> = (String, Goal<'r, 'a>, Option<&'r Expression<'a>>);

impl<'a> Importer<'_, 'a> {
    /// Gives the names of a pattern their first values. `own`: nothing else names the value.
    pub(super) fn bind(&mut self, p: &BindingPattern<'a>, value: Var, own: bool) -> Done {
        match p {
            BindingPattern::BindingIdentifier(id) => {
                let b = self.binding_of(id)?;
                self.declare(b, value, own)
            }
            BindingPattern::AssignmentPattern(a) => {
                let v = self.or_default(value, &a.right)?;
                self.bind(&a.left, v, true)
            }
            BindingPattern::ArrayPattern(a) => {
                let mut parts: Vec<Option<Part<'_, 'a>>> = Vec::new();
                for e in &a.elements {
                    parts.push(e.as_ref().map(|e| match e {
                        BindingPattern::AssignmentPattern(a) => {
                            ("v".into(), Goal::Bind(&a.left), Some(&a.right))
                        }
                        e => ("v".into(), Goal::Bind(e), None),
                    }));
                }
                parts.extend(a.rest.as_ref().map(|r| Some(("...".into(), Goal::Bind(&r.argument), None))));
                self.unpack(Op::UnpackArray, parts, value)
            }
            BindingPattern::ObjectPattern(o) => {
                let mut parts: Vec<Option<Part<'_, 'a>>> = Vec::new();
                for p in &o.properties {
                    let name = fixed_key(&p.key, p.computed)?;
                    parts.push(Some(match &p.value {
                        BindingPattern::AssignmentPattern(a) => (name, Goal::Bind(&a.left), Some(&a.right)),
                        v => (name, Goal::Bind(v), None),
                    }));
                }
                parts.extend(o.rest.as_ref().map(|r| Some(("...".into(), Goal::Bind(&r.argument), None))));
                self.unpack(Op::UnpackObject, parts, value)
            }
        }
    }

    /// Assigns to a target.
    pub(super) fn assign(&mut self, t: &AssignmentTarget<'a>, value: Var) -> Done {
        match t {
            AssignmentTarget::AssignmentTargetIdentifier(id) => self.assign_name(id, value),
            AssignmentTarget::StaticMemberExpression(m) => {
                if matches!(m.object, Expression::Super(_)) {
                    return self.effect(Op::SuperSet, Attr::text(&m.property.name), &[value]);
                }
                let o = self.expression(&m.object)?;
                self.effect(Op::Set, Attr::text(&m.property.name), &[o, value])
            }
            AssignmentTarget::ComputedMemberExpression(m) => {
                let inputs = self.operands(&[&m.object, &m.expression])?;
                self.effect(Op::SetIndex, Attr::None, &[inputs[0], inputs[1], value])
            }
            AssignmentTarget::ArrayAssignmentTarget(a) => {
                let mut parts = Vec::new();
                for e in &a.elements {
                    parts.push(match e {
                        Some(e) => Some(maybe_default("v".into(), e)?),
                        None => None,
                    });
                }
                parts.extend(a.rest.as_ref().map(|r| Some(("...".into(), Goal::Target(&r.target), None))));
                self.unpack(Op::UnpackArray, parts, value)
            }
            AssignmentTarget::ObjectAssignmentTarget(o) => {
                let mut parts: Vec<Option<Part<'_, 'a>>> = Vec::new();
                for p in &o.properties {
                    parts.push(Some(match p {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(i) => {
                            (i.binding.name.to_string(), Goal::Name(&i.binding), i.init.as_ref())
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(p) => {
                            maybe_default(fixed_key(&p.name, p.computed)?, &p.binding)?
                        }
                    }));
                }
                parts.extend(o.rest.as_ref().map(|r| Some(("...".into(), Goal::Target(&r.target), None))));
                self.unpack(Op::UnpackObject, parts, value)
            }
            _ => no("an assignment target"),
        }
    }
    fn assign_name(&mut self, id: &IdentifierReference<'a>, value: Var) -> Done {
        let Some(b) = self.binding(id) else { return no("assignment to a global") };
        let v = self.variable(b)?;
        if self.walk.is_constant(v) {
            return no("assignment to a constant");
        }
        self.effect(Op::Assign, Attr::None, &[v, value])
    }

    fn or_default(&mut self, value: Var, default: &Expression<'a>) -> Done<Var> {
        let none = self.undefined()?;
        let test = self.value(Op::Binary, Attr::text("==="), &[value, none])?;
        self.condition(test, |i| i.expression(default), |_| Ok(value))
    }

    fn unpack(&mut self, op: Op, parts: Vec<Option<Part<'_, 'a>>>, value: Var) -> Done {
        if self.walk.top().contents != crate::ir::op::Contents::Statements {
            return no("a pattern in an expression");
        }
        let words: Vec<&str> = parts.iter().map(|p| p.as_ref().map_or("", |p| p.0.as_str())).collect();
        let count = words.iter().filter(|w| op == Op::UnpackObject || !w.is_empty()).count();
        let outputs: Vec<Var> = (0..count).map(|_| self.fresh()).collect();
        self.emit(Instr { outputs: outputs.clone(), ..Instr::with(op, Attr::texts(words), &[value]) })?;
        for (part, v) in parts.into_iter().flatten().zip(outputs) {
            let (_, goal, default) = part;
            let v = match default {
                Some(d) => self.or_default(v, d)?,
                None => v,
            };
            match goal {
                Goal::Bind(p) => self.bind(p, v, true)?,
                Goal::Target(t) => self.assign(t, v)?,
                Goal::Name(id) => self.assign_name(id, v)?,
            }
        }
        Ok(())
    }
}

fn maybe_default<'r, 'a>(word: String, t: &'r AssignmentTargetMaybeDefault<'a>) -> Done<Part<'r, 'a>> {
    match t {
        AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(d) => {
            Ok((word, Goal::Target(&d.binding), Some(&d.init)))
        }
        t => match t.as_assignment_target() {
            Some(t) => Ok((word, Goal::Target(t), None)),
            None => no("a target"),
        },
    }
}

/// The name of a key that is written as it is.
pub(super) fn fixed_key(key: &PropertyKey<'_>, computed: bool) -> Done<String> {
    let name = match key {
        PropertyKey::StaticIdentifier(i) => i.name.to_string(),
        PropertyKey::StringLiteral(s) if !computed && !s.lone_surrogates => s.value.to_string(),
        PropertyKey::NumericLiteral(n)
            if !computed && n.value >= 0.0 && n.value.fract() == 0.0 && n.value < 1e15 =>
        {
            format!("{}", n.value)
        }
        _ => return no("a computed key here"),
    };
    // these ends have a meaning of their own
    if name.ends_with('=') || name.ends_with("...") || name.contains(' ') || name.starts_with('*') {
        return no("an odd key");
    }
    Ok(name)
}
