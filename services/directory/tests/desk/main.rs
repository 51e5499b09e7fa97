//! The directory's own desk, called without a socket: the first start, accounts and passwords, lists in pages.
//! Never here: what other services do with an account.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod accounts;
mod first_start;
mod house;
mod pages;
