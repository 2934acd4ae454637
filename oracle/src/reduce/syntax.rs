//! Structure: statements, expressions, lists and names of a JavaScript program, by the spans of its AST.
//!
//! Text that does not parse has no structure: every pass is empty for it. Deep nesting grows the native
//! stack instead of overflowing it.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use super::Edit;

/// What one walk over a program collects.
#[derive(Default)]
struct Outline {
    /// Each statement, with texts that it may be unwrapped to.
    statements: Vec<(Span, Vec<Vec<Span>>)>,
    /// Each expression, with its nearest inner expressions.
    expressions: Vec<(Span, Vec<Span>)>,
    open: Vec<Vec<Span>>,
    /// Elements separated by commas.
    lists: Vec<Vec<Span>>,
    /// Things that can be cut out as they are.
    members: Vec<Span>,
    /// `name = value` of declarations with one declarator: declaration, name, value.
    bindings: Vec<(Span, String, Span)>,
    /// Uses and declarations of names.
    names: Vec<(String, Span)>,
    declared: BTreeSet<String>,
    /// Names in places where the name itself is meaning (shorthand properties).
    fixed: BTreeSet<String>,
}

fn outline(text: &str) -> Option<Outline> {
    let source = tierproof_syntax::parse(text.as_bytes(), "candidate.js")
        .or_else(|_| tierproof_syntax::parse_module(text.as_bytes(), "candidate.js"))
        .ok()?;
    // a marked text has other offsets
    (source.text() == text).then(|| {
        let mut o = Outline::default();
        source.with(|program, _| o.visit_program(program));
        o
    })
}

fn edits(text: &str, make: impl FnOnce(&Outline, &mut Vec<Edit>)) -> Vec<Edit> {
    let mut out = Vec::new();
    if let Some(o) = outline(text) {
        make(&o, &mut out);
    }
    out
}

fn slice(text: &str, s: Span) -> &str {
    text.get(s.start as usize..s.end as usize).unwrap_or_default()
}

/// Deletes each statement and class member.
pub fn statements(text: &str) -> Vec<Edit> {
    edits(text, |o, out| {
        out.extend(o.statements.iter().map(|(s, _)| Edit::new(s.start, s.end, "")));
        out.extend(o.members.iter().map(|s| Edit::new(s.start, s.end, "")));
    })
}

/// Replaces statements by what is inside them: blocks, branches, bodies, heads.
pub fn unwrap(text: &str) -> Vec<Edit> {
    edits(text, |o, out| {
        for (s, choices) in &o.statements {
            for parts in choices {
                let with: Vec<&str> = parts.iter().map(|p| slice(text, *p)).collect();
                out.push(Edit::new(s.start, s.end, with.join(";\n")));
            }
        }
    })
}

/// Deletes elements of lists: arguments, parameters, properties, declarators, array elements.
pub fn lists(text: &str) -> Vec<Edit> {
    edits(text, |o, out| {
        for list in &o.lists {
            for (i, s) in list.iter().enumerate() {
                let (from, to) = match (list.get(i + 1), i.checked_sub(1).map(|p| list[p])) {
                    (Some(next), _) => (s.start, next.start),
                    (None, Some(previous)) => (previous.end, s.end),
                    (None, None) => (s.start, s.end),
                };
                out.push(Edit::new(from, to, ""));
            }
        }
    })
}

/// Replaces expressions by one of their parts, or by 0.
pub fn expressions(text: &str) -> Vec<Edit> {
    edits(text, |o, out| {
        for (s, parts) in &o.expressions {
            let whole = slice(text, *s);
            if whole.len() <= 1 {
                continue;
            }
            out.push(Edit::new(s.start, s.end, "0"));
            for p in parts {
                let part = slice(text, *p);
                let simple = part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
                let with = if simple { part.to_owned() } else { format!("({part})") };
                if with.len() < whole.len() {
                    out.push(Edit::new(s.start, s.end, with));
                }
            }
        }
    })
}

/// Replaces all uses of a variable by its initial value.
pub fn inline(text: &str) -> Vec<Edit> {
    edits(text, |o, out| {
        for (declaration, name, value) in &o.bindings {
            let value = slice(text, *value);
            if o.fixed.contains(name) || value.len() > 200 {
                continue;
            }
            let mut all = vec![Edit::new(declaration.start, declaration.end, "")];
            let uses = o.names.iter().filter(|(n, s)| n == name && s.start >= declaration.end);
            all.extend(uses.map(|(_, s)| Edit::new(s.start, s.end, format!("({value})"))));
            out.push(Edit { from: 0, to: text.len(), with: super::apply(text, &all) });
        }
    })
}

