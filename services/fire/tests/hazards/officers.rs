//! Officers named in a step: of an authority where the hazard lies, and of the fire service and responsible where the law
//! asks for it. Never here: who may take the step.

use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardGrade};

use crate::house::{House, finding, fixed, graded, record, visit};

/// Every fault of a step, in its order.
async fn faults(house: &House, hazard: &str, step: Step) -> String {
    let answer = house.work("captain", vec![record(1, hazard, step)]).await.remove(0);
    let Some(v1::bulk_outcome::What::Refused(refused)) = answer.what else { panic!("{answer:?}") };
    let told = |fault: &v1::BulkFault| format!("{}:{}", fault.field, fault.reason);
    refused.faults.iter().map(told).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn who_was_on_site_or_fixed_it_is_of_an_authority_where_the_hazard_lies() {
    let house = House::open().await;
    let photo = house.photo().await;
    let hazard = house.found(HazardGrade::General).await;
    let look = || visit(&["clerk", "away", "nobody"], &photo);
    let expected = "verify.present[1]:OFFICER_OUTSIDE_AREA verify.present[2]:OFFICER_UNKNOWN";
    assert_eq!(faults(&house, &hazard, Step::Verify(look())).await, expected);
    assert_eq!(
        faults(&house, &hazard, Step::FailReview(finding(&["away"], &photo))).await,
        "fail_review.visit.present[0]:OFFICER_OUTSIDE_AREA"
    );
    for (step, field) in [
        (Step::ReportFix(fixed("away", &photo)), "report_fix.fixer"),
        (Step::FixOnSpot(fixed("warden", &photo)), "fix_on_spot.fixer"),
    ] {
        assert_eq!(faults(&house, &hazard, step).await, format!("{field}:OFFICER_OUTSIDE_AREA"));
    }
    // A unit above is an authority there too, of whatever agency.
    let steps = vec![
        ("finder", graded(HazardGrade::General)),
        ("finder", Step::FixOnSpot(fixed("market", &photo))),
        ("mate", Step::Verify(visit(&["mate", "city"], &photo))),
    ];
    house.steps(&hazard, steps).await;
}

#[tokio::test]
async fn a_sealing_is_decided_by_the_fire_service_and_approved_by_who_leads_there() {
    let house = House::open().await;
    let hazard = house.found(HazardGrade::Major).await;
    let paper = v1::PaperRef { kind: v1::PaperKind::Decision.into(), ..house.photo().await };
    let deciders = ["captain", "leader", "away", "clerk"].map(|name| format!("OF-{name}")).to_vec();
    let seal = Step::Seal(v1::HazardSeal { deciders, paper: Some(paper) });
    let expected = "seal.deciders[1]:OFFICER_NOT_FIRE seal.deciders[2]:OFFICER_OUTSIDE_AREA \
                    seal.deciders[3]:OFFICER_NOT_FIRE";
    assert_eq!(faults(&house, &hazard, seal).await, expected);
    let part = || v1::HazardPart { spot: "二楼".to_owned(), reason: "人员密集".to_owned() };
    let orally = |approver: &str| {
        Step::SealOrally(v1::HazardOralSeal { part: Some(part()), approver: format!("OF-{approver}") })
    };
    for (approver, reasons) in [
        ("mate", vec!["OFFICER_NOT_LEADER"]),
        ("leader", vec!["OFFICER_NOT_FIRE"]),
        ("clerk", vec!["OFFICER_NOT_FIRE", "OFFICER_NOT_LEADER"]),
        ("away", vec!["OFFICER_OUTSIDE_AREA"]),
    ] {
        let told = faults(&house, &hazard, orally(approver)).await;
        let expected: Vec<String> =
            reasons.iter().map(|reason| format!("seal_orally.approver:{reason}")).collect();
        assert_eq!(told, expected.join(" "), "{approver}");
    }
    house.steps(&hazard, vec![("finder", graded(HazardGrade::Major)), ("finder", orally("chief"))]).await;
}
