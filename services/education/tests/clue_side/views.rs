//! The view of clues: rows as the rule has them, pages without gaps, figures as counted by hand, and a rebuilt
//! view like the one that was kept.

use std::collections::BTreeMap;

use domain::clue::{ClueRule, Obligation, Stage};
use hub::call::stream_of;
use rusqlite::Connection;
use wire::v1;

use crate::scene::{CITY, CLERK, DUTY, HERE, LEADER, NEIGHBOUR, SECOND, SUPERIOR, Scene, THERE, scene};

/// A token that makes a query wait for everything the log holds when it is asked.
pub const SEEN: &str = "UN-EDU-430405@0";

/// Reports clues of many kinds here and one there; the last receipt's token.
async fn filled(scene: &mut Scene, count: usize) -> String {
    let mut last = String::new();
    for place in 0..count {
        let category = [10, 6, 3, 15][place % 4];
        let request = v1::ReportClueRequest {
            category,
            urgency: i32::try_from(1 + place % 4).unwrap(),
            channel: i32::try_from(1 + place % 3).unwrap(),
            ..scene.plain()
        };
        last = scene.report(request).await.receipt.unwrap().consistency_token;
    }
    let there = v1::ReportClueRequest { division: THERE.to_owned(), ..scene.plain() };
    let request = scene.by(NEIGHBOUR, there);
    scene.client.report_clue(request).await.unwrap();
    last
}

pub async fn list(scene: &mut Scene, officer: &str, request: v1::ListCluesRequest) -> v1::ListCluesResponse {
    let request = scene.by(officer, request);
    scene.client.list_clues(request).await.unwrap().into_inner()
}

/// Every page of a list, of three entries each.
async fn pages(scene: &mut Scene, officer: &str, request: v1::ListCluesRequest) -> Vec<v1::ClueSummary> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListCluesRequest { page_size: 3, page_token, ..request.clone() };
        let page = list(scene, officer, request).await;
        assert!(page.clues.len() == 3 || page.next_page_token.is_empty());
        all.extend(page.clues);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

#[tokio::test]
async fn pages_follow_one_another_in_order_without_gap_or_repeat() {
    let mut scene = scene().await;
    let consistency_token = filled(&mut scene, 11).await;
    let request = v1::ListCluesRequest { consistency_token, ..Default::default() };
    let all = pages(&mut scene, CLERK, request.clone()).await;
    assert_eq!(all.len(), 11);
    let due = |clue: &v1::ClueSummary| {
        clue.clock.as_ref().and_then(|clock| clock.due_at).map(|at| (at.seconds, at.nanos))
    };
    let keys: Vec<_> = all.iter().map(|clue| (clue.urgency, due(clue).unwrap(), clue.id.clone())).collect();
    assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair[0] != pair[1]));
    // The superior sees both districts, the neighbour its own, the police what is theirs by the duty to report.
    assert_eq!(pages(&mut scene, SUPERIOR, request.clone()).await.len(), 12);
    assert_eq!(pages(&mut scene, NEIGHBOUR, request.clone()).await.len(), 1);
    let duty = pages(&mut scene, DUTY, request).await;
    assert!(duty.len() == 3 && duty.iter().all(|clue| clue.obligation_open));
}

#[tokio::test]
async fn filters_narrow_the_list_and_faults_of_the_request_are_named() {
    let mut scene = scene().await;
    let consistency_token = filled(&mut scene, 8).await;
    let all = v1::ListCluesRequest { consistency_token, ..Default::default() };
    let fire = v1::ListCluesRequest { categories: vec![v1::Category::FireExit as i32], ..all.clone() };
    assert_eq!(list(&mut scene, CLERK, fire).await.clues.len(), 2);
    let urgent =
        v1::ListCluesRequest { urgencies: vec![1], stages: vec!["received".to_owned()], ..all.clone() };
    assert_eq!(list(&mut scene, CLERK, urgent).await.clues.len(), 4);
    let there = v1::ListCluesRequest { division: THERE.to_owned(), ..all.clone() };
    assert_eq!(list(&mut scene, SUPERIOR, there.clone()).await.clues.len(), 1);
    assert_eq!(list(&mut scene, CLERK, there).await.clues.len(), 0);
    let none = v1::ListCluesRequest { overdue: true, mine: true, ..all.clone() };
    assert_eq!(list(&mut scene, CLERK, none).await.clues.len(), 0);
    let id = list(&mut scene, CLERK, all.clone()).await.clues[0].id.clone();
    let one = v1::ListCluesRequest { id_text: id[20..].to_lowercase(), ..all.clone() };
    assert_eq!(list(&mut scene, CLERK, one).await.clues[0].id, id);
    let bad = v1::ListCluesRequest {
        page_size: 501,
        page_token: "zz".to_owned(),
        stages: vec!["open".to_owned()],
        division: "430499".to_owned(),
        ..all
    };
    let status = scene.client.list_clues(scene.by(CLERK, bad)).await.unwrap_err();
    let wire::Refusal::Shape(found) = wire::Refusal::from_status(&status) else { unreachable!() };
    let mut fields: Vec<_> = found.iter().map(|one| one.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["division", "page_size", "page_token", "stages[0]"]);
}

