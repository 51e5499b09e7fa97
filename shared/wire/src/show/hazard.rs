//! A hazard as the reader may see it: its loop, its fixes and looks, and its clocks. Never here: the inspection that
//! found it.

use domain::decider::Decider;
use domain::hazard::{Draft, Elements, Event, Extension, Fix, Hazard, HazardRule, Review, Visit};
use domain::ids::OfficerId;
use domain::paper::Paper;
use domain::text::Reason;

use crate::convert::{self, OnWire, timestamp};
use crate::show::{Clocks, Lens, Tells, Told, as_seen, division_name, text, unit};
use crate::v1;

/// The hazard as its history left it; none when the history does not begin with its finding.
#[must_use]
pub fn hazard(history: &[Told<Event>], lens: &dyn Lens) -> Option<v1::Hazard> {
    let (mut state, mut told_so_far, mut clocks) =
        (HazardRule::initial(), v1::Hazard::default(), Clocks::default());
    for told in history {
        state = HazardRule::evolve(state, &told.event, &told.meta.stamp());
        if let Some(clock) = told.event.clock() {
            clocks.evolve(clock);
        }
        tell(&mut told_so_far, told, lens);
    }
    let shown = v1::Hazard {
        clocks: clocks.shown(),
        revision: history.last().map(|told| told.revision).unwrap_or_default(),
        ..standing(state.known()?, told_so_far)
    };
    let shown = found(state.known()?.draft(), lens, shown);
    Some(as_seen(lens, shown))
}

/// What the rule's own fold says.
fn standing(hazard: &Hazard, told: v1::Hazard) -> v1::Hazard {
    let review = match hazard.used().reviewed() {
        None | Some(Review::None) => "",
        Some(Review::Asked) => "asked",
        Some(Review::Passed(_)) => "passed",
    };
    let extension = match hazard.extension() {
        Extension::Unused => "",
        Extension::Asked(_) => "asked",
        Extension::Granted => "granted",
    };
    v1::Hazard {
        stage: hazard.stage().word().to_owned(),
        grade: hazard.grade().to_wire(),
        pressure: hazard.pressure().word().to_owned(),
        r#use: hazard.used().word().to_owned(),
        review: review.to_owned(),
        extension: extension.to_owned(),
        void_proposed_by: text(hazard.void_proposed_by()),
        ..told
    }
}

/// What was found.
fn found(draft: &Draft, lens: &dyn Lens, told: v1::Hazard) -> v1::Hazard {
    v1::Hazard {
        id: draft.id.to_string(),
        category: draft.category.to_wire(),
        division: draft.division.to_string(),
        division_name: division_name(draft.division),
        institution_id: draft.institution.to_string(),
        institution_name: lens.institution_name(&draft.institution),
        inspection_id: text(draft.found.as_ref().map(|found| &found.inspection)),
        line: text(draft.found.as_ref().map(|found| &found.line)),
        basis: draft.basis.to_string(),
        finder: Some(unit(lens, &draft.finder)),
        lead: Some(unit(lens, &draft.lead)),
        spot: draft.spot.to_string(),
        papers: draft.papers.iter().map(convert::paper).collect(),
        ..told
    }
}

/// What the events tell beside the state.
fn tell(shown: &mut v1::Hazard, told: &Told<Event>, lens: &dyn Lens) {
    match &told.event {
        Event::Found(_) => shown.found_at = Some(timestamp(told.meta.at)),
        Event::Noticed(notice) => shown.notice_number = notice.number.to_string(),
        Event::Rectifying(five) => shown.elements = Some(elements(five)),
        Event::PenaltyOpened { case } => shown.penalty_number = case.to_string(),
        Event::Transferred { to, .. } => shown.transferred_to = Some(unit(lens, to)),
        Event::FixedOnSpot(Fix { fixer, papers }) | Event::FixReported(Fix { fixer, papers }) => {
            shown.looks.push(look(told, (std::slice::from_ref(fixer), papers), None));
        }
        Event::Verified(visit) | Event::ReviewPassed(visit) => shown.looks.push(seen(told, visit, None)),
        Event::SpotRejected { visit, reason }
        | Event::Rejected { visit, reason }
        | Event::ReviewFailed { visit, reason } => shown.looks.push(seen(told, visit, Some(reason))),
        Event::Graded { .. }
        | Event::ProgressReported { .. }
        | Event::ExtensionAsked { .. }
        | Event::ExtensionGranted { .. }
        | Event::ExtensionDenied { .. }
        | Event::Overdue { .. }
        | Event::Listed { .. }
        | Event::PenaltyProposed {}
        | Event::SealProposed(_)
        | Event::SealedOrally { .. }
        | Event::Sealed { .. }
        | Event::SealDropped { .. }
        | Event::Suspended { .. }
        | Event::ResumeAsked {}
        | Event::Resumed {}
        | Event::VoidProposed { .. }
        | Event::Voided {}
        | Event::Clock(_) => {}
    }
}

fn elements(five: &Elements) -> v1::HazardElements {
    v1::HazardElements {
        responsible: five.responsible.to_string(),
        measures: five.measures.to_string(),
        // The law let in nothing but digits.
        fen: five.fen.parse().unwrap_or_default(),
        until: five.until.to_string(),
        plan: five.plan.to_string(),
        interim: text(five.interim.as_ref()),
    }
}

fn seen(told: &Told<Event>, visit: &Visit, reason: Option<&Reason>) -> v1::HazardLook {
    look(told, (&visit.present, &visit.papers), reason)
}

fn look(
    told: &Told<Event>,
    (officers, papers): (&[OfficerId], &[Paper]),
    reason: Option<&Reason>,
) -> v1::HazardLook {
    v1::HazardLook {
        kind: domain::event::Stored::kind(&told.event).to_owned(),
        at: Some(timestamp(told.meta.at)),
        officers: officers.iter().map(ToString::to_string).collect(),
        papers: papers.iter().map(convert::paper).collect(),
        reason: text(reason),
    }
}
