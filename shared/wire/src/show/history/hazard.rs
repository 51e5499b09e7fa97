//! The words for what can happen to a hazard. What somebody typed, a place or a reason, never enters them.

use domain::clock::ClockEvent;
use domain::hazard::{Event, Grade, Notice};

use super::{Blank, Reader, Sentence, Tells, Words, clock};

const FOUND: Words = Words::new("{0}发现{2}，由{1}牵头整改", "{0} found a {2}; {1} is in charge");
const GRADED: Words = Words::new("定级为{0}", "Graded as a {0}");
const FIXED_ON_SPOT: Words = Words::new("当场整改，整改人 {0}", "Fixed on the spot by {0}");
const SPOT_REJECTED: Words = Words::new("当场整改未通过复核", "The fix on the spot was found wanting");
const NOTICED: Words = Words::new("已责令限期整改，{0}", "The institution was told to rectify it, {0}");
const NOTICED_UNTIL: Words =
    Words::new("已责令限期整改，{0}，至 {1}", "The institution was told to rectify it, {0}, by {1}");
const RECTIFYING: Words =
    Words::new("整改“五落实”，{0} 前完成", "The five elements stand; to be done by {0}");
const PROGRESS: Words = Words::new("报告整改进展", "Progress was reported");
const EXTENSION_ASKED: Words = Words::new("申请延期", "An extension was asked for");
const EXTENSION_GRANTED: Words = Words::new("同意延期", "The extension was granted");
const EXTENSION_GRANTED_UNTIL: Words = Words::new("同意延期至 {0}", "The extension was granted until {0}");
const EXTENSION_DENIED: Words = Words::new("不同意延期", "The extension was denied");
const FIX_REPORTED: Words = Words::new("报告整改完成，整改人 {0}", "Reported as fixed by {0}");
const REJECTED: Words = Words::new("复查不合格，退回整改", "The fix was found wanting");
const VERIFIED: Words =
    Words::new("复查合格，已销号，到场 {0} 人", "Verified as gone; officers on site: {0}");
const OVERDUE: Words = Words::new("逾期未整改：{0}", "Overdue: {0}");
const LISTED: Words = Words::new("挂牌督办", "Put under listed supervision");
const PENALTY_PROPOSED: Words = Words::new("逾期提请处罚", "A penalty is proposed");
const PENALTY_OPENED: Words = Words::new("已立案处罚，{0}", "A penalty case was opened, {0}");
const SEAL_PROPOSED: Words = Words::new("提请临时查封集体决定", "Sealing was put to the collective decision");
const SEALED_ORALLY: Words =
    Words::new("经 {0} 口头批准当场查封", "Sealed at once on the oral approval of {0}");
const SEALED: Words = Words::new("{0} 人集体决定临时查封", "Sealed; officers who decided: {0}");
const SEAL_DROPPED: Words = Words::new("集体决定不予查封", "It was decided not to seal");
const SUSPENDED: Words = Words::new("责令停止使用，{0}", "The use was suspended, {0}");
const RESUME_ASKED: Words = Words::new("申请恢复使用", "The institution asks to use it again");
const REVIEW_PASSED: Words = Words::new("恢复使用审查通过", "The review for use again was passed");
const REVIEW_FAILED: Words = Words::new("恢复使用审查未通过", "The review for use again was failed");
const RESUMED: Words = Words::new("批准恢复使用", "Use again was approved");
const TRANSFERRED: Words = Words::new("已移交{0}", "Handed to {0}");
const VOID_PROPOSED: Words = Words::new("提请作废记录", "It was proposed to void the record");
const VOIDED: Words = Words::new("记录已作废", "The record is void");

impl Tells for Event {
    fn sentence(&self, reader: &Reader<'_>) -> Sentence {
        match self {
            Event::Found(draft) => {
                FOUND.with(&[reader.unit(&draft.finder.id), reader.unit(&draft.lead.id), graded(draft.grade)])
            }
            Event::Graded { grade, .. } => GRADED.with(&[graded(*grade)]),
            Event::FixedOnSpot(fix) => FIXED_ON_SPOT.one(&fix.fixer),
            Event::SpotRejected { .. } => SPOT_REJECTED.plain(),
            Event::Noticed(Notice { number, until: None }) => NOTICED.one(number),
            Event::Noticed(Notice { number, until: Some(until) }) => {
                NOTICED_UNTIL.with(&[Blank::of(number), Blank::of(until)])
            }
            Event::Rectifying(five) => RECTIFYING.one(five.until),
            Event::ProgressReported { .. } => PROGRESS.plain(),
            Event::ExtensionAsked { .. } => EXTENSION_ASKED.plain(),
            Event::ExtensionGranted { until: None } => EXTENSION_GRANTED.plain(),
            Event::ExtensionGranted { until: Some(until) } => EXTENSION_GRANTED_UNTIL.one(until),
            Event::ExtensionDenied { .. } => EXTENSION_DENIED.plain(),
            Event::FixReported(fix) => FIX_REPORTED.one(&fix.fixer),
            Event::Rejected { .. } => REJECTED.plain(),
            Event::Verified(visit) => VERIFIED.one(visit.present.len()),
            Event::Overdue { rule } => OVERDUE.with(&[reader.rule(rule)]),
            Event::Listed { .. } => LISTED.plain(),
            Event::PenaltyProposed {} => PENALTY_PROPOSED.plain(),
            Event::PenaltyOpened { case } => PENALTY_OPENED.one(case),
            Event::SealProposed(_) => SEAL_PROPOSED.plain(),
            Event::SealedOrally { approver, .. } => SEALED_ORALLY.one(approver),
            Event::Sealed { deciders, paper } => SEALED.one(deciders.len()).by(paper.number.as_ref()),
            Event::SealDropped { .. } => SEAL_DROPPED.plain(),
            Event::Suspended { number, .. } => SUSPENDED.one(number),
            Event::ResumeAsked {} => RESUME_ASKED.plain(),
            Event::ReviewPassed(_) => REVIEW_PASSED.plain(),
            Event::ReviewFailed { .. } => REVIEW_FAILED.plain(),
            Event::Resumed {} => RESUMED.plain(),
            Event::Transferred { to, .. } => TRANSFERRED.with(&[reader.unit(&to.id)]),
            Event::VoidProposed { .. } => VOID_PROPOSED.plain(),
            Event::Voided {} => VOIDED.plain(),
            Event::Clock(event) => clock::clock(event, reader),
        }
    }

    fn clock(&self) -> Option<&ClockEvent> {
        if let Event::Clock(event) = self { Some(event) } else { None }
    }
}

fn graded(grade: Grade) -> Blank {
    let (zh, en) = match grade {
        Grade::General => ("一般隐患", "general hazard"),
        Grade::Major => ("重大隐患", "major hazard"),
    };
    Blank { zh: zh.to_owned(), en: en.to_owned() }
}
