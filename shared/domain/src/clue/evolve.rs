//! Takes in what has happened to a clue. Cannot fail: an event that does not fit changes nothing.
//! Never here: decisions.

use std::collections::{BTreeMap, BTreeSet};

use crate::actor::{Stamp, Unit};
use crate::category::Urgency;
use crate::claim::{Claim, ClaimEvent};
use crate::clock::Clocks;
use crate::clue::event::{Conclusion, Event, Reported};
use crate::clue::stage::{ReferralEnd, Stage};
use crate::clue::state::{Clue, Obligation, Progress, Receipt, State, Transfer};
use crate::ids::{ClueId, ReferralId, UnitId};
use crate::paper::Paper;
use crate::text::Text;

/// The state after one more event.
pub(super) fn state(state: State, event: &Event, stamp: &Stamp) -> State {
    match state {
        State::Known(mut clue) => {
            clue.take_in(event, stamp);
            State::Known(clue)
        }
        State::Unknown => {
            let Event::Reported(reported) = event else { return State::Unknown };
            State::Known(Box::new(first(reported, stamp)))
        }
    }
}

fn first(reported: &Reported, stamp: &Stamp) -> Clue {
    Clue {
        id: reported.id.clone(),
        division: reported.division,
        institution: reported.institution.clone(),
        category: reported.category,
        situation: reported.situation,
        urgency: reported.urgency,
        minor: reported.minor,
        harm: reported.harm.clone(),
        owner: reported.owner.clone(),
        handler: None,
        police: reported.police.clone(),
        fallback: reported.fallback.clone(),
        stage: Stage::Received,
        obligation: Obligation::None,
        claim: Claim::Open,
        clocks: Clocks::default(),
        returns: 0,
        absorbed: BTreeSet::new(),
        passed_on: BTreeSet::new(),
        referrals: BTreeMap::new(),
        last: stamp.at,
    }
}

impl Clue {
    fn take_in(&mut self, event: &Event, stamp: &Stamp) {
        // What the clock service writes is no step: an act that happened before it may still arrive.
        if !matches!(event, Event::Clock(_) | Event::Claim(ClaimEvent::Lapsed { .. })) {
            self.last = self.last.max(stamp.at);
        }
        match event {
            // A stream has one report, its first event.
            Event::Reported(_) | Event::CallRecorded { .. } | Event::FineDecided { .. } => {}
            Event::ObligationOpened { police } => {
                self.obligation = Obligation::Open { police: police.clone() };
            }
            Event::ObligationMet { receipt } => self.meet(signed(receipt, stamp)),
            Event::Absorbed { from, urgency } => self.absorb(from, *urgency),
            Event::MergeProposed { into } => {
                self.stage = Stage::MergeProposed { into: into.clone(), by: stamp.by.officer.clone() };
            }
            Event::Merged { into, .. } => self.stage = Stage::Merged { into: into.clone() },
            Event::MergeUndone { .. } => self.stage = Stage::Received,
            Event::Triaged { category, urgency, minor, harm } => {
                (self.category, self.urgency, self.minor) = (*category, *urgency, *minor);
                self.harm.clone_from(harm);
                self.sorted();
            }
            Event::Assigned { to } => self.assigned(to),
            Event::Returned { designator, .. } => self.returned(designator.clone()),
            Event::VerificationStarted { team } => {
                self.stage = Stage::Verifying { team: team.clone(), extended: false };
            }
            Event::VerificationExtended { .. } => self.extended(),
            Event::Concluded { result, .. } => self.stage = concluded(*result),
            Event::PoliceTransferRequested { to, papers } => self.stage = requested(to, papers, stamp),
            Event::PoliceTransferred { to, confirmed, .. } => self.handed_over(sent(to, *confirmed, stamp)),
            Event::TransferredOther { to, .. } => self.offer(Stage::TransferredOther(sent(to, true, stamp))),
            Event::TransferConfirmed {} => {
                if let Some(transfer) = self.stage.transfer_mut() {
                    transfer.confirmed = true;
                }
            }
            Event::TransferReceipted { number, .. } => self.receipted(&signed(number, stamp)),
            Event::TransferAccepted {} => self.at_desks(&stamp.by.unit.id, Progress::accept),
            Event::TransferForwarded { to, .. } => self.forwarded(to, &stamp.by.unit.id),
            Event::TransferDeclined { .. } => self.declined(&stamp.by.unit.id),
            Event::FeedbackReceived { .. } => self.answered(&stamp.by.unit.id),
            Event::AdminCaseOpened { number } => self.stage = Stage::AdminHandling { case: number.clone() },
            Event::ReferralOpened { draft } => self.referred(&draft.id),
            Event::ReferralEnded { referral, filed } => self.referral_ended(referral, *filed),
            Event::ReferralResumed { referral } => self.referral_resumed(referral),
            Event::ReporterInformed { .. } => self.stage = Stage::Closed,
            Event::Reopened { .. } => {
                self.returns = 0;
                self.offered_no_more();
            }
            Event::FellBack { to } => self.owner = to.clone(),
            Event::Claim(event) => self.claim = std::mem::take(&mut self.claim).evolve(event, stamp),
            Event::Clock(event) => self.clocks.evolve(event),
        }
    }

    fn handed_over(&mut self, mut transfer: Transfer) {
        // Handed over by the receiving unit's own receipt: it comes from the unit in charge.
        if transfer.from.id == transfer.to.id {
            transfer.from = self.in_charge().clone();
        }
        self.offer(Stage::TransferredPolice(transfer));
    }

    fn absorb(&mut self, from: &ClueId, urgency: Urgency) {
        self.absorbed.insert(from.clone());
        self.urgency = self.urgency.or_higher(urgency);
    }

