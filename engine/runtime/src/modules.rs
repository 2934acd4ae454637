//! Modules: loading, linking, evaluation with top-level `await`, namespaces, dynamic import,
//! `import.meta`, JSON modules. Called by `vm` for programs and through `runtime_functions`.
//!
//! A module's first run (see bytegen's `modules`) makes its context; linking then puts the cells of
//! other modules into the slots of imports. A [`ModuleLoader`] finds and reads them.
//! Spec: [Modules](https://tc39.es/ecma262/#sec-modules).

use std::rc::Rc;

use tierproof_heap::{CellKind, FunctionDataRef, ObjectRef, RootVisitor, TaggedArrayRef, Value};
use tierproof_syntax::{JsStr, Source};

use crate::function::Args;
use crate::generators::{ResumeMode, words};
use crate::isolate::{Isolate, JsResult, Thrown};
use crate::key::PropertyKey;
use crate::promise::Capability;
use crate::shapes::{ShapeId, attrs};

/// Finds modules by specifier and reads them, for an isolate: the embedder's choice.
pub trait ModuleLoader {
    /// Full name of the module that `specifier`, found in the module or script `referrer`, means. The
    /// same full name always means the same module. An error is the message of a TypeError.
    fn resolve(&self, referrer: &str, specifier: &str) -> Result<String, String>;
    /// Text of the module with this full name, UTF-8; asked once for each.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}

/// Knows no modules.
pub struct NoLoader;

impl ModuleLoader for NoLoader {
    fn resolve(&self, _: &str, specifier: &str) -> Result<String, String> {
        Err(format!("Cannot find module '{specifier}': there is no loader"))
    }
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("Cannot read module '{name}': there is no loader"))
    }
}

/// Index in `Isolate::modules`.
pub type ModuleId = usize;

/// [[Status]].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
enum Status {
    New,
    Linked,
    Evaluating,
    EvaluatingAsync,
    Evaluated,
}

/// A [Cyclic Module Record](https://tc39.es/ecma262/#sec-cyclic-module-records), or a JSON module.
pub struct Module {
    /// None: a JSON module.
    source: Option<Rc<Source>>,
    source_id: u32,
    requests: Vec<ModuleId>,
    status: Status,
    has_await: bool,
    /// The suspended body; undefined before the first run.
    generator: Value,
    /// Its context, once it has run for the first time.
    context: Value,
    /// Cell of the default export of a JSON module.
    default_cell: Value,
    namespace: Value,
    meta: Value,
    /// The evaluation error, or the hole.
    error: Value,
    /// Promise of the evaluation of the cycle this is the root of.
    promise: Value,
    index: usize,
    ancestor: usize,
    cycle_root: ModuleId,
    /// Order among modules that evaluate asynchronously; 0: it does not (any more).
    async_order: u64,
    pending: u32,
    parents: Vec<ModuleId>,
}

/// All modules of an isolate.
#[derive(Default)]
pub struct Modules {
    list: Vec<Module>,
    /// By name and type.
    by_name: rustc_hash::FxHashMap<(String, bool), ModuleId>,
    async_count: u64,
}

impl Modules {
    pub fn trace(&mut self, v: &mut dyn RootVisitor) {
        for m in &mut self.list {
            for value in [
                &mut m.generator,
                &mut m.context,
                &mut m.default_cell,
                &mut m.namespace,
                &mut m.meta,
                &mut m.error,
                &mut m.promise,
            ] {
                v.value(value);
            }
        }
    }
}

/// [ResolveExport](https://tc39.es/ecma262/#sec-resolveexport).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Resolution {
    /// Module and number of the binding there.
    Binding(ModuleId, u32),
    Namespace(ModuleId),
    Missing,
    Ambiguous,
}

fn text(s: &JsStr) -> String {
    String::from_utf16_lossy(s)
}

impl Isolate {
    // --- loading

    /// Makes a module of a parsed source, and loads everything it asks for.
    pub fn load_main_module(&mut self, source: Rc<Source>) -> JsResult<ModuleId> {
        let name = source.name().to_owned();
        let id = self.add_module(Some(source), name, Value::UNDEFINED);
        self.load_requests(id)?;
        Ok(id)
    }

