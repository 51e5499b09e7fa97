//! The table of divisions: counts, oddities of handbook 4.1, and codes as of the event date.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::civil::{Date, date};

use super::*;

const TODAY: Date = date(2026, 9, 11);

fn code(text: &str) -> DivisionCode {
    text.parse().unwrap()
}

fn names(text: &str) -> Vec<String> {
    Divisions::standard().chain(code(text)).iter().map(|row| row.name.clone()).collect()
}

#[test]
fn every_row_of_the_table_is_read_and_every_code_stands_once() {
    let rows = &Divisions::standard().rows;
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(rows.len(), lines - 1);
    assert!(rows.is_sorted_by(|a, b| a.code < b.code));
    assert_eq!(Divisions::standard().version(), "2026-09-11");
}

#[test]
fn thirty_four_provinces_333_cities_and_2847_counties_are_in_force() {
    let count = |level| Divisions::standard().of_level(level, TODAY).count();
    assert_eq!(count(DivisionLevel::Province), 34);
    assert_eq!(count(DivisionLevel::City), 333);
    assert_eq!(count(DivisionLevel::County), 2847);
}

#[test]
fn four_cities_without_counties_make_2851_county_level_units() {
    let divisions = Divisions::standard();
    let acting: Vec<_> = divisions
        .of_level(DivisionLevel::City, TODAY)
        .filter(|city| divisions.acts_as_county(city.code, TODAY))
        .map(|city| city.code.to_string())
        .collect();
    assert_eq!(acting, ["441900", "442000", "460400", "620200"]);
    assert!(divisions.acts_as_county(code("140902"), TODAY));
    assert!(!divisions.acts_as_county(code("140900"), TODAY));
    assert!(!divisions.acts_as_county(code("710000"), TODAY));
}

#[test]
fn parents_successors_and_levels_fit_together_in_every_row() {
    let divisions = Divisions::standard();
    for row in &divisions.rows {
        match row.level {
            DivisionLevel::Province => assert_eq!(row.parent, None, "{row:?}"),
            DivisionLevel::City | DivisionLevel::County => {
                let parent = divisions.parent(row.code).unwrap();
                assert!(parent.level < row.level, "{row:?}");
            }
        }
        assert!(row.successors.iter().all(|next| divisions.find(*next).is_some()), "{row:?}");
        assert_eq!(row.valid_to.is_none(), row.successors.is_empty(), "{row:?}");
        assert!(row.valid_from.is_none_or(|from| row.valid_to.is_none_or(|to| from < to)), "{row:?}");
    }
}

#[test]
fn counties_of_municipalities_and_province_run_counties_hang_under_the_province() {
    assert_eq!(names("110101"), ["东城区", "北京市"]);
    assert_eq!(names("500229"), ["城口县", "重庆市"]);
    assert_eq!(names("419001"), ["济源市", "河南省"]);
    assert_eq!(names("659013"), ["草湖市", "新疆维吾尔自治区"]);
    let direct = Divisions::standard()
        .of_level(DivisionLevel::County, TODAY)
        .filter(|county| county.parent.is_some_and(|parent| parent.as_str().ends_with("0000")));
    assert_eq!(direct.count(), 118);
}

#[test]
fn an_ordinary_county_has_a_city_and_a_province_above_it() {
    assert_eq!(names("430405"), ["珠晖区", "衡阳市", "湖南省"]);
    assert_eq!(names("999999"), Vec::<String>::new());
    assert_eq!(Divisions::standard().parent(code("430000")), None);
}

#[test]
fn the_special_regions_and_taiwan_are_of_province_level_only() {
    for province in ["710000", "810000", "820000"] {
        assert_eq!(Divisions::standard().on(code(province), TODAY).unwrap().level, DivisionLevel::Province);
        let below = Divisions::standard().rows.iter().filter(|row| row.parent == Some(code(province)));
        assert_eq!(below.count(), 0);
    }
}

#[test]
fn two_districts_of_chongqing_are_merged_as_of_the_event_date() {
    let divisions = Divisions::standard();
    let merged = date(2026, 1, 25);
    assert_eq!(divisions.on(code("500105"), date(2026, 1, 24)).unwrap().name, "江北区");
    assert_eq!(
        divisions.on(code("500105"), merged),
        Err(DivisionError::Abolished { code: code("500105"), on: merged, successors: vec![code("500157")] })
    );
    assert_eq!(divisions.find(code("500112")).unwrap().successors.first(), Some(&code("500157")));
    assert_eq!(
        divisions.on(code("500157"), date(2026, 1, 24)),
        Err(DivisionError::NotYet { code: code("500157"), from: merged })
    );
    assert_eq!(divisions.on(code("500157"), merged).unwrap().name, "两江新区");
    assert!(divisions.is_within(code("500105"), code("500000")), "an old matter stays with its province");
}

