//! Events as the log knows them: an id, a kind, and two JSON objects it never looks into.
//!
//! Must never be here: the meaning of a kind or of a payload; storage.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use uuid::Uuid;

use crate::error::AppendError;
use crate::stream::{Position, Revision, StreamName};

/// The most bytes one event's data and metadata may have together: 1 MiB.
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;
/// The most bytes the data and metadata of all events of one append may have: 8 MiB.
pub const MAX_APPEND_BYTES: usize = 8 * 1024 * 1024;
/// The most events of one append.
pub const MAX_EVENTS_PER_APPEND: usize = 500;
/// The most characters of an event's kind.
pub const MAX_KIND_CHARS: usize = 120;
/// The member of an event's metadata that a cluster log keeps for itself: when the event was recorded.
pub(crate) const RECORDED_AT: &str = "$recorded_at";
/// The deepest nesting of objects and arrays in a [`JsonObject`]. Cluster logs refuse deep JSON.
pub const MAX_NESTING: usize = 48;

/// A JSON object as text, checked when it was made or written by a serialiser; cheap to clone.
///
/// Compared by value, because a log may give back other spacing and key order than it was given.
/// Keep money and large integers in strings: a cluster log re-parses numbers.
#[derive(Clone)]
pub struct JsonObject(Arc<str>);

/// Why a text or value is no [`JsonObject`].
#[derive(Debug, thiserror::Error)]
pub enum NotAnObject {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// It is JSON, but an array, a string, a number, a boolean or null.
    #[error("JSON, but not an object: wrap the value in an object")]
    OtherKind,
    /// Objects and arrays are nested too deeply.
    #[error("JSON nested {depth} deep; at most {MAX_NESTING} is stored")]
    TooDeep {
        /// How deep it is.
        depth: usize,
    },
}

impl JsonObject {
    /// The object without members.
    #[must_use]
    pub fn empty() -> Self {
        Self("{}".into())
    }

    /// Checks a text.
    ///
    /// # Errors
    /// [`NotAnObject`] when it is not one JSON object, or too deeply nested.
    pub fn parse(text: &str) -> Result<Self, NotAnObject> {
        serde_json::from_str::<IgnoredAny>(text)?;
        Self::serialised(text)
    }

    /// Takes a text as a serialiser of JSON wrote it: whether it is JSON is not looked at again.
    ///
    /// # Errors
    /// [`NotAnObject`] when it is not one object, or too deeply nested.
    pub fn serialised(text: &str) -> Result<Self, NotAnObject> {
        if !text.trim_start().starts_with('{') {
            return Err(NotAnObject::OtherKind);
        }
        let depth = nesting(text);
        if depth > MAX_NESTING {
            return Err(NotAnObject::TooDeep { depth });
        }
        Ok(Self(text.into()))
    }

    /// Serialises anything that becomes a JSON object.
    ///
    /// # Errors
    /// [`NotAnObject`] when it becomes something else or cannot be serialised.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, NotAnObject> {
        Self::serialised(&serde_json::to_string(value)?)
    }

    /// Reads it into a type.
    ///
    /// # Errors
    /// When the type expects another shape.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The text as this log gave it back; not byte for byte what was appended.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text that was checked before it was stored.
    pub(crate) fn trusted(text: &str) -> Self {
        Self(text.into())
    }
}

/// The deepest nesting of objects and arrays in valid JSON, or more, as long as it is not too deep.
fn nesting(text: &str) -> usize {
    // Most texts do not hold so many brackets at all, which is seen much faster.
    let brackets = text.bytes().filter(|byte| matches!(byte, b'{' | b'[')).count();
    if brackets <= MAX_NESTING {
        return brackets;
    }
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

impl PartialEq for JsonObject {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == other.0 {
            return true;
        }
        let value = |object: &Self| serde_json::from_str::<Value>(&object.0).ok();
        let (mine, theirs) = (value(self), value(other));
        mine.is_some() && mine == theirs
    }
}

