//! Where a subscription starts and goes on: the beginning, now, behind a position; positions that are none; heartbeats;
//! a hub that stops in between. Never here: filters.

use tonic::Streaming;
use wire::v1::subscribe_response::News;
use wire::{Refusal, cloud, v1};

use crate::acts::{HERE, clue_in, report};
use crate::follow::Follower;
use crate::stage::{SMALL, Shared, Stage, fields, play, play_alone, refused, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

fn after(position: &str) -> v1::SubscribeRequest {
    v1::SubscribeRequest {
        from: v1::SubscribeFrom::After.into(),
        after_position: position.to_owned(),
        ..Default::default()
    }
}

fn from(start: v1::SubscribeFrom) -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: start.into(), ..Default::default() }
}

async fn subscribed(stage: &Stage, wanted: v1::SubscribeRequest) -> Streaming<v1::SubscribeResponse> {
    stage.desk("hub.auditor").streams().subscribe(wanted).await.unwrap().into_inner()
}

async fn next(news: &mut Streaming<v1::SubscribeResponse>) -> News {
    soon("news", news.message()).await.unwrap().unwrap().news.unwrap()
}

#[test]
fn a_subscriber_goes_on_behind_any_position_without_gap_or_repetition() {
    play(&STAGE, SMALL, async |stage| {
        let desk = stage.desk("hub.auditor");
        let whole = Follower::asking(&desk, from(v1::SubscribeFrom::Beginning)).await.events().await;
        assert!(whole.len() > 20);
        assert!(
            whole
                .windows(2)
                .all(|pair| cloud::word(&pair[0], "sequence") < cloud::word(&pair[1], "sequence"))
        );
        for place in [0, 1, whole.len() / 2, whole.len() - 1] {
            let behind = after(cloud::word(&whole[place], "position"));
            let rest = Follower::asking(&desk, behind).await.events().await;
            // Another story on the stage may have gone on meanwhile.
            assert!(rest.starts_with(&whole[place + 1..]), "behind event {place}");
        }
    });
}

#[test]
fn from_now_says_at_once_that_it_has_caught_up_and_a_quiet_stream_tells_its_position() {
    play(&STAGE, SMALL, async |stage| {
        let mut news = subscribed(stage, from(v1::SubscribeFrom::Now)).await;
        let News::CaughtUp(caught_up) = next(&mut news).await else { panic!("nothing to catch up with") };
        let head =
            stage.desk("hub.auditor").streams().get_head(v1::GetHeadRequest {}).await.unwrap().into_inner();
        assert_eq!((caught_up.position, caught_up.log), (head.position.clone(), head.log));
        // Nobody is told of an event that the filter keeps back, but the position moves on past it.
        let filter = v1::EventFilter { kinds: vec!["unit.closed".to_owned()], ..Default::default() };
        let quiet = v1::SubscribeRequest { filter: Some(filter), ..from(v1::SubscribeFrom::Now) };
        let mut quiet = subscribed(stage, quiet).await;
        assert!(matches!(next(&mut quiet).await, News::CaughtUp(_)));
        report(&stage.desk("430405.edu.clerk1"), clue_in(stage, HERE)).await;
        let moved = async {
            loop {
                match next(&mut quiet).await {
                    News::Heartbeat(beat) => {
                        if beat.position.parse::<u64>().unwrap() > head.position.parse().unwrap() {
                            return;
                        }
                    }
                    other => panic!("{other:?}"),
                }
            }
        };
        soon("a heartbeat with a later position", moved).await;
        let News::Batch(batch) = next(&mut news).await else { panic!("the event is for this one") };
        assert_eq!(
            cloud::word(&batch.events.unwrap().events().next().unwrap(), "actorunit"),
            "UN-EDU-430405"
        );
    });
}

#[test]
fn a_position_of_the_future_of_another_log_or_of_none_is_refused() {
    play(&STAGE, SMALL, async |stage| {
        let desk = stage.desk("hub.auditor");
        let head: u64 = stage.head().await.parse().unwrap();
        let far = (head + 1_000).to_string();
        for (position, reason) in [
            (far.as_str(), "POSITION_AHEAD"),
            ("18446744073709551615", "POSITION_AHEAD"),
            ("0", "POSITION"),
            ("-1", "POSITION"),
            ("", "POSITION"),
            ("1e3", "POSITION"),
            ("99999999999999999999", "POSITION"),
        ] {
            let Refusal::Shape(faults) = refused(desk.streams().subscribe(after(position)).await) else {
                panic!("{position} is no position")
            };
            assert_eq!(faults[0].reason, reason, "{position}");
        }
        let other = v1::SubscribeRequest { log: crate::stage::id(), ..after("1") };
        assert_eq!(fields(desk.streams().subscribe(other).await), ["log"]);
        let head = desk.streams().get_head(v1::GetHeadRequest {}).await.unwrap().into_inner();
        let this = v1::SubscribeRequest { log: head.log, ..after("1") };
        assert!(desk.streams().subscribe(this).await.is_ok());
        let both = v1::SubscribeRequest { after_position: "1".to_owned(), ..from(v1::SubscribeFrom::Now) };
        assert_eq!(fields(desk.streams().subscribe(both).await), ["after_position"]);
        assert_eq!(fields(desk.streams().subscribe(v1::SubscribeRequest::default()).await), ["from"]);
    });
}

#[test]
fn a_stream_ends_when_the_hub_stops_and_goes_on_where_it_was() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        report(&clerk, clue_in(stage, HERE)).await;
        let mut news = subscribed(stage, from(v1::SubscribeFrom::Beginning)).await;
        let (mut seen, mut last) = (Vec::new(), String::new());
        loop {
            match next(&mut news).await {
                News::Batch(batch) => {
                    seen.extend(batch.events.unwrap().events());
                    last = batch.position;
                }
                News::CaughtUp(_) => break,
                News::Heartbeat(_) => {}
            }
        }
        stage.stop().await;
        let ended = async { while matches!(news.message().await, Ok(Some(_))) {} };
        soon("the end of the stream", ended).await;
        stage.start_again().await;
        report(&stage.desk("430405.edu.clerk1"), clue_in(stage, HERE)).await;
        let desk = stage.desk("hub.auditor");
        seen.extend(Follower::asking(&desk, after(&last)).await.events().await);
        let whole = Follower::asking(&desk, from(v1::SubscribeFrom::Beginning)).await.events().await;
        let ids = |events: &[wire::cloudevents::CloudEvent]| -> Vec<String> {
            events.iter().map(|event| event.id.clone()).collect()
        };
        assert_eq!(ids(&seen), ids(&whole));
    });
}
