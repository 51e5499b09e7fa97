//! One event while a view folds it in: only the members that rows need are read. Never here: a table, or which
//! event does what.

use domain::actor::Unit;
use eventlog::Positioned;
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Params, Row};
use serde::Deserialize;

use crate::project::ProjectError;

/// An event and the tables it goes into.
pub struct Step<'a> {
    /// The tables.
    pub tables: &'a Connection,
    /// The event.
    pub event: &'a Positioned,
}

/// Who acted and when, as far as rows need it.
#[derive(Debug, Deserialize)]
pub struct Beside {
    /// Who.
    pub by: By,
    /// When it really happened.
    pub at: Timestamp,
}

/// Who acted.
#[derive(Debug, Deserialize)]
pub struct By {
    /// The officer.
    pub officer: String,
    /// Of which unit.
    pub unit: Unit,
}

/// The rule that an event of a clock names.
#[derive(Debug, Deserialize)]
pub struct Rule<'a> {
    /// Its id.
    pub rule: &'a str,
}

/// A clock that started.
#[derive(Debug, Deserialize)]
pub struct Started<'a> {
    /// The rule.
    pub rule: &'a str,
    /// Its version.
    pub rule_version: u32,
    /// When.
    pub started: Timestamp,
    /// When it runs out.
    pub due: Timestamp,
}

#[derive(Deserialize)]
struct When {
    at: Timestamp,
}

impl<'a> Step<'a> {
    /// The matter the event belongs to.
    #[must_use]
    pub fn matter(&self) -> &'a str {
        self.event.event.stream.as_str()
    }

    /// What kind of matter it is: the letters its id begins with.
    #[must_use]
    pub fn category(&self) -> &'a str {
        self.event.event.stream.category()
    }

    /// What happened, as far as a row needs it.
    ///
    /// # Errors
    /// When the event has another shape.
    pub fn body<T: Deserialize<'a>>(&self) -> Result<T, ProjectError> {
        serde_json::from_str(self.event.event.data.as_str()).map_err(|cause| self.fault(&cause))
    }

    /// Who and when.
    ///
    /// # Errors
    /// When the metadata has another shape.
    pub fn beside(&self) -> Result<Beside, ProjectError> {
        self.event.event.metadata.decode().map_err(|cause| self.fault(&cause))
    }

    /// When it really happened, in microseconds.
    ///
    /// # Errors
    /// When the metadata has another shape.
    pub fn at(&self) -> Result<i64, ProjectError> {
        let when: When = self.event.event.metadata.decode().map_err(|cause| self.fault(&cause))?;
        Ok(when.at.as_microsecond())
    }

    /// Its place in the log: the number of the change it makes.
    #[must_use]
    pub fn change(&self) -> i64 {
        i64::try_from(self.event.position.get()).unwrap_or(i64::MAX)
    }

    /// Why the event cannot be folded in.
    #[must_use]
    pub fn fault(&self, cause: &dyn std::fmt::Display) -> ProjectError {
        ProjectError::event(self.event, cause)
    }

    /// A unit as it is kept in a row; [`unit_in`] reads it.
    ///
    /// # Errors
    /// Never in practice: a unit can be written as JSON.
    pub fn kept(&self, unit: &Unit) -> Result<String, ProjectError> {
        serde_json::to_string(unit).map_err(|cause| self.fault(&cause))
    }

    /// Runs one statement, prepared once.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn run(&self, sql: &str, values: impl Params) -> Result<(), ProjectError> {
        self.tables.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}

/// A unit that [`Step::kept`] wrote.
///
/// # Errors
/// When the column holds something else.
pub fn unit_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Unit> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, cause.into()))
}
