//! Making and throwing Error objects, with the stack trace taken at the throw.

use tierproof_heap::{CellKind, ObjectRef, StringRef, Value};

use crate::isolate::{Isolate, JsResult, Thrown};
use crate::key::PropertyKey;
use crate::realm::ErrorKind;
use crate::shapes::attrs;
use crate::stack::Frame;
use crate::strings;

/// Frames a trace names at most.
const TRACE_FRAMES: usize = 10;

macro_rules! throwers {
    ($($name:ident $kind:ident;)*) => {
        impl Isolate {
            $(#[doc = concat!("Throws a ", stringify!($kind), " with this message.")]
            #[cold]
            #[inline(never)]
            pub fn $name(&mut self, message: &str) -> Thrown { self.throw_error(ErrorKind::$kind, message) })*
        }
    };
}
throwers! {
    type_error TypeError;
    range_error RangeError;
    reference_error ReferenceError;
    syntax_error SyntaxError;
    plain_error Error;
}

/// One line of a stack trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceFrame {
    pub function: String,
    pub file: String,
    pub line: u32,
    pub column: u32,
}

impl std::fmt::Display for TraceFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.function.is_empty() { "<anonymous>" } else { &self.function };
        match self.line {
            // Builtins have no places.
            0 => write!(f, "    at {name} ({})", self.file),
            line => write!(f, "    at {name} ({}:{line}:{})", self.file, self.column),
        }
    }
}

impl TraceFrame {
    /// Reads a line of an error's `stack`; None when it is none.
    pub fn parse(line: &str) -> Option<TraceFrame> {
        let (function, place) = line.strip_prefix("    at ")?.rsplit_once(" (")?;
        let place = place.strip_suffix(')')?;
        let with_numbers = || {
            let (rest, column) = place.rsplit_once(':')?;
            let (file, line) = rest.rsplit_once(':')?;
            Some((file, line.parse().ok()?, column.parse().ok()?))
        };
        let (file, line, column) = with_numbers().unwrap_or((place, 0, 0));
        let function = if function == "<anonymous>" { "" } else { function };
        Some(TraceFrame { function: function.into(), file: file.into(), line, column })
    }
}

impl Isolate {
    #[cold]
    fn throw_error(&mut self, kind: ErrorKind, message: &str) -> Thrown {
        if self.termination.is_some() {
            return Thrown;
        }
        let message = self.string(message);
        let prototype = self.realm.error_prototype(kind);
        match self.make_error(prototype, Some(message)) {
            Ok(e) => self.throw(e),
            Err(t) => t,
        }
    }

    /// A new Error object with own `message` (when given) and `stack`.
    pub fn make_error(&mut self, prototype: ObjectRef, message: Option<StringRef>) -> JsResult {
        let shape = self.root_shape(prototype.into(), CellKind::Error, 0);
        let e = self.heap.allocate_object_of(CellKind::Error, shape.0);
        // `stack` comes first: nothing may stand between `message` and what constructors add
        let key = self.realm.names.stack;
        self.define_own(e, key, Value::UNDEFINED, attrs::HIDDEN)?;
        if let Some(m) = message {
            let key = self.realm.names.message;
            self.define_own(e, key, m.into(), attrs::HIDDEN)?;
        }
        self.attach_stack(e)?;
        Ok(e.into())
    }

    /// Gives an error its non-enumerable `stack` string: header line, then the calling functions.
    pub fn attach_stack(&mut self, e: ObjectRef) -> JsResult<()> {
        let trace = self.stack_trace();
        let mut text = self.error_header(e);
        for f in trace.iter().take(TRACE_FRAMES) {
            text.push_str(&format!("\n{f}"));
        }
        let s = self.string(&text);
        let key = self.realm.names.stack;
        self.define_own(e, key, s.into(), attrs::HIDDEN)
    }

    /// `Name: message` without running JavaScript (data properties only).
    pub fn error_header(&mut self, e: ObjectRef) -> String {
        let name = self.data_property_text(e, self.realm.names.name).unwrap_or_else(|| "Error".into());
        match self.data_property_text(e, self.realm.names.message) {
            Some(m) if !m.is_empty() && !name.is_empty() => format!("{name}: {m}"),
            Some(m) if name.is_empty() => m,
            _ => name,
        }
    }

    /// String value of a data property found on `o` or its prototypes, without running JavaScript.
    pub fn data_property_text(&mut self, o: ObjectRef, key: PropertyKey) -> Option<String> {
        let s = self.data_property(o, key)?.try_as::<StringRef>()?;
        Some(strings::to_rust(self, s))
    }

    /// Value of a data property found on `o` or its prototypes, without running JavaScript.
    pub fn data_property(&mut self, o: ObjectRef, key: PropertyKey) -> Option<Value> {
        let mut at = Some(o);
        while let Some(o) = at.filter(|o| !crate::proxy::is_proxy(*o)) {
            if let Some(p) = self.get_own_property(o, key).ok()? {
                return p.value_if_data();
            }
            at = self.prototype_of(o).try_as();
        }
        None
    }

    /// The JavaScript functions being executed, innermost first. Bytecode offsets in the frames are
    /// kept current by every tier, so the trace is the same in each.
    pub fn stack_trace(&mut self) -> Vec<TraceFrame> {
        let mut out = Vec::new();
        let mut at = self.jit.fp;
        while !at.is_null() && out.len() < TRACE_FRAMES + 2 {
            let f = Frame::at(at);
            if f.is_js() && f.callee().is_cell() {
                self.trace_frame(f, &mut out);
            }
            at = f.caller();
        }
        out
    }

    fn trace_frame(&mut self, f: Frame, out: &mut Vec<TraceFrame>) {
        if f.kind() == crate::stack::kind::OPTIMISED
            && let Some(expand) = self.hooks.expand_frame
        {
            for (data, offset) in expand(self, f.fp()) {
                out.push(self.describe_position(data, offset));
            }
            return;
        }
        let line = self.describe_position(f.function_data(), f.offset());
        out.push(line);
    }

    /// Function name, file, line and column of a bytecode offset.
    pub fn describe_position(&mut self, data: tierproof_heap::FunctionDataRef, offset: u32) -> TraceFrame {
        let info = crate::function::info(data);
        let at = info.template.position_at(offset);
        let (line, column) = if info.source.is_builtin() { (0, 0) } else { info.source.line_column(at) };
        TraceFrame {
            function: String::from_utf16_lossy(&info.template.name),
            file: info.source.name().to_string(),
            line,
            column,
        }
    }
}
