//! Bodies of the helpers that `CallRuntime` names (`bytecode::runtime_list`).

use tierproof_bytecode::RuntimeFunction;
use tierproof_bytecode::template::GlobalDeclarationKind;
use tierproof_heap::{CellKind, FunctionDataRef, FunctionRef, ObjectRef, StringRef, Value};

use crate::isolate::{Isolate, JsResult};
use crate::iteration::IteratorRecord;
use crate::key::PropertyKey;
use crate::object::{Descriptor, cell_meta};
use crate::realms::realm_of;
use crate::shapes::{ShapeId, attrs};

impl Isolate {
    /// Runs helper `f` with its arguments; `data` is the calling function's.
    pub fn call_runtime(&mut self, f: RuntimeFunction, data: FunctionDataRef, args: &[Value]) -> JsResult {
        let arg = |i: usize| args.get(i).copied().unwrap_or(Value::UNDEFINED);
        match f {
            RuntimeFunction::DeclareGlobals => self.declare_globals(data, arg(0).as_smi() as usize),
            RuntimeFunction::InitializeGlobalLexical => self.initialize_global_lexical(arg(0), arg(1)),
            RuntimeFunction::CopyDataProperties => {
                self.copy_data_properties(arg(0).cast(), arg(1), &[])?;
                Ok(arg(0))
            }
            RuntimeFunction::CopyDataPropertiesExcluding => {
                let target = self.new_plain_object();
                self.copy_data_properties(target, arg(0), args.get(1..).unwrap_or(&[]))?;
                Ok(target.into())
            }
            RuntimeFunction::ToLength => self.to_length(arg(0)).map(|n| Value::number(n as f64)),
            RuntimeFunction::ThrowNotCallable => Err(self.not_callable(arg(0))),
            RuntimeFunction::ArraySpecies => {
                let create = self.hooks.array_species;
                create(self, arg(0).cast(), arg(1).as_number() as u64)
            }
            RuntimeFunction::DefineClass => self.define_class(arg(0).cast(), arg(1)),
            RuntimeFunction::SetHomeObject => {
                if let Some(f) = arg(0).try_as::<FunctionRef>() {
                    f.set_home_object(&mut self.heap, arg(1));
                }
                Ok(arg(0))
            }
            RuntimeFunction::SetFunctionName => {
                let key = self.to_property_key(arg(1))?;
                let prefix = match arg(2).try_as::<StringRef>() {
                    Some(s) => crate::strings::to_rust(self, s),
                    None => String::new(),
                };
                if let Some(f) = arg(0).try_as::<FunctionRef>() {
                    self.set_function_name(f, key, &prefix);
                }
                Ok(arg(0))
            }
            RuntimeFunction::AppendElement => {
                self.append(arg(0), arg(1))?;
                Ok(arg(0))
            }
            RuntimeFunction::AppendHoles => {
                let a = arg(0).cast::<tierproof_heap::ArrayRef>();
                self.set_array_length(a, a.length() + arg(1).as_smi() as u32);
                Ok(arg(0))
            }
            RuntimeFunction::AppendSpread => {
                let r = self.get_iterator(arg(1))?;
                while let Some(v) = self.iterator_step(r)? {
                    self.append(arg(0), v)?;
                }
                Ok(arg(0))
            }
            RuntimeFunction::IteratorRest => {
                let r = IteratorRecord { iterator: arg(0), next: arg(1) };
                let a = Value::from(self.new_empty_array());
                while let Some(v) = self.iterator_step(r)? {
                    self.append(a, v)?;
                }
                Ok(a)
            }
            RuntimeFunction::ThrowPatternNullish => {
                let what = if arg(0).is_null() { "null" } else { "undefined" };
                let text = match arg(1).try_as::<StringRef>() {
                    Some(s) => {
                        let name = crate::strings::to_rust(self, s);
                        format!("Cannot destructure property '{name}' of '{what}' as it is {what}.")
                    }
                    None => format!("Cannot destructure '{what}' as it is {what}."),
                };
                Err(self.type_error(&text))
            }
            RuntimeFunction::NativeFunction => {
                let name = self.to_rust_string(arg(0))?;
                match (self.hooks.native)(self, &name) {
                    Some(native) => {
                        // the same function each time, as call sites expect
                        let is = |f: &&FunctionRef| {
                            let d = f.function_data();
                            d.native() == native as usize && realm_of(d) == self.realm.id
                        };
                        if let Some(f) = self.native_functions.iter().find(is) {
                            return Ok((*f).into());
                        }
                        let f = self.native_closure(native, 0, Value::UNDEFINED);
                        self.native_functions.push(f);
                        Ok(f.into())
                    }
                    None => Err(self.reference_error(&format!("%{name} is not defined"))),
                }
            }
            RuntimeFunction::ThrowTypeError => {
                let m = self.to_rust_string(arg(0))?;
                Err(self.type_error(&m))
            }
            RuntimeFunction::ThrowReferenceError => {
                let m = self.to_rust_string(arg(0))?;
                Err(self.reference_error(&m))
            }
            RuntimeFunction::ThrowSyntaxError => {
                let m = self.to_rust_string(arg(0))?;
                Err(self.syntax_error(&m))
            }
            RuntimeFunction::CheckDerivedReturn => {
                if arg(0).is_object() {
                    return Ok(arg(0));
                }
                if arg(0).is_undefined() && !arg(1).is_hole() {
                    return Ok(arg(1));
                }
                // [[Construct]] throws these when the constructor's context is gone already.
                let realm = self.caller_realm();
                Err(self.in_realm(realm, |cx| match arg(0).is_undefined() {
                    false => cx.type_error("Derived constructors may only return object or undefined"),
                    true => cx.super_not_called(),
                }))
            }
            RuntimeFunction::InitializeFields => {
                let init = arg(1).try_as::<FunctionRef>().map_or(Value::UNDEFINED, |f| f.extra());
                if !init.is_undefined() {
                    self.call(init, arg(0), &[])?;
                }
                Ok(Value::UNDEFINED)
            }
            RuntimeFunction::SetClassInitializer => {
                arg(0).cast::<FunctionRef>().set_extra(&mut self.heap, arg(1));
                Ok(Value::UNDEFINED)
            }
            RuntimeFunction::DeleteGlobal => {
                let key = self.to_property_key(arg(0))?;
                let lexicals = self.realm.global_lexicals;
                if self.has_own_property(lexicals, key)? {
                    return Ok(Value::FALSE);
                }
                let global = self.realm.global;
                Ok(Value::from_bool(self.delete(global, key)?))
            }
            RuntimeFunction::CreatePrivateName => Ok(self.create_private_name(arg(0))),
            RuntimeFunction::PrivateGet => self.private_get(arg(0), arg(1)),
            RuntimeFunction::PrivateSet => {
                self.private_set(arg(0), arg(1), arg(2))?;
                Ok(arg(2))
            }
            RuntimeFunction::PrivateHas => self.private_has(arg(0), arg(1)),
            RuntimeFunction::PrivateFieldAdd => self.private_add(arg(0), arg(1), arg(2), attrs::WRITABLE),
            RuntimeFunction::PrivateMethodAdd => self.private_add(arg(0), arg(1), arg(2), 0),
            RuntimeFunction::PrivateAccessorAdd => {
                let pair = self.heap.allocate_accessor_pair(arg(2), arg(3));
                self.private_add(arg(0), arg(1), pair.into(), attrs::ACCESSOR)
            }
            RuntimeFunction::CreateIterResult => Ok(self.iterator_result(arg(0), arg(1).is_true())),
            RuntimeFunction::CheckIteratorResult => self.check_iterator_result(arg(0)),
            RuntimeFunction::DelegateStep => self.delegate_step(arg(0), arg(1), arg(2), arg(3)),
            RuntimeFunction::GetAsyncIterator => self.get_async_iterator(arg(0)),
            RuntimeFunction::AsyncIteratorReturn => self.async_iterator_return(arg(0)),
            RuntimeFunction::AsyncFunctionEnter => self.async_function_enter(arg(0)),
            RuntimeFunction::AsyncAwait => {
                let g = arg(0).cast::<ObjectRef>();
                self.await_value(g, arg(1))?;
                Ok(self.async_promise(g))
            }
            RuntimeFunction::AsyncFunctionResolve => self.async_function_leave(arg(0), arg(1), false),
            RuntimeFunction::AsyncFunctionReject => self.async_function_leave(arg(0), arg(1), true),
            RuntimeFunction::AsyncGeneratorYield => self.async_generator_yield(arg(0), arg(1)),
            RuntimeFunction::AsyncGeneratorReturn => {
                self.async_generator_ended(arg(0).cast(), Ok(arg(1)))?;
                Ok(Value::UNDEFINED)
            }
            RuntimeFunction::AsyncGeneratorThrow => {
                self.async_generator_ended(arg(0).cast(), Err(arg(1)))?;
                Ok(Value::UNDEFINED)
            }
            RuntimeFunction::DirectEval => {
                self.direct_eval(data, arg(0), arg(1), arg(2), arg(3).as_smi() as u32, arg(4).is_true())
            }
            RuntimeFunction::DeclareEvalVar => {
                self.declare_eval_var(arg(0), arg(1).as_smi() as u32, arg(2), arg(3))
            }
            RuntimeFunction::LookupDynamic => self.lookup_dynamic(arg(0), arg(1), arg(2).as_smi() as u32),
            RuntimeFunction::LookupLoad => self.lookup_load(arg(0), arg(1), arg(2).is_true()),
            RuntimeFunction::LookupStore => {
                self.lookup_store(arg(0), arg(1), arg(2), arg(3).is_true())?;
                Ok(arg(2))
            }
            RuntimeFunction::LookupThis => Ok(self.lookup_this(arg(0))),
            RuntimeFunction::HasGlobal => {
                let key = self.to_property_key(arg(0))?;
                let (global, lexicals) = (self.realm.global, self.realm.global_lexicals);
                let found = self.shapes.lookup(ShapeId(lexicals.shape()), arg(0)).is_some()
                    || self.has_property(global, key)?;
                Ok(Value::from_bool(found))
            }
            RuntimeFunction::CreateDisposeStack => Ok(self.create_dispose_stack()),
            RuntimeFunction::AddDisposable => {
                self.add_disposable(arg(0), arg(1), arg(2).is_true())?;
                Ok(arg(1))
            }
            RuntimeFunction::Dispose => self.dispose(arg(0), arg(1).as_smi() == 0, arg(2)),
            RuntimeFunction::DisposeStep => self.dispose_step(arg(0)),
            RuntimeFunction::DisposeRejected => self.dispose_failed(arg(0), arg(1)),
            RuntimeFunction::DisposeEnd => self.dispose_end(arg(0), arg(1).as_smi() == 0, arg(2)),
            RuntimeFunction::ImportCall => self.import_call(data, arg(0), arg(1)),
            RuntimeFunction::ImportMeta => self.import_meta(data),
            RuntimeFunction::CreateModuleCell => {
                Ok(self.heap.allocate_property_cell(arg(0), Value::smi(0)).into())
            }
            RuntimeFunction::MappedParameters => {
                Err(self.syntax_error(&format!("not supported yet: {}", f.name())))
            }
        }
    }