impl fmt::Debug for JsonObject {
    /// Its length only: payloads must not reach a diagnostic by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonObject({} bytes)", self.0.len())
    }
}

impl FromStr for JsonObject {
    type Err = NotAnObject;
    fn from_str(text: &str) -> Result<Self, NotAnObject> {
        Self::parse(text)
    }
}

impl TryFrom<Value> for JsonObject {
    type Error = NotAnObject;
    fn try_from(value: Value) -> Result<Self, NotAnObject> {
        Self::of(&value)
    }
}

/// An event to append.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Made once per command and kept for its retries: the log recognises a replay by it.
    pub id: Uuid,
    /// Its stored name: 1 to 120 visible ASCII characters, not starting with `$`.
    pub kind: String,
    /// What happened.
    pub data: JsonObject,
    /// Who, why and in answer to what.
    pub metadata: JsonObject,
}

impl NewEvent {
    /// Bytes of data and metadata.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.data.0.len() + self.metadata.0.len()
    }
}

/// An event of a stream, as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub revision: Revision,
    /// The id it was appended with.
    pub id: Uuid,
    /// Its stored name.
    pub kind: String,
    /// What happened.
    pub data: JsonObject,
    /// Who, why and in answer to what.
    pub metadata: JsonObject,
    /// When the log wrote it, to the microsecond, by the log's own clock. Not an order: clocks
    /// are set back; use the revision or the position for that.
    pub recorded_at: jiff::Timestamp,
}

/// A recorded event with its place in the whole log.
#[derive(Debug, Clone, PartialEq)]
pub struct Positioned {
    /// Reading after this position continues behind this event.
    pub position: Position,
    /// The event.
    pub event: Recorded,
}

/// Refuses what no backend takes, before any storage is touched.
pub(crate) fn check_batch(events: &[NewEvent]) -> Result<(), AppendError> {
    if events.is_empty() {
        return Err(AppendError::Empty);
    }
    if events.len() > MAX_EVENTS_PER_APPEND {
        let (events, limit) = (events.len(), MAX_EVENTS_PER_APPEND);
        return Err(AppendError::TooMany { events, limit });
    }
    let mut total = 0;
    for (place, event) in events.iter().enumerate() {
        let bytes = event.bytes();
        if bytes > MAX_EVENT_BYTES {
            let limit = MAX_EVENT_BYTES;
            return Err(AppendError::TooLarge { bytes, limit });
        }
        total += bytes;
        if let Some(why) = fault_of(event) {
            return Err(AppendError::Invalid { place, why });
        }
    }
    if total > MAX_APPEND_BYTES {
        let (bytes, limit) = (total, MAX_APPEND_BYTES);
        return Err(AppendError::TooLarge { bytes, limit });
    }
    Ok(())
}

pub(crate) fn fault_of(event: &NewEvent) -> Option<&'static str> {
    if event.id.is_nil() {
        return Some("its id is nil; make one per command and keep it for retries");
    }
    if !kind_is_valid(&event.kind) {
        return Some("its kind must be 1 to 120 visible ASCII characters, not starting with $");
    }
    if names_recorded_at(&event.metadata) {
        return Some("its metadata must have no member $recorded_at; the log says itself when it records");
    }
    None
}

/// Whether metadata has the reserved member, however it is spelt.
pub(crate) fn names_recorded_at(metadata: &JsonObject) -> bool {
    // Nearly all metadata is settled by the first look: the name can be spelt otherwise only with escapes.
    (metadata.as_str().contains(RECORDED_AT) || metadata.as_str().contains('\\'))
        && metadata
            .decode::<serde_json::Map<String, Value>>()
            .is_ok_and(|members| members.contains_key(RECORDED_AT))
}

pub(crate) fn kind_is_valid(kind: &str) -> bool {
    (1..=MAX_KIND_CHARS).contains(&kind.len())
        && kind.bytes().all(|b| b.is_ascii_graphic())
        && !kind.starts_with('$')
}

/// The log's clock, to the microsecond, because that is what is stored.
pub(crate) fn now() -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
