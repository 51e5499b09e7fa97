//! Counting clues and referrals for one row of statistics. Never here: which rows there are.

use std::collections::HashMap;

use domain::category::{Category, Channel, Urgency};
use wire::v1::{Count, DivisionStatistics};

/// Fewer than this in a cell, and in a table for other agencies it is not shown.
const SMALL: u64 = 3;

/// The stages of a clue, in their order.
pub(super) const STAGES: [&str; 16] = [
    "received",
    "merge-proposed",
    "merged",
    "triaged",
    "assigned",
    "verifying",
    "substantiated",
    "unsubstantiated",
    "unverifiable",
    "transfer-requested",
    "transferred-police",
    "transferred-other",
    "admin-handling",
    "referral-opened",
    "awaiting-feedback",
    "closed",
];

/// The stages of a referral, in their order.
const STEPS: [&str; 20] = [
    "drafting",
    "abandoned",
    "pending-head",
    "head-refused",
    "approved",
    "delivered",
    "receipted",
    "supplement-requested",
    "forwarded",
    "not-police-matter",
    "filed",
    "handed-over",
    "not-filed",
    "reconsidering",
    "not-filed-upheld",
    "filing-supervision",
    "ordered-to-file",
    "returned-for-admin",
    "case-withdrawn",
    "concluded",
];

const CONCLUSIONS: [&str; 3] = ["substantiated", "unsubstantiated", "unverifiable"];

/// A clue as statistics see it.
pub(super) struct Counted {
    pub(super) channel: String,
    pub(super) category: String,
    pub(super) urgency: i64,
    pub(super) stage: String,
    pub(super) conclusion: Option<String>,
    pub(super) anonymous: bool,
    pub(super) overdue: bool,
    pub(super) obligation: i64,
    pub(super) transferred: bool,
    /// Seconds from the hand-over to the police until their receipt.
    pub(super) receipt: Option<u64>,
}

/// How many of each word.
#[derive(Default)]
struct Words(HashMap<String, u64>);

impl Words {
    fn add(&mut self, word: &str) {
        match self.0.get_mut(word) {
            Some(count) => *count += 1,
            None => {
                self.0.insert(word.to_owned(), 1);
            }
        }
    }

    /// Those that occur, in the order of their list.
    fn listed<'a>(&self, order: impl IntoIterator<Item = &'a str>, hide_small: bool) -> Vec<Count> {
        let known = order.into_iter().filter_map(|word| Some((word, *self.0.get(word)?)));
        known
            .map(|(word, count)| {
                let suppressed = hide_small && count < SMALL;
                Count { key: word.to_owned(), count: if suppressed { 0 } else { count }, suppressed }
            })
            .collect()
    }
}

/// One row being counted.
#[derive(Default)]
pub(super) struct Tally {
    figures: DivisionStatistics,
    channels: Words,
    categories: Words,
    urgencies: Words,
    stages: Words,
    conclusions: Words,
    steps: Words,
    receipts: Vec<u64>,
}

impl Tally {
    pub(super) fn add(&mut self, clue: &Counted) {
        let figures = &mut self.figures;
        figures.received += 1;
        figures.anonymous += u64::from(clue.anonymous);
        figures.overdue += u64::from(clue.overdue);
        figures.obligations_open += u64::from(clue.obligation == 1);
        figures.obligations_met += u64::from(clue.obligation == 2);
        figures.transferred_police += u64::from(clue.transferred);
        self.channels.add(&clue.channel);
        self.categories.add(&clue.category);
        self.urgencies.add(&format!("U{}", clue.urgency));
        self.stages.add(&clue.stage);
        if let Some(conclusion) = &clue.conclusion {
            self.conclusions.add(conclusion);
        }
        self.receipts.extend(clue.receipt);
    }

    pub(super) fn add_referral(&mut self, step: &str) {
        self.steps.add(step);
    }

    /// The row. For readers of another agency small cells are hidden, so that nobody is recognised.
    pub(super) fn row(mut self, division: &str, name: &str, hide_small: bool) -> DivisionStatistics {
        self.receipts.sort_unstable();
        DivisionStatistics {
            division: division.to_owned(),
            division_name: name.to_owned(),
            by_channel: self.channels.listed(Channel::ALL.iter().map(|channel| channel.code()), hide_small),
            by_category: self
                .categories
                .listed(Category::ALL.iter().map(|category| category.code()), hide_small),
            by_urgency: self.urgencies.listed(Urgency::ALL.iter().map(|urgency| urgency.code()), hide_small),
            by_stage: self.stages.listed(STAGES, hide_small),
            by_conclusion: self.conclusions.listed(CONCLUSIONS, hide_small),
            referrals_by_stage: self.steps.listed(STEPS, hide_small),
            receipt_seconds_p50: percentile(&self.receipts, 50),
            receipt_seconds_p95: percentile(&self.receipts, 95),
            ..self.figures
        }
    }
}

/// The nearest rank in a sorted list: the smallest value that `percent` of them do not exceed; 0 of none.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        assert_eq!(percentile(&[], 50), 0);
        assert_eq!(percentile(&[7], 95), 7);
        assert_eq!(percentile(&[1, 2, 3, 4], 50), 2);
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 95)), (50, 95));
    }

    #[test]
    fn small_cells_are_hidden_only_when_asked() {
        let mut words = Words::default();
        for word in ["phone", "phone", "phone", "letter"] {
            words.add(word);
        }
        let shown = |hide| {
            words
                .listed(["letter", "phone"], hide)
                .into_iter()
                .map(|one| (one.count, one.suppressed))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(false), [(1, false), (3, false)]);
        assert_eq!(shown(true), [(0, true), (3, false)]);
    }
}
