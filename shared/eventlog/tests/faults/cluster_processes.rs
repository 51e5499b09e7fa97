//! Several processes and handles on one cluster: one wins each revision, and a killed one leaves nothing
//! acknowledged behind that is not there.
//!
//! Must never be here: what the children do; that stands in `children`.

use std::path::Path;

use eventlog::{AppendError, EventLog, Expected, Revision};
use futures::future::join_all;

use crate::children::Child;
use crate::join;
use crate::kurrent::{Cluster, OldLeader, Shape};
use crate::processes::{Heard, verify};
use crate::support::{events, everything, name, soon, take};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_a_process_is_killed() {
    let cluster = Cluster::start(Shape::three()).await;
    let address = cluster.address("safeguard");
    let mut heard = Heard::default();
    for (acknowledgements, next) in [(1, 1), (300, 2), (900, 0), (150, 1)] {
        let mut child = Child::start("flood", Path::new(&address));
        // The leader changes under way, too.
        cluster.lead_in_the_middle_of(acknowledgements / 2 + 1, next, OldLeader::CommitsNothing);
        let hearing = tokio::task::spawn_blocking(move || {
            heard.until_killed(&mut child, acknowledgements);
            heard
        });
        heard = soon(hearing).await.unwrap();
        let log = join(&cluster).await;
        // What the killed one had still sent may come after this; it is told apart by what is retried.
        heard.retry(&log).await;
        verify(&heard.acknowledged, &everything(&log).await);
        let report = log.check().await.unwrap();
        assert!(report.ok, "{report:?}");
        log.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_may_stand_in_the_environment() {
    let cluster = Cluster::start(Shape::quick()).await;
    let log = join(&cluster).await;
    cluster.credentials("hub", "s3cret");
    let account = [("SAFEGUARD_KURRENTDB_CREDENTIALS", "hub:s3cret")];
    let mut child = Child::with("append", Path::new(&cluster.address("safeguard")), &account);
    let heard = soon(tokio::task::spawn_blocking(move || (child.hear(), child.wait()))).await.unwrap();
    assert_eq!(heard.0.as_deref(), Some("done"));
    assert!(heard.1.success());
    let refused = log.read(&name("clue-child"), Revision::FIRST).await;
    let reason = eventlog::Outage::Denied;
    assert_eq!(refused, Err(eventlog::ReadError::Unavailable { reason }), "this handle has no account");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_handles_one_wins_each_revision() {
    let cluster = Cluster::start(Shape::three()).await;
    let handles = [join(&cluster).await, join(&cluster).await];
    let stream = name("referral-1");
    async fn race(log: EventLog, stream: eventlog::StreamName) -> Vec<u64> {
        let (mut expected, mut won) = (Expected::NoStream, Vec::new());
        while expected.first_new() < Revision::new(200) {
            match log.append(&stream, expected, events(1)).await {
                Ok(last) => {
                    won.push(last.get());
                    expected = Expected::At(last);
                }
                Err(AppendError::WrongRevision { actual, .. }) => expected = Expected::after(actual),
                Err(other) => panic!("{other}"),
            }
        }
        won
    }
    let mut subscription = handles[0].subscribe(None);
    let races = handles.iter().map(|log| tokio::spawn(race(log.clone(), stream.clone())));
    let races: Vec<_> = races.collect();
    take(&mut subscription, 50).await;
    cluster.lead(1);
    let won = join_all(races).await;
    let mut won: Vec<u64> = won.into_iter().flat_map(Result::unwrap).collect();
    won.sort_unstable();
    let all = everything(&handles[1]).await;
    assert_eq!(won, (0..all.len() as u64).collect::<Vec<_>>(), "each revision was won once");
    assert_eq!(all, everything(&handles[0]).await);
}
