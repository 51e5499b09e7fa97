//! Intake: every fault at once, ages by identity number, divisions of the day, and nothing personal in the log.

use domain::clue::{ClueRule, Command};
use domain::decider::Decider;
use hub::call::stream_of;
use hub::project::Revision;
use wire::refusal::Refusal;
use wire::v1;

use crate::scene::{CLERK, CREDIT, HERE, NEIGHBOUR, anonymous, hours_ago, named, scene};

/// Born on 2013-05-05, under 14 on every day of these tests.
const CHILD: &str = "430405201305050012";

fn child(part: v1::PersonPart) -> v1::PersonStatement {
    v1::PersonStatement {
        part: part as i32, name: "小雨".to_owned(), id_number: CHILD.to_owned(), minor: 0
    }
}

fn faults(status: &tonic::Status) -> Vec<(String, String)> {
    let Refusal::Shape(found) = Refusal::from_status(status) else { unreachable!("{status:?}") };
    let mut found: Vec<_> = found.into_iter().map(|one| (one.field, one.reason)).collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_clue_is_recorded_once_however_often_it_is_told() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { institution: CREDIT.to_owned(), ..scene.plain() };
    let first = scene.report(request.clone()).await;
    let again = scene.report(request).await;
    assert!(!first.receipt.as_ref().unwrap().repeated && again.receipt.as_ref().unwrap().repeated);
    assert_eq!(
        (first.clue_id.clone(), first.urgency, first.call_110),
        (again.clue_id, v1::Urgency::U3 as i32, false)
    );
    let stream = stream_of(&first.clue_id).unwrap();
    let (state, _) = scene.hub.state::<ClueRule>(&stream).await.unwrap();
    let clue = state.clue().unwrap();
    assert_eq!(clue.owner().id.as_str(), "UN-EDU-430405");
    assert_eq!(clue.fallback().id.as_str(), "UN-EDU-430400");
    assert_eq!(clue.institution().unwrap().as_str(), format!("IN-{CREDIT}"));
}

#[tokio::test]
async fn every_fault_of_a_report_is_named_at_once() {
    let mut scene = scene().await;
    let stranger =
        v1::PersonStatement { id_number: "43040520130505001X".to_owned(), ..child(v1::PersonPart::Witness) };
    let request = v1::ReportClueRequest {
        request_id: "7".to_owned(),
        channel: 0,
        category: 99,
        urgency: 0,
        situation: 10,
        division: "500105".to_owned(),
        institution: "IN-91350100M000100Y44".to_owned(),
        narrative: "字".repeat(4_001),
        place: "a\u{0}".to_owned(),
        reporter: named("", "12"),
        persons: vec![child(v1::PersonPart::Victim), stranger],
        papers: vec![v1::PaperRef { kind: 9, hash: "ab".repeat(32), ..Default::default() }],
        harm: vec![1, 1],
        ..scene.plain()
    };
    let status = scene.client.report_clue(scene.by(CLERK, request)).await.unwrap_err();
    let expected = [
        ("category", "UNKNOWN_VALUE"),
        ("channel", "UNSPECIFIED"),
        ("division", "DIVISION_ABOLISHED"),
        ("harm", "TWICE"),
        ("institution", "INSTITUTION_UNKNOWN"),
        ("narrative", "TEXT_TOO_LONG"),
        ("papers[0].hash", "NOT_UPLOADED"),
        ("persons[1].id_number", "RESIDENT_ID_CHECK"),
        ("place", "TEXT_CONTROL"),
        ("reporter.named.name", "TEXT_EMPTY"),
        ("reporter.named.phone", "PHONE"),
        ("request_id", "UUID"),
        ("situation", "OUT_OF_RANGE"),
        ("urgency", "UNSPECIFIED"),
    ];
    assert_eq!(faults(&status), expected.map(|(field, reason)| (field.to_owned(), reason.to_owned())));
}

