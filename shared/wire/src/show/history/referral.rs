//! The words for what can happen to a referral.

use domain::clock::ClockEvent;
use domain::referral::WithdrawalReason;
use domain::referral::event::{Charge, Event};

use super::{Blank, Reader, Sentence, Tells, Words, clock};

const DRAFTED: Words = Words::new(
    "{0}起草案件移送，涉嫌刑法第{1}条",
    "{0} drafted the referral; suspected: Criminal Law article {1}",
);
const ABANDONED: Words = Words::new("已放弃移送", "The draft was given up");
const SUBMITTED: Words =
    Words::new("已报请负责人审批，材料 {0} 份", "The report went to the head; papers: {0}");
const HEAD_APPROVED: Words = Words::new("负责人批准移送，{0}", "The head approved, {0}");
const APPROVED_PRESIDING: Words = Words::new(
    "主持工作的负责人批准移送，{0}（授权 {1}）",
    "The person presiding approved, {0}; delegated by {1}",
);
const REFUSED_PRESIDING: Words =
    Words::new("主持工作的负责人不批准移送（授权 {0}）", "The person presiding refused; delegated by {0}");
const HEAD_REFUSED: Words = Words::new("负责人不批准移送", "The head refused");
const ORDERED_ANEW: Words = Words::new("依 {0} 重新办理移送", "To be drafted anew by order {0}");
const DESIGNATED: Words = Words::new("指定{0}管辖，{1}", "{0} was designated, {1}");
const DELIVERED: Words = Words::new("已移送{0}，{1}，抄送{2}", "Delivered to {0}, {1}; copy to {2}");
const RECEIPTED: Words = Words::new("{0}已签收，回执 {1}", "{0} signed receipt {1}");
const FELL_BACK: Words =
    Words::new("逾期无人签收，同时由{0}兜底承接", "Nobody signed in time; it lies with {0} as well");
const SUPPLEMENT_REQUESTED: Words =
    Words::new("公安机关要求补正材料 {1} 项，{0}", "The police asked for more material, {0}; items: {1}");
const SUPPLEMENTED: Words = Words::new("已补正材料 {0} 份", "The material was handed in; papers: {0}");
const FORWARDED: Words = Words::new("公安机关转送{0}，{1}", "The police passed it on to {0}, {1}");
const NOT_POLICE: Words =
    Words::new("不属于公安机关管辖，{0}", "Not a police matter, {0}; another authority was suggested");
const FILED: Words = Words::new("公安机关已立案，{0}", "A criminal case was filed, {0}");
const NOT_FILED: Words = Words::new("公安机关不予立案，{0}", "No criminal case was filed, {0}");
const RECONSIDERATION: Words = Words::new("已提请复议，{0}", "Reconsideration was asked for, {0}");
const UPHELD: Words = Words::new("复议维持不予立案，{0}", "The decision not to file was upheld, {0}");
const SUGGESTED: Words = Words::new("已建议检察机关立案监督，{0}", "Filing supervision was suggested, {0}");
const SUPERVISION: Words =
    Words::new("检察机关要求说明不立案理由，{0}", "The procuratorate demanded reasons, {0}");
const REASONS_GIVEN: Words =
    Words::new("公安机关已说明不立案理由，{0}", "The police gave their reasons, {0}");
const REASONS_ACCEPTED: Words =
    Words::new("检察机关认为不立案理由成立，{0}", "The procuratorate accepted the reasons, {0}");
const FILING_ORDERED: Words = Words::new("检察机关通知立案，{0}", "The procuratorate ordered filing, {0}");
const HANDED_OVER: Words = Words::new("涉案物品和材料已移交", "Items and material were handed over");
const RETURNED: Words = Words::new("案件退回，作行政处理", "Returned for administrative handling");
const WITHDRAWN: Words = Words::new("公安机关撤销案件，{0}：{1}", "The police withdrew the case, {0}: {1}");
const NOTIFIED: Words = Words::new("已将撤案告知移送机关，{0}", "The agency was told of the withdrawal, {0}");
const CONCLUDED: Words = Words::new("办理结果已通报，{0}", "The outcome was reported, {0}");
const FEEDBACK: Words = Words::new("公安机关反馈办理进展", "The police told how it stands");

