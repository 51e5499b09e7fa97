//! Before the visit: the plan, the team, recusal. Never here: the stages (those are checked before).

use crate::actor::{Agency, Stamp};
use crate::ids::OfficerId;
use crate::inspection::event::Event;
use crate::inspection::plan::Planned;
use crate::inspection::rejection::Rejection;
use crate::inspection::stage::Stage;
use crate::inspection::state::Visit;
use crate::inspection::team::Member;
use crate::text::Reason;

pub(super) fn plan(plan: &Planned, stamp: &Stamp) -> Result<Event, Rejection> {
    plan.led_by(stamp)?;
    plan.check()?;
    Ok(Event::Planned(Box::new(plan.clone())))
}

/// Each unit speaks for its own officers, and for itself.
pub(super) fn confirm(
    visit: &Visit,
    member: &Member,
    (conflict, stamp): (bool, &Stamp),
) -> Result<Event, Rejection> {
    let officer = member.officer.clone();
    if member.unit != stamp.by.unit {
        return Err(Rejection::NotYourMember { unit: member.unit.id.clone() });
    }
    member_of(&visit.plan, member)?;
    if conflict {
        return Err(Rejection::Conflict { officer });
    }
    if visit.recused.contains(&officer) {
        return Err(Rejection::Recused { officer });
    }
    if visit.team.get(&officer).is_some() {
        return Err(Rejection::AlreadyConfirmed { officer });
    }
    Ok(Event::MemberConfirmed(member.clone()))
}

/// Of a unit that takes part, and charged with fire inspections only as a police station.
pub(super) fn member_of(plan: &Planned, member: &Member) -> Result<(), Rejection> {
    if !plan.units().any(|unit| unit.id == member.unit.id) {
        return Err(Rejection::NotInvited { unit: member.unit.id.clone() });
    }
    if member.fire_delegation.is_some() && member.unit.agency != Agency::Police {
        return Err(Rejection::DelegationNotPolice { agency: member.unit.agency });
    }
    Ok(())
}

/// The member, the member's unit, or the lead. A team once formed must be enough without them; else the visit is put
/// off and the team formed anew.
pub(super) fn recuse(
    visit: &Visit,
    officer: &OfficerId,
    (reason, stamp): (&Reason, &Stamp),
) -> Result<Event, Rejection> {
    let Some(member) = visit.team.get(officer) else {
        return Err(Rejection::NotOnTeam { officer: officer.clone() });
    };
    if ![&member.unit.id, &visit.plan.lead.id].contains(&&stamp.by.unit.id) {
        return Err(Rejection::NotYourMember { unit: member.unit.id.clone() });
    }
    if !matches!(visit.stage, Stage::Planned | Stage::Postponed) {
        visit.team.without(officer).suffices(&visit.plan)?;
    }
    Ok(Event::MemberRecused { officer: officer.clone(), reason: reason.clone() })
}

pub(super) fn form(visit: &Visit, stamp: &Stamp) -> Result<Event, Rejection> {
    visit
        .by_lead(stamp, Event::TeamFormed { team: visit.team.clone() })
        .and_then(|event| visit.team.suffices(&visit.plan).map(|()| event))
}
