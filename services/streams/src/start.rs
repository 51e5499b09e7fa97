//! Where a subscription starts, and which log its position is of. Never here: reading events.

use std::sync::Arc;

use hub::project::{Position, ReadError};
use hub::{Hub, refuse};
use tokio::sync::OnceCell;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// The log's identity, once it has one; cheap to clone.
#[derive(Clone, Default)]
pub struct Log {
    id: Arc<OnceCell<String>>,
}

impl Log {
    /// The id of the log's first event, which no other log has; empty when it has no event yet.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn id(&self, hub: &Hub) -> Result<String, Refusal> {
        if let Some(known) = self.id.get() {
            return Ok(known.clone());
        }
        let first = hub.log.read_all(None, 1).await.map_err(unread)?;
        let Some(first) = first.first() else { return Ok(String::new()) };
        Ok(self.id.get_or_init(async || first.event.id.to_string()).await.clone())
    }
}

/// What a subscription asks for besides its filter.
pub struct Asked<'a> {
    /// Where from.
    pub from: v1::SubscribeFrom,
    /// Behind which position.
    pub after: &'a str,
    /// Of which log.
    pub log: &'a str,
}

/// The position to follow behind, `None` for the beginning; faults of the fields go to `faults`.
///
/// # Errors
/// When the log cannot be read.
pub async fn place(
    hub: &Hub,
    log: &Log,
    asked: &Asked<'_>,
    faults: &mut Violations,
) -> Result<Option<Position>, Refusal> {
    let head = hub.log.head().await.map_err(unread)?;
    let id = log.id(hub).await?;
    if !asked.log.is_empty() && asked.log != id {
        faults.add("log", &Flaw::new("OTHER_LOG").with("log", id));
    }
    if asked.from != v1::SubscribeFrom::After && !asked.after.is_empty() {
        faults.add("after_position", &Flaw::new("MUST_BE_EMPTY"));
    }
    match asked.from {
        v1::SubscribeFrom::Beginning => Ok(None),
        v1::SubscribeFrom::Now => Ok(head),
        v1::SubscribeFrom::After => Ok(behind(asked.after, head, faults)),
        v1::SubscribeFrom::Unspecified => {
            faults.add("from", &Flaw::new("UNSPECIFIED"));
            Ok(None)
        }
    }
}

/// A position that this log has reached.
fn behind(text: &str, head: Option<Position>, faults: &mut Violations) -> Option<Position> {
    // No event has the position 0, so nobody was sent it.
    let known = text.parse::<Position>().ok().filter(|position| position.get() > 0);
    match known {
        Some(position) if Some(position) <= head => Some(position),
        Some(_) => {
            faults.add("after_position", &ahead(head));
            None
        }
        None => {
            faults.add("after_position", &Flaw::new("POSITION"));
            None
        }
    }
}

fn ahead(head: Option<Position>) -> Flaw {
    Flaw::new("POSITION_AHEAD").with("head", told(head))
}

/// A position as it is told; empty before the first event.
#[must_use]
pub fn told(position: Option<Position>) -> String {
    position.map(|at| at.to_string()).unwrap_or_default()
}

/// What a subscriber is told when the log cannot be read.
#[must_use]
pub fn unread(error: ReadError) -> Refusal {
    match error {
        ReadError::AheadOfLog { head, .. } => Refusal::shape("after_position", &ahead(head)),
        ReadError::Unavailable { .. } | ReadError::Closed => refuse::view(error.into()),
    }
}
