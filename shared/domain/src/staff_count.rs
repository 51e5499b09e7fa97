//! Staff count 从业人员查询情况: which staff of an institution were asked about on the platform, for a campaign. Persons
//! are UUIDs that tell nothing of them; the same person has the same one everywhere, so that each counts once.
//!
//! ```text
//! (none) --report--> Reported --void (a leader, with a reason)--> Void*
//! ```
//! A unit reports for institutions of its area. What was void counts for nothing.
//!
//! Basis: handbook 2.5, 2.16 (`staff_queried`).
//!
//! Never here: a name, or what the query found; whether the campaign exists (its plan is another stream).

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Role, Stamp, Unit};
use crate::decider::{Decider, Refusal, Scope};
use crate::division::{DivisionCode, Divisions};
use crate::event::Stored;
use crate::ids::{CampaignId, InstitutionId, StaffCountId, UnitId};
use crate::period::BEIJING;
use crate::text::Reason;

/// Persons of one count at most.
pub const PERSONS: usize = 500;

/// A staff count as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: StaffCountId,
    /// The campaign.
    #[schemars(extend("class" = "P1"))]
    pub campaign: CampaignId,
    /// The institution.
    #[schemars(extend("class" = "P1"))]
    pub institution: InstitutionId,
    /// The division of the institution.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// The day of the query.
    #[schemars(extend("class" = "P1"))]
    pub on: Date,
    /// The persons, sorted, each once.
    #[schemars(extend("class" = "P2"))]
    pub persons: Vec<Uuid>,
}

/// What can be asked of a staff count.
#[derive(Debug, Clone)]
pub enum Command {
    /// Reports it.
    Report(Box<Report>),
    /// Takes it back.
    Void {
        /// Why.
        reason: Reason,
    },
}

/// What can happen to a staff count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was reported.
    #[serde(rename = "staff-count.reported")]
    Reported(Box<Report>),
    /// It was taken back.
    #[serde(rename = "staff-count.voided")]
    Voided {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Reported(_) => "staff-count.reported",
            Event::Voided { .. } => "staff-count.voided",
        }
    }
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is none under this id.
    #[error("there is no such staff count")]
    Unknown,
    /// The id is taken.
    #[error("staff count {count} has been reported already")]
    AlreadyReported {
        /// The id.
        count: StaffCountId,
    },
    /// It was taken back before.
    #[error("staff count {count} is void already")]
    AlreadyVoid {
        /// The id.
        count: StaffCountId,
    },
    /// Nobody, too many, not in order, or one twice.
    #[error("a staff count has 1 to {PERSONS} persons, sorted, each once")]
    Persons {
        /// How many were reported.
        persons: usize,
    },
    /// A unit reports for its area.
    #[error("division {division} does not lie in the area {area}")]
    OutsideArea {
        /// Where the institution lies.
        division: DivisionCode,
        /// The area of the unit.
        area: DivisionCode,
    },
    /// The day has not come.
    #[error("{on} has not come")]
    Future {
        /// The day reported.
        on: Date,
    },
    /// Somebody responsible in the unit that reported it takes it back.
    #[error("a leader of unit {unit} must take it back")]
    NotLeader {
        /// The unit that reported it.
        unit: UnitId,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "STAFF_COUNT_UNKNOWN",
            Rejection::AlreadyReported { .. } => "STAFF_COUNT_REPORTED_ALREADY",
            Rejection::AlreadyVoid { .. } => "STAFF_COUNT_VOID_ALREADY",
            Rejection::Persons { .. } => "STAFF_COUNT_PERSONS",
            Rejection::OutsideArea { .. } => "STAFF_COUNT_OUTSIDE_AREA",
            Rejection::Future { .. } => "STAFF_COUNT_FUTURE",
            Rejection::NotLeader { .. } => "STAFF_COUNT_NOT_LEADER",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown => Vec::new(),
            Rejection::AlreadyReported { count } | Rejection::AlreadyVoid { count } => {
                vec![("count", count.to_string())]
            }
            Rejection::Persons { persons } => {
                vec![("persons", persons.to_string()), ("max", PERSONS.to_string())]
            }
            Rejection::OutsideArea { division, area } => {
                vec![("division", division.to_string()), ("area", area.to_string())]
            }
            Rejection::Future { on } => vec![("on", on.to_string())],
            Rejection::NotLeader { unit } => vec![("unit", unit.to_string())],
        }
    }
}

