//! [Generator Objects](https://tc39.es/ecma262/#sec-generator-objects) and
//! [GeneratorFunction Objects](https://tc39.es/ecma262/#sec-generatorfunction-objects).

use tierproof_heap::ObjectRef;
use tierproof_runtime::generators::ResumeMode;
use tierproof_runtime::{Args, Isolate, JsResult, PropertyKey, attrs};

use crate::install::{self, Row};

const METHODS: &[Row] = &[("next", 1, next), ("return", 1, return_), ("throw", 1, throw)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.generator_prototype;
    install::methods(cx, p, METHODS);
    let f = cx.realm.generator_function_prototype;
    link(cx, f, p);
    install::tag(cx, p, "Generator");
    install::tag(cx, f, "GeneratorFunction");
}

/// Links the prototype of a kind of functions with the prototype of what they return.
pub fn link(cx: &mut Isolate, function_prototype: ObjectRef, prototype: ObjectRef) {
    let names = cx.realm.names;
    if let (PropertyKey::Name(c), PropertyKey::Name(p)) = (names.constructor, names.prototype) {
        cx.add_property(function_prototype, p, prototype.into(), attrs::CONFIGURABLE);
        cx.add_property(prototype, c, function_prototype.into(), attrs::CONFIGURABLE);
    }
}

/// [%GeneratorPrototype%.next](https://tc39.es/ecma262/#sec-generator.prototype.next)
fn next(cx: &mut Isolate, args: Args) -> JsResult {
    cx.step_generator(args.this(), ResumeMode::Next, args.get(0))
}

/// [%GeneratorPrototype%.return](https://tc39.es/ecma262/#sec-generator.prototype.return)
fn return_(cx: &mut Isolate, args: Args) -> JsResult {
    cx.step_generator(args.this(), ResumeMode::Return, args.get(0))
}

/// [%GeneratorPrototype%.throw](https://tc39.es/ecma262/#sec-generator.prototype.throw)
fn throw(cx: &mut Isolate, args: Args) -> JsResult {
    cx.step_generator(args.this(), ResumeMode::Throw, args.get(0))
}
