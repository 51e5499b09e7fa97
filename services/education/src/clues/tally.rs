//! Counting clues and referrals for one row of statistics. Never here: which rows there are, or which figures are
//! hidden.

use std::collections::HashMap;

use domain::category::{Category, Channel, Urgency};
use wire::v1::{Count, DivisionStatistics};

use super::suppress::{Family, SMALL, Split, Veil};

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

    fn of(&self, word: &str) -> u64 {
        self.0.get(word).copied().unwrap_or_default()
    }

    /// Those that occur or are hidden, in the order of their list.
    fn listed(&self, order: &[&str], hides: impl Fn(usize) -> bool) -> Vec<Count> {
        let words = order.iter().enumerate().map(|(place, word)| match hides(place) {
            true => Count { key: (*word).to_owned(), count: 0, suppressed: true },
            false => Count { key: (*word).to_owned(), count: self.of(word), suppressed: false },
        });
        words.filter(|count| count.suppressed || count.count > 0).collect()
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

    /// The breakdowns of the words, in the order of [`Tally::singles`] after them.
    fn listed(&self) -> [(&Words, Vec<&'static str>); 5] {
        [
            (&self.channels, Channel::ALL.iter().map(|channel| channel.code()).collect()),
            (&self.categories, Category::ALL.iter().map(|category| category.code()).collect()),
            (&self.urgencies, Urgency::ALL.iter().map(|urgency| urgency.code()).collect()),
            (&self.stages, STAGES.to_vec()),
            (&self.conclusions, CONCLUSIONS.to_vec()),
        ]
    }

    /// The figures that stand alone, as breakdowns of which the other part is never shown.
    fn singles(&self) -> [Vec<(&'static str, u64)>; 4] {
        let figures = &self.figures;
        [
            vec![("anonymous", figures.anonymous)],
            vec![("overdue", figures.overdue)],
            vec![
                ("obligations_open", figures.obligations_open),
                ("obligations_met", figures.obligations_met),
            ],
            vec![("transferred_police", figures.transferred_police)],
        ]
    }

    /// The clues and their breakdowns, each with what it leaves of the total.
    pub(super) fn clues(&self) -> Family {
        let total = self.figures.received;
        let listed = self.listed().map(|(words, order)| order.iter().map(|word| words.of(word)).collect());
        let singles = self.singles().map(|single| single.into_iter().map(|(_, count)| count).collect());
        let splits =
            listed.into_iter().chain(singles).enumerate().map(|(place, mut cells): (_, Vec<u64>)| {
                // Every clue has one channel, category, urgency and stage.
                let open = place >= 4;
                cells.extend(open.then(|| total.saturating_sub(cells.iter().sum())));
                Split { cells, open }
            });
        Family { total, splits: splits.collect() }
    }

    /// The referrals by stage.
    pub(super) fn referrals(&self) -> Family {
        let cells: Vec<u64> = STEPS.iter().map(|step| self.steps.of(step)).collect();
        Family { total: cells.iter().sum(), splits: vec![Split { cells, open: false }] }
    }

    /// The row, without what its veils hide.
    pub(super) fn row(
        mut self,
        (division, name): (&str, &str),
        (clues, referrals): (&Veil, &Veil),
    ) -> DivisionStatistics {
        self.receipts.sort_unstable();
        let [by_channel, by_category, by_urgency, by_stage, by_conclusion] = {
            let mut split = 0..;
            self.listed().map(|(words, order)| {
                let split = split.next().unwrap_or_default();
                words.listed(&order, |cell| clues.hides(split, cell))
            })
        };
        let mut row = DivisionStatistics {
            division: division.to_owned(),
            division_name: name.to_owned(),
            by_channel,
            by_category,
            by_urgency,
            by_stage,
            by_conclusion,
            referrals_by_stage: self.steps.listed(&STEPS, |cell| referrals.hides(0, cell)),
            receipt_seconds_p50: percentile(&self.receipts, 50),
            receipt_seconds_p95: percentile(&self.receipts, 95),
            suppressed: self.hidden(clues),
            ..self.figures
        };
        for name in &row.suppressed {
            match name.as_str() {
                "received" => row.received = 0,
                "anonymous" => row.anonymous = 0,
                "overdue" => row.overdue = 0,
                "obligations_open" => row.obligations_open = 0,
                "obligations_met" => row.obligations_met = 0,
                "transferred_police" => row.transferred_police = 0,
                _ => (row.receipt_seconds_p50, row.receipt_seconds_p95) = (0, 0),
            }
        }
        row
    }

    /// The names of the figures that stand alone and are hidden.
    fn hidden(&self, veil: &Veil) -> Vec<String> {
        let mut names = Vec::new();
        if *veil == Veil::All {
            names.push("received");
        }
        for (split, single) in (5..).zip(self.singles()) {
            let hidden = single.iter().enumerate().filter(|(cell, _)| veil.hides(split, *cell));
            names.extend(hidden.map(|(_, (name, _))| *name));
        }
        // The middle of one or two times is a time of somebody.
        let few = !self.receipts.is_empty() && (self.receipts.len() as u64) < SMALL;
        if *veil == Veil::All || (few && *veil != Veil::NONE) {
            names.push("receipt_seconds");
        }
        names.into_iter().map(str::to_owned).collect()
    }
}

/// The nearest rank in a sorted list: the smallest value that `percent` of them do not exceed; 0 of none.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

    use super::super::suppress::veils;
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        assert_eq!(percentile(&[], 50), 0);
        assert_eq!(percentile(&[7], 95), 7);
        assert_eq!(percentile(&[1, 2, 3, 4], 50), 2);
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 95)), (50, 95));
    }

    fn clue(obligation: i64) -> Counted {
        Counted {
            channel: "phone".to_owned(),
            category: Category::ALL[0].code().to_owned(),
            urgency: 1,
            stage: "received".to_owned(),
            conclusion: None,
            anonymous: true,
            overdue: false,
            obligation,
            transferred: false,
            receipt: Some(9),
        }
    }

    fn tally(obligations: &[i64]) -> Tally {
        let mut tally = Tally::default();
        obligations.iter().for_each(|obligation| tally.add(&clue(*obligation)));
        tally
    }

    #[test]
    fn small_figures_that_stand_alone_are_hidden_too_and_named() {
        let (here, there, rest) = (tally(&[1, 0, 0, 0]), tally(&[1, 1, 1, 0]), tally(&[]));
        let veils = veils(&[here.clues(), there.clues()], &rest.clues());
        let row = here.row(("430405", ""), (&veils[1], &Veil::NONE));
        assert_eq!((row.received, row.obligations_open), (4, 0));
        assert!(row.suppressed.contains(&"obligations_open".to_owned()), "{:?}", row.suppressed);
        let shown = row.by_channel.iter().all(|one| !one.suppressed);
        assert!(shown && row.by_conclusion.is_empty());
    }

    #[test]
    fn of_a_row_that_is_hidden_nothing_is_told() {
        let row = tally(&[1, 2]).row(("430405", ""), (&Veil::All, &Veil::All));
        let figures = [row.received, row.anonymous, row.obligations_open, row.receipt_seconds_p50];
        assert_eq!((figures, row.suppressed.len()), ([0; 4], 7));
        let listed = [&row.by_channel, &row.by_category, &row.by_stage, &row.referrals_by_stage];
        assert!(listed.iter().all(|all| !all.is_empty() && all.iter().all(|one| one.suppressed)));
    }

    #[test]
    fn the_own_agency_is_shown_everything() {
        let row = tally(&[1, 2]).row(("430405", ""), (&Veil::NONE, &Veil::NONE));
        assert_eq!((row.received, row.obligations_met, row.receipt_seconds_p50), (2, 1, 9));
        assert!(row.suppressed.is_empty() && row.by_channel.len() == 1);
    }
}
