//! Break-glass: content is seen with a reason and a second person's word, for its time, on record, and somebody else
//! reviews it. Never here: who sees what without it (`need_to_know`).

use eventlog::{Revision, StreamName};
use safeguard::world::Desk;
use wire::{Refusal, v1};

use crate::acts::{HERE, ask, child_hurt_in, child_number, done, named, read, report, see, token, victim};
use crate::stage::{SMALL, Stage, fields, id, law, play_alone, refused, soon};

const CHILD: &str = "欧阳被看见";
const TELLER: &str = "上官来举报";

/// A child was hurt; somebody who wants to stay secret told of it.
async fn a_secret_clue(stage: &Stage) -> v1::ReportClueResponse {
    let told = v1::ReportClueRequest {
        reporter: Some(named(TELLER, "13800005678", &child_number("2"))),
        persons: vec![victim(CHILD, &child_number("1"))],
        ..child_hurt_in(stage, HERE)
    };
    report(&stage.desk("430405.edu.clerk1"), told).await
}

fn terms(class: v1::AccessClass, reporter: bool, hours: u32) -> v1::AccessTerms {
    v1::AccessTerms { class: class.into(), reporter, hours }
}
fn sensitive(hours: u32) -> v1::AccessTerms {
    terms(v1::AccessClass::Sensitive, false, hours)
}

async fn request(
    desk: &Desk,
    matter: &str,
    terms: v1::AccessTerms,
) -> Result<v1::RequestAccessResponse, tonic::Status> {
    ask!(
        desk,
        access.request_access,
        RequestAccessRequest { matter: matter, reason: "督办：家长反映处置不力", terms: terms }
    )
}

async fn approve(
    desk: &Desk,
    access: &str,
    terms: v1::AccessTerms,
) -> Result<v1::ApproveAccessResponse, tonic::Status> {
    ask!(desk, access.approve_access, ApproveAccessRequest { access_id: access, terms: terms })
}

async fn review(desk: &Desk, access: &str) -> Result<v1::ReviewAccessResponse, tonic::Status> {
    let findings = "督办确有必要";
    ask!(
        desk,
        access.review_access,
        ReviewAccessRequest { access_id: access, justified: true, findings: findings }
    )
}

async fn listed(desk: &Desk, token: &str) -> Vec<v1::Access> {
    see!(desk, access.list_access, token, ListAccessRequest {}).unwrap().accesses
}

/// The events of an access, once there are `wanted` of a kind.
async fn until(stage: &Stage, access: &str, kind: &str, wanted: usize) -> Vec<eventlog::Recorded> {
    let (log, stream) = (&stage.running().hub.log, StreamName::parse(access).unwrap());
    let mut follow = log.subscribe(None);
    let wait = async {
        loop {
            let events = log.read(&stream, Revision::FIRST).await.unwrap();
            if events.iter().filter(|event| event.kind == kind).count() >= wanted {
                return events;
            }
            follow.next().await.unwrap();
        }
    };
    soon(kind, wait).await
}

async fn uses(stage: &Stage, access: &str) -> usize {
    let events = until(stage, access, "break-glass.requested", 1).await;
    events.iter().filter(|event| event.kind == "break-glass.used").count()
}

fn sees_the_child(clue: &v1::Clue) -> bool {
    let name = clue.persons[0].name.clone().unwrap_or_default();
    let story = clue.narrative.clone().unwrap_or_default();
    assert_eq!(name.text == CHILD, !story.text.is_empty(), "name and story go together");
    assert!(name.withheld || name.text == CHILD);
    name.text == CHILD
}

fn sees_the_teller(clue: &v1::Clue) -> bool {
    let reporter = clue.reporter.clone().unwrap_or_default();
    reporter.name.is_some_and(|name| name.text == TELLER)
}

