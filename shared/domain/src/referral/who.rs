//! Who may do what to a referral: the column "who" of handbook 3.4. Permission policies ask whether an
//! officer may use the action at all; this asks whether the law makes it theirs.
//! Never here: where the referral stands, or what the papers must be.

use crate::actor::{Actor, Agency, Role, Unit};
use crate::claim::ClaimRefused;
use crate::division::Divisions;
use crate::document_number::DocumentNumber;
use crate::referral::command::Command;
use crate::referral::rejection::Rejection;
use crate::referral::state::Referral;

impl Referral {
    /// Whether the command is the actor's to give.
    pub(super) fn may(&self, command: &Command, actor: &Actor) -> Result<(), Rejection> {
        match command {
            Command::Abandon { .. } => self.leader(actor),
            Command::Submit { .. } | Command::Deliver { .. } | Command::HandOver { .. } => self.team(actor),
            Command::Approve { presiding, .. } | Command::Refuse { presiding, .. } => {
                self.approver(actor, presiding.as_ref())
            }
            Command::OrderAnew { .. } => either(actor, &self.draft.superior, &self.draft.procuratorate),
            Command::Designate { to, .. } => self.designator(to, actor),
            Command::Draft(_)
            | Command::Supplement { .. }
            | Command::RequestReconsideration { .. }
            | Command::SuggestSupervision { .. }
            | Command::AcceptReturn { .. }
            | Command::DecideFine { .. } => of(actor, &self.draft.from),
            Command::Claim | Command::Release { .. } => self.officer_of_police(actor).map(|_| ()),
            Command::SignReceipt { .. } => self.holder(actor),
            Command::RequestSupplement { .. }
            | Command::Forward { .. }
            | Command::DeclareNotPolice { .. }
            | Command::Uphold { .. }
            | Command::GiveReasons { .. }
            | Command::Withdraw { .. }
            | Command::NotifyWithdrawal { .. }
            | Command::GiveFeedback { .. } => self.holder_or_head(actor),
            Command::File { .. } | Command::NotFile { .. } => self.police_head(actor),
            Command::OpenSupervision { .. } | Command::AcceptReasons { .. } | Command::OrderFiling { .. } => {
                of(actor, &self.draft.procuratorate)
            }
            Command::Conclude { .. } => {
                of(actor, &self.draft.procuratorate).or_else(|_| self.holder_or_head(actor))
            }
            Command::Ring { .. } => {
                if actor.unit.agency == Agency::Hub {
                    Ok(())
                } else {
                    Err(Rejection::NotTheClock)
                }
            }
        }
    }

    fn team(&self, actor: &Actor) -> Result<(), Rejection> {
        // An officer who has moved to another unit leaves the case behind.
        of(actor, &self.draft.from)?;
        if self.draft.team.contains(&actor.officer) {
            Ok(())
        } else {
            Err(Rejection::NotInTeam { officer: actor.officer.clone() })
        }
    }

    fn leader(&self, actor: &Actor) -> Result<(), Rejection> {
        of(actor, &self.draft.from)?;
        if actor.is(Role::Leader) || actor.is(Role::Head) {
            Ok(())
        } else {
            Err(Rejection::NotLeader { unit: self.draft.from.id.clone() })
        }
    }

    /// Order 310 art. 5: "本机关正职负责人或者主持工作的负责人". The head; or a leader of the unit who presides
    /// in the head's place by a document whose number goes on record. A deputy without it does not decide, and
    /// never one of the team.
    fn approver(&self, actor: &Actor, presiding: Option<&DocumentNumber>) -> Result<(), Rejection> {
        of(actor, &self.draft.from)?;
        let presides = presiding.is_some() && actor.is(Role::Leader);
        if !actor.is(Role::Head) && !presides {
            return Err(Rejection::NotHead { unit: self.draft.from.id.clone() });
        }
        if self.draft.team.contains(&actor.officer) {
            return Err(Rejection::ApproverInTeam { officer: actor.officer.clone() });
        }
        Ok(())
    }

    /// 指定管辖: a police unit above the one designated, whose area holds the matter, or the agency's
    /// superior.
    fn designator(&self, to: &Unit, actor: &Actor) -> Result<(), Rejection> {
        let within = |code| Divisions::standard().is_within(code, actor.unit.division);
        let above = actor.unit.agency == Agency::Police
            && actor.unit.level > to.level
            && within(self.draft.division)
            && within(to.division);
        if above || actor.unit.id == self.draft.superior.id {
            Ok(())
        } else {
            Err(Rejection::MayNotDesignate { unit: actor.unit.id.clone() })
        }
    }

    fn officer_of_police(&self, actor: &Actor) -> Result<&Unit, Rejection> {
        // Before the delivery it is the agency's turn.
        let police = self.police().ok_or_else(|| yours(&self.draft.from))?;
        match self.fallback().filter(|fallback| fallback.id == actor.unit.id) {
            Some(fallback) => Ok(fallback),
            None => of(actor, police).map(|()| police),
        }
    }

    /// The officer who took the entry from the queue.
    fn holder(&self, actor: &Actor) -> Result<(), Rejection> {
        self.officer_of_police(actor)?;
        self.claim.must_be_of(actor).map_err(|refused| self.refused_claim(refused))
    }

    /// The head answers for the unit and may act without holding the claim, so that a case is never
    /// stuck with an officer who is away.
    fn holder_or_head(&self, actor: &Actor) -> Result<(), Rejection> {
        self.officer_of_police(actor)?;
        if actor.is(Role::Head) { Ok(()) } else { self.holder(actor) }
    }

    /// MPS 2020 art. 178: the county-level head decides on filing, holder of the claim or not.
    fn police_head(&self, actor: &Actor) -> Result<(), Rejection> {
        let police = self.officer_of_police(actor)?;
        if actor.is(Role::Head) { Ok(()) } else { Err(Rejection::NotHead { unit: police.id.clone() }) }
    }

    /// A claim kept by receipt stands since the receipt.
    pub(super) fn refused_claim(&self, refused: ClaimRefused) -> Rejection {
        Rejection::of_claim(refused, self.receipt().map_or(self.last, |receipt| receipt.at))
    }
}

/// Whether the actor acts in the name of `unit`.
pub(super) fn of(actor: &Actor, unit: &Unit) -> Result<(), Rejection> {
    if actor.unit.id == unit.id { Ok(()) } else { Err(yours(unit)) }
}

fn either(actor: &Actor, one: &Unit, other: &Unit) -> Result<(), Rejection> {
    of(actor, other).or_else(|_| of(actor, one))
}

fn yours(unit: &Unit) -> Rejection {
    Rejection::NotYourUnit { unit: unit.id.clone() }
}