    fn add_module(&mut self, source: Option<Rc<Source>>, name: String, default_cell: Value) -> ModuleId {
        let id = self.modules.list.len();
        let (mut source_id, mut has_await) = (u32::MAX, false);
        if let Some(s) = &source {
            source_id = self.sources.len() as u32;
            self.sources.push(s.clone());
            has_await = s.with_function(0, |f| f.is_async);
        }
        let json = source.is_none();
        self.modules.list.push(Module {
            source,
            source_id,
            requests: Vec::new(),
            status: Status::New,
            has_await,
            generator: Value::UNDEFINED,
            context: Value::UNDEFINED,
            default_cell,
            namespace: Value::UNDEFINED,
            meta: Value::UNDEFINED,
            error: Value::HOLE,
            promise: Value::UNDEFINED,
            index: 0,
            ancestor: 0,
            cycle_root: id,
            async_order: 0,
            pending: 0,
            parents: Vec::new(),
        });
        self.modules.by_name.insert((name, json), id);
        id
    }

    fn load_requests(&mut self, root: ModuleId) -> JsResult<()> {
        let mut work = vec![root];
        while let Some(id) = work.pop() {
            let Some(source) = self.modules.list[id].source.clone() else { continue };
            let requests =
                source.with(|_, s| s.module.as_ref().map(|m| m.requests.clone()).unwrap_or_default());
            let mut loaded = Vec::with_capacity(requests.len());
            for r in requests {
                let attributes: Vec<(String, String)> =
                    r.attributes.iter().map(|(k, v)| (text(k), text(v))).collect();
                let (module, fresh) = self.load_module(source.name(), &text(&r.specifier), &attributes)?;
                if fresh {
                    work.push(module);
                }
                loaded.push(module);
            }
            self.modules.list[id].requests = loaded;
        }
        Ok(())
    }

    /// The module a specifier means, and whether it is new.
    fn load_module(
        &mut self,
        referrer: &str,
        specifier: &str,
        attributes: &[(String, String)],
    ) -> JsResult<(ModuleId, bool)> {
        let mut json = false;
        for (key, value) in attributes {
            if key != "type" {
                return Err(self.syntax_error(&format!("Import attribute '{key}' is not supported")));
            }
            if value != "json" {
                return Err(self.type_error(&format!("Import attribute type '{value}' is not supported")));
            }
            json = true;
        }
        let name = match self.loader.clone().resolve(referrer, specifier) {
            Ok(name) => name,
            Err(message) => return Err(self.type_error(&message)),
        };
        if let Some(&id) = self.modules.by_name.get(&(name.clone(), json)) {
            return Ok((id, false));
        }
        let bytes = match self.loader.clone().read(&name) {
            Ok(bytes) => bytes,
            Err(message) => return Err(self.type_error(&message)),
        };
        if json {
            let source = self.string(&String::from_utf8_lossy(&bytes));
            let value = (self.hooks.parse_json)(self, source.into())?;
            let cell = self.heap.allocate_property_cell(value, Value::smi(0));
            return Ok((self.add_module(None, name, cell.into()), true));
        }
        match tierproof_syntax::parse_module_in(&bytes, &name, self.dialect) {
            Ok(source) => Ok((self.add_module(Some(source), name, Value::UNDEFINED), true)),
            Err(e) => Err(self.throw_syntax_error(&e)),
        }
    }

    // --- linking

    /// [Link](https://tc39.es/ecma262/#sec-moduledeclarationlinking).
    pub fn link_module(&mut self, root: ModuleId) -> JsResult<()> {
        // modules in order of completion, depth first
        let (mut order, mut stack) = (Vec::new(), vec![(root, 0)]);
        let mut seen = rustc_hash::FxHashSet::default();
        seen.insert(root);
        while let Some((id, next)) = stack.pop() {
            if self.modules.list[id].status != Status::New {
                continue;
            }
            match self.modules.list[id].requests.get(next).copied() {
                Some(child) => {
                    stack.push((id, next + 1));
                    if seen.insert(child) {
                        stack.push((child, 0));
                    }
                }
                None => order.push(id),
            }
        }
        for &id in &order {
            self.check_exports(id)?;
        }
        for &id in &order {
            self.start_module(id)?;
        }
        for &id in &order {
            self.connect_imports(id)?;
        }
        for &id in &order {
            self.modules.list[id].status = Status::Linked;
        }
        Ok(())
    }

