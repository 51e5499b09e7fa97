//! Questions that several acts on a clue ask first: whose it is, who may approve, whether the police have
//! it. Each answers with the rejection itself. Never here: what an act becomes.

use jiff::Timestamp;

use crate::actor::{Actor, Agency, Role, Stamp, Unit};
use crate::claim::ClaimRefused;
use crate::clue::rejection::Rejection;
use crate::clue::state::{Clue, Obligation};
use crate::division::Divisions;
use crate::paper::{Paper, PaperKind};

/// What a guard says.
pub(super) type Guard = Result<(), Rejection>;

/// An act recorded within this many seconds counts as stated "now": two officers who act at once, or two
/// machines whose clocks differ a little, are then put in order by the log and not by their watches.
const STATED_NOW_SECONDS: i64 = 60;

/// An act that is dated back may not lie before the step before it: nobody moves a receipt to before a
/// breach, or a transfer to before its triage (handbook 8.5).
pub(super) fn not_dated_back(clue: &Clue, stamp: &Stamp) -> Guard {
    let dated_back = stamp.recorded.as_second() - stamp.at.as_second() > STATED_NOW_SECONDS;
    if dated_back && stamp.at < clue.last {
        return Err(Rejection::BeforePrevious { at: stamp.at, previous: clue.last });
    }
    Ok(())
}

/// An act may not lie after the hub learned of it.
pub(super) fn not_in_future(stamp: &Stamp) -> Guard {
    known_by(stamp.at, stamp)
}

/// What happened at `at` is known only from then on.
pub(super) fn known_by(at: Timestamp, stamp: &Stamp) -> Guard {
    if at > stamp.recorded { Err(Rejection::InFuture { at, recorded: stamp.recorded }) } else { Ok(()) }
}

/// The officer acts for `unit`.
pub(super) fn of_unit(actor: &Actor, unit: &Unit) -> Guard {
    if actor.unit.id == unit.id { Ok(()) } else { Err(Rejection::NotYourUnit { unit: unit.id.clone() }) }
}

/// The officer leads a section or the agency.
pub(super) fn leads(actor: &Actor) -> Guard {
    let leads = actor.is(Role::Leader) || actor.is(Role::Head);
    if leads { Ok(()) } else { Err(Rejection::NotLeader { unit: actor.unit.id.clone() }) }
}

/// The unit is a police unit.
pub(super) fn police(unit: &Unit) -> Guard {
    if unit.agency == Agency::Police { Ok(()) } else { Err(Rejection::NotPolice { unit: unit.id.clone() }) }
}

/// The unit is of another agency than the sender, and not the police, who are reached by their own way.
pub(super) fn elsewhere(to: &Unit, sender: Agency) -> Guard {
    if to.agency == Agency::Police {
        return Err(Rejection::PoliceByPoliceTransfer { unit: to.id.clone() });
    }
    if to.agency == sender { Err(Rejection::OwnAgency { agency: sender }) } else { Ok(()) }
}

/// The papers have their letter.
pub(super) fn letter(papers: &[Paper]) -> Guard {
    let has = papers.iter().any(|paper| paper.kind == PaperKind::Letter);
    if has { Ok(()) } else { Err(Rejection::LetterMissing) }
}

impl Clue {
    /// The officer is of the unit that sorts the clue or of the one that handles it.
    pub(super) fn of_sender(&self, actor: &Actor) -> Guard {
        if actor.unit.id == self.owner.id { Ok(()) } else { of_unit(actor, self.in_charge()) }
    }

    /// The police have signed, or never had to.
    pub(super) fn obligation_met(&self) -> Guard {
        match &self.obligation {
            Obligation::None | Obligation::Met { .. } => Ok(()),
            Obligation::Open { police } => Err(Rejection::ObligationOpen { police: police.id.clone() }),
        }
    }

    /// The police have answered the report, or never had to.
    pub(super) fn obligation_answered(&self) -> Guard {
        match self.obligation.owed_by() {
            None => Ok(()),
            Some(police) => Err(Rejection::AnswerOutstanding { police: police.id.clone() }),
        }
    }

    /// The refusal of an act where the clue stands now.
    pub(super) fn refuses(&self, action: &'static str) -> Rejection {
        Rejection::WrongStage { stage: self.stage.name(), action }
    }

    /// The officer holds the queue entry.
    pub(super) fn held_by(&self, actor: &Actor) -> Guard {
        self.claim.must_be_of(actor).map_err(|refused| self.claim_refused(refused))
    }

    /// Why the claim says no; a claim kept by a receipt dates from it.
    pub(super) fn claim_refused(&self, refused: ClaimRefused) -> Rejection {
        match refused {
            ClaimRefused::AlreadyClaimed { by, since } => {
                let since = since.or(self.receipt().map(|receipt| receipt.at)).unwrap_or(self.last);
                Rejection::AlreadyClaimed { by, since }
            }
            ClaimRefused::NotClaimedByYou => Rejection::NotClaimedByYou,
        }
    }

    /// Whether `unit` is above the owner: same agency, higher level, an area with the clue in it.
    pub(super) fn below(&self, unit: &Unit) -> bool {
        unit.agency == self.owner.agency
            && unit.level > self.owner.level
            && Divisions::standard().is_within(self.division, unit.division)
    }
}
