//! How a referral takes in what has happened. Cannot fail. Never here: whether it was lawful.

use jiff::Timestamp;

use crate::actor::{Stamp, Unit};
use crate::claim::{Claim, ClaimEvent};
use crate::clock::ClockEvent;
use crate::ids::UnitId;
use crate::paper::Paper;
use crate::period::Periods;
use crate::referral::event::{Event, SupplementPaper};
use crate::referral::state::{Arrival, Receipt, Referral};
use crate::referral::step::{Demand, Remedy, Step};
use crate::text::Text;

impl Referral {
    /// Takes in what has happened.
    pub(super) fn evolve(&mut self, event: &Event, stamp: &Stamp) {
        match event {
            // A stream is drafted once; a second draft in it changes nothing.
            Event::Drafted(_) | Event::FeedbackGiven { .. } => {}
            Event::Abandoned { .. } => self.step = Step::Abandoned,
            Event::Submitted { papers, .. } => self.hand_in(papers, Step::PendingHead),
            Event::HeadApproved { .. } => self.step = Step::Approved,
            Event::HeadRefused { .. } => self.step = Step::HeadRefused,
            Event::OrderedAnew { .. } => self.step = Step::Drafting,
            Event::Designated { to, .. } => self.designated = Some(to.clone()),
            Event::Delivered { to, papers, .. } => {
                self.papers.extend_from_slice(papers);
                self.arrive(to, stamp.at, Step::Delivered);
            }
            Event::Receipted { number, unit, .. } => self.sign(number, unit, stamp),
            Event::FellBack { to } => self.fallback = Some((to.clone(), stamp.at)),
            Event::SupplementRequested { missing, .. } => self.ask(missing),
            Event::Supplemented { papers, .. } => self.hand_in(papers, Step::Receipted),
            Event::Forwarded { to, .. } => self.arrive(to, stamp.at, Step::Forwarded),
            Event::NotPoliceMatter { .. } => self.step = Step::NotPoliceMatter,
            Event::Filed { .. } => self.step = Step::Filed,
            Event::NotFiled { .. } => self.step = Step::NotFiled(Remedy::default()),
            Event::ReconsiderationRequested { .. } => self.step = Step::Reconsidering,
            Event::ReconsiderationUpheld { .. } => {
                self.step = Step::NotFiledUpheld(Remedy::default());
            }
            Event::SupervisionSuggested { .. } => self.remedy(|remedy| remedy.suggested = true),
            Event::SupervisionOpened { .. } => {
                self.step = Step::FilingSupervision(Demand::Pending { until: None });
            }
            Event::ReasonsGiven { .. } => self.step = Step::FilingSupervision(Demand::Answered),
            // The referral comes back to the agency by the event that follows this one.
            Event::ReasonsAccepted { .. } => {}
            Event::FilingOrdered { .. } => self.step = Step::OrderedToFile,
            Event::HandedOver { .. } => self.step = Step::HandedOver,
            Event::ReturnedForAdmin { .. } => self.step = Step::ReturnedForAdmin,
            Event::Withdrawn { .. } => self.step = Step::CaseWithdrawn { notified: false },
            Event::WithdrawalNotified { .. } => self.step = Step::CaseWithdrawn { notified: true },
            Event::Concluded { .. } => self.step = Step::Concluded,
            Event::Claim(claim) => self.claim = std::mem::take(&mut self.claim).evolve(claim, stamp),
            Event::Clock(clock) => self.tick(clock),
        }
        // What the clock service writes is no step: an act that happened before it may still arrive.
        if !matches!(
            event,
            Event::Clock(_) | Event::FellBack { .. } | Event::Claim(ClaimEvent::Lapsed { .. })
        ) {
            self.last = self.last.max(stamp.at);
        }
    }

    fn hand_in(&mut self, papers: &[Paper], step: Step) {
        self.papers.extend_from_slice(papers);
        self.step = step;
    }

    /// The unit that signs has it from then on. The other one was there first and stays on record; a
    /// fallback unit that was not needed leaves.
    fn sign(&mut self, number: &Text<40>, signer: &UnitId, stamp: &Stamp) {
        if let Some((unit, at)) = self.fallback.take().filter(|(unit, _)| unit.id == *signer) {
            self.arrivals.push(Arrival { unit, at, receipt: None });
        }
        if let Some(arrival) = self.arrivals.last_mut() {
            let by = stamp.by.officer.clone();
            arrival.receipt = Some(Receipt { number: number.clone(), by, at: stamp.at });
        }
        self.claim = std::mem::take(&mut self.claim).kept();
        self.step = Step::Receipted;
    }

    fn ask(&mut self, missing: &[SupplementPaper]) {
        let missing = missing.iter().map(|paper| paper.kind).collect();
        self.step = Step::SupplementRequested { missing };
    }

    fn arrive(&mut self, unit: &Unit, at: Timestamp, step: Step) {
        self.fallback = None;
        self.arrivals.push(Arrival { unit: unit.clone(), at, receipt: None });
        self.claim = Claim::Open;
        self.step = step;
    }

    fn remedy(&mut self, change: impl FnOnce(&mut Remedy)) {
        if let Step::NotFiled(remedy) | Step::NotFiledUpheld(remedy) = &mut self.step {
            change(remedy);
        }
    }

    /// Clocks H and K end a right, L a period for reasons: the law asks when, whether or not they rang.
    fn tick(&mut self, clock: &ClockEvent) {
        self.clocks.evolve(clock);
        let ClockEvent::Started { rule, rule_version, due, .. } = clock else {
            return;
        };
        match letter(rule, *rule_version) {
            Some('H' | 'K') => self.remedy(|remedy| remedy.until = Some(*due)),
            Some('L') => {
                if let Step::FilingSupervision(Demand::Pending { until }) = &mut self.step {
                    *until = Some(*due);
                }
            }
            Some(_) | None => {}
        }
    }
}

fn letter(rule: &str, version: u32) -> Option<char> {
    Periods::standard().row(rule, version).and_then(|period| period.letter)
}
