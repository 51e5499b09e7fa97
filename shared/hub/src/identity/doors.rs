//! Doors that are shut, as every instance that signs officers in must know them: what one of them decided holds at all,
//! and after a restart. A view of the doors' streams. Never here: when a door is shut (`lockout`), or who is behind it.
//!
//! Crash story. A door is shut here first, in memory, and then in the log. Die in between, or while the log takes
//! nothing: the door was shut at this instance only, until it died.

use std::path::Path;

use domain::door::{Command, DoorMark, DoorRule, Event};
use domain::event::decode;
use eventlog::{EventLog, Positioned};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::call::stream_of;
use crate::clocks;
use crate::handle::Order;
use crate::project::{ProjectError, Projection};
use crate::read_model::{View, ViewError};
use crate::refuse;
use crate::shell::Hub;
use crate::step::Step;

/// The doors; cheap to clone.
#[derive(Clone)]
pub struct Doors {
    view: View,
}

impl Doors {
    /// Opens the view and keeps it current.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn start(folder: &Path, log: &EventLog) -> Result<Self, ViewError> {
        Ok(Self { view: View::start(folder, DoorTables, log)? })
    }

    /// The view, for waiting and for its health.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The first instant at which a door is open again, while it is shut.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn shut_until(&self, door: &DoorMark, now: Timestamp) -> Result<Option<Timestamp>, ViewError> {
        let until: Option<i64> = self.view.read_here(|tables| {
            tables
                .prepare_cached("SELECT until FROM door WHERE mark = ?1 AND until > ?2")?
                .query_row(params![door.as_str(), now.as_microsecond()], |row| row.get(0))
                .optional()
        })?;
        Ok(until.and_then(|until| Timestamp::from_microsecond(until).ok()))
    }
}

impl Hub {
    /// Shuts a door at every instance. When the log takes nothing, it is shut at this one only.
    pub async fn shut(&self, door: &DoorMark, until: Timestamp) {
        let shut = async {
            let by = clocks::service_actor().map_err(|error| refuse::internal(&error))?;
            let (id, command) = (Uuid::now_v7(), Command::Shut { until });
            let order = Order { by, id, occurred: None, causation: None, correlation: None, command };
            self.handle::<DoorRule>(&stream_of(door)?, &order).await.map_err(refuse::handle)
        };
        if let Err(refusal) = shut.await {
            tracing::warn!(?refusal, "a door could not be shut at the other instances");
        }
    }
}

/// The projection behind the doors: those that are shut, and those that were until the next one is.
pub struct DoorTables;

impl Projection for DoorTables {
    fn name(&self) -> &'static str {
        "doors"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE door (mark TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX door_until ON door (until);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        if event.event.stream.category() != DoorMark::PREFIX {
            return Ok(());
        }
        let step = Step { tables, event };
        let Event::Shut { until } = decode(&event.event.kind, event.event.data.as_str())
            .map_err(|cause| ProjectError::event(event, &cause))?;
        step.run("DELETE FROM door WHERE until <= ?1", [step.at()?])?;
        step.run(
            "INSERT OR REPLACE INTO door (mark, until) VALUES (?1, ?2)",
            params![step.matter(), until.as_microsecond()],
        )
    }
}