    /// Everything that is handed on or imported must exist.
    fn check_exports(&mut self, id: ModuleId) -> JsResult<()> {
        let Some(source) = self.modules.list[id].source.clone() else { return Ok(()) };
        let info = source.with(|_, s| s.module.clone()).unwrap_or_default();
        for e in &info.indirect {
            self.must_resolve(id, &e.name, &source, 0)?;
        }
        for i in &info.imports {
            if let Some(name) = &i.name {
                let from = self.modules.list[id].requests[i.request as usize];
                self.must_resolve(from, name, &source, i.span.start)?;
            }
        }
        Ok(())
    }
    fn must_resolve(&mut self, id: ModuleId, name: &JsStr, at: &Rc<Source>, offset: u32) -> JsResult<()> {
        let what = match self.resolve_export(id, name, &mut Vec::new()) {
            Resolution::Missing => "does not provide an export named",
            Resolution::Ambiguous => "has conflicting star exports for",
            _ => return Ok(()),
        };
        let (line, _) = at.line_column(offset);
        let file = self.modules.list[id].source.as_ref().map_or("module", |s| s.name()).to_owned();
        let message = format!("'{file}' {what} '{}' ({}:{line})", text(name), at.name());
        Err(self.syntax_error(&message))
    }

    fn resolve_export(&self, id: ModuleId, name: &JsStr, visited: &mut Vec<(ModuleId, JsStr)>) -> Resolution {
        if visited.iter().any(|v| v.0 == id && v.1 == *name) {
            return Resolution::Missing;
        }
        visited.push((id, name.clone()));
        let module = &self.modules.list[id];
        let Some(source) = &module.source else {
            let default = text(name) == "default";
            return if default { Resolution::Binding(id, 0) } else { Resolution::Missing };
        };
        source.with(|_, s| {
            let Some(info) = &s.module else { return Resolution::Missing };
            if let Some(e) = info.exports.iter().find(|e| e.0 == *name) {
                return Resolution::Binding(id, e.1);
            }
            if let Some(e) = info.indirect.iter().find(|e| e.name == *name) {
                let from = module.requests[e.request as usize];
                return match &e.import {
                    None => Resolution::Namespace(from),
                    Some(import) => self.resolve_export(from, import, visited),
                };
            }
            if text(name) == "default" {
                return Resolution::Missing;
            }
            let mut found = Resolution::Missing;
            for &star in &info.stars {
                match self.resolve_export(module.requests[star as usize], name, visited) {
                    Resolution::Missing => {}
                    Resolution::Ambiguous => return Resolution::Ambiguous,
                    other if found == Resolution::Missing => found = other,
                    other if other == found => {}
                    _ => return Resolution::Ambiguous,
                }
            }
            found
        })
    }

    /// The first run: context, cells, hoisted functions.
    fn start_module(&mut self, id: ModuleId) -> JsResult<()> {
        let m = &self.modules.list[id];
        if m.source.is_none() || !m.generator.is_undefined() {
            return Ok(());
        }
        let f = self.module_function(m.source_id);
        let generator = self.call(f.into(), Value::UNDEFINED, &[])?;
        self.modules.list[id].generator = generator;
        self.modules.list[id].context = generator.cast::<ObjectRef>().internal(words::CONTEXT);
        Ok(())
    }

