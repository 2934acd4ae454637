//! Offsets and limits that lowered code shares with the runtime: `JitState`, frames, constant tables.
//!
//! `runtime/src/isolate.rs` owns the struct; `vm` asserts that both agree.

/// Offsets in `JitState` (`#[repr(C)]`, what the first argument of every entry points to).
pub mod state {
    /// `*mut Value`: frame pointer of the running frame.
    pub const FP: i32 = 0;
    /// `*mut Value`: VM stack limit; a frame of `n` words is refused when `fp + n + STACK_SLACK > limit`.
    pub const STACK_LIMIT: i32 = 8;
    /// `i64`: ticks left.
    pub const TICKS: i32 = 16;
    /// `Value`: pending exception.
    pub const EXCEPTION: i32 = 24;
    /// `*mut Heap`.
    pub const HEAP: i32 = 32;
    /// `*const [*const u8]`: runtime functions by `RuntimeOp` number.
    pub const RUNTIME_TABLE: i32 = 40;
    /// `*const [*const u64]`: constant tables by code id.
    pub const CODE_TABLES: i32 = 48;
    /// `Value`: second result of the runtime functions that have one.
    pub const SECOND_RESULT: i32 = 56;
    /// `i64`: checkpoints until the next injected deopt (only used by code lowered with `inject_deopts`).
    pub const DEOPT_COUNTER: i32 = 64;
    /// `[u64; EXIT_BUFFER_WORDS]`: live values at an exit.
    pub const EXIT_BUFFER: i32 = 128;
}

pub const EXIT_BUFFER_WORDS: usize = 512;

/// Words beyond a frame that any frame may use for outgoing arguments and headers without a check.
pub const STACK_SLACK: i32 = 512;

/// Most arguments of a call that is lowered; above, the builder's call is refused.
pub const MAX_ARGUMENTS: usize = 200;

/// Words of a constant table before the constants. Word 0: non-zero when the code is invalidated.
pub const TABLE_HEADER_WORDS: i32 = 1;

/// Frame kind of optimised code, in bits 56.. of the argc word.
pub const FRAME_KIND_OPTIMIZED: u32 = 1;
