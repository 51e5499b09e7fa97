//! How a hazard ends: looked at by others than the fixer, handed to another authority, or void by two persons.
//! Never here: the use of the place.

use crate::actor::{Stamp, Unit};
use crate::hazard::competent;
use crate::hazard::draft::Grade;
use crate::hazard::event::{Event, Visit};
use crate::hazard::rectifying::shown;
use crate::hazard::rejection::Rejection;
use crate::hazard::state::{Hazard, Stage};
use crate::ids::OfficerId;
use crate::text::Reason;

/// Officers who must have been on site at a major hazard.
pub const ON_SITE: usize = 2;

impl Hazard {
    pub(super) fn verified(&self, visit: &Visit, stamp: &Stamp) -> Result<Event, Rejection> {
        self.looked_at(visit, stamp)?;
        self.free()?;
        Ok(Event::Verified(visit.clone()))
    }

    pub(super) fn rejected(&self, visit: &Visit, reason: &Reason, stamp: &Stamp) -> Result<Event, Rejection> {
        self.looked_at(visit, stamp)?;
        let (visit, reason) = (visit.clone(), reason.clone());
        let on_spot = matches!(self.stage, Stage::FixedOnSpot { .. });
        Ok(if on_spot { Event::SpotRejected { visit, reason } } else { Event::Rejected { visit, reason } })
    }

    /// Nobody looks at their own fix; a major hazard is looked at by two on site; an attachment shows it.
    pub(super) fn looked_at(&self, visit: &Visit, stamp: &Stamp) -> Result<(), Rejection> {
        let own = visit.present.iter().chain([&stamp.by.officer]).find(|one| self.fixers().contains(one));
        if let Some(officer) = own {
            return Err(Rejection::FixedByThem { officer: officer.clone() });
        }
        shown(&visit.papers)?;
        let mut present = visit.present.clone();
        present.sort();
        present.dedup();
        let needed = match self.grade {
            Grade::General => 1,
            Grade::Major => ON_SITE,
        };
        if present.len() < needed {
            return Err(Rejection::TooFewOnSite { present: present.len(), needed });
        }
        Ok(())
    }

    /// Who fixed it or reported that.
    fn fixers(&self) -> &[OfficerId] {
        match &self.stage {
            Stage::FixedOnSpot { fixers } | Stage::FixReported { fixers } => fixers,
            Stage::Found
            | Stage::Graded
            | Stage::Noticed
            | Stage::Rectifying
            | Stage::Verified
            | Stage::Transferred
            | Stage::Voided => &[],
        }
    }

    /// Nothing ends while a place is out of use: nobody would ever open it again.
    fn free(&self) -> Result<(), Rejection> {
        if self.used.stopped() { Err(Rejection::OutOfUse) } else { Ok(()) }
    }

    pub(super) fn transferred(&self, to: &Unit, reason: &Reason, stamp: &Stamp) -> Result<Event, Rejection> {
        self.led(stamp)?;
        self.free()?;
        if *to == self.draft.lead {
            return Err(Rejection::SameUnit { unit: to.id.clone() });
        }
        competent(self.draft.division, to)?;
        Ok(Event::Transferred { to: to.clone(), reason: reason.clone() })
    }

    pub(super) fn void_proposed(&self, reason: &Reason, _: &Stamp) -> Result<Event, Rejection> {
        match &self.void {
            Some(_) => Err(Rejection::VoidProposed),
            None => Ok(Event::VoidProposed { reason: reason.clone() }),
        }
    }

    pub(super) fn voided(&self, stamp: &Stamp) -> Result<Event, Rejection> {
        self.led(stamp)?;
        self.free()?;
        match &self.void {
            None => Err(Rejection::NoVoidProposed),
            Some(by) if *by == stamp.by.officer => Err(Rejection::OwnRequest),
            Some(_) => Ok(Event::Voided {}),
        }
    }
}
