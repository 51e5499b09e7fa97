//! All violations at once, each with its path and texts.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use domain::category::{Harm, Urgency};
use domain::division::DivisionCode;
use domain::ids::{ClueId, OfficerId};
use domain::paper::Paper;
use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::convert;
use crate::v1;

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("a timestamp")
}

fn told(look: Violations) -> Vec<(String, String)> {
    look.into_found().into_iter().map(|one| (one.field, one.reason)).collect()
}

fn found(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect()
}

#[test]
fn every_violation_is_refused_at_once_with_texts_in_both_languages() {
    let mut look = Violations::new();
    assert_eq!(look.id::<ClueId>("clue_id", " "), None);
    assert_eq!(look.chosen::<Urgency>("urgency", 0), None);
    assert_eq!(look.chosen::<Urgency>("other", 99), None);
    assert_eq!(look.required_text::<3>("reason", "太长的理由"), None);
    let Err(Refusal::Shape(violations)) = look.into_result() else { panic!("must be refused") };
    let seen: Vec<(&str, &str)> =
        violations.iter().map(|one| (one.field.as_str(), one.text(Lang::En))).collect();
    assert_eq!(
        seen,
        [
            ("clue_id", "must be given."),
            ("urgency", "must be chosen."),
            ("other", "there is no value with number 99."),
            ("reason", "has 5 characters, 3 are allowed."),
        ]
    );
    assert_eq!(violations[3].text(Lang::Zh), "有 5 个字符，最多 3 个。");
}

#[test]
fn a_clean_request_is_built() {
    let mut look = Violations::new();
    let built = look.required_text::<9>("reason", " 新的事实 ");
    assert!(look.is_clean());
    assert_eq!(look.done(built).map(|text| text.to_string()), Ok("新的事实".to_owned()));
    assert_eq!(Violations::new().done::<u8>(None), Err(Refusal::Internal));
}

#[test]
fn paths_name_the_place_inside_lists_and_messages() {
    let mut look = Violations::new();
    look.each("persons", (&["", "x"], 5), |look, name| {
        look.within("who", |look| look.personal("name", name, 9))
    });
    look.message("reporter", None::<&u8>, |_, _| Some(()));
    assert_eq!(told(look), found(&[("persons[0].who.name", "TEXT_EMPTY"), ("reporter", "REQUIRED")]));
}

#[test]
fn lists_are_bounded_and_their_entries_distinct() {
    let mut look = Violations::new();
    let ids = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(look.ids::<OfficerId>("one", &ids(&["OF-1"]), 2), None);
    assert_eq!(look.ids::<OfficerId>("same", &ids(&["OF-1", "OF-1"]), 2), None);
    assert_eq!(look.ids::<OfficerId>("bad", &ids(&["OF-1", "1"]), 2), None);
    assert_eq!(look.each("many", (&[1, 2, 3], 2), |_, n: &i32| Some(*n)), None);
    assert_eq!(look.chosen_many::<Harm>("harm", &[1, 1]), None);
    assert_eq!(look.ids::<OfficerId>("good", &ids(&["OF-1", "OF-2"]), 2).map(|ids| ids.len()), Some(2));
    let expected = [
        ("one", "TOO_FEW"),
        ("same", "TWICE"),
        ("bad[1]", "DIRECTORY_ID"),
        ("many", "TOO_MANY"),
        ("harm", "TWICE"),
    ];
    assert_eq!(told(look), found(&expected));
}

#[test]
fn a_time_is_possible_and_not_in_the_future() {
    let mut look = Violations::new();
    let later = convert::timestamp(now() + jiff::SignedDuration::from_nanos(1));
    let bad = prost_types::Timestamp { seconds: 0, nanos: -1 };
    assert_eq!(look.occurred_at(None, now()), Some(now()));
    assert_eq!(look.occurred_at(Some(&convert::timestamp(now())), now()), Some(now()));
    assert_eq!(look.occurred_at(Some(&later), now()), None);
    assert_eq!(look.past("received_at", None, now()), None);
    assert_eq!(look.optional_time("from", Some(&bad)), None);
    let at = convert::timestamp(now());
    look.span(("a", "b"), Some(&at), Some(&at));
    let expected = [
        ("occurred_at", "TIME_FUTURE"),
        ("received_at", "REQUIRED"),
        ("from", "TIME_IMPOSSIBLE"),
        ("b", "TIME_ORDER"),
    ];
    assert_eq!(told(look), found(&expected));
}

