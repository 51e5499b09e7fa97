//! The AsyncAPI 3.0 document of the streams, made from the kinds of events and their schemas. Never here: a kind or a
//! field by name.

use std::collections::{BTreeMap, BTreeSet};

use domain::schema;
use serde_json::{Map, Value, json};

/// The attributes every event has, and some have; with their JSON types.
const ATTRIBUTES: [(&str, &str, bool); 20] = [
    ("specversion", "string", true),
    ("id", "string", true),
    ("source", "string", true),
    ("type", "string", true),
    ("datacontenttype", "string", true),
    ("dataschema", "string", true),
    ("subject", "string", true),
    ("time", "string", true),
    ("recordedtime", "string", true),
    ("position", "string", true),
    ("sequence", "string", true),
    ("revision", "string", true),
    ("correlationid", "string", true),
    ("causationid", "string", false),
    ("actorunit", "string", true),
    ("actoragency", "string", true),
    ("division", "string", false),
    ("classification", "string", true),
    ("withheld", "boolean", true),
    ("data", "object", true),
];

/// The document: one channel for each family of events, the part of their names before the first point.
#[must_use]
pub fn document() -> Value {
    let kinds = schema::kinds();
    let families: BTreeSet<&str> = kinds.iter().filter_map(|kind| kind.split('.').next()).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Safeguard event streams",
            "version": "1",
            "description": "CloudEvents 1.0 as server-sent events; every value as its reader may see it. \
                Over gRPC: safeguard.v1.StreamsService/Subscribe.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": members(&families, |family| channel(family, kinds)),
        "operations": members(&families, |family| json!({
            "action": "send",
            "channel": { "$ref": format!("#/channels/{family}") },
        })),
        "components": {
            "messages": members(kinds, message),
            "schemas": members(kinds, |kind| schema::json_schema(kind).cloned().unwrap_or_default()),
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn members<'a>(
    names: impl IntoIterator<Item = &'a &'a str>,
    value: impl Fn(&str) -> Value,
) -> BTreeMap<String, Value> {
    names.into_iter().map(|name| ((*name).to_owned(), value(name))).collect()
}

fn channel(family: &str, kinds: &[&str]) -> Value {
    let own = kinds.iter().filter(|kind| kind.split('.').next() == Some(family));
    let own = members(own, |kind| json!({ "$ref": format!("#/components/messages/{kind}") }));
    json!({
        "address": format!("/v1/events?kinds={family}.*"),
        "messages": own,
        "bindings": { "http": { "bindingVersion": "0.3.0" } },
    })
}

fn message(kind: &str) -> Value {
    let attribute = |(name, of, _): &(&str, &str, bool)| ((*name).to_owned(), json!({ "type": of }));
    let mut properties: Map<String, Value> = ATTRIBUTES.iter().map(attribute).collect();
    properties.insert("type".to_owned(), json!({ "const": kind }));
    properties.insert("dataschema".to_owned(), json!({ "const": schema::id(kind) }));
    properties.insert("data".to_owned(), json!({ "$ref": format!("#/components/schemas/{kind}") }));
    let required: Vec<&str> =
        ATTRIBUTES.iter().filter(|(_, _, always)| *always).map(|(name, ..)| *name).collect();
    json!({
        "name": kind,
        "contentType": "application/cloudevents+json",
        "payload": { "type": "object", "properties": properties, "required": required },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn every_kind_has_a_message_a_schema_and_a_channel_that_carries_it() {
        let document = document();
        assert!(schema::kinds().len() > 50, "the catalogue has only {} kinds", schema::kinds().len());
        for kind in schema::kinds() {
            let family = kind.split('.').next().unwrap();
            let at = |path: String| document.pointer(&path).cloned();
            let carried = at(format!("/channels/{family}/messages/{kind}/$ref")).unwrap();
            let target = carried.as_str().unwrap().strip_prefix('#').unwrap().to_owned();
            let payload = at(format!("{target}/payload/properties/data/$ref")).unwrap();
            let schema = at(payload.as_str().unwrap().strip_prefix('#').unwrap().to_owned()).unwrap();
            assert_eq!(schema.pointer("/$id").unwrap(), &schema::id(kind), "{kind}");
        }
    }
}