    /// ReferenceError for `this` before `super()`.
    #[cold]
    pub fn super_not_called(&mut self) -> crate::isolate::Thrown {
        self.reference_error(
            "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
        )
    }

    /// Appends to an array under construction.
    pub fn append(&mut self, array: Value, v: Value) -> JsResult<()> {
        let a = array.cast::<tierproof_heap::ArrayRef>();
        if a.length() == u32::MAX {
            return Err(self.range_error("Invalid array length"));
        }
        let at = a.length();
        // A spread or rest element may go on for 2^32 elements: it takes ticks, like a loop.
        const CHUNK: u32 = 1024;
        if at % CHUNK == CHUNK - 1 {
            self.jit.ticks -= CHUNK as i64;
            if self.jit.ticks <= 0 || self.heap.oom_pending {
                self.tick_event()?;
            }
        }
        self.create_data_property(a.object(), PropertyKey::Index(at), v)?;
        Ok(())
    }

    /// [CopyDataProperties](https://tc39.es/ecma262/#sec-copydataproperties).
    pub fn copy_data_properties(
        &mut self,
        target: ObjectRef,
        source: Value,
        excluded: &[Value],
    ) -> JsResult<()> {
        if source.is_nullish() {
            return Ok(());
        }
        let from = self.to_object(source)?;
        if excluded.is_empty() && self.copy_plain_properties(target, from) {
            return Ok(());
        }
        let mut skip = smallvec::SmallVec::<[PropertyKey; 8]>::new();
        for &e in excluded {
            skip.push(self.to_property_key(e)?);
        }
        let keys = self.own_keys(from)?;
        for i in 0..keys.len() {
            let key = self.to_property_key(keys.get(i))?;
            if skip.contains(&key) {
                continue;
            }
            if let Some(p) = self.get_own_property(from, key)?
                && p.is_enumerable()
            {
                let v = self.get_of(from, key)?;
                self.create_data_property(target, key, v)?;
            }
        }
        Ok(())
    }

