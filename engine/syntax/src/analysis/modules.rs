//! Modules: imports, exports, and the bindings that modules share.
//!
//! Every top-level name of a module lives in its context. Names that are imported or exported are
//! cells there, so that importers see each change.

use super::*;

/// Name of the binding of `export default` without a name of its own.
const DEFAULT: &str = "*default*";

fn export_name(name: &ModuleExportName<'_>) -> JsStr {
    match name {
        ModuleExportName::StringLiteral(s) => js_string_of_literal(&s.value, s.lone_surrogates),
        other => js_string(&other.name()),
    }
}

impl<'a> Analyzer<'a> {
    pub(super) fn module(&mut self, program: &'a Program<'a>) {
        self.out.module = Some(ModuleInfo::default());
        let f = FunctionInfo {
            form: FunctionForm::Module,
            node: FunctionNode::Module(program),
            source_range: (0, self.text.len() as u32),
            is_generator: true,
            ..self.empty_function()
        };
        self.out.functions.push(f);
        let scope = self.new_scope(ScopeKind::Function, 0);
        program.scope_id.set(Some(ScopeId::from_usize(0)));
        for statement in &program.body {
            self.request_of(statement);
        }
        self.declare_body(scope, scope, &program.body);
        for statement in &program.body {
            self.visit_statement(statement);
        }
        self.exports(program);
    }

    /// `await` in the code of a module itself makes it asynchronous.
    pub(super) fn top_level_await(&mut self) {
        let f = &mut self.out.functions[self.function as usize];
        if f.form == FunctionForm::Module {
            f.is_async = true;
            f.is_generator = false;
        }
    }

    fn info(&mut self) -> &mut ModuleInfo {
        self.out.module.get_or_insert_default()
    }

    fn request(&mut self, source: &StringLiteral<'a>, with: Option<&WithClause<'a>>) -> u32 {
        let mut attributes: Vec<(JsStr, JsStr)> = with
            .iter()
            .flat_map(|w| &w.with_entries)
            .map(|e| {
                let key = match &e.key {
                    ImportAttributeKey::Identifier(i) => js_string(&i.name),
                    ImportAttributeKey::StringLiteral(s) => js_string_of_literal(&s.value, s.lone_surrogates),
                };
                (key, js_string_of_literal(&e.value.value, e.value.lone_surrogates))
            })
            .collect();
        attributes.sort();
        let specifier = js_string_of_literal(&source.value, source.lone_surrogates);
        let wanted = ModuleRequest { specifier, attributes };
        let requests = &mut self.info().requests;
        match requests.iter().position(|r| *r == wanted) {
            Some(i) => i as u32,
            None => {
                requests.push(wanted);
                requests.len() as u32 - 1
            }
        }
    }

    /// Notes what a statement asks for, and declares what it imports.
    fn request_of(&mut self, statement: &'a Statement<'a>) {
        match statement {
            Statement::ImportDeclaration(d) => {
                if d.phase.is_some() {
                    self.unsupported(d.span, "import phases");
                }
                let request = self.request(&d.source, d.with_clause.as_deref());
                for s in d.specifiers.iter().flatten() {
                    let (local, name) = match s {
                        ImportDeclarationSpecifier::ImportSpecifier(s) => {
                            (&s.local, Some(export_name(&s.imported)))
                        }
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(s) => {
                            (&s.local, Some(js_string("default")))
                        }
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(s) => (&s.local, None),
                    };
                    let init = if name.is_some() { (u32::MAX, u32::MAX) } else { (0, u32::MAX) };
                    let binding = self.declare(0, local.name.as_str(), BindingKind::Import, init);
                    self.out.bindings[binding as usize].cell = name.is_some();
                    let span = local.span;
                    self.info().imports.push(ImportEntry { request, name, binding, span });
                }
            }
            Statement::ExportAllDeclaration(e) => {
                let request = self.request(&e.source, e.with_clause.as_deref());
                match &e.exported {
                    Some(name) => {
                        let name = export_name(name);
                        self.info().indirect.push(IndirectExport { name, request, import: None });
                    }
                    None => self.info().stars.push(request),
                }
            }
            Statement::ExportFromDeclaration(e) => {
                let request = self.request(&e.source, e.with_clause.as_deref());
                for s in &e.specifiers {
                    let import = Some(export_name(&s.local));
                    let name = export_name(&s.exported);
                    self.info().indirect.push(IndirectExport { name, request, import });
                }
            }
            _ => {}
        }
    }

    pub(super) fn import_declaration(&mut self, d: &'a ImportDeclaration<'a>) {
        for s in d.specifiers.iter().flatten() {
            let local = match s {
                ImportDeclarationSpecifier::ImportSpecifier(s) => &s.local,
                ImportDeclarationSpecifier::ImportDefaultSpecifier(s) => &s.local,
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(s) => &s.local,
            };
            self.visit_binding_identifier(local);
        }
    }

