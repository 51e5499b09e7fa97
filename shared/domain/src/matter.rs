//! What need-to-know asks about a matter: where it lies, whose it is, whether a child is concerned, and who is
//! named as its handler (handbook 1.4). Folded from the matter's own events, so that a change of assignment
//! holds for the next question. Never here: who may see what (that is policy), or anything personal.

use crate::campaign::{self, CampaignRule};
use crate::category::{Category, Minor, Urgency};
use crate::claim::Claim;
use crate::clue::state::Obligation;
use crate::clue::{self, Clue, ClueRule, Stage};
use crate::decider::{Decider, Scope};
use crate::dispatch;
use crate::hazard;
use crate::ids::{ClueId, OfficerId, ReferralId, UnitId};
use crate::inspection;
use crate::institution::{self, InstitutionRule};
use crate::officer::{self, OfficerRule};
use crate::referral::{self, Referral};
use crate::reverse_referral::{self, ReverseRule};
use crate::staff_count;
use crate::unit::{self, UnitRule};

/// What kind of matter a stream is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A clue.
    Clue,
    /// A referral.
    Referral,
    /// A reverse referral.
    Reverse,
    /// A joint inspection.
    Inspection,
    /// A hazard.
    Hazard,
    /// An entry of the directory: a unit or an institution.
    Directory,
    /// An officer's entry.
    Officer,
    /// A campaign.
    Campaign,
    /// A dispatch.
    Dispatch,
    /// A staff count.
    StaffCount,
    /// Access by break-glass, and erasures: the record of the hub's own acts.
    Record,
}

impl Kind {
    /// The word policies use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Clue => "clue",
            Kind::Referral => "referral",
            Kind::Reverse => "reverse",
            Kind::Inspection => "inspection",
            Kind::Hazard => "hazard",
            Kind::Directory => "directory",
            Kind::Officer => "officer",
            Kind::Campaign => "campaign",
            Kind::Dispatch => "dispatch",
            Kind::StaffCount => "staff-count",
            Kind::Record => "record",
        }
    }
}

/// A matter, as need-to-know sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// What kind.
    pub kind: Kind,
    /// Where it lies and whose it is.
    pub scope: Scope,
    /// The unit that answers for it: it is shown who read.
    pub owner: Option<UnitId>,
    /// Whether a minor is concerned; raises classes.
    pub minor: Minor,
    /// What it is about, when it is or came from a clue.
    pub category: Option<Category>,
    /// How urgent it is.
    pub urgency: Option<Urgency>,
    /// Its named handlers (CPL art. 111; MPS 2020 art. 173): only they see identities that are kept secret.
    pub named: Vec<OfficerId>,
    /// The matter it came from, whose facts hold for it too.
    pub origin: Option<Origin>,
}

/// Where a matter came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A clue.
    Clue(ClueId),
    /// A referral.
    Referral(ReferralId),
}

impl Matter {
    fn new(kind: Kind, scope: Scope) -> Self {
        let owner = scope.parties.first().cloned();
        let (minor, named) = (Minor::None, Vec::new());
        Self { kind, scope, owner, minor, category: None, urgency: None, named, origin: None }
    }

    /// A record of the hub's own acts.
    #[must_use]
    pub fn record(scope: Scope) -> Self {
        Self::new(Kind::Record, scope)
    }

    /// With the facts of the matter it came from: a referral knows no child of its own.
    #[must_use]
    pub fn following(self, origin: &Matter) -> Self {
        Self {
            minor: self.minor.max(origin.minor),
            category: self.category.or(origin.category),
            urgency: self.urgency.or(origin.urgency),
            ..self
        }
    }
}