    /// CopyDataProperties between plain objects without elements, accessors and symbols: nothing can be
    /// observed in between. False leaves everything unchanged.
    fn copy_plain_properties(&mut self, target: ObjectRef, from: ObjectRef) -> bool {
        let plain = |o: ObjectRef| o.kind() == CellKind::Object && o.elements().is_undefined();
        if !plain(target) || !plain(from) || target == from || !self.is_extensible(target) {
            return false;
        }
        let (shape, to) = (ShapeId(from.shape()), ShapeId(target.shape()));
        if self.shapes.get(to).unique {
            return false;
        }
        let properties = self.shapes.properties(shape);
        let simple = properties.iter().all(|(key, p)| {
            key.is_string()
                && p.attrs & attrs::ACCESSOR == 0
                && self.shapes.lookup(to, *key).is_none_or(|old| old.attrs == attrs::ALL)
        });
        if !simple {
            return false;
        }
        for (key, p) in properties {
            if p.attrs & attrs::ENUMERABLE == 0 {
                continue;
            }
            let value = self.load_slot(from, p.slot);
            match self.shapes.lookup(ShapeId(target.shape()), key) {
                Some(old) => self.store_slot(target, old.slot, value),
                None => self.add_property(target, key, value, attrs::ALL),
            }
        }
        true
    }