#[test]
fn a_superior_sees_what_is_in_a_matter_by_break_glass_for_its_time_and_on_record() {
    play_alone(SMALL, async |stage| {
        let (duty, leader) = (stage.desk("430400.edu.duty"), stage.desk("430400.edu.leader"));
        let reported = a_secret_clue(stage).await;
        let clue = &*reported.clue_id;
        assert!(!sees_the_child(&read(&duty, clue, &token(&reported)).await));

        let asked = request(&duty, clue, sensitive(2)).await.unwrap();
        let access = &*asked.access_id;
        assert!(!sees_the_child(&read(&duty, clue, "").await), "asking opens nothing");
        for outsider in ["430400.edu.duty", "430405.edu.leader", "430405.fire.inspector", "admin"] {
            let answer = approve(&stage.desk(outsider), access, sensitive(2)).await;
            assert_eq!(refused(answer), Refusal::Permission, "{outsider}");
        }
        let wider = terms(v1::AccessClass::Sensitive, true, 2);
        assert_eq!(law(approve(&leader, access, wider).await), "ACCESS_WIDER");
        approve(&leader, access, sensitive(2)).await.unwrap();

        let seen = read(&duty, clue, "").await;
        assert!(sees_the_child(&seen) && !sees_the_teller(&seen));
        assert_eq!(uses(stage, access).await, 1, "on record when it is shown");
        let _ = read(&duty, clue, "").await;
        assert_eq!(uses(stage, access).await, 1, "within the minute it is one use");
        assert!(!sees_the_child(&read(&leader, clue, "").await), "it is open to nobody else");
        stage.advance(3);
        assert!(sees_the_child(&read(&duty, clue, "").await));
        assert_eq!(uses(stage, access).await, 2);

        stage.stop().await;
        stage.start_again().await;
        let duty = stage.desk("430400.edu.duty");
        assert!(sees_the_child(&read(&duty, clue, "").await), "a restart closes nothing");
        stage.advance(118);
        assert!(!sees_the_child(&read(&duty, clue, "").await), "its time is over at once");
        let _ = until(stage, access, "break-glass.ended", 1).await;
    });
}

#[test]
fn a_review_cannot_be_skipped() {
    play_alone(SMALL, async |stage| {
        let (duty, leader) = (stage.desk("430400.edu.duty"), stage.desk("430400.edu.leader"));
        let reported = a_secret_clue(stage).await;
        let clue = &*reported.clue_id;
        let access = request(&duty, clue, sensitive(1)).await.unwrap().access_id;
        approve(&leader, &access, sensitive(1)).await.unwrap();
        assert_eq!(law(review(&leader, &access).await), "ACCESS_NOT_HERE");
        stage.advance(60);
        let _ = until(stage, &access, "break-glass.ended", 1).await;
        assert_eq!(law(review(&leader, &access).await), "ACCESS_APPROVED_BY_YOU");
        let again = request(&duty, clue, sensitive(1)).await.unwrap().access_id;

        stage.advance(60 * 24 * 7);
        let events = until(stage, &access, "clock.breached", 1).await;
        let breach = events.iter().find(|event| event.kind == "clock.breached").unwrap();
        assert!(breach.data.as_str().contains("UN-EDU-430000"), "the superior is told: {:?}", breach.data);
        assert_eq!(events.iter().filter(|event| event.kind == "clock.warned").count(), 2);
        assert_eq!(law(request(&duty, clue, sensitive(1)).await), "ACCESS_REVIEW_OVERDUE");
        let row = listed(&leader, "").await.into_iter().find(|row| row.id == access).unwrap();
        assert!(row.review_overdue && row.uses == 0 && row.stage == "access-review-due");
        let refusal = done!(
            leader,
            access.refuse_access,
            RefuseAccessRequest { access_id: &*again, reason: "先完成上次审查" }
        );
        assert_eq!(refusal.state, "access-refused");
    });
}

