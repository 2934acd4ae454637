//! Builtins written in JavaScript: methods that call functions of the program in a loop. Code of the
//! tiers like any other, so a call of `map` and the function given to it are inlined together, a deopt
//! in the function rebuilds the frame of `map`, and ticks pass as in the program's own loops.
//!
//! A source is an object literal with the methods. `install` makes a function of each, compiled at its
//! first call; nothing of the source runs.

use std::rc::Rc;

use tierproof_heap::ObjectRef;
use tierproof_runtime::{Isolate, attrs};
use tierproof_runtime::{Source, parse_builtins};

/// File name in stack traces.
const NAME: &str = "native";

thread_local! {
    static ARRAY: Rc<Source> = parse(include_str!("array.js"));
}

fn parse(text: &str) -> Rc<Source> {
    match parse_builtins(text, NAME) {
        Ok(source) => source,
        Err(e) => unreachable!("a part of the engine does not parse: {}", e.message),
    }
}

/// The methods of `array.js`, on `Array.prototype`.
pub fn install_array(cx: &mut Isolate, prototype: ObjectRef) {
    install(cx, prototype, ARRAY.with(Rc::clone));
}

fn install(cx: &mut Isolate, o: ObjectRef, source: Rc<Source>) {
    let root = source.root_function();
    let count = source.function_count();
    let id = cx.source_number(source);
    for template in (0..count).filter(|&t| t != root) {
        let (f, name) = cx.function_of_source(id, template);
        cx.add_property(o, name, f.into(), attrs::HIDDEN);
    }
}