    /// [GlobalDeclarationInstantiation](https://tc39.es/ecma262/#sec-globaldeclarationinstantiation).
    fn declare_globals(&mut self, data: FunctionDataRef, constant: usize) -> JsResult {
        let template = crate::function::info(data).template.clone();
        let Some(tierproof_bytecode::Constant::GlobalDeclarations(list)) = template.constants.get(constant)
        else {
            return Ok(Value::UNDEFINED);
        };
        let (global, lexicals) = (self.realm.global, self.realm.global_lexicals);
        let keys: Vec<(tierproof_heap::StringRef, GlobalDeclarationKind)> =
            list.iter().map(|d| (self.intern_units(&d.name), d.kind)).collect();
        if self.redeclare {
            for &(name, _) in &keys {
                self.delete(lexicals, PropertyKey::Name(name.into()))?;
            }
        }
        for &(name, kind) in &keys {
            let lexical = matches!(kind, GlobalDeclarationKind::Let | GlobalDeclarationKind::Const);
            let taken = self.shapes.lookup(ShapeId(lexicals.shape()), name.into()).is_some()
                || lexical
                    && self
                        .get_own_property(global, PropertyKey::Name(name.into()))?
                        .is_some_and(|p| !p.is_configurable());
            if taken {
                let n = crate::strings::to_rust(self, name);
                return Err(self.syntax_error(&format!("Identifier '{n}' has already been declared")));
            }
        }
        // nothing is declared before everything is known to be possible
        for functions in [true, false] {
            for &(name, kind) in &keys {
                let key = PropertyKey::Name(name.into());
                let (wanted, fine) = match kind {
                    GlobalDeclarationKind::Function | GlobalDeclarationKind::EvalFunction => {
                        let fine = match self.get_own_property(global, key)? {
                            None => self.is_extensible(global),
                            Some(p) => {
                                p.is_configurable()
                                    || !p.is_accessor() && p.is_writable() && p.is_enumerable()
                            }
                        };
                        (functions, fine)
                    }
                    GlobalDeclarationKind::Var | GlobalDeclarationKind::EvalVar => {
                        let fine =
                            self.is_extensible(global) || self.get_own_property(global, key)?.is_some();
                        (!functions, fine)
                    }
                    _ => (false, true),
                };
                if wanted && !fine {
                    let n = crate::strings::to_rust(self, name);
                    return Err(self.type_error(&format!("Cannot declare global '{n}'")));
                }
            }
        }
        for (name, kind) in keys {
            let key = PropertyKey::Name(name.into());
            match kind {
                GlobalDeclarationKind::Let => {
                    self.add_property(lexicals, name.into(), Value::HOLE, attrs::ALL)
                }
                GlobalDeclarationKind::Const => {
                    self.add_property(lexicals, name.into(), Value::HOLE, attrs::ALL);
                    if let Some(cell) = self.global_cell(name.into()) {
                        cell.set_meta(&mut self.heap, Value::smi(cell_meta::READ_ONLY));
                    }
                }
                GlobalDeclarationKind::EvalVar => {
                    if self.get_own_property(global, key)?.is_none() {
                        if !self.is_extensible(global) {
                            let n = key.describe(self);
                            return Err(self.type_error(&format!("Cannot define global variable '{n}'")));
                        }
                        self.add_property(global, name.into(), Value::UNDEFINED, attrs::ALL);
                    }
                }
                GlobalDeclarationKind::Var => {
                    if self.get_own_property(global, key)?.is_none() {
                        if !self.is_extensible(global) {
                            continue;
                        }
                        self.add_property(
                            global,
                            name.into(),
                            Value::UNDEFINED,
                            attrs::WRITABLE | attrs::ENUMERABLE,
                        );
                    }
                }
                GlobalDeclarationKind::Function | GlobalDeclarationKind::EvalFunction => {
                    let fresh = match kind {
                        GlobalDeclarationKind::Function => attrs::WRITABLE | attrs::ENUMERABLE,
                        _ => attrs::ALL,
                    };
                    let d = match self.get_own_property(global, key)? {
                        Some(p) if !p.is_configurable() => {
                            if p.is_accessor() || !p.is_writable() || !p.is_enumerable() {
                                let n = crate::strings::to_rust(self, name);
                                return Err(self.type_error(&format!("Cannot redefine property: {n}")));
                            }
                            Descriptor { value: Some(Value::UNDEFINED), ..Default::default() }
                        }
                        _ => Descriptor::data(Value::UNDEFINED, fresh),
                    };
                    self.define_property_or_throw(global, key, d)?;
                }
            }
        }
        Ok(Value::UNDEFINED)
    }

