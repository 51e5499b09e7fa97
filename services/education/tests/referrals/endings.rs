//! How a referral ends for its clue: with a criminal case or without.

use domain::document_number::DocumentNumber;
use domain::paper::{Paper, PaperKind};
use domain::referral::{Command, WithdrawalReason};
use domain::text::{Reason, Text};
use wire::v1;

use crate::town::{Client, Town, fresh};

async fn ended(town: &Town, clue: &str) -> bool {
    let event = town.until(clue, "clue.referral-ended").await;
    event.event.data.as_str().contains("\"filed\":true")
}

fn reason(text: &str) -> Reason {
    Text::parse(text).unwrap()
}

fn number(text: &str) -> DocumentNumber {
    text.parse().unwrap()
}

async fn accept_return(town: &Town, client: &mut Client, referral: &str) {
    let accept = v1::AcceptReturnRequest {
        request_id: fresh(),
        occurred_at: None,
        referral_id: referral.to_owned(),
        number: "珠教移接〔2026〕1号".to_owned(),
    };
    client.accept_return(town.from("OF-ONE", accept)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_agency_gives_up_or_the_head_refuses_ends_without_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, clue) = town.drafted(&mut client).await;
    let abandon = v1::AbandonReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        referral_id: referral,
        number: "珠教移放〔2026〕1号".to_owned(),
        reason: "数额不足".to_owned(),
    };
    client.abandon_referral(town.from("OF-CHIEF", abandon)).await.unwrap();
    assert!(!ended(&town, &clue).await);

    let (referral, clue) = town.drafted(&mut client).await;
    let report = town.paper(&mut client, &referral, PaperKind::Report).await;
    let submit = v1::SubmitReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        referral_id: referral.clone(),
        number: "珠教移报〔2026〕1号".to_owned(),
        papers: vec![report],
    };
    client.submit_referral(town.from("OF-ONE", submit)).await.unwrap();
    let refuse = v1::RefuseReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        referral_id: referral,
        number: "珠教移不批〔2026〕1号".to_owned(),
        reason: "不构成犯罪".to_owned(),
        paper: None,
        presiding_number: String::new(),
    };
    client.refuse_referral(town.from("OF-HEAD", refuse)).await.unwrap();
    assert!(!ended(&town, &clue).await);
    town.close().await;
}

/// Waits for the n-th event of a kind in a clue, and gives its data.
async fn nth(town: &Town, clue: &str, kind: &str, number: usize) -> String {
    let mut events = town.hub.log.subscribe(None);
    let mut seen = 0;
    let found = async {
        loop {
            for one in events.next().await.unwrap() {
                seen += usize::from(one.event.stream.as_str() == clue && one.event.kind == kind);
                if seen == number {
                    return one.event.data.as_str().to_owned();
                }
            }
        }
    };
    tokio::time::timeout(crate::town::PATIENCE, found).await.unwrap()
}

