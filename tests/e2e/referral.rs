//! A suspected crime is referred under Order 310: drafted by a team, approved by a head who is not of it, delivered with
//! its papers to the police of the same level, receipted, filed, handed over, and the clue told. Never here: refusals.

use wire::v1;

use crate::acts::{BESIDE, HERE, ask, clue_in, done, read, report, see, substantiated, unit};
use crate::follow::Follower;
use crate::papers::{download, paper, upload};
use crate::stage::{NEIGHBOURS, Shared, Stage, law, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// A draft from a substantiated clue: clue and referral.
async fn drafted(stage: &Stage) -> (String, String) {
    let clue = substantiated(stage).await;
    let handler = stage.desk("430405.edu.handler");
    let draft = ask!(
        handler,
        education.draft_referral,
        DraftReferralRequest {
            clue_id: &*clue,
            team: vec![handler.account.id.clone(), stage.desk("430405.edu.deputy").account.id],
            number: "蒸教移立〔2026〕1号",
            charges: vec!["266".to_owned()],
            facts: "当事人以非法占有为目的收取学费后逃匿。",
        }
    )
    .unwrap();
    assert_eq!(draft.receipt.unwrap().state, "drafting");
    (clue, draft.referral_id)
}

/// Submitted with its report and approved by the head; the deputy who is of the team, and the leader, may not.
async fn approved(stage: &Stage, referral: &str) {
    let handler = stage.desk("430405.edu.handler");
    let papers = vec![paper(&handler, referral, v1::PaperKind::Report, "调查报告").await];
    done!(
        handler,
        education.submit_referral,
        SubmitReferralRequest { referral_id: referral, number: "蒸教移报〔2026〕1号", papers: papers }
    );
    for (who, reason) in [("430405.edu.deputy", "APPROVER_IN_TEAM"), ("430405.edu.leader", "NOT_HEAD")] {
        assert_eq!(
            law(ask!(
                stage.desk(who),
                education.approve_referral,
                ApproveReferralRequest { referral_id: referral, number: "蒸教移批〔2026〕1号" }
            )),
            reason
        );
    }
    let receipt = done!(
        stage.desk("430405.edu.head"),
        education.approve_referral,
        ApproveReferralRequest { referral_id: referral, number: "蒸教移批〔2026〕1号" }
    );
    assert_eq!(receipt.state, "approved");
}

/// Delivered with letter, report, list of items and one large appraisal, to the police of the same level only.
async fn delivered(stage: &Stage, referral: &str) -> v1::PaperRef {
    let handler = stage.desk("430405.edu.handler");
    let mut papers = Vec::new();
    for (kind, words) in [
        (v1::PaperKind::Letter, "涉嫌犯罪案件移送书"),
        (v1::PaperKind::Report, "调查报告"),
        (v1::PaperKind::Items, "涉案物品清单"),
    ] {
        papers.push(paper(&handler, referral, kind, words).await);
    }
    let large = upload(&handler, referral, v1::PaperKind::Appraisal, &large_paper()).await;
    papers.push(large.clone());
    let number = "蒸教移〔2026〕1号";
    let deliver = async |to: &str, papers: &[v1::PaperRef]| {
        ask!(
            handler,
            education.deliver_referral,
            DeliverReferralRequest { referral_id: referral, to_unit_id: to, number: number, papers: papers }
        )
    };
    assert_eq!(law(deliver(&unit("PSB", "430400"), &papers).await), "WRONG_POLICE");
    assert_eq!(law(deliver(&unit("PSB", BESIDE), &papers).await), "WRONG_POLICE");
    assert_eq!(law(deliver("", &papers[1..]).await), "MISSING_PAPERS");
    let receipt = deliver("", &papers).await.unwrap().receipt.unwrap();
    assert_eq!(receipt.state, "delivered");
    let queue = see!(
        stage.desk("430405.psb.duty1"),
        police.list_queue,
        receipt.consistency_token,
        ListQueueRequest { kind: v1::MatterKind::Referral }
    );
    let entry = queue.unwrap().entries.into_iter().find(|entry| entry.matter == referral).unwrap();
    assert_eq!((entry.urgency(), entry.stage.as_str()), (v1::Urgency::U2, "offered"));
    assert_eq!(entry.from.unwrap().id, unit("EDU", HERE));
    assert_eq!(entry.clock.unwrap().rule, "referral-receipt");
    large
}

fn large_paper() -> Vec<u8> {
    (0..700_000_u32).map(|place| u8::try_from(place % 251).unwrap()).collect()
}

/// Claimed and receipted by a duty officer.
async fn receipted(stage: &Stage, referral: &str) {
    let duty = stage.desk("430405.psb.duty1");
    let receipt = paper(&duty, referral, v1::PaperKind::Receipt, "回执").await;
    let sign = v1::SignReceiptRequest {
        matter: referral.to_owned(),
        receipt_number: format!("回{}", &referral[referral.len() - 8..]),
        paper: Some(receipt),
        ..Default::default()
    };
    let signed = async || {
        let sign = v1::SignReceiptRequest { request_id: crate::stage::id(), ..sign.clone() };
        duty.police().sign_receipt(sign).await
    };
    assert_eq!(law(signed().await), "NOT_CLAIMED_BY_YOU");
    done!(duty, police.claim_entry, ClaimEntryRequest { matter: referral });
    assert_eq!(signed().await.unwrap().into_inner().receipt.unwrap().state, "receipted");
    assert_eq!(law(signed().await), "RECEIPT_IMMUTABLE");
}

/// Up to the receipt, without the refusals that are told once.
pub async fn at_the_police(stage: &Stage) -> (String, String) {
    let (clue, referral) = drafted(stage).await;
    approved(stage, &referral).await;
    delivered(stage, &referral).await;
    receipted(stage, &referral).await;
    (clue, referral)
}

/// The referral as its agency sees it.
pub async fn stage_of(stage: &Stage, referral: &str, token: &str) -> v1::Referral {
    let handler = stage.desk("430405.edu.handler");
    see!(handler, education.get_referral, token, GetReferralRequest { referral_id: referral })
        .unwrap()
        .referral
        .unwrap()
}

/// Whether a fine is possible on the clue.
pub async fn fine(stage: &Stage, clue: &str) -> Result<v1::DecideFineResponse, tonic::Status> {
    ask!(
        stage.desk("430405.edu.handler"),
        education.decide_fine,
        DecideFineRequest { clue_id: clue, number: "蒸教罚〔2026〕1号", fen: 500_000_u64 }
    )
}

#[test]
fn a_referral_is_filed_handed_over_and_concluded_and_the_clue_is_told() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clue, referral) = drafted(stage).await;
        assert_eq!(law(fine(stage, &clue).await), "FINE_INSTEAD_OF_REFERRAL");
        approved(stage, &referral).await;
        let large = delivered(stage, &referral).await;
        receipted(stage, &referral).await;
        papers_are_read_by_those_who_may(stage, &referral, &large.hash).await;
        supplemented(stage, &referral).await;
        let psb_head = stage.desk("430405.psb.head");
        let decision = paper(&psb_head, &referral, v1::PaperKind::Decision, "立案决定书").await;
        let filing = async |who: &str| {
            ask!(
                stage.desk(who),
                police.file_case,
                FileCaseRequest {
                    referral_id: &*referral,
                    number: "蒸公立〔2026〕1号",
                    paper: decision.clone(),
                }
            )
        };
        assert_eq!(law(filing("430405.psb.duty1").await), "NOT_HEAD");
        assert_eq!(filing("430405.psb.head").await.unwrap().receipt.unwrap().state, "filed");
        assert_eq!(law(fine(stage, &clue).await), "FINE_INSTEAD_OF_REFERRAL");
        handed_over(stage, &referral).await;
        let told = Follower::of(stage, &clue).await.kind("clue.referral-ended").await;
        assert_eq!(told.data["filed"], true);
        let clerk = stage.desk("430405.edu.clerk1");
        assert_eq!(read(&clerk, &clue, &told.token).await.referral_id, referral);
        let closed = done!(
            clerk,
            education.inform_reporter,
            InformReporterRequest {
                clue_id: &*clue,
                outcome: v1::inform_reporter_request::Outcome::NoContact("匿名举报".to_owned()),
            }
        );
        assert_eq!(closed.state, "closed");
        let concluded = done!(
            psb_head,
            police.conclude_case,
            ConcludeCaseRequest {
                referral_id: &*referral,
                number: "蒸公结〔2026〕1号",
                outcome: "移送审查起诉",
            }
        );
        let shown = stage_of(stage, &referral, &concluded.consistency_token).await;
        assert_eq!((shown.stage.as_str(), shown.outcome.as_str()), ("concluded", "移送审查起诉"));
        assert!(shown.clocks.iter().all(|clock| clock.status() == v1::ClockStatus::Stopped && clock.on_time));
    });
}

