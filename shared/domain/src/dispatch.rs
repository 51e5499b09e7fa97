//! Dispatch 出动: inspectors of one unit who set out together once, for a campaign. Its person-times are a figure of
//! their own, because one dispatch visits several institutions: inspections are never derived from it.
//!
//! ```text
//! (none) --report--> Reported --void (a leader, with a reason)--> Void*
//! ```
//! A unit reports its own dispatches, of its own level and area; a city without counties also those it makes as a
//! county, a province those it makes as the city of the counties it runs itself. What was void counts for nothing.
//!
//! Basis: handbook 2.16 (`dispatch_person_times`).
//!
//! Never here: whether the campaign exists, the day lies in it, or its plan has the post (that is another stream).

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Level, Role, Stamp, Unit};
use crate::campaign::Post;
use crate::decider::{Decider, Refusal, Scope};
use crate::division::{DivisionCode, Divisions};
use crate::event::Stored;
use crate::ids::{CampaignId, DispatchId, InstitutionId, UnitId};
use crate::period::BEIJING;
use crate::text::Reason;

/// Persons of one dispatch at most.
pub const PERSONS: u32 = 200;
/// Institutions of one dispatch at most.
pub const INSTITUTIONS: usize = 20;

/// A dispatch as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: DispatchId,
    /// The campaign.
    #[schemars(extend("class" = "P1"))]
    pub campaign: CampaignId,
    /// Who sent them.
    pub post: Post,
    /// The day they set out.
    #[schemars(extend("class" = "P1"))]
    pub on: Date,
    /// How many set out, in person-times 人次.
    #[schemars(extend("class" = "P1"))]
    pub persons: u32,
    /// The institutions they visited.
    #[schemars(extend("class" = "P1"))]
    pub institutions: Vec<InstitutionId>,
}

/// What can be asked of a dispatch.
#[derive(Debug, Clone)]
pub enum Command {
    /// Reports it.
    Report {
        /// The dispatch.
        report: Box<Report>,
        /// The divisions of its institutions, as the directory has them.
        places: Vec<DivisionCode>,
    },
    /// Takes it back: it never was.
    Void {
        /// Why.
        reason: Reason,
    },
}

/// What can happen to a dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was reported.
    #[serde(rename = "dispatch.reported")]
    Reported(Box<Report>),
    /// It was taken back.
    #[serde(rename = "dispatch.voided")]
    Voided {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Reported(_) => "dispatch.reported",
            Event::Voided { .. } => "dispatch.voided",
        }
    }
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is none under this id.
    #[error("there is no such dispatch")]
    Unknown,
    /// The id is taken.
    #[error("dispatch {dispatch} has been reported already")]
    AlreadyReported {
        /// The id.
        dispatch: DispatchId,
    },
    /// It was taken back before.
    #[error("dispatch {dispatch} is void already")]
    AlreadyVoid {
        /// The id.
        dispatch: DispatchId,
    },
    /// A unit reports its own dispatches.
    #[error("{post} is not the level and area of unit {unit}")]
    NotYourPost {
        /// The level and division reported.
        post: Post,
        /// The unit that reports.
        unit: UnitId,
    },
    /// Nobody, or more than one dispatch can be.
    #[error("a dispatch is of 1 to {PERSONS} persons, not of {persons}")]
    Persons {
        /// How many were reported.
        persons: u32,
    },
    /// No institution, too many, or one twice.
    #[error("a dispatch visits 1 to {INSTITUTIONS} institutions, each once")]
    Institutions {
        /// How many were reported.
        count: usize,
    },
    /// A unit sends inspectors within its area.
    #[error("division {division} does not lie in the area {area}")]
    OutsideArea {
        /// Where an institution lies.
        division: DivisionCode,
        /// The area of the post.
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
            Rejection::Unknown => "DISPATCH_UNKNOWN",
            Rejection::AlreadyReported { .. } => "DISPATCH_REPORTED_ALREADY",
            Rejection::AlreadyVoid { .. } => "DISPATCH_VOID_ALREADY",
            Rejection::NotYourPost { .. } => "DISPATCH_NOT_YOUR_POST",
            Rejection::Persons { .. } => "DISPATCH_PERSONS",
            Rejection::Institutions { .. } => "DISPATCH_INSTITUTIONS",
            Rejection::OutsideArea { .. } => "DISPATCH_OUTSIDE_AREA",
            Rejection::Future { .. } => "DISPATCH_FUTURE",
            Rejection::NotLeader { .. } => "DISPATCH_NOT_LEADER",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown => Vec::new(),
            Rejection::AlreadyReported { dispatch } | Rejection::AlreadyVoid { dispatch } => {
                vec![("dispatch", dispatch.to_string())]
            }
            Rejection::NotYourPost { post, unit } => {
                vec![("post", post.to_string()), ("unit", unit.to_string())]
            }
            Rejection::Persons { persons } => {
                vec![("persons", persons.to_string()), ("max", PERSONS.to_string())]
            }
            Rejection::Institutions { count } => {
                vec![("count", count.to_string()), ("max", INSTITUTIONS.to_string())]
            }
            Rejection::OutsideArea { division, area } => {
                vec![("division", division.to_string()), ("area", area.to_string())]
            }
            Rejection::Future { on } => vec![("on", on.to_string())],
            Rejection::NotLeader { unit } => vec![("unit", unit.to_string())],
        }
    }
}

