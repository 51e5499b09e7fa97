//! The number that every step of the agency carries, and who decides in the head's place.

use domain::paper::PaperKind;
use tonic::{Code, Status};
use wire::refusal::Refusal;
use wire::v1;

use crate::town::{Town, fresh};

/// The fields that a refusal names.
fn fields<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    let refused = answer.unwrap_err();
    let Refusal::Shape(violations) = Refusal::from_status(&refused) else { panic!("{refused:?}") };
    violations.into_iter().map(|violation| violation.field).collect()
}

fn law<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    let refused = answer.unwrap_err();
    let Refusal::Law { reason, .. } = Refusal::from_status(&refused) else { panic!("{refused:?}") };
    reason.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_without_its_number_names_the_field() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral_id, clue) = town.drafted(&mut client).await;
    let report = town.paper(&mut client, &referral_id, PaperKind::Report).await;
    let request_id = fresh();
    let draft = v1::DraftReferralRequest { number: String::new(), ..Town::draft_of(&clue) };
    assert_eq!(fields(client.draft_referral(town.from("OF-ONE", draft)).await), ["number"]);
    let (id, referral) = (request_id.clone(), referral_id.clone());
    let abandon = v1::AbandonReferralRequest {
        request_id: id,
        referral_id: referral,
        reason: "数额不足".to_owned(),
        ..Default::default()
    };
    assert_eq!(fields(client.abandon_referral(town.from("OF-CHIEF", abandon)).await), ["number"]);
    let (id, referral, papers) = (request_id.clone(), referral_id.clone(), vec![report.clone()]);
    let submit =
        v1::SubmitReferralRequest { request_id: id, referral_id: referral, papers, ..Default::default() };
    assert_eq!(fields(client.submit_referral(town.from("OF-ONE", submit)).await), ["number"]);
    let (id, referral) = (request_id.clone(), referral_id.clone());
    let refuse = v1::RefuseReferralRequest {
        request_id: id,
        referral_id: referral,
        reason: "不构成犯罪".to_owned(),
        presiding_number: "无号".to_owned(),
        ..Default::default()
    };
    let refused = client.refuse_referral(town.from("OF-HEAD", refuse)).await;
    assert_eq!(fields(refused), ["number", "presiding_number"]);
    let (id, referral, papers) = (request_id.clone(), referral_id.clone(), vec![report.clone()]);
    let supplement =
        v1::SupplementReferralRequest { request_id: id, referral_id: referral, papers, ..Default::default() };
    assert_eq!(fields(client.supplement_referral(town.from("OF-ONE", supplement)).await), ["number"]);
    let (id, referral, paper) = (request_id.clone(), referral_id.clone(), Some(report));
    let list =
        v1::HandOverReferralRequest { request_id: id, referral_id: referral, paper, ..Default::default() };
    assert_eq!(fields(client.hand_over_referral(town.from("OF-ONE", list)).await), ["number"]);
    let accept = v1::AcceptReturnRequest { request_id, referral_id, ..Default::default() };
    assert_eq!(fields(client.accept_return(town.from("OF-ONE", accept)).await), ["number"]);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_presides_by_a_document_that_goes_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (referral, _) = town.drafted(&mut client).await;
    let report = town.paper(&mut client, &referral, PaperKind::Report).await;
    let submit = v1::SubmitReferralRequest {
        request_id: fresh(),
        referral_id: referral.clone(),
        number: "珠教移报〔2026〕1号".to_owned(),
        papers: vec![report.clone()],
        ..Default::default()
    };
    client.submit_referral(town.from("OF-ONE", submit)).await.unwrap();
    let approve = |presiding: &str, paper: Option<v1::PaperRef>| v1::ApproveReferralRequest {
        request_id: fresh(),
        referral_id: referral.clone(),
        number: "珠教移批〔2026〕1号".to_owned(),
        paper,
        presiding_number: presiding.to_owned(),
        ..Default::default()
    };
    let delegation = "珠教任〔2026〕3号";
    let alone = client.approve_referral(town.from("OF-CHIEF", approve("", None))).await;
    assert_eq!(law(alone), "NOT_HEAD");
    // Who is no leader is not asked for a document at all.
    let clerk = client.approve_referral(town.from("OF-TWO", approve(delegation, None))).await;
    assert_eq!(clerk.unwrap_err().code(), Code::PermissionDenied);
    let signed = town.paper(&mut client, &referral, PaperKind::Decision).await;
    let wrong = client.approve_referral(town.from("OF-CHIEF", approve(delegation, Some(report)))).await;
    assert_eq!(law(wrong), "WRONG_PAPER");
    let done =
        client.approve_referral(town.from("OF-CHIEF", approve(delegation, Some(signed.clone())))).await;
    assert_eq!(done.unwrap().into_inner().receipt.unwrap().state, "approved");
    let approved = town.until(&referral, "referral.head-approved").await;
    let told: serde_json::Value = approved.event.data.decode().unwrap();
    assert_eq!((&told["presiding"], &told["paper"]["hash"]), (&delegation.into(), &signed.hash.into()));
    let shown = town.seen_by(&mut client, "OF-ONE", &referral).await;
    let kinds: Vec<&str> = shown.documents.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["referral.drafted", "referral.submitted", "referral.head-approved"]);
    assert!(shown.documents.iter().all(|one| !one.number.is_empty()));
    town.close().await;
}
