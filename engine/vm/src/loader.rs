//! The module loader of engines that are not given another one: files, by relative or absolute path.

use std::path::{Component, Path, PathBuf};

use tierproof_runtime::ModuleLoader;

/// Modules are files; specifiers are relative to the file that names them.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileLoader;

impl ModuleLoader for FileLoader {
    fn resolve(&self, referrer: &str, specifier: &str) -> Result<String, String> {
        resolve(referrer, specifier)
    }
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        std::fs::read(name).map_err(|e| format!("Cannot read module '{name}': {e}"))
    }
}

fn resolve(referrer: &str, specifier: &str) -> Result<String, String> {
    let relative = specifier.starts_with("./") || specifier.starts_with("../");
    if !relative && !specifier.starts_with('/') {
        return Err(format!("Cannot find module '{specifier}': not a path"));
    }
    let base = Path::new(referrer).parent().unwrap_or(Path::new(""));
    let mut path = PathBuf::new();
    for part in base.join(specifier).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(path.components().next_back(), Some(Component::Normal(_))) => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    Ok(path.display().to_string())
}
