//! Hazards over the real service: the loop in both grades, what is out of use, who must not, the ladder, the board, the
//! ledger, the bulk intake, and what follows from an inspection. Never here: the law's own scenarios.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod board;
mod bulk;
mod house;
mod inspected;
mod ladder;
mod major;
mod merger;
mod officers;
mod story;
