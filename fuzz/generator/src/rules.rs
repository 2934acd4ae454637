//! THE table of rules: name, weight, kind, function. To add one, write the function and its line.

use crate::context::Context;
use crate::scenarios_builtins as builtins;
use crate::scenarios_protocols as protocols;
use crate::{scenarios_arrays as arrays, scenarios_control as control, scenarios_numbers as numbers};
use crate::{scenarios_effects as effects, scenarios_objects as objects, statements as st};

/// What a rule makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One statement, from the variables in scope.
    Statement,
    /// Functions with a driver that warms them up and then breaks what they relied on; top level only.
    Scenario,
}

/// One rule.
pub struct Rule {
    pub name: &'static str,
    pub weight: u32,
    pub kind: Kind,
    pub build: fn(&mut Context) -> String,
}

macro_rules! rules {
    ($($kind:ident $weight:literal $($path:ident)::+;)*) => {
        pub const RULES: &[Rule] = &[$(Rule {
            name: stringify!($($path)::+), weight: $weight, kind: Kind::$kind, build: $($path)::+,
        }),*];
    };
}

rules! {
    Statement 6 st::declare;
    Statement 9 st::assign;
    Statement 3 st::update;
    Statement 2 st::append;
    Statement 2 st::change_type;
    Statement 5 st::store_property;
    Statement 1 st::delete_property;
    Statement 5 st::store_element;
    Statement 4 st::observe;
    Statement 5 st::branch;
    Statement 5 st::counted_loop;
    Statement 2 st::for_of;
    Statement 1 st::for_in;
    Statement 2 st::switch;
    Statement 2 st::try_catch;
    Statement 2 st::leave;
    Statement 2 st::closure;
    Statement 2 st::destructure;

    Scenario 24 numbers::random_function;
    Scenario 6 numbers::overflow;
    Scenario 4 numbers::minus_zero;
    Scenario 4 numbers::range_of_induction;
    Scenario 3 numbers::mixed_comparison;
    Scenario 3 numbers::bit_operations;
    Scenario 3 numbers::many_locals;
    Scenario 3 numbers::invariant;
    Scenario 24 numbers::wrapping_and_exact;
    Scenario 12 numbers::growth;
    Scenario 4 numbers::conversions;
    Scenario 18 effects::around_call;
    Scenario 6 effects::aliased_loads;
    Scenario 5 objects::shapes;
    Scenario 4 objects::prototype_edit;
    Scenario 5 objects::accessor_changes_receiver;
    Scenario 3 objects::lazy_accessors;
    Scenario 5 objects::conversion_changes_object;
    Scenario 4 objects::aliases;
    Scenario 4 objects::class_hierarchy;
    Scenario 3 objects::constructors;
    Scenario 3 objects::dictionary;
    Scenario 3 objects::frozen;
    Scenario 3 objects::literals;
    Scenario 3 objects::globals;
    Scenario 3 objects::type_tests;
    Scenario 4 objects::old_to_young;
    Scenario 3 objects::destructuring;
    Scenario 3 objects::map_and_set;
    Scenario 5 arrays::elements_transition;
    Scenario 4 arrays::holes_and_prototype;
    Scenario 4 arrays::out_of_bounds;
    Scenario 4 arrays::length_changes_in_call;
    Scenario 4 arrays::array_aliases;
    Scenario 5 arrays::typed;
    Scenario 3 arrays::callbacks;
    Scenario 3 arrays::matrix;
    Scenario 3 arrays::strings;
    Scenario 3 arrays::spread_and_rest;
    Scenario 4 control::counters;
    Scenario 4 control::osr_type_change;
    Scenario 4 control::deep_throw;
    Scenario 3 control::finally_overrides;
    Scenario 4 control::arguments_object;
    Scenario 3 control::recursion;
    Scenario 4 control::inlined_deopt;
    Scenario 3 control::call_targets;
    Scenario 3 control::labels;
    Scenario 3 control::iterators;
    Scenario 2 control::loop_captures;
    Scenario 2 control::defaults;
    Scenario 3 control::switch_dispatch;
    Scenario 3 protocols::species;
    Scenario 3 protocols::thenables;
    Scenario 4 protocols::buffers;
    Scenario 3 protocols::mixed_bigints;
    Scenario 4 protocols::suspended;
    Scenario 4 protocols::almost_escapes;
    Scenario 2 protocols::large_switch;
    Scenario 3 protocols::deep_loops;
    Scenario 3 protocols::proxies;
    Scenario 8 builtins::conversions_in_builtins;
    Scenario 3 builtins::deleted_keys;
    Scenario 3 builtins::defined_over;
    Scenario 3 builtins::big_integers;
    Scenario 4 builtins::throwing_loads;
    Scenario 6 builtins::several_indices;
}

/// A rule of this kind, by weight.
pub fn pick(cx: &mut Context, kind: Kind) -> &'static Rule {
    let rules = || RULES.iter().filter(|r| r.kind == kind);
    let total: u32 = rules().map(|r| r.weight).sum();
    let mut at = cx.choices.below(total);
    for r in rules() {
        if at < r.weight {
            return r;
        }
        at -= r.weight;
    }
    unreachable!("the weights add up")
}
