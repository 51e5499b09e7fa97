//! What the law demands of a command itself: the team, the papers, the competent police, the periods of
//! rights. Never here: who may act (that is `who`) or where the referral stands (that is `step`).

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::actor::{Agency, Level, Stamp, Unit};
use crate::division::Divisions;
use crate::ids::UnitId;
use crate::paper::{Paper, PaperKind};
use crate::referral::command::{Command, Draft};
use crate::referral::event::SupplementPaper;
use crate::referral::rejection::Rejection;
use crate::referral::state::{Receipt, Referral};
use crate::referral::step::{Demand, Remedy, Step};
use crate::referral::who;
use crate::text::Text;

/// Officers of a case team (Order 310 art. 5).
const TEAM: usize = 2;
/// An act recorded within this many seconds counts as stated "now", as on a clue: two officers who act at
/// once, or two machines whose clocks differ a little, are put in order by the log and not by their watches.
const STATED_NOW_SECONDS: i64 = 60;

/// Whether a draft may be opened (Order 310 art. 2, 3 and 5).
pub(super) fn draft(draft: &Draft, stamp: &Stamp) -> Result<(), Rejection> {
    if !draft.from.agency.enforces() {
        return Err(Rejection::NotEnforcing { agency: draft.from.agency });
    }
    // A draft opened from a clue arrives as a reaction of the hub.
    if stamp.by.unit.agency != Agency::Hub {
        who::of(&stamp.by, &draft.from)?;
    }
    let officers = draft.team.iter().collect::<BTreeSet<_>>().len();
    if officers < TEAM {
        return Err(Rejection::TeamTooSmall { officers, needed: TEAM });
    }
    let level = draft.from.level;
    if draft.superior.level <= level && level != Level::Nation {
        return Err(Rejection::NotSuperior { unit: draft.superior.id.clone() });
    }
    let procuratorate = &draft.procuratorate;
    if procuratorate.agency != Agency::Procuratorate || procuratorate.level != level {
        return Err(Rejection::NotProcuratorate { unit: procuratorate.id.clone(), level });
    }
    Ok(())
}

/// Whether an act can have happened when it says: not before the step it follows, not in the future.
pub(super) fn time(previous: Option<Timestamp>, stamp: &Stamp) -> Result<(), Rejection> {
    if stamp.at > stamp.recorded {
        return Err(Rejection::InFuture { at: stamp.at, recorded: stamp.recorded });
    }
    let dated_back = stamp.recorded.as_second() - stamp.at.as_second() > STATED_NOW_SECONDS;
    match previous.filter(|previous| dated_back && stamp.at < *previous) {
        Some(previous) => Err(Rejection::BeforePrevious { at: stamp.at, previous }),
        None => Ok(()),
    }
}

impl Referral {
    /// Whether the command is what the law demands.
    pub(super) fn lawful(&self, command: &Command, stamp: &Stamp) -> Result<(), Rejection> {
        let at = stamp.at;
        match command {
            Command::Approve { paper, .. } | Command::Refuse { paper, .. } => {
                paper.iter().try_for_each(|paper| kind(paper, &[PaperKind::Decision]))
            }
            Command::Submit { papers, .. } => present(&[PaperKind::Report], papers, &[]),
            Command::Designate { to, .. } => police(to),
            Command::Deliver { to, papers, .. } => {
                self.competent(to)?;
                self.complete(papers)
            }
            Command::SignReceipt { number, paper } => {
                self.unused(number, &stamp.by.unit.id)?;
                kind(paper, &[PaperKind::Receipt])
            }
            Command::RequestSupplement { missing, .. } => asks(missing),
            Command::Supplement { papers, .. } => self.answers(papers),
            Command::Forward { to, .. } => self.may_pass_to(to),
            Command::File { paper, .. } => kind(paper, &[PaperKind::Decision]),
            Command::NotFile { paper, .. } => kind(paper, &[PaperKind::Notice, PaperKind::Decision]),
            Command::HandOver { paper, .. } => kind(paper, &[PaperKind::HandOver]),
            Command::RequestReconsideration { .. } => self.open_remedy(command.action(), at).map(|_| ()),
            Command::SuggestSupervision { .. } => self.may_suggest(command.action(), at),
            Command::GiveReasons { .. } => self.unanswered(),
            Command::AcceptReasons { .. } => self.reasons(None),
            Command::OrderFiling { .. } => self.reasons(Some(at)),
            Command::NotifyWithdrawal { .. } => self.told(false),
            Command::AcceptReturn { .. } | Command::Conclude { .. } => self.told(true),
            Command::Draft(_)
            | Command::Abandon { .. }
            | Command::OrderAnew { .. }
            | Command::Claim
            | Command::Release { .. }
            | Command::DeclareNotPolice { .. }
            | Command::Uphold { .. }
            | Command::OpenSupervision { .. }
            | Command::Withdraw { .. }
            | Command::GiveFeedback { .. }
            | Command::DecideFine { .. }
            | Command::Ring { .. } => Ok(()),
        }
    }

    /// Whether the agency has, or has not yet, been told of a withdrawal (MPS 2020 art. 189).
    fn told(&self, wanted: bool) -> Result<(), Rejection> {
        let Step::CaseWithdrawn { notified } = self.step else {
            return Ok(());
        };
        match (notified, wanted) {
            (true, false) => Err(Rejection::AlreadyNotified),
            (false, true) => Err(Rejection::WithdrawalNotNotified),
            (true, true) | (false, false) => Ok(()),
        }
    }

