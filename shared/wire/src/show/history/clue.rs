//! The words for what can happen to a clue.

use domain::clock::ClockEvent;
use domain::clue::event::{Conclusion, Event, TransferOutcome};

use super::{Blank, Reader, Sentence, Tells, Words, clock};

const REPORTED: Words = Words::new("线索已登记，由{0}分流", "The clue was written down; {0} sorts it");
const OBLIGATION_OPENED: Words =
    Words::new("强制报告义务成立，须由{0}签收", "The duty to report to the police began; {0} must sign");
const CALL_RECORDED: Words = Words::new("已登记报警记录 {0}", "The call to the police was noted: {0}");
const OBLIGATION_MET: Words = Words::new(
    "公安机关已签收，回执 {0}，强制报告义务已履行",
    "The police signed receipt {0}: the duty to report is met",
);
const ABSORBED: Words =
    Words::new("线索 {0} 并入本线索，紧急程度 {1}", "Clue {0} was merged into this one; urgency {1}");
const MERGE_PROPOSED: Words = Words::new(
    "拟并入线索 {0}，待第二名人员同意",
    "Merging into clue {0} was proposed and waits for a second officer",
);
const MERGED: Words = Words::new("已并入线索 {0}", "Merged into clue {0}");
const MERGE_UNDONE: Words = Words::new(
    "线索相互并入，撤销并入线索 {0}，重新等待分流",
    "Clues were merged in a circle: the merge into {0} was undone; it waits for triage again",
);
const TRIAGED: Words = Words::new("已分流，紧急程度 {0}", "Sorted; urgency {0}");
const ASSIGNED: Words = Words::new("已交{0}办理", "Assigned to {0}");
const RETURNED: Words = Words::new("承办单位退回线索", "The unit gave the clue back");
const RETURNED_TWICE: Words =
    Words::new("线索再次退回，由{0}指定管辖", "Given back a second time; {0} designates a unit");
const VERIFICATION_STARTED: Words =
    Words::new("开始核查，核查人员 {0} 名", "Verification started; officers: {0}");
const VERIFICATION_EXTENDED: Words = Words::new("核查期限已延长", "The period of verification was extended");
const SUBSTANTIATED: Words = Words::new("核查结论：查实", "Verified: substantiated");
const UNSUBSTANTIATED: Words = Words::new("核查结论：查否", "Verified: unsubstantiated");
const UNVERIFIABLE: Words = Words::new("核查结论：无法查证", "It cannot be verified");
const POLICE_REQUESTED: Words = Words::new("拟转交{0}，待负责人确认", "A transfer to {0} waits for a leader");
const TRANSFERRED: Words = Words::new("已转交{0}", "Transferred to {0}");
const TRANSFERRED_FIRST: Words =
    Words::new("紧急转交{0}，待负责人补充确认", "Transferred to {0} at once; a leader has still to confirm");
const CONFIRMED: Words = Words::new("负责人已确认转交", "A leader confirmed the transfer");
const RECEIPTED: Words = Words::new("{0}已签收，回执 {1}", "{0} signed receipt {1}");
const ACCEPTED: Words = Words::new("接收单位已受理", "The receiving unit accepted it");
const FORWARDED: Words = Words::new("接收单位已转送{0}", "The receiving unit passed it on to {0}");
const DECLINED: Words = Words::new(
    "接收单位不予受理，另提出建议受理机关",
    "The receiving unit declined and suggested another authority",
);
const FILED_CRIMINAL: Words = Words::new("反馈：已刑事立案", "Feedback: a criminal case was opened");
const FILED_ADMINISTRATIVE: Words =
    Words::new("反馈：已行政受案", "Feedback: a public-order case was opened");
const NOT_PURSUED: Words = Words::new("反馈：不予处理", "Feedback: nothing to pursue");
const HANDLED: Words = Words::new("反馈：已作其他处理", "Feedback: handled otherwise");
const ADMIN_CASE: Words = Words::new("行政案件已立案，{0}", "Administrative case {0} was opened");
const FINE: Words = Words::new("已作出罚款决定 {0}，金额 {1} 元", "Fine decided by {0}: {1} yuan");
const REFERRAL_OPENED: Words = Words::new("已启动案件移送 {0}", "Referral {0} was opened");
const REFERRAL_FILED: Words =
    Words::new("案件移送 {0} 已终结，公安机关已立案", "Referral {0} ended; a criminal case came of it");
const REFERRAL_NOT_FILED: Words =
    Words::new("案件移送 {0} 已终结，未刑事立案", "Referral {0} ended without a criminal case");
const REFERRAL_RESUMED: Words =
    Words::new("案件移送 {0} 依上级指令重新办理", "Referral {0} was ordered anew and runs again");
const INFORMED: Words =
    Words::new("已向举报人反馈结果，线索办结", "The reporter was told the outcome; closed");
