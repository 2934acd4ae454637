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
    F001 = "simplify", "a binary operation folded to a constant drops its operands from later frame states";
    F006 = "inliner", "the frame state of a function inlined in an inlined one names the function that calls it";
    F007 = "lowering", "an int32 in the frame state of an overflow exit is restored as if it were a tagged value";
    F008 = "lowering", "a lazy deopt after a call whose result optimised code ignores does not write the result";
    F014 = "effects", "an element store with a negative or fractional number as key is modelled as calling no user code";
    F015 = "graph-build", "an inlined load of a hole, or behind an array's end, ignores elements on the prototype chain";
    F019 = "dead-code", "arithmetic on anything but objects counts as free of effects, although BigInt operands make it throw";
    F022 = "truncation", "an int32 addition with one truncating use loses its overflow check for all uses";
    F025 = "lowering", "Math.min and Math.max become a comparison and a selection, whatever the sign of zeros";
    F026 = "truncation", "arithmetic modulo 2^32 is taken although intermediate results pass 2^53";
    F027 = "range", "a loop variable that is also set to a constant in the loop still counts as only stepping";
    F028 = "range", "an int32 loop phi that is multiplied has the range of the first iteration's product";
    F029 = "gvn", "the value-number key ignores the overflow mode of int32 add, sub and mul";
    F031 = "load-elim", "a store to a property slot leaves what is known about the same slot of other names for the object";
    F032 = "load-elim", "a store to an element leaves what is known about elements at other variable indices";
    F042 = "inliner", "an inlined closure that is no constant runs in the scope of the function it is inlined into";
    F044 = "range", "a wrapping addition has the range of the exact sum";
    F045 = "range", "a bounds check is dropped when the index is below the length, be it negative or not";
    F046 = "runtime", "TypedArray.prototype.fill does not look again whether the buffer is there after it has converted the value";
    F047 = "load-elim", "facts about an array's elements are not killed by a call";
    F050 = "lowering", "an inlined store of a cell into a property slot has no write barrier";
    F056 = "ic", "a load that found a getter on the prototype chain is remembered for the shape that the receiver has after the getter has run";
    F057 = "ic", "a property that a prototype loses leaves what is remembered about the prototype chain";
    F059 = "runtime", "defining a field or a literal's property over one that exists ignores that one's attributes";
    F060 = "runtime", "for-in visits keys that its body has deleted";
    F063 = "lowering", "a uint32 is converted to a double as if it were signed";
    F067 = "baseline", "the last of more than 16 registers is not cleared at entry";
    F068 = "baseline", "a store cache that finds no room in the object has lost the value when it calls the slow path";
    F069 = "deps", "code that embeds the value of a global variable is not told when it changes";
    F073 = "compile-queue", "code is installed although a global value that it embeds has changed since it was compiled";
    F075 = "graph-build", "a value that comes from a merge of paths is not saved when a generator is suspended";
    F078 = "lowering", "no exception check behind the runtime call of a keyed load";
    F079 = "runtime", "a negative BigInt is not rounded down when shifted right by a multiple of 64 bits";
    F084 = "runtime", "Array.prototype.join has read all elements before it converts the first";
    F086 = "feedback", "a deopt for a wrong kind of object is not remembered, so that the same code is made again for ever";
}