#[test]
fn a_division_answers_for_those_merged_into_it_and_an_abolished_one_means_its_successor() {
    let divisions = Divisions::standard();
    let answers = |text, day| divisions.answers_for(code(text), day);
    let new = ["500157", "500105", "500112"].map(code);
    for asked in ["500157", "500105", "500112"] {
        assert_eq!(answers(asked, date(2026, 1, 25)), new, "{asked}");
    }
    assert_eq!(answers("500105", date(2026, 1, 24)), [code("500105")], "not yet merged");
    assert_eq!(answers("500109", TODAY), [code("500109")], "only a lesser part went there");
    assert_eq!(answers("540581", TODAY), ["540581", "540530", "542232"].map(code), "merged twice");
    assert_eq!(answers("469003", TODAY), ["460400", "469003"].map(code), "a county that became a city");
    assert_eq!(answers("430405", TODAY), [code("430405")]);
    assert_eq!(answers("100000", TODAY), [DivisionCode::NATION]);
    assert_eq!(answers("999999", TODAY), [code("999999")]);
}

#[test]
fn every_code_is_answered_for_by_one_division_in_force_and_nothing_lies_in_two_of_its_codes() {
    let divisions = Divisions::standard();
    for row in &divisions.rows {
        let answers = divisions.answers_for(row.code, TODAY);
        let now = answers.first().unwrap();
        assert!(divisions.on(*now, TODAY).is_ok() && answers.contains(&row.code), "{row:?}");
        if answers.len() == 1 {
            continue;
        }
        assert!(answers.iter().skip(1).all(|code| divisions.on(*code, TODAY).is_err()), "{answers:?}");
        for inside in &divisions.rows {
            let over = divisions.chain(inside.code).iter().filter(|one| answers.contains(&one.code)).count();
            assert!(over <= 1, "{inside:?} in {answers:?}");
        }
    }
}

#[test]
fn in_a_year_of_change_known_by_year_only_both_codes_hold() {
    let divisions = Divisions::standard();
    for day in [date(2021, 1, 1), date(2021, 12, 31)] {
        assert!(divisions.on(code("350625"), day).is_ok());
        assert!(divisions.on(code("350605"), day).is_ok());
    }
    assert!(divisions.on(code("350605"), date(2020, 12, 31)).is_err());
    assert!(divisions.on(code("350625"), date(2022, 1, 1)).is_err());
    assert!(divisions.on(code("330103"), date(2024, 5, 1)).is_err(), "Xiacheng went into Gongshu");
    assert!(divisions.on(code("330105"), date(2018, 5, 1)).is_ok(), "Gongshu kept its code");
}

#[test]
fn an_unknown_code_is_named() {
    let unknown = code("439999");
    assert_eq!(Divisions::standard().on(unknown, TODAY), Err(DivisionError::Unknown { code: unknown }));
}

#[test]
fn within_follows_the_parent_column_and_includes_itself() {
    let divisions = Divisions::standard();
    assert!(divisions.is_within(code("430405"), code("430405")));
    assert!(divisions.is_within(code("430405"), code("430400")));
    assert!(divisions.is_within(code("430405"), code("430000")));
    assert!(divisions.is_within(code("430405"), DivisionCode::NATION));
    assert!(!divisions.is_within(code("430400"), code("430405")));
    assert!(!divisions.is_within(code("430405"), code("430100")));
    assert!(!divisions.is_within(code("999999"), DivisionCode::NATION));
}

#[test]
fn a_code_has_six_digits_and_no_leading_zero() {
    assert_eq!(code(" 430405 ").to_string(), "430405");
    for bad in ["", "43040", "4304055", "030405", "43040a", "４３０４０５", "-30405"] {
        assert_eq!(bad.parse::<DivisionCode>(), Err(DivisionCodeError), "{bad}");
    }
}

#[test]
fn a_code_is_stored_as_text() {
    assert_eq!(serde_json::to_string(&code("430405")).unwrap(), "\"430405\"");
    assert_eq!(serde_json::from_str::<DivisionCode>("\"430405\"").unwrap(), code("430405"));
    assert!(serde_json::from_str::<DivisionCode>("\"0\"").is_err());
}