    fn initialize_global_lexical(&mut self, name: Value, value: Value) -> JsResult {
        let lexicals = self.realm.global_lexicals;
        if let Some(p) = self.shapes.lookup(ShapeId(lexicals.shape()), name) {
            let cell = self.load_slot(lexicals, p.slot).cast::<tierproof_heap::PropertyCellRef>();
            cell.set_value_slot(&mut self.heap, value);
        }
        Ok(Value::UNDEFINED)
    }

    /// `super[key]`.
    pub fn get_super_property(&mut self, receiver: Value, base: Value, key: Value) -> JsResult {
        let k = self.to_property_key(key)?;
        match base.try_as::<ObjectRef>() {
            Some(o) => self.get(o, k, receiver),
            None => self.get_value(base, k),
        }
    }
    /// `super[key] = value`.
    pub fn set_super_property(
        &mut self,
        receiver: Value,
        base: Value,
        key: Value,
        value: Value,
        strict: bool,
    ) -> JsResult<()> {
        let k = self.to_property_key(key)?;
        let Some(o) = base.try_as::<ObjectRef>() else { return self.put_value(base, k, value, strict) };
        if !self.set(o, k, value, receiver)? && strict {
            let n = k.describe(self);
            return Err(self.type_error(&format!("Cannot assign to read only property '{n}' of object")));
        }
        Ok(())
    }

