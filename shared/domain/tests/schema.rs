//! Every kind of event has a schema for its subscribers, and every value in it a class. Every event ever stored fits
//! the schema served today, opened and withheld. Never here: who sees what.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "history/kinds.rs"]
mod kinds;

use std::collections::BTreeSet;
use std::path::Path;

use domain::class::{Class, Facet};
use domain::schema::{self, METADATA, Shape};
use domain::{
    break_glass, claim, clock, clue, erasure, institution, officer, referral, reverse_referral, unit,
};
use jsonschema::Validator;
use serde_json::{Value, json};

/// What a reader gets of each value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sight {
    /// Everything, opened.
    Open,
    /// Everything, but everybody in it was erased.
    Erased,
    /// Nothing, value by value.
    Withheld,
    /// Nothing, a whole container at a time where it has a class.
    Wholesale,
}

/// A stored value as a subscriber gets it.
fn seen(sight: Sight, path: &str, shape: &Shape, value: &Value) -> Value {
    let withheld = || json!({ "withheld": shape.class.unwrap_or(Class::Restricted).code() });
    match (sight, shape.is_leaf()) {
        (Sight::Withheld, true) => return withheld(),
        (Sight::Wholesale, leaf) if leaf || shape.class.is_some() => return withheld(),
        (Sight::Open, true) if shape.sealed => return json!({ "text": "words" }),
        (Sight::Erased, true) if shape.sealed => return json!({ "erased": true }),
        (Sight::Open | Sight::Erased | Sight::Withheld | Sight::Wholesale, _) => {}
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let path = format!("{path}.{name}");
                let shape = shape.fields.get(name).unwrap_or_else(|| panic!("{path} is not in the shape"));
                (name.clone(), seen(sight, &path, shape, value))
            })
            .collect(),
        Value::Array(values) => {
            let items = shape.items.as_deref().unwrap_or_else(|| panic!("{path} is not a list"));
            values.iter().map(|value| seen(sight, path, items, value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The values of a shape that nobody gave a class.
fn unclassed(path: &str, shape: &Shape) -> Vec<String> {
    let own = (shape.is_leaf() && shape.class.is_none()).then(|| path.to_owned());
    let fields = shape.fields.iter().flat_map(|(name, field)| unclassed(&format!("{path}.{name}"), field));
    let items = shape.items.iter().flat_map(|items| unclassed(&format!("{path}[]"), items));
    own.into_iter().chain(fields).chain(items).collect()
}

fn validator(kind: &str) -> Validator {
    let schema = schema::json_schema(kind).unwrap_or_else(|| panic!("{kind} has no schema"));
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

fn golden(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Every event in the history: its file, and what it holds.
fn history() -> Vec<(String, Value)> {
    std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .map(|name| (name.clone(), golden(&name)))
        .collect()
}

fn opened(kind: &str) -> Value {
    let event = golden(&format!("{kind}.1.json"));
    seen(Sight::Open, kind, schema::shape(kind).unwrap(), &event["data"])
}

#[test]
fn every_value_of_every_event_has_a_class() {
    let missing: Vec<String> = schema::kinds()
        .iter()
        .chain(&[METADATA])
        .flat_map(|kind| unclassed(kind, schema::shape(kind).unwrap()))
        .collect();
    assert!(missing.is_empty(), "give these a #[schemars(extend(\"class\" = \"P.\"))]: {missing:#?}");
}

/// Whether anybody is ever shown such an event. What the hub writes about its own deliveries lies in streams of no matter,
/// so nobody is, and it has no schema for subscribers.
fn is_published(event: &Value) -> bool {
    let kind = event["kind"].as_str().unwrap();
    !["seat.", "consumer-group.", "webhook."].iter().any(|own| kind.starts_with(own))
}

#[test]
fn every_kind_of_every_event_type_has_a_schema_and_a_shape() {
    let types = [
        kinds::of::<clue::Event>(),
        kinds::of::<referral::Event>(),
        kinds::of::<reverse_referral::Event>(),
        kinds::of::<unit::Event>(),
        kinds::of::<officer::Event>(),
        kinds::of::<institution::Event>(),
        kinds::of::<break_glass::Event>(),
        kinds::of::<erasure::Event>(),
        kinds::of::<domain::reading::Event>(),
        kinds::of::<domain::door::Event>(),
        kinds::of::<domain::inspection::Event>(),
        kinds::of::<domain::hazard::Event>(),
        kinds::of::<domain::draw::record::Event>(),
        kinds::of::<domain::campaign::Event>(),
        kinds::of::<domain::dispatch::Event>(),
        kinds::of::<domain::staff_count::Event>(),
        kinds::of::<claim::ClaimEvent>(),
        kinds::of::<clock::ClockEvent>(),
    ];
    let told: BTreeSet<&str> = types.into_iter().flatten().collect();
    assert_eq!(schema::kinds().iter().copied().collect::<BTreeSet<_>>(), told);
    assert!(schema::kinds().iter().all(|kind| schema::shape(kind).is_some()));
    for (name, event) in history().into_iter().filter(|(_, event)| is_published(event)) {
        let kind = event["kind"].as_str().unwrap();
        assert!(schema::kinds().contains(&kind), "{name}: add its event type to schema.rs");
    }
}

#[test]
fn every_event_ever_stored_fits_its_schema_opened_erased_and_withheld() {
    for (name, event) in history().into_iter().filter(|(_, event)| is_published(event)) {
        let kind = event["kind"].as_str().unwrap();
        for (of, value) in [(kind, &event["data"]), (METADATA, &event["metadata"])] {
            let (validator, shape) = (validator(of), schema::shape(of).unwrap());
            for sight in [Sight::Open, Sight::Erased, Sight::Withheld, Sight::Wholesale] {
                let value = seen(sight, of, shape, value);
                let faults: Vec<String> = validator
                    .iter_errors(&value)
                    .map(|fault| format!("{}: {fault}", fault.instance_path()))
                    .collect();
                assert!(faults.is_empty(), "{name} as {of}, {sight:?}: {faults:#?}\n{value:#}");
            }
        }
    }
}

#[test]
fn a_schema_refuses_what_is_not_such_an_event() {
    let (schema, good) = (validator("clue.reported"), opened("clue.reported"));
    assert!(schema.is_valid(&good));
    let sealed = golden("clue.reported.1.json")["data"]["narrative"].clone();
    let wrong = [
        ("urgency", json!("U9")),
        ("received", json!("yesterday")),
        ("id", json!("CL-1")),
        ("harm", json!("injury")),
        ("narrative", json!("a child was beaten")),
        ("narrative", sealed),
        ("narrative", json!({ "withheld": "P9" })),
        ("reporter", json!({ "type": "named" })),
        ("owner", json!({ "id": "UN-EDU-430405", "agency": "EDU" })),
        ("place", Value::Null),
    ];
    for (field, value) in wrong {
        let mut event = good.clone();
        event[field] = value;
        assert!(!schema.is_valid(&event), "{field} may be {}", event[field]);
    }
    let mut short = good;
    short.as_object_mut().unwrap().remove("category");
    assert!(!schema.is_valid(&short), "it may lack its category");
}

#[test]
fn a_schema_lets_a_field_pass_that_a_later_release_adds() {
    let mut event = opened("clue.assigned");
    event["until"] = json!("2027-01-01");
    assert!(validator("clue.assigned").is_valid(&event));
}

#[test]
fn no_schema_tells_of_the_cipher() {
    for kind in schema::kinds() {
        let text = schema::json_schema(kind).unwrap().to_string();
        assert!(!text.contains("\"ct\"") && !text.contains("\"alg\""), "{kind}");
    }
}

#[test]
fn the_classes_of_a_clue_are_those_of_the_handbook() {
    let shape = schema::shape("clue.reported").unwrap();
    let at = |path: &str| {
        path.split('.').fold(shape, |at, name| at.items.as_deref().unwrap_or(at).fields.get(name).unwrap())
    };
    let told = |path: &str| (at(path).class.unwrap(), at(path).facet, at(path).sealed);
    assert_eq!(told("urgency"), (Class::Internal, None, false));
    assert_eq!(told("owner.agency"), (Class::Internal, None, false));
    assert_eq!(told("narrative"), (Class::Personal, None, true));
    assert_eq!(told("place"), (Class::Personal, None, true));
    assert_eq!(told("reporter"), (Class::Sensitive, Some(Facet::Reporter), false));
    assert_eq!(told("reporter.name"), (Class::Sensitive, Some(Facet::Reporter), true));
    assert_eq!(told("reporter.type"), (Class::Sensitive, Some(Facet::Reporter), false));
    assert_eq!(told("persons.part"), (Class::Internal, None, false));
    assert_eq!(told("persons.name"), (Class::Personal, Some(Facet::Identity), true));
    assert_eq!(told("papers.hash"), (Class::Personal, None, false));
}

#[test]
fn the_strictest_and_the_least_strict_are_where_they_belong() {
    let class = |kind: &str, field: &str| schema::shape(kind).unwrap().fields[field].class.unwrap();
    assert_eq!(class("officer.credential-set", "credential"), Class::Restricted);
    assert_eq!(class("referral.reasons-given", "reason"), Class::Restricted);
    assert_eq!(class("referral.not-filed", "reason"), Class::Personal);
    assert_eq!(class("institution.registered", "name"), Class::Open);
    assert_eq!(class("unit.registered", "unit"), Class::Open);
    assert_eq!(class(METADATA, "by"), Class::Internal);
}
