//! A hazard 隐患 and its closed loop: found, graded, rectified, and gone only when somebody other than the fixer has
//! seen it.
//!
//! ```text
//! Found -> Graded -> FixedOnSpot -> Verified*          (a general one only; rejected: back to Graded)
//!             '---> Noticed --five elements--> Rectifying -> FixReported -> Verified*
//!                                                  '--- rejected ---'
//! beside it: one extension; Overdue -> Listed -> PenaltyProposed -> PenaltyOpened;
//!            Free -> SealProposed | SealedOrally -> Sealed, or Suspended -> review passed -> Free
//! from any open stage: Transferred* to another authority, Voided* by two persons
//! ```
//! Times and ladder are rows of periods.json. While a fix waits to be looked at, the institution's time stands still;
//! a rejection gives it back what was left, so a false report wins nobody a day. What is out of use comes into use by
//! a review after the fix, approved by somebody who did not review; until then the hazard cannot be closed.
//!
//! Basis: handbook 3.6; 安全生产法 art. 41, 65; 消防法 art. 54; 消防监督检查规定 on temporary sealing.
//! Never here: the inspection that found it, or statistics.

mod closing;
mod command;
pub mod draft;
pub mod event;
mod rectifying;
mod rejection;
mod standing;
mod state;
mod using;

use jiff::{SignedDuration, Timestamp};

use crate::actor::{Agency, Role, Stamp, Unit};
use crate::clock::{self, ClockEvent, Told};
use crate::decider::{Decider, Scope};
use crate::division::{DivisionCode, Divisions};
use crate::event::Stored;
use crate::period::{Duty, Periods, end_of};

pub use command::Command;
pub use draft::{Category, Draft, Grade};
pub use event::{Elements, Event, Fix, Notice, Part, Visit};
pub use rejection::Rejection;
pub use standing::{Pressure, Review, Use};
pub use state::{Extension, Hazard, Stage, State};

/// The time to rectify a general hazard.
pub const RECTIFY: &str = "hazard-rectify";
/// Its one extension.
pub const RECTIFY_EXTENDED: &str = "hazard-rectify-extended";
/// The time to rectify a major hazard; its plan sets the end within.
pub const RECTIFY_MAJOR: &str = "hazard-rectify-major";
/// Overdue so long that it is listed.
pub const LISTING: &str = "hazard-overdue-listing";
/// Overdue so long that a penalty is proposed.
pub const PENALTY: &str = "hazard-overdue-penalty";
/// Most calendar days a major hazard's plan may take.
pub const MAX_MAJOR_DAYS: u16 = 180;

/// The rule of hazards.
#[derive(Debug)]
pub struct HazardRule;

impl Decider for HazardRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        let (events, at) = match (state, command) {
            (State::Unknown, Command::Open { draft }) => (vec![opened(draft, stamp)?], stamp.at),
            (State::Known(hazard), Command::Open { .. }) => {
                return Err(Rejection::AlreadyFound { hazard: hazard.draft().id.clone() });
            }
            (State::Unknown, _) => return Err(Rejection::Unknown),
            (State::Known(hazard), Command::Ring { rule, stage, told }) => {
                struck(hazard, (rule, *stage), told, stamp)?
            }
            (State::Known(hazard), command) => {
                if !command.fits(hazard.stage()) {
                    return Err(hazard.not_here(command));
                }
                hazard.in_order(command, stamp)?;
                (vec![command.decide(hazard, stamp)?], stamp.at)
            }
        };
        Ok(with_clocks(events, state, (stamp, at)))
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        state.evolve(event, stamp)
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Open { .. } => "hazard.open",
            Command::Grade { .. } => "hazard.grade",
            Command::FixOnSpot(_) => "hazard.fix-on-spot",
            Command::Notify(_) => "hazard.notify",
            Command::Rectify(_) => "hazard.rectify",
            Command::ReportProgress { .. } => "hazard.report-progress",
            Command::AskExtension { .. } => "hazard.ask-extension",
            Command::GrantExtension { .. } => "hazard.grant-extension",
            Command::DenyExtension { .. } => "hazard.deny-extension",
            Command::ReportFix(_) => "hazard.report-fix",
            Command::Verify(_) => "hazard.verify",
            Command::Reject { .. } => "hazard.reject",
            Command::List { .. } => "hazard.list",
            Command::OpenPenalty { .. } => "hazard.open-penalty",
            Command::ProposeSeal(_) => "hazard.propose-seal",
            Command::SealOrally { .. } => "hazard.seal-orally",
            Command::Seal { .. } => "hazard.seal",
            Command::DropSeal { .. } => "hazard.drop-seal",
            Command::Suspend { .. } => "hazard.suspend",
            Command::AskResume => "hazard.ask-resume",
            Command::PassReview(_) => "hazard.pass-review",
            Command::FailReview { .. } => "hazard.fail-review",
            Command::Resume => "hazard.resume",
            Command::Transfer { .. } => "hazard.transfer",
            Command::ProposeVoid { .. } => "hazard.propose-void",
            Command::ApproveVoid => "hazard.approve-void",
            Command::Ring { .. } => "hazard.ring",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        match (state, command) {
            (State::Known(hazard), _) => hazard.scope(),
            (State::Unknown, Command::Open { draft }) => draft.scope(),
            (State::Unknown, _) => Scope::default(),
        }
    }
}

