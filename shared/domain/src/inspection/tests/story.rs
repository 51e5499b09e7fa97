//! The whole way of a visit, and what is stored of it.

use super::fixture::*;
use crate::draw::{Algorithm, Drawn, Seed};
use crate::inspection::*;
use crate::scenario::survives_storage;

#[test]
fn a_joint_visit_from_the_plan_to_the_end() {
    let stages = [
        planned(),
        formed(),
        under_way(),
        on_site(),
        recorded(&["FS-EQ-1"]),
        signed(&["FS-EQ-1"]),
        signed(&["FS-EQ-1"]).after(Command::Issue, edu(70)),
        served(&["FS-EQ-1"]),
    ];
    let told: Vec<Stage> = stages.iter().map(|given| given.state().known().unwrap().stage()).collect();
    let wanted = [
        Stage::Planned,
        Stage::TeamFormed,
        Stage::EnRoute,
        Stage::OnSite,
        Stage::Recorded,
        Stage::Signed,
        Stage::Issued,
        Stage::AwaitingRectification,
    ];
    assert_eq!(told, wanted);
    served(&["FS-EQ-1"])
        .after(Command::RequestReinspection, edu(1000))
        .after(Command::BeginReinspection, edu(1001))
        .after(Command::CheckIn(SEEN), edu(1010))
        .after(Command::CheckIn(SEEN), fire(1010))
        .after(answer("FS-EQ-1", Verdict::Pass), edu(1011))
        .when(Command::CompleteReinspection, edu(1012))
        .then(&["inspection.reinspected"])
        .clock("clock.stopped inspection-reinspection")
        .given()
        .when(Command::Close { open: None }, edu(1013))
        .then(&["inspection.closed"]);
}

#[test]
fn every_event_survives_storage() {
    let drawn = Drawn {
        frame: uuid::Uuid::NAMESPACE_URL,
        algorithm: Algorithm::SplitMix64Shuffle,
        seed: Seed(u64::MAX),
    };
    survives_storage(&Event::Planned(Box::new(visit())));
    survives_storage(&Event::Planned(Box::new(Planned {
        drawn: Some(drawn),
        earlier: Some(id()),
        ..visit()
    })));
    let team = confirmed().state().known().unwrap().team().clone();
    survives_storage(&Event::TeamFormed { team });
    let captured = Some(Captured { device: minute(1), offset_seconds: -90 });
    let seen = Seen { spot: Some(Spot { north: 26_893_368, east: 112_619_800 }), captured };
    survives_storage(&Event::CheckedIn(seen));
    for verdict in Verdict::ALL {
        let Command::RecordLines(mut one) = answer("FS-EQ-1", verdict) else { unreachable!("a line") };
        survives_storage(&Event::Answered(one.remove(0)));
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.code());
    }
    for why in [Why::Deadline, Why::Requested] {
        survives_storage(&Event::ReinspectionDue { why });
    }
    for tier in Tier::ALL {
        assert_eq!(serde_json::to_value(tier).unwrap(), tier.code());
    }
    survives_storage(&Event::InstitutionSigned { representative: sealed() });
    survives_storage(&Event::Closed {});
}
