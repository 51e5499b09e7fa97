//! The hub from outside: one story per file, told through real sockets by officers at their desks, waiting by
//! consistency token or by following a stream. Never here: a sleep, a fixed port, a table of any service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::needless_update,
    reason = "a story may stop at the first surprise, with a panic that says where; requests are spelled with the fields that matter"
)]

mod acts;
mod bad_input;
mod bare_wire;
mod consistency;
mod erasure;
mod follow;
mod hostile;
mod identity;
mod imports;
mod mandatory_report;
mod need_to_know;
mod not_filed;
mod papers;
mod queue_order;
mod referral;
mod restart;
mod stage;
mod tokens;
mod twice;
