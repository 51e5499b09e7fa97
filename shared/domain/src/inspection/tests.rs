//! Scenarios of joint inspections. Never here: one scenario (they stand in the parts).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod fixture;
mod following;
mod onsite;
mod preparing;
mod random;
mod repeat;
mod reporting;
mod story;
