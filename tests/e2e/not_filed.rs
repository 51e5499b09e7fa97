//! A referral that does not end in a case: refused, reconsidered, supervised and ordered to be filed; declined and fined
//! after all; and a clue that gives none. Never here: the way to the receipt.

use wire::v1;

use crate::acts::{HERE, ask, clue_in, done, read, report, see, token};
use crate::follow::Follower;
use crate::papers::paper;
use crate::referral::{at_the_police, fine, stage_of};
use crate::stage::{NEIGHBOURS, Shared, Stage, law, play};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

#[test]
fn a_refusal_to_file_is_reconsidered_upheld_supervised_and_ordered_to_be_filed() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (_, referral) = at_the_police(stage).await;
        let head = stage.desk("430405.psb.head");
        let handler = stage.desk("430405.edu.handler");
        let notice = paper(&head, &referral, v1::PaperKind::Notice, "不予立案通知书").await;
        let refused_filing = done!(
            head,
            police.refuse_filing,
            RefuseFilingRequest {
                referral_id: &*referral,
                number: "蒸公不立〔2026〕1号",
                reason: "现有材料不足以证明非法占有目的",
                paper: notice,
            }
        );
        assert_eq!(refused_filing.state, "not-filed");
        let asked = done!(
            handler,
            education.request_reconsideration,
            RequestReconsiderationRequest {
                referral_id: &*referral,
                number: "蒸教复〔2026〕1号",
                reason: "流水显示资金已被转移",
            }
        );
        assert_eq!(asked.state, "reconsidering");
        let upheld = done!(
            head,
            police.uphold_refusal,
            UpholdRefusalRequest {
                referral_id: &*referral,
                number: "蒸公复〔2026〕1号",
                reason: "维持原决定",
            }
        );
        assert_eq!(upheld.state, "not-filed-upheld");
        done!(
            handler,
            education.suggest_supervision,
            SuggestSupervisionRequest { referral_id: &*referral, number: "蒸教监〔2026〕1号" }
        );
        let filed = ordered_to_file(stage, &referral).await;
        let shown = stage_of(stage, &referral, &filed.consistency_token).await;
        let numbers: Vec<&str> = shown.documents.iter().map(|document| document.number.as_str()).collect();
        for number in ["蒸公不立〔2026〕1号", "蒸教复〔2026〕1号", "蒸公复〔2026〕1号", "蒸检立〔2026〕1号"]
        {
            assert!(numbers.contains(&number), "{number} is missing in {numbers:?}");
        }
    });
}

/// The procuratorate demands the reasons, hears them and orders filing; the police file.
async fn ordered_to_file(stage: &Stage, referral: &str) -> v1::CommandReceipt {
    let (head, prosecutor) = (stage.desk("430405.psb.head"), stage.desk("430405.proc.prosecutor"));
    let opened = done!(
        prosecutor,
        police.open_supervision,
        OpenSupervisionRequest { referral_id: referral, number: "蒸检监〔2026〕1号" }
    );
    assert_eq!(opened.state, "filing-supervision");
    done!(
        head,
        police.give_reasons,
        GiveReasonsRequest {
            referral_id: referral, number: "蒸公说〔2026〕1号", reason: "证据不足"
        }
    );
    let order = ask!(
        prosecutor,
        police.order_filing,
        OrderFilingRequest { referral_id: referral, number: "蒸检立〔2026〕1号" }
    );
    assert_eq!(order.unwrap().receipt.unwrap().state, "ordered-to-file");
    let decision = paper(&head, referral, v1::PaperKind::Decision, "立案决定书").await;
    let filed = done!(
        head,
        police.file_case,
        FileCaseRequest { referral_id: referral, number: "蒸公立〔2026〕2号", paper: decision }
    );
    assert_eq!(filed.state, "filed");
    filed
}

#[test]
fn what_is_no_police_matter_comes_back_and_may_then_be_fined() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let (clue, referral) = at_the_police(stage).await;
        let duty = stage.desk("430405.psb.duty1");
        let declined = done!(
            duty,
            police.decline_entry,
            DeclineEntryRequest {
                matter: &*referral,
                number: "蒸公非〔2026〕1号",
                reason: "属合同纠纷",
                suggestion: "市场监督管理局",
            }
        );
        assert_eq!(declined.state, "not-police-matter");
        let told = Follower::of(stage, &clue).await.kind("clue.referral-ended").await;
        assert_eq!(told.data["filed"], false);
        let receipt = fine(stage, &clue).await.unwrap().receipt.unwrap();
        let clerk = stage.desk("430405.edu.clerk1");
        assert_eq!(read(&clerk, &clue, &receipt.consistency_token).await.fine_fen, 500_000);
        let queue = see!(
            duty,
            police.list_queue,
            declined.consistency_token,
            ListQueueRequest { include_claimed: true, page_size: 500 }
        );
        assert!(queue.unwrap().entries.iter().all(|entry| entry.matter != referral));
    });
}

#[test]
fn a_clue_that_is_not_verified_gives_no_referral() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let handler = stage.desk("430405.edu.handler");
        let reported = report(&handler, clue_in(stage, HERE)).await;
        let draft = ask!(
            handler,
            education.draft_referral,
            DraftReferralRequest {
                clue_id: &*reported.clue_id,
                team: vec![handler.account.id.clone(), stage.desk("430405.edu.deputy").account.id],
                number: "蒸教移立〔2026〕1号",
                charges: vec!["266".to_owned()],
                facts: "尚未核查。",
            }
        );
        assert_eq!(law(draft), "WRONG_STAGE");
        let listed =
            see!(handler, education.list_referrals, token(&reported), ListReferralsRequest { mine: true });
        assert!(listed.unwrap().referrals.iter().all(|referral| referral.clue_id != reported.clue_id));
    });
}
