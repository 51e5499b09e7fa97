//! A referral as the reader may see it: who has it, its papers oldest first, and the numbers and reasons of
//! every step. Never here: the history entries (that is `history`).

use domain::class::Class;
use domain::decider::Decider;
use domain::document_number::DocumentNumber;
use domain::event::Stored;
use domain::paper::Paper;
use domain::referral::event::{Event, SupplementPaper};
use domain::referral::{Referral, ReferralRule, Step, WithdrawalReason};
use domain::sealed::Sealed;
use domain::text::Reason;

use crate::convert::{self, OnWire, timestamp};
use crate::show::transfer::holder;
use crate::show::{Clocks, Lens, Told, as_seen, content, division_name, text, unit};
use crate::v1;

/// The referral as its history left it; none when the history has no draft.
#[must_use]
pub fn referral(history: &[Told<Event>], lens: &dyn Lens) -> Option<v1::Referral> {
    let mut state = ReferralRule::initial();
    let mut facts = Facts::default();
    for told in history {
        state = ReferralRule::evolve(state, &told.event, &told.meta.stamp());
        facts.take_in(told, lens);
    }
    let known = state.known()?;
    let revision = history.last().map(|told| told.revision).unwrap_or_default();
    let shown = v1::Referral { revision, ..facts.shown(as_it_stands(known, lens), known, lens) };
    Some(as_seen(lens, shown))
}

/// What the rule knows now.
fn as_it_stands(referral: &Referral, lens: &dyn Lens) -> v1::Referral {
    let draft = referral.draft();
    let mut from = unit(lens, &draft.from);
    if from.superior.is_empty() {
        from.superior = draft.superior.id.to_string();
    }
    v1::Referral {
        id: draft.id.to_string(),
        stage: referral.step().word().to_owned(),
        clue_id: draft.clue.to_string(),
        division: draft.division.to_string(),
        division_name: division_name(draft.division),
        from: Some(from),
        superior: Some(unit(lens, &draft.superior)),
        procuratorate: Some(unit(lens, &draft.procuratorate)),
        police: referral.police().or(referral.designated()).map(|police| unit(lens, police)),
        fallback: referral.fallback().map(|fallback| unit(lens, fallback)),
        team: draft.team.iter().map(ToString::to_string).collect(),
        charges: draft.charges.iter().map(ToString::to_string).collect(),
        facts: Some(content(lens, &draft.facts)),
        claimed_by: text(holder(referral.claim())),
        ..v1::Referral::default()
    }
}

/// What the events tell and the rule has no need to remember.
#[derive(Default)]
struct Facts<'a> {
    papers: Vec<&'a Paper>,
    documents: Vec<v1::ReferralDocument>,
    missing: &'a [SupplementPaper],
    withdrawal: Option<WithdrawalReason>,
    feedback: Option<&'a Sealed>,
    outcome: Option<&'a Reason>,
    clocks: Clocks,
}

impl<'a> Facts<'a> {
    fn take_in(&mut self, told: &'a Told<Event>, lens: &dyn Lens) {
        for paper in papers(&told.event) {
            // The report that went to the head goes to the police too: one paper, shown once.
            if !self.papers.contains(&paper) {
                self.papers.push(paper);
            }
        }
        self.documents.extend(document(told, lens));
        if let Event::SupplementRequested { missing, .. } = &told.event {
            self.missing = missing;
        } else if let Event::Withdrawn { reason, .. } = &told.event {
            self.withdrawal = Some(*reason);
        } else if let Event::FeedbackGiven { text } = &told.event {
            self.feedback = Some(text);
        } else if let Event::Concluded { outcome, .. } = &told.event {
            self.outcome = Some(outcome);
        } else if let Event::Clock(event) = &told.event {
            self.clocks.evolve(event);
        }
    }

    fn shown(self, message: v1::Referral, referral: &Referral, lens: &dyn Lens) -> v1::Referral {
        let waits = matches!(referral.step(), Step::SupplementRequested { .. });
        let missing = if waits { self.missing } else { &[] };
        v1::Referral {
            papers: self.papers.into_iter().map(convert::paper).collect(),
            documents: self.documents,
            missing: missing.iter().map(wanted).collect(),
            withdrawal: self.withdrawal.map(OnWire::to_wire).unwrap_or_default(),
            feedback: self.feedback.map(|sealed| content(lens, sealed)),
            outcome: text(self.outcome),
            clocks: self.clocks.shown(),
            ..message
        }
    }
}

