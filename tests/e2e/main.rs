//! The hub from outside: one story per file, told through real sockets by officers at their desks, waiting by
//! consistency token or by following a stream. Never here: a sleep, a fixed port, a table of any service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a story may stop at the first surprise, and stops with a panic that says where"
)]

mod acts;
mod bad_input;
mod bare_wire;
mod consistency;
mod erasure;
mod follow;
mod hostile;
mod imports;
mod mandatory_report;
mod need_to_know;
mod papers;
mod queue_order;
mod referral;
mod restart;
mod stage;
mod tokens;
