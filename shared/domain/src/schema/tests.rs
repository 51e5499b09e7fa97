//! Scenarios of drawing: toy types with everything that an event type may have. Never here: real events.
#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{Shape, plain, subscriber};
use crate::class::{Class, Facet};
use crate::sealed::Sealed;

#[derive(Serialize, JsonSchema)]
#[schemars(extend("class" = "P4"))]
struct Secret {
    plan: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(dead_code, reason = "drawn, never made")]
enum Either {
    One {
        #[schemars(extend("class" = "P2"))]
        shared: String,
    },
    Other {
        #[schemars(extend("class" = "P3"))]
        shared: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<Sealed>,
    },
}

#[derive(Serialize, JsonSchema)]
struct Toy {
    /// Said on the field.
    #[schemars(extend("class" = "P1"))]
    secret: Secret,
    #[schemars(extend("class" = "P1", "facet" = "reporter"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    either: Option<Either>,
    #[schemars(extend("class" = "P2"))]
    rows: Vec<Vec<u8>>,
    forgotten: Vec<Option<bool>>,
}

fn shape() -> Shape {
    Shape::of(&plain::root::<Toy>())
}

#[test]
fn with_a_class_on_the_type_and_on_the_field_the_stricter_holds_for_all_inside() {
    let secret = &shape().fields["secret"];
    assert_eq!(secret.class, Some(Class::Restricted));
    assert_eq!(secret.fields["plan"].class, Some(Class::Restricted));
    assert!(!secret.is_leaf() && secret.fields["plan"].is_leaf());
}

#[test]
fn the_forms_of_an_enum_are_one_shape_and_the_facet_holds_inside() {
    let either = &shape().fields["either"];
    assert_eq!(either.fields["shared"].class, Some(Class::Sensitive));
    assert_eq!(either.fields["type"].class, Some(Class::Internal));
    assert!(either.fields["name"].sealed && either.fields["name"].is_leaf());
    assert!(either.fields.values().all(|field| field.facet == Some(Facet::Reporter)));
}

#[test]
fn a_list_hands_its_class_down_and_a_leaf_without_one_says_so() {
    let shape = shape();
    let inner = |name: &str| shape.fields[name].items.clone().map(|items| *items);
    assert_eq!(inner("rows").and_then(|row| row.items).and_then(|leaf| leaf.class), Some(Class::Personal));
    assert_eq!(inner("forgotten").map(|leaf| (leaf.class, leaf.is_leaf())), Some((None, true)));
    assert_eq!((shape.class, shape.is_leaf()), (None, false), "the whole leaves it to its fields");
}

#[test]
fn a_value_no_type_declares_is_restricted() {
    assert_eq!(Shape::unknown().class, Some(Class::Restricted));
    assert!(Shape::unknown().is_leaf());
}

#[test]
fn a_subscriber_gets_each_value_and_each_classed_container_or_nothing_of_it() {
    let schema = subscriber::schema("toy", &plain::root::<Toy>());
    assert_eq!(schema["$id"], "urn:safeguard:event:toy:1");
    let secret = &schema["properties"]["secret"];
    assert_eq!((&secret["class"], &secret["description"]), (&json!("P4"), &json!("Said on the field.")));
    assert_eq!(secret["anyOf"][1], json!({ "$ref": "#/$defs/withheld" }));
    assert_eq!(secret["anyOf"][0]["properties"]["plan"]["anyOf"][0], json!({ "type": "string" }));
    assert_eq!(
        schema["required"],
        json!(["secret", "rows", "forgotten"]),
        "what may be absent may be absent"
    );
}
