//! Who may see what, and that a rebuilt view is the one that was kept.

use hub::project::{EventLog, Projection};
use rusqlite::Connection;
use tonic::Code;
use wire::v1;
use wire::v1::get_queue_entry_response::Case;
use wire::v1::police_service_server::PoliceService;

use super::house::{House, fresh};
use crate::queue::QueueTables;

fn list(unit_id: &str, division: &str, consistency_token: &str) -> v1::ListQueueRequest {
    v1::ListQueueRequest {
        unit_id: unit_id.to_owned(),
        division: division.to_owned(),
        consistency_token: consistency_token.to_owned(),
        ..v1::ListQueueRequest::default()
    }
}

#[tokio::test]
async fn the_own_queue_and_what_lies_below_are_seen_and_nothing_else() {
    let house = House::open().await;
    let api = &house.police.api;
    let (_, token) = house.reports(1).await;
    for (name, unit, division, found) in [
        ("duty", "", "", Some(1)),
        ("duty", "UN-PSB", "430405", Some(1)),
        ("duty", "", "430405", Some(1)),
        ("next", "", "", Some(0)),
        ("city", "", "", Some(0)),
        ("city", "UN-PSB", "", Some(1)),
        ("city", "", "430400", Some(1)),
        ("next", "UN-PSB", "", None),
        ("next", "", "430405", None),
        ("duty", "", "430000", None),
        ("duty", "UN-NOBODY", "", None),
        ("teacher", "UN-PSB", "", None),
        ("teacher", "", "430405", None),
    ] {
        let answer = api.list_queue(house.asks(name, list(unit, division, &token))).await;
        let seen = answer.map(|page| page.into_inner().entries.len()).map_err(|status| status.code());
        assert_eq!(seen, found.ok_or(Code::PermissionDenied), "{name} asks for {unit} {division}");
    }
    let bad = v1::ListQueueRequest { page_token: "x".to_owned(), ..v1::ListQueueRequest::default() };
    let refused = api.list_queue(house.asks("duty", bad)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn the_reporter_is_shown_to_the_holder_only_and_the_story_to_the_unit() {
    let house = House::open().await;
    let api = &house.police.api;
    let (matter, token) = house.reports(1).await;
    let ask = || v1::GetQueueEntryRequest { consistency_token: token.clone(), matter: matter.clone() };
    let clue = |answer: v1::GetQueueEntryResponse| {
        let Some(Case::Clue(clue)) = answer.case else { panic!("no clue") };
        (clue.narrative.unwrap().text, clue.reporter.unwrap().name.unwrap())
    };
    let seen = api.get_queue_entry(house.asks("duty", ask())).await.unwrap().into_inner();
    assert!(seen.history.len() >= 3 && seen.history[0].kind == "clue.reported");
    let (narrative, name) = clue(seen);
    assert_eq!((narrative.as_str(), name.withheld, name.text.as_str()), ("伤痕", true, ""));
    let claim = v1::ClaimEntryRequest { request_id: fresh(), occurred_at: None, matter: matter.clone() };
    api.claim_entry(house.asks("duty", claim)).await.unwrap();
    let (_, name) = clue(api.get_queue_entry(house.asks("duty", ask())).await.unwrap().into_inner());
    assert_eq!(name.text, "王小明");
    let (_, name) = clue(api.get_queue_entry(house.asks("second", ask())).await.unwrap().into_inner());
    assert!(name.withheld);
    let (narrative, _) = clue(api.get_queue_entry(house.asks("city", ask())).await.unwrap().into_inner());
    assert_eq!(narrative, "", "a superior sees no content");
    let denied = api.get_queue_entry(house.asks("next", ask())).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn the_figures_name_their_words() {
    let house = House::open().await;
    let (_, token) = house.reports(1).await;
    let ask = v1::GetQueueStatisticsRequest {
        consistency_token: token,
        ..v1::GetQueueStatisticsRequest::default()
    };
    let answer = house.police.api.get_queue_statistics(house.asks("head", ask)).await;
    let figures = answer.unwrap().into_inner();
    assert_eq!((figures.open, figures.waiting_by_urgency[0].key.as_str()), (1, "U1"));
    assert_eq!(figures.waiting_by_kind[0].key, "mandatory-report");
}

/// The rows of every table of a view's file.
fn rows(file: &std::path::Path) -> Vec<String> {
    let tables = Connection::open(file).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let names: Vec<String> =
        tables.prepare(names).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut all = Vec::new();
    for name in names {
        let mut find = tables.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2")).unwrap();
        let width = find.column_count();
        let found = find.query_map([], |row| {
            let cells = (0..width).map(|column| row.get::<_, rusqlite::types::Value>(column));
            Ok(format!("{name} {:?}", cells.collect::<Result<Vec<_>, _>>()?))
        });
        all.extend(found.unwrap().map(Result::unwrap));
    }
    all
}

#[tokio::test]
async fn a_rebuilt_view_is_the_one_that_was_kept() {
    let house = House::open().await;
    for seed in 1..=20 {
        let (matter, _) = house.reports(seed).await;
        let claim = v1::ClaimEntryRequest { request_id: fresh(), occurred_at: None, matter };
        house.police.api.claim_entry(house.asks("duty", claim)).await.unwrap();
    }
    assert!(house.police.view().wait_for_head(std::time::Duration::from_secs(30)).await.unwrap());
    let apart = house.folder.path().join("apart");
    std::fs::create_dir(&apart).unwrap();
    let log: &EventLog = &house.hub.log;
    let mut read = 0;
    crate::rebuild(&apart, log, |events| read = events).await.unwrap();
    assert!(read > 100);
    let file = format!("{}.view.db", QueueTables.name());
    assert_eq!(rows(&apart.join(&file)), rows(&house.hub.views.join(&file)));
}
