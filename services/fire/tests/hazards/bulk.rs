//! The bulk intake of steps: what is sent again, what comes too early, what is refused, each by its number. Never here:
//! the law of the steps.

use std::collections::BTreeMap;

use wire::v1::bulk_outcome::What;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardGrade};

use crate::house::{House, actor, fixed, graded, record, visit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_has_its_answer_and_a_bad_one_leaves_the_others_alone() {
    let house = House::open().await;
    let photo = house.photo().await;
    let (one, two) = (house.found(HazardGrade::General).await, house.found(HazardGrade::General).await);
    let nowhere =
        hub::mint::hazard_id(uuid::Uuid::now_v7(), "430405".parse().unwrap(), jiff::civil::date(2026, 11, 1));
    let unknown = nowhere.as_str();
    let records = vec![
        record(1, &one, graded(HazardGrade::General)),
        record(2, &one, Step::FixOnSpot(fixed("finder", &photo))),
        record(3, &two, graded(HazardGrade::General)),
        record(4, unknown, graded(HazardGrade::General)),
        record(5, &two, Step::Verify(visit(&["mate"], &photo))),
        v1::WorkHazardsRequest { step: None, ..record(6, &two, graded(HazardGrade::General)) },
        record(7, &two, Step::FixOnSpot(v1::HazardFix { fixer: "OF-gone".to_owned(), papers: Vec::new() })),
    ];
    let told = by_number(house.work("finder", records.clone()).await);
    let kinds: Vec<&str> = told.values().map(|what| word(what)).collect();
    assert_eq!(kinds, ["recorded", "recorded", "recorded", "not yet", "law", "never", "not yet"]);
    let Some(What::Refused(bad)) = told.get(&6) else { panic!("{told:?}") };
    assert_eq!((bad.reason.as_str(), bad.faults[0].field.as_str()), ("SHAPE", "step"));
    // The connection broke: all of it is sent again, in another order, and what was kept is not written twice.
    let history = house.seen("clerk", &one).await.unwrap().history.len();
    let again = by_number(house.work("finder", records.into_iter().rev().collect()).await);
    assert_eq!(
        again.values().map(word).take(4).collect::<Vec<_>>(),
        ["repeated", "repeated", "repeated", "not yet"]
    );
    assert_eq!(house.seen("clerk", &one).await.unwrap().history.len(), history);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_opens_a_hazard_tells_its_id_and_tells_it_again() {
    let house = House::open().await;
    let opening = v1::HazardOpening {
        institution_id: crate::house::SCHOOL.to_owned(),
        category: v1::HazardCategory::FireSource.into(),
        grade: HazardGrade::General.into(),
        basis: "消防法第二十八条".to_owned(),
        lead_unit_id: String::new(),
        spot: "厨房".to_owned(),
        papers: Vec::new(),
    };
    let open = v1::WorkHazardsRequest {
        occurred_at: Some(wire::convert::timestamp(house.now())),
        ..record(9, "", Step::Open(opening))
    };
    let told = house.work("finder", vec![open.clone()]).await;
    let Some(What::Recorded(new)) = &told[0].what else { panic!("{told:?}") };
    house.days(1);
    let told = house.work("finder", vec![open]).await;
    assert!(matches!(&told[0].what, Some(What::Repeated(again)) if again.matter_id == new.matter_id));
    let shown = house.seen("captain", &new.matter_id).await.unwrap().hazard.unwrap();
    assert_eq!((shown.division.as_str(), shown.category()), ("430405", v1::HazardCategory::FireSource));
    assert_eq!(shown.lead.unwrap().id, actor("finder").unit.id.to_string());
}

fn by_number(outcomes: Vec<v1::BulkOutcome>) -> BTreeMap<u64, What> {
    outcomes.into_iter().map(|outcome| (outcome.number, outcome.what.unwrap())).collect()
}

fn word(what: &What) -> &'static str {
    match what {
        What::Recorded(_) => "recorded",
        What::Repeated(_) => "repeated",
        What::Refused(refused) if refused.not_yet => "not yet",
        What::Refused(refused) if refused.reason == "SHAPE" => "never",
        What::Refused(_) => "law",
    }
}
