//! A reverse referral from the police: signed, handled, reported, and seen by its two units only.

use domain::reverse_referral::{Command, ReverseRule, Sent};
use hub::mint;
use hub::seal::case_subject;
use tonic::Code;
use uuid::Uuid;
use wire::v1;

use crate::town::{Town, fresh, officer, the_unit};

/// The police hand a case to the agency.
async fn sent(town: &Town) -> String {
    let place = "430405".parse().unwrap();
    let id = mint::reverse_id(Uuid::now_v7(), place, mint::beijing_day(town.hub.time.now()));
    let subject = case_subject(id.as_str()).unwrap();
    let sent = Sent {
        id: id.clone(),
        referral: None,
        division: place,
        from: the_unit("UN-PSB-430405"),
        to: the_unit("UN-EDU-430405"),
        number: "珠公移字〔2026〕5号".parse().unwrap(),
        facts: town.hub.keys.seal(&subject, "facts", "违规收费，不构成犯罪").unwrap(),
        papers: Vec::new(),
    };
    town.act::<ReverseRule>(&id, &officer("OF-DUTY"), Command::Send(Box::new(sent))).await.unwrap();
    id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reverse_referral_is_signed_handled_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let (first, second) = (sent(&town).await, sent(&town).await);
    let id = || second.clone();
    let receive = v1::ReceiveReverseReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        reverse_id: id(),
        receipt_number: "收2026-1".to_owned(),
    };
    client.receive_reverse_referral(town.from("OF-ONE", receive)).await.unwrap();
    let handle = v1::HandleReverseReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        reverse_id: id(),
        number: "珠教罚〔2026〕8号".to_owned(),
        outcome: "警告，退还费用".to_owned(),
    };
    client.handle_reverse_referral(town.from("OF-ONE", handle)).await.unwrap();
    let report = v1::ReportReverseReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        reverse_id: id(),
        number: "珠教函〔2026〕9号".to_owned(),
    };
    let reported = client.report_reverse_referral(town.from("OF-ONE", report)).await.unwrap().into_inner();
    let consistency_token = reported.receipt.unwrap().consistency_token;

    let all = v1::ListReverseReferralsRequest { consistency_token, ..Default::default() };
    for by in ["OF-ONE", "OF-DUTY"] {
        let answer = client.list_reverse_referrals(town.from(by, all.clone())).await.unwrap().into_inner();
        let shown: Vec<(&str, &str)> =
            answer.reverse_referrals.iter().map(|one| (one.id.as_str(), one.stage.as_str())).collect();
        assert_eq!(shown, [(second.as_str(), "reported"), (first.as_str(), "sent")], "{by}");
        assert_eq!(answer.reverse_referrals[0].facts.as_ref().unwrap().text, "违规收费，不构成犯罪");
    }
    let narrow = v1::ListReverseReferralsRequest { stages: vec!["sent".to_owned()], ..all.clone() };
    let answer = client.list_reverse_referrals(town.from("OF-ONE", narrow)).await.unwrap().into_inner();
    assert_eq!(answer.reverse_referrals.len(), 1);
    let mut page = v1::ListReverseReferralsRequest { page_size: 1, ..all.clone() };
    let newest = client.list_reverse_referrals(town.from("OF-ONE", page.clone())).await.unwrap().into_inner();
    page.page_token = newest.next_page_token;
    let oldest = client.list_reverse_referrals(town.from("OF-ONE", page)).await.unwrap().into_inner();
    assert_eq!(oldest.reverse_referrals[0].id, first);

    let answer = client.list_reverse_referrals(town.from("OF-CITY", all)).await.unwrap().into_inner();
    assert!(answer.reverse_referrals.is_empty());
    let stranger = v1::ReceiveReverseReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        reverse_id: first,
        receipt_number: "收2026-2".to_owned(),
    };
    let refused = client.receive_reverse_referral(town.from("OF-STRANGER", stranger)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    town.close().await;
}
