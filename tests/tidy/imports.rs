//! Who may import whom (design 3), read from the manifests, and the top level (design 2).

use crate::settle;
use crate::tree::{Page, names, page, pages, root};

/// What a crate may use of ours. The tests may use everything, and so may the binary.
const TABLE: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("eventlog", &[]),
    ("wire", &["domain"]),
    ("hub", &["domain", "eventlog", "wire"]),
    ("education", &["hub", "wire", "domain"]),
    ("police", &["hub", "wire", "domain"]),
    ("fire", &["hub", "wire", "domain"]),
    ("directory", &["hub", "wire", "domain"]),
    ("streams", &["hub", "wire", "domain"]),
    ("console", &["wire", "domain"]),
    ("safeguard", EVERYTHING),
    ("stories", EVERYTHING),
];
const EVERYTHING: &[&str] = &[
    "domain",
    "eventlog",
    "wire",
    "hub",
    "education",
    "police",
    "fire",
    "directory",
    "streams",
    "console",
    "safeguard",
];
/// Machinery that the law must not touch.
const MACHINERY: [&str; 14] = [
    "tokio",
    "tonic",
    "prost",
    "rusqlite",
    "tracing",
    "rand",
    "getrandom",
    "futures",
    "reqwest",
    "hyper",
    "object_store",
    "async-trait",
    "config",
    "aws-lc-rs",
];
/// The top level, beside hidden tool files and what git ignores.
const TOP: [&str; 8] =
    ["Cargo.toml", "Cargo.lock", "README.md", "deploy", "proto", "services", "shared", "tests"];

/// The value of a `key = "value"` line.
fn value<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    let of = |line: &'a str| line.strip_prefix(key)?.trim_start().strip_prefix('=').map(str::trim);
    manifest.lines().find_map(of).map(|value| value.trim_matches('"'))
}

/// Every dependency of a manifest, in any table, with its line.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (place, line) in manifest.lines().enumerate() {
        if let Some(table) = line.trim().strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies") && !table.starts_with("workspace");
            if let Some((kind, name)) =
                table.rsplit_once('.').filter(|(kind, _)| kind.ends_with("dependencies"))
            {
                let ours = !kind.starts_with("workspace");
                found.extend(ours.then(|| (place + 1, name.to_owned())));
            }
        } else if inside {
            // A renamed crate counts under its real name.
            let renamed = line.split_once("package = \"").and_then(|(_, rest)| rest.split('"').next());
            let name = renamed.unwrap_or_else(|| line.split(['.', '=', ' ']).next().unwrap_or_default());
            if !name.is_empty() && !name.starts_with('#') {
                found.push((place + 1, name.to_owned()));
            }
        }
    }
    found
}

/// The manifests below the root.
fn manifests() -> Vec<Page> {
    pages("Cargo.toml").into_iter().filter(|page| page.path.contains('/')).collect()
}

#[test]
fn crates_import_what_the_design_allows() {
    let ours = EVERYTHING;
    let mut complaints = Vec::new();
    for manifest in manifests() {
        let name = value(&manifest.text, "name").unwrap_or_default();
        let Some((_, allowed)) = TABLE.iter().find(|(known, _)| *known == name) else {
            let told = "is not in the table of design 3; a crate exists to forbid a dependency";
            complaints.push(format!("{}: crate `{name}` {told}", manifest.path));
            continue;
        };
        for (line, used) in dependencies(&manifest.text) {
            if ours.contains(&used.as_str()) && !allowed.contains(&used.as_str()) {
                let told = format!("`{name}` may use {allowed:?} of ours; they meet in the log, not here");
                complaints.push(format!("{}:{line}: `{used}`; {told}", manifest.path));
            }
            if name == "domain" && MACHINERY.contains(&used.as_str()) {
                let told = "the law touches no machinery; do it in hub";
                complaints.push(format!("{}:{line}: `{used}`; {told}", manifest.path));
            }
        }
    }
    settle(&complaints);
}

#[test]
fn every_crate_is_a_member_and_its_folder_bears_its_name() {
    let workspace = page("Cargo.toml");
    let mut complaints = Vec::new();
    for manifest in manifests() {
        let folder = manifest.path.trim_end_matches("/Cargo.toml");
        if !workspace.text.contains(&format!("\"{folder}\"")) {
            complaints.push(format!("Cargo.toml: add \"{folder}\" to the members, or remove the folder"));
        }
        let name = value(&manifest.text, "name").unwrap_or_default();
        if folder != "tests" && folder.rsplit('/').next() != Some(name) {
            complaints.push(format!("{}: crate `{name}` and its folder differ", manifest.path));
        }
    }
    settle(&complaints);
}

#[test]
fn the_top_level_is_fixed() {
    let ignored = page(".gitignore").text;
    let ignores = |name: &str| ignored.lines().any(|line| line.trim_matches('/') == name);
    let found = names(&root());
    let stray =
        found.iter().filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()) && !ignores(name));
    let missing = TOP.iter().filter(|name| !found.iter().any(|known| known == *name));
    let mut complaints: Vec<String> =
        stray.map(|name| format!("{name}: does not belong on the top level (design 2)")).collect();
    complaints.extend(missing.map(|name| format!("{name}: missing on the top level (design 2)")));
    settle(&complaints);
}

#[test]
fn dependencies_are_found_in_every_table() {
    let manifest = "[dependencies]\na.workspace = true\nb = { package = \"c\" }\n[lints]\nd = 1\n\
                    [target.'cfg(unix)'.dev-dependencies]\ne = \"1\"\n[build-dependencies.f]\nversion = \"1\"\n";
    let names: Vec<String> = dependencies(manifest).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["a", "c", "e", "f"]);
}
