//! Parts of answers that every service gives: opened personal values, units by name, moments and running
//! clocks as views keep them. Never here: deciding who may see them.

use domain::actor::Unit;
use domain::clock::Clocks;
use domain::ids::UnitId;
use domain::period::Periods;
use domain::sealed::Sealed;
use jiff::Timestamp;
use tonic::{Response, Status};
use wire::convert;
use wire::refusal::Refusal;
use wire::show::{Run, Standing, clock};
use wire::v1;

use crate::read_model::ViewError;
use crate::refuse;
use crate::seal::{Opened, SealError};
use crate::shell::Hub;

/// What a call answers.
pub type Answer<T> = Result<Response<T>, Status>;

/// An outcome as the answer of a call.
///
/// # Errors
/// The refusal as a status.
pub fn answer<T>(outcome: Result<T, Refusal>) -> Answer<T> {
    outcome.map(Response::new).map_err(Status::from)
}

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;
/// The event that starts a lease.
const TAKEN: &str = "claim.taken";

/// A running clock as a view keeps it; times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// The rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// When it started.
    pub started: i64,
    /// When it runs out.
    pub due: i64,
    /// How it stands.
    pub standing: Standing,
}

impl ClockRow {
    /// As it is shown.
    #[must_use]
    pub fn on_wire(&self) -> Option<v1::Clock> {
        let started = Timestamp::from_microsecond(self.started).ok()?;
        let due = Timestamp::from_microsecond(self.due).ok()?;
        Some(clock(&Run { standing: self.standing, ..Run::new(&self.rule, self.version, started, due) }))
    }

    /// Whole seconds until it runs out; negative when it has.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> i64 {
        (self.due - now.as_microsecond()).div_euclid(SECOND)
    }
}

/// A moment that a view keeps in microseconds.
#[must_use]
pub fn moment(microsecond: i64) -> Option<prost_types::Timestamp> {
    Timestamp::from_microsecond(microsecond).ok().map(convert::timestamp)
}

/// When the lease of a claim runs out; none when the receipt was signed before.
#[must_use]
pub fn lease_until(clocks: &Clocks) -> Option<prost_types::Timestamp> {
    let leases =
        Periods::standard().all().iter().filter(|period| period.starts.iter().any(|start| start == TAKEN));
    let due = leases.filter_map(|period| clocks.get(&period.id)).map(|running| running.due).min();
    due.map(convert::timestamp)
}

impl Hub {
    /// A sealed value opened for an answer. One whose key was destroyed shows as erased; one that can never be
    /// opened is withheld and the reason logged.
    ///
    /// # Errors
    /// When it cannot be opened for now.
    pub fn personal(&self, sealed: &Sealed) -> Result<v1::PersonalText, SealError> {
        match self.keys.open(sealed) {
            Ok(Opened::Text(text)) => Ok(convert::open(text)),
            Ok(Opened::Erased) => Ok(convert::erased()),
            Err(error) if error.may_pass() => Err(error),
            Err(error) => {
                tracing::error!(%error, "a sealed value cannot be opened");
                Ok(convert::withheld())
            }
        }
    }

    /// A unit as it is shown; none when the directory does not know it.
    ///
    /// # Errors
    /// When the roster cannot be read.
    pub fn unit_on_wire(&self, unit: &UnitId) -> Result<Option<v1::Unit>, Refusal> {
        let entry = self.roster.unit(unit).map_err(refuse::view)?;
        Ok(entry.map(|entry| convert::unit(&entry.unit, entry.name.as_str(), entry.superior.as_ref())))
    }

    /// A unit that a view keeps, with its name; without one when the directory does not know it.
    ///
    /// # Errors
    /// When the roster cannot be read.
    pub fn unit_shown(&self, unit: &Unit) -> Result<v1::Unit, ViewError> {
        let known = self.roster.unit(&unit.id)?;
        let name = known.as_ref().map(|entry| entry.name.as_str()).unwrap_or_default();
        Ok(convert::unit(unit, name, known.as_ref().and_then(|entry| entry.superior.as_ref())))
    }
}
