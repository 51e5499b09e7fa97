//! Intake: report, merge, triage, assign, return. Here the law raises urgency and opens the duty to report
//! to the police (MPL art. 11; 高检发〔2020〕9号). Never here: verification, transfers.

use crate::actor::{Stamp, Unit};
use crate::category::{Category, Harm, Minor, Urgency};
use crate::clue::command::Report;
use crate::clue::event::{Event, Reported};
use crate::clue::guard;
use crate::clue::rejection::Rejection;
use crate::clue::stage::Stage;
use crate::clue::state::{Clue, Obligation};
use crate::ids::{ClueId, InstitutionId};
use crate::jurisdiction::Jurisdiction;
use crate::text::Reason;

type Decided = Result<Vec<Event>, Rejection>;

/// What triage found.
pub(super) struct Sorting<'a> {
    pub category: Category,
    pub urgency: Urgency,
    pub minor: Minor,
    pub harm: &'a [Harm],
}

/// Whether the law demands a report to the police at once: one of the nine situations, or a minor harmed or in danger
/// (高检发〔2020〕9号 art. 4; MPL art. 11; handbook 3.2 a).
#[must_use]
pub fn mandatory(category: Category, situation: Option<u8>, minor: Minor, harm: &[Harm]) -> bool {
    let listed = situation.is_some_and(|number| (1..=9).contains(&number));
    category.mandatory() || listed || (minor != Minor::None && !harm.is_empty())
}

/// Writes down a new clue; a mandatory one is urgent and due to the police in the same decision, before
/// anybody sorts or verifies it.
pub(super) fn report(report: &Report, stamp: &Stamp) -> Decided {
    guard::not_in_future(stamp)?;
    guard::known_by(report.received, stamp)?;
    guard::police(&report.police)?;
    // A minor among the people concerned counts, whatever box was ticked.
    let minor = report.persons.iter().map(|person| person.minor).fold(report.minor, Minor::max);
    let mandatory = mandatory(report.category, report.situation, minor, &report.harm);
    let urgency = if mandatory { Urgency::U1 } else { report.urgency };
    let reported = Event::Reported(Box::new(reported(report, urgency, minor)));
    let duty = mandatory.then(|| Event::ObligationOpened { police: report.police.clone() });
    Ok(std::iter::once(reported).chain(duty).collect())
}

fn reported(report: &Report, urgency: Urgency, minor: Minor) -> Reported {
    Reported {
        id: report.id.clone(),
        channel: report.channel,
        category: report.category,
        situation: report.situation,
        urgency,
        minor,
        harm: report.harm.clone(),
        division: report.division,
        institution: report.institution.clone(),
        received: report.received,
        narrative: report.narrative.clone(),
        place: report.place.clone(),
        reporter: report.reporter.clone(),
        persons: report.persons.clone(),
        papers: report.papers.clone(),
        owner: report.owner.clone(),
        police: report.police.clone(),
        fallback: report.fallback.clone(),
        source: report.source.clone(),
    }
}

/// Another clue was merged into this one: its urgency can only raise ours; hearing the same twice changes
/// nothing. A clue that was itself merged takes nothing in: the reaction goes on to the clue that stays.
pub(super) fn absorb(clue: &Clue, from: &ClueId, urgency: Urgency) -> Decided {
    if let Stage::Merged { .. } = clue.stage {
        return Err(clue.refuses("clue.react"));
    }
    let raised = clue.urgency.or_higher(urgency);
    if clue.absorbed.contains(from) && raised == clue.urgency {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Absorbed { from: from.clone(), urgency: raised }])
}

/// Two officers can merge two clues into each other at the same moment, and a third can close a longer circle:
/// each stream alone is lawful, and together no clue would go on. The merge that closed the circle is undone;
/// its clue waits for triage again, with its clocks.
pub(super) fn undo_merge(clue: &Clue, into: &ClueId) -> Vec<Event> {
    let merged = clue.stage == Stage::Merged { into: into.clone() };
    if merged { vec![Event::MergeUndone { into: into.clone() }] } else { Vec::new() }
}

/// The clue that another is merged into.
pub(super) struct Target<'a> {
    pub id: &'a ClueId,
    pub institution: Option<&'a InstitutionId>,
    /// Closed or merged itself.
    pub ended: bool,
}

/// Merges a clue that nobody has sorted into another about the same institution that still goes on; with a
/// minor concerned a second officer must agree.
pub(super) fn merge(clue: &Clue, into: &Target<'_>, stamp: &Stamp) -> Decided {
    if clue.stage != Stage::Received {
        return Err(clue.refuses("clue.merge"));
    }
    guard::of_unit(&stamp.by, &clue.owner)?;
    if *into.id == clue.id {
        return Err(Rejection::MergeIntoItself);
    }
    if clue.absorbed.contains(into.id) {
        return Err(Rejection::MergeCircle { clue: into.id.clone() });
    }
    if clue.institution.is_none() || clue.institution.as_ref() != into.institution {
        return Err(Rejection::OtherInstitution);
    }
    if into.ended {
        return Err(Rejection::TargetClosed);
    }
    clue.obligation_met()?;
    let into = into.id.clone();
    Ok(vec![match (clue.minor, &clue.obligation) {
        (Minor::None, Obligation::None) => Event::Merged { into, urgency: clue.urgency },
        (Minor::None | Minor::Minor | Minor::Under14, _) => Event::MergeProposed { into },
    }])
}

