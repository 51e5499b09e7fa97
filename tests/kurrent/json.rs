//! JSON as the server's own library takes it apart and writes it again: members stay in order, the text is
//! indented, numbers lose their spelling. Must never be here: what the JSON means.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

/// How deep the server's parser goes.
const DEEPEST: usize = 64;

/// A JSON value whose members keep their order.
#[derive(Debug, Clone)]
pub enum Json {
    Plain(Value),
    List(Vec<Json>),
    Members(Vec<(String, Json)>),
}

impl Json {
    /// Parses a text; `None` when it is no JSON or too deep.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(|json| json.depth() <= DEEPEST)
    }

    fn depth(&self) -> usize {
        match self {
            Self::Plain(_) => 0,
            Self::List(inside) => 1 + inside.iter().map(Self::depth).max().unwrap_or(0),
            Self::Members(inside) => 1 + inside.iter().map(|(_, json)| json.depth()).max().unwrap_or(0),
        }
    }

    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Members(members) => members.iter().find(|(key, _)| key == name).map(|(_, json)| json),
            Self::Plain(_) | Self::List(_) => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(value) => value.as_str(),
            Self::List(_) | Self::Members(_) => None,
        }
    }

    /// The payload that is stored for this value, and whether it counts as JSON: objects and arrays are
    /// written anew, a string is one of those or plain text, and every other scalar is lost.
    pub fn payload(&self) -> (Vec<u8>, bool) {
        match self {
            Self::List(_) | Self::Members(_) => (serde_json::to_vec_pretty(self).unwrap(), true),
            Self::Plain(Value::String(text)) => match Self::parse(text) {
                Some(inside @ (Self::List(_) | Self::Members(_))) => inside.payload(),
                Some(Self::Plain(_)) | None => (text.clone().into_bytes(), false),
            },
            Self::Plain(_) => (Vec::new(), false),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::List(inside) => inside.serialize(serializer),
            Self::Members(inside) => serializer.collect_map(inside.iter().map(|(key, json)| (key, json))),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Plain(Value::Null))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut inside = Vec::new();
        while let Some(next) = access.next_element()? {
            inside.push(next);
        }
        Ok(Json::List(inside))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut inside: Vec<(String, Json)> = Vec::new();
        while let Some((key, value)) = access.next_entry::<String, Json>()? {
            // The last of two equal names wins, at the first one's place.
            match inside.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = value,
                None => inside.push((key, value)),
            }
        }
        Ok(Json::Members(inside))
    }
}