    /// Sorting moves a clue only where it waits to be sorted; later it stays with its unit.
    fn sorted(&mut self) {
        if let Stage::Received | Stage::MergeProposed { .. } | Stage::TransferRequested { .. } = self.stage {
            self.back_to_sorting(None);
        }
    }

    fn returned(&mut self, designator: Option<Unit>) {
        self.returns = self.returns.saturating_add(1);
        self.back_to_sorting(designator);
    }

    fn back_to_sorting(&mut self, designator: Option<Unit>) {
        self.handler = None;
        self.stage = Stage::Triaged { designator };
    }

    fn offered_no_more(&mut self) {
        self.claim = Claim::Open;
        self.back_to_sorting(None);
    }

    fn extended(&mut self) {
        if let Stage::Verifying { extended, .. } = &mut self.stage {
            *extended = true;
        }
    }

    fn receipted(&mut self, receipt: &Receipt) {
        self.keep();
        self.at_desks(&receipt.unit, |progress| progress.sign(receipt));
    }

    fn referred(&mut self, referral: &ReferralId) {
        let case = self.stage.case().cloned();
        self.referrals.insert(referral.clone(), ReferralEnd::Open);
        self.stage = Stage::ReferralOpened { referral: referral.clone(), case };
    }

    fn assigned(&mut self, to: &Unit) {
        let designated =
            if let Stage::Triaged { designator } = &self.stage { designator.clone() } else { None };
        self.handler = Some(to.clone());
        self.stage = Stage::Assigned { designated };
    }

    fn meet(&mut self, receipt: Receipt) {
        self.obligation.met(receipt);
        self.keep();
    }

    fn keep(&mut self) {
        self.claim = std::mem::take(&mut self.claim).kept();
    }

    /// A transfer is a new entry on offer; but a report the police still have to sign for is the same entry,
    /// and whoever claimed it goes on holding it.
    fn offer(&mut self, stage: Stage) {
        self.stage = stage;
        match &self.obligation {
            Obligation::Open { .. } => {}
            Obligation::None | Obligation::Met { .. } => {
                self.claim = Claim::Open;
                self.passed_on.clear();
            }
        }
    }

    fn forwarded(&mut self, to: &Unit, by: &UnitId) {
        self.claim = Claim::Open;
        self.passed_on.insert(by.clone());
        self.obligation.forwarded(by, to);
        if let Some(transfer) = self.transfer_at(by) {
            (transfer.to, transfer.progress) = (to.clone(), Progress::Sent);
        }
    }

    /// A declined transfer brings the clue back to be sorted; a declined report leaves it where it is.
    fn declined(&mut self, by: &UnitId) {
        if self.transfer_at(by).is_some() {
            self.offered_no_more();
        } else {
            self.obligation.not_police(by);
        }
    }

    fn answered(&mut self, by: &UnitId) {
        self.at_desks(by, Progress::answer);
        if let Some(transfer) = self.transfer_at(by).cloned() {
            self.stage = Stage::AwaitingFeedback(transfer);
        }
    }

    /// A closed clue comes back for what follows; among several referrals the one with a criminal case counts.
    fn referral_ended(&mut self, ended: &ReferralId, filed: bool) {
        let end = if filed { ReferralEnd::Filed } else { ReferralEnd::NotFiled };
        self.referrals.insert(ended.clone(), end);
        if self.stage == Stage::Closed {
            self.stage = Stage::ReferralOpened { referral: ended.clone(), case: None };
        } else if let Stage::ReferralOpened { referral, .. } = &mut self.stage
            && filed
        {
            *referral = ended.clone();
        }
    }

    /// The clue is in its referral again, unless new facts are being looked into or another one led to a case.
    fn referral_resumed(&mut self, resumed: &ReferralId) {
        let filed = self.referral().is_some_and(|(_, end)| end == ReferralEnd::Filed);
        self.referrals.insert(resumed.clone(), ReferralEnd::Open);
        let here = matches!(
            self.stage,
            Stage::Closed | Stage::Substantiated | Stage::AdminHandling { .. } | Stage::ReferralOpened { .. }
        );
        if here && !filed {
            let case = self.stage.case().cloned();
            self.stage = Stage::ReferralOpened { referral: resumed.clone(), case };
        }
    }

    /// What a receiving unit does moves the transfer to it, and the duty to report when that is its to answer.
    fn at_desks(&mut self, by: &UnitId, step: impl Fn(&mut Progress)) {
        if let Some(transfer) = self.transfer_at(by) {
            step(&mut transfer.progress);
        }
        if let Some(progress) = self.obligation.progress_at(by) {
            step(progress);
        }
    }

    fn transfer_at(&mut self, unit: &UnitId) -> Option<&mut Transfer> {
        self.stage.transfer_mut().filter(|transfer| transfer.to.id == *unit)
    }
}

fn signed(number: &Text<40>, stamp: &Stamp) -> Receipt {
    Receipt { number: number.clone(), unit: stamp.by.unit.id.clone(), at: stamp.at }
}

fn requested(to: &Unit, papers: &[Paper], stamp: &Stamp) -> Stage {
    Stage::TransferRequested { to: to.clone(), papers: papers.to_vec(), by: stamp.by.officer.clone() }
}

fn sent(to: &Unit, confirmed: bool, stamp: &Stamp) -> Transfer {
    Transfer {
        from: stamp.by.unit.clone(),
        to: to.clone(),
        by: stamp.by.officer.clone(),
        confirmed,
        progress: Progress::Sent,
    }
}

const fn concluded(result: Conclusion) -> Stage {
    match result {
        Conclusion::Substantiated => Stage::Substantiated,
        Conclusion::Unsubstantiated => Stage::Unsubstantiated,
        Conclusion::Unverifiable => Stage::Unverifiable,
    }
}
