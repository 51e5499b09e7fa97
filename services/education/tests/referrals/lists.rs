//! Lists of referrals: who sees which, in which order, page by page; and the view against the log.

use domain::clock::Stage;
use domain::paper::{Paper, PaperKind};
use domain::referral::{Command, ReferralRule};
use domain::text::Text;
use rusqlite::types::Value;
use tonic::Code;
use wire::refusal::Refusal;
use wire::v1::{ListReferralsRequest, ListReferralsResponse, ReferralSummary};

use crate::town::{Client, PATIENCE, Town, officer, the_unit};

async fn list(
    town: &Town,
    client: &mut Client,
    by: &str,
    ask: ListReferralsRequest,
) -> ListReferralsResponse {
    client.list_referrals(town.from(by, ask)).await.unwrap().into_inner()
}

fn ids(answer: &ListReferralsResponse) -> Vec<&str> {
    answer.referrals.iter().map(|referral| referral.id.as_str()).collect()
}

/// Three referrals: one drafted, one delivered, one receipted.
async fn three(town: &Town, client: &mut Client) -> (Vec<String>, String) {
    let mut referrals = Vec::new();
    for _ in 0..3 {
        referrals.push(town.drafted(client).await.0);
    }
    town.delivered(client, &referrals[1]).await;
    let token = town.delivered(client, &referrals[2]).await.receipt.unwrap().consistency_token;
    town.receipted(client, &referrals[2]).await;
    (referrals, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_is_the_readers_first_due_first_page_by_page() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referrals, consistency_token) = three(&town, &mut client).await;
    let everything =
        ListReferralsRequest { consistency_token: consistency_token.clone(), ..Default::default() };
    let mine = list(&town, &mut client, "OF-ONE", everything.clone()).await;
    assert_eq!(mine.consistency_token, consistency_token);
    // The two with the police have clocks of 24 hours; the draft has none and comes last.
    let rule = |id: &String| {
        let one = mine.referrals.iter().find(|one| one.id == *id).unwrap();
        one.clock.as_ref().map(|clock| clock.rule.as_str())
    };
    assert_eq!(
        [rule(&referrals[0]), rule(&referrals[1]), rule(&referrals[2])],
        [None, Some("referral-receipt"), Some("referral-jurisdiction-notice")]
    );
    assert_eq!(mine.referrals[2].id, referrals[0]);
    let order = |one: &ReferralSummary| {
        (one.clock.as_ref().and_then(|clock| clock.due_at).map(|due| due.seconds), one.id.clone())
    };
    assert!(order(&mine.referrals[0]) < order(&mine.referrals[1]));
    assert_eq!(mine.referrals[0].charges, ["266"]);
    for shown in &mine.referrals {
        assert_eq!(town.seen_by(&mut client, "OF-ONE", &shown.id).await.stage, shown.stage);
    }
    for (by, count) in [("OF-CITY", 3), ("OF-PROC", 3), ("OF-DUTY", 2), ("OF-STRANGER", 0)] {
        assert_eq!(list(&town, &mut client, by, everything.clone()).await.referrals.len(), count, "{by}");
    }
    let refused = client.list_referrals(town.from("OF-AUDITOR", everything.clone())).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    let mut page = ListReferralsRequest { page_size: 2, ..everything };
    let first = list(&town, &mut client, "OF-CITY", page.clone()).await;
    page.page_token = first.next_page_token.clone();
    let second = list(&town, &mut client, "OF-CITY", page).await;
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&mine));
    assert!(second.next_page_token.is_empty());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_can_be_narrowed_and_a_wrong_filter_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referrals, token) = three(&town, &mut client).await;
    let all = ListReferralsRequest { consistency_token: token, ..Default::default() };
    let serial = &referrals[0][19..];
    for (filter, count) in [
        (ListReferralsRequest { stages: vec!["drafting".to_owned()], ..all.clone() }, 1),
        (
            ListReferralsRequest {
                stages: vec!["drafting".to_owned(), "delivered".to_owned()],
                ..all.clone()
            },
            2,
        ),
        (ListReferralsRequest { division: "430400".to_owned(), ..all.clone() }, 3),
        (ListReferralsRequest { division: "430406".to_owned(), ..all.clone() }, 0),
        (ListReferralsRequest { overdue: true, ..all.clone() }, 0),
        (ListReferralsRequest { mine: true, ..all.clone() }, 3),
        (ListReferralsRequest { id_text: serial.to_ascii_lowercase(), ..all.clone() }, 1),
    ] {
        assert_eq!(
            list(&town, &mut client, "OF-ONE", filter.clone()).await.referrals.len(),
            count,
            "{filter:?}"
        );
    }
    let mine = ListReferralsRequest { mine: true, ..all.clone() };
    assert_eq!(list(&town, &mut client, "OF-CITY", mine).await.referrals.len(), 0);

    let bad = ListReferralsRequest {
        consistency_token: String::new(),
        page_size: 501,
        page_token: "zz".to_owned(),
        stages: vec!["S4".to_owned()],
        division: "999999".to_owned(),
        overdue: false,
        mine: false,
        id_text: "x".repeat(41),
    };
    let refused = client.list_referrals(town.from("OF-ONE", bad)).await.unwrap_err();
    let Refusal::Shape(violations) = Refusal::from_status(&refused) else { panic!("not a matter of shape") };
    let fields: Vec<&str> = violations.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["page_size", "page_token", "stages[0]", "division", "id_text"]);
    town.close().await;
}

