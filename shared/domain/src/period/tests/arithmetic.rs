//! Golden ends of periods over holidays, make-up weekends and year ends, and their properties.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::super::*;
use PeriodKind::{CalendarDaysRoll, ElapsedHours, ElapsedMinutes, WorkingDays};

/// A moment in Beijing, written without its zone.
fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

fn end(kind: PeriodKind, length: u16, start: &str) -> String {
    let due = due(kind, length, at(start), Calendar::standard());
    BEIJING.to_datetime(due).strftime("%Y-%m-%d %H:%M").to_string()
}

#[test]
fn the_hour_in_which_a_period_of_hours_starts_does_not_count() {
    assert_eq!(end(ElapsedHours, 24, "2026-11-20T10:20:00"), "2026-11-21 11:00");
    assert_eq!(end(ElapsedHours, 24, "2026-11-20T10:59:59.9"), "2026-11-21 11:00");
    assert_eq!(
        end(ElapsedHours, 24, "2026-11-20T10:00:00"),
        "2026-11-21 11:00",
        "10:00 lies in the hour it begins"
    );
    assert_eq!(end(ElapsedHours, 24, "2026-11-20T11:00:00"), "2026-11-21 12:00");
    assert_eq!(end(ElapsedHours, 24, "2026-11-20T23:30:00"), "2026-11-22 00:00");
}

#[test]
fn hours_run_through_weekends_and_holidays() {
    assert_eq!(end(ElapsedHours, 24, "2026-10-01T08:15:00"), "2026-10-02 09:00");
    assert_eq!(end(ElapsedHours, 24, "2026-02-16T18:00:01"), "2026-02-17 19:00");
    assert_eq!(end(ElapsedHours, 24, "2026-12-31T09:00:00"), "2027-01-01 10:00");
}

#[test]
fn minutes_are_counted_to_the_instant() {
    assert_eq!(
        due(ElapsedMinutes, 30, at("2026-10-01T23:45:10.5"), Calendar::standard()),
        at("2026-10-02T00:15:10.5")
    );
}

#[test]
fn the_starting_day_does_not_count_and_the_last_ends_at_midnight() {
    for start in ["2026-11-16T00:00:00", "2026-11-16T09:00:00", "2026-11-16T23:59:59"] {
        assert_eq!(end(CalendarDaysRoll, 3, start), "2026-11-20 00:00", "Monday plus three is all Thursday");
    }
    assert_eq!(end(CalendarDaysRoll, 3, "2026-11-17T00:00:00"), "2026-11-21 00:00");
}

#[test]
fn a_last_day_on_a_weekend_rolls_to_monday() {
    assert_eq!(end(CalendarDaysRoll, 3, "2026-11-18T10:00:00"), "2026-11-24 00:00");
    assert_eq!(end(CalendarDaysRoll, 3, "2026-11-19T10:00:00"), "2026-11-24 00:00");
    assert_eq!(end(CalendarDaysRoll, 3, "2026-11-20T10:00:00"), "2026-11-24 00:00");
}

#[test]
fn calendar_days_roll_over_national_day() {
    for (start, expected) in [
        ("2023-09-27", "2023-10-08 00:00"), // to Saturday the 7th, a make-up day
        ("2023-09-28", "2023-10-08 00:00"),
        ("2024-09-26", "2024-09-30 00:00"), // ends on Sunday the 29th, a make-up day
        ("2024-09-27", "2024-10-01 00:00"),
        ("2024-09-28", "2024-10-09 00:00"),
        ("2025-09-25", "2025-09-29 00:00"), // ends on Sunday the 28th, a make-up day
        ("2025-09-28", "2025-10-10 00:00"),
        ("2026-09-28", "2026-10-09 00:00"),
        ("2026-10-07", "2026-10-11 00:00"), // ends on Saturday the 10th, a make-up day
    ] {
        assert_eq!(end(CalendarDaysRoll, 3, &format!("{start}T15:00:00")), expected, "{start}");
    }
    assert_eq!(end(CalendarDaysRoll, 90, "2026-07-03T15:00:00"), "2026-10-09 00:00");
}

#[test]
fn calendar_days_roll_over_the_spring_festival_of_2026() {
    assert_eq!(
        end(CalendarDaysRoll, 3, "2026-02-11T15:00:00"),
        "2026-02-15 00:00",
        "Saturday the 14th is worked"
    );
    assert_eq!(end(CalendarDaysRoll, 3, "2026-02-12T15:00:00"), "2026-02-25 00:00");
    assert_eq!(
        end(CalendarDaysRoll, 3, "2026-02-25T15:00:00"),
        "2026-03-01 00:00",
        "Saturday the 28th is worked"
    );
}

