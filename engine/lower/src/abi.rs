//! Limits and layouts that lowered code shares with the runtime, beyond `runtime::isolate::abi`.

pub use tierproof_runtime::isolate::EXIT_BUFFER_WORDS;
pub use tierproof_runtime::isolate::abi as state;

/// Most arguments of a call that is lowered; they lie in the slack above the VM stack's limit.
pub const MAX_ARGUMENTS: usize = 200;

/// Words of a constant table before the constants. Word 0: non-zero when the code is invalidated.
pub const TABLE_HEADER_WORDS: i32 = 1;

/// Frame kind of optimised code, in bits 56.. of the argc word.
pub const FRAME_KIND_OPTIMIZED: u32 = tierproof_runtime::stack::kind::OPTIMISED as u32;

const _: () = assert!(MAX_ARGUMENTS + 16 < tierproof_runtime::stack::STACK_SLACK);

// The graph evaluator's copy of the Value encoding is the heap's.
const _: () = {
    use tierproof_heap::Value;
    use tierproof_ssa::{Immediate, encoding};
    assert!(encoding::NUMBER_TAG == Value::NUMBER_TAG);
    assert!(encoding::DOUBLE_OFFSET == Value::DOUBLE_OFFSET);
    assert!(encoding::IMMEDIATE_BIT == Value::IMMEDIATE_BIT);
    assert!(encoding::immediate(Immediate::Undefined) == Value::UNDEFINED.to_bits());
    assert!(encoding::immediate(Immediate::Null) == Value::NULL.to_bits());
    assert!(encoding::immediate(Immediate::True) == Value::TRUE.to_bits());
    assert!(encoding::immediate(Immediate::False) == Value::FALSE.to_bits());
    assert!(encoding::immediate(Immediate::Hole) == Value::HOLE.to_bits());
    assert!(encoding::number(-0.0) == Value::number(-0.0).to_bits());
    assert!(encoding::number(1.5) == Value::number(1.5).to_bits());
};
