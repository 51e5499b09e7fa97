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
#[path = "../../../tests/kurrent/server.rs"]
mod cluster;
#[path = "contract/copying.rs"]
mod copying;
#[path = "contract/following.rs"]
mod following;
#[path = "contract/moving.rs"]
mod moving;
#[path = "contract/reading.rs"]
mod reading;
#[path = "contract/refusing.rs"]
mod refusing;
#[path = "support/events.rs"]
mod support;

use cluster::{Cluster, Shape};
use eventlog::{EventLog, KurrentOptions, SqliteOptions};

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
        mod kurrent {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let cluster = super::Cluster::start(super::Shape::default()).await;
                let log = super::kurrent_log(&cluster.address("safeguard")).await;
                super::$part::$case(log.clone()).await;
                let again = super::kurrent_log(&cluster.address("safeguard")).await;
                let report = again.check().await.unwrap();
                assert!(report.ok, "{report:?}");
                again.close().await;
                log.close().await;
            })*
        }
        mod real_kurrent {
            /// An address without a name, `kurrentdb://host:2113?tls=false`.
            const SERVER: &str = "SAFEGUARD_TEST_KURRENTDB";

            #[tokio::test(flavor = "multi_thread")]
            async fn runs_every_case_only_when_safeguard_test_kurrentdb_names_a_server() {
                let Ok(server) = std::env::var(SERVER) else {
                    eprintln!("NOT RUN: the contract on a real KurrentDB server; set {SERVER} to one");
                    return;
                };
                $(
                    let log = super::kurrent_log(&super::fresh(&server)).await;
                    super::$part::$case(log.clone()).await;
                    log.close().await;
                )*
            }
        }
    };
}

async fn kurrent_log(address: &str) -> EventLog {
    let options = KurrentOptions::parse(address).unwrap();
    EventLog::open_kurrent(options).await.unwrap()
}

/// The address of a log that nobody has written to.
fn fresh(server: &str) -> String {
    let (place, settings) = server.split_once('?').unwrap_or((server, ""));
    format!("{}/t{}?{settings}", place.trim_end_matches('/'), uuid::Uuid::now_v7().simple())
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
    reading::reads_a_stream_of_any_length_whole,
    reading::reads_a_stream_of_large_events_whole,
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
    moving::takes_no_more_once_it_has_moved_and_again_when_it_is_back,
    copying::keeps_everything_as_it_was,
    copying::may_be_made_again_and_in_pieces,
    copying::refuses_what_does_not_follow_or_differs,
}
