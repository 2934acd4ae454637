//! Functions: FunctionData (what closures of one site share), lazy compilation, closures, builtins.
//!
//! A FunctionData cell holds the entry address that callers jump through, the number of formal
//! parameters (-1 until compiled), the interrupt budget, and for JavaScript functions the pointer to
//! the `FunctionInfo` with its code template. FunctionData cells never move.

use std::rc::Rc;
use std::sync::Arc;

pub use tierproof_bytecode::Flow;
use tierproof_bytecode::{CodeTemplate, Constant, FunctionKind};
use tierproof_heap::{CellKind, FunctionDataRef, FunctionRef, ObjectRef, TaggedArrayRef, Value};

use crate::isolate::{Isolate, JitState, JsResult, Thrown};
use crate::key::PropertyKey;
use crate::realms::{RealmId, realm_of, switching_entry};
use crate::shapes::attrs;
use crate::stack::{Frame, kind};

/// A compiled function, shared by all closures and isolates' vectors of one template.
#[repr(C)]
pub struct FunctionInfo {
    /// First byte of the bytecode.
    pub code: *const u8,
    pub registers: u32,
    pub param_count: u32,
    /// `this` must be coerced on entry (sloppy function that uses it).
    pub coerce_this: bool,
    /// A constructor whose `Return` falls back to `this` (Normal and BaseConstructor).
    pub returns_this: bool,
    pub template: Arc<CodeTemplate>,
    /// First feedback word of each slot, and the total.
    pub slot_words: Vec<u32>,
    pub source: Rc<tierproof_syntax::Source>,
    pub source_id: u32,
    /// Index in `Isolate::compiled`.
    pub number: u32,
    /// Properties the constructor gives `this`: in-object slots of instances.
    pub this_properties: u32,
}

/// Bits of a FunctionData's flags word.
pub mod data_flags {
    pub const CONSTRUCTOR: u64 = 1;
    pub const CLASS_CONSTRUCTOR: u64 = 2;
    pub const BUILTIN: u64 = 4;
    pub const DERIVED: u64 = 8;
    pub const STRICT: u64 = 16;
    /// Never optimise again (bailed out or kept deopting).
    pub const NO_OPTIMIZE: u64 = 32;
    /// FunctionKind in bits 8..12.
    pub const KIND_SHIFT: u32 = 8;
    /// Flow in bits 16..18.
    pub const FLOW_SHIFT: u32 = 16;
    /// Number of the realm in bits 32..64.
    pub const REALM_SHIFT: u32 = 32;
}

/// Tagged words of a FunctionData.
pub mod data_words {
    /// Feedback vector, undefined until the first run.
    pub const FEEDBACK: usize = 0;
    /// Constants (FixedArray), undefined until compiled.
    pub const CONSTANTS: usize = 1;
    /// Name: string or symbol.
    pub const NAME: usize = 2;
    /// `length` (Smi).
    pub const LENGTH: usize = 3;
    pub const SPARE: usize = 4;
    pub const SPARE2: usize = 5;
}

/// Signature of builtin functions.
pub type NativeFn = fn(&mut Isolate, Args) -> JsResult;

/// Arguments of a builtin call.
#[derive(Clone, Copy)]
pub struct Args(Frame);

impl Args {
    pub fn this(self) -> Value {
        self.0.this()
    }
    /// Argument `i`, undefined when not passed.
    #[inline]
    pub fn get(self, i: usize) -> Value {
        self.0.arg(i)
    }
    /// Number of arguments passed.
    pub fn len(self) -> usize {
        self.0.argc() as usize
    }
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// undefined for calls, the constructor for `new`.
    pub fn new_target(self) -> Value {
        self.0.new_target()
    }
    pub fn callee(self) -> FunctionRef {
        self.0.callee().cast()
    }
    pub fn is_construct(self) -> bool {
        !self.new_target().is_undefined()
    }
}

#[inline]
pub fn flags(d: FunctionDataRef) -> u64 {
    d.data_flags()
}

