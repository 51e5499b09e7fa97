//! The holiday calendar: whole years, known days, and years outside the table.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::ToSpan;
use jiff::civil::date;

use super::*;

fn working_days(year: i16) -> usize {
    let first = date(year, 1, 1);
    let standard = Calendar::standard();
    (0..366)
        .map(|n| first.saturating_add(n.days()))
        .filter(|day| day.year() == year && standard.is_working_day(*day))
        .count()
}

#[test]
fn every_row_of_the_table_is_read() {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(Calendar::standard().days.len(), lines - 1);
    assert_eq!(Calendar::standard().version(), "CN-2023-2026.1");
}

#[test]
fn make_up_days_fall_on_weekends_only() {
    for (day, kind) in &Calendar::standard().days {
        assert!(*kind == Kind::Rest || is_weekend(*day), "{day}");
    }
}

#[test]
fn each_year_has_the_working_days_the_notices_leave() {
    // Days of the year, less weekends, less holidays on weekdays, plus make-up days.
    assert_eq!([2023, 2024, 2025, 2026].map(working_days), [249, 251, 248, 248]);
}

#[test]
fn the_last_saturday_of_february_2026_is_worked() {
    let standard = Calendar::standard();
    assert!(standard.is_working_day(date(2026, 2, 28)));
    assert!(standard.is_working_day(date(2026, 2, 14)));
    assert!(!standard.is_working_day(date(2026, 2, 21)));
    assert!(!standard.is_working_day(date(2026, 2, 23)));
    assert!(standard.is_working_day(date(2026, 2, 24)));
}

#[test]
fn national_day_rests_and_its_make_up_weekends_work() {
    let standard = Calendar::standard();
    for (rest, work) in [
        (date(2023, 10, 6), date(2023, 10, 7)),
        (date(2024, 10, 7), date(2024, 10, 12)),
        (date(2025, 10, 8), date(2025, 10, 11)),
        (date(2026, 10, 7), date(2026, 10, 10)),
    ] {
        assert!(!standard.is_working_day(rest), "{rest}");
        assert!(standard.is_working_day(work), "{work}");
    }
}

#[test]
fn new_years_eve_of_2024_was_an_ordinary_friday() {
    assert!(Calendar::standard().is_working_day(date(2024, 2, 9)));
    assert!(!Calendar::standard().is_working_day(date(2024, 2, 10)));
}

#[test]
fn years_outside_the_table_are_provisional_and_know_the_fixed_days() {
    let standard = Calendar::standard();
    assert!(standard.covers(2026) && !standard.covers(2027) && !standard.covers(2022));
    assert!(standard.is_provisional(date(2027, 1, 4)) && !standard.is_provisional(date(2026, 12, 31)));
    assert!(!standard.is_working_day(date(2027, 1, 1)), "a Friday");
    assert!(!standard.is_working_day(date(2028, 5, 2)), "a Tuesday");
    assert!(!standard.is_working_day(date(2029, 10, 3)), "a Wednesday");
    assert!(!standard.is_working_day(date(2027, 1, 2)), "a Saturday");
    assert!(standard.is_working_day(date(2027, 1, 4)));
}

#[test]
fn the_ends_of_time_are_answered() {
    let standard = Calendar::standard();
    assert!(standard.is_provisional(Date::MIN) && standard.is_provisional(Date::MAX));
    let _ = (standard.is_working_day(Date::MIN), standard.is_working_day(Date::MAX));
}