/// Names that the program declares become as short as can be.
pub fn rename(text: &str) -> String {
    let Some(o) = outline(text) else { return text.to_owned() };
    let taken: BTreeSet<&str> =
        o.names.iter().map(|n| n.0.as_str()).filter(|n| !o.declared.contains(*n) || n.len() == 1).collect();
    let short = (b'a'..=b'z').map(|c| (c as char).to_string());
    let mut free = short.filter(|n| !taken.contains(n.as_str()) && !o.fixed.contains(n));
    let mut map: BTreeMap<&str, String> = BTreeMap::new();
    let mut all = Vec::new();
    for (name, s) in &o.names {
        if name.len() == 1 || !o.declared.contains(name) || o.fixed.contains(name) {
            continue;
        }
        if !map.contains_key(name.as_str()) {
            let Some(new) = free.next() else { break };
            map.insert(name, new);
        }
        all.push(Edit::new(s.start, s.end, map[name.as_str()].as_str()));
    }
    super::apply(text, &all)
}

impl Outline {
    fn list<'b, T: GetSpan + 'b>(&mut self, items: impl IntoIterator<Item = &'b T>) {
        let spans: Vec<Span> = items.into_iter().map(|i| i.span()).collect();
        if !spans.is_empty() {
            self.lists.push(spans);
        }
    }
    fn declare(&mut self, name: &str, span: Span) {
        self.declared.insert(name.to_owned());
        self.names.push((name.to_owned(), span));
    }
}

/// Between the braces.
fn inner(block: Span) -> Span {
    Span::new(block.start + 1, (block.end - 1).max(block.start + 1))
}

/// The body of a loop or branch without the braces of a block.
fn body(s: &Statement<'_>) -> Span {
    match s {
        Statement::BlockStatement(b) => inner(b.span),
        _ => s.span(),
    }
}

fn choices(s: &Statement<'_>) -> Vec<Vec<Span>> {
    let with_init = |init: Option<Span>, rest: Vec<Span>| init.into_iter().chain(rest).collect::<Vec<_>>();
    match s {
        Statement::BlockStatement(b) => vec![vec![inner(b.span)]],
        Statement::IfStatement(s) => {
            let mut out = vec![vec![body(&s.consequent)]];
            out.extend(s.alternate.as_ref().map(|a| vec![body(a)]));
            out.push(vec![s.test.span()]);
            out
        }
        Statement::ForStatement(s) => {
            let init = s.init.as_ref().map(|i| i.span());
            vec![with_init(init, vec![body(&s.body)]), vec![body(&s.body)]]
        }
        Statement::ForInStatement(s) => vec![vec![body(&s.body)], vec![s.right.span()]],
        Statement::ForOfStatement(s) => vec![vec![body(&s.body)], vec![s.right.span()]],
        Statement::WhileStatement(s) => vec![vec![body(&s.body)], vec![s.test.span()]],
        Statement::DoWhileStatement(s) => vec![vec![body(&s.body)]],
        Statement::WithStatement(s) => vec![vec![body(&s.body)]],
        Statement::LabeledStatement(s) => vec![vec![s.body.span()]],
        Statement::TryStatement(s) => {
            let block = inner(s.block.span);
            let mut out = vec![vec![block]];
            if let Some(h) = &s.handler {
                out.push(vec![block, inner(h.body.span)]);
            }
            if let Some(f) = &s.finalizer {
                out.push(vec![block, inner(f.span)]);
            }
            out
        }
        Statement::SwitchStatement(s) => {
            let bodies: Vec<Span> = s
                .cases
                .iter()
                .filter_map(|c| {
                    Some(Span::new(c.consequent.first()?.span().start, c.consequent.last()?.span().end))
                })
                .collect();
            let mut out: Vec<Vec<Span>> = bodies.into_iter().map(|b| vec![b]).collect();
            out.push(vec![s.discriminant.span()]);
            out
        }
        Statement::FunctionDeclaration(f) => f.body.iter().map(|b| vec![inner(b.span)]).collect(),
        Statement::ReturnStatement(s) => s.argument.iter().map(|a| vec![a.span()]).collect(),
        Statement::ThrowStatement(s) => vec![vec![s.argument.span()]],
        Statement::VariableDeclaration(d) => {
            let values: Vec<Span> =
                d.declarations.iter().filter_map(|d| Some(d.init.as_ref()?.span())).collect();
            if values.is_empty() { vec![] } else { vec![values] }
        }
        _ => vec![],
    }
}