/// The FunctionInfo of a compiled JavaScript function.
#[inline]
pub fn info<'a>(d: FunctionDataRef) -> &'a FunctionInfo {
    debug_assert!(flags(d) & data_flags::BUILTIN == 0 && d.native() != 0);
    // SAFETY: `native` of a compiled JavaScript function points to an Rc'd FunctionInfo that the
    // isolate's `functions` map keeps for as long as the isolate lives.
    unsafe { &*(d.native() as *const FunctionInfo) }
}

/// FunctionKind from the flags word.
pub fn function_kind(d: FunctionDataRef) -> FunctionKind {
    const KINDS: [FunctionKind; 9] = [
        FunctionKind::Script,
        FunctionKind::Normal,
        FunctionKind::Arrow,
        FunctionKind::Method,
        FunctionKind::Getter,
        FunctionKind::Setter,
        FunctionKind::BaseConstructor,
        FunctionKind::DerivedConstructor,
        FunctionKind::ClassInitializer,
    ];
    KINDS[(flags(d) >> data_flags::KIND_SHIFT & 0xF) as usize]
}

/// Flow from the flags word.
pub fn flow(d: FunctionDataRef) -> Flow {
    Flow::ALL[(flags(d) >> data_flags::FLOW_SHIFT & 3) as usize]
}

fn kind_flags(k: FunctionKind, flow: Flow) -> u64 {
    let mut f = (k as u64) << data_flags::KIND_SHIFT | (flow as u64) << data_flags::FLOW_SHIFT;
    if k.is_constructor() {
        f |= data_flags::CONSTRUCTOR;
    }
    if k.is_class_constructor() {
        f |= data_flags::CLASS_CONSTRUCTOR;
    }
    if k == FunctionKind::DerivedConstructor {
        f |= data_flags::DERIVED;
    }
    f
}

/// Entry of all builtins: sets up the frame and calls the Rust function.
pub extern "C" fn builtin_entry(state: *mut JitState, fp: *mut Value) -> u64 {
    // SAFETY: `state` is the first field of a live Isolate, and no other reference to it is in use
    // while compiled code or the interpreter calls out.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let f = Frame::at(fp);
    let data = f.callee().cast::<FunctionRef>().function_data();
    f.set(tierproof_bytecode::instruction::frame::CONTEXT, Value::UNDEFINED);
    f.set(tierproof_bytecode::instruction::frame::FEEDBACK, Value::UNDEFINED);
    f.set(tierproof_bytecode::instruction::frame::FUNCTION_DATA, Value::UNDEFINED);
    f.set_raw(tierproof_bytecode::instruction::frame::OFFSET, 0);
    f.set_size_and_kind(0, kind::BUILTIN);
    let caller = cx.jit.fp;
    if f.pointer(tierproof_bytecode::instruction::frame::BUILTIN_CHARGE) > cx.jit.stack_limit {
        return cx.stack_overflow().to_bits();
    }
    cx.jit.fp = fp;
    // SAFETY: BUILTIN functions hold a NativeFn in `native`.
    let native: NativeFn = unsafe { std::mem::transmute::<usize, NativeFn>(data.native()) };
    let result = native(cx, Args(f));
    cx.jit.fp = caller;
    match result {
        Ok(v) => v.to_bits(),
        Err(Thrown) => Value::EXCEPTION.to_bits(),
    }
}

/// Own `length`, `name` and `prototype` of a function, on first look at any of them.
pub fn define_own_properties(cx: &mut Isolate, f: FunctionRef) {
    cx.in_realm(realm_of(f.function_data()), |cx| materialise(cx, f));
}

