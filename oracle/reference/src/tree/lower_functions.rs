//! Lowering of functions: parameters, body, and the facts that FunctionDeclarationInstantiation asks for.

use std::rc::Rc;

use oxc_ast::ast;
use oxc_span::Span;

use super::lower::{FunctionScope, Lower};
use super::{Declarations, Expr, FunctionKind, FunctionNode, PatternElement, PropertyName, Stmt, Target};
use crate::values::Str;

/// The parts of a function, whatever its syntax.
struct Parts<'a> {
    name: Option<Str>,
    kind: FunctionKind,
    is_async: bool,
    is_generator: bool,
    binds_own_name: bool,
    span: Span,
    params: Option<&'a ast::FormalParameters<'a>>,
    body: Option<&'a ast::FunctionBody<'a>>,
    concise: Option<&'a ast::Expression<'a>>,
}

impl Lower {
    /// A function; `expression` ones bind their own name inside.
    pub fn function_node<'a>(
        &mut self,
        f: &'a ast::Function<'a>,
        kind: FunctionKind,
        expression: bool,
    ) -> Rc<FunctionNode> {
        self.function_at(f, kind, expression, f.span)
    }

    /// The same with the text of a method, which begins before its parameters.
    pub fn function_at<'a>(
        &mut self,
        f: &'a ast::Function<'a>,
        kind: FunctionKind,
        expression: bool,
        span: Span,
    ) -> Rc<FunctionNode> {
        let name = f.id.as_ref().map(|i| self.name(i.name.as_str()));
        self.build(Parts {
            binds_own_name: expression && name.is_some(),
            name,
            kind,
            is_async: f.r#async,
            is_generator: f.generator,
            span,
            params: Some(&f.params),
            body: f.body.as_deref(),
            concise: None,
        })
    }

    pub fn arrow<'a>(&mut self, f: &'a ast::ArrowFunctionExpression<'a>) -> Rc<FunctionNode> {
        let (body, concise) = match &f.body {
            ast::ArrowFunctionBody::FunctionBody(b) => (Some(&**b), None),
            other => (None, other.as_expression()),
        };
        self.build(Parts {
            name: None,
            kind: FunctionKind::Arrow,
            is_async: f.r#async,
            is_generator: false,
            binds_own_name: false,
            span: f.span,
            params: Some(&f.params),
            body,
            concise,
        })
    }

    fn build(&mut self, p: Parts<'_>) -> Rc<FunctionNode> {
        let outer_strict = self.strict;
        self.strict |=
            p.body.is_some_and(|b| b.directives.iter().any(|d| d.directive.as_str() == "use strict"));
        let mut parameter_names = Vec::new();
        if let Some(params) = p.params {
            params.items.iter().for_each(|i| self.bound_names(&i.pattern, &mut parameter_names));
            if let Some(r) = &params.rest {
                self.bound_names(&r.rest.argument, &mut parameter_names);
            }
        }
        let is_arrow = p.kind == FunctionKind::Arrow;
        self.functions.push(FunctionScope::new(is_arrow, parameter_names.clone()));
        let mut parameters = Vec::new();
        let mut rest = None;
        if let Some(params) = p.params {
            for item in &params.items {
                let mut element = self.binding_element(&item.pattern);
                if let Some(init) = &item.initializer {
                    element.default = Some(self.expression(init));
                }
                parameters.push(element);
            }
            rest = params.rest.as_ref().map(|r| self.binding(&r.rest.argument));
        }
        let (declarations, body) = match p.body {
            Some(b) => self.top_level(&b.statements),
            None => (Declarations::default(), Vec::new()),
        };
        let concise = p.concise.map(|e| self.expression(e));
        let scope = self.functions.pop();
        let strict = self.strict;
        self.strict = outer_strict;
        let simple = rest.is_none()
            && parameters.iter().all(|p| p.default.is_none() && p.target.identifier().is_some());
        let has_expressions = parameters.iter().any(contains_expression)
            || rest.as_ref().is_some_and(target_contains_expression);
        let length = parameters.iter().position(|p| p.default.is_some()).unwrap_or(parameters.len()) as u32;
        Rc::new(FunctionNode {
            name: p.name,
            binds_own_name: p.binds_own_name,
            kind: p.kind,
            is_async: p.is_async,
            is_generator: p.is_generator,
            strict,
            source: self.source.clone(),
            span: self.span(p.span),
            parameters,
            rest,
            parameter_names,
            simple_parameters: simple,
            has_parameter_expressions: has_expressions,
            length,
            uses_arguments: scope.as_ref().is_some_and(|s| s.uses_arguments),
            block_function_names: scope.as_ref().map(|s| s.block_function_names.clone()).unwrap_or_default(),
            var_names: scope.map(|s| s.var_names).unwrap_or_default(),
            declarations,
            body,
            concise,
            names_value: false,
            default_constructor: false,
        })
    }

    /// The constructor of a class without one: it has no parameters and no body.
    pub fn default_constructor(&mut self, derived: bool, span: Span) -> Rc<FunctionNode> {
        let node = self.build(Parts {
            name: None,
            kind: FunctionKind::ClassConstructor { derived },
            is_async: false,
            is_generator: false,
            binds_own_name: false,
            span,
            params: None,
            body: None,
            concise: None,
        });
        match Rc::try_unwrap(node) {
            Ok(n) => Rc::new(FunctionNode { default_constructor: true, ..n }),
            Err(shared) => shared,
        }
    }

    /// The initializer of a field, or the body of a static block, as a method without parameters.
    pub fn initializer<'a>(
        &mut self,
        value: Option<&'a ast::Expression<'a>>,
        block: &'a [ast::Statement<'a>],
        span: Span,
    ) -> Rc<FunctionNode> {
        self.functions.push(FunctionScope::new(false, Vec::new()));
        let concise = value.map(|e| self.expression(e));
        let (declarations, body): (_, Vec<Stmt>) = self.top_level(block);
        let scope = self.functions.pop();
        let names_value = concise.as_ref().is_some_and(super::is_anonymous_function);
        Rc::new(FunctionNode {
            name: None,
            binds_own_name: false,
            kind: FunctionKind::Initializer,
            is_async: false,
            is_generator: false,
            strict: true,
            source: self.source.clone(),
            span: self.span(span),
            parameters: Vec::new(),
            rest: None,
            parameter_names: Vec::new(),
            simple_parameters: true,
            has_parameter_expressions: false,
            length: 0,
            uses_arguments: false,
            block_function_names: Vec::new(),
            var_names: scope.map(|s| s.var_names).unwrap_or_default(),
            declarations,
            body,
            concise,
            names_value,
            default_constructor: false,
        })
    }
}

/// ContainsExpression
fn contains_expression(e: &PatternElement) -> bool {
    e.default.is_some() || target_contains_expression(&e.target)
}

fn target_contains_expression(t: &Target) -> bool {
    match t {
        Target::Simple(Expr::Identifier(_)) => false,
        Target::Simple(_) => true,
        Target::Object { properties, rest } => {
            properties
                .iter()
                .any(|p| matches!(p.name, PropertyName::Computed(_)) || contains_expression(&p.element))
                || rest.as_deref().is_some_and(target_contains_expression)
        }
        Target::Array { elements, rest } => {
            elements.iter().flatten().any(contains_expression)
                || rest.as_deref().is_some_and(target_contains_expression)
        }
    }
}
