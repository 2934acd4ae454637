//! Expressions.

use super::*;

impl<'a> Importer<'_, 'a> {
    /// Evaluates an expression; the variable may be one that the program can assign.
    pub(super) fn expression(&mut self, e: &Expression<'a>) -> Done<Var> {
        use Expression as E;
        match e {
            E::ParenthesizedExpression(p) => self.expression(&p.expression),
            E::NumericLiteral(n) => self.value(Op::Number, Attr::Number(n.value), &[]),
            E::BigIntLiteral(b) => self.value(Op::BigInt, Attr::text(&format!("{}n", b.value)), &[]),
            E::StringLiteral(s) if s.lone_surrogates => self.as_text(e),
            E::StringLiteral(s) => self.value(Op::String, Attr::text(&s.value), &[]),
            E::BooleanLiteral(b) => {
                self.value(Op::Boolean, Attr::text(if b.value { "true" } else { "false" }), &[])
            }
            E::NullLiteral(_) => self.value(Op::Null, Attr::None, &[]),
            E::RegExpLiteral(r) => self.value(Op::RegExp, Attr::text(self.slice(r.span)), &[]),
            E::ThisExpression(_) => self.value(Op::This, Attr::None, &[]),
            E::NewTarget(_) => self.value(Op::NewTarget, Attr::None, &[]),
            E::Identifier(id) => self.identifier(id),
            E::TemplateLiteral(t) => {
                let inputs = self.operands(&t.expressions.iter().collect::<Vec<_>>())?;
                let mut texts = Vec::new();
                for q in &t.quasis {
                    match &q.value.cooked {
                        Some(c) if !q.lone_surrogates => texts.push(c.to_string()),
                        _ => return no("a template with a lone surrogate"),
                    }
                }
                self.value(Op::Template, Attr::texts(texts), &inputs)
            }
            E::ArrayExpression(a) => {
                let (mut mask, mut parts) = (String::new(), Vec::new());
                for e in &a.elements {
                    match e {
                        ArrayExpressionElement::Elision(_) => mask.push('h'),
                        ArrayExpressionElement::SpreadElement(s) => {
                            mask.push('s');
                            parts.push(&s.argument);
                        }
                        e => match e.as_expression() {
                            Some(x) => {
                                mask.push('v');
                                parts.push(x);
                            }
                            None => return no("an element"),
                        },
                    }
                }
                let inputs = self.operands(&parts)?;
                self.value(Op::Array, Attr::text(&mask), &inputs)
            }
            E::ObjectExpression(o) => self.object(o),
            E::FunctionExpression(f) => {
                let b = own_binding(&f.id);
                self.function(f, b)
            }
            E::ArrowFunctionExpression(f) => self.arrow(f),
            E::ClassExpression(c) => self.class(c, e),
            E::StaticMemberExpression(m) if !m.optional => {
                if matches!(m.object, E::Super(_)) {
                    return self.value(Op::SuperGet, Attr::text(&m.property.name), &[]);
                }
                let o = self.expression(&m.object)?;
                self.value(Op::Get, Attr::text(&m.property.name), &[o])
            }
            E::ComputedMemberExpression(m) if !m.optional && !matches!(m.object, E::Super(_)) => {
                let inputs = self.operands(&[&m.object, &m.expression])?;
                self.value(Op::GetIndex, Attr::None, &inputs)
            }
            E::ChainExpression(c) => self.chain(c, e),
            E::CallExpression(c) if !c.optional => self.call(c),
            E::NewExpression(n) => {
                let callee = self.expression(&n.callee)?;
                let callee = self.kept(callee, &n.callee, n.arguments.is_empty())?;
                self.with_arguments((Op::New, Op::NewSpread), Attr::None, &[callee], &n.arguments)
            }
            E::UnaryExpression(u) => match (u.operator.as_str(), &u.argument) {
                ("delete", E::StaticMemberExpression(m)) => {
                    let o = self.expression(&m.object)?;
                    self.value(Op::Delete, Attr::text(&m.property.name), &[o])
                }
                ("delete", E::ComputedMemberExpression(m)) => {
                    let inputs = self.operands(&[&m.object, &m.expression])?;
                    self.value(Op::DeleteIndex, Attr::None, &inputs)
                }
                ("delete", _) => self.as_text(e),
                (op, x) => {
                    let v = self.expression(x)?;
                    self.value(Op::Unary, Attr::text(op), &[v])
                }
            },
            E::BinaryExpression(b) => {
                let inputs = self.operands(&[&b.left, &b.right])?;
                self.value(Op::Binary, Attr::text(b.operator.as_str()), &inputs)
            }
            E::LogicalExpression(l) => {
                let op = logical(l.operator.as_str())?;
                let left = self.expression(&l.left)?;
                self.lazily(op, left, |i| i.expression(&l.right))
            }
            E::ConditionalExpression(c) => {
                let test = self.expression(&c.test)?;
                self.condition(test, |i| i.expression(&c.consequent), |i| i.expression(&c.alternate))
            }
            E::SequenceExpression(s) => {
                let mut last = None;
                for e in &s.expressions {
                    last = Some(self.expression(e)?);
                }
                last.map_or_else(|| no("an empty sequence"), Ok)
            }
            E::AwaitExpression(a) => {
                let v = self.expression(&a.argument)?;
                self.value(Op::Await, Attr::None, &[v])
            }
            E::YieldExpression(y) => {
                let v = match &y.argument {
                    Some(a) => self.expression(a)?,
                    None => self.undefined()?,
                };
                self.value(if y.delegate { Op::YieldStar } else { Op::Yield }, Attr::None, &[v])
            }
            E::AssignmentExpression(a) => self.assignment(a),
            E::UpdateExpression(u) => {
                let word = format!("{}{}", if u.prefix { "pre" } else { "post" }, u.operator.as_str());
                match &u.argument {
                    SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => match self.binding(id) {
                        Some(b) => {
                            let v = self.variable(b)?;
                            self.value(Op::Step, Attr::text(&word), &[v])
                        }
                        None => no("a step of a global"),
                    },
                    SimpleAssignmentTarget::StaticMemberExpression(m) if !matches!(m.object, E::Super(_)) => {
                        let o = self.expression(&m.object)?;
                        self.value(Op::StepProperty, Attr::texts([&word, m.property.name.as_str()]), &[o])
                    }
                    SimpleAssignmentTarget::ComputedMemberExpression(m) => {
                        let inputs = self.operands(&[&m.object, &m.expression])?;
                        self.value(Op::StepIndex, Attr::text(&word), &inputs)
                    }
                    _ => no("a step"),
                }
            }
            _ => self.as_text(e),
        }
    }

    fn identifier(&mut self, id: &IdentifierReference<'a>) -> Done<Var> {
        match (self.binding(id), id.name.as_str()) {
            (Some(b), _) => self.variable(b),
            (None, "undefined") => self.undefined(),
            (None, "NaN") => self.value(Op::Number, Attr::Number(f64::NAN), &[]),
            (None, "Infinity") => self.value(Op::Number, Attr::Number(f64::INFINITY), &[]),
            (None, name) => self.value(Op::Global, Attr::text(name), &[]),
        }
    }

    /// Evaluates in order; a variable that could change before its turn is copied.
    pub(super) fn operands(&mut self, list: &[&Expression<'a>]) -> Done<Vec<Var>> {
        let mut out = Vec::new();
        for (i, e) in list.iter().enumerate() {
            let v = self.expression(e)?;
            let quiet = list[i + 1..].iter().all(|e| is_quiet(e));
            out.push(self.kept(v, e, quiet)?);
        }
        Ok(out)
    }
    /// The value as it is now, when what follows is not quiet.
    pub(super) fn kept(&mut self, v: Var, e: &Expression<'a>, quiet: bool) -> Done<Var> {
        if let (Expression::Identifier(id), false) = (e.get_inner_expression(), quiet)
            && let Some(b) = self.binding(id)
            && self.scopes.bindings[b as usize].assigned
        {
            return self.value(Op::Copy, Attr::None, &[v]);
        }
        Ok(v)
    }

    pub(super) fn lazily(
        &mut self,
        op: Op,
        left: Var,
        right: impl FnOnce(&mut Self) -> Done<Var>,
    ) -> Done<Var> {
        let out = self.fresh();
        self.emit(Instr { outputs: vec![out], ..Instr::with(op, Attr::None, &[left]) })?;
        let v = right(self)?;
        self.result(v)?;
        Ok(out)
    }
    pub(super) fn condition(
        &mut self,
        test: Var,
        yes: impl FnOnce(&mut Self) -> Done<Var>,
        no: impl FnOnce(&mut Self) -> Done<Var>,
    ) -> Done<Var> {
        let out = self.fresh();
        self.emit(Instr { outputs: vec![out], ..Instr::with(Op::Condition, Attr::None, &[test]) })?;
        let v = yes(self)?;
        self.effect(Op::Otherwise, Attr::None, &[v])?;
        let v = no(self)?;
        self.result(v)?;
        Ok(out)
    }

    fn chain(&mut self, c: &ChainExpression<'a>, e: &Expression<'a>) -> Done<Var> {
        match &c.expression {
            ChainElement::StaticMemberExpression(m) if m.optional && !has_chain(&m.object) => {
                let o = self.expression(&m.object)?;
                self.value(Op::GetOptional, Attr::text(&m.property.name), &[o])
            }
            ChainElement::CallExpression(c) => match &c.callee {
                Expression::StaticMemberExpression(m)
                    if m.optional && !c.optional && !has_chain(&m.object) =>
                {
                    let o = self.expression(&m.object)?;
                    let o = self.kept(o, &m.object, c.arguments.is_empty())?;
                    self.optional_call(&m.property.name, o, c, e)
                }
                callee
                    if c.optional && matches!(callee.get_inner_expression(), Expression::Identifier(_)) =>
                {
                    let f = self.expression(callee)?;
                    self.optional_call("", f, c, e)
                }
                _ => self.as_text(e),
            },
            _ => self.as_text(e),
        }
    }
    fn optional_call(
        &mut self,
        name: &str,
        object: Var,
        c: &CallExpression<'a>,
        _: &Expression<'a>,
    ) -> Done<Var> {
        let list: Vec<&Expression<'a>> = c.arguments.iter().filter_map(|a| a.as_expression()).collect();
        if list.len() < c.arguments.len() || !list.iter().all(|a| is_quiet(a)) {
            return no("an optional call with such arguments");
        }
        let mut inputs = vec![object];
        inputs.extend(self.operands(&list)?);
        self.value(Op::CallOptional, Attr::text(name), &inputs)
    }

    fn call(&mut self, c: &CallExpression<'a>) -> Done<Var> {
        let quiet = c.arguments.iter().all(|a| a.as_expression().is_some_and(is_quiet));
        match c.callee.get_inner_expression() {
            Expression::Super(_) => {
                self.with_arguments((Op::SuperCall, Op::SuperCallSpread), Attr::None, &[], &c.arguments)
            }
            Expression::StaticMemberExpression(m) if matches!(m.object, Expression::Super(_)) => self
                .with_arguments((Op::SuperMethod, Op::End), Attr::text(&m.property.name), &[], &c.arguments),
            Expression::StaticMemberExpression(m) if !m.optional => {
                let o = self.expression(&m.object)?;
                let o = self.kept(o, &m.object, quiet)?;
                let name = Attr::text(&m.property.name);
                self.with_arguments((Op::CallMethod, Op::CallMethodSpread), name, &[o], &c.arguments)
            }
            Expression::ComputedMemberExpression(m)
                if !m.optional && !matches!(m.object, Expression::Super(_)) =>
            {
                let inputs = self.operands(&[&m.object, &m.expression])?;
                self.with_arguments((Op::CallIndex, Op::End), Attr::None, &inputs, &c.arguments)
            }
            callee => {
                let f = self.expression(callee)?;
                let f = self.kept(f, callee, quiet)?;
                self.with_arguments((Op::Call, Op::CallSpread), Attr::None, &[f], &c.arguments)
            }
        }
    }
    /// A call, or that with the last argument spread (`End`: there is none).
    fn with_arguments(
        &mut self,
        ops: (Op, Op),
        attr: Attr,
        before: &[Var],
        list: &[Argument<'a>],
    ) -> Done<Var> {
        let mut inputs = before.to_vec();
        let spread = list.iter().position(|a| matches!(a, Argument::SpreadElement(_)));
        let parts: Vec<&Expression<'a>> = list
            .iter()
            .filter_map(|a| match a {
                Argument::SpreadElement(s) => Some(&s.argument),
                a => a.as_expression(),
            })
            .collect();
        let values = self.operands(&parts)?;
        match spread {
            None => {
                inputs.extend(values);
                self.value(ops.0, attr, &inputs)
            }
            Some(_) if ops.1 == Op::End => no("spread arguments here"),
            Some(i) if i + 1 == list.len() => {
                inputs.extend(values);
                self.value(ops.1, attr, &inputs)
            }
            Some(_) => {
                let mask: String = list
                    .iter()
                    .map(|a| if matches!(a, Argument::SpreadElement(_)) { 's' } else { 'v' })
                    .collect();
                let array = self.value(Op::Array, Attr::text(&mask), &values)?;
                inputs.push(array);
                self.value(ops.1, attr, &inputs)
            }
        }
    }

    fn assignment(&mut self, a: &AssignmentExpression<'a>) -> Done<Var> {
        let word = a.operator.as_str();
        if word == "=" {
            return match &a.left {
                AssignmentTarget::StaticMemberExpression(m) if !matches!(m.object, Expression::Super(_)) => {
                    let inputs = self.operands(&[&m.object, &a.right])?;
                    self.effect(Op::Set, Attr::text(&m.property.name), &inputs)?;
                    Ok(inputs[1])
                }
                AssignmentTarget::ComputedMemberExpression(m)
                    if !matches!(m.object, Expression::Super(_)) =>
                {
                    let inputs = self.operands(&[&m.object, &m.expression, &a.right])?;
                    self.effect(Op::SetIndex, Attr::None, &inputs)?;
                    Ok(inputs[2])
                }
                left => {
                    let v = self.expression(&a.right)?;
                    self.assign(left, v)?;
                    Ok(v)
                }
            };
        }
        if let Some(op) = word.strip_suffix('=').and_then(|w| logical(w).ok()) {
            return match &a.left {
                AssignmentTarget::AssignmentTargetIdentifier(id) => {
                    let Some(b) = self.binding(id) else { return no("assignment to a global") };
                    let v = self.variable(b)?;
                    self.lazily(op, v, |i| {
                        let x = i.expression(&a.right)?;
                        i.effect(Op::Assign, Attr::None, &[v, x])?;
                        Ok(x)
                    })
                }
                AssignmentTarget::StaticMemberExpression(m) if !matches!(m.object, Expression::Super(_)) => {
                    let o = self.expression(&m.object)?;
                    let name = Attr::text(&m.property.name);
                    let old = self.value(Op::Get, name.clone(), &[o])?;
                    self.lazily(op, old, |i| {
                        let x = i.expression(&a.right)?;
                        i.effect(Op::Set, name, &[o, x])?;
                        Ok(x)
                    })
                }
                _ => no("a logical assignment"),
            };
        }
        match &a.left {
            AssignmentTarget::AssignmentTargetIdentifier(id) => {
                let Some(b) = self.binding(id) else { return no("assignment to a global") };
                let v = self.variable(b)?;
                if is_quiet(&a.right) {
                    let x = self.expression(&a.right)?;
                    return self.value(Op::Update, Attr::text(word), &[v, x]);
                }
                // read before the right side runs
                let old = self.value(Op::Copy, Attr::None, &[v])?;
                let x = self.expression(&a.right)?;
                let operator = word.strip_suffix('=').unwrap_or(word);
                let new = self.value(Op::Binary, Attr::text(operator), &[old, x])?;
                self.effect(Op::Assign, Attr::None, &[v, new])?;
                Ok(new)
            }
            AssignmentTarget::StaticMemberExpression(m) if !matches!(m.object, Expression::Super(_)) => {
                let inputs = self.operands(&[&m.object, &a.right])?;
                self.value(Op::UpdateProperty, Attr::texts([word, m.property.name.as_str()]), &inputs)
            }
            AssignmentTarget::ComputedMemberExpression(m) if !matches!(m.object, Expression::Super(_)) => {
                let inputs = self.operands(&[&m.object, &m.expression, &a.right])?;
                self.value(Op::UpdateIndex, Attr::text(word), &inputs)
            }
            _ => no("an assignment"),
        }
    }
}

fn logical(word: &str) -> Done<Op> {
    match word {
        "&&" => Ok(Op::And),
        "||" => Ok(Op::Or),
        "??" => Ok(Op::Coalesce),
        _ => no("an operator"),
    }
}

/// Whether evaluating it changes no variable.
fn is_quiet(e: &Expression<'_>) -> bool {
    use Expression as E;
    match e {
        E::ParenthesizedExpression(p) => is_quiet(&p.expression),
        E::BinaryExpression(b) => {
            let simple = |e: &Expression<'_>| is_literal(e) || matches!(e, E::Identifier(_));
            is_literal(&b.left) && is_literal(&b.right)
                || (simple(&b.left) && simple(&b.right) && b.operator.as_str() == "===")
        }
        E::FunctionExpression(_)
        | E::ArrowFunctionExpression(_)
        | E::Identifier(_)
        | E::ThisExpression(_) => true,
        e => is_literal(e),
    }
}

fn is_literal(e: &Expression<'_>) -> bool {
    use Expression as E;
    matches!(
        e,
        E::NumericLiteral(_)
            | E::StringLiteral(_)
            | E::BooleanLiteral(_)
            | E::NullLiteral(_)
            | E::BigIntLiteral(_)
            | E::RegExpLiteral(_)
    ) || matches!(e, E::UnaryExpression(u) if is_literal(&u.argument))
}

/// Whether a member or call chain has a `?.` further in.
fn has_chain(e: &Expression<'_>) -> bool {
    match e {
        Expression::StaticMemberExpression(m) => m.optional || has_chain(&m.object),
        Expression::ComputedMemberExpression(m) => m.optional || has_chain(&m.object),
        Expression::CallExpression(c) => c.optional || has_chain(&c.callee),
        _ => false,
    }
}
