//! A general hazard from finding to verification, and every way around that the law closes. Never here: the board.

use jiff::SignedDuration;
use tonic::Code;
use wire::Refusal;
use wire::v1::hazard_service_server::HazardService;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardGrade, LedgerBy};

use crate::house::{House, SCHOOL, finding, five, fixed, fresh, graded, noticed, reason, visit};

fn refused<T>(outcome: Result<T, String>, why: &str) {
    assert_eq!(outcome.err().as_deref(), Some(why));
}

/// A day so many days from now, as a notice has it.
fn day(house: &House, days: i64) -> String {
    hub::mint::beijing_day(house.now() + SignedDuration::from_hours(24 * days)).to_string()
}

#[tokio::test]
async fn a_general_hazard_is_gone_only_when_another_than_the_fixer_has_seen_it() {
    let house = House::open().await;
    let photo = house.photo().await;
    let hazard = house.found(HazardGrade::General).await;
    assert!(hazard.starts_with("HZ-430405-"), "{hazard}");
    let steps = vec![
        ("finder", graded(HazardGrade::General)),
        ("clerk", noticed(None)),
        ("clerk", five(&day(&house, 5))),
        ("clerk", Step::ReportProgress(v1::HazardProgress { progress: "柜子已搬走一半".to_owned() })),
        ("clerk", Step::ReportFix(fixed("second", &photo))),
    ];
    house.steps(&hazard, steps).await;
    for own in ["clerk", "second"] {
        let look = Step::Verify(visit(&[own], &photo));
        refused(house.step("finder", &hazard, look).await, "HAZARD_FIXED_BY_THEM");
    }
    refused(
        house.step("clerk", &hazard, Step::Verify(visit(&["mate"], &photo))).await,
        "HAZARD_FIXED_BY_THEM",
    );
    let bare = v1::HazardVisit { papers: Vec::new(), ..visit(&["mate"], &photo) };
    refused(house.step("finder", &hazard, Step::Verify(bare)).await, "HAZARD_EVIDENCE_MISSING");
    let stranger = Step::Verify(visit(&["nobody"], &photo));
    refused(house.step("finder", &hazard, stranger).await, "SHAPE");
    refused(house.step("market", &hazard, Step::Verify(visit(&["market"], &photo))).await, "PERMISSION");
    let steps = vec![
        ("finder", Step::Reject(finding(&["finder"], &photo))),
        ("clerk", Step::ReportFix(fixed("clerk", &photo))),
        ("finder", Step::Verify(visit(&["finder", "mate"], &photo))),
    ];
    house.steps(&hazard, steps).await;
    refused(house.step("clerk", &hazard, Step::ReportFix(fixed("clerk", &photo))).await, "HAZARD_NOT_HERE");

    let seen = house.seen("leader", &hazard).await.unwrap();
    let shown = seen.hazard.unwrap();
    assert_eq!((shown.stage.as_str(), shown.institution_id.as_str()), ("hazard-verified", SCHOOL));
    assert_eq!((shown.institution_name.as_str(), shown.spot.chars().count()), ("阳光培训学校", 13));
    let looks: Vec<&str> = shown.looks.iter().map(|look| look.kind.as_str()).collect();
    let expected = ["hazard.fix-reported", "hazard.rejected", "hazard.fix-reported", "hazard.verified"];
    assert_eq!(looks, expected);
    assert_eq!(shown.looks[1].reason, "柜子还在");
    assert_eq!(shown.elements.unwrap().fen, 120_000);
    let rectify = shown.clocks.iter().find(|clock| clock.rule == "hazard-rectify").unwrap();
    assert!(rectify.on_time);
    assert!(seen.history.iter().any(|entry| entry.summary_zh == "复查合格，已销号，到场 2 人"));
    assert_eq!(house.seen("market", &hazard).await.unwrap_err().code(), Code::PermissionDenied);

    let asked = v1::GetHazardLedgerRequest { by: LedgerBy::Institution.into(), ..Default::default() };
    let ledger = house.ledger("clerk", asked).await;
    let row = &ledger.rows[0];
    assert_eq!((row.key.as_str(), row.name.as_str()), (SCHOOL, "阳光培训学校"));
    assert_eq!((row.found, row.rectified, row.on_time, row.open, row.late), (1, 1, 1, 0, 0));
    assert_eq!((row.passed, row.looks), (1, 2));
}

