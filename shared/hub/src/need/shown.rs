//! An event as one reader may see it: sealed values opened, what is above the reader withheld. Never here: who
//! may see what.

use domain::class::{Class, Facet};
use domain::schema::{self, Shape};
use domain::sealed::Sealed;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::Sight;
use crate::seal::{KeyStore, Opened, SealError};

/// What became of an event's data.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The data: a withheld value is `{"withheld":"P3"}`, a sealed one `{"text":".."}` or `{"erased":true}`.
    pub data: Value,
    /// The strictest class of what is shown.
    pub highest: Class,
    /// Whether anything was withheld.
    pub withheld: bool,
    /// Classes and facets of sensitive or restricted values that were shown: what the read log wants to know.
    pub read: Vec<(Class, Option<Facet>)>,
    /// Why a value that the reader may see could not be opened for now: ask again instead of sending this.
    pub missing: Option<SealError>,
}

impl Shown {
    /// Whether sensitive or restricted values were shown.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        !self.read.is_empty()
    }
}

/// A value nobody told the class of.
static UNKNOWN: Shape = Shape::unknown();

impl Sight {
    /// An event's stored data as this reader may see it. A field the type does not declare, which only a newer
    /// release writes, counts as P4.
    #[must_use]
    pub fn shown(&self, keys: &KeyStore, kind: &str, data: &str) -> Shown {
        let shape = schema::shape(kind).unwrap_or(&UNKNOWN);
        let (highest, withheld, read, missing) = (Class::Open, false, Vec::new(), None);
        let mut walk = Walk { sight: self, keys, highest, withheld, read, missing };
        let data = match serde_json::from_str(data) {
            Ok(value) => walk.value(shape, (Class::Open, None), value),
            Err(_) => walk.withhold(Class::Restricted),
        };
        let Walk { highest, withheld, read, missing, .. } = walk;
        Shown { data, highest, withheld, read, missing }
    }
}

struct Walk<'a> {
    sight: &'a Sight,
    keys: &'a KeyStore,
    highest: Class,
    withheld: bool,
    read: Vec<(Class, Option<Facet>)>,
    missing: Option<SealError>,
}

impl Walk<'_> {
    /// A value below a class and facet: the strictest on the way down counts.
    fn value(&mut self, shape: &Shape, above: (Class, Option<Facet>), value: Value) -> Value {
        let class = shape.class.unwrap_or(Class::Open).max(above.0);
        let facet = shape.facet.or(above.1);
        let inside = (class, facet);
        if shape.is_leaf() {
            return self.leaf(shape, inside, value);
        }
        // Withheld as a whole: which facts there are would tell of what they say.
        if shape.class.is_some() && !value.is_null() && !self.sight.sees_value(class, facet) {
            return self.withhold(self.sight.in_effect(class));
        }
        match value {
            Value::Object(fields) => Value::Object(self.fields(shape, inside, fields)),
            Value::Array(entries) => {
                let items = shape.items.as_deref().unwrap_or(&UNKNOWN);
                entries.into_iter().map(|entry| self.value(items, inside, entry)).collect()
            }
            Value::Null => Value::Null,
            // A plain value where the shape has an inside: a form of an enum without facts of its own.
            plain @ (Value::Bool(_) | Value::Number(_) | Value::String(_)) => self.leaf(shape, inside, plain),
        }
    }

    fn fields(
        &mut self,
        shape: &Shape,
        inside: (Class, Option<Facet>),
        fields: Map<String, Value>,
    ) -> Map<String, Value> {
        let each = |(name, value): (String, Value)| {
            let shown = self.value(shape.fields.get(&name).unwrap_or(&UNKNOWN), inside, value);
            (name, shown)
        };
        fields.into_iter().map(each).collect()
    }

    fn leaf(&mut self, shape: &Shape, (class, facet): (Class, Option<Facet>), value: Value) -> Value {
        if value.is_null() {
            return value;
        }
        // Nobody declared a class for it.
        let class = if shape.class.is_none() && class == Class::Open { Class::Restricted } else { class };
        let in_effect = self.sight.in_effect(class);
        if !self.sight.sees_value(class, facet) {
            return self.withhold(in_effect);
        }
        self.highest = self.highest.max(in_effect);
        if in_effect >= Class::Sensitive && !self.read.contains(&(class, facet)) {
            self.read.push((class, facet));
        }
        if shape.sealed { self.open(in_effect, &value) } else { value }
    }

    fn open(&mut self, class: Class, value: &Value) -> Value {
        let opened = Sealed::deserialize(value).ok().map(|sealed| self.keys.open(&sealed));
        match opened {
            Some(Ok(Opened::Text(text))) => json!({ "text": text }),
            Some(Ok(Opened::Erased)) => json!({ "erased": true }),
            Some(Err(error)) => {
                if error.may_pass() {
                    self.missing = Some(error);
                } else {
                    tracing::error!(%error, "a sealed value cannot be opened");
                }
                self.withhold(class)
            }
            None => self.withhold(class),
        }
    }

    fn withhold(&mut self, class: Class) -> Value {
        self.withheld = true;
        json!({ "withheld": class.code() })
    }
}