fn materialise(cx: &mut Isolate, f: FunctionRef) {
    let data = f.function_data();
    let names = cx.realm.names;
    let builtin = flags(data) & data_flags::BUILTIN != 0;
    let (length, name) = (data.tagged(data_words::LENGTH), data.tagged(data_words::NAME));
    let name = if f.extra2().is_undefined() { name } else { f.extra2() };
    let o = f.object();
    let mut add = |key: PropertyKey, v: Value, a: u8| {
        if let PropertyKey::Name(n) = key {
            cx.add_property(o, n, v, a);
        }
    };
    add(names.length, length, attrs::CONFIGURABLE);
    if !name.is_undefined() {
        add(names.name, name, attrs::CONFIGURABLE);
    }
    if !builtin && function_kind(data) == FunctionKind::Normal {
        let p = cx.new_plain_object();
        if let (PropertyKey::Name(c), PropertyKey::Name(n)) = (names.constructor, names.prototype) {
            cx.add_property(p, c, f.into(), attrs::HIDDEN);
            cx.add_property(o, n, p.into(), attrs::WRITABLE);
        }
    }
    let prototype = match flow(data) {
        Flow::Generator if !builtin => cx.realm.generator_prototype,
        Flow::AsyncGenerator if !builtin => cx.realm.async_generator_prototype,
        _ => return,
    };
    let p = cx.new_object(prototype.into());
    if let PropertyKey::Name(n) = names.prototype {
        cx.add_property(o, n, p.into(), attrs::WRITABLE);
    }
}

impl Isolate {
    /// Registers a source and returns the FunctionData of its script body.
    pub fn script_function(&mut self, source: Rc<tierproof_syntax::Source>) -> JsResult<FunctionRef> {
        self.sources.push(source);
        let id = self.sources.len() as u32 - 1;
        let data = self.new_function_data(id, 0, FunctionKind::Script, Flow::Plain);
        let shape = self.realm.function_shape;
        Ok(self.heap.allocate_function(shape.0, data, Value::UNDEFINED))
    }

    /// Whether a function is part of the engine, be it native or written in JavaScript.
    pub fn is_builtin(&self, d: FunctionDataRef) -> bool {
        let of_source = |id: u64| self.sources.get(id as usize).is_some_and(|s| s.is_builtin());
        flags(d) & data_flags::BUILTIN != 0 || of_source(d.template() >> 32)
    }

    /// The number of a source, which is added when it is new.
    pub fn source_number(&mut self, source: Rc<tierproof_syntax::Source>) -> u32 {
        match self.sources.iter().position(|s| Rc::ptr_eq(s, &source)) {
            Some(at) => at as u32,
            None => {
                self.sources.push(source);
                self.sources.len() as u32 - 1
            }
        }
    }

    /// A function of a source, outside of all scopes, and its name.
    pub fn function_of_source(&mut self, source_id: u32, template: u32) -> (FunctionRef, Value) {
        let (data, name) = self.named_function_data(source_id, template);
        let shape = self.realm.function_shape;
        (self.heap.allocate_function(shape.0, data, Value::UNDEFINED), name)
    }

    /// FunctionData of a function as its source declares it, and its name.
    fn named_function_data(&mut self, source_id: u32, template: u32) -> (FunctionDataRef, Value) {
        let source = self.sources[source_id as usize].clone();
        let h = tierproof_bytegen::header(&source, template);
        let d = self.new_function_data(source_id, template, h.kind, h.flow);
        let name = self.intern_units(&h.name);
        d.set_tagged(&mut self.heap, data_words::NAME, name.into());
        d.set_tagged(&mut self.heap, data_words::LENGTH, Value::smi(h.length as i32));
        (d, name.into())
    }

    /// The function of a module, given by the number of its source.
    pub fn module_function(&mut self, source_id: u32) -> FunctionRef {
        let source = self.sources[source_id as usize].clone();
        let header = tierproof_bytegen::header(&source, 0);
        let data = self.new_function_data(source_id, 0, header.kind, header.flow);
        let shape = self.realm.function_shape;
        self.heap.allocate_function(shape.0, data, Value::UNDEFINED)
    }

