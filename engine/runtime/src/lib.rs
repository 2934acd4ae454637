//! The runtime: isolate, shapes, objects, strings, functions, inline caches and the abstract
//! operations of the specification. Everything that JavaScript can observe is decided here, once,
//! for all tiers; interpreter, builtins and compiled code call in.

pub mod agents;
pub mod async_functions;
pub mod bigint;
pub mod call;
pub mod convert;
pub mod disposal;
pub mod dynamic_scopes;
pub mod elements;
pub mod errors;
pub mod feedback;
pub mod function;
pub mod generators;
pub mod ic;
pub mod image;
pub mod intern;
pub mod isolate;
pub mod iteration;
pub mod jobs;
pub mod key;
pub mod list;
pub mod literals;
pub mod modules;
pub mod object;
pub mod private_names;
pub mod probes;
pub mod promise;
pub mod proxy;
pub mod realm;
pub mod realms;
pub mod regexp;
pub mod runtime_functions;
pub mod shapes;
pub mod shared_memory;
pub mod stack;
pub mod strings;
pub mod typed_array;

pub use function::{Args, FunctionInfo, NativeFn};
pub use isolate::{
    Entry, Hooks, HostFunction, Invalidated, Isolate, JitState, JsResult, Limits, Printer, Termination,
    Thrown, VmExtension,
};
pub use key::PropertyKey;
pub use list::List;
pub use modules::ModuleLoader;
pub use object::{Descriptor, Property};
pub use promise::Capability;
pub use realms::RealmId;
pub use shapes::{ShapeId, attrs};
pub use stack::Frame;
pub use tierproof_syntax::{Source, parse_builtins};