const NO_CONTACT: Words = Words::new("无法向举报人反馈，线索办结", "The reporter cannot be told; closed");
const REOPENED: Words = Words::new("线索重新启动", "Reopened");
const REOPENED_BY_ORDER: Words = Words::new("依 {0} 重新启动线索", "Reopened by order {0}");
const FELL_BACK: Words = Words::new("逾期无人承接，由{0}兜底承接", "Nobody took it in time; {0} owns it now");

impl Tells for Event {
    fn sentence(&self, reader: &Reader<'_>) -> Sentence {
        match self {
            Event::Reported(reported) => REPORTED.with(&[reader.unit(&reported.owner.id)]),
            Event::ObligationOpened { police } => OBLIGATION_OPENED.with(&[reader.unit(&police.id)]),
            Event::CallRecorded { call } => CALL_RECORDED.one(call),
            Event::ObligationMet { receipt } => OBLIGATION_MET.one(receipt),
            Event::Absorbed { from, urgency } => ABSORBED.with(&[Blank::of(from), Blank::of(urgency.code())]),
            Event::MergeProposed { into } => MERGE_PROPOSED.one(into),
            Event::Merged { into, .. } => MERGED.one(into),
            Event::MergeUndone { into } => MERGE_UNDONE.one(into),
            Event::Triaged { urgency, .. } => TRIAGED.one(urgency.code()),
            Event::Assigned { to } => ASSIGNED.with(&[reader.unit(&to.id)]),
            Event::Returned { designator: None, .. } => RETURNED.plain(),
            Event::Returned { designator: Some(unit), .. } => RETURNED_TWICE.with(&[reader.unit(&unit.id)]),
            Event::VerificationStarted { team } => VERIFICATION_STARTED.one(team.len()),
            Event::VerificationExtended { .. } => VERIFICATION_EXTENDED.plain(),
            Event::Concluded { result, .. } => concluded(*result).plain(),
            Event::PoliceTransferRequested { to, .. } => POLICE_REQUESTED.with(&[reader.unit(&to.id)]),
            Event::PoliceTransferred { to, confirmed: false, .. } => {
                TRANSFERRED_FIRST.with(&[reader.unit(&to.id)])
            }
            Event::PoliceTransferred { to, .. } | Event::TransferredOther { to, .. } => {
                TRANSFERRED.with(&[reader.unit(&to.id)])
            }
            Event::TransferConfirmed {} => CONFIRMED.plain(),
            Event::TransferReceipted { number, unit } => {
                RECEIPTED.with(&[reader.unit(unit), Blank::of(number)])
            }
            Event::TransferAccepted {} => ACCEPTED.plain(),
            Event::TransferForwarded { to, .. } => FORWARDED.with(&[reader.unit(&to.id)]),
            Event::TransferDeclined { .. } => DECLINED.plain(),
            Event::FeedbackReceived { outcome, .. } => answered(*outcome).plain(),
            Event::AdminCaseOpened { number } => ADMIN_CASE.one(number),
            Event::FineDecided { number, fen } => FINE.with(&[Blank::of(number), Blank::of(yuan(fen))]),
            Event::ReferralOpened { draft } => REFERRAL_OPENED.one(&draft.id),
            Event::ReferralEnded { referral, filed: true } => REFERRAL_FILED.one(referral),
            Event::ReferralEnded { referral, filed: false } => REFERRAL_NOT_FILED.one(referral),
            Event::ReferralResumed { referral } => REFERRAL_RESUMED.one(referral),
            Event::ReporterInformed { text: Some(_), .. } => INFORMED.plain(),
            Event::ReporterInformed { text: None, .. } => NO_CONTACT.plain(),
            Event::Reopened { order: Some(order), .. } => REOPENED_BY_ORDER.one(order),
            Event::Reopened { order: None, .. } => REOPENED.plain(),
            Event::FellBack { to } => FELL_BACK.with(&[reader.unit(&to.id)]),
            Event::Claim(event) => clock::claim(event, reader),
            Event::Clock(event) => clock::clock(event, reader),
        }
    }

    fn clock(&self) -> Option<&ClockEvent> {
        if let Event::Clock(event) = self { Some(event) } else { None }
    }
}

const fn concluded(result: Conclusion) -> Words {
    match result {
        Conclusion::Substantiated => SUBSTANTIATED,
        Conclusion::Unsubstantiated => UNSUBSTANTIATED,
        Conclusion::Unverifiable => UNVERIFIABLE,
    }
}

const fn answered(outcome: TransferOutcome) -> Words {
    match outcome {
        TransferOutcome::FiledCriminal => FILED_CRIMINAL,
        TransferOutcome::FiledAdministrative => FILED_ADMINISTRATIVE,
        TransferOutcome::NotPursued => NOT_PURSUED,
        TransferOutcome::Handled => HANDLED,
    }
}

/// Fen as yuan, `12.05`; what is no number stays as stored.
fn yuan(fen: &str) -> String {
    fen.parse::<u64>().map_or_else(|_| fen.to_owned(), |fen| format!("{}.{:02}", fen / 100, fen % 100))
}
