//! When visits happen: seven in ten from Friday 16:00 to Sunday evening, when children are there; the last week of the
//! counties' inspection three times as full (handbook 5.5, item 10). Never here: who goes where.

use domain::campaign::plan::{PhaseKind, Template};
use domain::period::BEIJING;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Timestamp, ToSpan};

use super::draw::Dice;

/// How much fuller the counties' last week is.
const RUSH: u64 = 3;
/// Of a thousand visits, those from Friday 16:00 to Sunday.
const WHEN_CHILDREN_ARE_THERE: u64 = 700;

/// The days of the campaign; its windows are those of a template, moved with its first day.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) opens: Date,
    pub(super) closes: Date,
    template: &'static Template,
    /// How far the days are moved, in days.
    moved: i64,
}

/// A moment in Beijing.
pub(super) fn at(day: Date, minute: i64) -> Timestamp {
    let moment = DateTime::from(day).saturating_add(minute.minutes());
    BEIJING.to_timestamp(moment).unwrap_or(Timestamp::MAX)
}

/// The day in Beijing.
pub(super) fn day_of(moment: Timestamp) -> Date {
    BEIJING.to_datetime(moment).date()
}

/// So many days later.
pub(super) fn later(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

impl Calendar {
    /// A template's campaign when it begins on `opens`.
    pub(super) fn new(template: &'static Template, opens: Date) -> Self {
        let moved = i64::from(template.opens.until(opens).map_or(0, |span| span.get_days()));
        Self { opens, closes: later(template.closes, moved), template, moved }
    }

    /// The template.
    pub(super) const fn template(&self) -> &'static Template {
        self.template
    }

    /// Each phase with its first and last day.
    pub(super) fn phases(&self) -> impl Iterator<Item = (PhaseKind, Date, Date)> {
        let day = |day| later(day, self.moved);
        self.template.phases.iter().map(move |phase| (phase.kind, day(phase.opens), day(phase.closes)))
    }

    /// First and last day on which a phase has visits: what looks back ends with the campaign, so that it still counts.
    pub(super) fn window(&self, kind: PhaseKind) -> (Date, Date) {
        let found = self.phases().find(|(phase, ..)| *phase == kind);
        found.map_or((self.opens, self.closes), |(_, opens, closes)| (opens, closes.min(self.closes)))
    }

    /// When a visit of a phase begins, not before `earliest`.
    pub(super) fn visit(&self, kind: PhaseKind, earliest: Date, dice: &mut Dice) -> Timestamp {
        let (opens, closes) = self.window(kind);
        let opens = opens.max(earliest).min(closes);
        let days: Vec<Date> = opens.series(1.day()).take_while(|day| *day <= closes).collect();
        let rush = match kind {
            PhaseKind::CountyInspection => later(closes, -6),
            PhaseKind::SelfCheck
            | PhaseKind::CitySpotCheck
            | PhaseKind::ProvincialSpotCheck
            | PhaseKind::LookBack => Date::MAX,
        };
        let full = dice.in_thousand(WHEN_CHILDREN_ARE_THERE);
        let weight = |day: &Date| {
            let share = match (day.weekday(), full) {
                (Weekday::Friday, true) => 1,
                (Weekday::Saturday | Weekday::Sunday, true) => 2,
                (Weekday::Saturday | Weekday::Sunday, false) => 0,
                (_, is_full) => u64::from(!is_full),
            };
            share * if *day >= rush { RUSH } else { 1 }
        };
        let total: u64 = days.iter().map(weight).sum();
        let mut left = dice.below(total);
        let chosen = days.iter().find(|day| {
            let found = left < weight(day);
            left = left.saturating_sub(weight(day));
            found
        });
        let day = chosen.copied().unwrap_or(closes);
        let (first, minutes) = match (day.weekday(), full) {
            (Weekday::Friday, true) => (16 * 60, 150),
            (_, true) => (9 * 60, 540),
            (_, false) => (9 * 60, 360),
        };
        at(day, first + i64::try_from(dice.below(minutes)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn most_visits_are_when_children_are_there_and_the_last_week_is_three_times_as_full() {
        let template = Template::find("safety-guard-2023").unwrap();
        let calendar = Calendar::new(template, template.opens);
        let (mut full, mut rush, mut before) = (0, 0, 0);
        for number in 0..20_000 {
            let mut dice = Dice::of(7, "trip", number);
            let start = calendar.visit(PhaseKind::CountyInspection, Date::MIN, &mut dice);
            let start = BEIJING.to_datetime(start);
            let (first, last) = calendar.window(PhaseKind::CountyInspection);
            assert!((first..=last).contains(&start.date()) && (9..20).contains(&start.hour()));
            let weekend = matches!(start.weekday(), Weekday::Saturday | Weekday::Sunday);
            full += usize::from(weekend || start.weekday() == Weekday::Friday && start.hour() >= 16);
            rush += usize::from(start.date() > later(last, -7));
            before += usize::from(start.date() > later(last, -14) && start.date() <= later(last, -7));
        }
        assert!((13_800..14_200).contains(&full), "{full}");
        assert!((27..33).contains(&(rush * 10 / before)), "{rush} {before}");
    }

    #[test]
    fn a_later_first_day_moves_every_window() {
        let template = Template::find("safety-guard-2023").unwrap();
        let calendar = Calendar::new(template, later(template.opens, 791));
        assert_eq!(calendar.opens.to_string(), "2025-12-06");
        assert_eq!(calendar.closes.to_string(), "2026-03-01");
        assert_eq!(calendar.window(PhaseKind::CountyInspection).1.to_string(), "2026-01-29");
    }
}
