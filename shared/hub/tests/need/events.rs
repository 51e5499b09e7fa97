//! The page of events: readers against classes, and the class of every value of every kind of event; held against what
//! the stored examples show through the same eyes. Never here: what an answer shows.

use std::fmt::Write as _;
use std::path::Path;

use domain::category::Minor;
use domain::class::{Class, Facet};
use domain::matter::Kind;
use domain::schema::{self, Shape};
use hub::need::Sight;
use serde_json::Value;

use crate::cast::{KINDS, house, readers};
use crate::paper::{groups, settle, tables};

const HEAD: &str = "# Who sees what of an event

Drawn by `shared/hub/tests/need` from the policies (`shared/hub/policies/see.cedar`) and the event types; reviewed by a
person. `seen`, or the class under which a value is withheld; `·`: for this reader there is no such event. A clue,
referral or reverse referral lies in a county, is its education bureau's and was handed to its police; the reader's own
unit is a party where that is said. An officer's, unit's or institution's entry is of the same bureau; so is a record.

P0 public, P1 internal, P2 personal, P3 sensitive, P4 the police file; `P3 reporter` who reported, `P2 identity` who a
person concerned is. P2 is P3 where a minor is concerned. Each reading of P3 and P4 is in the read log;
its own events, `reading.noted`, are shown to nobody: `ListReads` answers from them. Nobody is shown `door.shut` either.

## Readers against classes
";

fn values(kind: &str) -> Vec<(String, (Class, Option<Facet>))> {
    let mut found = Vec::new();
    below(schema::shape(kind).unwrap(), String::new(), &mut found);
    found
}

fn below(shape: &Shape, path: String, found: &mut Vec<(String, (Class, Option<Facet>))>) {
    if shape.is_leaf() {
        let class = shape.class.unwrap_or_else(|| panic!("{path} has no class"));
        found.push((path, (class, shape.facet)));
        return;
    }
    for (name, inside) in &shape.fields {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        below(inside, path, found);
    }
    if let Some(entries) = &shape.items {
        below(entries, format!("{path}[]"), found);
    }
}

#[tokio::test]
async fn the_page_of_events_is_as_it_was_reviewed() {
    let mut page = HEAD.to_owned();
    page.push_str(&tables(&house()));
    page.push_str("\n## Every value of every event\n");
    for kind in schema::kinds() {
        let values = values(kind);
        let lines = if values.is_empty() { "- nothing\n".to_owned() } else { groups(values) };
        let _ = write!(page, "\n### {kind}\n\n{lines}");
    }
    settle("events.md", &page);
}

/// The stored examples: kind and data.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/history");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |file: std::path::PathBuf| {
        let text = std::fs::read_to_string(&file).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        (told["kind"].as_str().unwrap().to_owned(), told["data"].to_string())
    };
    files.filter(|file| file.extension().is_some_and(|kind| kind == "json")).map(read).collect()
}

/// Complains when a value is shown above the reader, or its class alone hid what is the reader's to see.
fn compare(shown: &Value, stored: &Value, shape: &Shape, told: (&Sight, &str)) {
    let (sight, place) = told;
    let what = (shape.class.unwrap_or(Class::Open), shape.facet);
    let withheld = shown.get("withheld").is_some();
    if withheld {
        assert!(!sight.sees_value(what.0, what.1) || shape.sealed, "{place} is withheld without need");
        return;
    }
    if shape.is_leaf() {
        assert!(stored.is_null() || sight.sees_value(what.0, what.1), "{place} is shown: {shown}");
        // The examples are sealed under keys nobody has, so what is sealed is erased or withheld.
        assert!(shape.sealed || shown == stored, "{place} was changed: {shown}");
        return;
    }
    for (name, inside) in &shape.fields {
        let stored = stored.get(name).unwrap_or(&Value::Null);
        if !stored.is_null() {
            compare(&shown[name], stored, inside, (sight, &format!("{place}.{name}")));
        }
    }
    for (number, stored) in stored.as_array().into_iter().flatten().enumerate() {
        let inside = shape.items.as_deref().unwrap();
        compare(&shown[number], stored, inside, (sight, &format!("{place}[{number}]")));
    }
}

#[tokio::test]
async fn every_stored_example_is_shown_as_the_page_says() {
    let (house, examples) = (house(), examples());
    assert!(examples.len() > 90, "the history has only {}", examples.len());
    for reader in readers() {
        for (kind, minor) in
            KINDS.into_iter().flat_map(|(kind, _)| [(kind, Minor::None), (kind, Minor::Under14)])
        {
            let sight = house.sight(&reader, kind, minor);
            for (name, data) in examples.iter().filter(|(name, _)| concerns(name, kind)) {
                let shown = sight.shown(&house.hub.keys, name, data);
                let stored = serde_json::from_str(data).unwrap();
                let place = format!("{}, {name}", reader.name);
                compare(&shown.data, &stored, schema::shape(name).unwrap(), (&sight, &place));
                assert!(
                    !shown.data.to_string().contains("\"ct\""),
                    "{place}: the cipher never leaves the hub"
                );
            }
        }
    }
}

/// Whether events of a name are of matters of a kind.
fn concerns(name: &str, kind: Kind) -> bool {
    match name.split('.').next().unwrap() {
        "clue" => kind == Kind::Clue,
        "referral" => kind == Kind::Referral,
        "reverse" | "reverse-referral" => kind == Kind::Reverse,
        "unit" | "institution" => kind == Kind::Directory,
        "officer" => kind == Kind::Officer,
        "inspection" => kind == Kind::Inspection,
        "hazard" => kind == Kind::Hazard,
        "campaign" => kind == Kind::Campaign,
        "dispatch" => kind == Kind::Dispatch,
        "staff-count" => kind == Kind::StaffCount,
        "break-glass" | "erasure" => kind == Kind::Record,
        // Of many matters and of none: nobody is shown these, only what the directory answers.
        "reading" | "door" | "seat" | "consumer-group" | "webhook" => false,
        _ => matches!(kind, Kind::Clue | Kind::Referral | Kind::Reverse),
    }
}
