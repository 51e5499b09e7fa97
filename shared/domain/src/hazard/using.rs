//! Whether the place may be used: temporary sealing by the fire service, suspension by the unit in charge, and use
//! again only after review and approval. Never here: the loop itself.

use std::collections::BTreeSet;

use crate::actor::{Agency, Stamp};
use crate::document_number::DocumentNumber;
use crate::hazard::event::{Event, Part, Visit};
use crate::hazard::leading;
use crate::hazard::rejection::Rejection;
use crate::hazard::standing::{Review, Use};
use crate::hazard::state::Hazard;
use crate::ids::OfficerId;
use crate::paper::{Paper, PaperKind};
use crate::text::Reason;

/// Fewest who decide together on sealing: with fewer nothing is collective (design; the law gives no number).
pub const COLLECTIVE: usize = 3;

impl Hazard {
    pub(super) fn seal_proposed(&self, part: &Part, stamp: &Stamp) -> Result<Event, Rejection> {
        fire(stamp)?;
        match self.used {
            Use::Free => Ok(Event::SealProposed(part.clone())),
            Use::SealProposed => Err(Rejection::SealProposed),
            Use::SealedOrally | Use::Sealed(_) | Use::Suspended(_) => Err(Rejection::OutOfUse),
        }
    }

    /// In an emergency an inspector seals at once, when a leader of the fire service agreed by word.
    pub(super) fn sealed_orally(
        &self,
        part: &Part,
        approver: &OfficerId,
        stamp: &Stamp,
    ) -> Result<Event, Rejection> {
        fire(stamp)?;
        if self.used.stopped() {
            return Err(Rejection::OutOfUse);
        }
        if *approver == stamp.by.officer {
            return Err(Rejection::OwnRequest);
        }
        Ok(Event::SealedOrally { part: part.clone(), approver: approver.clone() })
    }

    pub(super) fn sealed(
        &self,
        deciders: &[OfficerId],
        paper: &Paper,
        stamp: &Stamp,
    ) -> Result<Event, Rejection> {
        self.sealing(stamp)?;
        let together = deciders.iter().collect::<BTreeSet<_>>().len();
        if together < COLLECTIVE {
            return Err(Rejection::NotCollective { deciders: together, needed: COLLECTIVE });
        }
        if paper.kind != PaperKind::Decision || paper.number.is_none() {
            return Err(Rejection::DecisionMissing);
        }
        Ok(Event::Sealed { deciders: deciders.to_vec(), paper: paper.clone() })
    }

    pub(super) fn seal_dropped(&self, reason: &Reason, stamp: &Stamp) -> Result<Event, Rejection> {
        self.sealing(stamp)?;
        Ok(Event::SealDropped { reason: reason.clone() })
    }

    /// The collective decision is a leader's to record, when there is one to take.
    fn sealing(&self, stamp: &Stamp) -> Result<(), Rejection> {
        fire(stamp)?;
        leading(stamp)?;
        match self.used {
            Use::SealProposed | Use::SealedOrally => Ok(()),
            Use::Free | Use::Sealed(_) | Use::Suspended(_) => Err(Rejection::NoSealProposed),
        }
    }

    pub(super) fn suspended(
        &self,
        number: &DocumentNumber,
        reason: &Reason,
        stamp: &Stamp,
    ) -> Result<Event, Rejection> {
        self.led(stamp)?;
        match self.used {
            Use::Free => Ok(Event::Suspended { number: number.clone(), reason: reason.clone() }),
            Use::SealProposed => Err(Rejection::SealProposed),
            Use::SealedOrally | Use::Sealed(_) | Use::Suspended(_) => Err(Rejection::OutOfUse),
        }
    }

    pub(super) fn resume_asked(&self, stamp: &Stamp) -> Result<Event, Rejection> {
        match self.review(stamp)? {
            Review::None => Ok(Event::ResumeAsked {}),
            Review::Asked | Review::Passed(_) => Err(Rejection::ReviewAsked),
        }
    }

    /// The review looks as a re-inspection does, when it was asked for.
    pub(super) fn reviewed(&self, visit: &Visit, stamp: &Stamp) -> Result<(), Rejection> {
        match self.review(stamp)? {
            Review::Asked => self.looked_at(visit, stamp),
            Review::None | Review::Passed(_) => Err(Rejection::ReviewNotAsked),
        }
    }

    /// Approved by a leader who was not among the reviewers (安全生产法 art. 65: after review and approval).
    pub(super) fn resumed(&self, stamp: &Stamp) -> Result<Event, Rejection> {
        match self.review(stamp)? {
            Review::None | Review::Asked => Err(Rejection::NotReviewed),
            Review::Passed(present) if present.contains(&stamp.by.officer) => Err(Rejection::OwnRequest),
            Review::Passed(_) => leading(stamp).map(|()| Event::Resumed {}),
        }
    }

    /// The review of what is out of use, for who put it out of use.
    fn review(&self, stamp: &Stamp) -> Result<&Review, Rejection> {
        match &self.used {
            Use::Free | Use::SealProposed => Err(Rejection::InUse),
            Use::SealedOrally => Err(Rejection::SealProposed),
            Use::Sealed(review) => fire(stamp).map(|()| review),
            Use::Suspended(review) => self.in_charge(stamp).map(|()| review),
        }
    }
}

/// Only the fire service seals (消防法 art. 54).
fn fire(stamp: &Stamp) -> Result<(), Rejection> {
    if stamp.by.unit.agency == Agency::Fire { Ok(()) } else { Err(Rejection::NotFire) }
}