    fn module_context(&self, id: ModuleId) -> TaggedArrayRef {
        self.modules.list[id].context.cast()
    }
    /// The cell of a resolved binding.
    fn cell_of(&mut self, r: Resolution) -> JsResult<Value> {
        match r {
            Resolution::Binding(id, b) => {
                let m = &self.modules.list[id];
                let Some(source) = &m.source else { return Ok(m.default_cell) };
                let (slot, cell) = source.with(|_, s| {
                    let b = &s.bindings[b as usize];
                    (b.slot as usize, b.cell)
                });
                let v = self.module_context(id).get(slot);
                debug_assert!(cell);
                Ok(v)
            }
            Resolution::Namespace(id) => {
                let ns = self.module_namespace(id)?;
                Ok(self.heap.allocate_property_cell(ns, Value::smi(0)).into())
            }
            Resolution::Missing | Resolution::Ambiguous => Ok(Value::UNDEFINED),
        }
    }

    fn connect_imports(&mut self, id: ModuleId) -> JsResult<()> {
        let Some(source) = self.modules.list[id].source.clone() else { return Ok(()) };
        let info = source.with(|_, s| s.module.clone()).unwrap_or_default();
        for i in &info.imports {
            let from = self.modules.list[id].requests[i.request as usize];
            let value = match &i.name {
                None => self.module_namespace(from)?,
                Some(name) => {
                    let r = self.resolve_export(from, name, &mut Vec::new());
                    self.cell_of(r)?
                }
            };
            let slot = source.with(|_, s| s.bindings[i.binding as usize].slot as usize);
            let context = self.module_context(id);
            context.set(&mut self.heap, slot, value);
        }
        Ok(())
    }

    // --- namespaces

    /// [GetModuleNamespace](https://tc39.es/ecma262/#sec-getmodulenamespace).
    pub fn module_namespace(&mut self, id: ModuleId) -> JsResult {
        let known = self.modules.list[id].namespace;
        if !known.is_undefined() {
            return Ok(known);
        }
        let mut names: Vec<JsStr> = Vec::new();
        self.exported_names(id, &mut Vec::new(), &mut names);
        names.sort();
        names.dedup();
        let shape = self.shapes.null_root(CellKind::ModuleNamespace, 0);
        let o = self.heap.allocate_object_of(CellKind::ModuleNamespace, shape.0);
        self.modules.list[id].namespace = o.into();
        for name in names {
            let r = self.resolve_export(id, &name, &mut Vec::new());
            if matches!(r, Resolution::Missing | Resolution::Ambiguous) {
                continue;
            }
            let cell = self.cell_of(r)?;
            let s = self.intern_units(&name);
            let added = self.shapes.add(ShapeId(o.shape()), s.into(), attrs::WRITABLE | attrs::ENUMERABLE);
            self.store_new_slot(o, added.slot, cell);
            self.set_object_shape(o, added.shape);
        }
        let tag = self.intern("Module");
        if let PropertyKey::Name(key) = self.realm.symbols.to_string_tag.key() {
            let added = self.shapes.add(ShapeId(o.shape()), key, 0);
            self.store_new_slot(o, added.slot, tag.into());
            self.set_object_shape(o, added.shape);
        }
        let shape = self.shapes.prevent_extensions(ShapeId(o.shape()));
        self.set_object_shape(o, shape);
        Ok(o.into())
    }

    fn exported_names(&self, id: ModuleId, visited: &mut Vec<ModuleId>, out: &mut Vec<JsStr>) {
        if visited.contains(&id) {
            return;
        }
        visited.push(id);
        let module = &self.modules.list[id];
        let Some(source) = &module.source else {
            return out.push(tierproof_syntax::js_string("default"));
        };
        source.with(|_, s| {
            let Some(info) = &s.module else { return };
            out.extend(info.exports.iter().map(|e| e.0.clone()));
            out.extend(info.indirect.iter().map(|e| e.name.clone()));
            for &star in &info.stars {
                let mut more = Vec::new();
                self.exported_names(module.requests[star as usize], visited, &mut more);
                out.extend(more.into_iter().filter(|n| text(n) != "default"));
            }
        });
    }

    // --- evaluation

