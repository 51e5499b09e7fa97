//! A visit carried out and recorded outside the hub, on paper or in another system, and entered whole by the leading unit.
//! It must be what the law asks of any visit. The leading unit answers for its own members; each invited unit signs for its
//! own, by one of those who went, and until all have there are no findings. Then it goes the way of any visit.
//! Never here: a rule that holds for such visits no more.

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Stamp, Unit};
use crate::checklist::LineId;
use crate::document_number::DocumentNumber;
use crate::inspection::answer::Answer;
use crate::inspection::event::Event;
use crate::inspection::following::hazards;
use crate::inspection::plan::Planned;
use crate::inspection::preparing::member_of;
use crate::inspection::rejection::Rejection;
use crate::inspection::stage::Stage;
use crate::inspection::state::{Given, Origin, Visit};
use crate::inspection::team::{Member, Team};
use crate::period::BEIJING;
use crate::text::Reason;

/// A whole visit. Its hazards bear the day of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// What it was.
    pub plan: Planned,
    /// Who went; all of them signed the record on paper.
    #[schemars(extend("class" = "P1"))]
    pub team: Vec<Member>,
    /// When the team came.
    #[schemars(extend("class" = "P1"))]
    pub from: Timestamp,
    /// When the team left.
    #[schemars(extend("class" = "P1"))]
    pub until: Timestamp,
    /// The lines that did not pass; every other line of the checklists passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// Why the institution would not sign; none when it signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub refused: Option<Reason>,
    /// The number of the notice, when it was served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub notice: Option<DocumentNumber>,
}

/// The record; and what follows at once when nobody else has to sign.
pub(super) fn report(report: &Report, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    report.plan.led_by(stamp)?;
    report.plan.check_past()?;
    report.times(stamp)?;
    report.team()?;
    report.lines()?;
    let visit = Visit::reported(report);
    if report.notice.is_some() && hazards(&visit, report.plan.on).is_empty() {
        return Err(Rejection::NothingFailed);
    }
    let reported = Event::Reported(Box::new(report.clone()));
    Ok(std::iter::once(reported).chain(findings(&visit)).collect())
}

/// The findings of a visit recorded outside, once everybody has signed, and what follows at once: the notice that was
/// served, or the end where nothing failed.
pub(super) fn findings(visit: &Visit) -> Vec<Event> {
    let Origin::Outside { notice } = &visit.origin else { return Vec::new() };
    if !matches!(visit.stage, Stage::Signed | Stage::RefusedToSign) {
        return Vec::new();
    }
    let hazards = hazards(visit, visit.plan.on);
    let next = match hazards.is_empty() {
        true => Some(Event::Closed {}),
        false => notice.clone().map(|number| Event::NoticeServed { number }),
    };
    std::iter::once(Event::Issued { hazards }).chain(next).collect()
}

impl Report {
    /// The answers, each with the unit of the member whose it was to answer.
    pub(super) fn given(&self) -> impl Iterator<Item = (LineId, Given)> {
        self.answers.iter().filter_map(|answer| {
            let (agency, line) = self.plan.line(&answer.line)?;
            let unit = self.answerer(agency, line.category.fire())?.clone();
            Some((answer.line.clone(), Given { answer: answer.clone(), unit }))
        })
    }

    fn answerer(&self, agency: Agency, fire: bool) -> Option<&Unit> {
        let fits = |member: &&Member| if fire { member.for_fire() } else { member.unit.agency == agency };
        self.team.iter().find(fits).map(|member| &member.unit)
    }

    /// It was on the day of the plan, ended after it began, and before it was signed and sent.
    fn times(&self, stamp: &Stamp) -> Result<(), Rejection> {
        let Report { from, until, plan, .. } = self;
        let in_order = from <= until && *until <= stamp.at && stamp.at <= stamp.recorded;
        if !in_order {
            return Err(Rejection::ImpossibleTimes { from: *from, until: *until });
        }
        if BEIJING.to_datetime(*from).date() != plan.on {
            return Err(Rejection::OtherDay { on: plan.on, from: *from });
        }
        Ok(())
    }

    fn team(&self) -> Result<(), Rejection> {
        let mut seen = BTreeSet::new();
        for member in &self.team {
            member_of(&self.plan, member)?;
            if !seen.insert(&member.officer) {
                return Err(Rejection::AlreadyConfirmed { officer: member.officer.clone() });
            }
        }
        Team::from(self.team.clone()).suffices(&self.plan)
    }

    fn lines(&self) -> Result<(), Rejection> {
        let mut seen = BTreeSet::new();
        for answer in &self.answers {
            let line = || answer.line.clone();
            if self.plan.line(&answer.line).is_none() {
                return Err(Rejection::NoSuchLine { line: line() });
            }
            if !seen.insert(&answer.line) {
                return Err(Rejection::AnsweredTwice { line: line() });
            }
            if answer.verdict.failed() && answer.finding.is_none() {
                return Err(Rejection::FailWithoutFinding { line: line() });
            }
        }
        Ok(())
    }
}
