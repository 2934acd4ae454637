//! Modules: dynamic import and `import.meta`, called through `runtime_functions`.

use tierproof_heap::{FunctionDataRef, Value};

use crate::isolate::{Isolate, JsResult};

impl Isolate {
    /// `ImportCall`.
    pub fn import_call(&mut self, _: FunctionDataRef, _: Value, _: Value) -> JsResult {
        Err(self.syntax_error("not supported yet: dynamic import"))
    }
    /// `ImportMeta`.
    pub fn import_meta(&mut self, _: FunctionDataRef) -> JsResult {
        Err(self.syntax_error("not supported yet: import.meta"))
    }
}