    /// A closure over the code of an `eval`.
    pub fn eval_function(&mut self, source: Rc<tierproof_syntax::Source>, context: Value) -> FunctionRef {
        let root = source.root_function();
        let kind = tierproof_bytegen::header(&source, root).kind;
        let parent = self.active_source();
        self.sources.push(source);
        let id = self.sources.len() as u32 - 1;
        if let Some(parent) = parent {
            self.parents_of_sources.insert(id, parent);
        }
        let data = self.new_function_data(id, root, kind, Flow::Plain);
        let shape = self.realm.function_shape;
        self.heap.allocate_function(shape.0, data, context)
    }

    fn new_function_data(
        &mut self,
        source: u32,
        template: u32,
        kind: FunctionKind,
        flow: Flow,
    ) -> FunctionDataRef {
        let d = self.heap.allocate_function_data();
        d.set_template((source as u64) << 32 | template as u64);
        d.set_counter0(-1);
        d.set_counter1(i32::MAX);
        d.set_data_flags(kind_flags(kind, flow) | self.realm_flags());
        d.set_entry(self.entry_in_realm(self.hooks.interpreter_entry));
        d
    }

    /// Flags of new functions: the current realm's number.
    fn realm_flags(&self) -> u64 {
        (self.realm.id.0 as u64) << data_flags::REALM_SHIFT
    }

    /// Where new functions of the current realm are entered.
    fn entry_in_realm(&self, entry: usize) -> usize {
        if self.realm.id == RealmId::FIRST { entry } else { switching_entry as *const () as usize }
    }

    /// Compiles the function when this is its first use: template, constants, feedback vector.
    pub fn ensure_compiled(&mut self, d: FunctionDataRef) -> JsResult<()> {
        if d.counter0() >= 0 {
            return Ok(());
        }
        self.compile(d)
    }

    #[cold]
    fn compile(&mut self, d: FunctionDataRef) -> JsResult<()> {
        let (source_id, template_id) = ((d.template() >> 32) as u32, d.template() as u32);
        let info = match self.functions.get(&(source_id, template_id)) {
            Some(i) => i.clone(),
            None => {
                let source = self.sources[source_id as usize].clone();
                let template = match tierproof_bytegen::compile(&source, template_id) {
                    Ok(t) => t,
                    Err(e) => return Err(self.syntax_error(&e.message)),
                };
                let kind = template.kind;
                let info = Rc::new(FunctionInfo {
                    code: template.bytecode.as_ptr(),
                    registers: template.register_count,
                    param_count: template.param_count,
                    coerce_this: template.uses_this && !template.strict && kind != FunctionKind::Script,
                    returns_this: matches!(kind, FunctionKind::Normal | FunctionKind::BaseConstructor),
                    slot_words: template.slot_words(),
                    this_properties: count_this_properties(&template),
                    template: Arc::new(template),
                    source,
                    source_id,
                    number: self.compiled.len() as u32,
                });
                self.compiled.push(info.clone());
                self.functions.insert((source_id, template_id), info.clone());
                info
            }
        };
        let constants = self.instantiate_constants(&info.template);
        d.set_tagged(&mut self.heap, data_words::CONSTANTS, constants.into());
        let words = *info.slot_words.last().unwrap_or(&0) as usize;
        let vector = self.heap.allocate_tagged_immovable(CellKind::FeedbackVector, words, Value::UNDEFINED);
        vector.set_user_word(info.number);
        for (i, slot) in info.template.slots.iter().enumerate() {
            if slot.is_counter() {
                vector.set(&mut self.heap, info.slot_words[i] as usize, Value::smi(0));
            }
        }
        d.set_tagged(&mut self.heap, data_words::FEEDBACK, vector.into());
        let name = self.intern_units(&info.template.name);
        d.set_tagged(&mut self.heap, data_words::NAME, name.into());
        d.set_native(Rc::as_ptr(&info) as usize);
        let strict = if info.template.strict { data_flags::STRICT } else { 0 };
        let realm = (realm_of(d).0 as u64) << data_flags::REALM_SHIFT;
        d.set_data_flags(kind_flags(info.template.kind, info.template.flow) | strict | realm);
        d.set_counter1(self.schedule.feedback_budget as i32);
        d.set_counter0(info.template.param_count as i32);
        Ok(())
    }

