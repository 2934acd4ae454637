//! From the parser's AST to the tree: state shared by all parts, and scripts.

use std::rc::Rc;

use oxc_ast::ast;
use oxc_span::Span;
use rustc_hash::FxHashMap;
use tierproof_syntax::{Source, js_string_of_literal, restore_surrogates};

use super::{Declarations, Expr, LexicalName, Script, SourceText};
use crate::values::Str;

/// Deeper trees are cut, so that walking them needs no more stack than there is.
const MOST_NESTED: usize = 1200;

pub(super) struct Lower {
    pub source: Rc<SourceText>,
    placeholders: bool,
    names: FxHashMap<String, Str>,
    pub functions: Vec<FunctionScope>,
    pub strict: bool,
    depth: usize,
}

/// What is gathered while the body of a function is lowered.
pub(super) struct FunctionScope {
    /// Has no `arguments` of its own.
    pub is_arrow: bool,
    pub var_names: Vec<Str>,
    pub block_function_names: Vec<Str>,
    pub uses_arguments: bool,
    /// Names that a `var` may not have in the enclosing blocks, innermost last.
    pub blocks: Vec<Vec<Str>>,
    /// A function in a block does not become a variable when a parameter has its name.
    pub parameter_names: Vec<Str>,
}

impl FunctionScope {
    pub fn new(is_arrow: bool, parameter_names: Vec<Str>) -> FunctionScope {
        FunctionScope {
            is_arrow,
            var_names: Vec::new(),
            block_function_names: Vec::new(),
            uses_arguments: false,
            blocks: Vec::new(),
            parameter_names,
        }
    }
}

/// The tree of a parsed script, or of the code of an `eval`.
pub fn lower_script(source: &Rc<Source>, strict: bool) -> Script {
    let mut cx = Lower {
        source: Rc::new(SourceText { text: source.clone() }),
        placeholders: source.has_placeholders(),
        names: FxHashMap::default(),
        functions: vec![FunctionScope::new(false, Vec::new())],
        strict,
        depth: 0,
    };
    source.with(|program, _| {
        cx.strict |= program.directives.iter().any(|d| d.directive.as_str() == "use strict");
        let (declarations, body) = cx.top_level(&program.body);
        // directives are expression statements: their value may be the completion value
        let directives = program.directives.iter().map(|d| {
            let text = cx.literal(d.expression.value.as_str(), d.expression.lone_surrogates);
            super::Stmt::Expr(Expr::Literal(text.into()))
        });
        let body = directives.collect::<Vec<_>>().into_iter().chain(body).collect();
        let scope = cx.functions.remove(0);
        Script {
            strict: cx.strict,
            var_names: scope.var_names,
            block_function_names: scope.block_function_names,
            declarations,
            body,
        }
    })
}

impl Lower {
    /// An identifier; equal ones share their text.
    pub fn name(&mut self, text: &str) -> Str {
        if let Some(s) = self.names.get(text) {
            return s.clone();
        }
        let s = self.literal(text, false);
        self.names.insert(text.to_owned(), s.clone());
        s
    }

    /// The value of a literal.
    pub fn literal(&self, text: &str, lone_surrogates: bool) -> Str {
        let units = js_string_of_literal(text, lone_surrogates);
        if self.placeholders {
            return Str::from(&*restore_surrogates(&units));
        }
        Str::from(&*units)
    }

    pub fn span(&self, span: Span) -> (u32, u32) {
        (span.start, span.end)
    }

    /// Runs `f` one level deeper, or cuts the tree there.
    pub fn nested<R>(&mut self, cut: impl FnOnce() -> R, f: impl FnOnce(&mut Lower) -> R) -> R {
        if self.depth >= MOST_NESTED {
            return cut();
        }
        self.depth += 1;
        let r = f(self);
        self.depth -= 1;
        r
    }

    /// The function whose body this is.
    pub fn function(&mut self) -> &mut FunctionScope {
        if self.functions.is_empty() {
            self.functions.push(FunctionScope::new(false, Vec::new()));
        }
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    pub fn declare_var(&mut self, name: Str) {
        let f = self.function();
        if !f.var_names.contains(&name) {
            f.var_names.push(name);
        }
    }

    /// A mention of `arguments`, or of everything by a direct `eval`.
    pub fn uses_arguments(&mut self) {
        for f in self.functions.iter_mut().rev() {
            f.uses_arguments = true;
            if !f.is_arrow {
                break;
            }
        }
    }

    /// Statements at the top of a script or function, where functions are variables.
    pub fn top_level<'a>(&mut self, list: &'a [ast::Statement<'a>]) -> (Declarations, Vec<super::Stmt>) {
        let lexical = self.lexical_names(list);
        let taken = lexical.iter().map(|l| l.name.clone()).collect();
        self.function().blocks.push(taken);
        let mut functions: Vec<(Str, Rc<super::FunctionNode>)> = Vec::new();
        for s in list {
            if let Some(f) = function_declaration(s) {
                let name = self.name(f.id.as_ref().map_or("", |i| i.name.as_str()));
                self.declare_var(name.clone());
                let node = self.function_node(f, super::FunctionKind::Normal, false);
                functions.retain(|e| e.0 != name);
                functions.push((name, node));
            }
        }
        let body = list.iter().map(|s| self.statement(s, true)).collect();
        self.function().blocks.pop();
        (Declarations { lexical, functions }, body)
    }

    /// LexicallyDeclaredNames, without functions: of a block, or of the top of a function.
    pub fn lexical_names<'a>(&mut self, list: &'a [ast::Statement<'a>]) -> Vec<LexicalName> {
        let mut out = Vec::new();
        for s in list {
            match unlabelled(s) {
                ast::Statement::VariableDeclaration(d) if d.kind != ast::VariableDeclarationKind::Var => {
                    let constant = d.kind != ast::VariableDeclarationKind::Let;
                    let mut names = Vec::new();
                    d.declarations.iter().for_each(|d| self.bound_names(&d.id, &mut names));
                    out.extend(names.into_iter().map(|name| LexicalName { name, constant }));
                }
                ast::Statement::ClassDeclaration(c) => {
                    let name = self.name(c.id.as_ref().map_or("", |i| i.name.as_str()));
                    out.push(LexicalName { name, constant: false });
                }
                _ => {}
            }
        }
        out
    }
}

/// The function that a statement declares, behind labels too.
pub(super) fn function_declaration<'a>(s: &'a ast::Statement<'a>) -> Option<&'a ast::Function<'a>> {
    match unlabelled(s) {
        ast::Statement::FunctionDeclaration(f) => Some(f),
        _ => None,
    }
}

fn unlabelled<'a>(mut s: &'a ast::Statement<'a>) -> &'a ast::Statement<'a> {
    while let ast::Statement::LabeledStatement(l) = s {
        s = &l.body;
    }
    s
}
