//! The command line as people and machines use it: real processes, real sockets, free ports, never a sleep.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod clue;
mod hub;
mod import;
mod operator;
mod password;
mod processes;
mod program;
mod referral;
mod subscriber;
mod watch;
mod words;