#[tokio::test]
async fn what_is_fixed_on_the_spot_is_looked_at_by_another_and_counts_apart() {
    let house = House::open().await;
    let photo = house.photo().await;
    let hazard = house.found(HazardGrade::General).await;
    let steps =
        vec![("finder", graded(HazardGrade::General)), ("finder", Step::FixOnSpot(fixed("finder", &photo)))];
    house.steps(&hazard, steps).await;
    refused(
        house.step("mate", &hazard, Step::Verify(visit(&["finder"], &photo))).await,
        "HAZARD_FIXED_BY_THEM",
    );
    house.steps(&hazard, vec![("mate", Step::Reject(finding(&["mate"], &photo)))]).await;
    let again = vec![
        ("finder", Step::FixOnSpot(fixed("finder", &photo))),
        ("mate", Step::Verify(visit(&["mate"], &photo))),
    ];
    house.steps(&hazard, again).await;
    let asked = v1::GetHazardLedgerRequest { by: LedgerBy::Unit.into(), ..Default::default() };
    let row = house.ledger("leader", asked).await.rows.remove(0);
    assert_eq!((row.key.as_str(), row.name.as_str()), ("UN-EDU-430405", "EDU 局"));
    assert_eq!((row.found, row.on_spot, row.on_time, row.passed, row.looks), (1, 1, 0, 1, 2));
}

#[tokio::test]
async fn one_extension_is_asked_for_by_one_and_given_by_another_who_is_responsible() {
    let house = House::open().await;
    let hazard = house.found(HazardGrade::General).await;
    house.steps(&hazard, vec![("finder", graded(HazardGrade::General)), ("clerk", noticed(None))]).await;
    let due = |seen: v1::GetHazardResponse| {
        let clocks = seen.hazard.unwrap().clocks;
        let running = clocks.into_iter().find(|clock| clock.rule.starts_with("hazard-rectify")).unwrap();
        running.due_at.unwrap().seconds
    };
    let before = due(house.seen("clerk", &hazard).await.unwrap());
    house.steps(&hazard, vec![("leader", Step::AskExtension(reason()))]).await;
    let grant = || Step::GrantExtension(v1::HazardExtension::default());
    refused(house.step("leader", &hazard, grant()).await, "HAZARD_SECOND_PERSON");
    refused(house.step("clerk", &hazard, grant()).await, "PERMISSION");
    house.steps(&hazard, vec![("head", grant())]).await;
    assert!(due(house.seen("clerk", &hazard).await.unwrap()) > before);
    refused(house.step("leader", &hazard, Step::AskExtension(reason())).await, "HAZARD_EXTENSION_USED");
}

#[tokio::test]
async fn a_record_is_void_only_by_two_of_whom_one_is_responsible() {
    let house = House::open().await;
    let hazard = house.found(HazardGrade::General).await;
    house.steps(&hazard, vec![("leader", Step::ProposeVoid(reason()))]).await;
    let agree = || Step::ApproveVoid(v1::HazardAct {});
    refused(house.step("leader", &hazard, agree()).await, "HAZARD_SECOND_PERSON");
    refused(house.step("clerk", &hazard, agree()).await, "PERMISSION");
    house.steps(&hazard, vec![("head", agree())]).await;
    let asked = v1::GetHazardLedgerRequest { by: LedgerBy::Division.into(), ..Default::default() };
    assert!(house.ledger("clerk", asked).await.rows.is_empty(), "a void record counts nowhere");
}

#[tokio::test]
async fn a_call_of_its_own_does_what_a_record_does_and_names_every_fault_at_once() {
    let house = House::open().await;
    let hazard = house.found(HazardGrade::General).await;
    let ask = v1::GradeHazardRequest {
        request_id: fresh(),
        occurred_at: None,
        hazard_id: hazard.clone(),
        grade: Some(v1::HazardGrading {
            grade: HazardGrade::Major.into(), reason: "看清楚了".to_owned()
        }),
    };
    let done = house.api().grade_hazard(house.asks("finder", ask.clone())).await.unwrap().into_inner();
    let receipt = done.receipt.unwrap();
    assert_eq!((receipt.stream.as_str(), receipt.state.as_str()), (hazard.as_str(), "hazard-graded"));
    let again = house.api().grade_hazard(house.asks("finder", ask)).await.unwrap().into_inner();
    assert!(again.receipt.unwrap().repeated);
    let empty = v1::SealHazardRequest { hazard_id: "HZ-1".to_owned(), ..Default::default() };
    let status = house.api().seal_hazard(house.asks("captain", empty)).await.unwrap_err();
    let Refusal::Shape(faults) = Refusal::from_status(&status) else { panic!("{status:?}") };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["request_id", "seal", "hazard_id"].map(|field| field));
    let asked = v1::OpenHazardRequest { request_id: fresh(), ..Default::default() };
    let status = house.api().open_hazard(house.asks("finder", asked)).await.unwrap_err();
    let Refusal::Shape(faults) = Refusal::from_status(&status) else { panic!("{status:?}") };
    assert_eq!(faults[0].field, "open");
}
