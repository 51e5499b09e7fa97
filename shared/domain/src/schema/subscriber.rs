//! The JSON Schema of a kind as subscribers get it: any value may be withheld. Never here: which values are.

use serde_json::{Map, Value, json};

use super::plain;
use crate::class::Class;

/// Words that say something of a place whether it is shown or withheld.
const ABOUT: [&str; 4] = ["description", "class", "facet", "sealed"];

/// The whole schema of a kind, from its plain one.
pub(super) fn schema(kind: &str, body: &Value) -> Value {
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": super::id(kind),
        "title": kind,
        "$defs": { "withheld": withheld() }
    });
    [head, shown(body)].into_iter().flat_map(|words| words.as_object().cloned()).flatten().collect()
}

/// What stands in the place of a value that the reader may not see.
fn withheld() -> Value {
    json!({
        "description": "A value this reader may not see, by the class in effect.",
        "type": "object",
        "properties": { "withheld": { "enum": Class::ALL.map(Class::code) } },
        "required": ["withheld"],
        "additionalProperties": false
    })
}

/// A place, or what stands there when it is withheld. A container without a class leaves that to its fields.
fn shown(node: &Value) -> Value {
    let place = parts(node);
    if !plain::is_leaf(node) && plain::class(&place).is_none() {
        return Value::Object(place);
    }
    let (mut whole, value): (Map<_, _>, Map<_, _>) =
        place.into_iter().partition(|(word, _)| ABOUT.contains(&word.as_str()));
    whole.insert("anyOf".to_owned(), json!([value, { "$ref": "#/$defs/withheld" }]));
    Value::Object(whole)
}

/// What is said of a place, where what is inside it may be withheld.
fn parts(node: &Value) -> Map<String, Value> {
    let words = node.as_object().cloned().unwrap_or_default();
    if plain::is_leaf(node) {
        return words;
    }
    let inside = |(word, value): (String, Value)| match (word.as_str(), &value) {
        ("properties", Value::Object(fields)) => {
            (word, fields.iter().map(|(name, node)| (name.clone(), shown(node))).collect())
        }
        ("items", node) => (word, shown(node)),
        // With its tag withheld a value may have more than one of its forms.
        ("oneOf" | "anyOf", Value::Array(forms)) => ("anyOf".to_owned(), forms.iter().map(form).collect()),
        _ => (word, value),
    };
    words.into_iter().map(inside).collect()
}

/// One of the forms of a value: what is said of the value is not said again.
fn form(node: &Value) -> Value {
    parts(node).into_iter().filter(|(word, _)| !matches!(word.as_str(), "class" | "facet")).collect()
}
