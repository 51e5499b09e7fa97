//! What watchers are told: everything once, in order, whatever is filtered.

use std::collections::BTreeMap;

use domain::category::Urgency;
use domain::clue::Command;
use domain::referral;

use super::fixture::*;
use crate::queue::{News, QueueTables, Scope, snapshot};
use hub::project::Projection;

/// A watcher that keeps what it is told, as a client would.
#[derive(Default)]
struct Watcher {
    sees: BTreeMap<String, String>,
    removals: Vec<(String, String)>,
    seen: i64,
}

impl Watcher {
    fn follow(&mut self, story: &Story, scope: &Scope) {
        loop {
            let (news, up_to) = story.news(scope, self.seen);
            if up_to == self.seen {
                return;
            }
            let mut last = self.seen;
            for one in news {
                let change = match one {
                    News::Changed(row) => {
                        self.sees.insert(row.matter, row.stage);
                        row.change
                    }
                    News::Removed { matter, why, by, change } => {
                        self.sees.remove(&matter);
                        self.removals.push((why, by));
                        change
                    }
                };
                assert!(change >= last, "news come in the order of the log");
                last = change;
            }
            self.seen = up_to;
        }
    }
}

#[test]
fn a_claim_takes_the_entry_from_those_who_watch_free_ones_and_changes_it_for_the_others() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    let (free, all) = (here(), Scope { held_too: true, ..here() });
    let (mut of_free, mut of_all) = (Watcher::default(), Watcher::default());
    let mut look = |story: &Story| {
        of_free.follow(story, &free);
        of_all.follow(story, &all);
        let stage = of_all.sees.values().next().cloned().unwrap_or_default();
        (of_free.sees.len(), stage, of_free.removals.len() + of_all.removals.len())
    };
    assert_eq!(look(&story), (1, "offered".to_owned(), 0));
    story.does(&mut clue, &duty(), Command::Claim);
    assert_eq!(look(&story), (0, "claimed".to_owned(), 1));
    story.does(&mut clue, &service(), ring_clue("police-report", domain::clock::Stage::Half));
    story.does(&mut clue, &duty(), Command::Release { reason: text("sick") });
    assert_eq!(look(&story), (1, "offered".to_owned(), 1));
    story.does(&mut clue, &second(), Command::Claim);
    story.does(&mut clue, &second(), Command::SignReceipt { number: text("R-1") });
    assert_eq!(look(&story), (0, "receipted".to_owned(), 2));
    story.does(&mut clue, &second(), Command::Accept);
    let outcome = domain::clue::TransferOutcome::Handled;
    story.does(&mut clue, &second(), Command::GiveFeedback { outcome, text: sealed() });
    assert_eq!(look(&story), (0, String::new(), 3));
    let told = |removals: &[(&str, &str)]| -> Vec<(String, String)> {
        removals.iter().map(|(why, by)| ((*why).to_owned(), (*by).to_owned())).collect()
    };
    assert_eq!(of_free.removals, told(&[("claimed", "OF-duty"), ("receipted", "OF-second")]));
    assert_eq!(of_all.removals, told(&[("ended", "OF-second")]));
}

#[test]
fn whoever_looks_often_or_seldom_ends_with_the_list() {
    let mut story = Story::default();
    let scopes = [
        here(),
        Scope { held_too: true, ..here() },
        Scope { unit: Some(psb_next().id.to_string()), ..Scope::default() },
        Scope { division: Some("430400".parse().unwrap()), held_too: true, ..Scope::default() },
    ];
    let mut often: Vec<Watcher> = scopes.iter().map(|_| Watcher::default()).collect();
    for seed in 0..300_u128 {
        let mut clue = reported(&mut story, seed, true, Urgency::U1);
        if seed % 2 == 0 {
            story.does(&mut clue, &duty(), Command::Claim);
        }
        if seed % 4 == 0 {
            story.does(&mut clue, &duty(), Command::Forward { to: psb_next(), reason: text("theirs") });
        }
        if seed % 12 == 2 {
            story.does(&mut clue, &duty(), Command::SignReceipt { number: text("R-1") });
        }
        if seed % 5 == 0 {
            let mut it = delivered(&mut story, seed);
            story.does(&mut it, &duty(), referral::Command::Claim);
        }
        for (watcher, scope) in often.iter_mut().zip(&scopes) {
            watcher.follow(&story, scope);
        }
    }
    for (scope, often) in scopes.iter().zip(often) {
        let mut listed = story.listed(scope);
        listed.sort();
        let mut seldom = Watcher::default();
        seldom.follow(&story, scope);
        for watcher in [often, seldom] {
            assert_eq!(watcher.sees.into_keys().collect::<Vec<_>>(), listed);
        }
    }
}

#[test]
fn the_snapshot_names_the_change_that_news_go_on_from() {
    let mut story = Story::default();
    for seed in 0..5 {
        reported(&mut story, seed, true, Urgency::U1);
    }
    let (first, at) = snapshot(&story.tables, &here(), None, 3).unwrap();
    assert_eq!((first.rows.len(), at), (3, story.told.len() as i64));
    reported(&mut story, 9, true, Urgency::U1);
    let (rest, later) = snapshot(&story.tables, &here(), first.next.as_ref(), 500).unwrap();
    assert!(later > at);
    let unchanged = rest.rows.iter().filter(|row| row.change <= at).count();
    let (news, _) = story.news(&here(), at);
    assert_eq!((unchanged, news.len()), (2, 1), "every entry is in the snapshot or in the news");
}

#[test]
fn the_same_events_make_the_same_rows() {
    let mut story = Story::default();
    for seed in 0..20 {
        let mut clue = reported(&mut story, seed, seed % 2 == 0, Urgency::U1);
        story.tries(&mut clue, &duty(), &Command::Claim);
        delivered(&mut story, seed);
    }
    let again = empty();
    for event in &story.told {
        QueueTables.apply(&again, event).unwrap();
    }
    assert_eq!(dump(&again), dump(&story.tables));
}
