//! What is known of a clue, as enums: where it stands, how far a receiving unit has come, who holds the queue
//! entry. Never here: how it comes to be (that is `evolve`) or whether an act is lawful (the other parts).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::actor::Unit;
use crate::category::{Category, Harm, Minor, Urgency};
use crate::claim::Claim;
use crate::clock::Clocks;
pub use crate::clue::obligation::{Answer, Obligation};
use crate::clue::stage::{ReferralEnd, Stage};
use crate::division::DivisionCode;
use crate::ids::{ClueId, InstitutionId, OfficerId, ReferralId, UnitId};
use crate::text::Text;

/// What is known of the stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing was reported under this id.
    #[default]
    Unknown,
    /// A clue.
    Known(Box<Clue>),
}

impl State {
    /// The clue, once it is reported.
    #[must_use]
    pub fn clue(&self) -> Option<&Clue> {
        match self {
            State::Unknown => None,
            State::Known(clue) => Some(clue),
        }
    }
}

/// A clue as its history left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clue {
    pub(super) id: ClueId,
    pub(super) division: DivisionCode,
    pub(super) institution: Option<InstitutionId>,
    pub(super) category: Category,
    pub(super) situation: Option<u8>,
    pub(super) urgency: Urgency,
    pub(super) minor: Minor,
    pub(super) harm: Vec<Harm>,
    pub(super) owner: Unit,
    pub(super) handler: Option<Unit>,
    pub(super) police: Unit,
    pub(super) fallback: Unit,
    pub(super) stage: Stage,
    pub(super) obligation: Obligation,
    pub(super) claim: Claim,
    pub(super) clocks: Clocks,
    pub(super) returns: u8,
    pub(super) absorbed: BTreeSet<ClueId>,
    pub(super) passed_on: BTreeSet<UnitId>,
    pub(super) referrals: BTreeMap<ReferralId, ReferralEnd>,
    pub(super) last: Timestamp,
}

/// A transfer to another unit. A declined one leaves the clue triaged, so it is never seen here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The unit that sent it.
    pub from: Unit,
    /// The receiving unit.
    pub to: Unit,
    /// The officer who sent it; another one confirms.
    pub by: OfficerId,
    /// Whether a leader has confirmed.
    pub confirmed: bool,
    /// How far the receiving unit has come.
    pub progress: Progress,
}

/// How far a receiving unit has come with a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// On its way: on offer to the receiving unit's officers.
    Sent,
    /// The receipt is signed.
    Receipted(Receipt),
    /// Accepted.
    Accepted(Receipt),
    /// Answered; more may follow.
    Answered(Receipt),
}

impl Progress {
    /// The receipt, once it is signed.
    #[must_use]
    pub const fn receipt(&self) -> Option<&Receipt> {
        match self {
            Progress::Sent => None,
            Progress::Receipted(receipt) | Progress::Accepted(receipt) | Progress::Answered(receipt) => {
                Some(receipt)
            }
        }
    }
}

impl Progress {
    pub(super) fn sign(&mut self, receipt: &Receipt) {
        if let Progress::Sent = self {
            *self = Progress::Receipted(receipt.clone());
        }
    }

    pub(super) fn accept(&mut self) {
        if let Progress::Receipted(receipt) = self {
            *self = Progress::Accepted(receipt.clone());
        }
    }

    pub(super) fn answer(&mut self) {
        if let Progress::Accepted(receipt) = self {
            *self = Progress::Answered(receipt.clone());
        }
    }
}

/// Where a receiving unit works on a clue: on a transfer, or on a report it signed for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk<'a> {
    /// The receiving unit.
    pub to: &'a Unit,
    /// How far it has come.
    pub progress: &'a Progress,
}

/// A signed receipt 回执: never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its number.
    pub number: Text<40>,
    /// The unit that signed.
    pub unit: UnitId,
    /// When it was signed.
    pub at: Timestamp,
}

impl Clue {
    /// Its id, which is its receipt number.
    #[must_use]
    pub const fn id(&self) -> &ClueId {
        &self.id
    }

    /// Where it lies.
    #[must_use]
    pub const fn division(&self) -> DivisionCode {
        self.division
    }

    /// What it is about.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.category
    }

    /// How urgent it is.
    #[must_use]
    pub const fn urgency(&self) -> Urgency {
        self.urgency
    }

    /// Whether a minor is concerned.
    #[must_use]
    pub const fn minor(&self) -> Minor {
        self.minor
    }

    /// The institution, when known.
    #[must_use]
    pub const fn institution(&self) -> Option<&InstitutionId> {
        self.institution.as_ref()
    }

    /// Where it stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The statutory police report.
    #[must_use]
    pub const fn obligation(&self) -> &Obligation {
        &self.obligation
    }

    /// The referral it is in, with how that stands.
    #[must_use]
    pub fn referral(&self) -> Option<(&ReferralId, ReferralEnd)> {
        let Stage::ReferralOpened { referral, .. } = &self.stage else { return None };
        Some((referral, self.referrals.get(referral).copied()?))
    }

    /// A referral made from it that runs, wherever the clue stands.
    #[must_use]
    pub fn running_referral(&self) -> Option<&ReferralId> {
        self.referrals.iter().find(|(_, end)| **end == ReferralEnd::Open).map(|(referral, _)| referral)
    }

    /// The unit that sorts it.
    #[must_use]
    pub const fn owner(&self) -> &Unit {
        &self.owner
    }

    /// The unit that verifies and handles it, once assigned.
    #[must_use]
    pub const fn handler(&self) -> Option<&Unit> {
        self.handler.as_ref()
    }

    /// The unit in charge: the handler, before that the owner.
    #[must_use]
    pub fn in_charge(&self) -> &Unit {
        self.handler.as_ref().unwrap_or(&self.owner)
    }

    /// Who holds the queue entry.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Its clocks.
    #[must_use]
    pub const fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// When its last step really happened.
    #[must_use]
    pub const fn last(&self) -> Timestamp {
        self.last
    }

    /// The unit on the receiving side: of a transfer, else the police unit that owes the report a receipt or an
    /// answer.
    #[must_use]
    pub fn receiver(&self) -> Option<&Unit> {
        self.stage.transfer().map(|transfer| &transfer.to).or(self.obligation.owed_by())
    }

    /// The receipt that stands: of the transfer under way, else of the police report.
    #[must_use]
    pub const fn receipt(&self) -> Option<&Receipt> {
        match self.stage.transfer() {
            Some(transfer) => transfer.progress.receipt(),
            None => self.obligation.receipt(),
        }
    }

    /// The unit in whose queue it waits for a receipt.
    #[must_use]
    pub fn queue_unit(&self) -> Option<&Unit> {
        if self.receipt().is_none() { self.receiver() } else { None }
    }

    /// Who takes it when nobody does in time.
    #[must_use]
    pub const fn fallback(&self) -> &Unit {
        &self.fallback
    }
}