    /// [Evaluate](https://tc39.es/ecma262/#sec-moduleevaluation): the promise.
    pub fn evaluate_module(&mut self, id: ModuleId) -> JsResult {
        let m = &self.modules.list[id];
        let id = if m.status >= Status::EvaluatingAsync { m.cycle_root } else { id };
        let known = self.modules.list[id].promise;
        if !known.is_undefined() {
            return Ok(known);
        }
        let promise = self.new_promise();
        self.modules.list[id].promise = promise.into();
        let mut stack = Vec::new();
        match self.evaluate_inner(id, &mut stack, 0) {
            Ok(_) => {
                if self.modules.list[id].async_order == 0 {
                    self.resolve_promise(promise, Value::UNDEFINED)?;
                }
            }
            Err(Thrown) => {
                let e = self.take_exception()?;
                for m in stack {
                    self.modules.list[m].status = Status::Evaluated;
                    self.modules.list[m].error = e;
                    self.modules.list[m].cycle_root = id;
                }
                self.modules.list[id].status = Status::Evaluated;
                self.modules.list[id].error = e;
                self.reject_promise(promise, e);
            }
        }
        Ok(promise.into())
    }

    /// [InnerModuleEvaluation](https://tc39.es/ecma262/#sec-innermoduleevaluation).
    fn evaluate_inner(&mut self, id: ModuleId, stack: &mut Vec<ModuleId>, index: usize) -> JsResult<usize> {
        let m = &self.modules.list[id];
        if m.status >= Status::EvaluatingAsync {
            let e = m.error;
            return if e.is_hole() { Ok(index) } else { Err(self.throw(e)) };
        }
        if m.status == Status::Evaluating {
            return Ok(index);
        }
        let m = &mut self.modules.list[id];
        m.status = Status::Evaluating;
        (m.index, m.ancestor, m.pending) = (index, index, 0);
        stack.push(id);
        let mut index = index + 1;
        for request in self.modules.list[id].requests.clone() {
            index = self.evaluate_inner(request, stack, index)?;
            let mut required = request;
            if self.modules.list[request].status == Status::Evaluating {
                let ancestor = self.modules.list[request].ancestor;
                let m = &mut self.modules.list[id];
                m.ancestor = m.ancestor.min(ancestor);
            } else {
                required = self.modules.list[request].cycle_root;
                let e = self.modules.list[required].error;
                if !e.is_hole() {
                    return Err(self.throw(e));
                }
            }
            if self.modules.list[required].async_order > 0 {
                self.modules.list[id].pending += 1;
                self.modules.list[required].parents.push(id);
            }
        }
        let m = &self.modules.list[id];
        if m.pending > 0 || m.has_await {
            self.modules.async_count += 1;
            self.modules.list[id].async_order = self.modules.async_count;
            if self.modules.list[id].pending == 0 {
                self.execute_async(id)?;
            }
        } else {
            self.execute_module(id)?;
        }
        let m = &self.modules.list[id];
        if m.ancestor == m.index {
            while let Some(top) = stack.pop() {
                let m = &mut self.modules.list[top];
                m.status = if m.async_order == 0 { Status::Evaluated } else { Status::EvaluatingAsync };
                m.cycle_root = id;
                if top == id {
                    break;
                }
            }
        }
        Ok(index)
    }

    fn execute_module(&mut self, id: ModuleId) -> JsResult<()> {
        let g = self.modules.list[id].generator;
        if let Some(g) = g.try_as::<ObjectRef>() {
            self.resume_generator(g, ResumeMode::Next, Value::UNDEFINED)?;
        }
        Ok(())
    }

    /// [ExecuteAsyncModule](https://tc39.es/ecma262/#sec-execute-async-module).
    fn execute_async(&mut self, id: ModuleId) -> JsResult<()> {
        let promise = self.new_promise();
        let captured = Value::smi(id as i32);
        let fulfilled = self.native_closure(async_fulfilled, 1, captured);
        let rejected = self.native_closure(async_rejected, 1, captured);
        self.perform_promise_then(promise, fulfilled.into(), rejected.into(), Capability::NONE);
        let g = self.modules.list[id].generator.cast::<ObjectRef>();
        g.set_internal(&mut self.heap, words::PROMISE, promise.into());
        self.resume_generator(g, ResumeMode::Next, Value::UNDEFINED)?;
        Ok(())
    }