#[tokio::test]
async fn a_time_must_be_stated_not_in_the_future_and_not_too_long_ago() {
    let mut scene = scene().await;
    let cases = [
        (None, "REQUIRED"),
        (hours_ago(&scene.hub, -2), "TIME_FUTURE"),
        (hours_ago(&scene.hub, 6 * 366 * 24), "TIME_ORDER"),
    ];
    for (received_at, reason) in cases {
        let request = v1::ReportClueRequest { received_at, ..scene.plain() };
        let status = scene.client.report_clue(scene.by(CLERK, request)).await.unwrap_err();
        assert_eq!(faults(&status), [("received_at".to_owned(), reason.to_owned())]);
    }
}

#[tokio::test]
async fn a_division_that_existed_when_the_clue_was_received_is_good_and_names_its_missing_units() {
    let mut scene = scene().await;
    // 500105 was merged into 500157 on 2026-01-25; before that day it is a division, but has no units here.
    let before =
        v1::ReportClueRequest { division: "500105".to_owned(), ..scene.received("2025-12-01T02:00:00Z") };
    let status = scene.client.report_clue(scene.by(CLERK, before)).await.unwrap_err();
    let missing = ("division".to_owned(), "NO_COMPETENT_UNIT".to_owned());
    assert_eq!(faults(&status), [missing.clone(), missing]);
    let after =
        v1::ReportClueRequest { division: "500105".to_owned(), ..scene.received("2026-02-01T02:00:00Z") };
    let status = scene.client.report_clue(scene.by(CLERK, after)).await.unwrap_err();
    let Refusal::Shape(found) = Refusal::from_status(&status) else { unreachable!() };
    assert!(found[0].en.contains("500157"), "{}", found[0].en);
}

#[tokio::test]
async fn a_harmed_child_known_only_by_number_makes_a_mandatory_report() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest {
        persons: vec![child(v1::PersonPart::Victim)],
        harm: vec![v1::Harm::Injury as i32],
        category: v1::Category::Food as i32,
        ..scene.plain()
    };
    let answer = scene.report(request).await;
    assert_eq!((answer.urgency, answer.call_110), (v1::Urgency::U1 as i32, true));
    let (state, _) = scene.hub.state::<ClueRule>(&stream_of(&answer.clue_id).unwrap()).await.unwrap();
    assert_eq!(state.clue().unwrap().minor(), domain::category::Minor::Under14);
    let scope = ClueRule::scope(&Command::Claim, &state);
    assert!(scope.parties.iter().any(|unit| unit.as_str() == "UN-PSB-430405"));
}

#[tokio::test]
async fn nothing_personal_stands_in_the_log_and_the_child_has_one_subject_everywhere() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest {
        narrative: "秘密的经过".to_owned(),
        place: "秘密的地址".to_owned(),
        reporter: named("王秘密", "0734-8866000"),
        persons: vec![
            child(v1::PersonPart::Victim),
            v1::PersonStatement { part: 3, name: "张秘密".to_owned(), ..Default::default() },
        ],
        ..scene.plain()
    };
    let answer = scene.report(request).await;
    let events = scene.hub.log.read(&stream_of(&answer.clue_id).unwrap(), Revision::FIRST).await.unwrap();
    for event in &events {
        for secret in ["秘密", "小雨", CHILD, "8866000"] {
            assert!(
                !event.data.as_str().contains(secret) && !event.metadata.as_str().contains(secret),
                "{secret}"
            );
        }
    }
    let first = events[0].data.as_str();
    let pseudonym = scene.hub.keys.person_subject(CHILD).unwrap();
    // Narrative and address stand under the clue; persons without a number are known here only.
    let subjects = hub::seal::sealed_within(first);
    let of = |subject: &str| subjects.iter().any(|(one, _)| one.as_str() == subject);
    assert!(
        of(pseudonym.as_str())
            && of(&format!("SU-{}-R", answer.clue_id))
            && of(&format!("SU-{}-1", answer.clue_id))
    );
    assert!(of(&format!("SU-{}", answer.clue_id)));
}

#[tokio::test]
async fn an_officer_of_another_district_may_not_report_here_and_nobody_without_a_token() {
    let mut scene = scene().await;
    let request = scene.plain();
    let status = scene.client.report_clue(scene.by(NEIGHBOUR, request.clone())).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
    let bad = v1::ReportClueRequest {
        division: HERE.to_owned(),
        reporter: anonymous(),
        narrative: String::new(),
        ..request
    };
    let status = scene.client.report_clue(bad).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unauthenticated);
}