impl<'a> Visit<'a> for Outline {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        self.statements.push((it.span(), choices(it)));
        stacker::maybe_grow(128 << 10, 4 << 20, || walk::walk_statement(self, it));
    }
    fn visit_expression(&mut self, it: &Expression<'a>) {
        let span = it.span();
        if let Some(parent) = self.open.last_mut() {
            parent.push(span);
        }
        self.open.push(Vec::new());
        let at = self.expressions.len();
        self.expressions.push((span, Vec::new()));
        stacker::maybe_grow(128 << 10, 4 << 20, || walk::walk_expression(self, it));
        self.expressions[at].1 = self.open.pop().unwrap_or_default();
    }
    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.list(&it.arguments);
        walk::walk_call_expression(self, it);
    }
    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.list(&it.arguments);
        walk::walk_new_expression(self, it);
    }
    fn visit_array_expression(&mut self, it: &ArrayExpression<'a>) {
        self.list(&it.elements);
        walk::walk_array_expression(self, it);
    }
    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        self.list(&it.properties);
        walk::walk_object_expression(self, it);
    }
    fn visit_sequence_expression(&mut self, it: &SequenceExpression<'a>) {
        self.list(&it.expressions);
        walk::walk_sequence_expression(self, it);
    }
    fn visit_formal_parameters(&mut self, it: &FormalParameters<'a>) {
        self.list(&it.items);
        walk::walk_formal_parameters(self, it);
    }
    fn visit_object_pattern(&mut self, it: &ObjectPattern<'a>) {
        self.list(&it.properties);
        walk::walk_object_pattern(self, it);
    }
    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.list(&it.declarations);
        if let [d] = &it.declarations[..]
            && let (BindingPattern::BindingIdentifier(id), Some(init)) = (&d.id, &d.init)
        {
            self.bindings.push((it.span, id.name.to_string(), init.span()));
        }
        walk::walk_variable_declaration(self, it);
    }
    fn visit_switch_case(&mut self, it: &SwitchCase<'a>) {
        self.members.push(it.span);
        walk::walk_switch_case(self, it);
    }
    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        self.members.push(it.span());
        walk::walk_class_element(self, it);
    }
    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if it.shorthand
            && let PropertyKey::StaticIdentifier(k) = &it.key
        {
            self.fixed.insert(k.name.to_string());
        }
        walk::walk_object_property(self, it);
    }
    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        if it.shorthand
            && let PropertyKey::StaticIdentifier(k) = &it.key
        {
            self.fixed.insert(k.name.to_string());
        }
        walk::walk_binding_property(self, it);
    }
    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.fixed.insert(it.binding.name.to_string());
        walk::walk_assignment_target_property_identifier(self, it);
    }
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.names.push((it.name.to_string(), it.span));
    }
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.declare(it.name.as_str(), it.span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pass: fn(&str) -> Vec<Edit>, text: &str) -> Vec<String> {
        pass(text).into_iter().map(|e| super::super::apply(text, &[e])).collect()
    }

    #[test]
    fn statements_go_one_by_one() {
        assert_eq!(
            all(statements, "a(); if (b) { c(); }"),
            [" if (b) { c(); }", "a(); ", "a(); if (b) ", "a(); if (b) {  }"]
        );
    }

    #[test]
    fn what_is_inside_takes_the_place_of_what_is_around() {
        let texts = all(unwrap, "for (let i = 0; i < 3; i++) { f(i); }");
        assert!(texts.contains(&"let i = 0;\n f(i); ".to_owned()), "{texts:?}");
        assert!(all(unwrap, "try { a(); } catch { b(); }").contains(&" a(); ;\n b(); ".to_owned()));
    }

    #[test]
    fn list_elements_take_their_comma_along() {
        assert_eq!(all(lists, "f(a, b, c)"), ["f(b, c)", "f(a, c)", "f(a, b)"]);
    }

    #[test]
    fn expressions_become_their_parts() {
        let texts = all(expressions, "x = foo(a + 1)");
        for wanted in ["0", "x = 0", "x = foo", "x = (a + 1)", "x = foo(0)", "x = foo(a)", "x = foo(1)"] {
            assert!(texts.contains(&wanted.to_owned()), "{wanted} in {texts:?}");
        }
    }

    #[test]
    fn variables_are_replaced_by_their_values() {
        assert_eq!(all(inline, "let x = 1 + y; f(x, x);"), [" f((1 + y), (1 + y));"]);
    }

    #[test]
    fn names_become_short_except_where_they_mean_something() {
        let text = "function total(value, kept) { return { kept, v: value + a }; } total(1, 2);";
        assert_eq!(rename(text), "function b(c, kept) { return { kept, v: c + a }; } b(1, 2);");
    }

    #[test]
    fn what_does_not_parse_has_no_structure() {
        assert!(statements("if (").is_empty() && rename("if (") == "if (");
    }
}