    fn instantiate_constants(&mut self, t: &CodeTemplate) -> TaggedArrayRef {
        let a =
            self.heap.allocate_tagged_immovable(CellKind::FixedArray, t.constants.len(), Value::UNDEFINED);
        for (i, c) in t.constants.iter().enumerate() {
            let v = self.constant_value(c);
            a.set(&mut self.heap, i, v);
        }
        a
    }

    /// The Value of a simple constant; undefined for the structured ones, which stay in the template.
    pub fn constant_value(&mut self, c: &Constant) -> Value {
        match c {
            Constant::Number(n) => Value::number(*n),
            Constant::String(s) => self.intern_units(s).into(),
            Constant::Null => Value::NULL,
            Constant::Bool(b) => Value::from_bool(*b),
            Constant::BigInt(digits) => self.bigint_literal(digits),
            _ => Value::UNDEFINED,
        }
    }

    /// `CreateClosure`: `site` is the closure slot's feedback word, which keeps the FunctionData.
    pub fn create_closure(
        &mut self,
        parent: FunctionDataRef,
        template: u32,
        context: Value,
        feedback: TaggedArrayRef,
        word: usize,
    ) -> FunctionRef {
        let data = match feedback.get(word).try_as::<FunctionDataRef>() {
            Some(d) => d,
            None => {
                let source_id = (parent.template() >> 32) as u32;
                let (d, _) = self.named_function_data(source_id, template);
                feedback.set(&mut self.heap, word, d.into());
                d
            }
        };
        let shape = match flow(data) {
            Flow::Plain => self.realm.function_shape,
            other => self.realm.flow_shapes[other as usize],
        };
        let f = self.heap.allocate_function(shape.0, data, context);
        // Arrows and methods find `this` and the home object through contexts and the function cell.
        f
    }

    /// A builtin function object.
    pub fn new_builtin(&mut self, name: PropertyKey, length: u32, native: NativeFn) -> FunctionRef {
        let name = name.to_value(self);
        self.new_builtin_named(name, length, native, false)
    }
    /// A builtin with any name; `constructor` makes it usable with `new`.
    pub fn new_builtin_named(
        &mut self,
        name: Value,
        length: u32,
        native: NativeFn,
        constructor: bool,
    ) -> FunctionRef {
        let d = self.heap.allocate_function_data();
        d.set_entry(self.entry_in_realm(builtin_entry as *const () as usize));
        d.set_native(native as usize);
        d.set_counter0(0);
        d.set_counter1(i32::MAX);
        let c = if constructor { data_flags::CONSTRUCTOR } else { 0 };
        d.set_data_flags(
            data_flags::BUILTIN
                | data_flags::STRICT
                | c
                | kind_flags(FunctionKind::Method, Flow::Plain)
                | self.realm_flags(),
        );
        d.set_tagged(&mut self.heap, data_words::NAME, name);
        d.set_tagged(&mut self.heap, data_words::LENGTH, Value::smi(length as i32));
        let shape = self.realm.function_shape;
        self.heap.allocate_function(shape.0, d, Value::UNDEFINED)
    }

    /// Whether it is a sloppy `function`, neither generator nor async.
    pub fn is_sloppy(&mut self, f: FunctionRef) -> JsResult<bool> {
        let d = f.function_data();
        if flags(d) & data_flags::BUILTIN != 0 || function_kind(d) != FunctionKind::Normal {
            return Ok(false);
        }
        // only the code knows
        self.ensure_compiled(d)?;
        Ok(flags(d) & data_flags::STRICT == 0 && flow(d) == Flow::Plain)
    }

