//! Values to the fields of a message, with every fault told by its path. Never here: which column a value stood in.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value as Made};
use serde_json::Value;
use wire::{Flaw, Violation, convert};

use super::short;
use crate::cli::times;

/// What people write for yes.
const YES: [&str; 5] = ["true", "1", "yes", "是", "√"];
/// What people write for no.
const NO: [&str; 4] = ["false", "0", "no", "否"];

/// The message that an object describes.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn message(shape: &MessageDescriptor, value: &Value) -> Result<DynamicMessage, Vec<Violation>> {
    let mut faults = Faults::default();
    let made = faults.message(shape, value, "");
    match made {
        Some(made) if faults.0.is_empty() => Ok(made),
        Some(_) | None => Err(faults.0),
    }
}

#[derive(Default)]
struct Faults(Vec<Violation>);

impl Faults {
    /// Keeps a fault.
    fn add<T>(&mut self, path: &str, flaw: &Flaw) -> Option<T> {
        self.0.push(Violation::new(path, flaw));
        None
    }

    fn message(&mut self, shape: &MessageDescriptor, value: &Value, path: &str) -> Option<DynamicMessage> {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::String(text) => return self.written(shape, text.trim(), path),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                return self.add(path, &Flaw::new("OTHER"));
            }
        };
        let mut made = DynamicMessage::new(shape.clone());
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match shape.get_field_by_name(name).or_else(|| shape.get_field_by_json_name(name)) {
                None => self.add(&path, &Flaw::new("COLUMN").with("column", name)).unwrap_or(()),
                Some(field) => {
                    if let Some(value) = self.field(&field, value, &path) {
                        made.set_field(&field, value);
                    }
                }
            }
        }
        Some(made)
    }

    /// A message written as text: a time, one of the short forms, or a yes to a step that has no fields.
    fn written(&mut self, shape: &MessageDescriptor, text: &str, path: &str) -> Option<DynamicMessage> {
        let bytes = if shape.full_name() == "google.protobuf.Timestamp" {
            let at = times::moment(text).ok().map(convert::timestamp);
            at.map(|at| prost::Message::encode_to_vec(&at))
        } else if shape.fields().len() == 0 && YES.contains(&text) {
            Some(Vec::new())
        } else {
            short::message(shape.name(), text)
        };
        let made = bytes.and_then(|bytes| DynamicMessage::decode(shape.clone(), bytes.as_slice()).ok());
        made.or_else(|| self.add(path, &Flaw::new("WORD").with("value", text)))
    }

    fn field(&mut self, field: &FieldDescriptor, value: &Value, path: &str) -> Option<Made> {
        if !field.is_list() {
            return self.one(&field.kind(), value, path);
        }
        let entries: Vec<Value> = match value {
            Value::Array(entries) => entries.clone(),
            Value::String(text) => split(text),
            // Numbered columns: `members.1`, `members.2`.
            Value::Object(places) if places.keys().all(|place| place.parse::<u32>().is_ok()) => {
                let mut sorted: Vec<_> = places.iter().collect();
                sorted.sort_by_key(|(place, _)| place.parse::<u32>().unwrap_or_default());
                sorted.into_iter().map(|(_, entry)| entry.clone()).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                return self.add(path, &Flaw::new("OTHER"));
            }
        };
        let each = entries
            .iter()
            .enumerate()
            .filter_map(|(place, entry)| self.one(&field.kind(), entry, &format!("{path}[{place}]")));
        Some(Made::List(each.collect()))
    }

    fn one(&mut self, kind: &Kind, value: &Value, path: &str) -> Option<Made> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        };
        match kind {
            Kind::Message(shape) => self.message(shape, value, path).map(Made::Message),
            _ if value.is_array() || value.is_object() => self.add(path, &Flaw::new("OTHER")),
            Kind::String => Some(Made::String(text)),
            Kind::Bool if YES.contains(&text.as_str()) => Some(Made::Bool(true)),
            Kind::Bool if NO.contains(&text.as_str()) => Some(Made::Bool(false)),
            Kind::Int32 | Kind::Sint32 => self.whole::<i32>(&text, path).map(Made::I32),
            Kind::Int64 | Kind::Sint64 => self.whole::<i64>(&text, path).map(Made::I64),
            Kind::Uint32 => self.whole::<u32>(&text, path).map(Made::U32),
            Kind::Uint64 => self.whole::<u64>(&text, path).map(Made::U64),
            Kind::Enum(list) => match short::code(list, &text) {
                Some(number) => Some(Made::EnumNumber(number)),
                None => self.add(path, &Flaw::new("WORD").with("value", &text)),
            },
            Kind::Bool
            | Kind::Bytes
            | Kind::Double
            | Kind::Float
            | Kind::Fixed32
            | Kind::Fixed64
            | Kind::Sfixed32
            | Kind::Sfixed64 => self.add(path, &Flaw::new("WORD").with("value", &text)),
        }
    }

    /// A whole number that the field can hold.
    fn whole<N: TryFrom<i128>>(&mut self, text: &str, path: &str) -> Option<N> {
        let Ok(number) = text.parse::<i128>() else { return self.add(path, &Flaw::new("INTEGER")) };
        match N::try_from(number) {
            Ok(number) => Some(number),
            Err(_) if number < 0 => self.add(path, &Flaw::new("NEGATIVE")),
            Err(_) => self.add(path, &Flaw::new("INTEGER")),
        }
    }
}

/// The entries of a list in one cell.
fn split(text: &str) -> Vec<Value> {
    let entries = text.split([';', '；']).map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(|entry| Value::String(entry.to_owned())).collect()
}
