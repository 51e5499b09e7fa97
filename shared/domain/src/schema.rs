//! What each kind of event looks like to those who read it, drawn from the event types: for subscribers a JSON
//! Schema, for redaction a tree of classes. Nothing is declared here: fields, words and documentation stand on
//! the types, and so does the class of a field, `#[schemars(extend("class" = "P2"))]`. Never here: who may see
//! what (that is `hub::need`).
//!
//! Data as a subscriber sees it is the stored JSON with two differences. Any value with a class, and any container
//! with one, may be `{"withheld":"P3"}` instead, where the code is the class in effect. A sealed value is
//! `{"text":".."}`, or `{"erased":true}` when the person was erased; its cipher never leaves the hub.
//!
//! Objects are open: an optional field may be added under the same schema id, and a reader passes over what it
//! does not know. Anything else that changes is a new id.

mod plain;
mod shape;
mod subscriber;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::event::Metadata;
use crate::{
    break_glass, claim, clock, clue, door, erasure, institution, officer, reading, referral,
    reverse_referral, unit,
};

pub use shape::Shape;

/// The name under which the shape and schema of what stands beside every event are found.
pub const METADATA: &str = "metadata";

/// One kind.
struct Entry {
    schema: Value,
    shape: Shape,
}

static CATALOGUE: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(|| {
    let events = [
        plain::root::<clue::Event>(),
        plain::root::<referral::Event>(),
        plain::root::<reverse_referral::Event>(),
        plain::root::<unit::Event>(),
        plain::root::<officer::Event>(),
        plain::root::<institution::Event>(),
        plain::root::<break_glass::Event>(),
        plain::root::<erasure::Event>(),
        plain::root::<reading::Event>(),
        plain::root::<door::Event>(),
        plain::root::<crate::inspection::Event>(),
        plain::root::<crate::hazard::Event>(),
        plain::root::<crate::draw::record::Event>(),
        plain::root::<crate::campaign::Event>(),
        plain::root::<crate::dispatch::Event>(),
        plain::root::<crate::staff_count::Event>(),
        plain::root::<claim::ClaimEvent>(),
        plain::root::<clock::ClockEvent>(),
    ];
    let metadata = [(METADATA.to_owned(), plain::root::<Metadata>())];
    events
        .iter()
        .flat_map(plain::kinds)
        .chain(metadata)
        .map(|(kind, body)| {
            let entry = Entry { schema: subscriber::schema(&kind, &body), shape: Shape::of(&body) };
            (kind, entry)
        })
        .collect()
});

static KINDS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| CATALOGUE.keys().map(String::as_str).filter(|kind| *kind != METADATA).collect());

/// The stored names of every kind of event, sorted.
#[must_use]
pub fn kinds() -> &'static [&'static str] {
    &KINDS
}

/// The JSON Schema (draft 2020-12) of the data of a kind as a subscriber may see it, or of [`METADATA`].
#[must_use]
pub fn json_schema(kind: &str) -> Option<&'static Value> {
    CATALOGUE.get(kind).map(|entry| &entry.schema)
}

/// The classes of the stored data of a kind, or of [`METADATA`].
#[must_use]
pub fn shape(kind: &str) -> Option<&'static Shape> {
    CATALOGUE.get(kind).map(|entry| &entry.shape)
}

/// The id of the schema of a kind: the `dataschema` of its CloudEvents.
#[must_use]
pub fn id(kind: &str) -> String {
    format!("urn:safeguard:event:{kind}:1")
}

#[cfg(test)]
mod tests;
