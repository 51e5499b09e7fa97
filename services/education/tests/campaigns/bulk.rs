//! Dispatches and staff counts, many on one stream: each is answered by its number, and a refused one leaves the others
//! alone.

use wire::v1;
use wire::v1::bulk_outcome::What;

use crate::ground::{Ground, fresh};
use crate::visits::national;

/// What became of each record, in the order of their numbers: `recorded`, `repeated`, or why not.
fn told(outcomes: Vec<Option<v1::BulkOutcome>>) -> Vec<String> {
    let mut outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
    outcomes.sort_by_key(|outcome| outcome.number);
    let tell = |outcome: v1::BulkOutcome| match outcome.what.unwrap() {
        What::Recorded(_) => "recorded".to_owned(),
        What::Repeated(_) => "repeated".to_owned(),
        What::Refused(refused) if refused.faults.is_empty() => refused.reason,
        What::Refused(refused) => {
            let faults = refused.faults.iter().map(|fault| format!("{} {}", fault.field, fault.reason));
            faults.collect::<Vec<_>>().join(", ")
        }
    };
    outcomes.into_iter().map(tell).collect()
}

fn dispatch(campaign: &str) -> v1::ReportDispatchesRequest {
    let post = v1::CampaignPost { level: v1::Level::County.into(), division: "430405".to_owned() };
    v1::ReportDispatchesRequest {
        number: 0,
        request_id: fresh(),
        occurred_at: None,
        campaign_id: campaign.to_owned(),
        post: Some(post),
        on: "2023-11-10".to_owned(),
        persons: 3,
        institution_ids: vec!["IN-A".to_owned(), "IN-B".to_owned()],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dispatches_are_answered_one_by_one() {
    let ground = Ground::new().await;
    let campaign = national(&ground).await;
    let good = dispatch(&campaign);
    let of = |change: fn(&mut v1::ReportDispatchesRequest)| {
        let mut record = dispatch(&campaign);
        change(&mut record);
        record
    };
    let records = [
        (good.clone(), "recorded"),
        (good, "repeated"),
        (of(|one| one.persons = -3), "persons NEGATIVE"),
        (of(|one| one.persons = 0), "DISPATCH_PERSONS"),
        (of(|one| one.on = "2023-10-06".to_owned()), "on CAMPAIGN_DAY"),
        (of(|one| one.on = "2023-13-06".to_owned()), "on DATE"),
        (
            of(|one| one.institution_ids = vec!["IN-NONE".to_owned()]),
            "institution_ids[0] INSTITUTION_UNKNOWN",
        ),
        (of(|one| one.institution_ids = vec!["IN-N".to_owned()]), "DISPATCH_OUTSIDE_AREA"),
        (of(|one| one.post.as_mut().unwrap().division = "430406".to_owned()), "DISPATCH_NOT_YOUR_POST"),
        (of(|one| one.post.as_mut().unwrap().level = v1::Level::City.into()), "post CAMPAIGN_POST"),
        (of(|one| one.campaign_id = "CP-1".to_owned()), "campaign_id ID_SHAPE"),
        (of(|one| one.request_id = "1".to_owned()), "request_id UUID"),
    ];
    let (sent, wanted): (Vec<_>, Vec<_>) = records.into_iter().unzip();
    // The record that is sent twice is sent first, and the second time after the first is answered.
    let numbered = (1..).zip(sent).map(|(number, record)| v1::ReportDispatchesRequest { number, ..record });
    let (first, rest): (Vec<_>, Vec<_>) = numbered.partition(|record| record.number == 1);
    let mut outcomes = Vec::new();
    for batch in [first, rest] {
        let request = ground.from("OF-EDU-430405", futures::stream::iter(batch));
        let mut answers = ground.client.clone().report_dispatches(request).await.unwrap().into_inner();
        while let Some(answer) = answers.message().await.unwrap() {
            outcomes.push(answer.outcome);
        }
    }
    assert_eq!(told(outcomes), wanted);
    assert_eq!(ground.report(&campaign, 0).await.figures.unwrap().dispatch_person_times(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_counts_are_answered_one_by_one_and_a_person_counts_once() {
    let ground = Ground::new().await;
    let campaign = national(&ground).await;
    let person = |n: u128| uuid::Uuid::from_u128(n).to_string();
    let of = |institution: &str, persons: &[u128]| v1::ReportStaffCountsRequest {
        number: 0,
        request_id: fresh(),
        occurred_at: None,
        campaign_id: campaign.clone(),
        institution_id: institution.to_owned(),
        on: "2023-11-10".to_owned(),
        persons: persons.iter().copied().map(person).collect(),
    };
    let records = [
        (of("IN-A", &[2, 1]), "recorded"),
        (of("IN-B", &[2, 3]), "recorded"),
        (of("IN-C", &[3, 3]), "persons TWICE"),
        (of("IN-C", &[]), "STAFF_COUNT_PERSONS"),
        (of("IN-N", &[4]), "STAFF_COUNT_OUTSIDE_AREA"),
        (of("IN-NONE", &[4]), "institution_id INSTITUTION_UNKNOWN"),
    ];
    let (sent, wanted): (Vec<_>, Vec<_>) = records.into_iter().unzip();
    let numbered = (1..).zip(sent).map(|(number, record)| v1::ReportStaffCountsRequest { number, ..record });
    let request = ground.from("OF-EDU-430405", futures::stream::iter(numbered.collect::<Vec<_>>()));
    let mut answers = ground.client.clone().report_staff_counts(request).await.unwrap().into_inner();
    let (mut outcomes, mut first) = (Vec::new(), String::new());
    while let Some(answer) = answers.message().await.unwrap() {
        if let Some(v1::BulkOutcome { number: 1, what: Some(What::Recorded(recorded)) }) = &answer.outcome {
            first.clone_from(&recorded.matter_id);
        }
        outcomes.push(answer.outcome);
    }
    assert_eq!(told(outcomes), wanted);
    assert_eq!(ground.report(&campaign, 0).await.figures.unwrap().staff_queried(), 3);
    let void = v1::VoidStaffCountRequest {
        request_id: fresh(),
        occurred_at: None,
        staff_count_id: first.clone(),
        reason: "机构填错".to_owned(),
    };
    ground.client.clone().void_staff_count(ground.from("OF-EDU-430405", void)).await.unwrap();
    assert_eq!(ground.kinds(&first).await, ["staff-count.reported", "staff-count.voided"]);
    assert_eq!(ground.report(&campaign, 0).await.figures.unwrap().staff_queried(), 2);
}
