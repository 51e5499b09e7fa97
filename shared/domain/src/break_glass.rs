//! Break-glass 临时查阅: an officer who may know of a matter but not see what is in it asks to see it, with a reason;
//! a second person approves it for a few hours; every use is on record before anything is shown; and somebody who
//! is neither of the two reviews it.
//!
//! ```text
//! Requested --approve--> Open --use*--> Open --its time is over--> Ended --review--> Reviewed*
//!     '----- refuse ---> Refused*        '- the first use or the end starts the review's clock
//! ```
//! The highest class it opens is P3: nothing here can say P4. The reporter stays closed unless asked for and
//! approved by name. What is asked for may be narrowed by the approval, never widened. An officer whose review is
//! overdue opens nothing new. All times are when the hub learned of it: nobody opens anything backwards.
//!
//! Basis: handbook 1.4 (content needs a reasoned break-glass with two-person approval); 未成年人网络保护条例
//! art. 36 (each access approved by a responsible person and recorded); PIPL art. 28 (sensitive information only
//! for a specific purpose and of necessity).
//!
//! Never here: whether the officer may know of the matter (that is permission), or what is in it.

pub mod event;
mod rejection;
mod state;

use jiff::{SignedDuration, Timestamp};

use crate::actor::{Agency, Role, Stamp};
use crate::clock::{self, ClockEvent, ClockFacts, Told};
use crate::decider::{Decider, Scope};
use crate::event::Stored;
use crate::ids::GrantId;
use crate::text::Reason;

pub use event::{Ceiling, Event, Requested, Target, Terms, Way};
pub use rejection::Rejection;
pub use state::{Grant, Stage, State};

/// Most hours an access lasts: one working day.
pub const MAX_HOURS: u8 = 8;
/// The period whose end closes an access; its row allows [`MAX_HOURS`], an approval sets its own end within.
pub const LASTING: &str = "break-glass-lasting";
/// The period in which an access is to be reviewed.
pub const REVIEW: &str = "break-glass-review";

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Asks to see a matter.
    Request {
        /// What and why.
        asked: Box<Requested>,
        /// An access of the same officer whose review is overdue, as the hub knows them now.
        overdue: Option<GrantId>,
    },
    /// A second person agrees, to this much.
    Approve {
        /// What is opened: at most what was asked.
        terms: Terms,
    },
    /// A second person does not agree.
    Refuse {
        /// Why.
        reason: Reason,
    },
    /// Something is about to be shown.
    Use {
        /// Which way it goes out.
        way: Way,
    },
    /// A third person looks at what was done.
    Review {
        /// Whether it was needed, and used for what it was given.
        justified: bool,
        /// What was found.
        findings: Reason,
    },
    /// A clock reached a stage.
    Ring {
        /// The period.
        rule: String,
        /// The stage.
        stage: clock::Stage,
        /// Who was told.
        told: Vec<Told>,
    },
}

/// The rule of break-glass.
#[derive(Debug)]
pub struct BreakGlassRule;

impl Decider for BreakGlassRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        let events = match (state, command) {
            (State::Unknown, Command::Request { asked, overdue }) => request(asked, overdue.as_ref(), stamp)?,
            (
                State::Unknown,
                Command::Approve { .. }
                | Command::Refuse { .. }
                | Command::Use { .. }
                | Command::Review { .. }
                | Command::Ring { .. },
            ) => return Err(Rejection::Unknown),
            (State::Known(grant), Command::Request { .. }) => {
                return Err(Rejection::AlreadyRequested { grant: grant.asked().id.clone() });
            }
            (State::Known(grant), Command::Ring { rule, stage, told }) => {
                ring(grant, rule, *stage, (told, stamp))?
            }
            (
                State::Known(grant),
                Command::Approve { .. }
                | Command::Refuse { .. }
                | Command::Use { .. }
                | Command::Review { .. },
            ) => vec![act(command, grant, stamp)?],
        };
        Ok(with_clocks(events, state, stamp))
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        state.evolve(event, stamp)
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Request { .. } => "access.request",
            Command::Approve { .. } => "access.approve",
            Command::Refuse { .. } => "access.refuse",
            Command::Use { .. } => "access.use",
            Command::Review { .. } => "access.review",
            Command::Ring { .. } => "access.ring",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        match (state, command) {
            (State::Known(grant), _) => grant.asked().scope(),
            (State::Unknown, Command::Request { asked, .. }) => asked.scope(),
            (
                State::Unknown,
                Command::Approve { .. }
                | Command::Refuse { .. }
                | Command::Use { .. }
                | Command::Review { .. }
                | Command::Ring { .. },
            ) => Scope::default(),
        }
    }
}

fn request(asked: &Requested, overdue: Option<&GrantId>, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    if asked.unit != stamp.by.unit {
        return Err(Rejection::NotYourUnit { unit: asked.unit.id.clone() });
    }
    within_the_law(&asked.terms)?;
    match overdue {
        Some(grant) => Err(Rejection::ReviewOverdue { grant: grant.clone() }),
        None => Ok(vec![Event::Requested(Box::new(asked.clone()))]),
    }
}

