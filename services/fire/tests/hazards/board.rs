//! The board: who sees which hazards, in which order, page by page, filtered and counted. Never here: the loop.

use std::collections::BTreeMap;

use wire::v1::work_hazards_request::Step;
use wire::v1::{self, HazardCategory, HazardGrade, LedgerBy};

use crate::house::{House, actor, fresh, graded, reason};

const ELSEWHERE: &str = "IN-91350100M000100Y43";

/// Opens a hazard in an officer's name, with the own unit in charge.
async fn found(house: &House, name: &str, (category, grade): (HazardCategory, HazardGrade)) -> String {
    let opening = v1::HazardOpening {
        institution_id: crate::house::SCHOOL.to_owned(),
        category: category.into(),
        grade: grade.into(),
        basis: "消防法第二十八条".to_owned(),
        lead_unit_id: String::new(),
        spot: "厨房".to_owned(),
        papers: Vec::new(),
    };
    let asked = v1::OpenHazardRequest {
        request_id: fresh(),
        occurred_at: Some(wire::convert::timestamp(house.now())),
        open: Some(opening),
    };
    use wire::v1::hazard_service_server::HazardService;
    house.api().open_hazard(house.asks(name, asked)).await.unwrap().into_inner().hazard_id
}

fn counts(counts: &[v1::Count]) -> BTreeMap<&str, u64> {
    counts.iter().map(|count| (count.key.as_str(), count.count)).collect()
}

fn ids(board: &v1::ListHazardsResponse) -> Vec<&str> {
    board.hazards.iter().map(|entry| entry.id.as_str()).collect()
}

#[tokio::test]
async fn a_unit_sees_its_own_and_a_unit_above_what_its_agency_has_in_its_area() {
    let house = House::open().await;
    let general = (HazardCategory::Site, HazardGrade::General);
    let mine = found(&house, "clerk", general).await;
    let theirs = found(&house, "finder", general).await;
    let both = house.found(HazardGrade::General).await;
    let sees = async |name: &str| {
        let board = house.board(name, v1::ListHazardsRequest::default()).await;
        let mut ids: Vec<String> = ids(&board).into_iter().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<&String>| {
        ids.sort();
        ids.into_iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(sees("clerk").await, sorted(vec![&mine, &both]));
    assert_eq!(sees("finder").await, sorted(vec![&theirs, &both]));
    assert_eq!(sees("city").await, sorted(vec![&mine, &both]), "education above");
    assert_eq!(sees("chief").await, sorted(vec![&theirs, &both]), "fire above");
    assert!(sees("market").await.is_empty());
    let narrowed = |unit: &str, division: &str| v1::ListHazardsRequest {
        unit_id: unit.to_owned(),
        division: division.to_owned(),
        ..Default::default()
    };
    assert_eq!(ids(&house.board("chief", narrowed("UN-FIRE-430405", "")).await).len(), 2);
    assert_eq!(ids(&house.board("chief", narrowed("UN-EDU-430405", "")).await), [both.as_str()]);
    assert_eq!(ids(&house.board("chief", narrowed("", "430405")).await).len(), 2);
    assert!(ids(&house.board("chief", narrowed("", "430103")).await).is_empty());
    assert_eq!(ids(&house.board("clerk", narrowed("UN-FIRE-430405", "430400")).await), [both.as_str()]);
}

/// Two of each category and grade, ten days apart; the second is listed, the first graded.
async fn four(house: &House) -> Vec<String> {
    let (site, fee) = (HazardCategory::Site, HazardCategory::Fee);
    let mut hazards = Vec::new();
    for (category, grade) in [
        (site, HazardGrade::General),
        (fee, HazardGrade::General),
        (site, HazardGrade::Major),
        (fee, HazardGrade::Major),
    ] {
        hazards.push(found(house, "clerk", (category, grade)).await);
        house.days(10);
    }
    house.steps(&hazards[1], vec![("leader", Step::List(reason()))]).await;
    house.steps(&hazards[0], vec![("clerk", graded(HazardGrade::General))]).await;
    hazards
}

#[tokio::test]
async fn the_most_pressing_come_first_page_by_page() {
    let house = House::open().await;
    let hazards = four(&house).await;
    let all = house.board("clerk", v1::ListHazardsRequest::default()).await;
    let order = [&hazards[1], &hazards[2], &hazards[3], &hazards[0]].map(String::as_str);
    assert_eq!(ids(&all), order, "listed, then major ones, the older first");
    assert_eq!(all.total, 4);
    assert_eq!(counts(&all.grades), BTreeMap::from([("general", 2), ("major", 2)]));
    assert_eq!(counts(&all.stages), BTreeMap::from([("hazard-found", 3), ("hazard-graded", 1)]));
    assert_eq!(counts(&all.ages), BTreeMap::from([("8-15", 1), ("16-30", 2), ("31-90", 1)]));

    let mut page = v1::ListHazardsRequest { page_size: 1, ..Default::default() };
    let mut walked = Vec::new();
    loop {
        let board = house.board("clerk", page.clone()).await;
        walked.extend(ids(&board).into_iter().map(str::to_owned));
        assert_eq!(board.total, if page.page_token.is_empty() { 4 } else { 0 });
        if board.next_page_token.is_empty() {
            break;
        }
        page.page_token = board.next_page_token;
    }
    assert_eq!(walked, order);
}

#[tokio::test]
async fn filters_counts_and_the_ledger_agree() {
    let house = House::open().await;
    let hazards = four(&house).await;
    house.school(ELSEWHERE, "430405").await;
    let only = async |asked: v1::ListHazardsRequest| {
        let board = house.board("clerk", asked).await;
        assert_eq!(board.total, board.hazards.len() as u64);
        ids(&board).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let none = v1::ListHazardsRequest::default();
    let old = v1::ListHazardsRequest { age_days_least: 30, ..none.clone() };
    assert_eq!(only(old).await, [hazards[1].clone(), hazards[0].clone()]);
    let fees = v1::ListHazardsRequest {
        category: HazardCategory::Fee.into(),
        grade: HazardGrade::Major.into(),
        ..none.clone()
    };
    assert_eq!(only(fees).await, [hazards[3].clone()]);
    let listed = v1::ListHazardsRequest { listed_only: true, ..none.clone() };
    assert_eq!(only(listed).await, [hazards[1].clone()]);
    let stages = vec!["hazard-graded".to_owned(), "hazard-verified".to_owned()];
    assert_eq!(only(v1::ListHazardsRequest { stages, ..none.clone() }).await, [hazards[0].clone()]);
    let school = v1::ListHazardsRequest { institution_id: ELSEWHERE.to_owned(), ..none.clone() };
    assert!(only(school).await.is_empty());
    assert!(only(v1::ListHazardsRequest { overdue_only: true, ..none }).await.is_empty());

    let today = hub::mint::beijing_day(house.now()).to_string();
    let ledger =
        v1::GetHazardLedgerRequest { by: LedgerBy::Unit.into(), until: today.clone(), ..Default::default() };
    let told = house.ledger("city", ledger.clone()).await;
    assert_eq!(told.rows[0].key, actor("clerk").unit.id.to_string());
    assert_eq!((told.rows[0].found, told.rows[0].major, told.rows[0].open), (4, 2, 4));
    let told = house.ledger("city", v1::GetHazardLedgerRequest { from: today, ..ledger }).await;
    assert!(told.rows.is_empty(), "none was found today");
}