    fn settle_module(&mut self, id: ModuleId, error: Option<Value>) -> JsResult<()> {
        let m = &mut self.modules.list[id];
        m.status = Status::Evaluated;
        m.async_order = 0;
        if let Some(p) = m.promise.try_as::<ObjectRef>() {
            match error {
                Some(e) => self.reject_promise(p, e),
                None => self.resolve_promise(p, Value::UNDEFINED)?,
            }
        }
        Ok(())
    }

    /// [AsyncModuleExecutionFulfilled](https://tc39.es/ecma262/#sec-async-module-execution-fulfilled).
    fn async_module_fulfilled(&mut self, id: ModuleId) -> JsResult<()> {
        if self.modules.list[id].status == Status::Evaluated {
            return Ok(());
        }
        let mut ready = Vec::new();
        self.settle_module(id, None)?;
        self.gather_available(id, &mut ready);
        ready.sort_by_key(|&m| self.modules.list[m].async_order);
        for m in ready {
            if self.modules.list[m].status == Status::Evaluated {
                continue;
            }
            if self.modules.list[m].has_await {
                if let Err(Thrown) = self.execute_async(m) {
                    let e = self.take_exception()?;
                    self.async_module_rejected(m, e)?;
                }
                continue;
            }
            match self.execute_module(m) {
                Ok(()) => self.settle_module(m, None)?,
                Err(Thrown) => {
                    let e = self.take_exception()?;
                    self.async_module_rejected(m, e)?;
                }
            }
        }
        Ok(())
    }

    /// [GatherAvailableAncestors](https://tc39.es/ecma262/#sec-gather-available-ancestors).
    fn gather_available(&mut self, id: ModuleId, out: &mut Vec<ModuleId>) {
        for parent in self.modules.list[id].parents.clone() {
            let root = self.modules.list[parent].cycle_root;
            if out.contains(&parent) || !self.modules.list[root].error.is_hole() {
                continue;
            }
            let m = &mut self.modules.list[parent];
            m.pending = m.pending.saturating_sub(1);
            if m.pending == 0 {
                out.push(parent);
                if !self.modules.list[parent].has_await {
                    self.gather_available(parent, out);
                }
            }
        }
    }

    /// [AsyncModuleExecutionRejected](https://tc39.es/ecma262/#sec-async-module-execution-rejected).
    fn async_module_rejected(&mut self, id: ModuleId, error: Value) -> JsResult<()> {
        if self.modules.list[id].status == Status::Evaluated {
            return Ok(());
        }
        self.modules.list[id].error = error;
        self.modules.list[id].status = Status::Evaluated;
        self.settle_module(id, Some(error))?;
        for parent in self.modules.list[id].parents.clone() {
            self.async_module_rejected(parent, error)?;
        }
        Ok(())
    }

    // --- dynamic import and import.meta

    /// `ImportCall`: [EvaluateImportCall](https://tc39.es/ecma262/#sec-evaluate-import-call).
    pub fn import_call(&mut self, data: FunctionDataRef, specifier: Value, options: Value) -> JsResult {
        let promise = self.new_promise();
        let c = Capability { promise: promise.into(), ..Capability::NONE };
        let id = (data.template() >> 32) as u32;
        let id = self.parents_of_sources.get(&id).copied().unwrap_or(id);
        let referrer = self.sources[id as usize].name().to_owned();
        match self.request_import(&referrer, specifier, options) {
            Ok(id) => {
                // evaluation is a job of its own
                let words = [promise.into(), Value::smi(id as i32)];
                let captured = self.heap.allocate_fixed_array_from(&words);
                let job = self.native_closure(continue_import, 0, captured.into());
                self.enqueue_callback(job.into());
            }
            Err(Thrown) => {
                let e = self.take_exception()?;
                self.capability_reject(c, e)?;
            }
        }
        Ok(promise.into())
    }

