//! A change of role or assignment holds for the next question, and within two seconds on a stream that is open. Never
//! here: the end of a stream whose right to be is lost (`stream_rights`).

use std::time::Duration;

use wire::v1::subscribe_response::News;
use wire::{cloud, v1};

use crate::acts::{HERE, child_hurt_in, clue_in, done, named, read, report, see, token, triage, unit};
use crate::follow::{change_roles, service};
use crate::stage::{NEIGHBOURS, Shared, play};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());
/// How soon a stream must have narrowed.
const SOON: Duration = Duration::from_secs(2);

#[test]
fn a_role_that_is_taken_away_shows_in_the_next_answer() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let reported = report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await;
        let clue = &*reported.clue_id;
        let head = stage.desk("430405.edu.head");
        assert!(!read(&head, clue, &token(&reported)).await.narrative.unwrap().text.is_empty());
        change_roles(stage, "430405.edu.head", vec![v1::Role::Auditor.into()]).await;
        let narrowed = read(&head, clue, "").await;
        assert!(narrowed.narrative.unwrap().withheld && !narrowed.stage.is_empty());
        change_roles(stage, "430405.edu.head", vec![v1::Role::Head.into()]).await;
        assert!(!read(&head, clue, "").await.narrative.unwrap().text.is_empty());
    });
}

#[test]
fn who_holds_a_matter_sees_who_reported_as_long_as_they_hold_it() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let teller = Some(named("保密举报人", "13800001234", ""));
        let told = v1::ReportClueRequest { reporter: teller, ..child_hurt_in(stage, HERE) };
        let reported = report(&stage.desk("430405.edu.clerk1"), told).await;
        let (clue, duty) = (&*reported.clue_id, stage.desk("430405.psb.duty1"));
        let teller = async |seen: &str| {
            let entry =
                see!(duty, police.get_queue_entry, seen, GetQueueEntryRequest { matter: clue }).unwrap();
            let Some(v1::get_queue_entry_response::Case::Clue(clue)) = entry.case else { panic!("a clue") };
            clue.reporter.unwrap().name.unwrap()
        };
        assert!(teller(&token(&reported)).await.withheld);
        let claimed = done!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
        assert_eq!(teller(&claimed.consistency_token).await.text, "保密举报人");
        let released =
            done!(duty, police.release_entry, ReleaseEntryRequest { matter: clue, reason: "换班" });
        assert!(teller(&released.consistency_token).await.withheld, "no longer theirs");
    });
}

#[test]
fn a_team_sees_who_a_child_is_while_it_verifies() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clerk, handler) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.edu.handler"));
        let told = v1::ReportClueRequest {
            minor: v1::Minor::Minor.into(),
            persons: child_hurt_in(stage, HERE).persons,
            ..clue_in(stage, HERE)
        };
        let reported = report(&clerk, told).await;
        let clue = &*reported.clue_id;
        triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
        let name = async |seen: &str| read(&handler, clue, seen).await.persons[0].name.clone().unwrap();
        assert!(name("").await.withheld, "of the unit, not of the case");
        let to = unit("EDU", HERE);
        done!(clerk, education.assign_clue, AssignClueRequest { clue_id: clue, to_unit_id: to });
        let team = vec![handler.account.id.clone(), stage.desk("430405.edu.leader").account.id];
        let started = done!(
            handler,
            education.start_verification,
            StartVerificationRequest { clue_id: clue, team: team }
        );
        assert_eq!(name(&started.consistency_token).await.text, "测试学童");
        let leader = stage.desk("430405.edu.leader");
        let summary = "未发现线索所述情形。";
        let result = v1::Conclusion::Unsubstantiated;
        let ended = done!(
            leader,
            education.conclude_clue,
            ConcludeClueRequest { clue_id: clue, result: result, summary: summary }
        );
        assert!(name(&ended.consistency_token).await.withheld, "the team's work is over");
    });
}

#[test]
fn an_open_stream_narrows_within_two_seconds_of_a_change_of_role() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clerk, system) = (stage.desk("430405.edu.clerk1"), service(stage, "430405.edu.clerk2").await);
        let now = v1::SubscribeRequest { from: v1::SubscribeFrom::Now.into(), ..Default::default() };
        let mut news = system.streams().subscribe(now).await.unwrap().into_inner();
        report(&clerk, child_hurt_in(stage, HERE)).await;
        let mut next = async || loop {
            let Some(News::Batch(batch)) = news.message().await.unwrap().unwrap().news else { continue };
            let events: Vec<_> = batch.events.unwrap().events().collect();
            if let Some(event) = events.iter().find(|event| event.r#type == "clue.reported") {
                return cloud::payload(event).contains("班主任");
            }
        };
        assert!(next().await, "a system of the unit reads the narrative");
        change_roles(stage, "430405.edu.clerk2", vec![v1::Role::Auditor.into()]).await;
        let narrowed = async {
            tokio::select! {
                () = async { while next().await {} } => {}
                () = async { loop { report(&clerk, child_hurt_in(stage, HERE)).await; } } => {}
            }
        };
        tokio::time::timeout(SOON, narrowed).await.expect("the stream still shows the narrative");
    });
}
