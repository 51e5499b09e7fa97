//! The command line as people and machines use it: real processes, real sockets, free ports, never a sleep.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod backup;
mod campaign;
mod clue;
mod hazard;
mod hub;
mod import;
mod inspection;
mod keys;
mod operator;
mod oversight;
mod papers;
mod password;
mod processes;
mod program;
mod referral;
mod streams;
mod subscriber;
mod tls;
mod watch;
mod webhook;
mod words;
