//! What stands in the inbox, whose, and in which order.

use domain::category::Category;
use domain::clue::{Command, TransferOutcome};
use hub::page::{behind, token};
use hub::project::Projection;
use rusqlite::Connection;
use wire::violations::Violations;

use super::story::*;
use crate::inbox::page::Key;
use crate::inbox::{InboxTables, Scope, page};

#[test]
fn a_clue_is_in_the_inbox_from_the_transfer_to_the_answer() {
    let mut story = Story::default();
    let mut clue = story.verified(1, Category::FireExit);
    assert_eq!(story.says(&clue), "none");
    story.does(&mut clue, &teacher(), Command::TransferOther { to: fire(), papers: letter() });
    let row = story.row(&clue).unwrap();
    assert_eq!((row.stage.as_str(), row.from.id.as_str()), ("offered", "UN-EDU"));
    assert_eq!(row.clock.unwrap().rule, "clue-conclude-fire-exit", "verifying a blocked exit runs out first");
    story.does(&mut clue, &fireman(), Command::Claim);
    assert_eq!(story.says(&clue), "open claimed UN-FIRE OF-fire");
    assert_eq!(story.row(&clue).unwrap().lease_until, Some(minute(30).as_microsecond()));
    assert!(story.listed(&fire(), false).is_empty());
    story.does(&mut clue, &fireman(), Command::Release { reason: text("off duty") });
    story.does(&mut clue, &fireman(), Command::Claim);
    story.does(&mut clue, &fireman(), Command::SignReceipt { number: text("R-1") });
    assert_eq!(story.says(&clue), "open receipted UN-FIRE OF-fire");
    story.does(&mut clue, &fireman(), Command::Accept);
    assert_eq!(story.says(&clue), "open accepted UN-FIRE OF-fire");
    assert_eq!(story.listed(&fire(), true), [clue.id.clone()]);
    let outcome = TransferOutcome::Handled;
    story.does(&mut clue, &fireman(), Command::GiveFeedback { outcome, text: sealed() });
    assert_eq!(story.says(&clue), "closed awaiting-feedback UN-FIRE OF-fire");
    assert!(story.listed(&fire(), true).is_empty());
}

#[test]
fn a_forwarded_clue_is_in_the_other_inbox_or_in_none() {
    let mut story = Story::default();
    let mut clue = story.handed(1, Category::FireOther);
    story.does(&mut clue, &fireman(), Command::Claim);
    story.does(&mut clue, &fireman(), Command::Forward { to: fire_next(), reason: text("theirs") });
    assert_eq!(story.says(&clue), "open offered UN-FIRE-NEXT");
    assert_eq!((story.listed(&fire(), true).len(), story.listed(&fire_next(), true).len()), (0, 1));
    let next = officer("next", fire_next());
    story.does(&mut clue, &next, Command::Claim);
    story.does(&mut clue, &next, Command::Forward { to: market(), reason: text("fees") });
    assert!(!story.row(&clue).unwrap().open);
    let seller = officer("samr", market());
    story.does(&mut clue, &seller, Command::Claim);
    story.does(&mut clue, &seller, Command::Forward { to: fire_third(), reason: text("a fire matter") });
    assert_eq!(story.says(&clue), "open offered UN-FIRE-THIRD");
}

#[test]
fn a_declined_clue_leaves() {
    let mut story = Story::default();
    let mut clue = story.handed(1, Category::FireOther);
    story.does(&mut clue, &fireman(), Command::Claim);
    let (reason, suggestion) = (text("no fire matter"), text("housing"));
    story.does(&mut clue, &fireman(), Command::Decline { reason, suggestion });
    assert_eq!(story.says(&clue), "closed triaged UN-FIRE OF-fire");
}

#[test]
fn pages_hold_every_entry_once_in_the_order_of_the_inbox() {
    let mut story = Story::default();
    for seed in 0..30 {
        story.minute = (seed as i64 * 11) % 17;
        let category = if seed % 2 == 0 { Category::FireExit } else { Category::FireOther };
        let mut clue = story.handed(seed, category);
        if seed % 5 == 0 {
            story.does(&mut clue, &fireman(), Command::Claim);
        }
    }
    for (held_too, count) in [(false, 24), (true, 30)] {
        let scope = Scope { unit: fire().id.to_string(), held_too };
        let (mut keys, mut after): (Vec<Key>, Option<Key>) = (Vec::new(), None);
        loop {
            let (rows, next) = page(&story.tables, &scope, after.as_ref(), 7).unwrap();
            keys.extend(rows.iter().map(crate::inbox::InboxRow::key));
            let Some(next) = next else { break };
            after = behind(&mut Violations::new(), &token(&next)).unwrap();
        }
        let mut sorted = keys.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((keys.len(), &keys), (count, &sorted));
    }
}

fn dump(tables: &Connection) -> Vec<String> {
    let mut all = Vec::new();
    for table in ["clue", "entry", "clock"] {
        let mut find = tables.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let width = find.column_count();
        let rows = find.query_map([], |row| {
            let cells = (0..width).map(|column| row.get::<_, rusqlite::types::Value>(column));
            Ok(format!("{table} {:?}", cells.collect::<Result<Vec<_>, _>>()?))
        });
        all.extend(rows.unwrap().map(Result::unwrap));
    }
    all
}

#[test]
fn the_same_events_make_the_same_rows() {
    let mut story = Story::default();
    for seed in 0..10 {
        let mut clue = story.handed(seed, Category::FireOther);
        story.does(&mut clue, &fireman(), Command::Claim);
    }
    let again = empty();
    for event in &story.told {
        InboxTables.apply(&again, event).unwrap();
    }
    assert_eq!(dump(&again), dump(&story.tables));
}
