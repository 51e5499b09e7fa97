//! What a room must never do (design 5), as far as its words give it away.

use crate::code::{bare, mentions};
use crate::settle;
use crate::tree::{Page, page, pages, sources};

/// What the law must never touch.
const IMPURE: [&str; 17] = [
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant::",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "Uuid::new_v7",
    "rand::",
    "async fn",
    ".await",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "tokio::",
    "rusqlite",
    "tracing::",
];
/// Words of the agencies, which the log does not know.
const AGENCY: [&str; 6] = ["clue", "referral", "police", "education", "officer", "hazard"];
const AGENCIES: [&str; 5] = ["education", "police", "fire", "directory", "streams"];

/// Whether the whole file is a test.
pub fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// The lines of bare code from `#[cfg(test)]` on, or all of them in a test file.
fn tested(page: &Page) -> Vec<(usize, String)> {
    let code = bare(&page.text);
    let mut inside = is_test(&page.path);
    let mut found = Vec::new();
    let mut lines = code.lines().enumerate().peekable();
    while let Some((place, line)) = lines.next() {
        let block = lines.peek().is_some_and(|(_, next)| next.starts_with("mod ") && next.ends_with('{'));
        inside = inside || (line.trim() == "#[cfg(test)]" && block);
        if inside {
            found.push((place + 1, line.to_owned()));
        }
    }
    found
}

/// Complains about each of `words` in the bare code of the files that `wanted` picks.
pub fn search(wanted: impl Fn(&str) -> bool, words: &[&str], told: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for page in sources().iter().filter(|page| wanted(&page.path)) {
        for (place, line) in bare(&page.text).lines().enumerate() {
            let found = words.iter().filter(|word| mentions(line, word));
            complaints.extend(found.map(|word| format!("{}:{}: `{word}`; {told}", page.path, place + 1)));
        }
    }
    complaints
}

#[test]
fn the_law_takes_time_and_identity_as_arguments() {
    let told = "the law is pure; pass it in as an argument";
    let mut complaints = search(|path| path.starts_with("shared/domain/src/"), &IMPURE, told);
    let source = |path: &str| path.starts_with("shared/domain/src/") && !is_test(path);
    complaints.extend(search(source, &["std::fs", "File::open"], "the law reads files at compile time only"));
    settle(&complaints);
}

#[test]
fn the_log_knows_no_agency() {
    let mut complaints = Vec::new();
    for page in sources().iter().filter(|page| page.path.starts_with("shared/eventlog/src/")) {
        for (place, line) in bare(&page.text).to_lowercase().lines().enumerate() {
            let found = AGENCY.iter().filter(|word| line.contains(*word));
            let told = "the log is opaque JSON in order; it knows no agency";
            complaints.extend(found.map(|word| format!("{}:{}: `{word}`; {told}", page.path, place + 1)));
        }
    }
    settle(&complaints);
}

#[test]
fn the_edge_of_an_agency_holds_no_sql_and_nothing_there_reads_the_clock() {
    let edge = |path: &str| AGENCIES.iter().any(|name| path.starts_with(&format!("services/{name}/src/api")));
    let inside = |path: &str| {
        !is_test(path) && AGENCIES.iter().any(|name| path.starts_with(&format!("services/{name}/src/")))
    };
    let mut complaints = search(edge, &["rusqlite"], "queries stand with their table and apply (design 5)");
    complaints.extend(search(inside, &["Timestamp::now", "Zoned::now", "SystemTime"], "time comes from hub"));
    settle(&complaints);
}

#[test]
fn tests_wait_by_token_and_never_sleep() {
    let mut complaints = Vec::new();
    for page in sources() {
        for (line, code) in tested(&page) {
            if ["sleep(", "sleep_until(", "sleep_ms("].iter().any(|word| mentions(&code, word)) {
                let told = "a test waits for what it waits for: a token, a message, a child's end";
                complaints.push(format!("{}:{line}: sleeps; {told}", page.path));
            }
        }
    }
    settle(&complaints);
}

#[test]
fn nothing_is_left_to_do() {
    let told = "finish it or take it out";
    settle(&search(|_| true, &["todo!", "unimplemented!"], told));
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    // Taken apart here, so that this file does not find itself.
    let words = [["/wo", "rk/"], ["/ho", "me/"], ["/Us", "ers/"], ["/ro", "ot/"], ["C:", "\\"]]
        .map(|word| word.concat());
    let kinds = [".rs", ".toml", ".proto", ".md", ".csv", ".json", ".sh"];
    let mut all: Vec<Page> = kinds.into_iter().flat_map(pages).collect();
    all.push(page(".ci/run"));
    let mut complaints = Vec::new();
    for page in all {
        for (place, line) in page.text.lines().enumerate() {
            let found = words.iter().filter(|word| line.contains(word.as_str()));
            let told = "use a path relative to the repository or to the data folder";
            complaints.extend(found.map(|word| format!("{}:{}: `{word}`; {told}", page.path, place + 1)));
        }
    }
    settle(&complaints);
}
