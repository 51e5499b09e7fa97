//! The queue's projection: events in, rows out. Never here: a hub, a log, or the law's own scenarios.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod clues;
mod figures;
mod fixture;
mod law;
mod news;
mod pages;
mod referrals;
