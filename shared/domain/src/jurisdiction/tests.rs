//! Competence: an area with everything below it, and the categories handled there.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

fn row(division: &str, categories: &[Category]) -> Jurisdiction {
    Jurisdiction { division: division.parse().unwrap(), categories: categories.to_vec(), fallback: false }
}

fn code(text: &str) -> DivisionCode {
    text.parse().unwrap()
}

#[test]
fn a_row_covers_its_area_and_everything_below_and_nothing_beside_or_above() {
    let city = row("430400", &[]);
    for inside in ["430400", "430405", "430481"] {
        assert!(city.covers(code(inside), Category::Other), "{inside}");
    }
    for outside in ["430000", "430100", "440105", "100000"] {
        assert!(!city.covers(code(outside), Category::Other), "{outside}");
    }
    assert!(!row("430405", &[]).covers(code("430406"), Category::Other));
    assert!(row("100000", &[]).covers(code("430405"), Category::Other), "the nation covers all of it");
}

#[test]
fn no_category_means_all_and_some_mean_only_these() {
    let here = code("430405");
    for category in Category::ALL {
        assert!(row("430405", &[]).covers(here, category));
        let named = row("430405", &[Category::FireExit, Category::FireOther]);
        assert_eq!(named.covers(here, category), category.fire().is_some(), "{category:?}");
    }
}

#[test]
fn a_row_that_was_stored_without_lists_covers_all_and_is_no_fallback() {
    let read: Jurisdiction = serde_json::from_str(r#"{"division":"430405"}"#).unwrap();
    assert_eq!(read, row("430405", &[]));
    assert!(serde_json::from_str::<Jurisdiction>(r#"{"division":"4304"}"#).is_err());
}
