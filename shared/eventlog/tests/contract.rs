//! The contract of the log, written once and run against every backend.
//!
//! Must never be here: what only one backend promises; that stands in `faults` or in `embedded`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "contract/appending.rs"]
mod appending;
#[path = "contract/following.rs"]
mod following;
#[path = "contract/reading.rs"]
mod reading;
#[path = "contract/refusing.rs"]
mod refusing;
#[path = "support/events.rs"]
mod support;

use eventlog::{EventLog, SqliteOptions};

/// Runs each case on a fresh log of every backend.
macro_rules! on_every_backend {
    ($($part:ident :: $case:ident,)*) => {
        mod memory {
            use super::EventLog;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::$part::$case(EventLog::memory()).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let room = tempfile::tempdir().unwrap();
                let log = super::sqlite_log(&room).await;
                super::$part::$case(log.clone()).await;
                let report = super::EventLog::open_sqlite(&room.path().join("log"), Default::default())
                    .await.unwrap().check().await.unwrap();
                assert!(report.ok, "{report:?}");
                log.close().await;
            })*
        }
    };
}

async fn sqlite_log(room: &tempfile::TempDir) -> EventLog {
    let path = room.path().join("log");
    EventLog::open_sqlite(&path, SqliteOptions::default()).await.unwrap()
}

on_every_backend! {
    appending::answers_with_the_revision_of_the_last_event,
    appending::refuses_a_stream_that_is_elsewhere,
    appending::answers_a_replay_as_the_first_time,
    appending::refuses_a_replay_that_differs_anywhere,
    appending::knows_ids_only_at_their_place,
    appending::lets_exactly_one_win_each_revision,
    appending::gives_each_of_many_callers_its_own_answer,
    appending::acknowledges_though_the_caller_went_away,
    refusing::refuses_what_is_too_much_and_writes_nothing,
    refusing::refuses_malformed_events,
    reading::returns_events_by_value,
    reading::reads_a_stream_from_any_revision,
    reading::reads_the_log_in_pages,
    reading::says_when_the_reader_is_ahead_of_the_log,
    reading::counts_itself,
    reading::refuses_everything_once_closed,
    following::delivers_each_event_once_in_order_while_others_append,
    following::never_sleeps_on_an_append,
    following::starts_in_the_middle_and_at_the_head,
    following::survives_being_cancelled,
    following::knows_when_it_has_caught_up,
    following::ends_when_the_log_is_closed,
}