/// Reports clues and moves them on, each another way.
async fn moved(scene: &mut Scene) {
    let consistency_token = filled(scene, 8).await;
    let request = v1::ListCluesRequest { consistency_token, ..Default::default() };
    let ids: Vec<String> = list(scene, CLERK, request).await.clues.into_iter().map(|clue| clue.id).collect();
    for (place, id) in ids.iter().enumerate() {
        let clue_id = id.clone();
        let request_id = || uuid::Uuid::now_v7().to_string();
        if place % 4 == 3 {
            continue;
        }
        let triage = v1::TriageClueRequest {
            request_id: request_id(),
            clue_id: clue_id.clone(),
            category: v1::Category::Premises as i32,
            urgency: 1,
            minor: v1::Minor::None as i32,
            ..Default::default()
        };
        scene.client.triage_clue(scene.by(CLERK, triage)).await.unwrap();
        let assign = v1::AssignClueRequest {
            request_id: request_id(),
            clue_id: clue_id.clone(),
            to_unit_id: "UN-EDU-430405".to_owned(),
            ..Default::default()
        };
        scene.client.assign_clue(scene.by(CLERK, assign)).await.unwrap();
        if place % 4 == 0 {
            let back = v1::ReturnClueRequest {
                request_id: request_id(),
                clue_id,
                reason: "不归".to_owned(),
                ..Default::default()
            };
            scene.client.return_clue(scene.by(LEADER, back)).await.unwrap();
        } else if place % 4 == 1 {
            let team = vec![CLERK.to_owned(), SECOND.to_owned()];
            let start = v1::StartVerificationRequest {
                request_id: request_id(),
                clue_id: clue_id.clone(),
                team,
                ..Default::default()
            };
            scene.client.start_verification(scene.by(CLERK, start)).await.unwrap();
            let conclude = v1::ConcludeClueRequest {
                request_id: request_id(),
                clue_id,
                result: v1::Conclusion::Unsubstantiated as i32,
                summary: "查否".to_owned(),
                ..Default::default()
            };
            scene.client.conclude_clue(scene.by(LEADER, conclude)).await.unwrap();
        }
    }
}

/// The row says what the rule says.
pub async fn stands(scene: &Scene, row: v1::ClueSummary) {
    let (state, _) = scene.hub.state::<ClueRule>(&stream_of(&row.id).unwrap()).await.unwrap();
    let clue = state.clue().unwrap();
    assert_eq!(row.stage, clue.stage().name());
    assert_eq!(row.urgency, wire::convert::OnWire::to_wire(clue.urgency()));
    assert_eq!(row.category, wire::convert::OnWire::to_wire(clue.category()));
    assert_eq!(row.obligation_open, matches!(clue.obligation(), Obligation::Open { .. }));
    let away = matches!(clue.stage(), Stage::TransferredPolice(_) | Stage::TransferredOther(_));
    let acting = clue.receiver().filter(|_| away).unwrap_or_else(|| clue.in_charge());
    assert_eq!(row.unit, acting.id.as_str());
    let first = clue.clocks().first_due().map(|(_, due)| wire::convert::timestamp(due));
    assert_eq!(row.clock.and_then(|clock| clock.due_at), first);
}

#[tokio::test]
async fn every_row_stands_where_the_rule_says() {
    let mut scene = scene().await;
    moved(&mut scene).await;
    let request = v1::ListCluesRequest { consistency_token: SEEN.to_owned(), ..Default::default() };
    let rows = list(&mut scene, CLERK, request).await.clues;
    assert_eq!(rows.len(), 8);
    for row in rows {
        stands(&scene, row).await;
    }
}

