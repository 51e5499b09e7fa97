//! What is known of a referral: the facts of its draft, where it stands, which police units it has
//! reached, and its clocks. Never here: decisions.

use jiff::Timestamp;

use crate::actor::Unit;
use crate::claim::Claim;
use crate::clock::Clocks;
use crate::decider::Scope;
use crate::ids::OfficerId;
use crate::paper::Paper;
use crate::referral::event::Drafted;
use crate::referral::step::Step;
use crate::text::Text;

/// What is known of a referral.
#[derive(Debug, Clone, Default)]
pub enum State {
    /// Nothing: not drafted.
    #[default]
    Unknown,
    /// A referral.
    Known(Box<Referral>),
}

impl State {
    /// The referral, once it is drafted.
    #[must_use]
    pub fn known(&self) -> Option<&Referral> {
        match self {
            State::Unknown => None,
            State::Known(referral) => Some(referral),
        }
    }
}

/// A signed receipt (Order 310 art. 7): written once, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its number.
    pub number: Text<40>,
    /// Who signed.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

/// A police unit the referral has reached: by delivery, by forwarding, or because the unit before it did not
/// sign in time and this one did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The unit.
    pub unit: Unit,
    /// When it was delivered, forwarded, or fell back.
    pub at: Timestamp,
    /// The receipt, once signed.
    pub receipt: Option<Receipt>,
}

/// A drafted referral.
#[derive(Debug, Clone)]
pub struct Referral {
    pub(super) draft: Drafted,
    pub(super) step: Step,
    /// Every paper handed in so far.
    pub(super) papers: Vec<Paper>,
    pub(super) claim: Claim,
    pub(super) clocks: Clocks,
    pub(super) designated: Option<Unit>,
    /// In order; the last one has the referral.
    pub(super) arrivals: Vec<Arrival>,
    /// The fallback unit it lies before as well, since when; none once somebody has signed.
    pub(super) fallback: Option<(Unit, Timestamp)>,
    /// When the last step really happened.
    pub(super) last: Timestamp,
}

impl Referral {
    pub(super) fn new(draft: Drafted, at: Timestamp) -> Self {
        Self {
            draft,
            step: Step::Drafting,
            papers: Vec::new(),
            claim: Claim::Open,
            clocks: Clocks::default(),
            designated: None,
            arrivals: Vec::new(),
            fallback: None,
            last: at,
        }
    }

    /// What was drafted: id, clue, division, units, team, charges.
    #[must_use]
    pub fn draft(&self) -> &Drafted {
        &self.draft
    }

    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.step.is_final()
    }

    /// Who has claimed it.
    #[must_use]
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Its clocks.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// The police unit a superior designated.
    #[must_use]
    pub fn designated(&self) -> Option<&Unit> {
        self.designated.as_ref()
    }

    /// The police units it has reached, in order.
    #[must_use]
    pub fn arrivals(&self) -> &[Arrival] {
        &self.arrivals
    }

    /// The police unit that has it now.
    #[must_use]
    pub fn police(&self) -> Option<&Unit> {
        self.arrivals.last().map(|arrival| &arrival.unit)
    }

    /// The fallback unit before which it lies as well, because nobody signed in time.
    #[must_use]
    pub fn fallback(&self) -> Option<&Unit> {
        self.fallback.as_ref().map(|(unit, _)| unit)
    }

    /// The police unit on whose fast-response queue it waits for a receipt.
    #[must_use]
    pub fn queue(&self) -> Option<&Unit> {
        self.police().filter(|_| self.step.awaits_receipt())
    }

    /// The receipt of the police unit that has it now.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        self.arrivals.last().and_then(|arrival| arrival.receipt.as_ref())
    }

    /// When its last step really happened; nothing may be dated before.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        self.last
    }

    /// Whose it is: the agency first, then those who watch it, then every police unit it was handed to.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let scope = Scope { division: Some(self.draft.division), ..Scope::default() }
            .with(&self.draft.from)
            .with(&self.draft.superior)
            .with(&self.draft.procuratorate);
        let police = self.arrivals.iter().map(|arrival| &arrival.unit).chain(self.fallback());
        police.fold(scope, Scope::with)
    }

    /// Who has its file: the agency that drew it up and, once it was delivered, every police unit it was handed to and
    /// the procuratorate, which gets a copy (Order 310). The superior watches over clocks and outcome without it.
    #[must_use]
    pub fn holders(&self) -> Scope {
        let own = Scope { division: Some(self.draft.division), ..Scope::default() }.with(&self.draft.from);
        if self.arrivals.is_empty() {
            return own;
        }
        let police = self.arrivals.iter().map(|arrival| &arrival.unit).chain(self.fallback());
        police.fold(own, Scope::with).with(&self.draft.procuratorate)
    }
}
