//! State of one compilation and the small helpers everything else is written with.

use crate::control::Control;
use oxc_span::Span;
use rustc_hash::FxHashMap;
use tierproof_bytecode::assembler::{Assembler, Label};
use tierproof_bytecode::{CodeTemplate, Constant, Flow, Reg, RuntimeFunction, SlotKind, TemplateId};
use tierproof_syntax::{
    BindingIndex, FunctionInfo, JsStr, ScopeIndex, Scopes, Source, SyntaxError, js_string,
};

pub(crate) struct Generator<'s, 'a> {
    pub source: &'s Source,
    pub scopes: &'s Scopes<'a>,
    pub info: &'s FunctionInfo<'a>,
    pub asm: Assembler,
    /// Scope of the code being generated.
    pub scope: ScopeIndex,
    pub strict: bool,
    /// Next free local register.
    pub next: i32,
    /// Registers of variables that are in scope.
    pub registers: FxHashMap<BindingIndex, Reg>,
    pub controls: Vec<Control<'s>>,
    pub loop_depth: u32,
    /// Labels of the statement about to be generated.
    pub labels: Vec<&'s str>,
    /// Where the completion value of a script is kept, while it is wanted.
    pub completion: Option<Reg>,
    /// Short-circuit targets of the optional chains being generated.
    pub chains: Vec<Label>,
    pub flow: Flow,
    /// Register of the resources that `using` declarations of the current scope add to.
    pub disposal: Option<Reg>,
    /// Functions that can be suspended: the register of their generator object.
    pub generator: Option<Reg>,
    /// Where resumptions go on, by resume point.
    pub resume_points: Vec<Label>,
    pub error: Option<SyntaxError>,
}

/// Turns the placeholders of lone surrogates in a constant back.
fn restore_surrogates(c: &mut Constant) {
    use tierproof_syntax::restore_surrogates as restore;
    match c {
        Constant::String(s) => *s = restore(s),
        Constant::ArrayBoilerplate(items) => items.iter_mut().flatten().for_each(restore_surrogates),
        Constant::ObjectBoilerplate(items) => {
            for (key, value) in items {
                *key = restore(key);
                value.iter_mut().for_each(restore_surrogates);
            }
        }
        Constant::TemplateObject(parts) => {
            for (cooked, raw) in parts {
                if let Some(cooked) = cooked {
                    *cooked = restore(cooked);
                }
                *raw = restore(raw);
            }
        }
        _ => {}
    }
}

/// Runs `f` with room on the native stack.
pub(crate) fn deep<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(256 << 10, 4 << 20, f)
}

impl<'s, 'a> Generator<'s, 'a> {
    pub fn compile(
        source: &'s Source,
        scopes: &'s Scopes<'a>,
        id: TemplateId,
    ) -> Result<CodeTemplate, SyntaxError> {
        let info = &scopes.functions[id as usize];
        let mut g = Generator {
            source,
            scopes,
            info,
            asm: Assembler::new(),
            scope: info.scope,
            strict: info.strict,
            next: 0,
            registers: FxHashMap::default(),
            controls: Vec::new(),
            loop_depth: 0,
            labels: Vec::new(),
            completion: None,
            chains: Vec::new(),
            flow: crate::functions::flow(info),
            generator: None,
            disposal: None,
            resume_points: Vec::new(),
            error: None,
        };
        g.function();
        if let Some(error) = g.error {
            return Err(error);
        }
        let header = crate::functions::header(scopes, id);
        let mut out = g.asm.finish();
        if source.has_placeholders() {
            out.constants.iter_mut().for_each(restore_surrogates);
        }
        Ok(CodeTemplate {
            id,
            name: header.name,
            kind: header.kind,
            flow: header.flow,
            strict: header.strict,
            param_count: header.param_count,
            length: header.length,
            register_count: out.register_count,
            bytecode: out.bytecode,
            constants: out.constants,
            jump_tables: out.jump_tables,
            handlers: out.handlers,
            slots: out.slots,
            positions: out.positions,
            source_range: header.source_range,
            uses_this: header.uses_this,
            has_fields: header.has_fields,
        })
    }

    /// Reports a construct we can't compile; generation goes on so that state stays consistent.
    pub fn unsupported(&mut self, span: Span, what: &str) {
        if self.error.is_none() {
            let message = format!("not supported yet: {what}");
            self.error = Some(self.source.error(span.start, span.size(), message));
        }
    }

    // --- registers

    pub fn temp(&mut self) -> Reg {
        self.temps(1)
    }
    /// `n` consecutive registers.
    pub fn temps(&mut self, n: u32) -> Reg {
        let r = Reg(self.next);
        self.next += n as i32;
        r
    }
    /// Frees the registers allocated since `next` had this value.
    pub fn release(&mut self, mark: i32) {
        self.next = mark;
    }
    pub fn at(first: Reg, i: u32) -> Reg {
        Reg(first.0 + i as i32)
    }

    // --- constants, slots, positions

    pub fn position(&mut self, offset: u32) {
        self.asm.set_position(offset);
    }
    pub fn slot(&mut self, kind: SlotKind) -> u32 {
        self.asm.slot(kind)
    }
    pub fn string(&mut self, s: JsStr) -> u32 {
        self.asm.constant(Constant::String(s))
    }
    pub fn name(&mut self, s: &str) -> u32 {
        self.string(js_string(s))
    }
    pub fn load_string(&mut self, s: JsStr) {
        let c = self.string(s);
        self.asm.LdaConstant(c);
    }
    pub fn load_number(&mut self, n: f64) {
        let i = n as i32;
        if f64::from(i) == n && !(n == 0.0 && n.is_sign_negative()) {
            if i == 0 { self.asm.LdaZero() } else { self.asm.LdaSmi(i) }
        } else {
            let c = self.asm.constant(Constant::Number(n));
            self.asm.LdaConstant(c);
        }
    }

    /// `acc = runtime function(first..)`.
    pub fn runtime(&mut self, function: RuntimeFunction, first: Reg, count: u32) {
        self.asm.CallRuntime(function as u32, first, count);
    }

    /// Register that holds the context to restore in a handler of code that starts here.
    pub fn context_register(&mut self) -> Reg {
        if !self.info.has_block_contexts {
            return Reg::CONTEXT;
        }
        let r = self.temp();
        self.asm.Mov(Reg::CONTEXT, r);
        r
    }
}
