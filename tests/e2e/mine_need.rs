//! Temporary: the need-to-know stories alone.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::needless_update,
    reason = "temporary"
)]
mod acts;
mod bare_wire;
mod follow;
mod leaks;
mod leaks_asks;
mod leaks_logs;
mod leaks_marks;
mod leaks_scene;
mod need_changes;
mod papers;
mod reads;
mod stage;
mod view_as;
