//! Roles in processes of their own: two instances of each over one log and one key store, behind a front, while they are
//! killed at random or restarted in turn under load. Never here: what one instance does (that is in `cli` and `e2e`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod deliveries;
mod fleet;
mod load;
#[path = "../cli/program.rs"]
#[allow(dead_code, reason = "the command line's tests use more of it")]
mod program;
mod receiver;
mod subscriber;

use std::time::Duration;

use fleet::Fleet;
use load::Load;
use tokio::time::MissedTickBehavior;

/// How many instances are killed: for a minute, and longer where a machine is slow to start them again.
const KILLS: usize = 21;
/// How often one is, at most; the first at once.
const EVERY: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_for_a_minute_nothing_is_lost_and_nothing_done_twice() {
    let mut fleet = Fleet::start(2).await;
    let load = Load::start(&fleet).await;
    let mut beat = tokio::time::interval(EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for killed in 0..KILLS {
        beat.tick().await;
        fleet.kill_one_and_start_it_again(killed);
    }
    let done = load.finish().await;
    done.prove(&fleet).await;
    assert!(done.reopened() > 0, "a watch was cut by a kill: {done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn restarted_in_turn_under_load_no_call_of_one_message_fails() {
    let mut fleet = Fleet::start(2).await;
    let load = Load::start(&fleet).await;
    for place in 0..fleet.len() {
        load.some_more().await;
        fleet.restart(place);
    }
    load.some_more().await;
    let done = load.finish().await;
    done.prove(&fleet).await;
    assert_eq!(done.tried_again, 0, "the front tries again so that nobody else must: {done}");
}
