//! One event of the log as the queue reads it: only the members it needs. Never here: tables.

use domain::actor::Unit;
use hub::project::{Positioned, ProjectError};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// An event and the tables it goes into.
pub(super) struct Step<'a> {
    pub(super) tables: &'a Connection,
    pub(super) event: &'a Positioned,
}

/// What the queue reads of the metadata.
#[derive(Deserialize)]
pub(super) struct Beside {
    pub(super) by: By,
    pub(super) at: Timestamp,
}

/// Who acted.
#[derive(Deserialize)]
pub(super) struct By {
    pub(super) officer: String,
    pub(super) unit: Unit,
}

impl Step<'_> {
    /// The matter the event belongs to.
    pub(super) fn matter(&self) -> &str {
        self.event.event.stream.as_str()
    }

    /// Its place in the log: the number of the change it makes.
    pub(super) fn change(&self) -> i64 {
        i64::try_from(self.event.position.get()).unwrap_or(i64::MAX)
    }

    /// What happened, as far as the queue needs it.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, ProjectError> {
        self.event.event.data.decode().map_err(|cause| self.fault(&cause))
    }

    /// Who and when.
    pub(super) fn beside(&self) -> Result<Beside, ProjectError> {
        self.event.event.metadata.decode().map_err(|cause| self.fault(&cause))
    }

    /// Why the event cannot be folded in.
    pub(super) fn fault(&self, cause: &dyn std::fmt::Display) -> ProjectError {
        ProjectError::event(self.event, cause)
    }

    /// A unit as it is kept in a row.
    pub(super) fn kept(&self, unit: &Unit) -> Result<String, ProjectError> {
        serde_json::to_string(unit).map_err(|cause| self.fault(&cause))
    }
}
