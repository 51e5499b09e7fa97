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
mod backends;
mod bad_input;
mod bare_wire;
mod break_glass;
mod broken_imports;
mod consistency;
mod designation;
mod erasure;
mod erasure_copies;
mod erasure_streams;
mod fire;
mod first_start;
mod follow;
mod groups;
mod groups_members;
mod groups_seat;
mod health;
mod hostile;
mod identity;
mod imports;
mod joint_visit;
mod keys;
#[path = "../kurrent/server.rs"]
mod kurrent;
mod leaks;
mod leaks_asks;
mod leaks_logs;
mod leaks_marks;
mod leaks_scene;
mod leaks_systems;
mod lockout;
mod mandatory_report;
mod merging;
mod moving;
mod mtls;
mod mtls_files;
mod mtls_front;
mod mtls_house;
mod need_changes;
mod need_to_know;
mod not_filed;
mod overload;
mod papers;
mod papers_elsewhere;
mod queue_order;
mod reads;
mod receiver;
mod referral;
mod restart;
#[path = "../s3/server.rs"]
mod s3;
mod sessions;
mod stage;
mod stream_filters;
mod stream_http;
mod stream_places;
mod stream_rights;
mod stream_slow;
mod stream_snapshot;
mod subscriber;
mod telemetry;
mod telemetry_collector;
mod tokens;
mod twice;
mod view_as;
mod webhook_answers;
mod webhook_rights;
mod webhooks;
mod withdrawal;
