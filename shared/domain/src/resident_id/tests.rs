//! Identity numbers: the fictitious samples of handbook 4.3, ages, and secrecy.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 21);

fn parse(text: &str) -> Result<ResidentId, ResidentIdError> {
    ResidentId::parse(text, TODAY)
}

#[test]
fn the_valid_vectors_are_valid() {
    for (number, birth) in [
        ("11010519491231002X", date(1949, 12, 31)),
        ("440524188001010014", date(1880, 1, 1)),
        ("110101202311012176", date(2023, 11, 1)),
    ] {
        assert_eq!(parse(number).unwrap().birth(), birth);
        assert_eq!(parse(number).unwrap().expose(), number);
    }
    assert_eq!(parse("１１０１０５ 19491231 002x").unwrap().expose(), "11010519491231002X");
}

#[test]
fn every_fault_has_its_name() {
    assert_eq!(parse("110105491231002"), Err(ResidentIdError::Length { length: 15 }));
    assert_eq!(parse("1101051949123100XX"), Err(ResidentIdError::Character { place: 17 }));
    assert_eq!(parse("01010519491231002X"), Err(ResidentIdError::Division));
    assert_eq!(parse("110105194902300020"), Err(ResidentIdError::Birth));
    assert_eq!(parse("110105194900000020"), Err(ResidentIdError::Birth));
    assert_eq!(parse("110105194912310020"), Err(ResidentIdError::Check));
}

#[test]
fn a_birth_after_the_day_of_the_event_is_refused() {
    let number = "110101202311012176";
    assert_eq!(ResidentId::parse(number, date(2023, 10, 31)), Err(ResidentIdError::FutureBirth));
    assert!(ResidentId::parse(number, date(2023, 11, 1)).is_ok());
}

#[test]
fn a_year_of_age_is_complete_from_the_day_after_the_birthday() {
    let child = parse("110101202311012176").unwrap();
    assert_eq!(child.age_on(date(2023, 11, 1)), 0);
    assert_eq!(child.age_on(date(2037, 11, 1)), 13);
    assert_eq!(child.age_on(date(2037, 11, 2)), 14);
    assert!(child.is_under_14(date(2037, 11, 1)) && !child.is_under_14(date(2037, 11, 2)));
    assert!(child.is_minor(date(2041, 11, 1)) && !child.is_minor(date(2041, 11, 2)));
    assert_eq!(child.age_on(date(2020, 1, 1)), 0);
}

#[test]
fn a_child_of_the_leap_day_is_a_year_older_on_the_first_of_march() {
    let child = ResidentId { number: String::new(), birth: date(2012, 2, 29) };
    assert_eq!(child.age_on(date(2026, 2, 28)), 13);
    assert_eq!(child.age_on(date(2026, 3, 1)), 14);
    assert_eq!(child.age_on(date(2028, 2, 29)), 15);
}

#[test]
fn neither_the_number_nor_the_birth_is_ever_printed() {
    let shown = format!("{:?}", parse("11010519491231002X").unwrap());
    assert_eq!(shown, "ResidentId(secret)");
    let error = parse("11010519491231002Y").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("1949"));
}
