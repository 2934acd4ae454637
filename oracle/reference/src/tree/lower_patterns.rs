//! Lowering of binding patterns, assignment targets and property names.

use oxc_ast::ast;
use oxc_span::GetSpan;

use super::lower::Lower;
use super::{Expr, PatternElement, PatternProperty, PropertyName, Target};
use crate::values::Str;

impl Lower {
    /// BoundNames
    pub fn bound_names<'a>(&mut self, p: &'a ast::BindingPattern<'a>, out: &mut Vec<Str>) {
        match p {
            ast::BindingPattern::BindingIdentifier(i) => out.push(self.name(i.name.as_str())),
            ast::BindingPattern::ObjectPattern(o) => {
                o.properties.iter().for_each(|p| self.bound_names(&p.value, out));
                if let Some(r) = &o.rest {
                    self.bound_names(&r.argument, out);
                }
            }
            ast::BindingPattern::ArrayPattern(a) => {
                a.elements.iter().flatten().for_each(|p| self.bound_names(p, out));
                if let Some(r) = &a.rest {
                    self.bound_names(&r.argument, out);
                }
            }
            ast::BindingPattern::AssignmentPattern(a) => self.bound_names(&a.left, out),
        }
    }

    pub fn binding<'a>(&mut self, p: &'a ast::BindingPattern<'a>) -> Target {
        self.nested(|| Target::Simple(Expr::Outside("deep nesting")), |cx| cx.binding_inner(p))
    }

    fn binding_inner<'a>(&mut self, p: &'a ast::BindingPattern<'a>) -> Target {
        match p {
            ast::BindingPattern::BindingIdentifier(i) => {
                Target::Simple(Expr::Identifier(self.name(i.name.as_str())))
            }
            ast::BindingPattern::ObjectPattern(o) => Target::Object {
                properties: o
                    .properties
                    .iter()
                    .map(|p| PatternProperty {
                        name: self.property_name(&p.key, p.computed),
                        element: self.binding_element(&p.value),
                    })
                    .collect(),
                rest: o.rest.as_ref().map(|r| Box::new(self.binding(&r.argument))),
            },
            ast::BindingPattern::ArrayPattern(a) => Target::Array {
                elements: a.elements.iter().map(|e| Some(self.binding_element(e.as_ref()?))).collect(),
                rest: a.rest.as_ref().map(|r| Box::new(self.binding(&r.argument))),
            },
            ast::BindingPattern::AssignmentPattern(a) => self.binding(&a.left),
        }
    }

    pub fn binding_element<'a>(&mut self, p: &'a ast::BindingPattern<'a>) -> PatternElement {
        match p {
            ast::BindingPattern::AssignmentPattern(a) => {
                let target = self.binding(&a.left);
                PatternElement { target, default: Some(self.expression(&a.right)) }
            }
            other => PatternElement { target: self.binding(other), default: None },
        }
    }

    pub fn property_name<'a>(&mut self, key: &'a ast::PropertyKey<'a>, computed: bool) -> PropertyName {
        match key {
            ast::PropertyKey::StaticIdentifier(i) => PropertyName::Static(self.name(i.name.as_str())),
            ast::PropertyKey::PrivateIdentifier(i) => PropertyName::Private(self.name(i.name.as_str())),
            other => {
                let Some(e) = other.as_expression() else {
                    return PropertyName::Computed(Expr::Outside("property name"));
                };
                match self.expression(e) {
                    Expr::Literal(v) if !computed => match v {
                        crate::values::Value::String(s) => PropertyName::Static(s),
                        crate::values::Value::Number(n) => {
                            PropertyName::Static(crate::values::number_to_string(n).into())
                        }
                        crate::values::Value::BigInt(b) => PropertyName::Static(b.to_string().into()),
                        other => PropertyName::Computed(Expr::Literal(other)),
                    },
                    e => PropertyName::Computed(e),
                }
            }
        }
    }

    pub fn assignment_target<'a>(&mut self, t: &'a ast::AssignmentTarget<'a>) -> Target {
        self.nested(|| Target::Simple(Expr::Outside("deep nesting")), |cx| cx.assignment_target_inner(t))
    }

    fn assignment_target_inner<'a>(&mut self, t: &'a ast::AssignmentTarget<'a>) -> Target {
        match t {
            ast::AssignmentTarget::ArrayAssignmentTarget(a) => Target::Array {
                elements: a.elements.iter().map(|e| Some(self.target_element(e.as_ref()?))).collect(),
                rest: a.rest.as_ref().map(|r| Box::new(self.assignment_target(&r.target))),
            },
            ast::AssignmentTarget::ObjectAssignmentTarget(o) => Target::Object {
                properties: o.properties.iter().map(|p| self.target_property(p)).collect(),
                rest: o.rest.as_ref().map(|r| Box::new(self.assignment_target(&r.target))),
            },
            other => match other.as_simple_assignment_target() {
                Some(s) => Target::Simple(self.simple_target(s)),
                None => Target::Simple(Expr::Outside("assignment target")),
            },
        }
    }

    fn target_element<'a>(&mut self, e: &'a ast::AssignmentTargetMaybeDefault<'a>) -> PatternElement {
        match e {
            ast::AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(d) => PatternElement {
                target: self.assignment_target(&d.binding),
                default: Some(self.named_default(&d.init)),
            },
            other => PatternElement {
                target: match other.as_assignment_target() {
                    Some(t) => self.assignment_target(t),
                    None => Target::Simple(Expr::Outside("assignment target")),
                },
                default: None,
            },
        }
    }

    fn named_default<'a>(&mut self, e: &'a ast::Expression<'a>) -> Expr {
        self.expression(e)
    }

    fn target_property<'a>(&mut self, p: &'a ast::AssignmentTargetProperty<'a>) -> PatternProperty {
        match p {
            ast::AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(i) => {
                let name = self.name(i.binding.name.as_str());
                if name.is("arguments") {
                    self.uses_arguments();
                }
                PatternProperty {
                    name: PropertyName::Static(name.clone()),
                    element: PatternElement {
                        target: Target::Simple(Expr::Identifier(name)),
                        default: i.init.as_ref().map(|e| self.expression(e)),
                    },
                }
            }
            ast::AssignmentTargetProperty::AssignmentTargetPropertyProperty(p) => PatternProperty {
                name: self.property_name(&p.name, p.computed),
                element: self.target_element(&p.binding),
            },
        }
    }

    pub fn simple_target<'a>(&mut self, t: &'a ast::SimpleAssignmentTarget<'a>) -> Expr {
        match t {
            ast::SimpleAssignmentTarget::AssignmentTargetIdentifier(i) => self.identifier(i.name.as_str()),
            other => match other.as_member_expression() {
                Some(m) => self.member(m),
                None => Expr::Outside("assignment target"),
            },
        }
    }

    /// Whether a target is an identifier without parentheses around it.
    pub fn is_bare_identifier<'a>(&self, whole: oxc_span::Span, t: &'a ast::AssignmentTarget<'a>) -> bool {
        matches!(t, ast::AssignmentTarget::AssignmentTargetIdentifier(_)) && whole.start == t.span().start
    }
}