/// Entries of the catalogue that have no counterpart in this engine, and why.
pub const NOT_APPLICABLE: &[(&[&str], &str)] = &[
    (
        &["F002"],
        "arguments of an inlined builtin are values of the graph, not registers that could be reused",
    ),
    (
        &["F003", "F004", "F005", "F036", "F037", "F038", "F039", "F040"],
        "optimised code makes every object that the program makes: there is no escape analysis and nothing to materialise",
    ),
    (&["F009"], "stores into `this` are guarded by its shape wherever code is entered"),
    (
        &["F010"],
        "the loop header is the only place that values of an OSR entry are converted for; its exits resume there",
    ),
    (&["F011"], "a frame place has one phi at a loop header, in one representation"),
    (
        &["F012", "F013"],
        "no pass infers shapes over the effect chain: shapes are checked where they are used",
    ),
    (
        &["F016", "F017", "F018", "F055"],
        "operations that may run JavaScript are calls of the runtime, whose effects come from one list (F014 is planted there)",
    ),
    (
        &["F020", "F021", "F023", "F024", "F080"],
        "there is no typer: only int32 ranges are computed (F026, F027, F028 and F044 are planted there)",
    ),
    (
        &["F030", "F033", "F034", "F035", "F043"],
        "guards and what relies on them are tied by their values, so that no pass can move one above the other",
    ),
    (&["F041"], "callees are not inlined through apply or spread"),
    (
        &["F048"],
        "integer keys of typed arrays are told from names in one place, for numbers and strings alike",
    ),
    (&["F049"], "the collector does not mark while the program runs: there is no deletion barrier"),
    (&["F051"], "weak collections are cleared after the marking of a stopped heap"),
    (
        &["F052", "F053", "F054"],
        "optimised code and the runtime have no stack maps and no folded allocations: the native stack is scanned conservatively",
    ),
    (&["F058"], "literals take shapes from the transition tree; unique shapes are never kept for them"),
    (&["F061"], "shape ids are not used again while an engine lives, and for-in keeps keys and not shapes"),
    (&["F062"], "arguments objects have elements of the kind with holes from the start"),
    (
        &["F064", "F065", "F066"],
        "code generation and register allocation are Cranelift's: bisect splits its faults off by its own options",
    ),
    (&["F070", "F071"], "fields have no representations or types that could be generalised"),
    (&["F072"], "captured variables are not treated as constants"),
    (&["F074"], "compile threads register no dependencies: the main thread does when it installs the code"),
    (&["F076"], "places live across a yield are saved whatever the code after it was seen to do"),
    (&["F077"], "handlers are looked up by the bytecode offset of the frame that throws"),
    (&["F081"], "RegExp.prototype.test is not inlined"),
    (&["F082"], "functions are generated once from a source that stays"),
    (&["F083"], "keyed accesses in for-in bodies have no fast path that depends on the loop variable"),
    (
        &["F085"],
        "the length of an instruction comes from the opcode table for every operand width; generators resume through a jump table",
    ),
];

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

/// Faults of this form leave one kind of guard out of optimised code.
pub const GUARD: &str = "guard:";

#[cfg(feature = "faults")]
static UNGUARDED: std::sync::RwLock<Option<String>> = std::sync::RwLock::new(None);

/// Whether guards of this operation are left out.
#[cfg(feature = "faults")]
pub fn unguarded(operation: &str) -> bool {
    UNGUARDED.read().is_ok_and(|u| u.as_deref() == Some(operation))
}

/// Whether guards of this operation are left out: never, in a build without faults.
#[cfg(not(feature = "faults"))]
#[inline(always)]
pub const fn unguarded(_: &str) -> bool {
    false
}

/// Switches the fault with this id on for the whole process; `guard:NAME` leaves out the guards of an
/// operation of optimised code.
pub fn switch_on(id: &str) -> Result<(), String> {
    if let Some(operation) = id.strip_prefix(GUARD) {
        return leave_out(operation);
    }
    let Some(&(f, ..)) = FAULTS.iter().find(|f| f.1 == id) else {
        let known: Vec<&str> = FAULTS.iter().map(|f| f.1).collect();
        return Err(format!("unknown fault `{id}` ({})", known.join(", ")));
    };
    activate(f)
}

/// Switches any fault off.
pub fn switch_off() {
    #[cfg(feature = "faults")]
    {
        ACTIVE.store(u8::MAX, std::sync::atomic::Ordering::Relaxed);
        if let Ok(mut u) = UNGUARDED.write() {
            *u = None;
        }
    }
}

#[cfg(not(feature = "faults"))]
const WITHOUT: &str = "this build has no faults: build with `--features faults`";

#[cfg(feature = "faults")]
fn leave_out(operation: &str) -> Result<(), String> {
    *UNGUARDED.write().map_err(|_| "a thread has panicked while it switched faults")? =
        Some(operation.into());
    Ok(())
}
#[cfg(not(feature = "faults"))]
fn leave_out(_: &str) -> Result<(), String> {
    Err(WITHOUT.into())
}

#[cfg(feature = "faults")]
fn activate(f: Fault) -> Result<(), String> {
    ACTIVE.store(f as u8, std::sync::atomic::Ordering::Relaxed);
    Ok(())
}
#[cfg(not(feature = "faults"))]
fn activate(_: Fault) -> Result<(), String> {
    Err(WITHOUT.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_faults_are_not_called_inapplicable() {
        let mut all: Vec<&str> = NOT_APPLICABLE.iter().flat_map(|n| n.0).copied().collect();
        all.extend(FAULTS.iter().map(|f| f.1));
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!((count, all[0], all[count - 1]), (all.len(), "F001", "F086"));
    }

    #[test]
    fn unknown_ids_are_refused_and_off_is_the_default() {
        assert!(switch_on("F999").unwrap_err().contains("F001"));
        assert!(FAULTS.iter().all(|&(f, ..)| !fault(f)));
    }
}
