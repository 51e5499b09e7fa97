//! The inbox's projection: events in, rows out. Never here: a hub, or the law's own scenarios.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod rows;
mod story;
