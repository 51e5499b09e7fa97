//! The service over a whole hub in a temporary directory: calls without sockets, waiting by token. Never
//! here: the projection's own tests (those are in `queue`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod calls;
mod falling_back;
mod house;
mod seeing;
mod watching;
