//! What all compiled code shares: executable memory, the table of runtime functions it calls,
//! and disassembly.

#[cfg(target_arch = "x86_64")]
pub mod code_memory;
pub mod disassembly;
pub mod preserving_stubs;
pub mod runtime_ops;

#[cfg(target_arch = "x86_64")]
pub use code_memory::{CodeMemory, CodeRange};

/// Whether this host can run compiled code at all.
pub const HOST_HAS_JIT: bool = cfg!(all(target_arch = "x86_64", target_os = "linux"));
