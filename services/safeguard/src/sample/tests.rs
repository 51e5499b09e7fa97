//! The samples are reproducible, and what they claim about themselves is true by the law's own parsers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::category::{Category, Channel};
use domain::credit_code::CreditCode;
use domain::division::{DivisionCode, Divisions};
use domain::institution::InstitutionKind;
use domain::mobile::Phone;
use domain::resident_id::ResidentId;
use domain::text::{Text, Title};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use super::{BASE, Tally, write};

const FILES: [&str; 3] = ["institutions.csv", "clues.jsonl", "tally.json"];

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/samples")
}

/// A folder of this test process, emptied first.
fn room(name: &str) -> PathBuf {
    let room = std::env::temp_dir().join(format!("safeguard-sample-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&room);
    room
}

fn made(name: &str, seed: u64, institutions: usize, clues: usize) -> (Tally, Vec<Vec<u8>>) {
    let room = room(name);
    let tally = write(&room, seed, institutions, clues, BASE).unwrap();
    let files = FILES.map(|file| fs::read(room.join(file)).unwrap()).to_vec();
    fs::remove_dir_all(&room).unwrap();
    (tally, files)
}

fn in_force(code: &str, day: Date) -> bool {
    code.parse::<DivisionCode>().is_ok_and(|code| Divisions::standard().on(code, day).is_ok())
}

#[test]
fn seed_7_gives_the_committed_samples_byte_for_byte() {
    let (_, files) = made("committed", 7, 200, 500);
    for (name, bytes) in FILES.iter().zip(files) {
        let kept = fs::read(committed().join(name)).unwrap();
        assert!(kept == bytes, "deploy/samples/{name} differs: run `safeguard sample` as its README says");
    }
}

#[test]
fn another_seed_gives_other_files_of_the_same_shape() {
    let (first, one) = made("seed-1", 1, 200, 500);
    let (second, two) = made("seed-2", 2, 200, 500);
    assert_ne!(one[0], two[0]);
    assert_ne!(one[1], two[1]);
    assert_eq!(first.institutions.by_fault, second.institutions.by_fault);
    assert_eq!(first.clues.by_fault, second.clues.by_fault);
    assert_eq!(first.clues.duplicates, 15);
    assert_eq!(first.institutions.duplicates, 6);
    assert_eq!(first.clues.late, 5);
}

#[test]
fn the_smallest_files_can_be_made() {
    for size in 0..4 {
        let (tally, _) = made(&format!("small-{size}"), 3, size, size);
        assert_eq!(tally.clues.rows, size);
        assert_eq!(tally.institutions.valid, size);
    }
}

#[test]
fn rows_are_valid_or_repeated_or_invalid() {
    let (tally, _) = made("sums", 11, 1_000, 3_000);
    let seen = &tally.institutions;
    assert_eq!(seen.rows, seen.valid + seen.duplicates + seen.invalid);
    assert_eq!(tally.bad_institution_lines().len(), seen.invalid);
    let seen = &tally.clues;
    assert_eq!(seen.rows, seen.valid + seen.duplicates + seen.invalid);
    assert_eq!(tally.bad_clue_lines().len(), seen.invalid);
    assert_eq!(seen.by_urgency.values().sum::<usize>(), seen.valid);
    assert_eq!(seen.by_category.len(), Category::ALL.len());
    assert_eq!(seen.by_channel.len(), Channel::ALL.len());
}

#[test]
fn an_institution_row_is_sound_unless_the_tally_names_it() {
    let (tally, files) = made("rows", 7, 200, 0);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(files[0].as_slice());
    let mut codes = BTreeSet::new();
    let mut bad = BTreeSet::new();
    for (place, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let sound = row.len() == 6
            && row[0].parse::<CreditCode>().is_ok()
            && Title::parse(&row[1]).is_ok()
            && InstitutionKind::parse(&row[2]).is_some()
            && in_force(&row[3], BASE)
            && Text::<200>::parse(&row[4]).is_ok();
        if sound {
            codes.insert(row[0].parse::<CreditCode>().unwrap());
        } else {
            bad.insert(place + 2);
        }
    }
    assert_eq!(codes.len(), tally.institutions.valid);
    assert_eq!(bad, tally.bad_institution_lines());
}

/// Whether the law's parsers take the line; `None` when it is not JSON at all.
fn sound(line: &[u8]) -> Option<bool> {
    let clue: Value = serde_json::from_slice(line).ok()?;
    let text = |field: &str| clue[field].as_str().unwrap_or_default();
    let Ok(received) = text("received_at").parse::<Timestamp>() else { return Some(false) };
    let day = BASE;
    let persons = clue["persons"].as_array().cloned().unwrap_or_default();
    let numbers = persons.iter().filter_map(|person| person["id_number"].as_str());
    let phone = clue["reporter"]["named"]["phone"].as_str();
    Some(
        Category::parse(text("category")).is_some()
            && Channel::parse(text("channel")).is_some()
            && in_force(text("division"), day)
            && Text::<4_000>::parse(text("narrative")).is_ok()
            && (text("institution").is_empty() || text("institution").parse::<CreditCode>().is_ok())
            && received < "2026-11-20T16:00:00Z".parse().unwrap()
            && phone.is_none_or(|phone| phone.parse::<Phone>().is_ok())
            && numbers.into_iter().all(|number| ResidentId::parse(number, day).is_ok()),
    )
}

#[test]
fn a_clue_line_is_sound_unless_the_tally_names_it() {
    let (tally, files) = made("lines", 7, 200, 500);
    let mut bad = BTreeSet::new();
    let mut sources = BTreeSet::new();
    let body = files[1].strip_suffix(b"\n").unwrap();
    for (place, line) in body.split(|byte| *byte == b'\n').enumerate() {
        if sound(line) == Some(true) {
            let clue: Value = serde_json::from_slice(line).unwrap();
            sources.insert(clue["source"].as_str().unwrap().to_owned());
        } else {
            bad.insert(place + 1);
        }
    }
    assert_eq!(sources.len(), tally.clues.valid);
    assert_eq!(bad, tally.bad_clue_lines());
}

#[test]
fn the_count_of_children_agrees_with_the_law() {
    let (tally, files) = made("children", 7, 200, 500);
    let mut seen = BTreeSet::new();
    let mut under_14 = 0;
    for line in files[1].split(|byte| *byte == b'\n').filter(|line| sound(line) == Some(true)) {
        let clue: Value = serde_json::from_slice(line).unwrap();
        if !seen.insert(clue["source"].as_str().unwrap().to_owned()) {
            continue;
        }
        let received: Timestamp = clue["received_at"].as_str().unwrap().parse().unwrap();
        let day = received.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date();
        let persons = clue["persons"].as_array().cloned().unwrap_or_default();
        let young = persons.iter().any(|person| match person["id_number"].as_str() {
            Some(number) => ResidentId::parse(number, day).unwrap().is_under_14(day),
            None => person["minor"] == "under14",
        });
        under_14 += usize::from(young || clue["minor"] == "under14");
    }
    assert_eq!(under_14, tally.clues.under_14);
    assert!(under_14 >= 15, "only {under_14} cases of children under 14");
}
