//! The order of the queue, its pages, and what a scope holds.

use domain::category::Urgency;
use domain::clue::Command;
use hub::page::{behind, token};
use wire::v1::MatterKind;
use wire::violations::Violations;

use super::fixture::*;
use crate::queue::page::Key;
use crate::queue::{Scope, page};

fn crowd(story: &mut Story) {
    for seed in 0..40 {
        story.minute = (seed as i64 * 7) % 23;
        let mut clue = reported(story, seed, true, Urgency::U1);
        if seed % 3 == 0 {
            story.does(&mut clue, &duty(), Command::Claim);
        }
    }
    for seed in 0..10 {
        story.minute = 30 + seed as i64;
        delivered(story, seed);
    }
}

#[test]
fn the_most_urgent_comes_first_then_what_runs_out_first() {
    let mut story = Story::default();
    crowd(&mut story);
    let rows = page(&story.tables, &Scope { held_too: true, ..here() }, None, 500).unwrap().rows;
    let keys: Vec<Key> = rows.iter().map(crate::queue::QueueRow::key).collect();
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(keys, sorted);
    assert_eq!(rows.len(), 50);
    assert_eq!((rows[0].urgency, rows[49].urgency), (1, 2));
    assert!(rows[0].clock.as_ref().unwrap().due <= rows[1].clock.as_ref().unwrap().due);
}

#[test]
fn pages_hold_every_entry_once_whatever_their_size() {
    let mut story = Story::default();
    crowd(&mut story);
    for held_too in [false, true] {
        let scope = Scope { held_too, ..here() };
        let whole = story.listed(&scope);
        assert_eq!(whole.len(), if held_too { 50 } else { 36 });
        for size in [1, 7, 49, 50] {
            let mut found = Vec::new();
            let mut after: Option<Key> = None;
            loop {
                let part = page(&story.tables, &scope, after.as_ref(), size).unwrap();
                found.extend(part.rows.into_iter().map(|row| row.matter));
                let Some(next) = part.next else { break };
                after = behind(&mut Violations::new(), &token(&next)).unwrap();
            }
            assert_eq!(found, whole, "pages of {size}");
        }
    }
}

#[test]
fn a_division_holds_what_lies_below_it_and_a_kind_only_itself() {
    let mut story = Story::default();
    crowd(&mut story);
    let count = |division: &str, kind| {
        let division = Some(division.parse().unwrap());
        story.listed(&Scope { division, kind, held_too: true, ..Scope::default() }).len()
    };
    assert_eq!(["430405", "430400", "430000", "100000"].map(|code| count(code, None)), [50; 4]);
    assert_eq!(["430412", "430500", "440000"].map(|code| count(code, None)), [0; 3]);
    assert_eq!(count("430400", Some(MatterKind::Referral)), 10);
    assert_eq!(count("430400", Some(MatterKind::MandatoryReport)), 40);
}

#[test]
fn the_first_page_is_read_off_an_index_in_order() {
    let story = Story::default();
    for (scope, index) in [(here(), "entry_unit"), (Scope::default(), "entry_place")] {
        let place = if scope.unit.is_some() { "AND to_id = 'UN-PSB'" } else { "" };
        let query = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM entry INDEXED BY {index} WHERE open = 1 AND held = 0 {place}
             AND (urgency, due, offered_at, matter) > (1, 2, 3, 'a') ORDER BY urgency, due, offered_at, matter LIMIT 51"
        );
        let mut find = story.tables.prepare(&query).unwrap();
        let steps: Vec<String> = find.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        let plan = steps.join("; ");
        assert!(plan.contains(index) && plan.contains("SEARCH") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}
