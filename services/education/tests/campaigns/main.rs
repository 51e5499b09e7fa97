//! Campaigns over a whole hub and real sockets: from the plan to the published figures, what counts and what does not,
//! any order and twice. Waiting is by token, never by sleeping.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod bulk;
mod ground;
mod merger;
mod order;
mod story;
mod visits;
