//! After the visit: findings, hazards, another look, the end. Never here: what becomes of a hazard.

use jiff::civil::Date;

use crate::actor::{Agency, Stamp};
use crate::clock::{self, ClockEvent, Told};
use crate::hazard::draft::{Draft, Line, id_of};
use crate::ids::HazardId;
use crate::inspection::answer::Verdict;
use crate::inspection::event::{Event, Why};
use crate::inspection::rejection::Rejection;
use crate::inspection::stage::Stage;
use crate::inspection::state::{Given, Presence, Visit};
use crate::inspection::team::QUALIFIED;
use crate::period::BEIJING;

/// The period whose end asks for another look.
pub(super) const RECTIFICATION: &str = "inspection-rectification";

/// Everybody has left; every failed line is a hazard. Where nothing failed there is nothing left to do.
pub(super) fn issue(visit: &Visit, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    let there = |(_, presence): &(_, &Presence)| presence.until.is_none();
    let still = visit.presence.iter().find(there).map(|(officer, _)| officer.clone());
    let hazards = hazards(visit, BEIJING.to_datetime(stamp.at).date());
    let end = hazards.is_empty().then_some(Event::Closed {});
    let issued = visit.by_lead(stamp, Event::Issued { hazards })?;
    match still {
        Some(officer) => Err(Rejection::StillThere { officer }),
        None => Ok(std::iter::once(issued).chain(end).collect()),
    }
}

/// In the order of the checklists.
pub(super) fn hazards(visit: &Visit, date: Date) -> Vec<Draft> {
    let lines = visit.plan.lines().filter_map(|(_, line)| Some((line, visit.answers.get(&line.id)?)));
    lines
        .filter(|(_, given)| given.answer.verdict.failed())
        .filter_map(|(line, given)| {
            let Given { answer, unit } = given;
            let fire = line.category.fire();
            Some(Draft {
                id: id_of(&visit.plan.id, &line.id, visit.plan.division, date),
                institution: visit.plan.institution.clone(),
                division: visit.plan.division,
                category: line.category,
                grade: line.grade,
                found: Some(Line { inspection: visit.plan.id.clone(), line: line.id.clone() }),
                basis: line.basis.clone(),
                finder: unit.clone(),
                // Fire hazards are ordered away by who may inspect for them (消防法第五十四条).
                lead: if fire { unit } else { &visit.plan.lead }.clone(),
                visit_lead: Some(visit.plan.lead.clone()).filter(|lead| fire && lead != unit),
                spot: answer.finding.clone()?,
                papers: answer.papers.clone(),
            })
        })
        .collect()
}

pub(super) fn request(visit: &Visit) -> Result<Event, Rejection> {
    if visit.asks.is_empty() {
        return Err(Rejection::NothingFailed);
    }
    Ok(Event::ReinspectionDue { why: Why::Requested })
}

pub(super) fn begin(visit: &Visit, stamp: &Stamp) -> Result<Event, Rejection> {
    if visit.asks.is_empty() {
        return Err(Rejection::NothingFailed);
    }
    visit.by_lead(stamp, Event::ReinspectionBegun { asks: visit.asks.keys().cloned().collect() })
}

/// Every line asked for was looked at again, by two qualified officers who were there.
pub(super) fn complete(visit: &Visit, stamp: &Stamp) -> Result<Event, Rejection> {
    let came = |officer| visit.presence.contains_key(officer);
    let there = visit.team.members().iter().filter(|member| came(&member.officer));
    let have = there.filter(|member| member.certificate.is_some()).count();
    let need = QUALIFIED;
    if have < need {
        return Err(Rejection::TooFewQualified { have, need });
    }
    if let Some((line, _)) = visit.asks.iter().find(|(_, verdict)| verdict.is_none()) {
        return Err(Rejection::Unanswered { line: line.clone() });
    }
    let again = visit.asks.iter().filter(|(_, verdict)| **verdict != Some(Verdict::Pass));
    visit.by_member(stamp, Event::Reinspected { failed: again.map(|(line, _)| line.clone()).collect() })
}

pub(super) fn close(visit: &Visit, open: Option<&HazardId>, stamp: &Stamp) -> Result<Event, Rejection> {
    let closed = visit.by_lead(stamp, Event::Closed {})?;
    match open {
        Some(hazard) => Err(Rejection::HazardOpen { hazard: hazard.clone() }),
        None => Ok(closed),
    }
}

/// Ringing a clock that was answered in the meantime does nothing.
pub(super) fn ring(
    visit: &Visit,
    rule: &str,
    stage: clock::Stage,
    (told, stamp): (&[Told], &Stamp),
) -> Result<Vec<Event>, Rejection> {
    if stamp.by.unit.agency != Agency::Hub {
        return Err(Rejection::NotTheClock);
    }
    let rung = visit.clocks.ring(rule, stage, told.to_vec(), stamp.recorded);
    let over = |event: &ClockEvent| matches!(event, ClockEvent::Lapsed { rule, .. } if rule == RECTIFICATION);
    let due = rung.iter().any(over) && !visit.asks.is_empty() && visit.stage == Stage::AwaitingRectification;
    let again = due.then_some(Event::ReinspectionDue { why: Why::Deadline });
    Ok(rung.into_iter().map(Event::Clock).chain(again).collect())
}
