//! The figures of a queue against a count by hand.

use domain::category::Urgency;
use domain::clock::Stage;
use domain::clue::Command;

use super::fixture::*;
use crate::queue::{Window, figures};

#[test]
fn the_figures_are_those_counted_by_hand() {
    let mut story = Story::default();
    for (seed, minutes) in [(1_u128, 0), (2, 0), (3, 5), (4, 6)] {
        story.minute = minutes;
        let mut clue = reported(&mut story, seed, true, Urgency::U1);
        match seed {
            1 => {
                story.minute = 8;
                story.does(&mut clue, &duty(), Command::Claim);
                story.does(&mut clue, &duty(), Command::SignReceipt { number: text("R-1") });
            }
            2 => {
                story.minute = 31;
                story.does(&mut clue, &service(), ring_clue("police-report", Stage::Due));
            }
            3 => story.does(&mut clue, &second(), Command::Claim),
            _ => {}
        }
    }
    delivered(&mut story, 1);
    let all = figures(&story.tables, &here(), Window::default()).unwrap();
    assert_eq!((all.free, all.claimed, all.receipted, all.overdue, all.lapsed), (3, 1, 1, 1, 0));
    assert_eq!(all.by_urgency, [(1, 3), (2, 1)]);
    assert_eq!(all.by_kind, [(1, 3), (3, 1)]);
    assert_eq!(all.oldest, Some(minute(0).as_microsecond()));
    let eight_minutes = 8 * 60 * 1_000_000;
    assert_eq!((all.wait_p50, all.wait_p95), (eight_minutes, eight_minutes));
    let window = Window { from: Some(minute(5).as_microsecond()), until: Some(minute(6).as_microsecond()) };
    let part = figures(&story.tables, &here(), window).unwrap();
    assert_eq!((part.free, part.claimed, part.receipted), (0, 1, 0));
}
