//! The referral side of education over a whole hub and real sockets: the story of a referral, what follows from
//! its events, papers, lists. Waiting is by token or by following the log, never by sleeping.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod desk;
mod endings;
mod lists;
mod merging;
mod numbers;
mod papers;
mod reverse;
mod story;
mod town;