/// What is known of a staff count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    #[default]
    Unknown,
    /// It counts.
    Reported {
        /// What was reported.
        report: Box<Report>,
        /// By which unit.
        unit: Unit,
    },
    /// It was taken back. Final.
    Void {
        /// What was reported.
        report: Box<Report>,
        /// By which unit.
        unit: Unit,
    },
}

impl State {
    /// What was reported, and by which unit.
    #[must_use]
    pub const fn known(&self) -> Option<(&Report, &Unit)> {
        match self {
            State::Unknown => None,
            State::Reported { report, unit } | State::Void { report, unit } => Some((report, unit)),
        }
    }

    /// A stable word for views.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            State::Unknown => "unknown",
            State::Reported { .. } => "staff-count-reported",
            State::Void { .. } => "staff-count-void",
        }
    }
}

/// The rule of staff counts.
#[derive(Debug)]
pub struct StaffCountRule;

impl Decider for StaffCountRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Report(report), State::Unknown) => {
                check(report, stamp)?;
                Ok(vec![Event::Reported(report.clone())])
            }
            (Command::Report(_), State::Reported { report, .. } | State::Void { report, .. }) => {
                Err(Rejection::AlreadyReported { count: report.id.clone() })
            }
            (Command::Void { .. }, State::Unknown) => Err(Rejection::Unknown),
            (Command::Void { reason }, State::Reported { unit, .. }) => {
                let leads = stamp.by.is(Role::Leader) || stamp.by.is(Role::Head);
                if stamp.by.unit.id != unit.id || !leads {
                    return Err(Rejection::NotLeader { unit: unit.id.clone() });
                }
                Ok(vec![Event::Voided { reason: reason.clone() }])
            }
            (Command::Void { .. }, State::Void { report, .. }) => {
                Err(Rejection::AlreadyVoid { count: report.id.clone() })
            }
        }
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        match (event, state) {
            (Event::Reported(report), _) => {
                State::Reported { report: report.clone(), unit: stamp.by.unit.clone() }
            }
            (Event::Voided { .. }, State::Reported { report, unit } | State::Void { report, unit }) => {
                State::Void { report, unit }
            }
            (Event::Voided { .. }, State::Unknown) => State::Unknown,
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Report(_) => "staff-count.report",
            Command::Void { .. } => "staff-count.void",
        }
    }

    /// Of the unit that reported it, where the institution lies.
    fn scope(command: &Command, state: &State) -> Scope {
        match (state.known(), command) {
            (Some((report, unit)), _) => {
                Scope { division: Some(report.division), ..Scope::default() }.with(unit)
            }
            (None, Command::Report(report)) => Scope { division: Some(report.division), ..Scope::default() },
            (None, Command::Void { .. }) => Scope::default(),
        }
    }
}

fn check(report: &Report, stamp: &Stamp) -> Result<(), Rejection> {
    let (area, persons, divisions) = (stamp.by.unit.division, &report.persons, Divisions::standard());
    let sorted = persons.iter().zip(persons.iter().skip(1)).all(|(one, next)| one < next);
    if !(1..=PERSONS).contains(&persons.len()) || !sorted {
        return Err(Rejection::Persons { persons: persons.len() });
    }
    // What was merged lives on: an institution may have been moved to the new division before a late record came.
    if !divisions.is_within(divisions.lasting(report.division), divisions.lasting(area)) {
        return Err(Rejection::OutsideArea { division: report.division, area });
    }
    if report.on > BEIJING.to_datetime(stamp.recorded).date() {
        return Err(Rejection::Future { on: report.on });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
