//! A stream shows what its subscriber may see when an event is sent, and ends or narrows when that changes. Never here:
//! the policies themselves, matter by matter.

use std::time::Duration;

use tonic::Streaming;
use wire::v1::subscribe_response::News;
use wire::{Refusal, cloud, v1};

use crate::acts::{HERE, child_hurt_in, clue_in, done, read, report, token, triage};
use crate::follow::{Follower, change_roles, service};
use crate::stage::{NEIGHBOURS, Stage, play_alone, soon};

/// How soon a lost right must show.
const SOON: Duration = Duration::from_secs(2);

fn all() -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() }
}

/// The refusal that ends a stream, which must come soon.
async fn end(mut news: Streaming<v1::SubscribeResponse>) -> Refusal {
    let ends = async {
        loop {
            match news.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ended without a word"),
                Err(status) => return Refusal::from_status(&status),
            }
        }
    };
    tokio::time::timeout(SOON, ends).await.expect("it went on")
}

#[test]
fn each_system_gets_its_own_matters_and_in_them_what_it_may_see() {
    play_alone(NEIGHBOURS, async |stage| {
        let told = "班主任发现一名学生身上有多处新伤";
        let clerk = stage.desk("430405.edu.clerk1");
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        read(&clerk, &reported.clue_id, &token(&reported)).await;
        let own = service(stage, "430405.edu.handler").await;
        let events = Follower::asking(&own, all()).await.events().await;
        let first = events.iter().find(|event| event.r#type == "clue.reported").unwrap();
        assert!(cloud::payload(first).contains(told), "{}", cloud::payload(first));
        assert_eq!(cloud::word(first, "classification"), "P3");
        assert!(!cloud::payload(first).contains("\"ct\""), "the cipher never leaves the hub");
        let neighbour = service(stage, "430412.psb.duty1").await;
        let events = Follower::asking(&neighbour, all()).await.events().await;
        assert!(events.iter().all(|event| cloud::word(event, "subject") != reported.clue_id));
        let auditor = Follower::asking(&stage.desk("hub.auditor"), all()).await.events().await;
        let seen = auditor.iter().find(|event| event.r#type == "clue.reported").unwrap();
        assert!(!cloud::payload(seen).contains(told) && cloud::payload(seen).contains("withheld"));
        assert_eq!(cloud::word(seen, "classification"), "P1");
    });
}

#[test]
fn a_lost_role_a_shut_account_and_the_end_of_a_token_end_the_stream_soon() {
    play_alone(NEIGHBOURS, async |stage| {
        let subscribe = async |stage: &Stage, name: &str| {
            let desk = stage.desk_apart(name).await;
            desk.streams().subscribe(all()).await.unwrap().into_inner()
        };
        service(stage, "430405.psb.duty2").await;
        let news = subscribe(stage, "430405.psb.duty2").await;
        change_roles(stage, "430405.psb.duty2", vec![v1::Role::Duty.into()]).await;
        assert_eq!(end(news).await, Refusal::Permission);

        service(stage, "430412.psb.duty2").await;
        let news = subscribe(stage, "430412.psb.duty2").await;
        let officer = stage.world.officer("430412.psb.duty2").unwrap().id.clone();
        done!(stage.desk("admin"), directory.disable_officer, DisableOfficerRequest { officer_id: officer });
        assert_eq!(end(news).await, Refusal::identity("TOKEN_BAD"));

        let news = subscribe(stage, "hub.auditor").await;
        stage.advance(i64::from(u16::MAX) + 1);
        assert_eq!(end(news).await, Refusal::identity("TOKEN_EXPIRED"));
    });
}

#[test]
fn a_matter_that_is_handed_over_shows_from_then_on_to_who_was_handed_it() {
    play_alone(NEIGHBOURS, async |stage| {
        let police = service(stage, "430405.psb.duty2").await;
        let filter = v1::EventFilter { kinds: vec!["clue.*".to_owned()], ..Default::default() };
        let wanted = v1::SubscribeRequest { filter: Some(filter), ..all() };
        let mut news = police.streams().subscribe(wanted).await.unwrap().into_inner();
        let clerk = stage.desk("430405.edu.clerk1");
        let quiet = report(&clerk, clue_in(stage, HERE)).await.clue_id;
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let heard = async {
            loop {
                if let Some(News::Batch(batch)) = news.message().await.unwrap().unwrap().news {
                    for event in batch.events.unwrap().events() {
                        let subject = cloud::word(&event, "subject");
                        assert_ne!(subject, quiet, "the police have nothing to do with it");
                        if event.r#type == "clue.police-transferred" {
                            assert_eq!(subject, reported.clue_id);
                            return;
                        }
                    }
                }
            }
        };
        let hand_over = async {
            let clue = read(&clerk, &reported.clue_id, &token(&reported)).await;
            triage(&clerk, &clue).await;
            done!(
                clerk,
                education.transfer_clue_to_police,
                TransferClueToPoliceRequest { clue_id: &*reported.clue_id }
            )
        };
        soon("the hand-over", futures::future::join(heard, hand_over)).await;
    });
}
