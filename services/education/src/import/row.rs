//! One record as a `ReportClueRequest`: members and columns are its fields by name, code lists are written as
//! the stored words (`fee-fraud`, `U1`, `walk-in`), times as RFC 3339, or without an offset in Beijing time.
//!
//! A column of a CSV file names a field inside another by its path: `reporter.named.name`,
//! `persons[0].id_number`, `reporter.anonymous` (any text means yes). Several words stand in one column with a
//! semicolon between them. An empty cell is a field that was not given. Never here: whether values are sound.

use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::Part;
use hub::import::Fields;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wire::convert::{OnWire, timestamp};
use wire::flaw::Flaw;
use wire::v1::reporter_statement::Who;
use wire::v1::{AnonymousReporter, NamedReporter, PersonStatement, ReportClueRequest, ReporterStatement};
use wire::violations::Violations;

/// Places in a list that a column may name.
const PLACES: usize = 50;
/// Characters of an unknown word that are told back.
const SHOWN: usize = 40;

/// The members of an object, taken one after the other; what is left at the end has no field.
struct Members<'a> {
    left: Map<String, Value>,
    faults: &'a mut Violations,
}

/// The request a record stands for, with the faults of its form; fields at fault are left empty.
pub(super) fn request(fields: &Fields) -> (ReportClueRequest, Violations) {
    let mut faults = Violations::new();
    let mut members = Members { left: nested(fields), faults: &mut faults };
    let request = ReportClueRequest {
        request_id: String::new(),
        occurred_at: members.time("occurred_at"),
        channel: members.word::<Channel>("channel"),
        category: members.word::<Category>("category"),
        situation: members.number("situation"),
        urgency: members.word::<Urgency>("urgency"),
        minor: members.word::<Minor>("minor"),
        harm: members.words::<Harm>("harm"),
        division: members.text("division"),
        institution: members.text("institution"),
        received_at: members.time("received_at"),
        narrative: members.text("narrative"),
        place: members.text("place"),
        reporter: members.object("reporter", reporter),
        persons: members.objects("persons", person),
        papers: Vec::new(),
        source: members.text("source"),
    };
    members.nothing_left();
    (request, faults)
}

fn reporter(mut members: Members<'_>) -> ReporterStatement {
    let anonymous = members.left.remove("anonymous").is_some_and(|value| value != Value::Bool(false));
    let named = members.object("named", |mut members| {
        let named = NamedReporter {
            name: members.text("name"),
            phone: members.text("phone"),
            id_number: members.text("id_number"),
            secret: members.flag("secret"),
        };
        members.nothing_left();
        named
    });
    if anonymous && named.is_some() {
        members.faults.add("anonymous", &Flaw::new("MUST_BE_EMPTY"));
    }
    members.nothing_left();
    let who = named.map(Who::Named).or(anonymous.then_some(Who::Anonymous(AnonymousReporter {})));
    ReporterStatement { who }
}

fn person(mut members: Members<'_>) -> PersonStatement {
    let person = PersonStatement {
        part: members.word::<Part>("part"),
        name: members.text("name"),
        id_number: members.text("id_number"),
        minor: members.word::<Minor>("minor"),
    };
    members.nothing_left();
    person
}

impl Members<'_> {
    fn bad(&mut self, name: &str, reason: &'static str) {
        self.faults.add(name, &Flaw::new(reason));
    }

    fn text(&mut self, name: &str) -> String {
        match self.left.remove(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            // A number typed without quotes, such as a division code, is as good as its digits.
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                self.bad(name, "OTHER");
                String::new()
            }
        }
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.left.remove(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => flag,
            Some(Value::String(text)) if matches!(text.trim(), "true" | "yes" | "1" | "是") => true,
            Some(Value::String(text)) if matches!(text.trim(), "" | "false" | "no" | "0" | "否") => false,
            Some(Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.bad(name, "OTHER");
                false
            }
        }
    }

    fn number(&mut self, name: &str) -> u32 {
        let text = self.text(name);
        let text = text.trim();
        if text.is_empty() {
            return 0;
        }
        text.parse().unwrap_or_else(|_| {
            self.bad(name, "OTHER");
            0
        })
    }

    fn word<T: OnWire + DeserializeOwned>(&mut self, name: &str) -> i32 {
        let text = self.text(name);
        if text.trim().is_empty() { 0 } else { self.known::<T>(name, text.trim()) }
    }

    fn known<T: OnWire + DeserializeOwned>(&mut self, name: &str, word: &str) -> i32 {
        match serde_json::from_value::<T>(Value::String(word.to_owned())) {
            Ok(value) => value.to_wire(),
            Err(_) => {
                let shown: String = word.chars().take(SHOWN).collect();
                self.faults.add(name, &Flaw::new("WORD").with("value", shown));
                0
            }
        }
    }

    fn words<T: OnWire + DeserializeOwned>(&mut self, name: &str) -> Vec<i32> {
        let words: Vec<String> = match self.left.remove(name) {
            Some(Value::Array(values)) => {
                values.iter().map(|value| value.as_str().unwrap_or_default().to_owned()).collect()
            }
            Some(Value::String(text)) => text
                .split([';', '；'])
                .map(|word| word.trim().to_owned())
                .filter(|word| !word.is_empty())
                .collect(),
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                self.bad(name, "OTHER");
                Vec::new()
            }
        };
        let numbers =
            words.iter().enumerate().map(|(place, word)| self.known::<T>(&format!("{name}[{place}]"), word));
        numbers.collect()
    }

    fn time(&mut self, name: &str) -> Option<prost_types::Timestamp> {
        let text = self.text(name);
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let in_beijing = || {
            let stated: DateTime = text.parse().ok()?;
            Offset::constant(8).to_timestamp(stated).ok()
        };
        let at = text.parse::<Timestamp>().ok().or_else(in_beijing);
        if at.is_none() {
            self.bad(name, "TIME_IMPOSSIBLE");
        }
        at.map(timestamp)
    }

    fn object<T>(&mut self, name: &str, read: impl FnOnce(Members<'_>) -> T) -> Option<T> {
        match self.left.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::Object(left)) => {
                Some(self.faults.within(name, |faults| read(Members { left, faults })))
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                self.bad(name, "OTHER");
                None
            }
        }
    }

    fn objects<T>(&mut self, name: &str, read: impl Fn(Members<'_>) -> T) -> Vec<T> {
        let entries = match self.left.remove(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                self.bad(name, "OTHER");
                Vec::new()
            }
        };
        let mut read_all = Vec::new();
        for (place, entry) in entries.into_iter().enumerate() {
            let path = format!("{name}[{place}]");
            match entry {
                Value::Object(left) => {
                    read_all.push(self.faults.within(&path, |faults| read(Members { left, faults })));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                    self.bad(&path, "OTHER");
                }
            }
        }
        read_all
    }

    /// What nobody asked for is named, so that a misspelt column is not silently lost.
    fn nothing_left(self) {
        for name in self.left.keys() {
            let shown: String = name.chars().take(SHOWN).collect();
            self.faults.add(&shown, &Flaw::new("COLUMN").with("column", &shown));
        }
    }
}

