//! Joint inspection 联合检查: one visit by several agencies, each with its own checklist, and one record.
//!
//! ```text
//! Planned --> TeamFormed --> Notified | Unannounced --> EnRoute --> OnSite --> Recorded --> Signed | RefusedToSign
//!    |  ^         (from here to EnRoute: Postponed --> Planned;     |   ^                        |
//!    |  '---------- or Cancelled*)                     Obstructed <-'---'                     Issued
//!    v                                                                  nothing found: Closed* <-|
//! Cancelled*     Closed* <-- AwaitingRectification <--> ReInspection                             |
//!                                     '-------------------- the notice is served ----------------'
//! ```
//! Two qualified officers at least; with invited units at least two agencies, each unit confirming members of its own.
//! Who has a conflict of interest does not go. A line is answered by a member of the agency whose checklist it is on
//! who was there at that moment; a fire line only by the fire service or a police station charged with it. A record
//! that all members signed, and the institution signed or would not sign, is locked: what comes later is a supplement.
//! Each failed line is a hazard (the draft goes out with the findings); a re-inspection asks only for those.
//!
//! A visit recorded outside the hub is entered whole by the leading unit, for its own members; each invited unit signs for
//! its own, and the last signature brings the findings, by the same rules.
//!
//! Works are dated by when they were done, so that a record written without a network stands as it happened; only the
//! upload clock is stopped by when the hub learned of it.
//!
//! Basis: 行政处罚法 art. 42 (two officers), 43 (recusal); 消防法 art. 53 (police stations); handbook 2.3, 2.4, 3.5.
//!
//! Never here: whether an officer may act for a unit (that is permission), or what becomes of a hazard.

pub mod answer;
pub mod command;
pub mod event;
mod following;
mod onsite;
pub mod plan;
mod preparing;
mod reason;
pub mod rejection;
pub mod repeat;
pub mod report;
pub mod stage;
pub mod state;
pub mod team;

use crate::actor::Stamp;
use crate::clock::ClockFacts;
use crate::decider::{Decider, Scope};
use crate::event::Stored;

pub use answer::{Answer, Captured, Seen, Spot, Verdict};
pub use command::Command;
pub use event::{Event, Why};
pub use plan::{Planned, Sheet, Tier};
pub use rejection::Rejection;
pub use report::Report;
pub use stage::Stage;
pub use state::{Origin, Said, State, Visit};
pub use team::{Member, Team};

/// The rule of joint inspections.
#[derive(Debug)]
pub struct InspectionRule;

impl Decider for InspectionRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        let events = match (state, command) {
            (State::Unknown, Command::Plan(plan)) => vec![preparing::plan(plan, stamp)?],
            (State::Unknown, Command::Report(report)) => report::report(report, stamp)?,
            (State::Unknown, _) => return Err(Rejection::Unknown),
            (State::Known(visit), command) => act(command, visit, stamp)?,
        };
        Ok(with_clocks(events, state, stamp))
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        state.evolve(event, stamp)
    }

    fn action(command: &Command) -> &'static str {
        command.action()
    }

    fn scope(command: &Command, state: &State) -> Scope {
        match (state, command) {
            (State::Known(visit), _) => visit.plan.scope(),
            (State::Unknown, Command::Plan(plan)) => plan.scope(),
            (State::Unknown, Command::Report(report)) => report.plan.scope(),
            (State::Unknown, _) => Scope::default(),
        }
    }
}

fn act(command: &Command, visit: &Visit, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    allowed(command, visit)?;
    let event = match command {
        Command::Plan(_) | Command::Report(_) => {
            return Err(Rejection::AlreadyPlanned { inspection: visit.plan.id.clone() });
        }
        Command::ConfirmMember { member, conflict } => preparing::confirm(visit, member, (*conflict, stamp)),
        Command::Recuse { officer, reason } => preparing::recuse(visit, officer, (reason, stamp)),
        Command::FormTeam => preparing::form(visit, stamp),
        Command::Notify => visit.by_lead(stamp, Event::Notified {}),
        Command::LeaveUnannounced => visit.by_lead(stamp, Event::Unannounced {}),
        Command::SetOut => visit.by_lead(stamp, Event::SetOut {}),
        Command::CheckIn(seen) => onsite::check_in(visit, *seen, stamp),
        Command::CheckOut(seen) => onsite::check_out(visit, *seen, stamp),
        Command::RecordLines(answers) => {
            return answers.iter().map(|answer| onsite::record(visit, answer, stamp)).collect();
        }
        Command::Obstruct { note } => visit.by_member(stamp, Event::Obstructed { note: note.clone() }),
        Command::Retry { assistance } => {
            visit.by_lead(stamp, Event::Retried { assistance: assistance.clone() })
        }
        Command::Postpone { reason } => visit.by_lead(stamp, Event::Postponed { reason: reason.clone() }),
        Command::Resume { on } => visit.by_lead(stamp, Event::Resumed { on: *on }),
        Command::Cancel { reason } => visit.by_lead(stamp, Event::Cancelled { reason: reason.clone() }),
        Command::Complete => onsite::complete(visit, stamp),
        Command::Sign => return onsite::sign(visit, stamp),
        Command::SignForInstitution { representative } => onsite::institution(
            visit,
            Event::InstitutionSigned { representative: representative.clone() },
            stamp,
        ),
        Command::RefuseToSign { note } => {
            onsite::institution(visit, Event::InstitutionRefused { note: note.clone() }, stamp)
        }
        Command::Supplement { note, papers } => {
            visit.by_member(stamp, Event::Supplemented { note: note.clone(), papers: papers.clone() })
        }
        Command::Issue => return following::issue(visit, stamp),
        Command::ServeNotice { number } => {
            visit.by_lead(stamp, Event::NoticeServed { number: number.clone() })
        }
        Command::RequestReinspection => following::request(visit),
        Command::BeginReinspection => following::begin(visit, stamp),
        Command::CompleteReinspection => following::complete(visit, stamp),
        Command::Close { open } => following::close(visit, open.as_ref(), stamp),
        Command::Ring { rule, stage, told } => return following::ring(visit, rule, *stage, (told, stamp)),
    };
    Ok(vec![event?])
}

