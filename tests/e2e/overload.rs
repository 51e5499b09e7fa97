//! More is asked than can be done: who is refused, who waits, and what is done all the same. Never here: in which turn
//! those who wait are served (that is tested beside the gate).

use std::time::Duration;

use domain::ids::UnitId;
use hub::admission::{Class, Gate, Pass, RETRY_AFTER, WAITING};
use tokio::task::JoinSet;
use tonic::Request;
use tonic::codec::CompressionEncoding;
use wire::{Refusal, v1};

use crate::acts::{child_hurt_in, clue_in, report, token, unit};
use crate::stage::{NEIGHBOURS, id, play_alone, refused, soon};

/// Places at work.
const PLACES: usize = 2;

/// How long a caller waits: long enough to come to the line on a busy machine.
const PATIENT: Duration = Duration::from_secs(3);

/// Takes every place at work, and every place in line, for one unit.
async fn flood(gate: &Gate, unit: UnitId) -> (Vec<Pass>, JoinSet<Result<Pass, Refusal>>) {
    let (mut at_work, mut waiting) = (Vec::new(), JoinSet::new());
    for _ in 0..PLACES {
        at_work.push(gate.enter(Class::Ordinary, &unit).await.unwrap());
    }
    for _ in 0..WAITING {
        let (gate, unit) = (gate.clone(), unit.clone());
        waiting.spawn(async move { gate.enter(Class::Ordinary, &unit).await });
    }
    while gate.waiting() != [0, WAITING, 0] {
        tokio::task::yield_now().await;
    }
    (at_work, waiting)
}

#[test]
fn a_hub_asked_for_too_much_refuses_the_flood_and_does_what_presses() {
    play_alone(NEIGHBOURS, async |stage| {
        stage.stop().await;
        stage.config.calls_at_work = PLACES as u16;
        stage.start_again().await;
        let gate = stage.running().hub.gate.clone();
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let neighbour = stage.desk("430412.edu.clerk1");
        let flooding: UnitId = unit("EDU", "430405").parse().unwrap();
        let (at_work, mut waiting) = soon("the flood", flood(&gate, flooding)).await;

        let asked = clerk.education().report_clue(clue_in(stage, "430405")).await;
        assert_eq!(refused(asked), Refusal::Overloaded { retry_after: RETRY_AFTER });
        let asked = clerk.education().list_clues(v1::ListCluesRequest::default()).await;
        assert_eq!(refused(asked), Refusal::Overloaded { retry_after: RETRY_AFTER }, "questions too");

        // The same clerk's mandatory report, and the police's answer to it.
        let hurt = soon("the report", report(&clerk, child_hurt_in(stage, "430405"))).await;
        let claim = v1::ClaimEntryRequest { request_id: id(), matter: hurt.clue_id, ..Default::default() };
        soon("the claim", duty.police().claim_entry(claim)).await.unwrap();
        let mut packing = clerk.education().send_compressed(CompressionEncoding::Gzip);
        let packed = packing.report_clue(child_hurt_in(stage, "430405"));
        soon("the same report, packed", packed).await.unwrap();

        // Another unit's call takes a place in line from the flood, and leaves it when its deadline passes.
        let mut patient = Request::new(clue_in(stage, "430412"));
        patient.set_timeout(PATIENT);
        let asked = tokio::spawn(async move { neighbour.education().report_clue(patient).await });
        let shed = soon("who gives way", waiting.join_next()).await.unwrap().unwrap();
        assert_eq!(shed.err(), Some(Refusal::Overloaded { retry_after: RETRY_AFTER }));
        assert_eq!(refused(asked.await.unwrap()), Refusal::Late);
        let left = async {
            while gate.waiting() != [0, WAITING - 1, 0] {
                tokio::task::yield_now().await;
            }
        };
        soon("its leaving", left).await;

        drop((at_work, waiting));
        let neighbour = stage.desk("430412.edu.clerk1");
        let done = soon("the rest", report(&neighbour, clue_in(stage, "430412"))).await;
        let all = v1::ListCluesRequest { consistency_token: token(&done), ..Default::default() };
        let all = neighbour.education().list_clues(all).await.unwrap().into_inner().clues;
        assert_eq!(all.len(), 1, "who was late left the line, and nothing came of it");
        soon("the rest", report(&clerk, clue_in(stage, "430405"))).await;
    });
}
