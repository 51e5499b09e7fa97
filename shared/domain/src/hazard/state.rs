//! What is known of a hazard. Never here: a decision.

use jiff::Timestamp;

use crate::actor::{Stamp, Unit};
use crate::clock::{ClockFacts, Clocks};
use crate::decider::Scope;
use crate::hazard::draft::{Draft, Grade};
use crate::hazard::event::{Event, Fix};
use crate::hazard::standing::{Pressure, Review, Use};
use crate::hazard::{RECTIFY, RECTIFY_EXTENDED, RECTIFY_MAJOR};
use crate::ids::OfficerId;

/// Where the loop stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Found, and not graded.
    Found,
    /// Graded.
    Graded,
    /// Fixed on the spot, to be verified.
    FixedOnSpot {
        /// Who fixed it or reported it: they do not verify it.
        fixers: [OfficerId; 2],
    },
    /// The institution was told; the five elements are wanting.
    Noticed,
    /// Being rectified.
    Rectifying,
    /// Reported as fixed, to be looked at.
    FixReported {
        /// Who fixed it or reported it: they do not verify it.
        fixers: [OfficerId; 2],
    },
    /// Gone. Final.
    Verified,
    /// Another authority has it. Final.
    Transferred,
    /// The record was wrong. Final.
    Voided,
}

impl Stage {
    /// A stable word for views.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Stage::Found => "hazard-found",
            Stage::Graded => "hazard-graded",
            Stage::FixedOnSpot { .. } => "hazard-fixed-on-spot",
            Stage::Noticed => "hazard-noticed",
            Stage::Rectifying => "hazard-rectifying",
            Stage::FixReported { .. } => "hazard-fix-reported",
            Stage::Verified => "hazard-verified",
            Stage::Transferred => "hazard-transferred",
            Stage::Voided => "hazard-voided",
        }
    }

    /// Whether the loop is still open.
    #[must_use]
    pub const fn open(&self) -> bool {
        match self {
            Stage::Found
            | Stage::Graded
            | Stage::FixedOnSpot { .. }
            | Stage::Noticed
            | Stage::Rectifying
            | Stage::FixReported { .. } => true,
            Stage::Verified | Stage::Transferred | Stage::Voided => false,
        }
    }
}

/// Whether more time was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// No, or not given.
    Unused,
    /// Asked for by this officer.
    Asked(OfficerId),
    /// Given: there is one only.
    Granted,
}

/// A hazard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    pub(super) draft: Draft,
    pub(super) grade: Grade,
    pub(super) stage: Stage,
    pub(super) used: Use,
    pub(super) pressure: Pressure,
    pub(super) extension: Extension,
    /// Who holds the record to be wrong.
    pub(super) void: Option<OfficerId>,
    /// Units that came to it later: who seals, who it was handed to.
    pub(super) joined: Vec<Unit>,
    pub(super) clocks: Clocks,
    /// When it came to where it stands, as that was dated.
    pub(super) since: Timestamp,
}

