//! The tree on disk. Must never be here: judgement.

use std::fs;
use std::path::{Path, PathBuf};

/// A file, its path relative to the root with `/` between parts.
pub struct Page {
    pub path: String,
    pub text: String,
}

/// Folders that hold what was built or fetched.
const BUILT: [&str; 2] = ["target", "node_modules"];

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// One file; empty text when it is missing.
pub fn page(path: &str) -> Page {
    let text = fs::read_to_string(root().join(path)).unwrap_or_default();
    Page { path: path.to_owned(), text }
}

/// Every file with this ending outside hidden and built folders.
pub fn pages(ending: &str) -> Vec<Page> {
    let mut found = Vec::new();
    walk(&root(), "", ending, &mut found);
    found
}

/// Every Rust file; a tree without any is read wrongly.
pub fn sources() -> Vec<Page> {
    let sources = pages(".rs");
    assert!(sources.len() > 20, "only {} Rust files under {}", sources.len(), root().display());
    sources
}

fn walk(folder: &Path, prefix: &str, ending: &str, found: &mut Vec<Page>) {
    for name in names(folder) {
        let (path, relative) = (folder.join(&name), format!("{prefix}{name}"));
        if name.starts_with('.') || BUILT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(&path, &format!("{relative}/"), ending, found);
        } else if name.ends_with(ending) {
            found.push(page(&relative));
        }
    }
}
