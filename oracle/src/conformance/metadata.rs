//! The frontmatter of a test: the few YAML forms the suite uses, read by hand.

/// When a negative test is expected to throw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Parse,
    Resolution,
    Runtime,
}

/// What a test says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub flags: Vec<String>,
    pub includes: Vec<String>,
    pub features: Vec<String>,
    /// Phase and constructor name of the expected error.
    pub negative: Option<(Phase, String)>,
}

impl Metadata {
    /// Reads the block between `/*---` and `---*/`; a file without one has no metadata.
    pub fn parse(source: &str) -> Metadata {
        let source = &source.replace("\r\n", "\n").replace('\r', "\n");
        let mut out = Metadata::default();
        let Some((_, rest)) = source.split_once("/*---") else { return out };
        let Some((block, _)) = rest.split_once("---*/") else { return out };
        // the key whose indented lines follow
        let mut section = "";
        let (mut phase, mut kind) = (None, None);
        for line in block.lines() {
            let text = line.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if !line.starts_with([' ', '\t', '-']) {
                let Some((key, value)) = text.split_once(':') else { continue };
                section = key.trim();
                if let Some(list) = out.list(section) {
                    list.extend(inline_list(value));
                }
                continue;
            }
            if section == "negative" {
                match text.split_once(':') {
                    Some(("phase", v)) => phase = phase_of(v.trim()),
                    Some(("type", v)) => kind = Some(v.trim().to_owned()),
                    _ => {}
                }
            } else if let Some(list) = out.list(section) {
                match text.strip_prefix('-') {
                    Some(item) => list.push(item.trim().to_owned()),
                    None => list.extend(inline_list(text)),
                }
            }
        }
        if section_present(block, "negative") {
            out.negative = Some((phase.unwrap_or(Phase::Runtime), kind.unwrap_or_default()));
        }
        out
    }

    fn list(&mut self, key: &str) -> Option<&mut Vec<String>> {
        match key {
            "flags" => Some(&mut self.flags),
            "includes" => Some(&mut self.includes),
            "features" => Some(&mut self.features),
            _ => None,
        }
    }

    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|f| f == flag)
    }

    /// The variants to run: whether each is made strict.
    pub fn variants(&self) -> &'static [bool] {
        if self.has("onlyStrict") {
            &[true]
        } else if self.has("noStrict") || self.has("raw") || self.has("module") {
            &[false]
        } else {
            &[false, true]
        }
    }
}

fn section_present(block: &str, key: &str) -> bool {
    block.lines().any(|l| l.strip_prefix(key).is_some_and(|r| r.starts_with(':')))
}

fn phase_of(text: &str) -> Option<Phase> {
    match text {
        "parse" | "early" => Some(Phase::Parse),
        "resolution" => Some(Phase::Resolution),
        "runtime" => Some(Phase::Runtime),
        _ => None,
    }
}

/// `[a, b]`, also when it goes on over several lines.
fn inline_list(text: &str) -> impl Iterator<Item = String> {
    text.split([',', '[', ']']).map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_the_suite() {
        let m = Metadata::parse(
            "// x\n/*---\nesid: a\ndescription: >\n  flags: [no]\n  - nothing\nflags: [onlyStrict, async]\n\
             includes:\n  - a.js\n  - b.js\nfeatures: [x,\n  y.z]\nnegative:\n  phase: parse\n  type: SyntaxError\n---*/",
        );
        assert_eq!(m.flags, ["onlyStrict", "async"]);
        assert_eq!(m.includes, ["a.js", "b.js"]);
        assert_eq!(m.features, ["x", "y.z"]);
        assert_eq!(m.negative, Some((Phase::Parse, "SyntaxError".into())));
        assert_eq!(m.variants(), [true]);
        assert_eq!(Metadata::parse("1").variants(), [false, true]);
    }
}