async fn fine(town: &Town, clue: &str) -> Result<(), String> {
    let number = "珠教罚〔2026〕9号".parse().unwrap();
    let command = domain::clue::Command::DecideFine { number, fen: 100 };
    let done = town.act::<domain::clue::ClueRule>(&clue, &crate::town::officer("OF-CHIEF"), command).await;
    match done {
        Ok(_) => Ok(()),
        Err(hub::HandleError::Law(refused)) => Err(refused.reason().to_owned()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_head_refused_and_a_superior_orders_anew_runs_again_and_bars_a_fine() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, clue) = town.drafted(&mut client).await;
    let uploaded = town.paper(&mut client, &referral, PaperKind::Report).await;
    let hash = uploaded.hash.parse().unwrap();
    let report = Paper { kind: PaperKind::Report, number: None, hash, size: 1 };
    town.does(
        &referral,
        "OF-ONE",
        Command::Submit { number: number("珠教移报〔2026〕2号"), papers: vec![report] },
    )
    .await;
    let refuse = Command::Refuse {
        number: number("珠教移不批〔2026〕2号"),
        reason: reason("不构成犯罪"),
        paper: None,
        presiding: None,
    };
    town.does(&referral, "OF-HEAD", refuse).await;
    assert!(!ended(&town, &clue).await);
    let order = Command::OrderAnew { number: number("衡教督〔2026〕5号") };
    town.does(&referral, "OF-CITY", order).await;
    town.until(&clue, "clue.referral-resumed").await;
    assert_eq!(fine(&town, &clue).await, Err("FINE_INSTEAD_OF_REFERRAL".to_owned()));
    let abandon =
        Command::Abandon { number: number("珠教移放〔2026〕2号"), reason: reason("证据灭失") };
    town.does(&referral, "OF-CHIEF", abandon).await;
    assert!(nth(&town, &clue, "clue.referral-ended", 2).await.contains("\"filed\":false"));
    assert_eq!(fine(&town, &clue).await, Ok(()));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_and_then_withdrawn_comes_back_to_the_agency() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.filed(&mut client, &referral).await;
    let paper = town.stored(&mut client, &referral, PaperKind::HandOver).await;
    town.does(&referral, "OF-ONE", Command::HandOver { number: number("珠教移交〔2026〕2号"), paper }).await;
    assert!(ended(&town, &clue).await);
    assert_eq!(fine(&town, &clue).await, Err("FINE_INSTEAD_OF_REFERRAL".to_owned()));
    let number = "珠公撤字〔2026〕6号".parse().unwrap();
    let withdraw = Command::Withdraw { number, reason: WithdrawalReason::NoCriminalFacts };
    town.does(&referral, "OF-CAPTAIN", withdraw).await;
    let number = "珠公撤告字〔2026〕6号".parse().unwrap();
    town.does(&referral, "OF-DUTY", Command::NotifyWithdrawal { number }).await;
    accept_return(&town, &mut client, &referral).await;
    assert!(nth(&town, &clue, "clue.referral-ended", 2).await.contains("\"filed\":false"));
    assert_eq!(fine(&town, &clue).await, Ok(()));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_police_send_back_ends_without_a_case() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.receipted(&mut client, &referral).await;
    let number = "珠公不字〔2026〕1号".parse().unwrap();
    let declined = Command::DeclareNotPolice {
        number,
        reason: reason("属市场监管"),
        suggestion: Text::parse("SAMR").unwrap(),
    };
    town.does(&referral, "OF-DUTY", declined).await;
    assert!(!ended(&town, &clue).await);

    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.receipted(&mut client, &referral).await;
    let paper = town.stored(&mut client, &referral, PaperKind::Notice).await;
    let number = "珠公不立字〔2026〕2号".parse().unwrap();
    let not_filed = Command::NotFile { number, reason: reason("没有犯罪事实"), paper };
    town.does(&referral, "OF-CAPTAIN", not_filed).await;
    accept_return(&town, &mut client, &referral).await;
    assert!(!ended(&town, &clue).await);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_outcome_is_a_case_unless_the_case_was_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let conclude = || Command::Conclude {
        number: "珠公结字〔2026〕3号".parse().unwrap(),
        outcome: reason("已移送起诉"),
    };
    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.filed(&mut client, &referral).await;
    town.does(&referral, "OF-DUTY", conclude()).await;
    assert!(ended(&town, &clue).await);

    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.filed(&mut client, &referral).await;
    let number = "珠公撤字〔2026〕4号".parse().unwrap();
    let withdraw = Command::Withdraw { number, reason: WithdrawalReason::NoCriminalFacts };
    town.does(&referral, "OF-CAPTAIN", withdraw).await;
    let number = "珠公撤告字〔2026〕4号".parse().unwrap();
    town.does(&referral, "OF-DUTY", Command::NotifyWithdrawal { number }).await;
    town.does(&referral, "OF-DUTY", conclude()).await;
    assert!(!ended(&town, &clue).await);
    town.close().await;
}
