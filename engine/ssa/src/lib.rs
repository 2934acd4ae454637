//! The optimising tiers' intermediate representation: nodes, graph, frozen input (`Facts`), builder
//! from bytecode, verifier, printer, evaluator and pass driver. Knows neither heap nor Cranelift.
//!
//! Entry points: [`builder::build`] makes a [`Graph`] from [`Facts`]; [`pipeline::run`] applies a
//! list of passes to it; the `lower` crate turns the result into machine code.

pub mod analysis;
pub mod builder;
pub mod encoding;
pub mod evaluate;
pub mod facts;
pub mod frame_state;
pub mod graph;
pub mod liveness;
pub mod node;
pub mod pipeline;
pub mod print;
pub mod runtime_op;
pub mod types;
pub mod verify;

pub use facts::{CellId, Facts, FunctionFacts, FunctionIndex, ShapeId};
pub use frame_state::{Checkpoint, DeoptReason, FrameId, FrameSlot, FrameState};
pub use graph::{Block, BlockId, Edge, Graph, NodeId, Terminator};
pub use node::{GeneratorWord, Immediate, Op, Repr};
pub use runtime_op::RuntimeOp;