/// The second officer agrees to a merge, into a clue that still goes on: it may have ended since the first officer
/// looked.
pub(super) fn confirm_merge(clue: &Clue, goes_on: Option<&ClueId>, stamp: &Stamp) -> Decided {
    let Stage::MergeProposed { into, by } = &clue.stage else {
        return Err(clue.refuses("clue.merge"));
    };
    guard::of_unit(&stamp.by, &clue.owner)?;
    if *by == stamp.by.officer {
        return Err(Rejection::SameOfficer { first: by.clone() });
    }
    if goes_on != Some(into) {
        return Err(Rejection::TargetClosed);
    }
    clue.obligation_met()?;
    Ok(vec![Event::Merged { into: into.clone(), urgency: clue.urgency }])
}

/// Sorts a clue, or sorts it anew while it is with its unit: what is found later can make the clue a
/// mandatory report, and then the duty opens at once. Once the duty exists, nothing lowers it again.
/// Sorting anew while a transfer waits for the leader withdraws that request.
pub(super) fn triage(clue: &Clue, found: &Sorting<'_>, stamp: &Stamp) -> Decided {
    may_sort(clue, stamp)?;
    let obliged = clue.obligation != Obligation::None;
    let assigned = clue.handler.is_some();
    if (obliged || assigned) && found.urgency > clue.urgency {
        return Err(Rejection::CannotDowngrade { from: clue.urgency, to: found.urgency });
    }
    let minor = if obliged { found.minor.max(clue.minor) } else { found.minor };
    let mandatory = mandatory(found.category, clue.situation, found.minor, found.harm);
    let urgency = if mandatory { Urgency::U1 } else { found.urgency };
    let triaged = Event::Triaged { category: found.category, urgency, minor, harm: found.harm.to_vec() };
    let duty = (mandatory && !obliged).then(|| Event::ObligationOpened { police: clue.police.clone() });
    Ok(std::iter::once(triaged).chain(duty).collect())
}

fn may_sort(clue: &Clue, stamp: &Stamp) -> guard::Guard {
    match &clue.stage {
        Stage::Received
        | Stage::MergeProposed { .. }
        | Stage::TransferRequested { .. }
        | Stage::Triaged { designator: None } => guard::of_unit(&stamp.by, &clue.owner),
        Stage::Triaged { designator: Some(designator) } => {
            guard::of_unit(&stamp.by, designator).or_else(|_| guard::of_unit(&stamp.by, &clue.owner))
        }
        Stage::Assigned { .. } | Stage::Verifying { .. } | Stage::Substantiated => clue.of_sender(&stamp.by),
        Stage::Merged { .. }
        | Stage::Unsubstantiated
        | Stage::Unverifiable
        | Stage::TransferredPolice(_)
        | Stage::TransferredOther(_)
        | Stage::AdminHandling { .. }
        | Stage::ReferralOpened { .. }
        | Stage::AwaitingFeedback(_)
        | Stage::Closed => Err(clue.refuses("clue.triage")),
    }
}

/// Hands a clue to a unit competent for its area and category; after a second return only the superior does.
pub(super) fn assign(clue: &Clue, to: &Unit, competence: &[Jurisdiction], stamp: &Stamp) -> Decided {
    let Stage::Triaged { designator } = &clue.stage else {
        return Err(clue.refuses("clue.assign"));
    };
    match designator {
        None => guard::of_unit(&stamp.by, &clue.owner)?,
        Some(superior) if superior.id == stamp.by.unit.id => {}
        Some(superior) => return Err(Rejection::DesignatorOnly { by: superior.id.clone() }),
    }
    if !competence.iter().any(|row| row.covers(clue.division, clue.category)) {
        return Err(Rejection::UnitNotCompetent {
            unit: to.id.clone(),
            division: clue.division,
            category: clue.category,
        });
    }
    Ok(vec![Event::Assigned { to: to.clone() }])
}

/// The unit gives a clue back. The first time it is sorted again; the second time the superior designates
/// a unit 指定管辖, and that designation binds.
pub(super) fn give_back(clue: &Clue, reason: &Reason, superior: &Unit, stamp: &Stamp) -> Decided {
    let Stage::Assigned { designated } = &clue.stage else {
        return Err(clue.refuses("clue.return"));
    };
    guard::of_unit(&stamp.by, clue.in_charge())?;
    if let Some(designator) = designated {
        return Err(Rejection::DesignationBinds { by: designator.id.clone() });
    }
    let second = clue.returns > 0;
    if second && !clue.below(superior) {
        return Err(Rejection::NotSuperior { unit: superior.id.clone() });
    }
    Ok(vec![Event::Returned { reason: reason.clone(), designator: second.then(|| superior.clone()) }])
}
