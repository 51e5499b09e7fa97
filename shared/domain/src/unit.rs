//! A unit: an office of one agency with a level, an area and its competences (handbook 1.1, 1.2).
//!
//! Its level is that of its division: everything above rests on it, from the police of the same level to who is
//! a superior. A city without counties also has county units (handbook 4.1: Dongguan, Zhongshan, Danzhou,
//! Jiayuguan); above the districts of a municipality the province is the city, and its units are of province
//! level. The nation is its own division. The operators of the hub stand outside.
//!
//! ```text
//! (none) --register--> Active --close--> Closed
//! ```
//! Never here: officers, or finding the competent unit (a directory query).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Level, Stamp, Unit};
use crate::decider::{Decider, Refusal, Scope};
use crate::division::{DivisionCode, DivisionLevel, Divisions};
use crate::event::Stored;
use crate::ids::UnitId;
use crate::jurisdiction::Jurisdiction;
use crate::period::BEIJING;
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Registered {
    /// The unit.
    #[schemars(extend("class" = "P0"))]
    pub unit: Unit,
    /// Its public name.
    #[schemars(extend("class" = "P0"))]
    pub name: Title,
    /// The unit above it; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P0"))]
    pub superior: Option<UnitId>,
    /// What it is competent for.
    #[serde(default)]
    #[schemars(extend("class" = "P0"))]
    pub competence: Vec<Jurisdiction>,
}

/// What can happen to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was entered.
    #[serde(rename = "unit.registered")]
    Registered(Box<Registered>),
    /// Its competences were replaced.
    #[serde(rename = "unit.competence-changed")]
    CompetenceChanged {
        /// The new rows.
        #[schemars(extend("class" = "P0"))]
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
    /// The unit's level is not that of its division.
    #[error("a unit of {} level does not fit division {division}", .level.code())]
    LevelMismatch {
        /// The level asked for.
        level: Level,
        /// The unit's division.
        division: DivisionCode,
    },
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
            Rejection::LevelMismatch { .. } => "LEVEL_MISMATCH",
            Rejection::CompetenceOutsideArea { .. } => "COMPETENCE_OUTSIDE_AREA",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::UnitExists { unit } => vec![("unit", unit.to_string())],
            Rejection::UnitUnknown | Rejection::UnitClosed => Vec::new(),
            Rejection::LevelMismatch { level, division } => {
                vec![("level", level.code().to_owned()), ("division", division.to_string())]
            }
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

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Register(new), State::Unknown) => {
                level_fits(&new.unit, stamp)?;
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

/// Whether the level is that of the division on the day of registration.
fn level_fits(unit: &Unit, stamp: &Stamp) -> Result<(), Rejection> {
    let (level, division) = (unit.level, unit.division);
    if unit.agency == Agency::Hub {
        return Ok(());
    }
    let divisions = Divisions::standard();
    let tier = divisions.find(division).map(|row| row.level);
    let fits = match level {
        Level::Nation => division == DivisionCode::NATION,
        Level::Province => tier == Some(DivisionLevel::Province),
        Level::City => tier == Some(DivisionLevel::City),
        Level::County => {
            tier == Some(DivisionLevel::County)
                || divisions.acts_as_county(division, BEIJING.to_datetime(stamp.at).date())
        }
    };
    if fits { Ok(()) } else { Err(Rejection::LevelMismatch { level, division }) }
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
