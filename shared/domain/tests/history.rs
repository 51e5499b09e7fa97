//! Golden events: every event ever stored still decodes, and the newest of each kind encodes byte for byte.
//!
//! `history/KIND.VERSION.json` holds one stored event: its kind, its data and its metadata, the last two as
//! the exact text of the log, one line each. Files are added, never edited and never removed: an event that
//! was stored once is in somebody's log for ever. When a kind or its shape is new, fill in the sample in
//! `history/*.rs` that no longer compiles or is asked for; the test then fails with the file to add. What the
//! enums can produce is asked of the enums themselves, so no kind can be forgotten.
//!
//! Never here: what an event means.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "history/campaigns.rs"]
mod campaigns;
#[path = "history/clues.rs"]
mod clues;
#[path = "history/deliveries.rs"]
mod deliveries;
#[path = "history/directory.rs"]
mod directory;
#[path = "history/hazards.rs"]
mod hazards;
#[path = "history/inspections.rs"]
mod inspections;
#[path = "history/kinds.rs"]
mod kinds;
#[path = "history/records.rs"]
mod records;
#[path = "history/referrals.rs"]
mod referrals;
#[path = "history/scene.rs"]
mod scene;
#[path = "history/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::claim::ClaimEvent;
use domain::clock::ClockEvent;
use domain::event::{CodecError, Metadata, Stored, decode, encode};
use domain::{
    break_glass, clue, door, erasure, institution, officer, reading, referral, reverse_referral, unit,
};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One stored event, as its file tells it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    kind: String,
    data: Box<RawValue>,
    metadata: Box<RawValue>,
}

/// The files: by kind, then by version.
type History = BTreeMap<String, BTreeMap<u32, Golden>>;

/// The kind of an event and its data as text.
type Told = (&'static str, String);

/// One event type and what can be asked of it.
struct Area {
    name: &'static str,
    kinds: BTreeSet<&'static str>,
    /// Kind and data of its samples.
    samples: Vec<Told>,
    /// Decodes an event and gives its kind and its data, encoded anew.
    recode: fn(&str, &str) -> Result<Told, CodecError>,
}

fn area<E: Stored>(name: &'static str, samples: &[E]) -> Area {
    let recode = |kind: &str, data: &str| {
        let event: E = decode(kind, data)?;
        Ok((event.kind(), encode(&event)?))
    };
    let samples = samples.iter().map(|event| (event.kind(), encode(event).unwrap())).collect();
    Area { name, kinds: kinds::of::<E>(), samples, recode }
}

/// Every type of event that can be in the log. The samples of claims and clocks stand with the clues.
fn areas() -> Vec<Area> {
    vec![
        area::<clue::Event>("clue", &clues::events()),
        area::<referral::Event>("referral", &referrals::events()),
        area::<reverse_referral::Event>("reverse", &referrals::reverses()),
        area::<unit::Event>("unit", &directory::units()),
        area::<officer::Event>("officer", &directory::officers()),
        area::<institution::Event>("institution", &directory::institutions()),
        area::<break_glass::Event>("break-glass", &records::accesses()),
        area::<erasure::Event>("erasure", &records::erasures()),
        area::<reading::Event>("reading", &records::readings()),
        area::<door::Event>("door", &records::doors()),
        area::<domain::hazard::Event>("hazard", &hazards::events()),
        area::<domain::campaign::Event>("campaign", &campaigns::events()),
        area::<domain::dispatch::Event>("dispatch", &campaigns::dispatches()),
        area::<domain::staff_count::Event>("staff-count", &campaigns::staff_counts()),
        area::<domain::inspection::Event>("inspection", &inspections::events()),
        area::<domain::draw::record::Event>("draw", &inspections::draws()),
        area::<domain::seat::Event>("seat", &deliveries::seats()),
        area::<domain::consumer_group::Event>("consumer-group", &deliveries::groups()),
        area::<domain::webhook::Event>("webhook", &deliveries::webhooks()),
        area::<ClaimEvent>("claim", &[]),
        area::<ClockEvent>("clock", &[]),
    ]
}

fn history() -> History {
    let mut history = History::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (kind, version) = name.rsplit_once('.').expect("KIND.VERSION.json");
        let golden: Golden = serde_json::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(golden.kind, kind, "{name} holds another kind");
        history.entry(kind.to_owned()).or_default().insert(version.parse().expect("a version"), golden);
    }
    history
}

fn every_file() -> Vec<(String, u32, bool, Golden)> {
    let of_kind = |(kind, versions): (String, BTreeMap<u32, Golden>)| {
        let last = versions.keys().max().copied().unwrap_or_default();
        versions
            .into_iter()
            .map(move |(version, golden)| (kind.clone(), version, version == last, golden))
            .collect::<Vec<_>>()
    };
    history().into_iter().flat_map(of_kind).collect()
}

