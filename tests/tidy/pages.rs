//! The pages a newcomer reads first: the README has its five parts, its links and commands hold, and CI runs
//! the very command that the README names.

use std::path::Path;

use crate::settle;
use crate::tree::{Page, page, pages, root};

/// The five parts in order, by the word in their heading.
const PARTS: [&str; 5] = ["what", "run", "map", "walk", "words"];

/// The lines of a page with their number and whether they stand in a fenced block.
fn lines(page: &Page) -> Vec<(usize, bool, &str)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (place, line) in page.text.lines().enumerate() {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        found.push((place + 1, fenced && !fence, line));
    }
    found
}

/// The commands in fenced blocks that start with `start`, without a comment behind them.
fn commands<'a>(page: &'a Page, start: &str) -> Vec<&'a str> {
    let code = lines(page).into_iter().filter(|(_, fenced, _)| *fenced);
    let command = |line: &'a str| {
        let line = line.trim().trim_start_matches("$ ");
        line.split_once(" #").map_or(line, |(command, _)| command).trim()
    };
    code.map(|(_, _, line)| command(line)).filter(|line| line.starts_with(start)).collect()
}

#[test]
fn the_readme_has_five_parts() {
    let readme = page("README.md");
    let headings: Vec<String> = lines(&readme)
        .into_iter()
        .filter(|(_, fenced, _)| !fenced)
        .filter_map(|(_, _, line)| line.strip_prefix("## ").map(str::to_lowercase))
        .collect();
    let fits = headings.len() == PARTS.len()
        && headings.iter().zip(PARTS).all(|(heading, part)| heading.contains(part));
    let told = "its second-level headings must be five: what it does, run it, the map, one walk, the words";
    let found = if fits { Vec::new() } else { vec![format!("README.md: {told}; found {headings:?}")] };
    settle(&found);
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut complaints = Vec::new();
    for page in pages(".md") {
        let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
        for (number, fenced, line) in lines(&page) {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            for target in targets.filter(|_| !fenced) {
                let file = target.split('#').next().unwrap_or_default();
                let outside = file.is_empty() || target.contains("://") || target.starts_with("mailto:");
                if !outside && !root().join(folder).join(file).exists() {
                    complaints.push(format!("{}:{number}: {target} does not exist", page.path));
                }
            }
        }
    }
    settle(&complaints);
}

#[test]
fn the_readme_names_one_command_to_run_and_one_to_test() {
    let readme = page("README.md");
    let mut complaints = Vec::new();
    if !commands(&readme, "cargo run").iter().any(|command| command.contains("demo")) {
        complaints.push("README.md: no `cargo run ... demo` in a fenced block under \"run it\"".to_owned());
    }
    let tests = commands(&readme, "cargo test");
    if tests.len() != 1 {
        complaints.push(format!("README.md: one `cargo test` command in a fenced block; found {tests:?}"));
    }
    settle(&complaints);
}

#[test]
fn ci_ends_with_the_test_command_of_the_readme() {
    let (readme, run) = (page("README.md"), page(".ci/run"));
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let last = run.text.lines().rfind(is_code).unwrap_or_default();
    let tests = commands(&readme, "cargo test");
    let mut complaints = Vec::new();
    if !tests.first().is_some_and(|command| last.ends_with(&format!(" {command}"))) {
        complaints.push(format!(
            ".ci/run: must end with the test command of README.md {tests:?}; ends with {last:?}"
        ));
    }
    if !run.text.contains("set -euo pipefail") {
        complaints.push(".ci/run: must stop at the first failure: `set -euo pipefail`".to_owned());
    }
    settle(&complaints);
}