/// A record with the paths of its columns made into objects and lists; JSON members are taken as they are.
fn nested(fields: &Fields) -> Map<String, Value> {
    let mut root = Value::Object(Map::new());
    for (name, value) in fields {
        let empty = value.as_str().is_some_and(|text| text.trim().is_empty());
        if !empty || matches!(name.as_str(), "narrative") {
            put(&mut root, name, value.clone());
        }
    }
    match root {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

/// Puts a value at a path such as `persons[0].name`; a path that is none is a plain name.
fn put(into: &mut Value, path: &str, value: Value) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, place) = match head.strip_suffix(']').and_then(|head| head.split_once('[')) {
        Some((name, place)) => match place.parse::<usize>() {
            Ok(place) if place < PLACES => (name, Some(place)),
            Ok(_) | Err(_) => (path, None),
        },
        None => (head, None),
    };
    let rest = if name == path { None } else { rest };
    let Value::Object(members) = into else { return };
    let mut slot = members.entry(name.to_owned()).or_insert(Value::Null);
    if let Some(place) = place {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        let Value::Array(entries) = slot else { return };
        if entries.len() <= place {
            entries.resize(place + 1, Value::Object(Map::new()));
        }
        let Some(entry) = entries.get_mut(place) else { return };
        slot = entry;
    }
    match rest {
        None => *slot = value,
        Some(rest) => {
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            put(slot, rest, value);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn fields(pairs: &[(&str, Value)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn faults(faults: Violations) -> Vec<(String, String)> {
        faults.into_found().into_iter().map(|one| (one.field, one.reason)).collect()
    }

    #[test]
    fn columns_with_paths_become_people_and_words_become_values() {
        let text = |text: &str| Value::String(text.to_owned());
        let row = fields(&[
            ("channel", text("walk-in")),
            ("harm", text("injury; danger")),
            ("situation", text("4")),
            ("received_at", text("2026-11-20 09:30:00")),
            ("reporter.named.name", text("王芳")),
            ("reporter.named.secret", text("是")),
            ("persons[0].part", text("victim")),
            ("persons[1].part", text("suspect")),
            ("persons[1].id_number", text("")),
        ]);
        let (request, found) = request(&row);
        assert_eq!(faults(found), []);
        assert_eq!((request.channel, request.harm.as_slice(), request.situation), (1, &[1, 3][..], 4));
        assert_eq!(request.received_at.unwrap().seconds, 1_795_138_200);
        let Some(Who::Named(named)) = request.reporter.unwrap().who else { unreachable!() };
        assert!(named.secret && named.name == "王芳");
        assert_eq!(request.persons.iter().map(|person| person.part).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn every_fault_of_form_is_named_by_its_path() {
        let json = r#"{"category":"tax","received_at":"2026-02-30T10:00:00+08:00","situation":"x",
            "persons":[{"part":"victim","nick":"a"},3],"harm":["injury","pain"],"note":"?"}"#;
        let (_, found) = request(&serde_json::from_str(json).unwrap());
        let expected = [
            ("category", "WORD"),
            ("situation", "OTHER"),
            ("harm[1]", "WORD"),
            ("received_at", "TIME_IMPOSSIBLE"),
            ("persons[0].nick", "COLUMN"),
            ("persons[1]", "OTHER"),
            ("note", "COLUMN"),
        ];
        assert_eq!(faults(found), expected.map(|(field, reason)| (field.to_owned(), reason.to_owned())));
    }
}
