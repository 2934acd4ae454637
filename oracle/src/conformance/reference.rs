//! The suite under the reference evaluator: it has to be right where it answers at all.

use std::collections::HashMap;

use tierproof_reference::{Ending, Limits, evaluate_all};

use super::metadata::{Metadata, Phase};
use super::{Outcome, Suite};

/// Runs tests of a suite under the reference; harness files are read once.
pub struct Reference {
    suite: Suite,
    harness: HashMap<String, Vec<u8>>,
}

impl Reference {
    pub fn new(suite: Suite) -> Reference {
        Reference { suite, harness: HashMap::new() }
    }

    /// Runs a test, given by its path below `test/`, in all its variants. `Unsupported` names what the
    /// reference does not know, `Limit` its limit.
    pub fn run(&mut self, path: &str) -> Outcome {
        let source = match std::fs::read_to_string(self.suite.root.join("test").join(path)) {
            Ok(s) => s,
            Err(e) => return Outcome::Unsupported(format!("unreadable: {e}")),
        };
        let metadata = Metadata::parse(&source);
        if metadata.has("module") {
            return Outcome::Unsupported("module".into());
        }
        if metadata.has("CanBlockIsFalse") {
            return Outcome::Unsupported("agents".into());
        }
        let harness = match self.harness_for(&metadata) {
            Ok(names) => names,
            Err(outcome) => return outcome,
        };
        for &strict in metadata.variants() {
            let outcome = self.variant(path, &source, &metadata, &harness, strict);
            if outcome != Outcome::Pass {
                return outcome;
            }
        }
        Outcome::Pass
    }

    fn harness_for(&mut self, metadata: &Metadata) -> Result<Vec<String>, Outcome> {
        let mut names: Vec<String> = Vec::new();
        if !metadata.has("raw") {
            names.extend(["assert.js".into(), "sta.js".into()]);
            if metadata.has("async") {
                names.push("doneprintHandle.js".into());
            }
            names.extend(metadata.includes.iter().cloned());
        }
        for name in &names {
            if !self.harness.contains_key(name) {
                let text = std::fs::read(self.suite.root.join("harness").join(name))
                    .map_err(|e| Outcome::Unsupported(format!("harness/{name}: {e}")))?;
                self.harness.insert(name.clone(), text);
            }
        }
        Ok(names)
    }

    fn variant(
        &self,
        path: &str,
        source: &str,
        metadata: &Metadata,
        harness: &[String],
        strict: bool,
    ) -> Outcome {
        let text = if strict { format!("\"use strict\";\n{source}") } else { source.to_owned() };
        let mut sources: Vec<(&[u8], &str)> = Vec::new();
        for name in harness {
            if let Some(text) = self.harness.get(name) {
                sources.push((text, name));
            }
        }
        sources.push((text.as_bytes(), path));
        let seen = evaluate_all(&sources, &[], Limits::default());
        match (&seen.end, &metadata.negative) {
            (Ending::NotComparable(what), _) if what.starts_with("the reference failed") => {
                Outcome::Crash(what.clone())
            }
            (Ending::NotComparable(what), _) if what.starts_with("limit") => Outcome::Limit(what.clone()),
            (Ending::NotComparable(what), _) => Outcome::Unsupported(what.clone()),
            (Ending::Syntax, Some((Phase::Parse, _))) => Outcome::Pass,
            (Ending::Threw(Some(text)), Some((Phase::Runtime, kind)))
                if text.split(':').next() == Some(kind) =>
            {
                Outcome::Pass
            }
            // no error object: only its constructor tells
            (Ending::Threw(None), Some((Phase::Runtime, kind))) if kind == "Test262Error" => Outcome::Pass,
            (Ending::Completed(_), None) if metadata.has("async") => {
                match seen.lines.iter().any(|l| l == "Test262:AsyncTestComplete") {
                    true => Outcome::Pass,
                    false => Outcome::Fail(seen.lines.join(" ")),
                }
            }
            (Ending::Completed(_), None) => Outcome::Pass,
            (end, expected) => Outcome::Fail(format!("{end:?}, expected {expected:?}")),
        }
    }
}
