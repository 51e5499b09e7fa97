//! A tree of classes: what redaction needs to know of an event. Never here: values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::plain;
use crate::class::{Class, Facet};

/// The classes of a place in an event and of what is inside it. What holds for a container holds for all inside:
/// classes and facets here are those in effect, the strictest on the way down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The class in effect. None in a container that leaves it to its fields; a leaf with none counts as P4,
    /// and a test forbids it.
    pub class: Option<Class>,
    /// What is kept closer than its class.
    pub facet: Option<Facet>,
    /// Whether it is stored sealed.
    pub sealed: bool,
    /// What is inside an object, of every form it may have.
    pub fields: BTreeMap<String, Shape>,
    /// What is inside a list.
    pub items: Option<Box<Shape>>,
    leaf: bool,
}

impl Shape {
    /// The shape of a value that no type declares: P4.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            class: Some(Class::Restricted),
            facet: None,
            sealed: false,
            fields: BTreeMap::new(),
            items: None,
            leaf: true,
        }
    }

    /// Whether it is one value, shown or withheld as a whole; a sealed value is one.
    #[must_use]
    pub const fn is_leaf(&self) -> bool {
        self.leaf
    }

    pub(super) fn of(node: &Value) -> Self {
        let leaf = plain::is_leaf(node);
        let mut shape = Self {
            class: node.as_object().and_then(plain::class),
            facet: node.get("facet").and_then(Value::as_str).and_then(Facet::parse),
            sealed: node.get("sealed").is_some(),
            fields: BTreeMap::new(),
            items: node.get("items").map(|items| Box::new(Self::of(items))),
            leaf,
        };
        let fields = node.get("properties").and_then(Value::as_object).into_iter().flatten();
        shape.fields.extend(fields.map(|(name, field)| (name.clone(), Self::of(field))));
        if !leaf {
            plain::forms(node).for_each(|form| shape.take_in(Self::of(form)));
        }
        shape
    }

    /// Another form of the same value: all fields of both, each as strict as in the stricter form.
    fn take_in(&mut self, form: Self) {
        for (name, field) in form.fields {
            match self.fields.get_mut(&name) {
                Some(known) => {
                    known.class = known.class.max(field.class);
                    known.facet = known.facet.or(field.facet);
                    known.sealed |= field.sealed;
                    known.take_in(field);
                }
                None => drop(self.fields.insert(name, field)),
            }
        }
    }
}
