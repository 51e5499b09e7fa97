//! A unit: an office of one agency with a level, an area and its competences (handbook 1.1, 1.2).
//!
//! ```text
//! (none) --register--> Active --close--> Closed
//! ```
//! Never here: officers, or finding the competent unit (a directory query).

use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Level, Stamp, Unit};
use crate::decider::{Decider, Refusal, Scope};
use crate::division::{DivisionCode, Divisions};
use crate::event::Stored;
use crate::ids::UnitId;
use crate::jurisdiction::Jurisdiction;
use crate::text::Title;

/// What can be asked of a unit.
#[derive(Debug, Clone)]
pub enum Command {
    /// Enter it into the directory.
    Register(Box<Registered>),
    /// Replace its competences.
    ChangeCompetence {
        /// The new rows.
        competence: Vec<Jurisdiction>,
    },
    /// Close it.
    Close,
}

/// A unit as registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The unit.
    pub unit: Unit,
    /// Its public name.
    pub name: Title,
    /// The unit above it; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<UnitId>,
    /// What it is competent for.
    #[serde(default)]
    pub competence: Vec<Jurisdiction>,
}

/// What can happen to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was entered.
    #[serde(rename = "unit.registered")]
    Registered(Box<Registered>),
    /// Its competences were replaced.
    #[serde(rename = "unit.competence-changed")]
    CompetenceChanged {
        /// The new rows.
        competence: Vec<Jurisdiction>,
    },
    /// It was closed.
    #[serde(rename = "unit.closed")]
    Closed {},
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Registered(_) => "unit.registered",
            Event::CompetenceChanged { .. } => "unit.competence-changed",
            Event::Closed {} => "unit.closed",
        }
    }
}

/// Why a command on a unit is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The id is taken by a different unit.
    #[error("unit {unit} is registered already with other particulars")]
    UnitExists {
        /// The id.
        unit: UnitId,
    },
    /// There is no such unit.
    #[error("the unit is not registered")]
    UnitUnknown,
    /// It is closed.
    #[error("the unit is closed")]
    UnitClosed,
    /// A competence reaches outside the unit's own area.
    #[error("competence for {division} lies outside the unit's area {area}")]
    CompetenceOutsideArea {
        /// The division asked for.
        division: DivisionCode,
        /// The unit's area.
        area: DivisionCode,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::UnitExists { .. } => "UNIT_EXISTS",
            Rejection::UnitUnknown => "UNIT_UNKNOWN",
            Rejection::UnitClosed => "UNIT_CLOSED",
            Rejection::CompetenceOutsideArea { .. } => "COMPETENCE_OUTSIDE_AREA",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::UnitExists { unit } => vec![("unit", unit.to_string())],
            Rejection::UnitUnknown | Rejection::UnitClosed => Vec::new(),
            Rejection::CompetenceOutsideArea { division, area } => {
                vec![("division", division.to_string()), ("area", area.to_string())]
            }
        }
    }
}

/// What is known of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Unknown,
    /// It works.
    Active(Box<Registered>),
    /// It is closed.
    Closed,
}

/// The rule.
pub struct UnitRule;

impl Decider for UnitRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Register(new), State::Unknown) => {
                inside_area(&new.competence, new.unit.division, new.unit.agency, new.unit.level)?;
                Ok(vec![Event::Registered(new.clone())])
            }
            (Command::Register(new), State::Active(known)) if new == known => Ok(Vec::new()),
            (Command::Register(new), State::Active(_) | State::Closed) => {
                Err(Rejection::UnitExists { unit: new.unit.id.clone() })
            }
            (Command::ChangeCompetence { .. } | Command::Close, State::Unknown) => {
                Err(Rejection::UnitUnknown)
            }
            (Command::ChangeCompetence { .. } | Command::Close, State::Closed) => Err(Rejection::UnitClosed),
            (Command::ChangeCompetence { competence }, State::Active(known)) => {
                inside_area(competence, known.unit.division, known.unit.agency, known.unit.level)?;
                Ok(vec![Event::CompetenceChanged { competence: competence.clone() }])
            }
            (Command::Close, State::Active(_)) => Ok(vec![Event::Closed {}]),
        }
    }

    fn evolve(state: State, event: &Event, _: &Stamp) -> State {
        match (event, state) {
            (Event::Registered(new), _) => State::Active(new.clone()),
            (Event::CompetenceChanged { competence }, State::Active(mut known)) => {
                known.competence.clone_from(competence);
                State::Active(known)
            }
            (Event::CompetenceChanged { .. }, other) => other,
            (Event::Closed {}, _) => State::Closed,
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Register(_) => "unit.register",
            Command::ChangeCompetence { .. } => "unit.change-competence",
            Command::Close => "unit.close",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        let unit = match (command, state) {
            (Command::Register(new), _) => Some(&new.unit),
            (_, State::Active(known)) => Some(&known.unit),
            (_, State::Unknown | State::Closed) => None,
        };
        unit.map_or_else(Scope::default, |unit| {
            Scope { division: Some(unit.division), ..Scope::default() }.with(unit)
        })
    }
}

fn inside_area(
    rows: &[Jurisdiction],
    area: DivisionCode,
    agency: Agency,
    level: Level,
) -> Result<(), Rejection> {
    if agency == Agency::Hub || level == Level::Nation {
        return Ok(());
    }
    match rows.iter().find(|row| !Divisions::standard().is_within(row.division, area)) {
        Some(row) => Err(Rejection::CompetenceOutsideArea { division: row.division, area }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
