//! The duty to report to the police 强制报告 as a small machine of its own, beside the stages of its clue. Never
//! here: whether an act is lawful, or where the clue stands.
//!
//! ```text
//! None --opened--> Open --receipt--> receipted --> accepted --> answered (more may follow)
//!                    ^-- forward --'              |  '--> not police
//!                                                 '-- forward --> forwarded --receipt--> receipted
//! ```
//! The receipt that met the duty stays; who answers it may change. While the clue is in a transfer to the unit that
//! answers, one act moves both. In an administrative case or a referral only the duty moves, so that an answer
//! never loses the case or the referral (Order 310), and whoever signed can always answer.

use crate::actor::Unit;
use crate::clue::state::{Desk, Progress, Receipt};
use crate::ids::UnitId;

/// The statutory police report of a mandatory clue (MPL art. 11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obligation {
    /// None.
    None,
    /// The police must have it, and have not signed.
    Open {
        /// The police unit whose duty officers must sign.
        police: Unit,
    },
    /// The police signed.
    Met {
        /// The police unit that signed.
        police: Unit,
        /// Its receipt.
        receipt: Receipt,
        /// What the police say to it.
        answer: Answer,
    },
}

/// The police's answer to a report they signed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A police unit gives it.
    By {
        /// The unit: the one that signed, or the one it passed the report on to.
        unit: Unit,
        /// How far it has come.
        progress: Progress,
    },
    /// It is no matter of the police: the case or referral it was found in goes on.
    NotPolice {
        /// The unit that said so.
        unit: Unit,
        /// The receipt it had signed.
        receipt: Receipt,
    },
}

impl Answer {
    /// The unit that gives it, or gave it.
    #[must_use]
    pub const fn unit(&self) -> &Unit {
        let (Answer::By { unit, .. } | Answer::NotPolice { unit, .. }) = self;
        unit
    }
}

impl Obligation {
    /// The stable word of the duty; none when there is none.
    #[must_use]
    pub const fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => return None,
            Self::Open { .. } => "open",
            Self::Met { answer: Answer::By { progress, .. }, .. } => match progress {
                Progress::Sent => "forwarded",
                Progress::Receipted(_) => "receipted",
                Progress::Accepted(_) => "accepted",
                Progress::Answered(_) => "answered",
            },
            Self::Met { answer: Answer::NotPolice { .. }, .. } => "not-police",
        })
    }

    /// The police unit that still owes a receipt or an answer.
    #[must_use]
    pub const fn owed_by(&self) -> Option<&Unit> {
        match self {
            Self::Open { police } => Some(police),
            Self::Met { answer: Answer::By { unit, progress }, .. } => match progress {
                Progress::Sent | Progress::Receipted(_) | Progress::Accepted(_) => Some(unit),
                Progress::Answered(_) => None,
            },
            Self::None | Self::Met { answer: Answer::NotPolice { .. }, .. } => None,
        }
    }

    /// The receipt of the unit that answers it.
    pub(super) const fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::None | Self::Open { .. } => None,
            Self::Met { answer: Answer::By { progress, .. }, .. } => progress.receipt(),
            Self::Met { answer: Answer::NotPolice { receipt, .. }, .. } => Some(receipt),
        }
    }

    /// Where a report the police signed for is answered; none before, and none once it is no police matter.
    pub(super) const fn desk(&self) -> Option<Desk<'_>> {
        match self {
            Self::Met { answer: Answer::By { unit, progress }, .. } => Some(Desk { to: unit, progress }),
            Self::None | Self::Open { .. } | Self::Met { answer: Answer::NotPolice { .. }, .. } => None,
        }
    }

    /// The police signed: met, and for ever.
    pub(super) fn met(&mut self, receipt: Receipt) {
        if let Self::Open { police } = self {
            let police = police.clone();
            let progress = Progress::Receipted(receipt.clone());
            let answer = Answer::By { unit: police.clone(), progress };
            *self = Self::Met { police, receipt, answer };
        }
    }

    /// The answer as far as `unit` gives it.
    pub(super) fn progress_at(&mut self, unit: &UnitId) -> Option<&mut Progress> {
        match self {
            Self::Met { answer: Answer::By { unit: at, progress }, .. } if at.id == *unit => Some(progress),
            Self::None | Self::Open { .. } | Self::Met { .. } => None,
        }
    }

    /// `by` passed it on: it waits for a receipt there, the first one or, when the duty is met, a further one.
    pub(super) fn forwarded(&mut self, by: &UnitId, to: &Unit) {
        match self {
            Self::Open { police } => *police = to.clone(),
            Self::Met { answer: Answer::By { unit, progress }, .. } if unit.id == *by => {
                (*unit, *progress) = (to.clone(), Progress::Sent);
            }
            Self::None | Self::Met { .. } => {}
        }
    }

    /// `by` says that it is no matter of the police.
    pub(super) fn not_police(&mut self, by: &UnitId) {
        if let Self::Met { answer, .. } = self
            && let Answer::By { unit, progress: Progress::Receipted(receipt) } = answer
            && unit.id == *by
        {
            *answer = Answer::NotPolice { unit: unit.clone(), receipt: receipt.clone() };
        }
    }
}
