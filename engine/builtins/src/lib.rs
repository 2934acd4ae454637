//! The builtin functions of the global environment, one file per global object, named as in the
//! specification. A file holds tables of `(name, length, function)`; `install` puts them on the bare
//! objects that the realm was created with. Values that live across a call into JavaScript are kept
//! in locals, frames or `List`s, never in Rust collections.

mod array;
mod array_buffer;
mod array_elements;
mod array_from_async;
mod array_iterator;
mod array_sort;
mod async_disposable_stack;
mod async_generator;
mod atomics;
mod bigint;
mod boolean;
mod data_view;
mod date;
mod disposable_stack;
mod error;
mod finalization_registry;
mod function;
mod generator;
mod global;
mod hash_table;
pub mod inspect;
mod install;
mod iterator;
mod json;
mod map;
mod map_iterator;
pub mod math;
mod number;
mod object;
mod promise;
mod proxy;
mod reflect;
mod regexp;
mod regexp_legacy;
mod regexp_symbol;
mod selfhosted;
mod set;
mod string;
mod string_builder;
mod string_iterator;
mod symbol;
mod temporal;
mod typed_array;
mod typed_array_sort;
mod uint8array_base64;
mod weak_map;
mod weak_ref;
mod weak_set;

pub use array::species as array_species;
pub use json::parse_value as json_parse;
use tierproof_runtime::Isolate;

/// Fills the realm of a new isolate with the builtins.
pub fn install(cx: &mut Isolate) {
    // The native stack is not scanned before the first script runs.
    cx.heap.pause_collection();
    object::install(cx);
    function::install(cx);
    symbol::install(cx);
    error::install(cx);
    array::install(cx);
    array_iterator::install(cx);
    string::install(cx);
    string_iterator::install(cx);
    number::install(cx);
    boolean::install(cx);
    bigint::install(cx);
    math::install(cx);
    map::install(cx);
    set::install(cx);
    weak_map::install(cx);
    weak_set::install(cx);
    map_iterator::install(cx);
    promise::install(cx);
    generator::install(cx);
    async_generator::install(cx);
    reflect::install(cx);
    proxy::install(cx);
    regexp::install(cx);
    json::install(cx);
    array_buffer::install(cx);
    typed_array::install(cx);
    data_view::install(cx);
    date::install(cx);
    temporal::install(cx);
    disposable_stack::install(cx);
    async_disposable_stack::install(cx);
    iterator::install(cx);
    weak_ref::install(cx);
    finalization_registry::install(cx);
    atomics::install(cx);
    global::install(cx);
    cx.heap.resume_collection();
}

/// `(object, name)` of a builtin that optimising tiers know how to replace, by the address of its Rust function.
pub fn replaceable(native: usize) -> Option<(&'static str, &'static str)> {
    const OTHERS: &[(&str, &str, tierproof_runtime::NativeFn)] = &[
        ("String.prototype", "charCodeAt", string::char_code_at),
        ("String.prototype", "charAt", string::char_at),
        ("String", "fromCharCode", string::from_char_code),
        ("Array.prototype", "push", array::push),
    ];
    let other = || OTHERS.iter().find(|o| o.2 as usize == native).map(|o| (o.0, o.1));
    math::kernel_of_builtin(native).map(|k| ("Math", k.name)).or_else(other)
}