/// What is known of a dispatch.
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
            State::Reported { .. } => "dispatch-reported",
            State::Void { .. } => "dispatch-void",
        }
    }
}

/// The rule of dispatches.
#[derive(Debug)]
pub struct DispatchRule;

impl Decider for DispatchRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Report { report, places }, State::Unknown) => {
                check(report, places, stamp)?;
                Ok(vec![Event::Reported(report.clone())])
            }
            (Command::Report { .. }, State::Reported { report, .. } | State::Void { report, .. }) => {
                Err(Rejection::AlreadyReported { dispatch: report.id.clone() })
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
                Err(Rejection::AlreadyVoid { dispatch: report.id.clone() })
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
            Command::Report { .. } => "dispatch.report",
            Command::Void { .. } => "dispatch.void",
        }
    }

    /// Of the unit that reported it, in its area; a new one lies where it is said to.
    fn scope(command: &Command, state: &State) -> Scope {
        match (state.known(), command) {
            (Some((report, unit)), _) => {
                Scope { division: Some(report.post.division), ..Scope::default() }.with(unit)
            }
            (None, Command::Report { report, .. }) => {
                Scope { division: Some(report.post.division), ..Scope::default() }
            }
            (None, Command::Void { .. }) => Scope::default(),
        }
    }
}

fn check(report: &Report, places: &[DivisionCode], stamp: &Stamp) -> Result<(), Rejection> {
    let (unit, post, divisions) = (&stamp.by.unit, report.post, Divisions::standard());
    let stands_in = match (unit.level, post.level) {
        (Level::City, Level::County) => divisions.acts_as_county(post.division, report.on),
        (Level::Province, Level::City) => true,
        (own, level) => own == level,
    };
    if post.division != unit.division || !stands_in {
        return Err(Rejection::NotYourPost { post, unit: unit.id.clone() });
    }
    if !(1..=PERSONS).contains(&report.persons) {
        return Err(Rejection::Persons { persons: report.persons });
    }
    let count = report.institutions.len();
    let distinct: std::collections::BTreeSet<&InstitutionId> = report.institutions.iter().collect();
    if !(1..=INSTITUTIONS).contains(&count) || distinct.len() != count {
        return Err(Rejection::Institutions { count });
    }
    // What was merged lives on: an institution may have been moved to the new division before a late record came.
    let area = divisions.lasting(post.division);
    let inside = |place: &DivisionCode| divisions.is_within(divisions.lasting(*place), area);
    if let Some(place) = places.iter().find(|place| !inside(place)) {
        return Err(Rejection::OutsideArea { division: *place, area: post.division });
    }
    if report.on > BEIJING.to_datetime(stamp.recorded).date() {
        return Err(Rejection::Future { on: report.on });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