/// A clue. `wrote` is the officer who wrote it down, who is a named handler while the clue is in the unit.
#[must_use]
pub fn of_clue(state: &clue::State, wrote: Option<&OfficerId>) -> Option<Matter> {
    let clue = state.clue()?;
    let scope = ClueRule::scope(&clue::Command::Claim, state);
    let named = wrote.into_iter().chain(team(clue)).chain(holder(clue.claim())).cloned().collect();
    let (category, urgency) = (Some(clue.category()), Some(clue.urgency()));
    let owner = Some(clue.in_charge().id.clone());
    // A mandatory report is about a minor, whoever wrote it down without saying so.
    let mandatory = *clue.obligation() != Obligation::None;
    let minor = if mandatory { clue.minor().max(Minor::Minor) } else { clue.minor() };
    Some(Matter { owner, minor, category, urgency, named, ..Matter::new(Kind::Clue, scope) })
}

fn team(clue: &Clue) -> &[OfficerId] {
    if let Stage::Verifying { team, .. } = clue.stage() { team } else { &[] }
}

const fn holder(claim: &Claim) -> Option<&OfficerId> {
    match claim {
        Claim::Open => None,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by),
    }
}

/// A referral; its team and who holds its entry are the named handlers.
#[must_use]
pub fn of_referral(state: &referral::State) -> Option<Matter> {
    let known: &Referral = state.known()?;
    let draft = known.draft();
    let named = draft.team.iter().chain(holder(known.claim())).cloned().collect();
    let origin = Some(Origin::Clue(draft.clue.clone()));
    Some(Matter { named, origin, ..Matter::new(Kind::Referral, known.holders()) })
}

/// A reverse referral.
#[must_use]
pub fn of_reverse(state: &reverse_referral::State) -> Option<Matter> {
    let reverse_referral::State::Known { sent, .. } = state else { return None };
    let scope = ReverseRule::scope(&reverse_referral::Command::Send(sent.clone()), state);
    let origin = sent.referral.clone().map(Origin::Referral);
    Some(Matter { origin, ..Matter::new(Kind::Reverse, scope) })
}

/// A joint inspection: of the leading unit and those invited.
#[must_use]
pub fn of_inspection(state: &inspection::State) -> Option<Matter> {
    Some(Matter::new(Kind::Inspection, state.known()?.plan().scope()))
}

/// A hazard: of the unit in charge, the finder, and who came to it later.
#[must_use]
pub fn of_hazard(state: &hazard::State) -> Option<Matter> {
    Some(Matter::new(Kind::Hazard, state.known()?.scope()))
}

/// A campaign: of the unit that leads it.
#[must_use]
pub fn of_campaign(state: &campaign::State) -> Option<Matter> {
    state.known()?;
    Some(Matter::new(Kind::Campaign, CampaignRule::scope(&campaign::Command::Close, state)))
}

/// A dispatch: of the unit that reported it.
#[must_use]
pub fn of_dispatch(state: &dispatch::State) -> Option<Matter> {
    let (report, unit) = state.known()?;
    let scope = Scope { division: Some(report.post.division), ..Scope::default() };
    Some(Matter::new(Kind::Dispatch, scope.with(unit)))
}

/// A staff count: of the unit that reported it.
#[must_use]
pub fn of_staff_count(state: &staff_count::State) -> Option<Matter> {
    let (report, unit) = state.known()?;
    let scope = Scope { division: Some(report.division), ..Scope::default() };
    Some(Matter::new(Kind::StaffCount, scope.with(unit)))
}

/// A unit's entry. A closed one lies nowhere and is nobody's.
#[must_use]
pub fn of_unit(state: &unit::State) -> Matter {
    Matter::new(Kind::Directory, UnitRule::scope(&unit::Command::Close, state))
}

/// An officer's entry.
#[must_use]
pub fn of_officer(state: &officer::State) -> Matter {
    Matter::new(Kind::Officer, OfficerRule::scope(&officer::Command::Disable, state))
}

/// An institution's entry.
#[must_use]
pub fn of_institution(state: &institution::State) -> Option<Matter> {
    let institution::State::Known(particulars) = state else { return None };
    let command = institution::Command::Register(particulars.clone());
    Some(Matter::new(Kind::Directory, InstitutionRule::scope(&command, state)))
}
