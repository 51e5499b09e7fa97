//! Counties that were merged: who asks for one today finds what was found in those it came from. Never here: the loop.

use domain::hazard::draft::Draft;
use domain::hazard::{Category, Command, Grade, HazardRule};
use domain::text::Text;
use hub::call::stream_of;
use hub::clocks::service_actor;
use hub::{Order, mint};
use uuid::Uuid;
use wire::v1::{self, LedgerBy};

use crate::house::{House, SCHOOL, actor};

/// A hazard with the code its division had when it was found, as the hub opens it.
async fn found(house: &House, division: &str) -> String {
    let (division, unit) = (division.parse().unwrap(), actor("warden").unit);
    let id = mint::hazard_id(Uuid::now_v7(), division, mint::beijing_day(house.now()));
    let draft = Draft {
        id: id.clone(),
        institution: SCHOOL.parse().unwrap(),
        division,
        category: Category::Site,
        grade: Grade::General,
        found: None,
        visit_lead: None,
        basis: Text::parse("消防法第二十八条").unwrap(),
        finder: unit.clone(),
        lead: unit,
        spot: Text::parse("厨房").unwrap(),
        papers: Vec::new(),
    };
    let order = Order {
        by: service_actor().unwrap(),
        id: Uuid::now_v7(),
        occurred: None,
        causation: None,
        correlation: None,
        command: Command::Open { draft: Box::new(draft) },
    };
    house.hub.handle::<HazardRule>(&stream_of(&id).unwrap(), &order).await.unwrap();
    id.to_string()
}

#[tokio::test]
async fn a_county_answers_for_those_merged_into_it_on_the_board_and_in_the_ledger() {
    let house = House::open().await;
    let mut ids = Vec::new();
    // 500105 and 500112 were merged into 500157 on 2026-01-25; 500103 was not touched.
    for division in ["500112", "500157", "500105", "500103"] {
        ids.push(found(&house, division).await);
    }
    let list = |division: &str, page_token: String| v1::ListHazardsRequest {
        division: division.to_owned(),
        page_size: 2,
        page_token,
        ..Default::default()
    };
    for asked in ["500157", "500112", "500105"] {
        let first = house.board("warden", list(asked, String::new())).await;
        let second = house.board("warden", list(asked, first.next_page_token)).await;
        let pages = first.hazards.into_iter().chain(second.hazards).map(|entry| entry.id);
        assert_eq!(
            (first.total, pages.collect::<Vec<_>>()),
            (3, ids[..3].to_vec()),
            "{asked}, the oldest first"
        );
    }
    let ask = |division: &str, page_token: String| v1::GetHazardLedgerRequest {
        by: LedgerBy::Division.into(),
        division: division.to_owned(),
        page_size: 1,
        page_token,
        ..Default::default()
    };
    let told = async |division: &str, token: String| {
        let ledger = house.ledger("warden", ask(division, token)).await;
        let rows = ledger.rows.into_iter().map(|row| (row.key, row.name, row.found, row.open));
        (rows.collect::<Vec<_>>(), ledger.next_page_token)
    };
    let row = |key: &str, name: &str, count| vec![(key.to_owned(), name.to_owned(), count, count)];
    assert_eq!(told("500105", String::new()).await, (row("500157", "两江新区", 3), String::new()));
    let (first, next) = told("", String::new()).await;
    assert_eq!(first, row("500103", "渝中区", 1));
    assert_eq!(told("", next).await, (row("500157", "两江新区", 3), String::new()));
}
