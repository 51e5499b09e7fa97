//! From grading to the fix: notice, five elements, progress, the one extension, and what presses for it.
//! Never here: closing, or the use of the place.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::actor::Stamp;
use crate::calendar::Calendar;
use crate::clock::ClockEvent;
use crate::document_number::DocumentNumber;
use crate::event::Stored;
use crate::hazard::draft::Grade;
use crate::hazard::event::{Elements, Event, Fix, Notice};
use crate::hazard::rejection::Rejection;
use crate::hazard::standing::Pressure;
use crate::hazard::state::{Extension, Hazard};
use crate::hazard::{MAX_MAJOR_DAYS, leading};
use crate::paper::Paper;
use crate::period::{PeriodKind, due, end_of};
use crate::text::Reason;

impl Hazard {
    /// Who found it may call it graver; only who is responsible may call it less grave.
    pub(super) fn graded(
        &self,
        (grade, reason): (Grade, &Reason),
        stamp: &Stamp,
    ) -> Result<Event, Rejection> {
        if grade < self.grade {
            leading(stamp)?;
        }
        Ok(Event::Graded { grade, reason: reason.clone() })
    }

    pub(super) fn fixed_on_spot(&self, fix: &Fix, _: &Stamp) -> Result<Event, Rejection> {
        match self.grade {
            Grade::Major => Err(Rejection::MajorOnSpot),
            Grade::General => shown(&fix.papers).map(|()| Event::FixedOnSpot(fix.clone())),
        }
    }

    pub(super) fn noticed(&self, notice: &Notice, stamp: &Stamp) -> Result<Event, Rejection> {
        self.in_charge(stamp)?;
        self.planned(notice.until, stamp.at)?;
        Ok(Event::Noticed(notice.clone()))
    }

    /// The end of a major hazard's time is planned, within the longest; that of a general one is the law's.
    fn planned(&self, until: Option<Date>, from: Timestamp) -> Result<(), Rejection> {
        match (self.grade, until) {
            (Grade::General, None) => Ok(()),
            (Grade::General, Some(_)) => Err(Rejection::DeadlineByLaw),
            (Grade::Major, None) => Err(Rejection::DeadlineMissing),
            (Grade::Major, Some(day)) => {
                let last = due(PeriodKind::CalendarDaysRoll, MAX_MAJOR_DAYS, from, Calendar::standard());
                let end = end_of(day);
                if end > from && end <= last {
                    Ok(())
                } else {
                    Err(Rejection::DeadlineOutside { until: day, last })
                }
            }
        }
    }

    pub(super) fn rectifying(&self, elements: &Elements, stamp: &Stamp) -> Result<Event, Rejection> {
        self.in_charge(stamp)?;
        if self.grade == Grade::Major && elements.interim.is_none() {
            return Err(Rejection::InterimMissing);
        }
        if elements.fen.is_empty() || !elements.fen.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Rejection::MoneyUnreadable);
        }
        match self.due() {
            Some((last, _)) if end_of(elements.until) > last => {
                Err(Rejection::DeadlineOutside { until: elements.until, last })
            }
            Some(_) | None => Ok(Event::Rectifying(Box::new(elements.clone()))),
        }
    }

    pub(super) fn progressed(&self, progress: &Reason, _: &Stamp) -> Result<Event, Rejection> {
        Ok(Event::ProgressReported { progress: progress.clone() })
    }

    /// One extension, asked for while there is time.
    pub(super) fn extension_asked(&self, reason: &Reason, stamp: &Stamp) -> Result<Event, Rejection> {
        self.in_charge(stamp)?;
        match (&self.extension, self.due()) {
            (Extension::Asked(_), _) => Err(Rejection::ExtensionAsked),
            (Extension::Granted, _) => Err(Rejection::ExtensionUsed),
            (Extension::Unused, Some((due, breached))) if breached || stamp.at > due => {
                Err(Rejection::Overdue { due })
            }
            (Extension::Unused, _) => Ok(Event::ExtensionAsked { reason: reason.clone() }),
        }
    }

    pub(super) fn extension_granted(&self, until: Option<Date>, stamp: &Stamp) -> Result<Event, Rejection> {
        self.extension_decided(stamp)?;
        self.planned(until, stamp.at)?;
        if let (Some((last, _)), Some(day)) = (self.due(), until)
            && end_of(day) <= last
        {
            return Err(Rejection::NoExtension { until: day });
        }
        let event = Event::ExtensionGranted { until };
        // Granted so late that the added time is over too, it would give nothing.
        let started = self.clocks.follow(&[event.kind()], &self.facts(), stamp.at);
        let over = started.iter().find_map(|clock| match clock {
            ClockEvent::Started { due, .. } if *due <= stamp.at => Some(*due),
            ClockEvent::Started { .. }
            | ClockEvent::Paused { .. }
            | ClockEvent::Warned { .. }
            | ClockEvent::Breached { .. }
            | ClockEvent::Lapsed { .. }
            | ClockEvent::Stopped { .. } => None,
        });
        over.map_or(Ok(event), |due| Err(Rejection::Overdue { due }))
    }

    pub(super) fn extension_denied(&self, reason: &Reason, stamp: &Stamp) -> Result<Event, Rejection> {
        self.extension_decided(stamp)?;
        Ok(Event::ExtensionDenied { reason: reason.clone() })
    }

    /// Decided by who is responsible, and is not who asked.
    fn extension_decided(&self, stamp: &Stamp) -> Result<(), Rejection> {
        self.led(stamp)?;
        match &self.extension {
            Extension::Unused | Extension::Granted => Err(Rejection::NoExtensionAsked),
            Extension::Asked(by) if *by == stamp.by.officer => Err(Rejection::OwnRequest),
            Extension::Asked(_) => Ok(()),
        }
    }

    pub(super) fn fix_reported(&self, fix: &Fix, _: &Stamp) -> Result<Event, Rejection> {
        shown(&fix.papers).map(|()| Event::FixReported(fix.clone()))
    }

    /// Listed by a leader of the unit in charge, or of one above it.
    pub(super) fn listed(&self, reason: &Reason, stamp: &Stamp) -> Result<Event, Rejection> {
        let (by, lead) = (&stamp.by, &self.draft.lead);
        if by.unit != *lead && by.unit.level <= lead.level {
            return Err(Rejection::NotYourUnit { unit: lead.id.clone() });
        }
        leading(stamp)?;
        if self.pressure >= Pressure::Listed {
            return Err(Rejection::AlreadyListed);
        }
        Ok(Event::Listed { reason: Some(reason.clone()) })
    }

    /// A penalty follows only on what is overdue.
    pub(super) fn penalty_opened(&self, case: &DocumentNumber, stamp: &Stamp) -> Result<Event, Rejection> {
        self.in_charge(stamp)?;
        let breached = self.due().is_some_and(|(_, breached)| breached);
        match self.pressure {
            Pressure::PenaltyOpened => Err(Rejection::PenaltyOpenAlready),
            Pressure::PenaltyProposed | Pressure::Overdue => Ok(Event::PenaltyOpened { case: case.clone() }),
            Pressure::Listed if breached => Ok(Event::PenaltyOpened { case: case.clone() }),
            Pressure::Listed | Pressure::None => Err(Rejection::NotOverdue),
        }
    }
}

/// Without an attachment nothing is shown.
pub(super) fn shown(papers: &[Paper]) -> Result<(), Rejection> {
    if papers.is_empty() { Err(Rejection::EvidenceMissing) } else { Ok(()) }
}
