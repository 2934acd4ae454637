//! Scopes whose names are known only at run time: `with`, variables of a sloppy direct `eval`, and
//! `eval` itself. Called through `runtime_functions` and by the builtins `eval` and `Function`.
//!
//! A context says in its user word whether it is one (the kind of `CreateContext`); slot 1 then holds
//! the object. Static scopes in between cost nothing: bytecode passes how many contexts to look at.

use tierproof_heap::{CellKind, FunctionDataRef, ObjectRef, TaggedArrayRef, Value};
use tierproof_syntax::{CodeText, Outer, SyntaxError};

use crate::convert::to_boolean;
use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::object::Descriptor;
use crate::shapes::attrs;
use crate::stack::{Frame, kind};

/// Kinds of contexts, as `CreateContext` has them.
const EVAL_VARS: u32 = 2;
const WITH: u32 = 3;
/// Marks the object that holds an `eval`'s variables.
const MARK: usize = 3;

impl Isolate {
    /// A SyntaxError found at run time.
    pub fn throw_syntax_error(&mut self, e: &SyntaxError) -> crate::isolate::Thrown {
        self.syntax_error(&e.message)
    }

    /// [PerformEval](https://tc39.es/ecma262/#sec-performeval), direct.
    pub fn direct_eval(
        &mut self,
        data: FunctionDataRef,
        callee: Value,
        code: Value,
        context: Value,
        scope: u32,
        strict: bool,
    ) -> JsResult {
        if callee != self.realm.eval_function {
            return Ok(Value::HOLE);
        }
        if !code.is_string() {
            return Ok(code);
        }
        let text = self.code_text(code);
        let source = self.sources[(data.template() >> 32) as usize].clone();
        let outer = Outer { source, scope };
        match tierproof_syntax::parse_eval(&text, strict, Some(&outer)) {
            Err(e) => Err(self.throw_syntax_error(&e)),
            Ok(parsed) => {
                let f = self.eval_function(parsed, context);
                self.call(f.into(), Value::UNDEFINED, &[])
            }
        }
    }

    /// Code in a string value.
    fn code_text(&mut self, s: Value) -> CodeText {
        let units = crate::strings::units(self, s.cast());
        CodeText::new(units.iter()).in_dialect(self.dialect)
    }

    /// PerformEval, indirect.
    pub fn indirect_eval(&mut self, code: Value) -> JsResult {
        if !code.is_string() {
            return Ok(code);
        }
        let text = self.code_text(code);
        match tierproof_syntax::parse_eval(&text, false, None) {
            Err(e) => Err(self.throw_syntax_error(&e)),
            Ok(parsed) => {
                let f = self.eval_function(parsed, Value::UNDEFINED);
                let global = self.realm.global.into();
                self.call(f.into(), global, &[])
            }
        }
    }

    /// The function that `Function` and its kin make of parameters and body.
    pub fn function_from_text(&mut self, head: &str, params: Value, body: Value) -> JsResult {
        let (params, body) = (self.code_text(params), self.code_text(body));
        match tierproof_syntax::parse_function(head, &params, &body) {
            Err(e) => Err(self.throw_syntax_error(&e)),
            Ok(source) => {
                let parent = self.active_source();
                let script = self.script_function(source)?;
                if let Some(parent) = parent {
                    let id = (script.function_data().template() >> 32) as u32;
                    self.parents_of_sources.insert(id, parent);
                }
                let global = self.realm.global.into();
                self.call(script.into(), global, &[])
            }
        }
    }

    /// Number of the source of the running script or module; that of an `eval` counts as its caller's.
    pub fn active_source(&mut self) -> Option<u32> {
        let mut at = self.jit.fp;
        while !at.is_null() {
            let f = Frame::at(at);
            if f.is_js() && f.callee().is_cell() {
                let data = match self.hooks.expand_frame {
                    Some(expand) if f.kind() == kind::OPTIMISED => expand(self, f.fp())[0].0,
                    _ => f.function_data(),
                };
                let id = (data.template() >> 32) as u32;
                return Some(self.parents_of_sources.get(&id).copied().unwrap_or(id));
            }
            at = f.caller();
        }
        None
    }

