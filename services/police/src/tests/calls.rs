//! Commands on entries as they are called.

use tonic::Code;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::police_service_server::PoliceService;

use super::house::{House, fresh};

fn claim(matter: &str) -> v1::ClaimEntryRequest {
    v1::ClaimEntryRequest { request_id: fresh(), occurred_at: None, matter: matter.to_owned() }
}

#[tokio::test]
async fn of_two_officers_one_claims_and_the_other_is_told_by_whom_and_signs_nothing() {
    let house = House::open().await;
    let api = &house.police.api;
    let (matter, _) = house.reports(1).await;
    let request = claim(&matter);
    let won = api.claim_entry(house.asks("duty", request.clone())).await.unwrap().into_inner();
    let receipt = won.receipt.unwrap();
    assert_eq!((receipt.stream.as_str(), receipt.state.as_str()), (matter.as_str(), "received"));
    let lease = won.lease_until.unwrap().seconds - receipt.recorded_at.unwrap().seconds;
    assert_eq!(lease, 600, "a U1 entry is leased for ten minutes");
    let again = api.claim_entry(house.asks("duty", request)).await.unwrap().into_inner();
    assert!(again.receipt.unwrap().repeated, "the same request is answered as before");
    let lost = api.claim_entry(house.asks("second", claim(&matter))).await.unwrap_err();
    let Refusal::Law { reason, facts } = Refusal::from_status(&lost) else { panic!("{lost}") };
    assert_eq!((reason.as_str(), facts["by"].as_str()), ("ALREADY_CLAIMED", "OF-duty"));
    let number = "R-1".to_owned();
    let sign = v1::SignReceiptRequest {
        request_id: fresh(),
        occurred_at: None,
        matter: matter.clone(),
        receipt_number: number,
        paper: None,
    };
    let refused = api.sign_receipt(house.asks("second", sign.clone())).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let signed = api.sign_receipt(house.asks("duty", sign)).await.unwrap().into_inner();
    let query =
        v1::GetQueueEntryRequest { consistency_token: signed.receipt.unwrap().consistency_token, matter };
    let seen = api.get_queue_entry(house.asks("duty", query)).await.unwrap().into_inner();
    assert_eq!(seen.entry.unwrap().stage, "receipted");
}

#[tokio::test]
async fn every_fault_of_a_request_is_named_at_once() {
    let house = House::open().await;
    let sign = v1::SignReceiptRequest {
        request_id: "x".to_owned(),
        occurred_at: None,
        matter: "RF-1".to_owned(),
        receipt_number: String::new(),
        paper: None,
    };
    let refused = house.police.api.sign_receipt(house.asks("duty", sign)).await.unwrap_err();
    let Refusal::Shape(found) = Refusal::from_status(&refused) else { panic!("{refused}") };
    let fields: Vec<&str> = found.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["request_id", "matter", "receipt_number", "paper"]);
    let feedback = v1::GiveFeedbackRequest { text: "\u{7}".to_owned(), ..v1::GiveFeedbackRequest::default() };
    let refused = house.police.api.give_feedback(house.asks("duty", feedback)).await.unwrap_err();
    let Refusal::Shape(found) = Refusal::from_status(&refused) else { panic!("{refused}") };
    assert_eq!(found.len(), 4, "{found:?}");
}

#[tokio::test]
async fn an_id_that_is_neither_of_a_clue_nor_of_a_referral_is_told_so() {
    let house = House::open().await;
    let api = &house.police.api;
    let matter = "RR-430405-20260908-0123456789ABC-D".to_owned();
    let query = v1::GetQueueEntryRequest { matter: matter.clone(), ..v1::GetQueueEntryRequest::default() };
    let feedback = v1::GiveFeedbackRequest { matter: matter.clone(), ..v1::GiveFeedbackRequest::default() };
    let release = v1::ReleaseEntryRequest { matter: matter.clone(), ..v1::ReleaseEntryRequest::default() };
    let accept =
        v1::AcceptTransferRequest { clue_id: matter.clone(), ..v1::AcceptTransferRequest::default() };
    let refused = [
        api.claim_entry(house.asks("duty", claim(&matter))).await.unwrap_err(),
        api.get_queue_entry(house.asks("duty", query)).await.unwrap_err(),
        api.give_feedback(house.asks("duty", feedback)).await.unwrap_err(),
        api.release_entry(house.asks("duty", release)).await.unwrap_err(),
        api.accept_transfer(house.asks("duty", accept)).await.unwrap_err(),
    ];
    let reasons = refused.iter().map(|status| {
        let Refusal::Shape(found) = Refusal::from_status(status) else { panic!("{status}") };
        found.into_iter().find(|one| matches!(one.field.as_str(), "matter" | "clue_id")).unwrap().reason
    });
    let reasons: Vec<String> = reasons.collect();
    // Only a clue is accepted: there the prefix itself is wrong.
    assert_eq!(reasons, ["MATTER_ID", "MATTER_ID", "MATTER_ID", "MATTER_ID", "ID_PREFIX"]);
}

#[tokio::test]
async fn an_entry_is_forwarded_and_on_the_other_units_list() {
    let house = House::open().await;
    let api = &house.police.api;
    let (matter, _) = house.reports(1).await;
    api.claim_entry(house.asks("duty", claim(&matter))).await.unwrap();
    let mut forward = v1::ForwardEntryRequest {
        request_id: fresh(),
        occurred_at: None,
        matter: matter.clone(),
        to_unit_id: "UN-NOBODY".to_owned(),
        number: String::new(),
        reason: "theirs".to_owned(),
    };
    let unknown = api.forward_entry(house.asks("duty", forward.clone())).await.unwrap_err();
    assert_eq!(unknown.code(), Code::InvalidArgument);
    forward.to_unit_id = "UN-PSB-NEXT".to_owned();
    let done = api.forward_entry(house.asks("duty", forward)).await.unwrap().into_inner();
    let consistency_token = done.receipt.unwrap().consistency_token;
    let list = v1::ListQueueRequest { consistency_token, ..v1::ListQueueRequest::default() };
    let theirs = api.list_queue(house.asks("next", list.clone())).await.unwrap().into_inner();
    assert_eq!(theirs.consistency_token, list.consistency_token);
    assert_eq!((theirs.entries.len(), theirs.entries[0].matter.as_str()), (1, matter.as_str()));
    assert!(theirs.entries[0].seconds_left > 1_700);
    let ours = api.list_queue(house.asks("duty", list)).await.unwrap().into_inner();
    assert!(ours.entries.is_empty());
}