/// Items and the rest of the file go to the police against the signed list.
async fn handed_over(stage: &Stage, referral: &str) {
    let handler = stage.desk("430405.edu.handler");
    let list = paper(&handler, referral, v1::PaperKind::HandOver, "移交清单").await;
    let over = done!(
        handler,
        education.hand_over_referral,
        HandOverReferralRequest { referral_id: referral, number: "蒸教移交〔2026〕1号", paper: list }
    );
    assert_eq!(over.state, "handed-over");
}

/// What was uploaded comes back byte for byte, and to nobody else.
async fn papers_are_read_by_those_who_may(stage: &Stage, referral: &str, hash: &str) {
    for who in ["430405.psb.duty1", "430405.psb.head", "430405.edu.clerk2"] {
        let (paper, bytes) = download(&stage.desk(who), referral, hash).await.unwrap();
        assert_eq!((paper.kind(), paper.size), (v1::PaperKind::Appraisal, 700_000));
        assert!(bytes == large_paper(), "{who} reads other bytes than were uploaded");
    }
    for who in ["430412.psb.duty1", "430412.edu.clerk1", "430405.fire.inspector", "hub.auditor", "admin"] {
        assert_eq!(
            refused(download(&stage.desk(who), referral, hash).await),
            wire::Refusal::Permission,
            "{who}"
        );
    }
    let elsewhere = report(&stage.desk("430405.edu.clerk1"), clue_in(stage, HERE)).await;
    let other = download(&stage.desk("430405.edu.clerk1"), &elsewhere.clue_id, hash).await;
    assert_eq!(refused(other), wire::Refusal::Permission, "the matter does not name this paper");
}