/// Where each command has its place.
fn allowed(command: &Command, visit: &Visit) -> Result<(), Rejection> {
    use Stage::{
        AwaitingRectification, EnRoute, Issued, Notified, Obstructed, OnSite, Planned, Postponed,
        ReInspection, Recorded, RefusedToSign, Signed, TeamFormed, Unannounced,
    };
    let stage = visit.stage;
    let before = matches!(stage, Planned | TeamFormed | Notified | Unannounced | EnRoute);
    let fits = match command {
        Command::Plan(_) | Command::Report(_) | Command::Ring { .. } => true,
        Command::ConfirmMember { .. } | Command::FormTeam => stage == Planned,
        Command::Recuse { .. } => before || matches!(stage, OnSite | Obstructed | Postponed),
        Command::Notify | Command::LeaveUnannounced => stage == TeamFormed,
        Command::SetOut => matches!(stage, Notified | Unannounced),
        Command::CheckIn(_) => matches!(stage, EnRoute | OnSite | ReInspection),
        Command::CheckOut(_) => stage == OnSite || stage == Recorded || stage.locked(),
        Command::RecordLines(_) if stage.locked() && stage != ReInspection => return Err(Rejection::Locked),
        Command::RecordLines(_) => {
            let unsigned = visit.signed.is_empty() && visit.said.is_none();
            matches!(stage, OnSite | ReInspection) || (stage == Recorded && unsigned)
        }
        Command::Obstruct { .. } => matches!(stage, EnRoute | OnSite),
        Command::Retry { .. } => stage == Obstructed,
        Command::Postpone { .. } => before || stage == Obstructed,
        // One recorded outside that not everybody signs for is called off.
        Command::Cancel { .. } => {
            let outside = matches!(visit.origin, Origin::Outside { .. });
            before || matches!(stage, Obstructed | Postponed) || (stage == Recorded && outside)
        }
        Command::Resume { .. } => stage == Postponed,
        Command::Complete => stage == OnSite,
        Command::Sign | Command::SignForInstitution { .. } | Command::RefuseToSign { .. } => {
            stage == Recorded
        }
        Command::Supplement { .. } => stage.locked(),
        Command::Issue => matches!(stage, Signed | RefusedToSign),
        Command::ServeNotice { .. } => stage == Issued,
        Command::RequestReinspection | Command::BeginReinspection | Command::Close { .. } => {
            stage == AwaitingRectification
        }
        Command::CompleteReinspection => stage == ReInspection,
    };
    let (action, word) = (command.action(), stage.word());
    if fits { Ok(()) } else { Err(Rejection::NotHere { action, word }) }
}

impl Visit {
    /// Something the leading unit does.
    fn by_lead(&self, stamp: &Stamp, event: Event) -> Result<Event, Rejection> {
        let unit = &self.plan.lead.id;
        if stamp.by.unit.id == *unit { Ok(event) } else { Err(Rejection::NotTheLead { unit: unit.clone() }) }
    }

    /// Something only members do.
    fn by_member(&self, stamp: &Stamp, event: Event) -> Result<Event, Rejection> {
        self.member(stamp).map(|_| event)
    }

    fn member(&self, stamp: &Stamp) -> Result<&Member, Rejection> {
        let officer = &stamp.by.officer;
        self.team.get(officer).ok_or_else(|| Rejection::NotOnTeam { officer: officer.clone() })
    }
}

/// The decided events with what they do to the clocks behind them. Findings without a hazard need no notice.
fn with_clocks(mut events: Vec<Event>, before: &State, stamp: &Stamp) -> Vec<Event> {
    let clock = |event: &Event| matches!(event, Event::Clock(_));
    let clean = |event: &Event| matches!(event, Event::Issued { hazards } if hazards.is_empty());
    let kinds: Vec<&str> =
        events.iter().filter(|event| !clock(event) && !clean(event)).map(Stored::kind).collect();
    let after = events.iter().fold(before.clone(), |state, event| state.evolve(event, stamp));
    let State::Known(visit) = after else { return events };
    let uploaded = events.iter().any(|event| matches!(event, Event::Recorded {} | Event::Reinspected { .. }));
    let at = if uploaded { stamp.recorded } else { stamp.at };
    events.extend(visit.clocks.follow(&kinds, &ClockFacts::default(), at).into_iter().map(Event::Clock));
    events
}

#[cfg(test)]
mod tests;