/// The values of an old text that are not in the new one: a field was renamed and is now passed over.
fn lost(old: &str, new: &str) -> BTreeSet<String> {
    fn leaves(value: &Value) -> BTreeSet<String> {
        match value {
            Value::Array(values) => values.iter().flat_map(leaves).collect(),
            Value::Object(fields) => fields.values().flat_map(leaves).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => [value.to_string()].into(),
        }
    }
    let read = |text: &str| leaves(&serde_json::from_str(text).unwrap());
    read(old).difference(&read(new)).cloned().collect()
}

#[test]
fn a_value_that_is_no_longer_read_is_noticed() {
    let old = r#"{"by":"OF-1","told":[{"who":"leader"}]}"#;
    assert_eq!(lost(old, r#"{"who":["leader"],"officer":"OF-1","new":1}"#), [].into());
    assert_eq!(lost(old, r#"{"by":"OF-1"}"#), ["\"leader\"".to_owned()].into());
}

#[test]
fn every_kind_has_its_golden_file_and_the_newest_shape_is_in_it() {
    let (history, areas) = (history(), areas());
    let samples: BTreeMap<&str, &String> =
        areas.iter().flat_map(|area| &area.samples).map(|(kind, data)| (*kind, data)).collect();
    let mut missing = Vec::new();
    for kind in areas.iter().flat_map(|area| &area.kinds).collect::<BTreeSet<_>>() {
        let Some(data) = samples.get(kind) else {
            missing.push(format!("no sample of {kind}: add one to tests/history/*.rs"));
            continue;
        };
        let newest = history.get(*kind).and_then(|versions| versions.last_key_value());
        if newest.is_none_or(|(_, golden)| golden.data.get() != **data) {
            let version = newest.map_or(1, |(version, _)| version + 1);
            let metadata = serde_json::to_string(&scene::metadata(kind)).unwrap();
            missing.push(format!(
                "add tests/history/{kind}.{version}.json:\n{{\n\"kind\": \"{kind}\",\n\"data\": {data},\n\"metadata\": {metadata}\n}}"
            ));
        }
    }
    assert!(missing.is_empty(), "golden files are added, never edited:\n{}\n", missing.join("\n"));
}

#[test]
fn every_event_ever_stored_decodes_and_the_newest_encodes_byte_for_byte() {
    let areas = areas();
    let mut seen = 0;
    for (kind, version, newest, golden) in every_file() {
        let homes: Vec<&Area> = areas.iter().filter(|area| area.kinds.contains(kind.as_str())).collect();
        assert!(!homes.is_empty(), "nothing can read {kind} any more");
        for home in homes {
            let recoded = (home.recode)(&kind, golden.data.get());
            let (told, data) = recoded.unwrap_or_else(|fault| panic!("{kind}.{version}: {fault}"));
            assert_eq!(told, kind, "kind() of {}", home.name);
            assert!(!newest || data == golden.data.get(), "{kind}.{version} as {}: {data}", home.name);
            let lost = lost(golden.data.get(), &data);
            assert!(
                lost.is_empty(),
                "{kind}.{version} is read without {lost:?}: keep the old name as an alias"
            );
            seen += 1;
        }
    }
    assert!(seen >= 81, "only {seen} were read");
}

#[test]
fn all_metadata_ever_stored_decodes_and_the_newest_encodes_byte_for_byte() {
    for (kind, version, newest, golden) in every_file() {
        let read: Metadata = serde_json::from_str(golden.metadata.get())
            .unwrap_or_else(|fault| panic!("{kind}.{version}: {fault}"));
        assert_eq!(read.late, read.stamp().late(), "{kind}.{version}: late is what the stamp says");
        let written = serde_json::to_string(&read).unwrap();
        assert!(!newest || written == golden.metadata.get(), "{kind}.{version}: {written}");
    }
}

#[test]
fn versions_of_a_kind_have_no_gap() {
    for (kind, versions) in history() {
        assert!(versions.into_keys().eq(1..=u32::try_from(history()[&kind].len()).unwrap()), "{kind}");
    }
}

#[test]
fn no_golden_event_names_anyone_in_the_open() {
    for (kind, version, _, golden) in every_file() {
        let open = |value: &Value| {
            ["name", "phone", "id_number", "narrative", "place", "facts", "summary", "credential"]
                .iter()
                .filter_map(|field| value.get(field))
                .all(|value| {
                    // The name and the place of a group are a word of its unit and a position of the log.
                    let of_nobody = ["unit.", "institution.", "consumer-group."];
                    value.get("ct").is_some() || of_nobody.iter().any(|kinds| kind.starts_with(kinds))
                })
        };
        let data: Value = serde_json::from_str(golden.data.get()).unwrap();
        let persons = data["persons"].as_array().cloned().unwrap_or_default();
        assert!(open(&data) && open(&data["reporter"]), "{kind}.{version}");
        assert!(persons.iter().all(open), "{kind}.{version}");
    }
}

#[test]
fn an_event_that_nobody_knows_or_with_a_field_missing_is_named() {
    let unknown = (areas()[0].recode)("clue.unheard-of", "{}").unwrap_err();
    assert!(unknown.to_string().contains("clue.unheard-of"), "{unknown}");
    assert!((areas()[0].recode)("clue.assigned", "{}").is_err());
}
