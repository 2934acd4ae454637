//! Planted faults: known bug shapes compiled in with the `faults` feature, off until switched on by
//! id. They measure the harness; see `corpus/faults/` for the witness of each.
//!
//! Engine code asks `fault(Fault::X)` at the one place where the fault acts. Without the feature
//! the answer is a constant false and the code disappears.

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $unit:literal, $text:literal;)*) => {
        /// The faults, named after their row in the catalogue of historic bugs.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Fault { $($name),* }

        /// All faults: id, the unit at fault, and what goes wrong.
        pub const FAULTS: &[(Fault, &str, &str, &str)] =
            &[$((Fault::$name, stringify!($name), $unit, $text)),*];
    };
}

faults! {
    F001 = "simplify", "an operation folded to a constant drops its bytecode-live operands from later frame states";
    F007 = "lowering", "an int32 frame-state slot is restored as if it were a tagged value";
    F008 = "frame-state", "a lazy deopt after a call does not write the call's result to the accumulator";
    F014 = "effects", "an element store with a negative or non-index key is modelled as calling no user code";
    F015 = "inliner", "an element load or pop of a hole ignores elements on the prototype chain";
    F022 = "typer", "an int32 addition whose one use truncates stays unchecked for its other uses";
    F034 = "licm", "a shape check is hoisted out of a loop that replaces the object's shape";
    F044 = "bounds", "index plus constant in a bounds check wraps around at 32 bits";
    F047 = "load-elim", "elements facts are not killed by a call";
    F050 = "write-barrier", "a store into an old object skips the write barrier";
}

#[cfg(feature = "faults")]
static ACTIVE: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(u8::MAX);

/// Whether this fault is switched on.
#[cfg(feature = "faults")]
#[inline]
pub fn fault(f: Fault) -> bool {
    ACTIVE.load(std::sync::atomic::Ordering::Relaxed) == f as u8
}

/// Whether this fault is switched on: never, in a build without faults.
#[cfg(not(feature = "faults"))]
#[inline(always)]
pub const fn fault(_: Fault) -> bool {
    false
}

/// Switches the fault with this id on for the whole process.
pub fn switch_on(id: &str) -> Result<(), String> {
    let Some(&(f, ..)) = FAULTS.iter().find(|f| f.1 == id) else {
        let known: Vec<&str> = FAULTS.iter().map(|f| f.1).collect();
        return Err(format!("unknown fault `{id}` ({})", known.join(", ")));
    };
    activate(f)
}

#[cfg(feature = "faults")]
fn activate(f: Fault) -> Result<(), String> {
    ACTIVE.store(f as u8, std::sync::atomic::Ordering::Relaxed);
    Ok(())
}
#[cfg(not(feature = "faults"))]
fn activate(_: Fault) -> Result<(), String> {
    Err("this build has no faults: build with `--features faults`".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_ids_are_refused_and_off_is_the_default() {
        assert!(switch_on("F999").unwrap_err().contains("F001"));
        assert!(FAULTS.iter().all(|&(f, ..)| !fault(f)));
    }
}
