//! The architecture as tests: what may import what, how long a file is, which words are used, what the first
//! page promises. They read the tree and nothing else. Each failure names file and line and what to do.
//! Must never be here: anything that starts a server, or a rule that the compiler or clippy already keeps.

mod code;
mod commands;
mod deploy;
mod imports;
mod need;
mod pages;
mod protos;
mod rooms;
mod settings;
mod shape;
mod tree;
mod watched;
mod words;

/// Ends a test: nothing to complain about, or all of it at once.
#[track_caller]
fn settle(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} broken:\n{}\n", complaints.len(), complaints.join("\n"));
}
