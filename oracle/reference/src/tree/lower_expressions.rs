//! Lowering of expressions.

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::Num;
use oxc_ast::ast::{self, Expression as E};
use oxc_syntax::operator::{AssignmentOperator, UpdateOperator};

use super::lower::Lower;
use super::{
    Argument, ArrayElement, Expr, FunctionKind, MemberKey, MethodKind, PropertyName, PropertyNode, Target,
    TemplateSite,
};
use crate::values::{Str, Value};

impl Lower {
    pub fn expression<'a>(&mut self, e: &'a E<'a>) -> Expr {
        self.nested(|| Expr::Outside("deep nesting"), |cx| cx.expression_inner(e))
    }

    fn boxed<'a>(&mut self, e: &'a E<'a>) -> Box<Expr> {
        Box::new(self.expression(e))
    }

    pub fn identifier(&mut self, name: &str) -> Expr {
        if name == "arguments" {
            self.uses_arguments();
        }
        Expr::Identifier(self.name(name))
    }

    fn expression_inner<'a>(&mut self, e: &'a E<'a>) -> Expr {
        match e {
            E::BooleanLiteral(b) => Expr::Literal(Value::Boolean(b.value)),
            E::NullLiteral(_) => Expr::Literal(Value::Null),
            E::NumericLiteral(n) => Expr::Literal(Value::Number(n.value)),
            E::BigIntLiteral(b) => match BigInt::from_str_radix(b.value.as_str(), 10) {
                Ok(n) => Expr::Literal(Value::bigint(n)),
                Err(_) => Expr::Outside("BigInt literal"),
            },
            E::RegExpLiteral(_) => Expr::Outside("regular expression"),
            E::StringLiteral(s) => Expr::Literal(self.literal(s.value.as_str(), s.lone_surrogates).into()),
            E::TemplateLiteral(t) => self.template(t),
            E::Identifier(i) => self.identifier(i.name.as_str()),
            E::ArrayExpression(a) => Expr::Array(a.elements.iter().map(|e| self.element(e)).collect()),
            E::ArrowFunctionExpression(f) => Expr::Function(self.arrow(f)),
            E::AssignmentExpression(a) => self.assignment(a),
            E::AwaitExpression(a) => Expr::Await(self.boxed(&a.argument)),
            E::BinaryExpression(b) => {
                let left = self.boxed(&b.left);
                Expr::Binary(b.operator, left, self.boxed(&b.right))
            }
            E::CallExpression(c) => self.call(c),
            E::ChainExpression(c) => Expr::Chain(Box::new(match &c.expression {
                ast::ChainElement::CallExpression(c) => self.call(c),
                other => match other.as_member_expression() {
                    Some(m) => self.member(m),
                    None => Expr::Outside("chain"),
                },
            })),
            E::ClassExpression(c) => match self.class(c) {
                Ok(class) => Expr::Class(class),
                Err(construct) => Expr::Outside(construct),
            },
            E::ConditionalExpression(c) => {
                let test = self.boxed(&c.test);
                let consequent = self.boxed(&c.consequent);
                Expr::Conditional(test, consequent, self.boxed(&c.alternate))
            }
            E::FunctionExpression(f) => Expr::Function(self.function_node(f, FunctionKind::Normal, true)),
            E::LogicalExpression(l) => {
                let left = self.boxed(&l.left);
                Expr::Logical(l.operator, left, self.boxed(&l.right))
            }
            E::NewExpression(n) => {
                let callee = self.boxed(&n.callee);
                Expr::New(callee, self.arguments(&n.arguments))
            }
            E::ObjectExpression(o) => Expr::Object(o.properties.iter().map(|p| self.property(p)).collect()),
            E::ParenthesizedExpression(p) => self.expression(&p.expression),
            E::SequenceExpression(s) => {
                Expr::Sequence(s.expressions.iter().map(|e| self.expression(e)).collect())
            }
            E::TaggedTemplateExpression(t) => {
                let tag = self.boxed(&t.tag);
                let quasis = &t.quasi.quasis;
                let site = TemplateSite {
                    cooked: quasis
                        .iter()
                        .map(|q| Some(self.literal(q.value.cooked.as_ref()?.as_str(), q.lone_surrogates)))
                        .collect(),
                    raw: quasis.iter().map(|q| self.literal(q.value.raw.as_str(), false)).collect(),
                    object: Default::default(),
                };
                let values = t.quasi.expressions.iter().map(|e| self.expression(e)).collect();
                Expr::Tagged { tag, site: Rc::new(site), values }
            }
            E::ThisExpression(_) => Expr::This,
            E::UnaryExpression(u) => Expr::Unary(u.operator, self.boxed(&u.argument)),
            E::UpdateExpression(u) => Expr::Update {
                increment: u.operator == UpdateOperator::Increment,
                prefix: u.prefix,
                target: Box::new(self.simple_target(&u.argument)),
            },
            E::YieldExpression(y) => match (&y.argument, y.delegate) {
                (Some(a), true) => Expr::YieldStar(self.boxed(a)),
                (a, _) => Expr::Yield(a.as_ref().map(|a| self.boxed(a))),
            },
            E::PrivateInExpression(p) => {
                Expr::PrivateIn(self.name(p.left.name.as_str()), self.boxed(&p.right))
            }
            E::NewTarget(_) => Expr::NewTarget,
            E::ImportExpression(_) => Expr::Outside("import()"),
            E::ImportMeta(_) => Expr::Outside("import.meta"),
            other => match other.as_member_expression() {
                Some(m) => self.member(m),
                None => Expr::Outside("expression of another language"),
            },
        }
    }

    fn template<'a>(&mut self, t: &'a ast::TemplateLiteral<'a>) -> Expr {
        let strings = t.quasis.iter().map(|q| match &q.value.cooked {
            Some(c) => self.literal(c.as_str(), q.lone_surrogates),
            None => Str::empty(),
        });
        Expr::Template {
            strings: strings.collect(),
            values: t.expressions.iter().map(|e| self.expression(e)).collect(),
        }
    }

    fn element<'a>(&mut self, e: &'a ast::ArrayExpressionElement<'a>) -> ArrayElement {
        match e {
            ast::ArrayExpressionElement::SpreadElement(s) => {
                ArrayElement::Spread(self.expression(&s.argument))
            }
            ast::ArrayExpressionElement::Elision(_) => ArrayElement::Hole,
            other => match other.as_expression() {
                Some(e) => ArrayElement::Expr(self.expression(e)),
                None => ArrayElement::Expr(Expr::Outside("array element")),
            },
        }
    }

    fn arguments<'a>(&mut self, list: &'a [ast::Argument<'a>]) -> Vec<Argument> {
        list.iter()
            .map(|a| match a {
                ast::Argument::SpreadElement(s) => Argument::Spread(self.expression(&s.argument)),
                other => match other.as_expression() {
                    Some(e) => Argument::Expr(self.expression(e)),
                    None => Argument::Expr(Expr::Outside("argument")),
                },
            })
            .collect()
    }

    fn assignment<'a>(&mut self, a: &'a ast::AssignmentExpression<'a>) -> Expr {
        let target = self.assignment_target(&a.left);
        let value = Box::new(self.expression(&a.right));
        let names = matches!(
            a.operator,
            AssignmentOperator::Assign
                | AssignmentOperator::LogicalAnd
                | AssignmentOperator::LogicalOr
                | AssignmentOperator::LogicalNullish
        );
        let named = names && self.is_bare_identifier(a.span, &a.left);
        Expr::Assign { operator: a.operator, target: Box::new(target), value, named }
    }

    fn call<'a>(&mut self, c: &'a ast::CallExpression<'a>) -> Expr {
        if let E::Super(_) = &c.callee {
            return Expr::SuperCall(self.arguments(&c.arguments));
        }
        if let E::Identifier(i) = &c.callee
            && i.name.as_str() == "eval"
            && !c.optional
        {
            self.uses_arguments();
        }
        let callee = self.boxed(&c.callee);
        Expr::Call { callee, arguments: self.arguments(&c.arguments), optional: c.optional }
    }

    pub fn member<'a>(&mut self, m: &'a ast::MemberExpression<'a>) -> Expr {
        self.nested(|| Expr::Outside("deep nesting"), |cx| cx.member_inner(m))
    }

    fn member_inner<'a>(&mut self, m: &'a ast::MemberExpression<'a>) -> Expr {
        let (object, optional) = match m {
            ast::MemberExpression::ComputedMemberExpression(c) => (&c.object, c.optional),
            ast::MemberExpression::StaticMemberExpression(s) => (&s.object, s.optional),
            ast::MemberExpression::PrivateFieldExpression(p) => (&p.object, p.optional),
        };
        let is_super = matches!(object, E::Super(_));
        let object = if is_super { None } else { Some(self.boxed(object)) };
        let key = match m {
            ast::MemberExpression::ComputedMemberExpression(c) => {
                MemberKey::Computed(self.boxed(&c.expression))
            }
            ast::MemberExpression::StaticMemberExpression(s) => {
                // see `Scopes::call_targets`: such a name is put behind a call that is assigned to
                if s.property.name.as_str() == "is_no_target" {
                    return Expr::Outside("call as assignment target");
                }
                MemberKey::Name(self.name(s.property.name.as_str()))
            }
            ast::MemberExpression::PrivateFieldExpression(p) => {
                MemberKey::Private(self.name(p.field.name.as_str()))
            }
        };
        match object {
            None => Expr::SuperMember(Box::new(key)),
            Some(object) => Expr::Member { object, key, optional },
        }
    }

    fn property<'a>(&mut self, p: &'a ast::ObjectPropertyKind<'a>) -> PropertyNode {
        let p = match p {
            ast::ObjectPropertyKind::SpreadProperty(s) => {
                return PropertyNode::Spread(self.expression(&s.argument));
            }
            ast::ObjectPropertyKind::ObjectProperty(p) => p,
        };
        let name = self.property_name(&p.key, p.computed);
        let kind = match p.kind {
            ast::PropertyKind::Get => MethodKind::Get,
            ast::PropertyKind::Set => MethodKind::Set,
            ast::PropertyKind::Init => MethodKind::Method,
        };
        if p.method || kind != MethodKind::Method {
            let E::FunctionExpression(f) = &p.value else {
                return PropertyNode::Spread(Expr::Outside("method"));
            };
            let function = self.function_at(f, method_function(kind), false, p.span);
            return PropertyNode::Method { name, kind, function };
        }
        let value = self.expression(&p.value);
        match &name {
            PropertyName::Static(s) if s.is("__proto__") && !p.shorthand && !p.computed => {
                PropertyNode::Prototype(value)
            }
            _ => PropertyNode::Value { name, value },
        }
    }
}

pub(super) fn method_function(kind: MethodKind) -> FunctionKind {
    match kind {
        MethodKind::Method => FunctionKind::Method,
        MethodKind::Get => FunctionKind::Getter,
        MethodKind::Set => FunctionKind::Setter,
    }
}

/// [IsFunctionDefinition and its kin](https://tc39.es/ecma262/#sec-isanonymousfunctiondefinition).
pub fn is_anonymous_function(e: &Expr) -> bool {
    match e {
        Expr::Function(f) => f.name.is_none(),
        Expr::Class(c) => c.name.is_none(),
        _ => false,
    }
}

impl Target {
    /// The name, if the target is nothing but one.
    pub fn identifier(&self) -> Option<&Str> {
        match self {
            Target::Simple(Expr::Identifier(name)) => Some(name),
            _ => None,
        }
    }
}
