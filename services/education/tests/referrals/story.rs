//! A referral from the clue to the hand-over, and what becomes of it when the hub dies in between.

use domain::clue::{ClueRule, Command as Clue};
use domain::paper::PaperKind;
use domain::referral::{Charge, Drafted};
use hub::mint;
use hub::seal::case_subject;
use tonic::Code;
use uuid::Uuid;
use wire::refusal::Refusal;
use wire::v1;

use crate::town::{Town, fresh, officer, the_unit};

#[tokio::test(flavor = "multi_thread")]
async fn a_clue_becomes_a_referral_that_the_police_file_and_the_clue_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let clue = town.substantiated().await;
    let request = Town::draft_of(&clue);
    let first = client.draft_referral(town.from("OF-ONE", request.clone())).await.unwrap().into_inner();
    let receipt = first.receipt.clone().unwrap();
    assert_eq!((receipt.stream.as_str(), receipt.state.as_str()), (first.referral_id.as_str(), "drafting"));
    assert!(!receipt.repeated);

    // The same request again: the same referral, nothing recorded twice.
    let again = client.draft_referral(town.from("OF-ONE", request)).await.unwrap().into_inner();
    assert_eq!(again.referral_id, first.referral_id);
    assert!(again.receipt.unwrap().repeated);

    let referral = first.referral_id;
    let delivered = town.delivered(&mut client, &referral).await.receipt.unwrap();
    assert_eq!(delivered.state, "delivered");
    town.filed(&mut client, &referral).await;
    let shown = town.seen_by(&mut client, "OF-ONE", &referral).await;
    assert_eq!((shown.stage.as_str(), shown.clue_id.as_str()), ("filed", clue.as_str()));
    assert_eq!(shown.police.unwrap().id, "UN-PSB-430405");
    assert_eq!(shown.procuratorate.unwrap().id, "UN-PROC-430405");
    assert_eq!(shown.facts.unwrap().text, "收取预付学费三十余万元后关门失联");

    let paper = town.paper(&mut client, &referral, PaperKind::HandOver).await;
    let hand_over = v1::HandOverReferralRequest {
        request_id: fresh(),
        occurred_at: None,
        referral_id: referral.clone(),
        number: "珠教移交〔2026〕1号".to_owned(),
        paper: Some(paper),
    };
    let answer = client.hand_over_referral(town.from("OF-ONE", hand_over)).await.unwrap().into_inner();
    assert_eq!(answer.receipt.unwrap().state, "handed-over");

    let ended = town.until(&clue, "clue.referral-ended").await;
    assert!(ended.event.data.as_str().contains("\"filed\":true"));
    assert_eq!(town.kinds(&referral).await.iter().filter(|kind| *kind == "referral.drafted").count(), 1);
    town.close().await;
}

/// A draft that never got its stream, as after a crash between the two appends.
async fn half_done(town: &Town) -> (String, String) {
    let clue = town.substantiated().await;
    let place = "430405".parse().unwrap();
    let id = mint::referral_id(Uuid::now_v7(), place, mint::beijing_day(town.hub.time.now()));
    let subject = case_subject(id.as_str()).unwrap();
    let charge: Charge = "266".parse().unwrap();
    let draft = Drafted {
        id: id.clone(),
        clue: clue.parse().unwrap(),
        division: place,
        number: None,
        from: the_unit("UN-EDU-430405"),
        superior: the_unit("UN-EDU-430400"),
        procuratorate: the_unit("UN-PROC-430405"),
        team: vec![officer("OF-ONE").officer, officer("OF-TWO").officer],
        charges: vec![charge],
        facts: town.hub.keys.seal(&subject, "facts", "half done").unwrap(),
    };
    let open = Clue::OpenReferral { draft: Box::new(draft) };
    town.act::<ClueRule>(&clue, &officer("OF-ONE"), open).await.unwrap();
    (id.to_string(), clue)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_opened_before_a_crash_is_drafted_once_however_often_the_hub_starts() {
    let folder = tempfile::tempdir().unwrap();
    let town = Town::open(folder.path()).await;
    town.settle().await;
    let (referral, _) = half_done(&town).await;
    assert!(town.kinds(&referral).await.is_empty(), "nobody has followed yet");
    town.close().await;

    let mark = folder.path().join("views").join("referral-follow.view.db");
    for start in 0..3 {
        let mut town = Town::open(folder.path()).await;
        let mut client = town.serve().await;
        town.until(&referral, "referral.drafted").await;
        // What follows from a later clue is done after everything before it.
        let (_, later) = half_done(&town).await;
        let clues = town.until(&later, "clue.referral-opened").await;
        let opened: serde_json::Value = clues.event.data.decode().unwrap();
        town.until(opened["draft"]["id"].as_str().unwrap(), "referral.drafted").await;
        assert_eq!(town.kinds(&referral).await, ["referral.drafted"], "start {start}");
        assert_eq!(town.seen_by(&mut client, "OF-TWO", &referral).await.stage, "drafting");
        town.close().await;
        // Without its checkpoint the reaction sees every event again.
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", mark.display()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_names_every_fault_at_once_and_tells_a_stranger_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (town, mut client) = Town::founded(folder.path()).await;
    let clue = town.substantiated().await;
    let bad = v1::DraftReferralRequest {
        request_id: "no uuid".to_owned(),
        occurred_at: None,
        clue_id: clue.clone(),
        number: "无号".to_owned(),
        team: vec!["OF-ONE".to_owned(), "OF-NOBODY".to_owned()],
        charges: vec!["99".to_owned()],
        facts: " ".to_owned(),
    };
    let refused = client.draft_referral(town.from("OF-ONE", bad)).await.unwrap_err();
    let Refusal::Shape(violations) = Refusal::from_status(&refused) else { panic!("not a matter of shape") };
    let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["request_id", "team[1]", "charges[0]", "facts", "number"]);

    let theirs = v1::DraftReferralRequest {
        team: vec!["OF-ONE".to_owned(), "OF-DUTY".to_owned()],
        ..Town::draft_of(&clue)
    };
    let refused = client.draft_referral(town.from("OF-ONE", theirs)).await.unwrap_err();
    let Refusal::Shape(violations) = Refusal::from_status(&refused) else { panic!("not a matter of shape") };
    let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["team[1]"]);

    // There is no procuratorate at county level for 430406: the draft says so before it looks at the clue.
    let refused = client.draft_referral(town.from("OF-STRANGER", Town::draft_of(&clue))).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    // The city's office is above the clue and no party: it may not draft, and is not told more.
    let refused = client.draft_referral(town.from("OF-CITY", Town::draft_of(&clue))).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let refused = client.draft_referral(town.from("OF-DUTY", Town::draft_of(&clue))).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let unknown = mint::clue_id(Uuid::now_v7(), "430405".parse().unwrap(), town.hub.time.now()).to_string();
    let refused = client.draft_referral(town.from("OF-ONE", Town::draft_of(&unknown))).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    town.close().await;
}