    /// Art. 5: the police of the same level for the place; a designation takes their place.
    fn competent(&self, to: &Unit) -> Result<(), Rejection> {
        let (level, place) = (self.draft.from.level, self.draft.division);
        match &self.designated {
            Some(designated) => only(designated, to),
            None if to.agency == Agency::Police
                && to.level == level
                && Divisions::standard().is_within(place, to.division) =>
            {
                Ok(())
            }
            None => Err(Rejection::WrongPolice { unit: to.id.clone(), level, place }),
        }
    }

    /// Art. 6: letter, report and list of items; appraisals when any were submitted to the head.
    fn complete(&self, papers: &[Paper]) -> Result<(), Rejection> {
        let appraisals: Vec<&Paper> =
            self.papers.iter().filter(|paper| paper.kind == PaperKind::Appraisal).collect();
        present(&[PaperKind::Letter, PaperKind::Report, PaperKind::Items], papers, &appraisals)
    }

    fn answers(&self, papers: &[Paper]) -> Result<(), Rejection> {
        if let (Step::SupplementRequested { missing }, []) = (&self.step, papers) {
            return Err(Rejection::MissingPapers { missing: missing.clone() });
        }
        Ok(())
    }

    /// A receipt cannot be played back: when a case comes back to a unit by designation, that unit signs
    /// a new receipt with a number of its own.
    fn unused(&self, number: &Text<40>, signer: &UnitId) -> Result<(), Rejection> {
        let before = self.arrivals.iter().filter(|arrival| arrival.unit.id == *signer);
        match before.filter_map(|arrival| arrival.receipt.as_ref()).find(|one| one.number == *number) {
            Some(receipt) => Err(immutable(signer, receipt)),
            None => Ok(()),
        }
    }

    /// Art. 7: to the competent police unit; once each, then a superior designates.
    fn may_pass_to(&self, to: &Unit) -> Result<(), Rejection> {
        police(to)?;
        match (&self.designated, self.police()) {
            (Some(designated), Some(here)) if designated.id == here.id => {
                Err(Rejection::DesignatedHere { unit: here.id.clone() })
            }
            (Some(designated), _) => only(designated, to),
            (None, Some(here)) if here.id == to.id => Err(Rejection::ForwardToItself { unit: to.id.clone() }),
            (None, _) if self.arrivals.iter().any(|arrival| arrival.unit.id == to.id) => {
                Err(Rejection::HadItAlready { unit: to.id.clone() })
            }
            (None, _) => Ok(()),
        }
    }

    /// Art. 9: the right ends with its period, whether or not its clock has rung, and an act that happened
    /// within it counts however late the hub learns of it.
    fn open_remedy(&self, action: &'static str, at: Timestamp) -> Result<Remedy, Rejection> {
        let (Step::NotFiled(remedy) | Step::NotFiledUpheld(remedy)) = &self.step else {
            return Err(Rejection::not_here(action, &self.step));
        };
        match remedy.until.filter(|until| *until < at) {
            Some(due) => Err(Rejection::RightLapsed { action, due }),
            None => Ok(remedy.clone()),
        }
    }

    fn may_suggest(&self, action: &'static str, at: Timestamp) -> Result<(), Rejection> {
        if self.open_remedy(action, at)?.suggested {
            return Err(Rejection::AlreadySuggested);
        }
        Ok(())
    }

    fn unanswered(&self) -> Result<(), Rejection> {
        if self.step == Step::FilingSupervision(Demand::Answered) {
            return Err(Rejection::ReasonsAlreadyGiven);
        }
        Ok(())
    }

    /// The reasons come before what the procuratorate makes of them (SPP 2001 art. 10). Silence past the
    /// period does not protect the police: an order may then be given without.
    fn reasons(&self, order_at: Option<Timestamp>) -> Result<(), Rejection> {
        let Step::FilingSupervision(Demand::Pending { until }) = &self.step else {
            return Ok(());
        };
        let due = until.unwrap_or(self.last);
        if order_at.is_some_and(|at| due < at) { Ok(()) } else { Err(Rejection::ReasonsPending { due }) }
    }
}

/// What a unit has signed stands.
pub(super) fn immutable(unit: &UnitId, receipt: &Receipt) -> Rejection {
    Rejection::ReceiptImmutable { unit: unit.clone(), number: receipt.number.clone(), at: receipt.at }
}

/// A notice that asks for nothing would only gain time.
fn asks(missing: &[SupplementPaper]) -> Result<(), Rejection> {
    if missing.is_empty() {
        return Err(Rejection::NothingAsked);
    }
    Ok(())
}

fn only(designated: &Unit, to: &Unit) -> Result<(), Rejection> {
    if designated.id == to.id {
        return Ok(());
    }
    Err(Rejection::NotDesignated { unit: to.id.clone(), designated: designated.id.clone() })
}

fn police(unit: &Unit) -> Result<(), Rejection> {
    if unit.agency == Agency::Police { Ok(()) } else { Err(Rejection::NotPolice { unit: unit.id.clone() }) }
}

fn kind(paper: &Paper, expected: &[PaperKind]) -> Result<(), Rejection> {
    if expected.contains(&paper.kind) {
        Ok(())
    } else {
        Err(Rejection::WrongPaper { given: paper.kind, expected: expected.to_vec() })
    }
}

/// All kinds needed and each of the papers named, by content; names everything that is missing at once.
fn present(needed: &[PaperKind], papers: &[Paper], each: &[&Paper]) -> Result<(), Rejection> {
    let mut missing: Vec<PaperKind> =
        needed.iter().copied().filter(|kind| !papers.iter().any(|paper| paper.kind == *kind)).collect();
    let lost = |wanted: &&Paper| !papers.iter().any(|paper| paper.hash == wanted.hash);
    if let Some(paper) = each.iter().copied().find(lost) {
        missing.push(paper.kind);
    }
    if missing.is_empty() { Ok(()) } else { Err(Rejection::MissingPapers { missing }) }
}
