//! Lowering of statements and blocks.

use std::rc::Rc;

use oxc_ast::ast::{self, Statement, VariableDeclarationKind as Kind};

use super::lower::{Lower, function_declaration};
use super::{Block, Catch, Declarations, ForEach, ForHead, ForLoop, FunctionKind, LexicalName, Stmt, Target};
use crate::values::Str;

impl Lower {
    /// A statement; `top` when it stands at the top of a script or function, where function declarations
    /// are done at entry.
    pub fn statement<'a>(&mut self, s: &'a Statement<'a>, top: bool) -> Stmt {
        self.nested(|| Stmt::Outside("deep nesting"), |cx| cx.statement_inner(s, top))
    }

    fn statement_inner<'a>(&mut self, s: &'a Statement<'a>, top: bool) -> Stmt {
        match s {
            Statement::BlockStatement(b) => Stmt::Block(self.block(&b.body)),
            Statement::BreakStatement(b) => Stmt::Break(b.label.as_ref().map(|l| self.name(l.name.as_str()))),
            Statement::ContinueStatement(c) => {
                Stmt::Continue(c.label.as_ref().map(|l| self.name(l.name.as_str())))
            }
            Statement::DebuggerStatement(_) | Statement::EmptyStatement(_) => Stmt::Empty,
            Statement::DoWhileStatement(d) => {
                Stmt::DoWhile(Box::new(self.statement(&d.body, false)), self.expression(&d.test))
            }
            Statement::ExpressionStatement(e) => Stmt::Expr(self.expression(&e.expression)),
            Statement::ForInStatement(f) => {
                let each = self.for_each(&f.left, &f.right, &f.body, false);
                Stmt::ForIn(Rc::new(each))
            }
            Statement::ForOfStatement(f) => {
                let each = self.for_each(&f.left, &f.right, &f.body, f.r#await);
                Stmt::ForOf(Rc::new(each))
            }
            Statement::ForStatement(f) => self.for_loop(f),
            Statement::IfStatement(i) => {
                let test = self.expression(&i.test);
                let consequent = Box::new(self.clause(&i.consequent));
                let alternate = i.alternate.as_ref().map(|a| Box::new(self.clause(a)));
                Stmt::If(test, consequent, alternate)
            }
            Statement::LabeledStatement(l) => {
                let mut labels = vec![self.name(l.label.name.as_str())];
                let mut body = &l.body;
                while let Statement::LabeledStatement(l) = body {
                    labels.push(self.name(l.label.name.as_str()));
                    body = &l.body;
                }
                Stmt::Labelled(labels, Box::new(self.statement(body, top)))
            }
            Statement::ReturnStatement(r) => Stmt::Return(r.argument.as_ref().map(|a| self.expression(a))),
            Statement::SwitchStatement(s) => {
                let discriminant = self.expression(&s.discriminant);
                let list = s.cases.iter().flat_map(|c| c.consequent.iter());
                let declarations = self.enter_block(list);
                let cases = s
                    .cases
                    .iter()
                    .map(|c| {
                        let test = c.test.as_ref().map(|t| self.expression(t));
                        (test, c.consequent.iter().map(|s| self.statement(s, false)).collect())
                    })
                    .collect();
                self.function().blocks.pop();
                Stmt::Switch(discriminant, Rc::new(declarations), cases)
            }
            Statement::ThrowStatement(t) => Stmt::Throw(self.expression(&t.argument)),
            Statement::TryStatement(t) => {
                let block = self.block(&t.block.body);
                let catch = t.handler.as_ref().map(|h| Rc::new(self.catch(h)));
                let finally = t.finalizer.as_ref().map(|f| self.block(&f.body));
                Stmt::Try { block, catch, finally }
            }
            Statement::WhileStatement(w) => {
                Stmt::While(self.expression(&w.test), Box::new(self.statement(&w.body, false)))
            }
            Statement::WithStatement(w) => {
                Stmt::With(self.expression(&w.object), Box::new(self.statement(&w.body, false)))
            }
            Statement::VariableDeclaration(d) => self.variables(d),
            Statement::FunctionDeclaration(f) if !top => {
                let name = self.name(f.id.as_ref().map_or("", |i| i.name.as_str()));
                let hoisted = !f.r#async && !f.generator && self.becomes_variable(&name);
                Stmt::Function { name, hoisted }
            }
            Statement::FunctionDeclaration(_) => Stmt::Empty,
            Statement::ClassDeclaration(c) => {
                let name = self.name(c.id.as_ref().map_or("", |i| i.name.as_str()));
                match self.class(c) {
                    Ok(class) => Stmt::Class { name, class },
                    Err(construct) => Stmt::Outside(construct),
                }
            }
            _ => Stmt::Outside("module or type declaration"),
        }
    }

    /// A branch of an `if`, which in sloppy code may be a function declaration as if in a block.
    fn clause<'a>(&mut self, s: &'a Statement<'a>) -> Stmt {
        if function_declaration(s).is_some() {
            return Stmt::Block(self.block(std::slice::from_ref(s)));
        }
        self.statement(s, false)
    }

    /// [Changes to FunctionDeclarationInstantiation](https://tc39.es/ecma262/#sec-web-compat-functiondeclarationinstantiation):
    /// whether a function in a block is a variable of the function too. Its own block is the innermost.
    fn becomes_variable(&mut self, name: &Str) -> bool {
        if self.strict {
            return false;
        }
        // the arguments object counts as a parameter
        let has_arguments = self.functions.len() > 1 && !self.function().is_arrow;
        if has_arguments && name.is("arguments") {
            return false;
        }
        let f = self.function();
        let around = f.blocks.len().saturating_sub(1);
        if f.blocks[..around].iter().any(|b| b.contains(name)) || f.parameter_names.contains(name) {
            return false;
        }
        if !f.block_function_names.contains(name) {
            f.block_function_names.push(name.clone());
        }
        true
    }

    pub fn block<'a>(&mut self, list: &'a [Statement<'a>]) -> Rc<Block> {
        let declarations = self.enter_block(list.iter());
        let body = list.iter().map(|s| self.statement(s, false)).collect();
        self.function().blocks.pop();
        Rc::new(Block { declarations, body })
    }

    /// Declarations of a block; its names count as taken until the caller pops them.
    fn enter_block<'a>(&mut self, list: impl Iterator<Item = &'a Statement<'a>> + Clone) -> Declarations {
        let mut lexical: Vec<LexicalName> = Vec::new();
        for s in list.clone() {
            lexical.extend(self.lexical_names(std::slice::from_ref(s)));
        }
        let mut taken: Vec<Str> = lexical.iter().map(|l| l.name.clone()).collect();
        for f in list.clone().filter_map(function_declaration) {
            let name = self.name(f.id.as_ref().map_or("", |i| i.name.as_str()));
            taken.push(name);
        }
        self.function().blocks.push(taken);
        let mut functions = Vec::new();
        for f in list.filter_map(function_declaration) {
            let name = self.name(f.id.as_ref().map_or("", |i| i.name.as_str()));
            functions.push((name, self.function_node(f, FunctionKind::Normal, false)));
        }
        Declarations { lexical, functions }
    }

    fn variables<'a>(&mut self, d: &'a ast::VariableDeclaration<'a>) -> Stmt {
        let is_var = d.kind == Kind::Var;
        if matches!(d.kind, Kind::Using | Kind::AwaitUsing) {
            return Stmt::Outside("using declaration");
        }
        let mut list = Vec::new();
        for d in &d.declarations {
            if is_var {
                let mut names = Vec::new();
                self.bound_names(&d.id, &mut names);
                names.into_iter().for_each(|n| self.declare_var(n));
            }
            let target = self.binding(&d.id);
            list.push((target, d.init.as_ref().map(|e| self.expression(e))));
        }
        if is_var { Stmt::Var(list) } else { Stmt::Lexical(list) }
    }

    fn for_loop<'a>(&mut self, f: &'a ast::ForStatement<'a>) -> Stmt {
        let mut names = Vec::new();
        if let Some(ast::ForStatementInit::VariableDeclaration(d)) = &f.init {
            names = self.head_names(d);
        }
        let taken = names.iter().map(|n: &LexicalName| n.name.clone()).collect();
        self.function().blocks.push(taken);
        let init = match &f.init {
            None => None,
            Some(ast::ForStatementInit::VariableDeclaration(d)) => Some(self.variables(d)),
            Some(other) => other.as_expression().map(|e| Stmt::Expr(self.expression(e))),
        };
        let test = f.test.as_ref().map(|e| self.expression(e));
        let update = f.update.as_ref().map(|e| self.expression(e));
        let body = self.statement(&f.body, false);
        self.function().blocks.pop();
        Stmt::For(Rc::new(ForLoop { init, names, test, update, body }))
    }

    /// Names of a lexical declaration in the head of a loop.
    fn head_names<'a>(&mut self, d: &'a ast::VariableDeclaration<'a>) -> Vec<LexicalName> {
        if d.kind == Kind::Var {
            return Vec::new();
        }
        let mut names = Vec::new();
        d.declarations.iter().for_each(|d| self.bound_names(&d.id, &mut names));
        let constant = d.kind != Kind::Let;
        names.into_iter().map(|name| LexicalName { name, constant }).collect()
    }

    fn for_each<'a>(
        &mut self,
        left: &'a ast::ForStatementLeft<'a>,
        right: &'a ast::Expression<'a>,
        body: &'a Statement<'a>,
        is_await: bool,
    ) -> ForEach {
        let mut names = Vec::new();
        let head = match left {
            ast::ForStatementLeft::VariableDeclaration(d) => {
                names = self.head_names(d);
                match &d.declarations[..] {
                    _ if matches!(d.kind, Kind::Using | Kind::AwaitUsing) => {
                        ForHead::Assign(Target::Simple(super::Expr::Outside("using declaration")))
                    }
                    [one] if d.kind == Kind::Var => {
                        let mut bound = Vec::new();
                        self.bound_names(&one.id, &mut bound);
                        bound.iter().for_each(|n| self.declare_var(n.clone()));
                        let initializer = match (&one.init, bound.first()) {
                            (Some(e), Some(name)) => Some((name.clone(), self.expression(e))),
                            _ => None,
                        };
                        ForHead::Var(self.binding(&one.id), initializer)
                    }
                    [one] => ForHead::Lexical(self.binding(&one.id)),
                    _ => ForHead::Assign(Target::Simple(super::Expr::Outside("loop head"))),
                }
            }
            other => ForHead::Assign(match other.as_assignment_target() {
                Some(t) => self.assignment_target(t),
                None => Target::Simple(super::Expr::Outside("loop head")),
            }),
        };
        let right = self.expression(right);
        self.function().blocks.push(names.iter().map(|n| n.name.clone()).collect());
        let body = self.statement(body, false);
        self.function().blocks.pop();
        ForEach { head, names, right, body, is_await }
    }

    fn catch<'a>(&mut self, h: &'a ast::CatchClause<'a>) -> Catch {
        let parameter = h.param.as_ref().map(|p| {
            let mut names = Vec::new();
            self.bound_names(&p.pattern, &mut names);
            (self.binding(&p.pattern), names)
        });
        // a `var` may have the name of a simple parameter (Annex B.3.4)
        let simple =
            matches!(h.param.as_ref().map(|p| &p.pattern), Some(ast::BindingPattern::BindingIdentifier(_)));
        let taken = match &parameter {
            Some((_, names)) if !simple => names.clone(),
            _ => Vec::new(),
        };
        self.function().blocks.push(taken);
        let body = self.block(&h.body.body);
        self.function().blocks.pop();
        Catch { parameter, body }
    }
}
