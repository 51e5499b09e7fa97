//! What is not rectified in time: the clock service rings, and the board shows how hard it is pressed for. Never here:
//! lengths of periods.

use std::time::Duration;

use fire::Fire;
use hub::Hub;
use hub::clocks::{self, service_actor};
use wire::v1::hazard_service_server::HazardService;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardGrade, LedgerBy};

use crate::house::{House, five, fixed, graded, noticed, visit};

/// Waits until the board shows a pressure: the clock service rings by itself.
async fn pressed(house: &House, wanted: &str) -> v1::HazardEntry {
    let mut changes = house.api().view().progress();
    loop {
        let board = house.board("clerk", v1::ListHazardsRequest::default()).await;
        let entry = board.hazards.into_iter().next().unwrap();
        if entry.pressure == wanted {
            return entry;
        }
        tokio::time::timeout(Duration::from_secs(30), changes.changed()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_is_overdue_is_listed_and_then_a_penalty_is_proposed_and_a_late_fix_stays_late() {
    let house = House::open().await;
    let photo = house.photo().await;
    let agenda = clocks::start(&house.hub, &house.hub.views, service_actor().unwrap()).unwrap();
    let (late, other) = (house.found(HazardGrade::General).await, house.found(HazardGrade::General).await);
    let until = hub::mint::beijing_day(house.now()).to_string();
    for hazard in [&late, &other] {
        let steps =
            vec![("finder", graded(HazardGrade::General)), ("clerk", noticed(None)), ("clerk", five(&until))];
        house.steps(hazard, steps).await;
    }
    house.steps(&other, vec![("clerk", Step::ReportFix(fixed("clerk", &photo)))]).await;
    assert!(agenda.wait_for_head(Duration::from_secs(30)).await.unwrap());
    house.days(17);
    let entry = pressed(&house, "overdue").await;
    assert_eq!((entry.id.as_str(), entry.overdue), (late.as_str(), true), "the overdue one comes first");
    assert!(entry.due_at.is_some() && entry.age_days == 17, "{entry:?}");
    house.days(9);
    pressed(&house, "listed").await;
    let listed = v1::ListHazardsRequest { listed_only: true, overdue_only: true, ..Default::default() };
    let board = house.board("clerk", listed).await;
    assert_eq!((board.total, board.hazards.len(), board.hazards[0].id.as_str()), (1, 1, late.as_str()));
    house.days(9);
    pressed(&house, "penalty-proposed").await;
    let case = v1::HazardPenalty { number: "珠消罚〔2026〕1号".to_owned() };
    let steps = vec![
        ("clerk", Step::OpenPenalty(case)),
        ("clerk", Step::ReportFix(fixed("clerk", &photo))),
        ("finder", Step::Verify(visit(&["finder"], &photo))),
    ];
    house.steps(&late, steps).await;
    let asked = v1::GetHazardLedgerRequest { by: LedgerBy::Division.into(), ..Default::default() };
    let ledger = house.ledger("clerk", asked).await;
    let row = &ledger.rows[0];
    assert_eq!(
        (row.key.as_str(), row.found, row.late, row.on_time, row.open, row.overdue),
        ("430405", 2, 1, 0, 1, 0)
    );
    assert_eq!(ledger.all.as_ref().map(|all| (all.found, all.rectified)), Some((2, 1)));

    // Folded again from the start, into views of another instance, it is the same.
    let folder = tempfile::tempdir().unwrap();
    let other = Fire::start(&Hub { views: folder.path().to_owned(), ..house.hub.clone() }).unwrap();
    assert!(other.hazards().view().wait_for_head(Duration::from_secs(30)).await.unwrap());
    let asked = v1::GetHazardLedgerRequest { by: LedgerBy::Division.into(), ..Default::default() };
    let again = other.hazards().get_hazard_ledger(house.asks("clerk", asked)).await.unwrap().into_inner();
    assert_eq!(again, ledger);
    let every = v1::ListHazardsRequest {
        stages: vec!["hazard-verified".to_owned(), "hazard-fix-reported".to_owned()],
        ..Default::default()
    };
    let board = house.board("clerk", every.clone()).await;
    let again = other.hazards().list_hazards(house.asks("clerk", every)).await.unwrap().into_inner();
    assert_eq!((again.hazards.len(), &again), (2, &board));
}