/// The police ask for more; it comes; the clock to decide kept running.
async fn supplemented(stage: &Stage, referral: &str) {
    let (duty, handler) = (stage.desk("430405.psb.duty1"), stage.desk("430405.edu.handler"));
    let missing = v1::MissingPaper { kind: v1::PaperKind::Evidence.into(), note: "收费流水".to_owned() };
    let asked = done!(
        duty,
        police.request_supplement,
        RequestSupplementRequest {
            referral_id: referral,
            number: "蒸公补〔2026〕1号",
            missing: vec![missing],
        }
    );
    assert_eq!(asked.state, "supplement-requested");
    let shown = stage_of(stage, referral, &asked.consistency_token).await;
    assert_eq!(shown.missing.len(), 1);
    let running = |shown: &v1::Referral, rule: &str| {
        shown.clocks.iter().any(|clock| clock.rule == rule && clock.status() == v1::ClockStatus::Running)
    };
    assert!(running(&shown, "referral-filing-decision") && running(&shown, "referral-supplement"));
    let papers = vec![paper(&handler, referral, v1::PaperKind::Evidence, "银行流水").await];
    let given = done!(
        handler,
        education.supplement_referral,
        SupplementReferralRequest {
            referral_id: referral, number: "蒸教移补〔2026〕1号", papers: papers
        }
    );
    assert_eq!(given.state, "receipted");
    let shown = stage_of(stage, referral, &given.consistency_token).await;
    assert!(running(&shown, "referral-filing-decision") && shown.missing.is_empty());
}
