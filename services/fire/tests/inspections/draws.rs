//! A draw that anybody can recompute.

use domain::draw::{Frame, Seed, Wanted};
use wire::v1;

use crate::town::{SCHOOL, Town, denied, fresh, refused};

#[tokio::test]
async fn a_draw_is_recorded_and_anybody_can_recompute_it() {
    let town = &Town::open().await;
    let ids: Vec<String> = (0..12).map(|n| format!("IN-S{n:02}")).collect();
    for id in &ids {
        town.institution(id, "430405").await;
    }
    assert!(town.hub.roster.view().wait_for_head(crate::town::PATIENCE).await.unwrap());
    let inspector = |name: &str, conflicts: &[&str]| v1::DrawInspector {
        officer_id: format!("OF-{name}"),
        conflict_ids: conflicts.iter().map(|id| (*id).to_owned()).collect(),
    };
    let request = v1::DrawTargetsRequest {
        request_id: fresh(),
        division: "430405".to_owned(),
        kinds: vec![v1::InstitutionKind::NonSubjectTraining as i32],
        excluded_ids: vec![SCHOOL.to_owned()],
        excluded_why: "已停止办学".to_owned(),
        targets: 3,
        inspectors: vec![inspector("edu", &[]), inspector("fire", &["IN-S01"]), inspector("fire2", &[])],
        team: 2,
        agencies: 2,
        seed: "7".to_owned(),
        ..Default::default()
    };
    let draw = |by: &'static str, request: v1::DrawTargetsRequest| async move {
        town.client.clone().draw_targets(town.asks(by, request)).await.map(|answer| answer.into_inner())
    };
    let made = draw("edu", request.clone()).await.unwrap();
    let again = draw("edu", request.clone()).await.unwrap();
    assert!(again.receipt.unwrap().repeated);
    assert_eq!((&again.targets, &again.drawn), (&made.targets, &made.drawn));
    assert_eq!(made.frame_size, 12);
    assert!(made.targets.iter().all(|one| one.officer_ids.len() == 2 && one.institution_id != SCHOOL));
    // Recomputed from what is known to all: the same targets by the same seed, whoever goes there.
    let frame = Frame::new(ids.iter().map(|id| id.parse().unwrap()), []);
    let targets_only = v1::DrawTargetsRequest {
        request_id: fresh(),
        inspectors: Vec::new(),
        team: 0,
        agencies: 0,
        ..request.clone()
    };
    let plain = draw("fire", targets_only).await.unwrap();
    let (drawn, assigned) = frame.draw(Wanted { targets: 3, inspectors: 0, agencies: 0 }, Seed(7)).unwrap();
    assert_eq!(plain.drawn.unwrap().frame, drawn.frame.to_string());
    let wanted: Vec<String> = assigned.iter().map(|one| one.target.to_string()).collect();
    assert_eq!(plain.targets.iter().map(|one| one.institution_id.clone()).collect::<Vec<_>>(), wanted);
    assert_eq!(town.kinds(&made.draw_id).await, ["draw.made"]);
    let many = v1::DrawTargetsRequest { request_id: fresh(), targets: 13, ..request.clone() };
    assert_eq!(refused(draw("edu", many).await), "DRAW_TOO_FEW_TARGETS");
    let silent =
        v1::DrawTargetsRequest { excluded_why: String::new(), seed: "-1".to_owned(), ..request.clone() };
    assert_eq!(refused(draw("edu", silent).await), "excluded_why:REQUIRED seed:OUT_OF_RANGE");
    denied(draw("other", v1::DrawTargetsRequest { request_id: fresh(), ..request }).await);
}
