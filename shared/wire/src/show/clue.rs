//! A clue as the reader may see it. Never here: the history entries (that is `history`), or lists without
//! personal values, which services keep as rows.

use domain::category::Harm;
use domain::class::{Class, Facet};
use domain::clue::event::{Event, Person, Reported, Reporter};
use domain::clue::{Clue, ClueRule, Conclusion, Stage};
use domain::decider::Decider;
use domain::document_number::DocumentNumber;
use domain::ids::{ClueId, OfficerId, ReferralId};
use domain::sealed::Sealed;
use domain::text::Reason;

use crate::convert::{self, OnWire, numbers, timestamp};
use crate::show::transfer::{Duty, Transfers};
use crate::show::{Clocks, Lens, Told, as_seen, content, division_name, text, unit};
use crate::v1;

/// The clue as its history left it; none when the history has no report.
#[must_use]
pub fn clue(history: &[Told<Event>], lens: &dyn Lens) -> Option<v1::Clue> {
    let first = history.iter().find_map(|told| Some((reported(&told.event)?, &told.meta)));
    let (reported, meta) = first?;
    let mut state = ClueRule::initial();
    let mut facts = Facts { harm: &reported.harm, ..Facts::default() };
    for told in history {
        state = ClueRule::evolve(state, &told.event, &told.meta.stamp());
        if let Some(clue) = state.clue() {
            facts.take_in(told, clue);
        }
    }
    let known = state.clue()?;
    let message = v1::Clue { recorded_at: Some(timestamp(meta.recorded)), ..as_reported(reported, lens) };
    let message = as_it_stands(message, known, lens);
    let revision = history.last().map(|told| told.revision).unwrap_or_default();
    let obligation = facts.duty.shown(known.obligation(), lens);
    Some(as_seen(lens, v1::Clue { obligation, revision, ..facts.shown(message, lens) }))
}

const fn reported(event: &Event) -> Option<&Reported> {
    if let Event::Reported(reported) = event { Some(reported) } else { None }
}

/// What was written down and never changes.
fn as_reported(reported: &Reported, lens: &dyn Lens) -> v1::Clue {
    v1::Clue {
        id: reported.id.to_string(),
        channel: reported.channel.to_wire(),
        situation: reported.situation.map(u32::from).unwrap_or_default(),
        division: reported.division.to_string(),
        division_name: division_name(reported.division),
        institution_id: text(reported.institution.as_ref()),
        institution_name: reported
            .institution
            .as_ref()
            .map(|id| lens.institution_name(id))
            .unwrap_or_default(),
        received_at: Some(timestamp(reported.received)),
        narrative: Some(content(lens, &reported.narrative)),
        place: reported.place.as_ref().map(|sealed| content(lens, sealed)),
        reporter: Some(reporter(&reported.reporter, lens)),
        persons: reported.persons.iter().map(|one| person(one, lens)).collect(),
        papers: reported.papers.iter().map(convert::paper).collect(),
        source: text(reported.source.as_ref()),
        ..v1::Clue::default()
    }
}

/// What the rule knows now.
fn as_it_stands(message: v1::Clue, clue: &Clue, lens: &dyn Lens) -> v1::Clue {
    let into = if let Stage::MergeProposed { into, .. } | Stage::Merged { into } = clue.stage() {
        Some(into)
    } else {
        None
    };
    v1::Clue {
        stage: clue.stage().name().to_owned(),
        category: clue.category().to_wire(),
        urgency: clue.urgency().to_wire(),
        minor: clue.minor().to_wire(),
        owner: Some(unit(lens, clue.owner())),
        assigned: clue.handler().map(|handler| unit(lens, handler)),
        merged_into: text(into),
        ..message
    }
}

fn reporter(reporter: &Reporter, lens: &dyn Lens) -> v1::Reporter {
    let shown = |sealed| lens.open(sealed, Class::Sensitive, Some(Facet::Reporter));
    match reporter {
        Reporter::Anonymous => v1::Reporter { anonymous: true, ..v1::Reporter::default() },
        Reporter::Named { subject, name, phone, secret } => v1::Reporter {
            anonymous: false,
            name: Some(shown(name)),
            phone: phone.as_ref().map(shown),
            secret: *secret,
            subject: text(Some(subject).filter(|_| lens.show_subjects())),
        },
    }
}

fn person(person: &Person, lens: &dyn Lens) -> v1::Person {
    let identity = |sealed| lens.open(sealed, Class::Personal, Some(Facet::Identity));
    let masked = |sealed| {
        let value = identity(sealed);
        v1::PersonalText { text: masked(&value.text), ..value }
    };
    v1::Person {
        part: person.part.to_wire(),
        minor: person.minor.to_wire(),
        name: Some(identity(&person.name)),
        id_number: person.id_number.as_ref().map(masked),
        subject: text(Some(&person.subject).filter(|_| lens.show_subjects())),
    }
}