fn within_the_law(terms: &Terms) -> Result<(), Rejection> {
    let fits = (1..=MAX_HOURS).contains(&terms.hours);
    if fits { Ok(()) } else { Err(Rejection::TooLong { hours: terms.hours, max: MAX_HOURS }) }
}

fn act(command: &Command, grant: &Grant, stamp: &Stamp) -> Result<Event, Rejection> {
    match (command, grant.stage()) {
        (Command::Approve { terms }, Stage::Requested) => approve(terms, grant, stamp),
        (Command::Refuse { reason }, Stage::Requested) => {
            another(grant, stamp)?;
            Ok(Event::Refused { reason: reason.clone() })
        }
        (Command::Use { way }, Stage::Open { until, .. }) => {
            if stamp.by.officer != *grant.requester() {
                return Err(Rejection::NotYours { officer: grant.requester().clone() });
            }
            if stamp.recorded >= *until {
                return Err(Rejection::Over { until: *until });
            }
            Ok(Event::Used { way: *way })
        }
        (Command::Review { justified, findings }, Stage::Ended { approver, .. }) => {
            another(grant, stamp)?;
            if stamp.by.officer == *approver {
                return Err(Rejection::ApprovedByYou { officer: approver.clone() });
            }
            Ok(Event::Reviewed { justified: *justified, findings: findings.clone() })
        }
        (
            Command::Request { .. }
            | Command::Approve { .. }
            | Command::Refuse { .. }
            | Command::Use { .. }
            | Command::Review { .. }
            | Command::Ring { .. },
            stage,
        ) => Err(Rejection::NotHere { action: BreakGlassRule::action(command), word: stage.word() }),
    }
}

fn approve(terms: &Terms, grant: &Grant, stamp: &Stamp) -> Result<Event, Rejection> {
    another(grant, stamp)?;
    within_the_law(terms)?;
    if !terms.within(&grant.asked().terms) {
        return Err(Rejection::Wider);
    }
    let until = stamp.recorded.saturating_add(SignedDuration::from_hours(terms.hours.into()));
    Ok(Event::Approved {
        class: terms.class,
        reporter: terms.reporter,
        until: until.unwrap_or(Timestamp::MAX),
    })
}

/// Somebody responsible who is not the one who asked: a leader or the head of their unit, or of the one above it.
fn another(grant: &Grant, stamp: &Stamp) -> Result<(), Rejection> {
    let (by, asked) = (&stamp.by, grant.asked());
    if by.officer == *grant.requester() {
        return Err(Rejection::OwnRequest);
    }
    if by.unit.id != asked.unit.id && asked.superior.as_ref() != Some(&by.unit.id) {
        return Err(Rejection::NotYourUnit { unit: asked.unit.id.clone() });
    }
    let responsible = by.is(Role::Leader) || by.is(Role::Head);
    if responsible { Ok(()) } else { Err(Rejection::NotLeader { unit: by.unit.id.clone() }) }
}

/// Ringing a clock that was answered in the meantime does nothing.
fn ring(
    grant: &Grant,
    rule: &str,
    stage: clock::Stage,
    (told, stamp): (&[Told], &Stamp),
) -> Result<Vec<Event>, Rejection> {
    if stamp.by.unit.agency != Agency::Hub {
        return Err(Rejection::NotTheClock);
    }
    let rung = grant.clocks().ring(rule, stage, told.to_vec(), stamp.recorded);
    let over = rung.iter().any(|event| matches!(event, ClockEvent::Lapsed { rule, .. } if rule == LASTING));
    Ok(rung.into_iter().map(Event::Clock).chain(over.then_some(Event::Ended {})).collect())
}

/// The decided events with what they do to the clocks behind them.
fn with_clocks(mut events: Vec<Event>, before: &State, stamp: &Stamp) -> Vec<Event> {
    let kinds: Vec<&str> =
        events.iter().filter(|event| !matches!(event, Event::Clock(_))).map(Stored::kind).collect();
    let after = events.iter().fold(before.clone(), |state, event| state.evolve(event, stamp));
    let State::Known(grant) = after else { return events };
    let clocks = grant.clocks().follow(&kinds, &ClockFacts::default(), stamp.recorded);
    events.extend(clocks.into_iter().map(|clock| Event::Clock(ending(clock, grant.stage()))));
    events
}

/// The row knows the longest access; this one ends as it was approved.
fn ending(clock: ClockEvent, stage: &Stage) -> ClockEvent {
    match (clock, stage) {
        (
            ClockEvent::Started { rule, rule_version, calendar, started, warn_half, warn_most, due },
            Stage::Open { until, .. },
        ) if rule == LASTING => {
            let due = due.min(*until);
            ClockEvent::Started { rule, rule_version, calendar, started, warn_half, warn_most, due }
        }
        (clock, _) => clock,
    }
}

#[cfg(test)]
mod tests;
