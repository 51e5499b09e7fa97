//! The calendar of units and areas, the guard against repeated visits, and the view that both are read from.

use std::collections::BTreeMap;

use fire::InspectionTables;
use hub::project::Projection;
use rusqlite::Connection;
use wire::v1;

use crate::step;
use crate::town::{SCHOOL, Town, denied};
use crate::visit::{plan, planned, sheet};

async fn list(town: &Town, by: &str, request: v1::ListInspectionsRequest) -> Vec<v1::InspectionEntry> {
    let answer = town.client.clone().list_inspections(town.asks(by, request)).await.unwrap().into_inner();
    answer.entries
}

fn of(token: &str) -> v1::ListInspectionsRequest {
    v1::ListInspectionsRequest { consistency_token: token.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn a_calendar_shows_what_a_unit_takes_part_in_and_what_lies_below_it() {
    let town = &Town::open().await;
    let mut token = String::new();
    let mut ids = Vec::new();
    for days in [3, 1, 2] {
        let done = planned(town, "edu", plan(town, days)).await.unwrap();
        ids.push(done.inspection_id);
        token = done.receipt.unwrap().consistency_token;
    }
    let own = list(town, "edu", of(&token)).await;
    assert_eq!(
        own.iter().map(|one| one.id.clone()).collect::<Vec<_>>(),
        [&ids[1], &ids[2], &ids[0]].map(Clone::clone)
    );
    assert_eq!(own[0].institution_name, format!("阳光培训学校 {SCHOOL}"));
    assert_eq!(list(town, "psb", of("")).await.len(), 3, "an invited unit sees it in its own calendar");
    assert_eq!(list(town, "market", of("")).await.len(), 0);
    let area = |division: &str| v1::ListInspectionsRequest { division: division.to_owned(), ..of("") };
    for (by, division, wanted) in
        [("city", "430400", 3), ("city", "430405", 3), ("firecity", "430400", 3), ("marketcity", "430400", 0)]
    {
        assert_eq!(list(town, by, area(division)).await.len(), wanted, "{by} {division}");
    }
    assert_eq!(list(town, "market", area("430405")).await.len(), 0, "a neighbour's visits are not its own");
    for (by, division) in [("other", "430405"), ("edu", "430400")] {
        denied(town.client.clone().list_inspections(town.asks(by, area(division))).await);
    }
    let theirs = v1::ListInspectionsRequest { unit_id: "UN-EDU-430405".to_owned(), ..of("") };
    assert_eq!(list(town, "city", theirs.clone()).await.len(), 3);
    denied(town.client.clone().list_inspections(town.asks("market", theirs)).await);
    let day = v1::ListInspectionsRequest {
        from: town.day(2).to_string(),
        to: town.day(2).to_string(),
        stage: "inspection-planned".to_owned(),
        institution_id: SCHOOL.to_owned(),
        tier: v1::InspectionTier::County as i32,
        ..of("")
    };
    assert_eq!(list(town, "edu", day).await[0].id, ids[2]);
    pages(town, &ids).await;
    folded_twice_is_the_same(town).await;
}

/// Two pages, and a visit put off to another day moves in every calendar.
async fn pages(town: &Town, ids: &[String]) {
    let reason = "暴雨停课".to_owned();
    step!(town, "chief", ids[1], postpone_inspection, PostponeInspectionRequest { reason: reason }).unwrap();
    let on = town.day(9).to_string();
    let moved = step!(town, "chief", ids[1], resume_inspection, ResumeInspectionRequest { on: on }).unwrap();
    let page = v1::ListInspectionsRequest { page_size: 2, ..of(&moved.consistency_token) };
    let ask = |request| async { town.client.clone().list_inspections(town.asks("fire", request)).await };
    let first = ask(page.clone()).await.unwrap().into_inner();
    let second = ask(v1::ListInspectionsRequest { page_token: first.next_page_token.clone(), ..page });
    let second = second.await.unwrap().into_inner();
    let all: Vec<String> = first.entries.into_iter().chain(second.entries).map(|one| one.id).collect();
    assert_eq!(all, [&ids[2], &ids[0], &ids[1]].map(Clone::clone));
    assert!(second.next_page_token.is_empty());
}

fn rows(tables: &Connection, table: &str) -> Vec<String> {
    let mut all = tables.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
    let width = all.column_count();
    let read = all.query_map([], |row| {
        let cells = (0..width).map(|cell| row.get::<_, rusqlite::types::Value>(cell));
        Ok(format!("{:?}", cells.collect::<rusqlite::Result<Vec<_>>>()?))
    });
    read.unwrap().map(Result::unwrap).collect()
}

/// The view folded from the start, and page by page, holds the same rows.
async fn folded_twice_is_the_same(town: &Town) {
    let events = town.hub.log.read_all(None, 2_000).await.unwrap();
    let fold = || {
        let tables = Connection::open_in_memory().unwrap();
        InspectionTables.create(&tables).unwrap();
        events.iter().for_each(|event| InspectionTables.apply(&tables, event).unwrap());
        ["visit", "listing", "hazard"].map(|table| (table, rows(&tables, table)))
    };
    let once = BTreeMap::from(fold());
    assert_eq!(once, BTreeMap::from(fold()));
    assert_eq!((once["visit"].len(), once["listing"].len()), (3, 18), "three units and three areas each");
}

#[tokio::test]
async fn a_visit_too_soon_after_another_is_told_and_one_to_join_is_proposed() {
    let town = &Town::open().await;
    let first = planned(town, "edu", plan(town, 0)).await.unwrap();
    assert_eq!(first.repeat_visits.unwrap(), Default::default());
    let token = first.receipt.unwrap().consistency_token;
    let ask = |days: i64| v1::CheckRepeatVisitRequest {
        consistency_token: token.clone(),
        institution_id: SCHOOL.to_owned(),
        on: town.day(days).to_string(),
    };
    let near = |by: &'static str, days: i64| {
        let request = town.asks(by, ask(days));
        async move {
            town.client.clone().check_repeat_visit(request).await.unwrap().into_inner().repeat_visits.unwrap()
        }
    };
    let own = near("edu", 20).await;
    let limits: Vec<(&str, u32)> = own.too_soon.iter().map(|one| (one.limit.as_str(), one.days)).collect();
    assert_eq!(limits, [("same-unit", 90), ("any-unit", 30)]);
    assert_eq!(own.too_soon[0].visit.as_ref().unwrap().inspection_id, first.inspection_id);
    assert!(own.to_join.is_empty(), "one's own visit is not to be joined");
    let market = near("market", 5).await;
    assert_eq!(market.too_soon.len(), 1);
    let join = &market.to_join[0];
    assert_eq!((join.lead.as_ref().unwrap().id.as_str(), join.days), ("UN-EDU-430405", 5));
    assert!(join.inspection_id.is_empty(), "who takes no part is not told which it is");
    assert_eq!(near("market", 40).await.too_soon, []);
    denied(town.client.clone().check_repeat_visit(town.asks("other", ask(5))).await);
    // Planned all the same, with the warning.
    let alone = v1::InspectionPlan {
        invited_unit_ids: Vec::new(),
        sheets: vec![sheet(v1::Agency::Fire, "fire-nine-rules")],
        ..plan(town, 6)
    };
    let warned = planned(town, "fire", alone).await.unwrap();
    assert_eq!(warned.receipt.unwrap().state, "inspection-planned");
    assert_eq!(warned.repeat_visits.unwrap().too_soon.len(), 2);
    let edition = v1::GetChecklistRequest { checklist: "fire-nine-rules".to_owned(), ..Default::default() };
    let list = town.client.clone().get_checklist(town.asks("market", edition)).await.unwrap().into_inner();
    assert_eq!(list.checklist.unwrap().lines.len(), 24);
    let all = town.client.clone().list_checklists(town.asks("market", Default::default())).await.unwrap();
    assert_eq!(all.into_inner().checklists.len(), 6);
}
