//! A command sent twice is done once and answered alike, in every service. Never here: what the commands mean.

use std::collections::BTreeSet;

use wire::v1;
use wire::v1::CommandReceipt;

use crate::acts::{
    BESIDE, HERE, child_hurt_in, clue_in, done, read, report, see, substantiated, token, triage, unit,
};
use crate::papers::paper;
use crate::stage::{SMALL, Shared, id, play, refused};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// Sends the same request twice: `twice!(desk, service.method, request)`.
macro_rules! twice {
    ($desk:expr, $service:ident.$method:ident, $request:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        let request = v1::$request { request_id: id(), $($field: $value.into(),)* ..Default::default() };
        let first = $desk.$service().$method(request.clone()).await.unwrap().into_inner();
        let second = $desk.$service().$method(request).await.unwrap().into_inner();
        same(stringify!($method), first.receipt.as_ref().unwrap(), second.receipt.as_ref().unwrap());
        first
    }};
}

fn same(what: &str, first: &CommandReceipt, second: &CommandReceipt) {
    assert!(!first.repeated && second.repeated, "{what}: {first:?} {second:?}");
    let mut second = CommandReceipt { repeated: false, ..second.clone() };
    if what == "draft_referral" {
        // The call and the reaction to the clue's event both write the draft; the log keeps the time of the faster one.
        second.recorded_at = first.recorded_at;
    }
    assert_eq!(first, &second, "{what}");
}

#[test]
fn a_directory_command_sent_twice_is_done_once() {
    play(&STAGE, SMALL, async |stage| {
        let admin = stage.desk("admin");
        let there = vec![v1::Competence { division: "430482".to_owned(), ..Default::default() }];
        twice!(
            admin,
            directory.register_unit,
            RegisterUnitRequest {
                unit_id: "UN-EDU-430482",
                name: "常宁市教育局",
                agency: v1::Agency::Education,
                level: v1::Level::County,
                division: "430482",
                superior: unit("EDU", "430400"),
                competence: there.clone(),
            }
        );
        twice!(
            admin,
            directory.change_competence,
            ChangeCompetenceRequest { unit_id: "UN-EDU-430482", competence: there }
        );
        twice!(
            admin,
            directory.register_officer,
            RegisterOfficerRequest {
                officer_id: "OF-EDU-430482-1",
                unit_id: "UN-EDU-430482",
                name: "测试人员",
                roles: vec![v1::Role::Handler.into()],
            }
        );
        twice!(
            admin,
            directory.change_roles,
            ChangeRolesRequest { officer_id: "OF-EDU-430482-1", roles: vec![v1::Role::Triage.into()] }
        );
        twice!(admin, directory.disable_officer, DisableOfficerRequest { officer_id: "OF-EDU-430482-1" });
        twice!(admin, directory.enable_officer, EnableOfficerRequest { officer_id: "OF-EDU-430482-1" });
        let reset = v1::ResetPasswordRequest {
            request_id: id(),
            officer_id: "OF-EDU-430482-1".to_owned(),
            ..Default::default()
        };
        let first = admin.directory().reset_password(reset.clone()).await.unwrap().into_inner();
        let second = admin.directory().reset_password(reset).await.unwrap().into_inner();
        same("reset_password", first.receipt.as_ref().unwrap(), second.receipt.as_ref().unwrap());
        assert!(!first.one_time_password.is_empty() && second.one_time_password.is_empty());
        twice!(admin, directory.close_unit, CloseUnitRequest { unit_id: "UN-EDU-430482" });
    });
}

#[test]
fn an_institution_entered_twice_is_there_once() {
    play(&STAGE, SMALL, async |stage| {
        let admin = stage.desk("admin");
        let kept = safeguard::sample::cast::premises(99, "430481", 1).unwrap().premises.remove(0);
        twice!(
            admin,
            directory.register_institution,
            RegisterInstitutionRequest {
                credit_code: kept.credit_code,
                name: kept.name,
                kind: v1::InstitutionKind::Primary,
                division: "430481",
                address: "湖南省衡阳市耒阳市一号",
                lead: v1::Agency::Education,
            }
        );
    });
}