    /// [SetFunctionName](https://tc39.es/ecma262/#sec-setfunctionname).
    pub fn set_function_name(&mut self, f: FunctionRef, key: PropertyKey, prefix: &str) {
        let base = match key {
            PropertyKey::Name(v) if v.is_symbol() => {
                let d = v.cast::<tierproof_heap::SymbolRef>().description();
                if d.is_undefined() {
                    String::new()
                } else {
                    let text = key.describe(self);
                    format!("[{}]", text.trim_start_matches("Symbol(").trim_end_matches(')'))
                }
            }
            _ => key.describe(self),
        };
        let text = if prefix.is_empty() { base } else { format!("{prefix} {base}") };
        let s = self.string(&text);
        if f.object().flags() & crate::object::FUNCTION_MATERIALISED != 0 {
            let name = self.realm.names.name;
            let _ = self.define_own(f.object(), name, s.into(), attrs::CONFIGURABLE);
        } else {
            f.set_extra2(&mut self.heap, s.into());
        }
    }

    /// Shape of objects that `new_target` constructs when `fallback` is the default prototype:
    /// [GetPrototypeFromConstructor](https://tc39.es/ecma262/#sec-getprototypefromconstructor).
    pub fn prototype_from_constructor(
        &mut self,
        new_target: Value,
        fallback: ObjectRef,
    ) -> JsResult<ObjectRef> {
        let Some(o) = new_target.try_as::<ObjectRef>() else { return Ok(fallback) };
        let key = self.realm.names.prototype;
        if let Some(p) = self.get_of(o, key)?.try_as() {
            return Ok(p);
        }
        let realm = self.function_realm(o)?;
        Ok(self.intrinsic_of(realm, fallback))
    }

    /// The object a base constructor gets as `this`. The shape is cached on the new target.
    pub fn create_this(&mut self, new_target: Value) -> JsResult<ObjectRef> {
        if let Some(f) = new_target.try_as::<FunctionRef>() {
            let cached = f.prototype_cache();
            if cached.is_smi() {
                let shape = crate::shapes::ShapeId(cached.as_smi() as u32);
                let inline = self.shapes.get(shape).inline_slots;
                return Ok(self.heap.allocate_object(shape.0, inline as usize));
            }
            let fallback = self.realm.object_prototype;
            let p = self.prototype_from_constructor(new_target, fallback)?;
            let inline = self.expected_properties(f);
            let shape = self.root_shape(p.into(), CellKind::Object, inline);
            f.set_prototype_cache(&mut self.heap, Value::smi(shape.0 as i32));
            return Ok(self.heap.allocate_object(shape.0, inline as usize));
        }
        let fallback = self.realm.object_prototype;
        let p = self.prototype_from_constructor(new_target, fallback)?;
        Ok(self.new_object(p.into()))
    }

    /// In-object slots for instances of `f`: what its constructor and those it extends assign.
    fn expected_properties(&mut self, f: FunctionRef) -> u8 {
        let mut n = 0;
        let mut at = Some(f);
        for _ in 0..16 {
            let Some(f) = at else { break };
            let d = f.function_data();
            if flags(d) & data_flags::BUILTIN != 0 || self.ensure_compiled(d).is_err() {
                break;
            }
            n += info(d).this_properties;
            at = self.prototype_of(f.object()).try_as();
        }
        if n == 0 { 4 } else { n.min(64) as u8 }
    }
}

/// Distinct names that the code assigns on `this`.
fn count_this_properties(t: &CodeTemplate) -> u32 {
    use tierproof_bytecode::instruction::{Opcode, Reg, decode_all, frame};
    let mut names = std::collections::BTreeSet::new();
    for i in decode_all(&t.bytecode) {
        if matches!(i.opcode, Opcode::SetNamedProperty | Opcode::DefineNamedOwn)
            && (Reg(i.operands[0]) == Reg(frame::THIS) || t.kind == FunctionKind::DerivedConstructor)
        {
            names.insert(i.operands[1]);
        }
    }
    names.len() as u32
}
