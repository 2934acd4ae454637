//! What embedders write against: values they may keep ([`JsValue`]), operations on them ([`Context`]),
//! host functions ([`Call`]) and errors. None of it needs `unsafe`, and none of it can break the heap:
//! handles are roots, a handle of one isolate is refused by another, and what throws says so.
//!
//! The engine's own crates use the raw `Isolate` and `Value` instead, with the rules of
//! `engine/docs/gc-rules.md`.

mod context;
mod host;
mod value;

pub use context::{Context, PromiseState, Throw};
pub use host::Call;
pub use value::{JsValue, Kind};