#[test]
fn a_command_on_a_clue_sent_twice_is_done_once_and_answered_alike() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let leader = stage.desk("430405.edu.leader");
        let request = child_hurt_in(stage, HERE);
        let first = report(&clerk, request.clone()).await;
        let again = report(&clerk, request).await;
        assert_eq!(first.clue_id, again.clue_id);
        same("report_clue", first.receipt.as_ref().unwrap(), again.receipt.as_ref().unwrap());
        let clue = &*first.clue_id;
        twice!(clerk, education.record_call, RecordCallRequest { clue_id: clue, call_number: "110-7" });
        twice!(
            clerk,
            education.triage_clue,
            TriageClueRequest {
                clue_id: clue,
                category: v1::Category::MinorAbuse,
                urgency: v1::Urgency::U1,
                minor: v1::Minor::Under14,
            }
        );
        twice!(clerk, education.transfer_clue_to_police, TransferClueToPoliceRequest { clue_id: clue });
        twice!(leader, education.confirm_transfer, ConfirmTransferRequest { clue_id: clue });
        twice!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
        twice!(duty, police.release_entry, ReleaseEntryRequest { matter: clue, reason: "交接班" });
        twice!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
        twice!(duty, police.sign_receipt, SignReceiptRequest { matter: clue, receipt_number: "受字7号" });
        twice!(duty, police.accept_transfer, AcceptTransferRequest { clue_id: clue });
    });
}

#[test]
fn a_command_on_a_clue_with_the_fire_service_sent_twice_is_done_once() {
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let (leader, inspector) = (stage.desk("430405.edu.leader"), stage.desk("430405.fire.inspector"));
        let fire = report(
            &clerk,
            v1::ReportClueRequest { category: v1::Category::FireExit.into(), ..clue_in(stage, HERE) },
        )
        .await;
        let clue = &*fire.clue_id;
        triage(&clerk, &read(&clerk, clue, &token(&fire)).await).await;
        let letter = paper(&leader, clue, v1::PaperKind::Letter, "移送函").await;
        twice!(
            leader,
            education.transfer_clue_to_agency,
            TransferClueToAgencyRequest {
                clue_id: clue,
                to_unit_id: unit("FIRE", HERE),
                papers: vec![letter],
            }
        );
        twice!(inspector, fire.claim_fire_transfer, ClaimFireTransferRequest { clue_id: clue });
        twice!(
            inspector,
            fire.sign_fire_receipt,
            SignFireReceiptRequest { clue_id: clue, receipt_number: "消1" }
        );
        twice!(inspector, fire.accept_fire_transfer, AcceptFireTransferRequest { clue_id: clue });
        twice!(
            inspector,
            fire.give_fire_feedback,
            GiveFireFeedbackRequest {
                clue_id: clue,
                outcome: v1::TransferOutcome::Handled,
                text: "已当场清理。",
            }
        );
    });
}

#[test]
fn a_command_on_a_referral_sent_twice_is_done_once() {
    play(&STAGE, SMALL, async |stage| {
        let handler = stage.desk("430405.edu.handler");
        let clue = substantiated(stage).await;
        let draft = twice!(
            handler,
            education.draft_referral,
            DraftReferralRequest {
                clue_id: &*clue,
                team: vec![handler.account.id.clone(), stage.desk("430405.edu.deputy").account.id],
                number: "蒸教移立〔2026〕1号",
                charges: vec!["266".to_owned()],
                facts: "收取学费后逃匿。",
            }
        );
        let referral = &*draft.referral_id;
        let papers = vec![paper(&handler, referral, v1::PaperKind::Report, "调查报告").await];
        twice!(
            handler,
            education.submit_referral,
            SubmitReferralRequest {
                referral_id: referral, number: "蒸教移报〔2026〕1号", papers: papers
            }
        );
        twice!(
            stage.desk("430405.edu.head"),
            education.refuse_referral,
            RefuseReferralRequest {
                referral_id: referral,
                number: "蒸教移不批〔2026〕1号",
                reason: "证据尚需补强"
            }
        );
        twice!(
            stage.desk("430400.edu.leader"),
            education.order_referral_anew,
            OrderReferralAnewRequest { referral_id: referral, number: "衡教督〔2026〕1号" }
        );
        let same_id = id();
        let sent = async |reason: &str| {
            let request = v1::AbandonReferralRequest {
                request_id: same_id.clone(),
                referral_id: referral.to_owned(),
                number: "蒸教移放〔2026〕1号".to_owned(),
                reason: reason.to_owned(),
                ..Default::default()
            };
            stage.desk("430405.edu.leader").education().abandon_referral(request).await.unwrap().into_inner()
        };
        let (first, second) = (sent("另案处理").await, sent("另案处理").await);
        same("abandon_referral", first.receipt.as_ref().unwrap(), second.receipt.as_ref().unwrap());
    });
}