#[tokio::test]
async fn figures_are_those_of_a_count_by_hand() {
    let mut scene = scene().await;
    moved(&mut scene).await;
    let all = list(
        &mut scene,
        SUPERIOR,
        v1::ListCluesRequest { page_size: 100, consistency_token: SEEN.to_owned(), ..Default::default() },
    )
    .await
    .clues;
    let request = scene.by(SUPERIOR, v1::GetStatisticsRequest::default());
    let rows = scene.client.get_statistics(request).await.unwrap().into_inner().rows;
    assert_eq!(rows[0].division, CITY);
    assert!(rows.len() > 5 && rows[1..].is_sorted_by_key(|row| row.division.clone()));
    for division in [CITY, HERE, THERE] {
        let row = rows.iter().find(|row| row.division == division).unwrap();
        let counted: Vec<_> =
            all.iter().filter(|clue| division == CITY || clue.division == division).collect();
        let mut stages: BTreeMap<String, u64> = BTreeMap::new();
        for clue in &counted {
            *stages.entry(clue.stage.clone()).or_default() += 1;
        }
        let by_stage: BTreeMap<_, _> = row.by_stage.iter().map(|one| (one.key.clone(), one.count)).collect();
        assert_eq!((row.received, by_stage), (counted.len() as u64, stages));
        let open = counted.iter().filter(|clue| clue.obligation_open).count() as u64;
        assert_eq!((row.obligations_open, row.anonymous), (open, counted.len() as u64));
        assert_eq!(row.by_urgency.iter().map(|one| one.count).sum::<u64>(), row.received);
    }
    let elsewhere = rows.iter().find(|row| ![CITY, HERE, THERE].contains(&row.division.as_str())).unwrap();
    assert_eq!((elsewhere.received, elsewhere.by_stage.len()), (0, 0));
    // A police officer's table is one across agencies: cells below 3 are hidden.
    let request =
        scene.by(DUTY, v1::GetStatisticsRequest { division: HERE.to_owned(), ..Default::default() });
    let row = scene.client.get_statistics(request).await.unwrap().into_inner().rows.remove(0);
    assert!(row.by_stage.iter().all(|one| one.suppressed == (one.count == 0)));
    assert!(row.by_stage.iter().any(|one| one.suppressed));
}

#[tokio::test]
async fn the_clocks_of_a_unit_come_first_due_first_and_page() {
    let mut scene = scene().await;
    moved(&mut scene).await;
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListClocksRequest {
            page_size: 4,
            page_token,
            consistency_token: SEEN.to_owned(),
            ..Default::default()
        };
        let request = scene.by(CLERK, request);
        let page = scene.client.list_clocks(request).await.unwrap().into_inner();
        found.extend(page.clocks);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert!(
        found.len() > 4 && found.iter().all(|clock| clock.unit == "UN-EDU-430405" && !clock.stage.is_empty())
    );
    assert!(found.is_sorted_by_key(|clock| clock.clock.as_ref().unwrap().due_at.unwrap().seconds));
    let soon = v1::ListClocksRequest { due_within_seconds: 3600, ..Default::default() };
    let soon = scene.client.list_clocks(scene.by(CLERK, soon)).await.unwrap().into_inner().clocks;
    assert!(!soon.is_empty() && soon.iter().all(|clock| clock.seconds_left <= 3600));
    // The duty to report waits for the police: it is on their list, not on education's.
    assert!(found.iter().all(|clock| clock.clock.as_ref().unwrap().rule != "police-report"));
    let request = scene.by(DUTY, v1::ListClocksRequest::default());
    let police = scene.client.list_clocks(request).await.unwrap().into_inner().clocks;
    assert!(police.iter().any(|clock| clock.clock.as_ref().unwrap().rule == "police-report"));
}

fn dump(file: &std::path::Path) -> Vec<String> {
    let tables = Connection::open(file).unwrap();
    let mut rows = Vec::new();
    for table in ["clue", "party", "clock", "referral"] {
        let mut find = tables.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = find.column_count();
        let found = find.query_map([], |row| {
            let values: Result<Vec<rusqlite::types::Value>, _> =
                (0..columns).map(|place| row.get(place)).collect();
            Ok(format!("{table} {:?}", values?))
        });
        rows.extend(found.unwrap().map(Result::unwrap));
    }
    rows
}

#[tokio::test]
async fn a_rebuilt_view_is_like_the_one_that_was_kept() {
    let mut scene = scene().await;
    moved(&mut scene).await;
    let other = scene.folder.path().join("rebuilt");
    std::fs::create_dir_all(&other).unwrap();
    let mut read = 0;
    education::rebuild(&other, &scene.hub.log, |events| read = events).await.unwrap();
    // Everything the log holds is in the live view before it is read.
    list(
        &mut scene,
        CLERK,
        v1::ListCluesRequest { consistency_token: SEEN.to_owned(), ..Default::default() },
    )
    .await;
    let live = dump(&scene.hub.views.join("clues.view.db"));
    assert!(read > 0 && live.len() > 20);
    assert_eq!(live, dump(&other.join("clues.view.db")));
}