    /// `DefineKeyedOwn` flags.
    pub fn define_keyed_own(&mut self, o: ObjectRef, key: Value, value: Value, flags: u32) -> JsResult<()> {
        if flags == 0
            && key.is_smi()
            && let Some(a) = o.try_as::<tierproof_heap::ArrayRef>()
            && a.length() == key.as_smi() as u32
            && self.push_dense(o, value).is_some()
        {
            return Ok(());
        }
        let k = self.to_property_key(key)?;
        if flags & 1 != 0
            && let Some(f) = value.try_as::<FunctionRef>()
        {
            self.set_function_name(f, k, "");
        }
        let a = if flags & 2 != 0 { attrs::HIDDEN } else { attrs::ALL };
        self.define_property_or_throw(o, k, Descriptor::data(value, a))
    }

    /// `DefineAccessor` flags: bit 0 setter, bit 1 not enumerable.
    pub fn define_accessor(&mut self, o: ObjectRef, key: Value, f: Value, flags: u32) -> JsResult<()> {
        let k = self.to_property_key(key)?;
        let setter = flags & 1 != 0;
        if let Some(f) = f.try_as::<FunctionRef>() {
            self.set_function_name(f, k, if setter { "set" } else { "get" });
        }
        let mut d =
            Descriptor { enumerable: Some(flags & 2 == 0), configurable: Some(true), ..Default::default() };
        if setter {
            d.set = Some(f);
        } else {
            d.get = Some(f);
        }
        self.define_property_or_throw(o, k, d)
    }

    /// `delete base[key]`.
    pub fn delete_property(&mut self, base: Value, key: Value, strict: bool) -> JsResult<bool> {
        if base.is_nullish() {
            return Err(self.type_error("Cannot convert undefined or null to object"));
        }
        let k = self.to_property_key(key)?;
        let o = self.to_object(base)?;
        let ok = self.delete(o, k)?;
        if !ok && strict {
            let n = k.describe(self);
            return Err(self.type_error(&format!("Cannot delete property '{n}' of object")));
        }
        Ok(ok)
    }
    /// `key in base`.
    pub fn has_property_value(&mut self, key: Value, base: Value) -> JsResult<bool> {
        let Some(o) = base.try_as::<ObjectRef>() else {
            let what = self.describe(key);
            let on = self.describe(base);
            return Err(self.type_error(&format!("Cannot use 'in' operator to search for '{what}' in {on}")));
        };
        let k = self.to_property_key(key)?;
        self.has_property(o, k)
    }
}
