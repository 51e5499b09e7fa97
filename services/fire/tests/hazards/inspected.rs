//! What follows from an inspection: each failed line is opened as a hazard, once, however often the log is read. Never
//! here: the inspection's own law.

use std::time::Duration;

use domain::actor::Agency;
use domain::checklist::Edition;
use domain::hazard::draft::id_of;
use domain::ids::{HazardId, InspectionId};
use domain::inspection::{self, InspectionRule};
use domain::text::Text;
use fire::Fire;
use hub::serve::Watched;
use hub::{Order, mint};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;
use wire::v1::hazard_service_server::HazardService;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardGrade};

use crate::house::{DIVISION, House, SCHOOL, actor, fixed, graded, visit};

/// A joint visit reported whole and signed for by the guest: one fire line failed and was put right at once, one facility
/// line failed.
async fn reported(house: &House) -> (InspectionId, [HazardId; 2]) {
    let now = house.now();
    let on = mint::beijing_day(now - SignedDuration::from_mins(2));
    let id = mint::inspection_id(Uuid::now_v7(), DIVISION.parse().unwrap(), on);
    let (lead, guest) = (actor("clerk").unit, actor("finder").unit);
    let edition = |checklist: &str| Edition { checklist: Text::parse(checklist).unwrap(), version: 1 };
    let member = |name: &str| json!({ "officer": format!("OF-{name}"), "unit": actor(name).unit, "certificate": "执法1" });
    let failed =
        |line: &str, verdict: &str| json!({ "line": line, "verdict": verdict, "finding": "二楼出口" });
    let report = json!({
        "plan": {
            "id": id, "institution": SCHOOL, "division": DIVISION, "lead": lead, "invited": [guest],
            "tier": "county", "on": on,
            "sheets": [
                { "agency": Agency::Education, "edition": edition("facility-safety") },
                { "agency": Agency::Fire, "edition": edition("fire-nine-rules") },
            ],
        },
        "team": [member("clerk"), member("finder")],
        "from": now - SignedDuration::from_mins(2), "until": now - SignedDuration::from_mins(1),
        "answers": [failed("FS-SITE-1", "fail"), failed("FIRE9-1.1", "fail-fixed")],
    });
    let command = inspection::Command::Report(Box::new(serde_json::from_value(report).unwrap()));
    for (name, command) in [("clerk", command), ("finder", inspection::Command::Sign)] {
        let order = Order {
            by: actor(name),
            id: Uuid::now_v7(),
            occurred: None,
            causation: None,
            correlation: None,
            command,
        };
        house.hub.handle::<InspectionRule>(&id.as_str().parse().unwrap(), &order).await.unwrap();
    }
    let hazard = |line: &str| id_of(&id, &Text::parse(line).unwrap(), DIVISION.parse().unwrap(), on);
    let hazards = [hazard("FS-SITE-1"), hazard("FIRE9-1.1")];
    (id, hazards)
}

/// Waits until the reaction has read all that is in the log now.
async fn followed(house: &House, fire: &Fire) {
    let head = house.hub.log.head().await.unwrap();
    let (_, mut openings): (_, Watched) =
        fire.parts().into_iter().find(|(name, _)| name.ends_with("/openings")).unwrap();
    let there = openings.wait_for(|now| now.position >= head);
    tokio::time::timeout(Duration::from_secs(30), there).await.unwrap().unwrap();
    assert!(fire.hazards().view().wait_for_head(Duration::from_secs(30)).await.unwrap());
}

#[tokio::test]
async fn every_failed_line_of_a_visit_is_a_hazard_once_also_when_the_log_is_read_again() {
    let house = House::open().await;
    let (inspection, hazards) = reported(&house).await;
    followed(&house, &house.fire).await;
    let asked = || v1::ListHazardsRequest {
        inspection_id: inspection.to_string(),
        ..v1::ListHazardsRequest::default()
    };
    let led = house.board("clerk", asked()).await.hazards;
    let all = |hazard: &HazardId| led.iter().any(|entry| entry.id == hazard.as_str());
    assert!(led.len() == 2 && hazards.iter().all(all), "who led the visit has all that it found: {led:?}");
    let board = house.board("finder", asked()).await;
    assert_eq!(board.hazards.len(), 1, "who was asked along has what is theirs");
    let fire = house.seen("finder", hazards[1].as_str()).await.unwrap().hazard.unwrap();
    assert_eq!((fire.inspection_id.as_str(), fire.line.as_str()), (inspection.as_str(), "FIRE9-1.1"));
    assert_eq!(fire.lead.unwrap().id, "UN-FIRE-430405", "the fire service has fire hazards removed");

    // Another instance reads the same log from its start, into views of its own.
    let folder = tempfile::tempdir().unwrap();
    let second = hub::Hub { views: folder.path().to_owned(), ..house.hub.clone() };
    let before = house.hub.log.head().await.unwrap();
    let other = Fire::start(&second).unwrap();
    followed(&house, &other).await;
    assert_eq!(house.hub.log.head().await.unwrap(), before, "nothing was written again");
    let again = other.hazards().list_hazards(house.asks("finder", asked())).await.unwrap().into_inner();
    assert_eq!(again.hazards, board.hazards);

    // The line that was put right at once takes the short way.
    let photo = house.photo().await;
    let steps = vec![
        ("finder", graded(HazardGrade::General)),
        ("finder", Step::FixOnSpot(fixed("finder", &photo))),
        ("mate", Step::Verify(visit(&["mate"], &photo))),
    ];
    house.steps(hazards[1].as_str(), steps).await;
    let ledger = house.ledger("finder", v1::GetHazardLedgerRequest { by: 2, ..Default::default() }).await;
    let all = ledger.all.unwrap();
    assert_eq!((all.found, all.on_spot, all.open), (1, 1, 0));
}
