//! What other systems get of a person who was erased: a snapshot, the history of a stream, and events that a group had
//! parked before. Never here: files and backups (`erasure_copies`).

use wire::cloud;
use wire::v1;
use wire::v1::snapshot_response::State;

use crate::acts::{HERE, ask, child_hurt_in, child_number, report, victim};
use crate::erasure::{GONE, KEPT, STORY};
use crate::follow::{Follower, service};
use crate::groups_seat::{Seat, create, named, show};
use crate::stage::{SMALL, Stage, play_alone, soon};

const TERMS: v1::GroupTerms =
    v1::GroupTerms { attempts: 1, first_pause_seconds: 10, longest_pause_seconds: 10, lease_seconds: 60 };

/// All that a system of the unit is told now: its snapshot and its stream from the beginning.
async fn told(system: &safeguard::world::Desk) -> String {
    let asked = v1::SnapshotRequest { filter: Some(v1::EventFilter::default()) };
    let mut states = system.streams().snapshot(asked).await.unwrap().into_inner();
    let mut all = String::new();
    loop {
        match soon("a state", states.message()).await.unwrap().unwrap().state.unwrap() {
            State::Follow(_) => break,
            state @ (State::Clue(_) | State::Referral(_) | State::Reverse(_)) => {
                all.push_str(&format!("{state:?}"))
            }
        }
    }
    let beginning =
        v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..v1::SubscribeRequest::default() };
    for event in Follower::asking(system, beginning).await.events().await {
        all.push_str(cloud::payload(&event));
    }
    all
}

async fn erase(stage: &Stage) {
    let erased = ask!(
        stage.desk("admin"),
        directory.erase_subject,
        EraseSubjectRequest {
            id_number: child_number("1"),
            reason: "依法申请删除",
            basis: v1::ErasureBasis::ConsentWithdrawn,
        }
    );
    assert!(erased.unwrap().keys > 0);
}

#[test]
fn neither_a_snapshot_nor_a_stream_nor_a_parked_event_reveals_who_was_erased() {
    play_alone(SMALL, async |stage| {
        let about = v1::ReportClueRequest {
            persons: vec![victim(GONE, &child_number("1")), victim(KEPT, &child_number("2"))],
            narrative: STORY.to_owned(),
            ..child_hurt_in(stage, HERE)
        };
        report(&stage.desk("430405.edu.clerk1"), about).await;
        let system = service(stage, "430405.edu.handler").await;
        assert!(told(&system).await.contains(STORY), "the unit's system reads the content before");
        create(&system, "cases", TERMS).await.unwrap();
        let mut seat = Seat::join(&system, "cases", 1).await;
        let first = seat.delivery().await;
        assert!(cloud::payload(first.event.as_ref().unwrap()).contains(STORY));
        seat.refuse(&first.id, true).await;
        assert_eq!(show(&system, "cases").await.parked, 1);

        erase(stage).await;
        let replay = v1::ReplayParkedRequest { group: named("cases"), ..Default::default() };
        assert_eq!(system.groups().replay_parked(replay).await.unwrap().into_inner().replayed, 1);
        let again = seat.delivery().await;
        let event = again.event.unwrap();
        assert_eq!(event.id, first.event.unwrap().id);
        let all = told(&system).await + cloud::payload(&event);
        assert!(all.contains("\"erased\":true"), "{all}");
        assert!([GONE, STORY, &child_number("1")].iter().all(|words| !all.contains(words)), "{all}");
    });
}
