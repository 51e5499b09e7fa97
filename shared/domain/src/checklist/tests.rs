//! The checklists are whole, and an old edition stays what it was.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use super::*;

fn edition(checklist: &str, version: u32) -> Edition {
    Edition { checklist: Text::parse(checklist).unwrap(), version }
}

#[test]
fn every_file_is_read_and_is_one_of_the_six() {
    let ids: BTreeSet<&str> = Checklists::standard().all().iter().map(|one| one.id.as_str()).collect();
    let wanted = [
        "facility-safety",
        "fire-nine-rules",
        "semester-start",
        "perimeter",
        "school-bus",
        "gathering-places",
    ];
    assert_eq!(ids, wanted.into());
    assert_eq!(Checklists::standard().all().len(), FILES.len());
}

#[test]
fn every_line_has_an_id_of_its_own_both_languages_and_its_article() {
    let mut seen = BTreeSet::new();
    for list in Checklists::standard().all() {
        assert!(list.lines.len() >= 6 && list.version > 0, "{}", list.id);
        assert!(![&list.zh, &list.en, &list.source].iter().any(|text| text.trim().is_empty()));
        for line in &list.lines {
            let id = line.id.as_str();
            assert!(seen.insert(id), "{id} stands twice");
            assert!(id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-.".contains(&b)));
            assert_eq!(Text::parse(id).as_ref(), Ok(&line.id));
            assert_eq!(Text::parse(line.basis.as_str()).as_ref(), Ok(&line.basis), "{id}");
            assert!(!line.zh.is_ascii(), "{id}");
            assert!(!line.en.trim().is_empty() && line.en.is_ascii(), "{id}");
        }
    }
}

#[test]
fn the_nine_rules_are_nine_and_evacuation_and_equipment_are_told_apart() {
    let list = Checklists::standard().newest("fire-nine-rules").unwrap();
    let rules: BTreeSet<&str> =
        list.lines.iter().filter_map(|line| line.id.as_str().split(['-', '.']).nth(1)).collect();
    assert_eq!(rules.len(), 9, "{rules:?}");
    assert!(list.lines.iter().all(|line| line.category.fire()));
    for category in [Category::FireEvacuation, Category::FireEquipment] {
        assert!(list.lines.iter().any(|line| line.category == category));
    }
}

#[test]
fn the_semester_start_asks_for_all_three_defences() {
    let list = Checklists::standard().newest("semester-start").unwrap();
    for defence in ["SS-RF", "SS-WF", "SS-JF"] {
        assert!(list.lines.iter().any(|line| line.id.as_str().starts_with(defence)), "{defence}");
    }
}

#[test]
fn an_old_visit_shows_its_own_edition_and_a_new_one_uses_the_newest() {
    let old = FILES.first().unwrap();
    let mut newer: serde_json::Value = serde_json::from_str(old).unwrap();
    newer["version"] = 2.into();
    newer["lines"][0]["zh"] = "改了".into();
    let lists = Checklists::parse(&[old, &newer.to_string(), "{}", "not JSON"]);
    assert_eq!(lists.all().len(), 2, "a broken file is left out");
    let (first, second) = (edition("facility-safety", 1), lists.newest("facility-safety").unwrap().edition());
    assert_eq!(second.version, 2);
    let id = &lists.find(&first).unwrap().lines.first().unwrap().id;
    let text = |edition: &Edition| lists.find(edition).unwrap().line(id).unwrap().zh.clone();
    assert_ne!(text(&first), "改了");
    assert_eq!(text(&second), "改了");
    assert_eq!(lists.find(&edition("facility-safety", 3)), None);
    assert!(lists.newest("nothing").is_none());
}
