//! The protobuf contract explains itself: a comment on every name, and messages of its own for every call.

use std::collections::BTreeMap;

use crate::settle;
use crate::tree::{Page, pages};

/// What a line declares, if anything: a keyword or `field`, and the name.
fn declared(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    for word in ["message", "enum", "service", "rpc", "oneof", "extend"] {
        if let Some(rest) = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) {
            return Some((word, rest.split(['(', ' ', '{']).next().unwrap_or_default()));
        }
    }
    let skipped = ["//", "syntax", "package", "import", "option", "reserved", "extensions", "}"];
    if skipped.iter().any(|word| line.starts_with(word)) {
        return None;
    }
    let (before, after) = line.split_once('=')?;
    let numbered = after.trim_start().starts_with(|letter: char| letter.is_ascii_digit() || letter == '-');
    numbered.then(|| ("field", before.split_whitespace().next_back().unwrap_or_default()))
}

#[test]
fn every_name_in_proto_has_a_comment() {
    let files = pages(".proto");
    assert!(files.len() >= 5, "only {} proto files", files.len());
    let mut complaints = Vec::new();
    for file in &files {
        let mut commented = false;
        for (place, line) in file.text.lines().enumerate() {
            if let Some((kind, name)) = declared(line).filter(|_| !commented) {
                let told = "say above it what it means, its unit and its bounds";
                complaints.push(format!("{}:{}: {kind} {name}; {told}", file.path, place + 1));
            }
            commented = line.trim().starts_with("//") && line.trim().len() > 3;
        }
    }
    settle(&complaints);
}

/// Name, request and response of each call, with its line.
fn calls(file: &Page) -> Vec<(usize, String, String, String)> {
    let mut found = Vec::new();
    for (place, line) in file.text.lines().enumerate() {
        let Some(("rpc", name)) = declared(line) else { continue };
        let rest: Vec<&str> = file.text.lines().skip(place).take(4).collect();
        let whole = rest.join(" ");
        let mut parts = whole.split('(').skip(1).map(|part| {
            let inside = part.split(')').next().unwrap_or_default().trim();
            inside.trim_start_matches("stream ").to_owned()
        });
        let (request, response) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        found.push((place + 1, name.to_owned(), request, response));
    }
    found
}

#[test]
fn every_call_has_a_request_and_a_response_of_its_own() {
    let mut complaints = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for file in pages(".proto") {
        for (line, name, request, response) in calls(&file) {
            let place = format!("{}:{line}: rpc {name}", file.path);
            if request != format!("{name}Request") || response != format!("{name}Response") {
                complaints.push(format!("{place}: call them {name}Request and {name}Response"));
            }
            for used in [request, response] {
                if let Some(other) = seen.insert(used.clone(), place.clone()) {
                    complaints.push(format!("{place}: {used} belongs to {other}"));
                }
            }
        }
    }
    assert!(!seen.is_empty(), "no call found in any proto file");
    settle(&complaints);
}
