//! How a referral ends for its clue: with a criminal case or without.

use domain::paper::PaperKind;
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

async fn accept_return(town: &Town, client: &mut Client, referral: &str) {
    let accept =
        v1::AcceptReturnRequest { request_id: fresh(), occurred_at: None, referral_id: referral.to_owned() };
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
        papers: vec![report],
    };
    client.submit_referral(town.from("OF-ONE", submit)).await.unwrap();
    let refuse = v1::RefuseReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        referral_id: referral,
        reason: "不构成犯罪".to_owned(),
    };
    client.refuse_referral(town.from("OF-HEAD", refuse)).await.unwrap();
    assert!(!ended(&town, &clue).await);
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
    town.police(&referral, "OF-DUTY", declined).await;
    assert!(!ended(&town, &clue).await);

    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.receipted(&mut client, &referral).await;
    let paper = town.stored(&mut client, &referral, PaperKind::Notice).await;
    let number = "珠公不立字〔2026〕2号".parse().unwrap();
    let not_filed = Command::NotFile { number, reason: reason("没有犯罪事实"), paper };
    town.police(&referral, "OF-CAPTAIN", not_filed).await;
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
    town.police(&referral, "OF-DUTY", conclude()).await;
    assert!(ended(&town, &clue).await);

    let (referral, clue) = town.drafted(&mut client).await;
    town.delivered(&mut client, &referral).await;
    town.filed(&mut client, &referral).await;
    let number = "珠公撤字〔2026〕4号".parse().unwrap();
    let withdraw = Command::Withdraw { number, reason: WithdrawalReason::NoCriminalFacts };
    town.police(&referral, "OF-CAPTAIN", withdraw).await;
    let number = "珠公撤告字〔2026〕4号".parse().unwrap();
    town.police(&referral, "OF-DUTY", Command::NotifyWithdrawal { number }).await;
    town.police(&referral, "OF-DUTY", conclude()).await;
    assert!(!ended(&town, &clue).await);
    town.close().await;
}