fn wanted(paper: &SupplementPaper) -> v1::MissingPaper {
    v1::MissingPaper { kind: paper.kind.to_wire(), note: paper.note.to_string() }
}

/// The papers an event brought.
fn papers(event: &Event) -> &[Paper] {
    match event {
        Event::Submitted { papers, .. }
        | Event::Delivered { papers, .. }
        | Event::Supplemented { papers, .. } => papers,
        Event::Receipted { paper, .. }
        | Event::Filed { paper, .. }
        | Event::NotFiled { paper, .. }
        | Event::HandedOver { paper, .. } => std::slice::from_ref(paper),
        Event::HeadApproved { paper, .. } | Event::HeadRefused { paper, .. } => paper.as_slice(),
        Event::Drafted(_)
        | Event::Abandoned { .. }
        | Event::OrderedAnew { .. }
        | Event::Designated { .. }
        | Event::FellBack { .. }
        | Event::SupplementRequested { .. }
        | Event::Forwarded { .. }
        | Event::NotPoliceMatter { .. }
        | Event::ReconsiderationRequested { .. }
        | Event::ReconsiderationUpheld { .. }
        | Event::SupervisionSuggested { .. }
        | Event::SupervisionOpened { .. }
        | Event::ReasonsGiven { .. }
        | Event::ReasonsAccepted { .. }
        | Event::FilingOrdered { .. }
        | Event::ReturnedForAdmin { .. }
        | Event::Withdrawn { .. }
        | Event::WithdrawalNotified { .. }
        | Event::Concluded { .. }
        | Event::FeedbackGiven { .. }
        | Event::Claim(_)
        | Event::Clock(_) => &[],
    }
}

fn document(told: &Told<Event>, lens: &dyn Lens) -> Option<v1::ReferralDocument> {
    let (number, reason) = words(&told.event)?;
    // What the police state to the procuratorate is their file; every other reason has the class of its field.
    let theirs = matches!(told.event, Event::ReasonsGiven { .. });
    let reason = reason.filter(|_| !theirs || lens.sees(Class::Restricted, None));
    Some(v1::ReferralDocument {
        kind: told.event.kind().to_owned(),
        number,
        reason: text(reason),
        at: Some(timestamp(told.meta.at)),
        unit: told.meta.by.unit.id.to_string(),
    })
}

/// The number and the reason of a step; none when it has neither.
fn words(event: &Event) -> Option<(String, Option<&Reason>)> {
    let numbered = |number: &DocumentNumber| Some((number.to_string(), None));
    match event {
        Event::Abandoned { number, reason } | Event::HeadRefused { number, reason, .. } => {
            Some((text(number.as_ref()), Some(reason)))
        }
        Event::Submitted { number, .. }
        | Event::Supplemented { number, .. }
        | Event::HandedOver { number, .. }
        | Event::ReturnedForAdmin { number } => number.as_ref().and_then(numbered),
        Event::Receipted { number, .. } => Some((number.to_string(), None)),
        Event::Forwarded { number, reason, .. }
        | Event::NotPoliceMatter { number, reason, .. }
        | Event::NotFiled { number, reason, .. }
        | Event::ReconsiderationRequested { number, reason }
        | Event::ReconsiderationUpheld { number, reason }
        | Event::ReasonsGiven { number, reason } => Some((number.to_string(), Some(reason))),
        Event::HeadApproved { number, .. }
        | Event::OrderedAnew { number }
        | Event::Designated { number, .. }
        | Event::Delivered { number, .. }
        | Event::SupplementRequested { number, .. }
        | Event::Filed { number, .. }
        | Event::SupervisionSuggested { number }
        | Event::SupervisionOpened { number }
        | Event::ReasonsAccepted { number }
        | Event::FilingOrdered { number }
        | Event::Withdrawn { number, .. }
        | Event::WithdrawalNotified { number }
        | Event::Concluded { number, .. } => numbered(number),
        Event::Drafted(draft) => draft.number.as_ref().and_then(numbered),
        Event::FellBack { .. } | Event::FeedbackGiven { .. } | Event::Claim(_) | Event::Clock(_) => None,
    }
}