    pub(super) fn declare_default(&mut self, scope: ScopeIndex, e: &'a ExportDefaultDeclaration<'a>) {
        let named = match &e.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(f) => {
                self.declare_function(scope, f);
                f.id.as_ref()
            }
            ExportDefaultDeclarationKind::ClassDeclaration(c) => {
                self.declare_class(scope, c, u32::MAX);
                c.id.as_ref()
            }
            _ => None,
        };
        let binding = match named {
            Some(id) => self.resolve_in(scope, id.name.as_str()),
            None => {
                let function = matches!(e.declaration, ExportDefaultDeclarationKind::FunctionDeclaration(_));
                let kind = if function { BindingKind::Function } else { BindingKind::Let };
                let b = self.declare(scope, DEFAULT, kind, (e.span.end, u32::MAX));
                if let ExportDefaultDeclarationKind::FunctionDeclaration(f) = &e.declaration {
                    self.out.scopes[scope as usize].functions.push(f);
                }
                self.info().default_binding = Some(b);
                Some(b)
            }
        };
        if let Some(b) = binding {
            self.info().exports.push((js_string("default"), b));
        }
    }

    fn resolve_in(&self, scope: ScopeIndex, name: &'a str) -> Option<BindingIndex> {
        self.out.names.get(&(scope, name)).copied()
    }

    pub(super) fn export_default(&mut self, e: &'a ExportDefaultDeclaration<'a>) {
        match &e.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(f) => self.function_declaration(f),
            ExportDefaultDeclarationKind::ClassDeclaration(c) => {
                if c.id.is_none() {
                    self.anonymous_names.insert(address(&**c), js_string("default"));
                }
                self.class(c);
            }
            other => {
                if let Some(e) = other.as_expression() {
                    self.name_anonymous(e, js_string("default"));
                    self.visit_expression(e);
                }
            }
        }
    }

    /// Local exports, once every declaration is known.
    fn exports(&mut self, program: &'a Program<'a>) {
        for statement in &program.body {
            match statement {
                Statement::ExportDeclaration(e) => {
                    let mut names = Vec::new();
                    match &e.declaration {
                        Declaration::VariableDeclaration(d) => {
                            for declarator in &d.declarations {
                                collect_names(&declarator.id, &mut names);
                            }
                        }
                        Declaration::FunctionDeclaration(f) => {
                            names.extend(f.id.as_ref().map(|i| i.name.as_str()));
                        }
                        Declaration::ClassDeclaration(c) => {
                            names.extend(c.id.as_ref().map(|i| i.name.as_str()));
                        }
                        _ => {}
                    }
                    for name in names {
                        self.export(js_string(name), name, e.span);
                    }
                }
                Statement::ExportNamedDeclaration(e) => {
                    for s in &e.specifiers {
                        let local = match &s.local {
                            ModuleExportName::IdentifierName(i) => i.name.as_str(),
                            ModuleExportName::IdentifierReference(i) => i.name.as_str(),
                            ModuleExportName::StringLiteral(l) => l.value.as_str(),
                        };
                        self.export(export_name(&s.exported), local, s.span);
                    }
                }
                _ => {}
            }
        }
        let info = self.info();
        let mut seen = FxHashSet::default();
        let mut all = info.exports.iter().map(|e| &e.0).chain(info.indirect.iter().map(|e| &e.name));
        if let Some(twice) = all.find(|name| !seen.insert((*name).clone())) {
            let message = format!("Duplicate export of '{}'", String::from_utf16_lossy(twice));
            self.fail(Span::new(0, 1), message);
        }
    }

    fn export(&mut self, name: JsStr, local: &'a str, span: Span) {
        let Some(b) = self.resolve_in(0, local) else {
            return self.fail(span, format!("Export '{local}' is not defined in module"));
        };
        // what is imported is handed on
        let handed_on = self.info().imports.iter().find(|i| i.binding == b).cloned();
        match handed_on {
            Some(i) => {
                let export = IndirectExport { name, request: i.request, import: i.name };
                self.info().indirect.push(export);
            }
            None => self.info().exports.push((name, b)),
        }
    }

    /// Everything at the top of a module lives in its context; what is exported in cells.
    pub(super) fn finish_module(&mut self) {
        let Some(info) = &self.out.module else { return };
        for &(_, b) in &info.exports {
            let binding = &mut self.out.bindings[b as usize];
            binding.cell = true;
            binding.needs_hole |= binding.kind.is_lexical();
        }
        for &b in &self.out.scopes[0].bindings {
            self.out.bindings[b as usize].captured = true;
        }
    }
}
