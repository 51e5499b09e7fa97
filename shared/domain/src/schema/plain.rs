//! The schema of a type made plain: references followed, no null (what is absent is not written), and on every place
//! the class and facet in effect there. Never here: what a subscriber sees instead of a withheld value.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::class::Class;

/// Draws the schema of a type as it is written. The type must not hold itself.
pub(super) fn root<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let drawn = Value::from(settings.into_generator().into_root_schema_for::<T>());
    let none = Map::new();
    let types = drawn.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    let mut plain = plain(&drawn, types);
    hand_down(None, None, &mut plain);
    plain
}

/// The kinds of an event type with the schema of their data, described as the variant is.
pub(super) fn kinds(event: &Value) -> Vec<(String, Value)> {
    let kind = event.pointer("/properties/kind/const").and_then(Value::as_str);
    let body = event.pointer("/properties/data").and_then(Value::as_object);
    if let (Some(kind), Some(body)) = (kind, body) {
        let mut body = body.clone();
        body.extend(event.get("description").map(|said| ("description".to_owned(), said.clone())));
        return vec![(kind.to_owned(), Value::Object(body))];
    }
    forms(event).flat_map(kinds).collect()
}

/// The forms a value may have.
pub(super) fn forms(node: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().filter_map(|word| node.get(word)?.as_array()).flatten()
}

/// Whether it is one value, shown or withheld as a whole.
pub(super) fn is_leaf(node: &Value) -> bool {
    let container = node.get("type").and_then(Value::as_str) == Some("object") || node.get("items").is_some();
    node.get("sealed").is_some() || !(container || forms(node).any(|form| !is_leaf(form)))
}

/// The class said of a place.
pub(super) fn class(words: &Map<String, Value>) -> Option<Class> {
    words.get("class").and_then(Value::as_str).and_then(Class::parse)
}

/// What holds for a container holds inside: the stricter class, and the facet.
fn hand_down(above: Option<Class>, facet: Option<&Value>, node: &mut Value) {
    let leaf = is_leaf(node);
    let Some(words) = node.as_object_mut() else { return };
    let class = class(words).max(above);
    words.extend(class.map(|class| ("class".to_owned(), class.code().into())));
    words.extend(facet.map(|facet| ("facet".to_owned(), facet.clone())));
    let facet = words.get("facet").cloned();
    if leaf {
        return;
    }
    for (word, value) in words {
        let inside: Vec<&mut Value> = match (word.as_str(), value) {
            ("properties", Value::Object(fields)) => fields.values_mut().collect(),
            ("oneOf" | "anyOf", Value::Array(forms)) => forms.iter_mut().collect(),
            ("items", items) => vec![items],
            _ => continue,
        };
        inside.into_iter().for_each(|node| hand_down(class, facet.as_ref(), node));
    }
}

fn plain(node: &Value, types: &Map<String, Value>) -> Value {
    match node {
        Value::Object(words) => Value::Object(object(words, types)),
        Value::Array(nodes) => nodes.iter().map(|node| plain(node, types)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => node.clone(),
    }
}

/// What is said of a place: first by its type, then by the field, whose words go before.
fn object(words: &Map<String, Value>, types: &Map<String, Value>) -> Map<String, Value> {
    let present = present(words);
    let mut whole = match named(words, types).or(present).map(|node| plain(node, types)) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    // With a class on the type and another on the field, the stricter holds.
    let class = class(&whole).max(class(words)).map(|class| ("class".to_owned(), class.code().into()));
    for (word, value) in words {
        let said = match word.as_str() {
            "$ref" | "$defs" | "$schema" | "title" => continue,
            "anyOf" if present.is_some() => continue,
            "type" => not_null(value),
            "properties" => fields(value, types),
            "items" | "oneOf" | "anyOf" => plain(value, types),
            _ => value.clone(),
        };
        whole.insert(word.clone(), said);
    }
    whole.extend(class);
    whole
}

fn fields(properties: &Value, types: &Map<String, Value>) -> Value {
    let each = |(name, node): (&String, &Value)| (name.clone(), plain(node, types));
    properties.as_object().map(|fields| fields.iter().map(each).collect::<Map<_, _>>()).into()
}

/// The type a reference names.
fn named<'a>(words: &Map<String, Value>, types: &'a Map<String, Value>) -> Option<&'a Value> {
    types.get(words.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?)
}

/// Of a value or null, the value.
fn present(words: &Map<String, Value>) -> Option<&Value> {
    let null = |node: &Value| node.get("type").and_then(Value::as_str) == Some("null");
    match words.get("anyOf")?.as_array()?.as_slice() {
        [value, other] if null(other) => Some(value),
        _ => None,
    }
}

fn not_null(types: &Value) -> Value {
    match types.as_array().map(Vec::as_slice) {
        Some([value, null]) if null == "null" => value.clone(),
        _ => types.clone(),
    }
}