impl Hazard {
    /// As it was found.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// How grave it is now.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        self.grade
    }

    /// Where the loop stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Whether the place may be used.
    #[must_use]
    pub const fn used(&self) -> &Use {
        &self.used
    }

    /// How hard it is pressed for.
    #[must_use]
    pub const fn pressure(&self) -> Pressure {
        self.pressure
    }

    /// Whether more time was asked for.
    #[must_use]
    pub const fn extension(&self) -> &Extension {
        &self.extension
    }

    /// Who holds the record to be wrong.
    #[must_use]
    pub const fn void_proposed_by(&self) -> Option<&OfficerId> {
        self.void.as_ref()
    }

    /// Its clocks.
    #[must_use]
    pub const fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// Whose it is: the unit in charge, the finder, and who came to it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.joined.iter().fold(self.draft.scope(), Scope::with)
    }

    /// What chooses among periods.
    #[must_use]
    pub fn facts(&self) -> ClockFacts {
        ClockFacts { grade: Some(self.grade), ..ClockFacts::default() }
    }

    /// The last instant of the running time to rectify it, and whether it has been missed.
    pub(super) fn due(&self) -> Option<(Timestamp, bool)> {
        let running = [RECTIFY, RECTIFY_EXTENDED, RECTIFY_MAJOR].map(|rule| self.clocks.get(rule));
        running.into_iter().flatten().next().map(|running| (running.due, running.breached()))
    }

    fn take(&mut self, event: &Event, stamp: &Stamp) {
        let by = &stamp.by;
        match event {
            Event::Found(_) | Event::ProgressReported { .. } => {}
            Event::Graded { grade, .. } => (self.grade, self.stage) = (*grade, Stage::Graded),
            Event::FixedOnSpot(fix) => self.stage = Stage::FixedOnSpot { fixers: fixers(fix, stamp) },
            Event::SpotRejected { .. } => self.stage = Stage::Graded,
            Event::Noticed(_) => (self.stage, self.since) = (Stage::Noticed, stamp.at),
            Event::Rectifying(_) => (self.stage, self.since) = (Stage::Rectifying, stamp.at),
            Event::ExtensionAsked { .. } => self.extension = Extension::Asked(by.officer.clone()),
            Event::ExtensionGranted { .. } => {
                self.extension = Extension::Granted;
                if self.pressure == Pressure::Overdue {
                    self.pressure = Pressure::None;
                }
            }
            Event::ExtensionDenied { .. } => self.extension = Extension::Unused,
            Event::FixReported(fix) => {
                (self.stage, self.since) = (Stage::FixReported { fixers: fixers(fix, stamp) }, stamp.at);
            }
            Event::Rejected { .. } => {
                (self.stage, self.since) = (Stage::Rectifying, stamp.at);
                self.used.review(Review::None);
            }
            Event::Verified(_) => self.stage = Stage::Verified,
            Event::Overdue { .. } => self.pressure = self.pressure.max(Pressure::Overdue),
            Event::Listed { .. } => self.pressure = self.pressure.max(Pressure::Listed),
            Event::PenaltyProposed {} => self.pressure = self.pressure.max(Pressure::PenaltyProposed),
            Event::PenaltyOpened { .. } => self.pressure = Pressure::PenaltyOpened,
            Event::SealProposed(_) => self.seal(Use::SealProposed, &by.unit),
            Event::SealedOrally { .. } => self.seal(Use::SealedOrally, &by.unit),
            Event::Sealed { .. } => self.seal(Use::Sealed(Review::None), &by.unit),
            Event::SealDropped { .. } | Event::Resumed {} => self.used = Use::Free,
            Event::Suspended { .. } => self.used = Use::Suspended(Review::None),
            Event::ResumeAsked {} => self.used.review(Review::Asked),
            Event::ReviewPassed(visit) => self.used.review(Review::Passed(visit.present.clone())),
            Event::ReviewFailed { .. } => self.used.review(Review::None),
            Event::Transferred { to, .. } => {
                self.stage = Stage::Transferred;
                self.joined.push(to.clone());
            }
            Event::VoidProposed { .. } => self.void = Some(by.officer.clone()),
            Event::Voided {} => self.stage = Stage::Voided,
            Event::Clock(clock) => self.clocks.evolve(clock),
        }
    }

    fn seal(&mut self, now: Use, unit: &Unit) {
        self.used = now;
        if !self.joined.contains(unit) {
            self.joined.push(unit.clone());
        }
    }
}

fn fixers(fix: &Fix, stamp: &Stamp) -> [OfficerId; 2] {
    [fix.fixer.clone(), stamp.by.officer.clone()]
}

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing: not found.
    #[default]
    Unknown,
    /// It was found.
    Known(Box<Hazard>),
}

impl State {
    /// The hazard, when it was found.
    #[must_use]
    pub const fn known(&self) -> Option<&Hazard> {
        match self {
            State::Unknown => None,
            State::Known(hazard) => Some(hazard),
        }
    }

    /// Takes in what has happened.
    #[must_use]
    pub(super) fn evolve(self, event: &Event, stamp: &Stamp) -> Self {
        match (self, event) {
            (State::Unknown, Event::Found(draft)) => State::Known(Box::new(Hazard {
                draft: (**draft).clone(),
                grade: draft.grade,
                stage: Stage::Found,
                used: Use::Free,
                pressure: Pressure::None,
                extension: Extension::Unused,
                void: None,
                joined: Vec::new(),
                clocks: Clocks::default(),
                since: stamp.at,
            })),
            (State::Unknown, _) => State::Unknown,
            (State::Known(mut hazard), event) => {
                hazard.take(event, stamp);
                State::Known(hazard)
            }
        }
    }
}
