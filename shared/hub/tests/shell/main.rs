//! The shell end to end: commands through `handle`, views, reactions, clocks and erasure over real logs and
//! real files. Never here: the law itself, which has its own scenarios.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod bulk;
mod clocks;
mod commands;
mod grants;
mod reactions;
mod scene;
mod views;