#[test]
fn a_command_on_a_reverse_referral_sent_twice_is_done_once() {
    play(&STAGE, SMALL, async |stage| {
        let handler = stage.desk("430405.edu.handler");
        let reverse = twice!(
            stage.desk("430405.psb.duty1"),
            police.send_reverse_referral,
            SendReverseReferralRequest {
                to_unit_id: unit("EDU", HERE),
                division: HERE,
                number: "蒸公移〔2026〕1号",
                facts: "不构成犯罪，属行政违法。",
            }
        );
        twice!(
            handler,
            education.receive_reverse_referral,
            ReceiveReverseReferralRequest { reverse_id: &*reverse.reverse_id, receipt_number: "教收1" }
        );
    });
}

#[test]
fn a_step_that_takes_the_matter_out_of_ones_hands_is_answered_alike_when_sent_twice() {
    play(&STAGE, SMALL, async |stage| {
        let (clerk, duty) = (stage.desk("430405.edu.clerk1"), stage.desk("430405.psb.duty1"));
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        let clue = &*reported.clue_id;
        done!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
        twice!(
            duty,
            police.forward_entry,
            ForwardEntryRequest {
                matter: clue, to_unit_id: unit("PSB", BESIDE), reason: "案发地在相邻县"
            }
        );
        let urgent = v1::ReportClueRequest { urgency: v1::Urgency::U2.into(), ..clue_in(stage, HERE) };
        let reported = report(&clerk, urgent).await;
        let clue = &*reported.clue_id;
        triage(&clerk, &read(&clerk, clue, &token(&reported)).await).await;
        done!(clerk, education.transfer_clue_to_police, TransferClueToPoliceRequest { clue_id: clue });
        done!(duty, police.claim_entry, ClaimEntryRequest { matter: clue });
        twice!(
            duty,
            police.decline_entry,
            DeclineEntryRequest {
                matter: clue, reason: "属民事纠纷", suggestion: "市场监督管理局"
            }
        );
        let gone = see!(duty, police.get_queue_entry, "", GetQueueEntryRequest { matter: clue });
        assert_eq!(refused(gone), wire::Refusal::Permission, "the answer is given again, the matter is not");
    });
}

#[test]
fn the_same_report_sent_by_many_at_once_is_one_clue() {
    play(&STAGE, SMALL, async |stage| {
        let clerk = stage.desk("430405.edu.clerk1");
        let request = clue_in(stage, HERE);
        let sent = (0..16).map(|_| report(&clerk, request.clone()));
        let answers = futures::future::join_all(sent).await;
        let ids: BTreeSet<&str> = answers.iter().map(|answer| answer.clue_id.as_str()).collect();
        assert_eq!(ids.len(), 1);
        let shown = see!(
            clerk,
            education.get_clue,
            token(&answers[0]),
            GetClueRequest { clue_id: &*answers[0].clue_id }
        );
        let reports =
            shown.unwrap().history.into_iter().filter(|entry| entry.kind == "clue.reported").count();
        assert_eq!(reports, 1);
    });
}
