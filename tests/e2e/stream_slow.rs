//! A subscriber that does not read costs its place in the log and no more: writers and other subscribers go on, and when
//! it reads again it gets everything, from disk. Never here: how fast.

use tonic::Code;
use wire::v1::subscribe_response::News;
use wire::{cloud, v1};

use crate::acts::{HERE, clue_in, report};
use crate::follow::Follower;
use crate::stage::{SMALL, play_alone, soon};

/// Clues reported while nobody reads: far more bytes than the windows and buffers of one connection hold.
const REPORTS: usize = 600;

fn all() -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() }
}

#[test]
fn one_that_stops_reading_stops_nobody_and_misses_nothing() {
    play_alone(SMALL, async |stage| {
        let stuck = stage.desk_apart("hub.auditor").await;
        let mut stuck = stuck.streams().subscribe(all()).await.unwrap().into_inner();
        let first = soon("the first news", stuck.message()).await.unwrap().unwrap();
        let lively = stage.desk_apart("hub.auditor").await;
        let mut lively = lively.streams().subscribe(all()).await.unwrap().into_inner();
        let clerk = stage.desk("430405.edu.clerk1");
        let mut last = String::new();
        for _ in 0..REPORTS / 20 {
            let reports = (0..20).map(|_| report(&clerk, clue_in(stage, HERE)));
            let reported = futures::future::join_all(reports).await;
            last.clone_from(&reported.last().unwrap().clue_id);
        }
        let sees_the_last = async {
            loop {
                if let Some(News::Batch(batch)) = lively.message().await.unwrap().unwrap().news {
                    let events: Vec<_> = batch.events.unwrap().events().collect();
                    if events.iter().any(|event| cloud::word(event, "subject") == last) {
                        return;
                    }
                }
            }
        };
        soon("the last clue at the one who reads", sees_the_last).await;
        // Now the stuck one reads: no gap, nothing twice, and nobody had to drop it.
        let head: u64 = stage.head().await.parse().unwrap();
        let mut ids = Vec::new();
        let mut news = Some(first);
        let reads = async {
            loop {
                let reached = match news.take().unwrap().news {
                    Some(News::Batch(batch)) => {
                        ids.extend(batch.events.unwrap().events().map(|event| event.id));
                        batch.position
                    }
                    Some(News::Heartbeat(beat)) => beat.position,
                    Some(News::CaughtUp(caught_up)) => caught_up.position,
                    None => String::new(),
                };
                if reached.parse::<u64>().is_ok_and(|reached| reached >= head) {
                    return;
                }
                match stuck.message().await {
                    Ok(Some(next)) => news = Some(next),
                    Ok(None) => panic!("it was dropped"),
                    Err(status) => panic!("it was dropped: {:?}", (status.code() == Code::Ok, status)),
                }
            }
        };
        soon("everything at the one who was stuck", reads).await;
        let whole = Follower::asking(&stage.desk("hub.auditor"), all()).await.events().await;
        let whole: Vec<String> = whole.into_iter().map(|event| event.id).take(ids.len()).collect();
        assert!(ids.len() > REPORTS);
        assert_eq!(ids, whole);
    });
}
