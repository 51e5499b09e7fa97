//! Histories made by the rules themselves, and what a reader is shown of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod clocks;
mod clues;
mod entries;
mod fixture;
mod referrals;
mod reverses;
mod transfers;
