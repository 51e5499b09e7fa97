//! One number for everything a log holds: equal logs have equal digests, whatever keeps them. Also for the readings in it,
//! so that it says that two logs are copies, and nothing of the work in them: who looked at what, and when, differs from
//! one replay to the next. The digest of a campaign is another one, of its figures alone. Never here: where the events
//! come from.

use aws_lc_rs::digest::{Context, SHA256};
use eventlog::{Position, Positioned};
use serde_json::Value;

/// A digest that grows event by event.
pub(super) struct Digest {
    hash: Context,
    last: Option<Position>,
}

impl Digest {
    pub(super) fn new() -> Self {
        Self { hash: Context::new(&SHA256), last: None }
    }

    /// Adds the next event. Data and metadata count by value: a cluster gives them back in other words.
    ///
    /// # Errors
    /// When they are not JSON.
    pub(super) fn add(&mut self, event: &Positioned) -> serde_json::Result<()> {
        let Positioned { position, event } = event;
        let value = |text: &str| serde_json::from_str::<Value>(text);
        let all = serde_json::json!([
            position.to_string(),
            event.stream.as_str(),
            event.revision.to_string(),
            event.id,
            event.kind,
            value(event.data.as_str())?,
            value(event.metadata.as_str())?,
            event.recorded_at.to_string(),
        ]);
        self.hash.update(&serde_json::to_vec(&all)?);
        self.hash.update(b"\n");
        self.last = Some(*position);
        Ok(())
    }

    /// The last event added.
    pub(super) const fn after(&self) -> Option<Position> {
        self.last
    }

    /// How many events it is of.
    pub(super) fn events(&self) -> u64 {
        self.last.map_or(0, Position::get)
    }

    /// It, as 64 hexadecimal digits.
    pub(super) fn hex(&self) -> String {
        hex::encode(self.hash.clone().finish())
    }
}