#[test]
fn calendar_days_roll_over_year_ends() {
    assert_eq!(end(CalendarDaysRoll, 3, "2023-12-28T15:00:00"), "2024-01-03 00:00");
    assert_eq!(
        end(CalendarDaysRoll, 3, "2025-12-29T15:00:00"),
        "2026-01-05 00:00",
        "Sunday 4 January is worked"
    );
    assert_eq!(end(CalendarDaysRoll, 3, "2026-12-29T15:00:00"), "2027-01-05 00:00", "2027 is provisional");
}

#[test]
fn working_days_count_make_up_weekends_and_skip_rest() {
    for (length, start, expected) in [
        (1, "2026-02-27", "2026-03-01 00:00"),
        (3, "2026-02-13", "2026-02-26 00:00"), // the 14th, 24th and 25th
        (3, "2024-02-08", "2024-02-20 00:00"), // the 9th, the 18th (Sunday) and the 19th
        (3, "2025-09-30", "2025-10-12 00:00"), // the 9th, 10th and 11th (Saturday)
        (7, "2023-10-01", "2023-10-14 00:00"), // the 7th and 8th (a weekend) to the 13th
        (1, "2026-09-18", "2026-09-21 00:00"), // Sunday the 20th
        (3, "2026-12-30", "2027-01-06 00:00"), // the 31st, 4th and 5th
        (15, "2026-11-20", "2026-12-12 00:00"),
    ] {
        assert_eq!(end(WorkingDays, length, &format!("{start}T15:00:00")), expected, "{start} + {length}");
    }
}

#[test]
fn the_day_is_that_of_beijing() {
    let due =
        |start: &str| due(CalendarDaysRoll, 1, start.parse().unwrap(), Calendar::standard()).to_string();
    assert_eq!(due("2026-11-16T15:59:59Z"), "2026-11-17T16:00:00Z");
    assert_eq!(due("2026-11-16T16:00:00Z"), "2026-11-18T16:00:00Z");
}

#[test]
fn warnings_come_at_half_and_at_four_fifths_of_the_span() {
    let (start, due) = (at("2026-11-20T10:20:00"), at("2026-11-21T11:00:00"));
    assert_eq!(warn_at(50, start, due), at("2026-11-20T22:40:00"));
    assert_eq!(warn_at(80, start, due), at("2026-11-21T06:04:00"));
}

#[test]
fn the_end_of_time_is_answered() {
    for kind in [ElapsedMinutes, ElapsedHours, CalendarDaysRoll, WorkingDays] {
        for start in [Timestamp::MIN, Timestamp::MAX] {
            assert!(due(kind, u16::MAX, start, Calendar::standard()) >= start);
        }
    }
}

fn kinds() -> impl Strategy<Value = PeriodKind> {
    prop_oneof![Just(ElapsedMinutes), Just(ElapsedHours), Just(CalendarDaysRoll), Just(WorkingDays)]
}

/// Any second from 2022 to 2028, so that the table and what lies outside are both met.
fn moments() -> impl Strategy<Value = Timestamp> {
    (1_640_966_400_i64..1_861_891_200).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #[test]
    fn an_end_lies_after_its_start_and_warnings_between(kind in kinds(), length in 1_u16..120, start in moments()) {
        let due = due(kind, length, start, Calendar::standard());
        let (half, most) = (warn_at(50, start, due), warn_at(80, start, due));
        prop_assert!(start < half && half < most && most < due);
    }

    #[test]
    fn a_later_start_never_ends_earlier(kind in kinds(), length in 1_u16..120, a in moments(), gap in 0_i64..1_000_000) {
        let b = a.checked_add(SignedDuration::from_secs(gap)).unwrap();
        prop_assert!(due(kind, length, a, Calendar::standard()) <= due(kind, length, b, Calendar::standard()));
    }

    #[test]
    fn a_longer_period_never_ends_earlier(kind in kinds(), length in 1_u16..120, start in moments()) {
        prop_assert!(due(kind, length, start, Calendar::standard()) <= due(kind, length + 1, start, Calendar::standard()));
    }

    #[test]
    fn days_end_at_midnight_after_a_working_day(length in 1_u16..120, start in moments(), working in any::<bool>()) {
        let kind = if working { WorkingDays } else { CalendarDaysRoll };
        let due = BEIJING.to_datetime(due(kind, length, start, Calendar::standard()));
        prop_assert_eq!(due.time(), jiff::civil::Time::midnight());
        prop_assert!(Calendar::standard().is_working_day(due.date().yesterday().unwrap()));
    }

    #[test]
    fn working_days_are_counted_exactly(length in 1_u16..60, start in moments()) {
        let last = BEIJING.to_datetime(due(WorkingDays, length, start, Calendar::standard())).date();
        let mut day = BEIJING.to_datetime(start).date().tomorrow().unwrap();
        let mut counted = 0;
        while day < last {
            counted += u16::from(Calendar::standard().is_working_day(day));
            day = day.tomorrow().unwrap();
        }
        prop_assert_eq!(counted, length);
    }
}
