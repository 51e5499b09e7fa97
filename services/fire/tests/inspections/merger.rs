//! Counties that were merged, in the calendar. Never here: the guard against repeated visits.

use wire::v1;

use crate::town::{Town, denied, refused};
use crate::visit::{plan, planned, sheet};

#[tokio::test]
async fn the_calendar_of_a_county_has_the_visits_of_those_merged_into_it() {
    let town = &Town::open().await;
    // 500105 and 500112 were merged into 500157 on 2026-01-25.
    for division in ["500105", "500112", "500157"] {
        town.institution(&format!("IN-{division}"), division).await;
    }
    assert!(town.hub.roster.view().wait_for_head(crate::town::PATIENCE).await.unwrap());
    let (mut expected, mut token) = (Vec::new(), String::new());
    for (days, division) in [(4, "500157"), (1, "500105"), (3, "500112"), (2, "500157")] {
        let alone = v1::InspectionPlan {
            institution_id: format!("IN-{division}"),
            invited_unit_ids: Vec::new(),
            sheets: vec![sheet(v1::Agency::Education, "facility-safety")],
            ..plan(town, days)
        };
        let done = planned(town, "merged", alone).await.unwrap();
        expected.push((days, done.inspection_id));
        token = done.receipt.unwrap().consistency_token;
    }
    expected.sort();
    let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
    let ask = async |by: &str, request: v1::ListInspectionsRequest| {
        town.client.clone().list_inspections(town.asks(by, request)).await
    };
    let area = |division: &str| v1::ListInspectionsRequest {
        consistency_token: token.clone(),
        division: division.to_owned(),
        page_size: 3,
        ..Default::default()
    };
    for asked in ["500157", "500112", "500105"] {
        let first = ask("merged", area(asked)).await.unwrap().into_inner();
        let more = v1::ListInspectionsRequest { page_token: first.next_page_token, ..area(asked) };
        let second = ask("merged", more).await.unwrap().into_inner();
        assert_eq!((first.entries.len(), second.next_page_token.as_str()), (3, ""));
        let all = first.entries.into_iter().chain(second.entries).map(|entry| entry.id);
        assert_eq!(all.collect::<Vec<_>>(), expected, "{asked}, by day");
        let own =
            v1::ListInspectionsRequest { unit_id: "UN-EDU-500157".to_owned(), page_size: 9, ..area(asked) };
        assert_eq!(ask("merged", own).await.unwrap().into_inner().entries.len(), 4, "{asked}");
        // A unit not yet entered anew may ask for its area too, and takes part in nothing there.
        assert!(ask("former", area(asked)).await.unwrap().into_inner().entries.is_empty(), "{asked}");
        denied(ask("edu", area(asked)).await);
    }
    assert_eq!(refused(ask("merged", area("999999")).await), "division:DIVISION_UNKNOWN");
}
