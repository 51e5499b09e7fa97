//! What is known of an access by break-glass. Never here: a decision.

use jiff::Timestamp;

use crate::actor::Stamp;
use crate::break_glass::event::{Ceiling, Event, Requested};
use crate::clock::Clocks;
use crate::ids::OfficerId;

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Asked for.
    Requested,
    /// Not agreed to. Final.
    Refused,
    /// Agreed to; open until its time is over.
    Open {
        /// Who agreed.
        approver: OfficerId,
        /// Up to which class.
        class: Ceiling,
        /// Whether who reported is open too.
        reporter: bool,
        /// The first instant at which it is closed again.
        until: Timestamp,
        /// How often it was used.
        uses: u32,
    },
    /// Its time is over; it is to be reviewed.
    Ended {
        /// Who agreed.
        approver: OfficerId,
        /// How often it was used.
        uses: u32,
    },
    /// A third person looked at it. Final.
    Reviewed,
}

impl Stage {
    /// A stable word for views.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Stage::Requested => "access-requested",
            Stage::Refused => "access-refused",
            Stage::Open { .. } => "access-open",
            Stage::Ended { .. } => "access-review-due",
            Stage::Reviewed => "access-reviewed",
        }
    }
}

/// An access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    asked: Requested,
    requester: OfficerId,
    stage: Stage,
    clocks: Clocks,
}

impl Grant {
    /// What was asked.
    #[must_use]
    pub const fn asked(&self) -> &Requested {
        &self.asked
    }

    /// Who asked.
    #[must_use]
    pub const fn requester(&self) -> &OfficerId {
        &self.requester
    }

    /// Where it stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Its clocks.
    #[must_use]
    pub const fn clocks(&self) -> &Clocks {
        &self.clocks
    }
}

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing: not asked for.
    #[default]
    Unknown,
    /// It was asked for.
    Known(Box<Grant>),
}

impl State {
    /// The access, when it was asked for.
    #[must_use]
    pub const fn known(&self) -> Option<&Grant> {
        match self {
            State::Unknown => None,
            State::Known(grant) => Some(grant),
        }
    }

    /// Takes in what has happened.
    #[must_use]
    pub(super) fn evolve(self, event: &Event, stamp: &Stamp) -> Self {
        if let Event::Requested(asked) = event {
            return State::Known(Box::new(Grant {
                asked: (**asked).clone(),
                requester: stamp.by.officer.clone(),
                stage: Stage::Requested,
                clocks: Clocks::default(),
            }));
        }
        let State::Known(mut grant) = self else { return State::Unknown };
        grant.take(event, stamp);
        State::Known(grant)
    }
}

impl Grant {
    fn take(&mut self, event: &Event, stamp: &Stamp) {
        match event {
            Event::Requested(_) => {}
            Event::Approved { class, reporter, until } => {
                let (class, reporter, until) = (*class, *reporter, *until);
                self.stage =
                    Stage::Open { approver: stamp.by.officer.clone(), class, reporter, until, uses: 0 };
            }
            Event::Refused { .. } => self.stage = Stage::Refused,
            Event::Used { .. } => {
                if let Stage::Open { uses, .. } = &mut self.stage {
                    *uses = uses.saturating_add(1);
                }
            }
            Event::Ended {} => {
                if let Stage::Open { approver, uses, .. } = &self.stage {
                    self.stage = Stage::Ended { approver: approver.clone(), uses: *uses };
                }
            }
            Event::Reviewed { .. } => self.stage = Stage::Reviewed,
            Event::Clock(clock) => self.clocks.evolve(clock),
        }
    }
}
