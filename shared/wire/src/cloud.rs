//! CloudEvents 1.0: attributes of an event in the protobuf format, and the same event in the JSON format.
//! Never here: which attributes an event of ours has (that is `streams`), or who may see what.

use bytes::Bytes;
use jiff::Timestamp;
use prost::Message as _;
use serde_json::{Map, Value};

use crate::cloudevents::CloudEvent;
use crate::cloudevents::cloud_event::cloud_event_attribute_value::Attr;
use crate::cloudevents::cloud_event::{CloudEventAttributeValue, Data};

/// The version of CloudEvents.
pub const VERSION: &str = "1.0";

/// Several events, the message `io.cloudevents.v1.CloudEventBatch`; each is kept as it is on the wire.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Batch {
    /// The events, encoded.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub encoded: Vec<Bytes>,
}

impl Batch {
    /// The events. One that cannot be read, which no hub sends, is one without an id.
    pub fn events(&self) -> impl Iterator<Item = CloudEvent> + '_ {
        self.encoded.iter().map(|one| CloudEvent::decode(one.clone()).unwrap_or_default())
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.encoded.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.encoded.is_empty()
    }
}

/// A text attribute.
#[must_use]
pub fn text(name: &str, value: impl Into<String>) -> (String, CloudEventAttributeValue) {
    of(name, Attr::CeString(value.into()))
}

/// Any attribute.
#[must_use]
pub fn of(name: &str, value: Attr) -> (String, CloudEventAttributeValue) {
    (name.to_owned(), CloudEventAttributeValue { attr: Some(value) })
}

/// The text of an attribute; empty when the event has no such text.
#[must_use]
pub fn word<'a>(event: &'a CloudEvent, name: &str) -> &'a str {
    match event.attributes.get(name).and_then(|value| value.attr.as_ref()) {
        Some(Attr::CeString(text) | Attr::CeUri(text) | Attr::CeUriRef(text)) => text,
        Some(Attr::CeBoolean(_) | Attr::CeInteger(_) | Attr::CeBytes(_) | Attr::CeTimestamp(_)) | None => "",
    }
}

/// The JSON that the event carries; `null` when it carries none.
#[must_use]
pub fn payload(event: &CloudEvent) -> &str {
    match &event.data {
        Some(Data::TextData(text)) => text,
        Some(Data::BinaryData(_) | Data::ProtoData(_)) | None => "null",
    }
}

/// The event in the JSON format, on one line; what it carries stays the text it is.
#[must_use]
pub fn json(event: &CloudEvent) -> String {
    let head = [("specversion", &event.spec_version), ("id", &event.id), ("source", &event.source)];
    let head = head.into_iter().chain([("type", &event.r#type)]);
    let mut members: Map<String, Value> =
        head.map(|(name, value)| (name.to_owned(), value.as_str().into())).collect();
    for (name, value) in &event.attributes {
        if let Some(attr) = &value.attr {
            members.insert(name.clone(), plain(attr));
        }
    }
    let mut text = Value::Object(members).to_string();
    // Spliced in before the closing brace: no need to read it to write it again.
    text.pop();
    text.push_str(",\"data\":");
    text.push_str(payload(event));
    text.push('}');
    text
}

fn plain(attr: &Attr) -> Value {
    match attr {
        Attr::CeBoolean(value) => (*value).into(),
        Attr::CeInteger(value) => (*value).into(),
        Attr::CeString(value) | Attr::CeUri(value) | Attr::CeUriRef(value) => value.as_str().into(),
        // The hub sends none; in JSON they would be base64.
        Attr::CeBytes(_) => Value::Null,
        Attr::CeTimestamp(value) => {
            Timestamp::new(value.seconds, value.nanos).map_or(Value::Null, |at| at.to_string().into())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn an_event_in_json_has_its_attributes_and_data_beside_each_other() {
        let at = prost_types::Timestamp { seconds: 0, nanos: 0 };
        let event = CloudEvent {
            id: "1".to_owned(),
            source: "/safeguard/clue".to_owned(),
            spec_version: VERSION.to_owned(),
            r#type: "clue.reported".to_owned(),
            attributes: [
                text("subject", "CL-\"1"),
                of("time", Attr::CeTimestamp(at)),
                of("withheld", Attr::CeBoolean(true)),
            ]
            .into(),
            data: Some(Data::TextData("{\"stage\":\"新\"}".to_owned())),
        };
        let read: Value = serde_json::from_str(&json(&event)).unwrap();
        let expected = serde_json::json!({
            "specversion": "1.0", "id": "1", "source": "/safeguard/clue", "type": "clue.reported",
            "subject": "CL-\"1", "time": "1970-01-01T00:00:00Z", "withheld": true, "data": {"stage": "新"},
        });
        assert_eq!(read, expected);
        assert_eq!(word(&event, "subject"), "CL-\"1");
    }
}
