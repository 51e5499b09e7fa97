//! How big things are and how a file opens (design 7 and 10).

use crate::code::{bare, functions};
use crate::settle;
use crate::tree::{Page, sources};

/// Lines that half of all files may have at most.
const MEDIAN: usize = 150;
/// Nine files in ten are shorter.
const LONG: usize = 400;
/// No file is longer.
const LONGEST: usize = 600;

fn lines(page: &Page) -> usize {
    page.text.lines().count()
}

#[test]
fn files_are_short() {
    let mut sources = sources();
    sources.sort_by_key(|page| std::cmp::Reverse(lines(page)));
    let told = |page: &Page| format!("{}: {} lines; split it by noun", page.path, lines(page));
    let mut complaints: Vec<String> = sources.iter().filter(|page| lines(page) > LONGEST).map(told).collect();
    let long: Vec<&Page> = sources.iter().filter(|page| lines(page) >= LONG).collect();
    if long.len() * 10 > sources.len() {
        complaints.push(format!("{} of {} files have {LONG} lines or more:", long.len(), sources.len()));
        complaints.extend(long.into_iter().map(told));
    }
    let median = sources.get(sources.len() / 2).map_or(0, lines);
    if median > MEDIAN {
        complaints.push(format!("half of the files have {median} lines or more; the bar is {MEDIAN}"));
    }
    settle(&complaints);
}

#[test]
fn every_rule_has_at_most_350_lines() {
    let rule = |page: &Page| bare(&page.text).contains("impl Decider for ") && lines(page) > 350;
    let told =
        |page: &Page| format!("{}: a rule of {} lines; move private parts beside it", page.path, lines(page));
    settle(&sources().iter().filter(|page| rule(page)).map(told).collect::<Vec<_>>());
}

#[test]
fn the_binary_reads_as_a_list_of_parts() {
    let long = |page: &&Page| page.path.ends_with("src/main.rs") && lines(page) > 80;
    let told = |page: &Page| {
        format!("{}: {} lines, 80 are allowed; move parts to the library", page.path, lines(page))
    };
    settle(&sources().iter().filter(long).map(told).collect::<Vec<_>>());
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let opens = |page: &Page| {
        page.text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("//! "))
            .is_some_and(|said| said.trim().len() > 3)
    };
    let told = |page: &Page| {
        format!("{}:1: open with `//!`: what this is for and what must never be here", page.path)
    };
    settle(&sources().iter().filter(|page| !opens(page)).map(told).collect::<Vec<_>>());
}

#[test]
fn no_file_is_called_mod() {
    let told = |page: &Page| format!("{}: call it after the noun it holds, beside its folder", page.path);
    settle(&sources().iter().filter(|page| page.path.ends_with("/mod.rs")).map(told).collect::<Vec<_>>());
}

#[test]
fn functions_are_short_and_take_little() {
    let mut complaints = Vec::new();
    for page in sources() {
        for found in functions(&bare(&page.text)) {
            let place = format!("{}:{}: fn {}", page.path, found.line, found.name);
            if found.length > 60 {
                complaints.push(format!("{place}: {} lines, 60 are allowed; name its steps", found.length));
            }
            if found.params > 5 {
                complaints.push(format!("{place}: {} parameters, 5 are allowed; make a type", found.params));
            }
            if found.public && found.generics > 2 {
                complaints.push(format!("{place}: {} type parameters, 2 are allowed", found.generics));
            }
        }
    }
    settle(&complaints);
}