/// All but the last four characters as stars; a number of four or fewer shows nothing.
fn masked(number: &str) -> String {
    let length = number.chars().count();
    let hidden = if length > 4 { length - 4 } else { length };
    number.chars().enumerate().map(|(place, letter)| if place < hidden { '*' } else { letter }).collect()
}

/// What the events tell and the rule has no need to remember.
#[derive(Default)]
struct Facts<'a> {
    harm: &'a [Harm],
    team: &'a [OfficerId],
    conclusion: Option<(Conclusion, &'a Sealed)>,
    absorbed: Vec<&'a ClueId>,
    case: Option<&'a DocumentNumber>,
    fine: Option<&'a str>,
    referral: Option<&'a ReferralId>,
    informed: Option<&'a Sealed>,
    no_contact: Option<&'a Reason>,
    duty: Duty<'a>,
    transfers: Transfers<'a>,
    clocks: Clocks,
}

impl<'a> Facts<'a> {
    /// One more event; `clue` is the rule's state after it.
    fn take_in(&mut self, told: &'a Told<Event>, clue: &Clue) {
        let by = &told.meta.by.unit.id;
        self.duty.heard(&told.event, by, clue);
        match &told.event {
            Event::ObligationOpened { .. } => self.duty.opened = Some(told.meta.at),
            Event::CallRecorded { call } => self.duty.call = Some(call),
            Event::Absorbed { from, .. } if !self.absorbed.contains(&from) => self.absorbed.push(from),
            Event::Triaged { harm, .. } => {
                self.harm = harm;
                self.transfers.withdrawn();
            }
            Event::VerificationStarted { team } => (self.team, self.conclusion) = (team, None),
            Event::Concluded { result, summary } => self.conclusion = Some((*result, summary)),
            Event::PoliceTransferRequested { to, papers } => self.transfers.requested(to, papers),
            Event::PoliceTransferred { to, papers, .. } | Event::TransferredOther { to, papers } => {
                self.transfers.sent(to, papers, told.meta.at);
            }
            Event::TransferForwarded { reason, .. } => self.transfers.forwarded(reason, clue),
            Event::TransferDeclined { reason, suggestion } => self.transfers.declined(by, reason, suggestion),
            Event::FeedbackReceived { outcome, text } => self.transfers.answered(by, *outcome, text),
            Event::AdminCaseOpened { number } => self.case = Some(number),
            Event::FineDecided { fen, .. } => self.fine = Some(fen),
            Event::ReferralOpened { draft } => self.referral = Some(&draft.id),
            Event::ReporterInformed { text, no_contact } => {
                (self.informed, self.no_contact) = (text.as_ref(), no_contact.as_ref());
            }
            Event::Reopened { .. } => self.transfers.reopened(),
            Event::Clock(event) => self.clocks.evolve(event),
            // What these did is known to the rule.
            Event::Reported(_)
            | Event::ObligationMet { .. }
            | Event::Absorbed { .. }
            | Event::MergeProposed { .. }
            | Event::Merged { .. }
            | Event::MergeUndone { .. }
            | Event::Assigned { .. }
            | Event::Returned { .. }
            | Event::VerificationExtended { .. }
            | Event::TransferConfirmed {}
            | Event::TransferReceipted { .. }
            | Event::TransferAccepted {}
            | Event::ReferralEnded { .. }
            | Event::ReferralResumed { .. }
            | Event::FellBack { .. }
            | Event::Claim(_) => {}
        }
        self.transfers.follow(clue);
        if clue.handler().is_none() {
            // No unit, no team: it was given back, declined, reopened or sorted anew.
            self.team = &[];
        }
    }

    fn shown(&self, message: v1::Clue, lens: &dyn Lens) -> v1::Clue {
        v1::Clue {
            harm: numbers(self.harm),
            team: self.team.iter().map(ToString::to_string).collect(),
            conclusion: self.conclusion.map(|(result, _)| result.to_wire()).unwrap_or_default(),
            summary: self.conclusion.map(|(_, summary)| content(lens, summary)),
            absorbed: self.absorbed.iter().map(ToString::to_string).collect(),
            admin_case_number: text(self.case),
            fine_fen: self.fine.and_then(|fen| fen.parse().ok()).unwrap_or_default(),
            referral_id: text(self.referral),
            told_reporter: self.informed.map(|sealed| content(lens, sealed)),
            no_contact: text(self.no_contact),
            transfer: self.transfers.shown(lens),
            clocks: self.clocks.shown(),
            ..message
        }
    }
}
