//! [Abstract operations](https://tc39.es/ecma262/#sec-abstract-operations), as methods of the agent with the
//! specification's names.

mod arithmetic;
mod array_exotic;
mod calls;
mod comparison;
mod conversion;
mod iterators;
mod objects;
mod ordinary;
mod promises;
mod proxy;
mod typed_arrays;

pub use arithmetic::exponentiate;
pub use calls::NativeRow;
pub use conversion::{Hint, Numeric, bigint_of, int32_of, number_of};
pub use objects::Listing;