/// Opened by who found it in its own area, or by the hub from the record of an inspection, which was held to that.
fn opened(draft: &Draft, stamp: &Stamp) -> Result<Event, Rejection> {
    let (by, finder) = (&stamp.by.unit, &draft.finder);
    let hub = by.agency == Agency::Hub;
    if !hub && by != finder {
        return Err(Rejection::NotYourUnit { unit: finder.id.clone() });
    }
    if !hub && !Divisions::standard().is_within(draft.division, finder.division) {
        return Err(Rejection::OutsideArea { division: draft.division, area: finder.division });
    }
    if !hub {
        competent(draft.division, &draft.lead)?;
    }
    Ok(Event::Found(Box::new(draft.clone())))
}

/// Whether a unit is an authority in whose area a place lies, after a merger too: it can be given a hazard there, and its
/// officers can act on one.
#[must_use]
pub fn authority(place: DivisionCode, unit: &Unit) -> bool {
    let divisions = Divisions::standard();
    let inside = divisions.is_within(divisions.lasting(place), divisions.lasting(unit.division));
    inside && unit.agency != Agency::Hub
}

/// Whether a unit can be given a hazard of a place.
fn competent(place: DivisionCode, unit: &Unit) -> Result<(), Rejection> {
    let outside = || Rejection::OutsideArea { division: place, area: unit.division };
    authority(place, unit).then_some(()).ok_or_else(outside)
}

impl Hazard {
    fn not_here(&self, command: &Command) -> Rejection {
        Rejection::NotHere { action: HazardRule::action(command), word: self.stage().word() }
    }

    /// Times of the loop run forward, however late they are entered: nobody dates a notice before the finding, or a fix
    /// before the notice. What was done on the spot is dated by the visit, which ends with the finding.
    fn in_order(&self, command: &Command, stamp: &Stamp) -> Result<(), Rejection> {
        let dated = match command {
            Command::Notify(_)
            | Command::Rectify(_)
            | Command::ReportProgress { .. }
            | Command::AskExtension { .. }
            | Command::GrantExtension { .. }
            | Command::DenyExtension { .. }
            | Command::ReportFix(_) => true,
            Command::Verify(_) | Command::Reject { .. } => matches!(self.stage(), Stage::FixReported { .. }),
            Command::Open { .. }
            | Command::Grade { .. }
            | Command::FixOnSpot(_)
            | Command::List { .. }
            | Command::OpenPenalty { .. }
            | Command::ProposeSeal(_)
            | Command::SealOrally { .. }
            | Command::Seal { .. }
            | Command::DropSeal { .. }
            | Command::Suspend { .. }
            | Command::AskResume
            | Command::PassReview(_)
            | Command::FailReview { .. }
            | Command::Resume
            | Command::Transfer { .. }
            | Command::ProposeVoid { .. }
            | Command::ApproveVoid
            | Command::Ring { .. } => false,
        };
        if dated && stamp.at < self.since {
            return Err(Rejection::BeforeLast { since: self.since });
        }
        Ok(())
    }

