//! The queue's order and its watchers: most urgent first, then what runs out first; each unit sees its own; nothing falls
//! into the seam between snapshot and news; one who does not read holds up nobody. Never here: claims.

use std::collections::BTreeSet;

use futures::StreamExt;
use wire::v1;
use wire::v1::watch_queue_response::News;

use crate::acts::{BESIDE, HERE, child_hurt_in, clue_in, done, read, report, see, token, triage};
use crate::follow::Watcher;
use crate::stage::{NEIGHBOURS, SMALL, Shared, Stage, play, play_alone, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
/// Reports in the storm.
const STORM: usize = 200;

#[test]
fn the_most_urgent_stands_first_and_among_equals_what_runs_out_first() {
    play_alone(SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let urgent = v1::ReportClueRequest { urgency: v1::Urgency::U2.into(), ..clue_in(stage, HERE) };
        let urgent = report(&clerk, urgent).await;
        triage(&clerk, &read(&clerk, &urgent.clue_id, &token(&urgent)).await).await;
        done!(
            clerk,
            education.transfer_clue_to_police,
            TransferClueToPoliceRequest { clue_id: &*urgent.clue_id }
        );
        let mut expected = Vec::new();
        for _ in 0..4 {
            stage.advance(1);
            expected.push(report(&clerk, child_hurt_in(stage, HERE)).await);
        }
        let seen = token(expected.last().unwrap());
        let mut expected: Vec<String> = expected.into_iter().map(|one| one.clue_id).collect();
        expected.push(urgent.clue_id);
        let mut listed = Vec::new();
        let mut page_token = String::new();
        loop {
            let page = see!(
                duty,
                police.list_queue,
                seen,
                ListQueueRequest { page_size: 2, page_token: page_token }
            );
            let page = page.unwrap();
            listed.extend(page.entries);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let order: Vec<&str> = listed.iter().map(|entry| entry.matter.as_str()).collect();
        assert_eq!(order, expected);
        assert!(listed.iter().map(|entry| entry.seconds_left).is_sorted());
        let watched = Watcher::open(&duty).await.snapshot().await;
        let order: Vec<&str> = watched.iter().map(|entry| entry.matter.as_str()).collect();
        assert_eq!(order, expected, "a watch begins in the same order");
    });
}

#[test]
fn watchers_of_two_units_see_only_their_own() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let mut watchers = Vec::new();
        for county in [HERE, BESIDE] {
            watchers.push((county, Watcher::open(&stage.desk(&format!("{county}.psb.duty1"))).await));
        }
        let mut last = Vec::new();
        for _ in 0..5 {
            last.clear();
            for county in [HERE, BESIDE] {
                let clerk = stage.desk(&format!("{county}.edu.clerk1"));
                last.push(report(&clerk, child_hurt_in(stage, county)).await.clue_id);
            }
        }
        for ((county, watcher), last) in watchers.iter_mut().zip(last) {
            watcher
                .until(|news| match news {
                    News::Changed(entry) => {
                        assert_eq!(entry.division, *county);
                        (entry.matter == last).then_some(())
                    }
                    _ => None,
                })
                .await;
        }
    });
}

/// Reports children hurt from many desks at once, and answers with the ids.
async fn storm(stage: &Stage) -> BTreeSet<String> {
    let clerks = [stage.desk_apart("430405.edu.clerk1").await, stage.desk_apart("430405.edu.clerk2").await];
    futures::stream::iter(0..STORM)
        .map(|number| {
            let clerk = clerks[number % clerks.len()].clone();
            async move { report(&clerk, child_hurt_in(stage, HERE)).await.clue_id }
        })
        .buffer_unordered(32)
        .collect()
        .await
}

/// A watcher that opens after so many others were told, and reads until it has seen all of the storm.
async fn sees_all(mut watcher: Watcher, expected: usize, mut known: BTreeSet<String>) -> BTreeSet<String> {
    let before = known.len();
    while known.len() < before + expected {
        if let News::Changed(entry) = watcher.next().await.unwrap().expect("the watch ended") {
            known.insert(entry.matter);
        }
    }
    known
}

#[test]
fn no_change_is_lost_at_the_seam_while_two_hundred_clues_are_reported() {
    play_alone(SMALL, async |stage| {
        let duty = stage.desk_apart("430405.psb.duty1").await;
        let mut first = Watcher::open(&duty).await;
        assert!(first.snapshot().await.is_empty());
        // One who never reads, on the same connection as one who does.
        let silent = Watcher::open(&duty).await;
        let late = async {
            let mut all = Vec::new();
            let mut heard = BTreeSet::new();
            for share in [20, 60, 120] {
                while heard.len() < share {
                    if let News::Changed(entry) = first.next().await.unwrap().unwrap() {
                        heard.insert(entry.matter);
                    }
                }
                all.push(Watcher::open(&duty).await);
            }
            all.push(first);
            (all, heard)
        };
        let (reported, (mut watchers, heard)) =
            soon("the storm", futures::future::join(storm(stage), late)).await;
        assert_eq!(reported.len(), STORM);
        let early = watchers.pop().unwrap();
        let missing = STORM - heard.len();
        assert_eq!(sees_all(early, missing, heard).await, reported);
        for watcher in watchers {
            assert_eq!(sees_all(watcher, STORM, BTreeSet::new()).await, reported);
        }
        assert_eq!(
            sees_all(silent, STORM, BTreeSet::new()).await,
            reported,
            "late reading still finds everything"
        );
        let counted = see!(duty, police.get_queue_statistics, "", GetQueueStatisticsRequest {}).unwrap();
        assert_eq!(counted.open, STORM as u64);
    });
}
