//! At the institution: coming and going, lines, signatures. A work counts by when it was done, so that one captured
//! without a network and sent later is judged as of then. Never here: the stages (those are checked before).

use crate::actor::Stamp;
use crate::inspection::answer::{Answer, Seen};
use crate::inspection::event::Event;
use crate::inspection::rejection::Rejection;
use crate::inspection::report::findings;
use crate::inspection::stage::Stage;
use crate::inspection::state::Visit;

pub(super) fn check_in(visit: &Visit, seen: Seen, stamp: &Stamp) -> Result<Event, Rejection> {
    let officer = &visit.member(stamp)?.officer;
    if visit.presence.get(officer).is_some_and(|presence| presence.until.is_none()) {
        return Err(Rejection::AlreadyThere { officer: officer.clone() });
    }
    Ok(Event::CheckedIn(seen))
}

pub(super) fn check_out(visit: &Visit, seen: Seen, stamp: &Stamp) -> Result<Event, Rejection> {
    let officer = &visit.member(stamp)?.officer;
    let there = visit.presence.get(officer).filter(|presence| presence.until.is_none());
    if there.is_none_or(|presence| stamp.at < presence.since) {
        return Err(Rejection::NotThere { officer: officer.clone(), at: stamp.at });
    }
    Ok(Event::CheckedOut(seen))
}

pub(super) fn record(visit: &Visit, answer: &Answer, stamp: &Stamp) -> Result<Event, Rejection> {
    let member = visit.member(stamp)?;
    let id = || answer.line.clone();
    let Some((agency, line)) = visit.plan.line(&answer.line) else {
        return Err(Rejection::NoSuchLine { line: id() });
    };
    if line.category.fire() && !member.for_fire() {
        return Err(Rejection::FireLine { line: id() });
    }
    if !line.category.fire() && member.unit.agency != agency {
        return Err(Rejection::OtherSheet { line: id(), agency });
    }
    if !visit.was_there(&member.officer, stamp.at) {
        return Err(Rejection::NotThere { officer: member.officer.clone(), at: stamp.at });
    }
    if visit.stage == Stage::ReInspection && !visit.asks.contains_key(&answer.line) {
        return Err(Rejection::NotAsked { line: id() });
    }
    if answer.verdict.failed() && answer.finding.is_none() {
        return Err(Rejection::FailWithoutFinding { line: id() });
    }
    Ok(Event::Answered(answer.clone()))
}

/// Every member came, and every line has its answer.
pub(super) fn complete(visit: &Visit, stamp: &Stamp) -> Result<Event, Rejection> {
    let recorded = visit.by_member(stamp, Event::Recorded {})?;
    let members = visit.team.members();
    if let Some(absent) = members.iter().find(|member| !visit.presence.contains_key(&member.officer)) {
        return Err(Rejection::Absent { officer: absent.officer.clone() });
    }
    match visit.plan.lines().find(|(_, line)| !visit.answers.contains_key(&line.id)) {
        Some((_, line)) => Err(Rejection::Unanswered { line: line.id.clone() }),
        None => Ok(recorded),
    }
}

/// Of a visit recorded outside the last signature brings the findings.
pub(super) fn sign(visit: &Visit, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    if visit.signed.contains(&visit.member(stamp)?.officer) {
        return Err(Rejection::AlreadySigned);
    }
    let mut after = visit.clone();
    after.signed.extend(visit.signers(stamp));
    after.stage = after.signed_by_all();
    Ok(std::iter::once(Event::MemberSigned {}).chain(findings(&after)).collect())
}

/// What the institution said, as a member writes it down.
pub(super) fn institution(visit: &Visit, said: Event, stamp: &Stamp) -> Result<Event, Rejection> {
    let event = visit.by_member(stamp, said)?;
    if visit.said.is_some() { Err(Rejection::AlreadySigned) } else { Ok(event) }
}
