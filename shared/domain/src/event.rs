//! The one serialised contract: how events are stored and read back. Stored names stand in the serde
//! attributes of the event types, are guarded by `tests/history`, and never follow a Rust rename.
//! Never here: what an event means.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Stamp};

/// An event type that can be stored. Implementors are enums with
/// `#[serde(tag = "kind", content = "data")]`, a dotted `rename` on every variant and no unit variants.
pub trait Stored: Serialize + DeserializeOwned + Clone + Send + Sync + std::fmt::Debug {
    /// The stored name, e.g. `clue.reported`.
    fn kind(&self) -> &'static str;
}

impl Stored for crate::clock::ClockEvent {
    fn kind(&self) -> &'static str {
        Self::kind(self)
    }
}

impl Stored for crate::claim::ClaimEvent {
    fn kind(&self) -> &'static str {
        Self::kind(self)
    }
}

/// What is written beside an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// Who acted.
    #[schemars(extend("class" = "P1"))]
    pub by: Actor,
    /// When it really happened.
    #[schemars(extend("class" = "P1"))]
    pub at: Timestamp,
    /// When the hub learned of it.
    #[schemars(extend("class" = "P1"))]
    pub recorded: Timestamp,
    /// Recorded more than [`crate::actor::LATE_AFTER_SECONDS`] after the fact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("class" = "P1"))]
    pub late: bool,
    /// The command that caused it; event ids derive from it.
    #[schemars(extend("class" = "P1"))]
    pub command: Uuid,
    /// The event that caused the command, for reactions and rung clocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub causation: Option<Uuid>,
    /// The first command of the whole chain.
    #[schemars(extend("class" = "P1"))]
    pub correlation: Uuid,
    /// W3C trace context of the request, when it was traced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub trace: Option<String>,
}

impl Metadata {
    /// The stamp the rules see.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp { by: self.by.clone(), at: self.at, recorded: self.recorded }
    }
}

/// Why stored text is not an event of the expected type.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// It could not be written as JSON.
    #[error("event cannot be written: {0}")]
    Encode(#[source] serde_json::Error),
    /// It could not be read.
    #[error("stored event {kind} cannot be read: {cause}")]
    Decode {
        /// The stored name.
        kind: String,
        /// What serde said.
        #[source]
        cause: serde_json::Error,
    },
}

const HEAD: &str = "{\"kind\":\"";
const MIDDLE: &str = "\",\"data\":";

/// Writes an event as its stored JSON object.
///
/// # Errors
/// When the type breaks the contract of [`Stored`].
pub fn encode<E: Stored>(event: &E) -> Result<String, CodecError> {
    let whole = serde_json::to_string(event).map_err(CodecError::Encode)?;
    let skip = HEAD.len() + event.kind().len() + MIDDLE.len();
    match whole.get(skip..whole.len().saturating_sub(1)) {
        Some(body) if whole.get(HEAD.len()..).is_some_and(|rest| rest.starts_with(event.kind())) => {
            Ok(body.to_owned())
        }
        _ => Err(CodecError::Encode(serde::ser::Error::custom("kind() and the stored name differ"))),
    }
}

/// Reads an event from its stored name and JSON object.
///
/// # Errors
/// When the name is not one of this type or the object does not fit it.
pub fn decode<E: Stored>(kind: &str, body: &str) -> Result<E, CodecError> {
    let whole = [HEAD, kind, MIDDLE, body, "}"].concat();
    serde_json::from_str(&whole).map_err(|cause| CodecError::Decode { kind: kind.to_owned(), cause })
}

#[cfg(test)]
mod tests;
