//! Scenarios of the clue rule, by theme; each reads as a sentence.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod answers;
mod clocks;
mod duty;
mod fixture;
mod handling;
mod intake;
mod merging;
mod random;
mod receiving;
mod referrals;
mod scopes;
mod sending;
mod storage;