/// Every row of every table of a view.
fn rows(file: &std::path::Path) -> Vec<(String, Vec<Value>)> {
    let tables = rusqlite::Connection::open(file).unwrap();
    let mut all = Vec::new();
    for name in ["referral", "party", "place", "clock", "reverse"] {
        let mut find = tables.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2")).unwrap();
        let width = find.column_count();
        let found = find.query_map([], |row| (0..width).map(|place| row.get(place)).collect()).unwrap();
        all.extend(found.map(|row| (name.to_owned(), row.unwrap())));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_view_equals_the_live_one() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referrals, _) = three(&town, &mut client).await;
    let stream = hub::call::stream_of(&referrals[2]).unwrap();
    let revision = town.hub.state::<ReferralRule>(&stream).await.unwrap().1.unwrap();
    let consistency_token = format!("{}@{revision}", referrals[2]);
    list(&town, &mut client, "OF-ONE", ListReferralsRequest { consistency_token, ..Default::default() })
        .await;
    let anew = tempfile::tempdir().unwrap();
    let rebuild = education::rebuild(anew.path(), &town.hub.log, |_| ());
    tokio::time::timeout(PATIENCE, rebuild).await.unwrap().unwrap();
    let live = rows(&town.hub.views.join("referrals.view.db"));
    assert!(live.len() > 20, "{}", live.len());
    assert_eq!(live, rows(&anew.path().join("referrals.view.db")));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_back_is_the_fallback_units_until_another_signs_and_the_signers_after_that() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let mut referrals = Vec::new();
    for _ in 0..2 {
        let (referral, _) = town.drafted(&mut client).await;
        town.delivered(&mut client, &referral).await;
        referrals.push(referral);
    }
    town.hub.time.advance(jiff::SignedDuration::from_hours(26));
    let service = hub::clocks::service_actor().unwrap();
    for referral in &referrals {
        let ring = Command::Ring {
            rule: "referral-receipt".to_owned(),
            stage: Stage::Due,
            told: Vec::new(),
            fallback: Some(the_unit("UN-PSB-430400")),
        };
        town.act::<ReferralRule>(referral, &service, ring).await.unwrap();
    }
    let mut receipts = Vec::new();
    for (by, referral) in ["OF-DUTY", "OF-PSB-CITY"].into_iter().zip(&referrals) {
        let shown = town.seen_by(&mut client, "OF-PSB-CITY", referral).await;
        assert_eq!(shown.fallback.unwrap().id, "UN-PSB-430400");
        town.does(referral, by, Command::Claim).await;
        let hash = format!("{:064x}", 7).parse().unwrap();
        let paper = Paper { kind: PaperKind::Receipt, number: None, hash, size: 1 };
        let sign = Command::SignReceipt { number: Text::parse("R-1").unwrap(), paper };
        receipts.push(town.act::<ReferralRule>(referral, &officer(by), sign).await.unwrap().token());
    }
    let ask =
        ListReferralsRequest { consistency_token: receipts[1].to_string(), mine: true, ..Default::default() };
    let city = list(&town, &mut client, "OF-PSB-CITY", ask.clone()).await;
    assert_eq!(ids(&city), [&referrals[1]]);
    assert_eq!(city.referrals[0].police, "UN-PSB-430400");
    let county = list(&town, &mut client, "OF-DUTY", ask.clone()).await;
    assert_eq!(ids(&county), [&referrals[0]], "the other one is no longer theirs to do");
    let parties = ListReferralsRequest { mine: false, ..ask };
    let seen = list(&town, &mut client, "OF-DUTY", parties).await.referrals.len();
    assert_eq!(seen, 2, "it was delivered to them and stays on their record");
    town.close().await;
}