#[test]
fn who_reported_is_opened_only_when_that_is_asked_and_approved() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk2");
        let (leader, head) = (stage.desk("430405.edu.leader"), stage.desk("430405.edu.head"));
        let reported = a_secret_clue(stage).await;
        let clue = &*reported.clue_id;
        assert!(!sees_the_teller(&read(&clerk, clue, &token(&reported)).await));
        let with = || terms(v1::AccessClass::Sensitive, true, 1);
        let narrow = request(&clerk, clue, with()).await.unwrap().access_id;
        approve(&leader, &narrow, sensitive(1)).await.unwrap();
        assert!(!sees_the_teller(&read(&clerk, clue, "").await), "approved without");

        let full = request(&clerk, clue, with()).await.unwrap().access_id;
        approve(&leader, &full, with()).await.unwrap();
        assert!(sees_the_teller(&read(&clerk, clue, "").await));
        stage.advance(61);
        assert!(!sees_the_teller(&read(&clerk, clue, "").await));
        for access in [&narrow, &full] {
            let _ = until(stage, access, "break-glass.ended", 1).await;
        }
        assert_eq!(refused(review(&clerk, &full).await), Refusal::Permission);
        let receipt = review(&head, &full).await.unwrap().receipt.unwrap();
        assert_eq!(receipt.state, "access-reviewed");
        let rows = listed(&clerk, &receipt.consistency_token).await;
        let row = rows.iter().find(|row| row.id == full).unwrap();
        assert_eq!((&*row.decided_by, &*row.reviewed_by), (&*leader.account.id, &*head.account.id));
        assert!(row.justified && row.review_due.is_none() && row.uses == 1);
    });
}

#[test]
fn nobody_asks_for_what_they_may_not_know_of_nor_for_more_than_the_law_opens() {
    play_alone(SMALL, async |stage| {
        let (duty, inspector) = (stage.desk("430400.edu.duty"), stage.desk("430405.fire.inspector"));
        let reported = a_secret_clue(stage).await;
        let clue = &*reported.clue_id;
        let nowhere = clue.replace(HERE, "430412");
        for (who, matter) in [(&inspector, clue), (&stage.desk("admin"), clue)] {
            assert_eq!(refused(request(who, matter, sensitive(1)).await), Refusal::Permission, "{matter}");
        }
        assert_eq!(fields(request(&duty, &nowhere, sensitive(1)).await), ["matter"], "a mistyped id");
        for hours in [0, 25] {
            assert_eq!(fields(request(&duty, clue, sensitive(hours)).await), ["terms.hours"]);
        }
        let no_class = terms(v1::AccessClass::Unspecified, false, 1);
        assert_eq!(fields(request(&duty, clue, no_class).await), ["terms.class"]);
        assert_eq!(law(request(&duty, clue, sensitive(9)).await), "ACCESS_TOO_LONG");

        let once = v1::RequestAccessRequest {
            request_id: id(),
            matter: clue.to_owned(),
            reason: "督办".to_owned(),
            terms: Some(sensitive(1)),
            ..Default::default()
        };
        let first = duty.access().request_access(once.clone()).await.unwrap().into_inner();
        let again = duty.access().request_access(once).await.unwrap().into_inner();
        assert_eq!(first.access_id, again.access_id);
        assert!(again.receipt.unwrap().repeated);

        let leader = stage.desk("430400.edu.leader");
        assert_eq!(listed(&leader, "").await.len(), 1);
        assert_eq!(listed(&stage.desk("hub.auditor"), "").await.len(), 1);
        assert!(listed(&inspector, "").await.is_empty());
        assert!(listed(&stage.desk("430405.edu.leader"), "").await.is_empty());
        done!(
            stage.desk("admin"),
            directory.disable_officer,
            DisableOfficerRequest { officer_id: &*duty.account.id }
        );
        assert_eq!(refused(approve(&leader, &first.access_id, sensitive(1)).await), Refusal::Permission);
    });
}
