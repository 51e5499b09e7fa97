//! Ids: what is made is read back, and what is mistyped is found.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// Letters and digits an officer may hit by mistake.
const KEYS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn clue(division: &str, day: i16, seed: u128) -> ClueId {
    let date = date(2024, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
    ClueId::new(division.parse().unwrap(), date, seed)
}

fn read(bytes: Vec<u8>) -> Result<ClueId, IdError> {
    String::from_utf8(bytes).unwrap().parse()
}

/// Clue ids of all kinds of places, days and serials.
fn any_clue() -> impl Strategy<Value = ClueId> {
    let division = prop::sample::select(vec!["430405", "110101", "659012", "820008"]);
    (division, 0..3_650_i16, any::<u128>()).prop_map(|(division, day, seed)| clue(division, day, seed))
}

proptest! {
    #[test]
    fn an_id_is_read_back_as_it_was_made(id in any_clue()) {
        prop_assert_eq!(id.as_str().parse::<ClueId>(), Ok(id.clone()));
        prop_assert_eq!(format!(" {}\n", id.as_str().to_lowercase()).parse::<ClueId>(), Ok(id));
    }

    #[test]
    fn every_single_mistyped_character_is_found(id in any_clue()) {
        for place in 0..id.as_str().len() {
            for key in KEYS {
                let mut typed = id.as_str().as_bytes().to_vec();
                if std::mem::replace(typed.get_mut(place).unwrap(), *key) != *key {
                    prop_assert!(read(typed.clone()).is_err(), "{id} typed as {typed:?}");
                }
            }
        }
    }

    #[test]
    fn two_characters_that_changed_places_are_found(id in any_clue()) {
        let length = id.as_str().len();
        for (one, other) in (0..length).flat_map(|one| (one + 1..length).map(move |other| (one, other))) {
            let mut typed = id.as_str().as_bytes().to_vec();
            typed.swap(one, other);
            if typed != id.as_str().as_bytes() {
                prop_assert!(read(typed).is_err(), "{id}: {one} and {other}");
            }
        }
    }

    #[test]
    fn nothing_that_is_typed_stops_the_reader(text in any::<String>(), tail in "\\PC{0,8}") {
        let _ = text.parse::<ClueId>();
        let _ = text.parse::<UnitId>();
        let _ = format!("CL-430405-20260908-0123456789ABC-{tail}").parse::<ClueId>();
    }
}

#[test]
fn an_id_says_where_and_when() {
    let id = ReferralId::new("430405".parse().unwrap(), date(2026, 9, 8), 0);
    assert!(id.as_str().starts_with("RF-430405-20260908-0000000000000-"), "{id}");
    let (first, second) = (clue("430405", 0, 1), clue("430405", 0, 2));
    assert_ne!(first, second, "the seed makes the serial");
}

#[test]
fn an_id_of_another_kind_or_shape_is_named() {
    let id = clue("430405", 0, 7).to_string();
    assert_eq!(id.parse::<ReferralId>(), Err(IdError::Prefix { expected: "RF" }));
    assert_eq!(
        id.replace("CL-", "RF-").parse::<ReferralId>(),
        Err(IdError::Check),
        "the prefix is checked too"
    );
    for bad in ["", "CL", "CL-", "430405"] {
        assert!(bad.parse::<ClueId>().is_err(), "{bad}");
    }
    let parts: Vec<&str> = id.split('-').collect();
    for place in 1..parts.len() {
        let mut fewer = parts.clone();
        fewer.remove(place);
        assert_eq!(fewer.join("-").parse::<ClueId>(), Err(IdError::Shape));
        let mut longer = parts.clone();
        longer.insert(place, "0");
        assert_eq!(longer.join("-").parse::<ClueId>(), Err(IdError::Shape));
    }
}

#[test]
fn the_mistakes_a_plain_sum_would_take_are_found() {
    // Modulo 31, the bytes of 1 and P are the same, and so are the values of 0 and Z.
    for (digit, letter) in [('1', 'P'), ('2', 'Q'), ('0', 'Z')] {
        let body = |serial: char| format!("CL-430405-20260908-{serial}123456789ABC");
        assert_ne!(check_character(&body(digit)), check_character(&body(letter)));
    }
}

#[test]
fn a_directory_id_has_its_prefix_and_plain_characters() {
    for good in ["UN-E", "UN-EDU-430405", "UN-a.b_c-d", " UN-1 "] {
        assert_eq!(good.parse::<UnitId>().unwrap().as_str(), good.trim());
    }
    let longest = format!("UN-{}", "7".repeat(37));
    assert!(longest.parse::<UnitId>().is_ok() && format!("{longest}7").parse::<UnitId>().is_err());
    let told = PlainIdError { prefix: "UN" }.to_string();
    assert!(told.contains(&format!("{} to {} characters", "UN-E".len(), longest.len())), "{told}");
    for bad in ["", "UN", "UN-", "un-1", "OF-1", "UN-张三", "UN-1 2", "UN-1/2", "UN-1\n2"] {
        assert_eq!(bad.parse::<UnitId>(), Err(PlainIdError { prefix: "UN" }), "{bad}");
    }
}

#[test]
fn a_bad_id_does_not_come_out_of_storage() {
    let id = clue("430405", 0, 7);
    let stored = serde_json::to_string(&id).unwrap();
    assert_eq!(stored, format!("\"{id}\""));
    assert_eq!(serde_json::from_str::<ClueId>(&stored).unwrap(), id);
    assert!(serde_json::from_str::<ReferralId>(&stored).is_err());
    for bad in ["\"CL-430405-20260908-0123456789ABC-?\"", "\"\"", "7", "null"] {
        assert!(serde_json::from_str::<ClueId>(bad).is_err(), "{bad}");
        assert!(serde_json::from_str::<OfficerId>(bad).is_err(), "{bad}");
    }
    let fault = serde_json::from_str::<ClueId>("\"CL-1\"").unwrap_err().to_string();
    assert!(fault.contains("PREFIX-DDDDDD-YYYYMMDD-SERIAL-C"), "{fault}");
}
