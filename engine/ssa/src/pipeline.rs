//! The pass driver: times, dumps, counts fuel, verifies.

use std::time::{Duration, Instant};

use tierproof_base::Fuel;

use crate::facts::Facts;
use crate::graph::Graph;

/// Whether a pass did anything.
pub type Changed = bool;

/// One optimisation: a name and a function.
#[derive(Clone, Copy)]
pub struct Pass {
    pub name: &'static str,
    pub run: fn(&mut Graph, &Facts, &mut Fuel) -> Changed,
}

/// What to watch while a pipeline runs.
#[derive(Default)]
pub struct Watch<'a> {
    /// Called after each pass that changed something (and once before the first, with `BUILD`).
    pub dump: Option<&'a mut dyn FnMut(&str, &Graph)>,
    /// Dump after passes that changed nothing, too.
    pub dump_unchanged: bool,
    /// Verify after each pass even in release builds.
    pub verify: bool,
    /// Time of each pass.
    pub times: Vec<(&'static str, Duration)>,
}

/// Runs the passes in order; an error names the pass that broke the graph.
pub fn run(
    passes: &[Pass],
    graph: &mut Graph,
    facts: &Facts,
    fuel: &mut Fuel,
    watch: &mut Watch<'_>,
) -> Result<(), String> {
    let verify = watch.verify || cfg!(debug_assertions);
    if verify {
        crate::verify::verify(graph).map_err(|e| format!("after building {}: {e}", graph.name))?;
    }
    if let Some(dump) = &mut watch.dump {
        dump("BUILD", graph);
    }
    for pass in passes {
        let start = Instant::now();
        let changed = (pass.run)(graph, facts, fuel);
        watch.times.push((pass.name, start.elapsed()));
        if verify {
            crate::verify::verify(graph)
                .map_err(|e| format!("after {} of {}: {e}", pass.name, graph.name))?;
        }
        if (changed || watch.dump_unchanged)
            && let Some(dump) = &mut watch.dump
        {
            dump(pass.name, graph);
        }
    }
    Ok(())
}
