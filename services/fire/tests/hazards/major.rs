//! A major hazard: by plan, two on site, out of use until it is reviewed. Never here: a general one.

use jiff::SignedDuration;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardGrade};

use crate::house::{House, five, fixed, graded, noticed, reason, visit};

fn day(house: &House, days: i64) -> String {
    hub::mint::beijing_day(house.now() + SignedDuration::from_hours(24 * days)).to_string()
}

#[tokio::test]
async fn a_major_hazard_is_sealed_reviewed_and_verified_by_two_on_site() {
    let house = House::open().await;
    let photo = house.photo().await;
    let hazard = house.found(HazardGrade::Major).await;
    house.steps(&hazard, vec![("finder", graded(HazardGrade::Major))]).await;
    let why = async |name: &str, step: Step| house.step(name, &hazard, step).await.unwrap_err();
    assert_eq!(why("finder", Step::FixOnSpot(fixed("finder", &photo))).await, "HAZARD_MAJOR_ON_SPOT");
    assert_eq!(why("clerk", noticed(None)).await, "HAZARD_DEADLINE_MISSING");

    let part = v1::HazardPart { spot: "二楼".to_owned(), reason: "人员密集".to_owned() };
    let oral = v1::HazardOralSeal { part: Some(part.clone()), approver: "OF-captain".to_owned() };
    assert_eq!(why("clerk", Step::SealOrally(oral.clone())).await, "PERMISSION");
    house.steps(&hazard, vec![("finder", Step::SealOrally(oral))]).await;
    let decision = v1::PaperRef {
        kind: v1::PaperKind::Decision.into(),
        number: "珠消封〔2026〕3号".to_owned(),
        ..photo.clone()
    };
    let seal = |deciders: &[&str]| {
        let deciders = deciders.iter().map(|name| format!("OF-{name}")).collect();
        Step::Seal(v1::HazardSeal { deciders, paper: Some(decision.clone()) })
    };
    assert_eq!(why("captain", seal(&["captain", "mate"])).await, "HAZARD_NOT_COLLECTIVE");
    let steps = vec![
        ("captain", seal(&["captain", "mate", "chief"])),
        ("clerk", noticed(Some(&day(&house, 60)))),
        ("clerk", five(&day(&house, 50))),
        ("clerk", Step::ReportFix(fixed("clerk", &photo))),
    ];
    house.steps(&hazard, steps).await;
    let two = || visit(&["second", "mate"], &photo);
    assert_eq!(why("second", Step::Verify(visit(&["second"], &photo))).await, "HAZARD_TOO_FEW_ON_SITE");
    assert_eq!(why("second", Step::Verify(two())).await, "HAZARD_OUT_OF_USE");
    assert_eq!(why("captain", Step::Resume(v1::HazardAct {})).await, "HAZARD_NOT_REVIEWED");
    let steps = vec![
        ("finder", Step::AskResume(v1::HazardAct {})),
        ("finder", Step::PassReview(visit(&["finder", "mate"], &photo))),
        ("captain", Step::Resume(v1::HazardAct {})),
    ];
    house.steps(&hazard, steps).await;
    house.steps(&hazard, vec![("second", Step::Verify(two()))]).await;
    let shown = house.seen("captain", &hazard).await.unwrap().hazard.unwrap();
    assert_eq!((shown.stage.as_str(), shown.r#use.as_str()), ("hazard-verified", "free"));
    assert_eq!(shown.notice_number, "珠教改〔2026〕7号");
}

#[tokio::test]
async fn another_authority_takes_it_over_and_then_sees_it() {
    let house = House::open().await;
    let hazard = house.found(HazardGrade::General).await;
    let to = v1::HazardTransfer {
        to_unit_id: "UN-SAMR-430405".to_owned(),
        reason: "属市场监管职责".to_owned(),
    };
    assert!(house.seen("market", &hazard).await.is_err());
    house.steps(&hazard, vec![("leader", Step::Transfer(to))]).await;
    let shown = house.seen("market", &hazard).await.unwrap().hazard.unwrap();
    assert_eq!(shown.transferred_to.unwrap().id, "UN-SAMR-430405");
    let ended =
        v1::ListHazardsRequest { stages: vec!["hazard-transferred".to_owned()], ..Default::default() };
    assert_eq!(house.board("market", ended).await.hazards[0].id, hazard);
    assert!(house.step("market", &hazard, Step::ProposeVoid(reason())).await.is_err(), "final");
}