#[test]
fn a_division_must_be_in_force_on_the_day() {
    let mut look = Violations::new();
    let today = date(2026, 11, 21);
    assert_eq!(look.division("ok", "430405", today), "430405".parse().ok());
    assert_eq!(look.division("nation", "100000", today), Some(DivisionCode::NATION));
    assert_eq!(look.division("shape", "43040", today), None);
    assert_eq!(look.division("unknown", "999999", today), None);
    assert_eq!(look.optional_division("empty", "", today), None);
    assert_eq!(told(look), found(&[("shape", "DIVISION_CODE"), ("unknown", "DIVISION_UNKNOWN")]));
}

#[test]
fn an_area_is_its_division_with_those_merged_into_it() {
    let mut look = Violations::new();
    let codes = |texts: &[&str]| texts.iter().map(|text| text.parse().ok()).collect::<Option<Vec<_>>>();
    let (before, merged) = (date(2026, 1, 24), date(2026, 1, 25));
    assert_eq!(look.optional_area("new", "500157", merged), codes(&["500157", "500105", "500112"]));
    assert_eq!(look.optional_area("old", "500112", merged), codes(&["500157", "500105", "500112"]));
    assert_eq!(look.optional_area("before", "500112", before), codes(&["500112"]));
    assert_eq!(look.optional_area("nation", "100000", merged), Some(vec![DivisionCode::NATION]));
    assert_eq!(look.optional_area("empty", " ", merged), None);
    assert!(look.is_clean());
    let faults = [("5001", "shape"), ("999999", "unknown"), ("500157", "early")];
    assert_eq!(faults.map(|(text, field)| look.optional_area(field, text, before)), [None, None, None]);
    let expected =
        [("shape", "DIVISION_CODE"), ("unknown", "DIVISION_UNKNOWN"), ("early", "DIVISION_NOT_YET")];
    assert_eq!(told(look), found(&expected));
}

#[test]
fn a_page_has_50_entries_unless_1_to_500_are_asked_for() {
    let mut look = Violations::new();
    assert_eq!([0, 1, 500].map(|size| look.page_size(size)), [Some(50), Some(1), Some(500)]);
    assert!(look.is_clean());
    assert_eq!([-1, 501, i32::MAX].map(|size| look.page_size(size)), [None; 3]);
    assert_eq!(look.into_found().len(), 3);
}

#[test]
fn all_parts_of_a_paper_are_looked_at() {
    let bad = v1::PaperRef { kind: 0, number: "七号".to_owned(), hash: "zz".to_owned(), size: u64::MAX };
    let good = v1::PaperRef { kind: 1, number: String::new(), hash: "Ab".repeat(32), size: 3 };
    let mut look = Violations::new();
    assert_eq!(look.papers("papers", &[good.clone(), bad], 1), None);
    let paper: Option<Paper> = look.paper("paper", Some(&good));
    assert_eq!(paper.map(|paper| convert::paper(&paper).hash), Some("ab".repeat(32)));
    assert_eq!(look.papers("none", &[], 1), None);
    assert_eq!(look.paper("missing", None), None);
    let fields: Vec<String> = told(look).into_iter().map(|(field, _)| field).collect();
    let expected =
        ["papers[1].kind", "papers[1].number", "papers[1].hash", "papers[1].size", "none", "missing"];
    assert_eq!(fields, expected);
}

#[test]
fn a_request_id_is_a_uuid() {
    let mut look = Violations::new();
    assert!(look.request_id("018f3a1e-7c1a-7bb1-8000-000000000001").is_some());
    assert_eq!(look.request_id("1"), None);
    assert_eq!(look.optional_date("on_date", "2026-02-30"), None);
    look.must_be_empty("number", false);
    let expected = [("request_id", "UUID"), ("on_date", "DATE"), ("number", "MUST_BE_EMPTY")];
    assert_eq!(told(look), found(&expected));
}
