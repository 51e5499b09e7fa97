//! Joint inspections over the real service and a real socket: one visit from the plan to the end with its wrong turns,
//! the calendar and the guard against repeated visits, draws, and reports in bulk. Never here: the law's own scenarios.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod bulk;
mod calendar;
mod draws;
mod merger;
mod story;
mod town;
mod visit;