    /// `DeclareEvalVar`.
    pub fn declare_eval_var(&mut self, context: Value, depth: u32, name: Value, value: Value) -> JsResult {
        let mut c = context.cast::<TaggedArrayRef>();
        for _ in 0..depth {
            c = c.parent().cast();
        }
        debug_assert_eq!(c.user_word(), EVAL_VARS);
        let o = match c.get(1).try_as::<ObjectRef>() {
            Some(o) => o,
            None => {
                let shape = self.shapes.null_root(CellKind::GenericObject, 0);
                let o = self.heap.allocate_object_of(CellKind::GenericObject, shape.0);
                o.set_internal(&mut self.heap, MARK, Value::HOLE);
                c.set(&mut self.heap, 1, o.into());
                o
            }
        };
        let key = self.to_property_key(name)?;
        if !value.is_hole() {
            self.define_property_or_throw(o, key, Descriptor::data(value, attrs::ALL))?;
        } else if self.get_own_property(o, key)?.is_none() {
            self.define_property_or_throw(o, key, Descriptor::data(Value::UNDEFINED, attrs::ALL))?;
        }
        Ok(Value::UNDEFINED)
    }

    fn is_eval_object(o: ObjectRef) -> bool {
        o.kind() == CellKind::GenericObject && o.internal(MARK).is_hole()
    }

    /// `LookupDynamic`.
    pub fn lookup_dynamic(&mut self, name: Value, context: Value, depth: u32) -> JsResult {
        let key = self.to_property_key(name)?;
        let mut at = context;
        for _ in 0..depth {
            let c = at.cast::<TaggedArrayRef>();
            if c.user_word() == WITH {
                let o = c.get(1).cast::<ObjectRef>();
                if self.has_property(o, key)? && !self.is_unscopable(o, key)? {
                    return Ok(o.into());
                }
            } else if c.user_word() == EVAL_VARS
                && let Some(o) = c.get(1).try_as::<ObjectRef>()
                && self.get_own_property(o, key)?.is_some()
            {
                return Ok(o.into());
            }
            at = c.parent();
        }
        Ok(Value::UNDEFINED)
    }
    fn is_unscopable(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<bool> {
        let unscopables = self.realm.symbols.unscopables.key();
        let list = self.get_of(o, unscopables)?;
        match list.try_as::<ObjectRef>() {
            Some(list) => Ok(to_boolean(self.get_of(list, key)?)),
            None => Ok(false),
        }
    }

    /// `LookupLoad`: [GetBindingValue](https://tc39.es/ecma262/#sec-object-environment-records-getbindingvalue-n-s).
    pub fn lookup_load(&mut self, o: Value, name: Value, strict: bool) -> JsResult {
        let key = self.to_property_key(name)?;
        let object = o.cast::<ObjectRef>();
        if !self.has_property(object, key)? {
            if !strict {
                return Ok(Value::UNDEFINED);
            }
            let n = key.describe(self);
            return Err(self.reference_error(&format!("{n} is not defined")));
        }
        self.get_of(object, key)
    }

    /// `LookupStore`: [SetMutableBinding](https://tc39.es/ecma262/#sec-object-environment-records-setmutablebinding-n-v-s).
    pub fn lookup_store(&mut self, o: Value, name: Value, value: Value, strict: bool) -> JsResult<()> {
        let key = self.to_property_key(name)?;
        let object = o.cast::<ObjectRef>();
        if !self.has_property(object, key)? && strict {
            let n = key.describe(self);
            return Err(self.reference_error(&format!("{n} is not defined")));
        }
        self.put_value(o, key, value, strict)
    }

    /// `LookupThis`.
    pub fn lookup_this(&self, o: Value) -> Value {
        match o.try_as::<ObjectRef>() {
            Some(object) if Self::is_eval_object(object) => Value::UNDEFINED,
            _ => o,
        }
    }
}
