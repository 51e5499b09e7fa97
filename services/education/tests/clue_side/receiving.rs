//! What the receiving side does, as education's rows, parties, clocks and figures show it.

use domain::actor::{Actor, Agency, Level, Unit};
use domain::clue::{ClueRule, Command, TransferOutcome};
use domain::text::Text;
use hub::Order;
use hub::call::stream_of;
use wire::v1;

use crate::scene::{CITY, CLERK, DUTY, HERE, LEADER, Scene, scene};
use crate::views::{SEEN, list, stands};

/// A command of the officer on duty at the police.
async fn police(scene: &Scene, clue: &str, command: Command) {
    let by: Actor = scene.hub.roster.account(&DUTY.parse().unwrap()).unwrap().unwrap().actor.clone();
    let id = uuid::Uuid::now_v7();
    let order = Order { by, id, occurred: None, causation: None, correlation: None, command };
    scene.hub.handle::<ClueRule>(&stream_of(&clue).unwrap(), &order).await.unwrap();
}

/// The row of the only clue an officer sees, if any, when it is as the rule says.
async fn row(scene: &mut Scene, officer: &str) -> Option<v1::ClueSummary> {
    let request = v1::ListCluesRequest { consistency_token: SEEN.to_owned(), ..Default::default() };
    let row = list(scene, officer, request).await.clues.pop()?;
    stands(scene, row.clone()).await;
    Some(row)
}

async fn figures(scene: &mut Scene) -> v1::DivisionStatistics {
    let request = v1::GetStatisticsRequest { consistency_token: SEEN.to_owned(), ..Default::default() };
    let request = scene.by(LEADER, request);
    scene.client.get_statistics(request).await.unwrap().into_inner().rows.remove(0)
}

fn seal(scene: &Scene, clue: &str) -> domain::sealed::Sealed {
    scene.hub.keys.seal(&hub::seal::case_subject(clue).unwrap(), "feedback", "已立案").unwrap()
}

#[tokio::test]
async fn a_transfer_is_followed_from_the_letter_to_the_answer() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { urgency: v1::Urgency::U2 as i32, ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    let request_id = || uuid::Uuid::now_v7().to_string();
    let triage = v1::TriageClueRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        category: v1::Category::FeeFraud as i32,
        urgency: v1::Urgency::U2 as i32,
        minor: v1::Minor::Minor as i32,
        ..Default::default()
    };
    scene.client.triage_clue(scene.by(CLERK, triage)).await.unwrap();
    assert!(row(&mut scene, DUTY).await.is_none());
    let paper =
        scene.hub.papers.put(&scene.hub.keys, &"SU-T".parse().unwrap(), b"letter".to_vec()).await.unwrap();
    let letter = v1::PaperRef {
        kind: v1::PaperKind::Letter as i32,
        hash: paper.hash.to_string(),
        ..Default::default()
    };
    let send = v1::TransferClueToPoliceRequest {
        request_id: request_id(),
        clue_id: clue.clone(),
        papers: vec![letter],
        ..Default::default()
    };
    scene.client.transfer_clue_to_police(scene.by(CLERK, send)).await.unwrap();
    assert_eq!(row(&mut scene, DUTY).await.unwrap().unit, "UN-PSB-430405");
    police(&scene, &clue, Command::Claim).await;
    row(&mut scene, CLERK).await.unwrap();
    scene.hub.time.advance(jiff::SignedDuration::from_secs(100));
    police(&scene, &clue, Command::SignReceipt { number: Text::parse("R-1").unwrap() }).await;
    row(&mut scene, CLERK).await.unwrap();
    let counted = figures(&mut scene).await;
    assert_eq!(counted.transferred_police, 1);
    assert!((100..160).contains(&counted.receipt_seconds_p50), "{}", counted.receipt_seconds_p50);
    police(&scene, &clue, Command::Accept).await;
    row(&mut scene, CLERK).await.unwrap();
    let text = seal(&scene, &clue);
    police(&scene, &clue, Command::GiveFeedback { outcome: TransferOutcome::FiledCriminal, text }).await;
    assert_eq!(row(&mut scene, CLERK).await.unwrap().stage, "awaiting-feedback");
}

#[tokio::test]
async fn a_mandatory_report_moves_with_its_forward_and_is_met_by_a_receipt() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { category: v1::Category::MinorAbuse as i32, ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    assert!(row(&mut scene, CLERK).await.unwrap().obligation_open);
    police(&scene, &clue, Command::Claim).await;
    row(&mut scene, DUTY).await.unwrap();
    let to = Unit {
        id: format!("UN-PSB-{CITY}").parse().unwrap(),
        agency: Agency::Police,
        level: Level::City,
        division: CITY.parse().unwrap(),
    };
    let reason = Text::parse("市局管辖").unwrap();
    police(&scene, &clue, Command::Forward { to, reason }).await;
    // The district's police have passed it on and are no party any more; its clocks have gone with it.
    assert!(row(&mut scene, DUTY).await.is_none());
    row(&mut scene, CLERK).await.unwrap();
    let request = v1::ListClocksRequest { consistency_token: SEEN.to_owned(), ..Default::default() };
    let clocks = scene.client.list_clocks(scene.by(DUTY, request)).await.unwrap().into_inner().clocks;
    assert_eq!(clocks, []);
    let counted = figures(&mut scene).await;
    assert_eq!((counted.division.as_str(), counted.obligations_open, counted.obligations_met), (HERE, 1, 0));
}

#[tokio::test]
async fn a_receipt_meets_the_duty_to_report_and_hands_the_clue_over() {
    let mut scene = scene().await;
    let request = v1::ReportClueRequest { category: v1::Category::MinorAbuse as i32, ..scene.plain() };
    let clue = scene.report(request).await.clue_id;
    police(&scene, &clue, Command::Claim).await;
    police(&scene, &clue, Command::SignReceipt { number: Text::parse("R-2").unwrap() }).await;
    assert!(!row(&mut scene, CLERK).await.unwrap().obligation_open);
    let counted = figures(&mut scene).await;
    assert_eq!((counted.obligations_open, counted.obligations_met, counted.transferred_police), (0, 1, 1));
}
