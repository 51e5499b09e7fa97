//! Working days: the State Council's yearly holiday calendar with its make-up working weekends.
//! The days are data/holidays.csv. Never here: periods (that is `period`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

/// What the calendar says of a day it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A day off.
    Rest,
    /// A weekend day on which offices work 调休上班.
    Work,
}

#[derive(Deserialize)]
struct Row {
    date: Date,
    kind: Kind,
}

/// A holiday calendar. Periods keep the version they were computed with.
#[derive(Debug, Clone)]
pub struct Calendar {
    days: BTreeMap<Date, Kind>,
    years: BTreeSet<i16>,
    version: String,
}

const TABLE: &str = include_str!("../data/holidays.csv");

impl Calendar {
    /// The calendar that ships with the program: 2023 to 2026.
    #[must_use]
    pub fn standard() -> &'static Calendar {
        static STANDARD: OnceLock<Calendar> = OnceLock::new();
        STANDARD.get_or_init(|| Calendar::parse(TABLE))
    }

    /// Reads the CSV form. Rows that do not parse are left out; a test counts the standard ones.
    fn parse(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let days: BTreeMap<Date, Kind> =
            reader.deserialize().filter_map(Result::ok).map(|row: Row| (row.date, row.kind)).collect();
        let years = days.keys().map(|day| day.year()).collect();
        let version = text.lines().find_map(|line| line.strip_prefix("# version: ")).unwrap_or_default();
        Self { days, years, version: version.trim().to_owned() }
    }

    /// Which calendar this is; written beside every started clock.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether the year's notice is in the calendar. Outside, [`Calendar::is_working_day`] is
    /// provisional: it knows weekends and the fixed days only.
    #[must_use]
    pub fn covers(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// Whether what the calendar says of `date` may change when the notice of its year comes out.
    #[must_use]
    pub fn is_provisional(&self, date: Date) -> bool {
        !self.covers(date.year())
    }

    /// Whether offices work on `date` (a day in Beijing). In years outside the calendar weekends and the
    /// fixed statutory days rest (1 January, 1-2 May, 1-3 October; State Council order 795, 2024).
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        match self.days.get(&date) {
            Some(Kind::Rest) => false,
            Some(Kind::Work) => true,
            None => !is_weekend(date) && (self.covers(date.year()) || !is_fixed_holiday(date)),
        }
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn is_fixed_holiday(date: Date) -> bool {
    matches!((date.month(), date.day()), (1, 1) | (5, 1 | 2) | (10, 1..=3))
}

#[cfg(test)]
mod tests;
