//! The words for what can happen to a joint inspection. What somebody typed, a finding or a reason, never enters them.

use domain::clock::ClockEvent;
use domain::inspection::{Event, Planned, Why};

use super::{Blank, Reader, Sentence, Tells, Words, clock};

const PLANNED: Words =
    Words::new("{0}计划于 {1} 检查，邀请 {2} 个单位", "{0} plans a visit on {1}; units invited: {2}");
const REPORTED: Words = Words::new(
    "{0}补录 {1} 的检查，参加 {2} 人，{3} 项未通过",
    "{0} entered a visit of {1}; officers: {2}; lines that did not pass: {3}",
);
const CONFIRMED: Words = Words::new("{0}确认 {1} 参加", "{0} confirmed {1}");
const RECUSED: Words = Words::new("{0} 回避或退出", "{0} stepped back, or was made to");
const TEAM: Words = Words::new("检查组成立，共 {0} 人", "The team was formed; officers: {0}");
const NOTIFIED: Words = Words::new("已通知被检查单位", "The institution was told");
const UNANNOUNCED: Words = Words::new("不事先通知", "The institution is not told");
const SET_OUT: Words = Words::new("检查组出发", "The team set out");
const CHECKED_IN: Words = Words::new("到场签到", "Came");
const CHECKED_OUT: Words = Words::new("离场签退", "Left");
const ANSWERED: Words = Words::new("记录检查项 {0}", "Line {0} was answered");
const OBSTRUCTED: Words = Words::new("检查受阻", "The team was not let in, or not let work");
const RETRIED: Words = Words::new("再次前往", "The team tried again");
const RETRIED_WITH: Words = Words::new("由{0}协助再次前往", "The team tried again with {0}");
const POSTPONED: Words = Words::new("检查延期", "The visit was put off");
const RESUMED: Words = Words::new("改于 {0} 检查", "The visit was planned anew for {0}");
const CANCELLED: Words = Words::new("检查取消", "The visit was called off");
const RECORDED: Words = Words::new("检查记录完成，待签字", "The record is complete");
const SIGNED: Words = Words::new("检查人员签字", "A member signed");
const INSTITUTION_SIGNED: Words = Words::new("被检查单位签字", "The institution signed");
const INSTITUTION_REFUSED: Words =
    Words::new("被检查单位拒绝签字，已注明", "The institution would not sign; it is on the record");
const SUPPLEMENTED: Words =
    Words::new("补充说明，附件 {0} 份", "Something was added to the record; papers: {0}");
const ISSUED: Words = Words::new("检查结果发出，隐患 {0} 项", "The findings were issued; hazards: {0}");
const SERVED: Words = Words::new("整改通知已送达，{0}", "The notice was served, {0}");
const DUE: Words = Words::new("整改期满，应当复查", "The time to rectify is over; another look is due");
const REQUESTED: Words = Words::new("被检查单位申请复查", "The institution asks for another look");
const BEGUN: Words = Words::new("开始复查，{0} 项", "Another look was begun; lines: {0}");
const REINSPECTED: Words = Words::new("复查完成，{0} 项仍未通过", "Looked at again; lines that failed: {0}");
const CLOSED: Words = Words::new("检查办结", "Closed");

impl Tells for Event {
    fn sentence(&self, reader: &Reader<'_>) -> Sentence {
        match self {
            Event::Planned(plan) => {
                PLANNED.with(&[lead(plan, reader), Blank::of(plan.on), Blank::of(plan.invited.len())])
            }
            Event::Reported(report) => REPORTED.with(&[
                lead(&report.plan, reader),
                Blank::of(report.plan.on),
                Blank::of(report.team.len()),
                Blank::of(report.answers.len()),
            ]),
            Event::MemberConfirmed(one) => {
                CONFIRMED.with(&[reader.unit(&one.unit.id), Blank::of(&one.officer)])
            }
            Event::MemberRecused { officer, .. } => RECUSED.one(officer),
            Event::TeamFormed { team } => TEAM.one(team.members().len()),
            Event::Notified {} => NOTIFIED.plain(),
            Event::Unannounced {} => UNANNOUNCED.plain(),
            Event::SetOut {} => SET_OUT.plain(),
            Event::CheckedIn(_) => CHECKED_IN.plain(),
            Event::CheckedOut(_) => CHECKED_OUT.plain(),
            Event::Answered(answer) => ANSWERED.one(&answer.line),
            Event::Obstructed { .. } => OBSTRUCTED.plain(),
            Event::Retried { assistance: None } => RETRIED.plain(),
            Event::Retried { assistance: Some(unit) } => RETRIED_WITH.with(&[reader.unit(unit)]),
            Event::Postponed { .. } => POSTPONED.plain(),
            Event::Resumed { on } => RESUMED.one(on),
            Event::Cancelled { .. } => CANCELLED.plain(),
            Event::Recorded {} => RECORDED.plain(),
            Event::MemberSigned {} => SIGNED.plain(),
            Event::InstitutionSigned { .. } => INSTITUTION_SIGNED.plain(),
            Event::InstitutionRefused { .. } => INSTITUTION_REFUSED.plain(),
            Event::Supplemented { papers, .. } => SUPPLEMENTED.one(papers.len()),
            Event::Issued { hazards } => ISSUED.one(hazards.len()),
            Event::NoticeServed { number } => SERVED.one(number),
            Event::ReinspectionDue { why: Why::Deadline } => DUE.plain(),
            Event::ReinspectionDue { why: Why::Requested } => REQUESTED.plain(),
            Event::ReinspectionBegun { asks } => BEGUN.one(asks.len()),
            Event::Reinspected { failed } => REINSPECTED.one(failed.len()),
            Event::Closed {} => CLOSED.plain(),
            Event::Clock(event) => clock::clock(event, reader),
        }
    }

    fn clock(&self) -> Option<&ClockEvent> {
        if let Event::Clock(event) = self { Some(event) } else { None }
    }
}

fn lead(plan: &Planned, reader: &Reader<'_>) -> Blank {
    reader.unit(&plan.lead.id)
}