    /// Only the unit in charge may.
    fn in_charge(&self, stamp: &Stamp) -> Result<(), Rejection> {
        let lead = &self.draft().lead;
        if stamp.by.unit == *lead { Ok(()) } else { Err(Rejection::NotYourUnit { unit: lead.id.clone() }) }
    }

    /// Only a leader or the head of the unit in charge may.
    fn led(&self, stamp: &Stamp) -> Result<(), Rejection> {
        self.in_charge(stamp)?;
        leading(stamp)
    }
}

/// Only a leader or the head of the own unit may.
fn leading(stamp: &Stamp) -> Result<(), Rejection> {
    let responsible = stamp.by.is(Role::Leader) || stamp.by.is(Role::Head);
    if responsible { Ok(()) } else { Err(Rejection::NotLeader { unit: stamp.by.unit.id.clone() }) }
}

/// A decided list of events, and the moment from which what they start is counted.
type Counted = (Vec<Event>, Timestamp);

/// Ringing a clock that was answered in the meantime does nothing. The ladder is counted from the last day in time.
fn struck(
    hazard: &Hazard,
    (rule, stage): (&str, clock::Stage),
    told: &[Told],
    stamp: &Stamp,
) -> Result<Counted, Rejection> {
    if stamp.by.unit.agency != Agency::Hub {
        return Err(Rejection::NotTheClock);
    }
    let rung = hazard.clocks().ring(rule, stage, told.to_vec(), stamp.recorded);
    let breached = rung.iter().find_map(|event| match event {
        ClockEvent::Breached { due, .. } => Some(*due),
        ClockEvent::Started { .. }
        | ClockEvent::Paused { .. }
        | ClockEvent::Warned { .. }
        | ClockEvent::Lapsed { .. }
        | ClockEvent::Stopped { .. } => None,
    });
    let step = breached.and_then(|_| match rule {
        RECTIFY | RECTIFY_EXTENDED | RECTIFY_MAJOR => Some(Event::Overdue { rule: rule.to_owned() }),
        LISTING if hazard.pressure() < Pressure::Listed => Some(Event::Listed { reason: None }),
        PENALTY if hazard.pressure() < Pressure::PenaltyProposed => Some(Event::PenaltyProposed {}),
        _ => None,
    });
    let last = breached.and_then(|due| due.checked_sub(SignedDuration::from_secs(1)).ok());
    Ok((rung.into_iter().map(Event::Clock).chain(step).collect(), last.unwrap_or(stamp.recorded)))
}

/// The decided events with what they do to the clocks behind them.
fn with_clocks(mut events: Vec<Event>, before: &State, (stamp, at): (&Stamp, Timestamp)) -> Vec<Event> {
    let kinds: Vec<&str> =
        events.iter().filter(|event| !matches!(event, Event::Clock(_))).map(Stored::kind).collect();
    let after = events.iter().fold(before.clone(), |state, event| state.evolve(event, stamp));
    let State::Known(hazard) = after else { return events };
    let planned = events.iter().find_map(|event| {
        if let Event::Noticed(Notice { until, .. }) | Event::ExtensionGranted { until } = event {
            *until
        } else {
            None
        }
    });
    let mut clocks = hazard.clocks().follow(&kinds, &hazard.facts(), at);
    // Who reported a fix does not become late because the look at it is.
    let waits = matches!(hazard.stage(), Stage::FixReported { .. });
    clocks.retain(|clock| !(waits && runs_against_the_institution(clock)));
    for clock in &mut clocks {
        if let (ClockEvent::Started { rule, due, .. }, Some(day)) = (clock, planned)
            && rule == RECTIFY_MAJOR
        {
            // The row knows the longest time; this plan ends as it says.
            *due = end_of(day).min(*due);
        }
    }
    events.extend(clocks.into_iter().map(Event::Clock));
    events
}

fn runs_against_the_institution(clock: &ClockEvent) -> bool {
    let ClockEvent::Started { rule, rule_version, .. } = clock else { return false };
    Periods::standard().row(rule, *rule_version).is_some_and(|row| row.duty == Duty::Receiver)
}

#[cfg(test)]
mod tests;