impl Tells for Event {
    fn sentence(&self, reader: &Reader<'_>) -> Sentence {
        match self {
            Event::Drafted(draft) => DRAFTED.with(&[reader.unit(&draft.from.id), articles(&draft.charges)]),
            Event::Abandoned { number, .. } => ABANDONED.plain().by(number.as_ref()),
            Event::Submitted { number, papers } => SUBMITTED.one(papers.len()).by(number.as_ref()),
            Event::HeadApproved { number, presiding: None, .. } => HEAD_APPROVED.one(number),
            Event::HeadApproved { number, presiding: Some(delegation), .. } => {
                APPROVED_PRESIDING.with(&[Blank::of(number), Blank::of(delegation)])
            }
            Event::HeadRefused { number, presiding: None, .. } => HEAD_REFUSED.plain().by(number.as_ref()),
            Event::HeadRefused { number, presiding: Some(delegation), .. } => {
                REFUSED_PRESIDING.one(delegation).by(number.as_ref())
            }
            Event::OrderedAnew { number } => ORDERED_ANEW.one(number),
            Event::Designated { to, number } => DESIGNATED.with(&[reader.unit(&to.id), Blank::of(number)]),
            Event::Delivered { to, number, copy_to, .. } => {
                DELIVERED.with(&[reader.unit(&to.id), Blank::of(number), reader.unit(copy_to)])
            }
            Event::Receipted { number, unit, .. } => RECEIPTED.with(&[reader.unit(unit), Blank::of(number)]),
            Event::FellBack { to } => FELL_BACK.with(&[reader.unit(&to.id)]),
            Event::SupplementRequested { number, missing } => {
                SUPPLEMENT_REQUESTED.with(&[Blank::of(number), Blank::of(missing.len())])
            }
            Event::Supplemented { number, papers } => SUPPLEMENTED.one(papers.len()).by(number.as_ref()),
            Event::Forwarded { to, number, .. } => FORWARDED.with(&[reader.unit(&to.id), Blank::of(number)]),
            Event::NotPoliceMatter { number, .. } => NOT_POLICE.one(number),
            Event::Filed { number, .. } => FILED.one(number),
            Event::NotFiled { number, .. } => NOT_FILED.one(number),
            Event::ReconsiderationRequested { number, .. } => RECONSIDERATION.one(number),
            Event::ReconsiderationUpheld { number, .. } => UPHELD.one(number),
            Event::SupervisionSuggested { number } => SUGGESTED.one(number),
            Event::SupervisionOpened { number } => SUPERVISION.one(number),
            Event::ReasonsGiven { number, .. } => REASONS_GIVEN.one(number),
            Event::ReasonsAccepted { number } => REASONS_ACCEPTED.one(number),
            Event::FilingOrdered { number } => FILING_ORDERED.one(number),
            Event::HandedOver { number, .. } => HANDED_OVER.plain().by(number.as_ref()),
            Event::ReturnedForAdmin { number } => RETURNED.plain().by(number.as_ref()),
            Event::Withdrawn { number, reason } => WITHDRAWN.with(&[Blank::of(number), withdrawal(*reason)]),
            Event::WithdrawalNotified { number } => NOTIFIED.one(number),
            Event::Concluded { number, .. } => CONCLUDED.one(number),
            Event::FeedbackGiven { .. } => FEEDBACK.plain(),
            Event::Claim(event) => clock::claim(event, reader),
            Event::Clock(event) => clock::clock(event, reader),
        }
    }

    fn clock(&self) -> Option<&ClockEvent> {
        if let Event::Clock(event) = self { Some(event) } else { None }
    }
}

fn articles(charges: &[Charge]) -> Blank {
    let all: Vec<String> = charges.iter().map(ToString::to_string).collect();
    Blank { zh: all.join("、"), en: all.join(", ") }
}

fn withdrawal(reason: WithdrawalReason) -> Blank {
    let (zh, en) = match reason {
        WithdrawalReason::NoCriminalFacts => ("没有犯罪事实", "no criminal facts"),
        WithdrawalReason::ClearlyMinor => ("情节显著轻微，不认为是犯罪", "clearly minor, not a crime"),
        WithdrawalReason::TimeBarred => ("已过追诉时效", "time-barred"),
        WithdrawalReason::Amnesty => ("经特赦免除刑罚", "amnesty"),
        WithdrawalReason::SuspectDied => ("犯罪嫌疑人死亡", "the suspect died"),
        WithdrawalReason::NoLiability => ("其他不追究刑事责任", "otherwise no criminal liability"),
    };
    Blank { zh: zh.to_owned(), en: en.to_owned() }
}