    fn request_import(&mut self, referrer: &str, specifier: Value, options: Value) -> JsResult<ModuleId> {
        let specifier = self.to_rust_string(specifier)?;
        let mut attributes = Vec::new();
        if !options.is_undefined() {
            let Some(o) = options.try_as::<ObjectRef>() else {
                return Err(self.type_error("The second argument of import() must be an object"));
            };
            let key = self.key("with");
            let with = self.get_of(o, key)?;
            if !with.is_undefined() {
                let Some(w) = with.try_as::<ObjectRef>() else {
                    return Err(self.type_error("The 'with' option of import() must be an object"));
                };
                let keys = self.own_keys(w)?;
                for i in 0..keys.len() {
                    let k = keys.get(i);
                    let key = self.to_property_key(k)?;
                    if key.is_symbol() || !self.get_own_property(w, key)?.is_some_and(|p| p.is_enumerable()) {
                        continue;
                    }
                    let v = self.get_of(w, key)?;
                    if !v.is_string() {
                        return Err(self.type_error("Import attribute values must be strings"));
                    }
                    attributes.push((self.to_rust_string(k)?, self.to_rust_string(v)?));
                }
            }
        }
        for (key, _) in &attributes {
            if key != "type" {
                return Err(self.type_error(&format!("Import attribute '{key}' is not supported")));
            }
        }
        let (id, fresh) = self.load_module(referrer, &specifier, &attributes)?;
        if fresh {
            self.load_requests(id)?;
        }
        Ok(id)
    }

    /// `ImportMeta`.
    pub fn import_meta(&mut self, data: FunctionDataRef) -> JsResult {
        let source_id = (data.template() >> 32) as u32;
        let Some(id) = self.modules.list.iter().position(|m| m.source_id == source_id) else {
            return Err(self.syntax_error("Cannot use 'import.meta' outside a module"));
        };
        let known = self.modules.list[id].meta;
        if !known.is_undefined() {
            return Ok(known);
        }
        let meta = self.new_object(Value::NULL);
        self.modules.list[id].meta = meta.into();
        Ok(meta.into())
    }
}

fn module_argument(args: Args) -> ModuleId {
    args.captured().as_smi() as usize
}
fn async_fulfilled(cx: &mut Isolate, args: Args) -> JsResult {
    cx.async_module_fulfilled(module_argument(args))?;
    Ok(Value::UNDEFINED)
}
fn async_rejected(cx: &mut Isolate, args: Args) -> JsResult {
    cx.async_module_rejected(module_argument(args), args.get(0))?;
    Ok(Value::UNDEFINED)
}

/// [ContinueDynamicImport](https://tc39.es/ecma262/#sec-ContinueDynamicImport), once everything is loaded.
fn continue_import(cx: &mut Isolate, args: Args) -> JsResult {
    let captured = args.captured_array();
    let (promise, id) = (captured.get(0).cast::<ObjectRef>(), captured.get(1).as_smi() as usize);
    let evaluation = match cx.link_module(id) {
        Ok(()) => cx.evaluate_module(id),
        Err(t) => Err(t),
    };
    match evaluation {
        Ok(p) => {
            let fulfilled = cx.native_closure(import_fulfilled, 1, captured.into());
            let rejected = cx.native_closure(import_rejected, 1, captured.into());
            cx.perform_promise_then(p.cast(), fulfilled.into(), rejected.into(), Capability::NONE);
        }
        Err(Thrown) => {
            let e = cx.take_exception()?;
            cx.reject_promise(promise, e);
        }
    }
    Ok(Value::UNDEFINED)
}
fn import_fulfilled(cx: &mut Isolate, args: Args) -> JsResult {
    let captured = args.captured_array();
    let ns = cx.module_namespace(captured.get(1).as_smi() as usize)?;
    cx.resolve_promise(captured.get(0).cast(), ns)?;
    Ok(Value::UNDEFINED)
}
fn import_rejected(cx: &mut Isolate, args: Args) -> JsResult {
    let captured = args.captured_array();
    cx.reject_promise(captured.get(0).cast(), args.get(0));
    Ok(Value::UNDEFINED)
}
