//! Papers: their address is a hash and nothing else.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

const HASH: &str = "3f9a0c5be1d274868f20b7c61a4e5d939c07e8f12b6da45073f81ec29b54d6a0";

#[test]
fn a_hash_is_64_digits_in_lower_case() {
    assert_eq!(HASH.parse::<Hash>().unwrap().as_str(), HASH);
    assert_eq!(format!(" {} ", HASH.to_uppercase()).parse::<Hash>().unwrap().to_string(), HASH);
    let long = format!("{HASH}0");
    let umlaut = format!("ä{}", "0".repeat(62));
    let letter = HASH.replace('f', "g");
    for bad in ["", "3f9a", long.as_str(), umlaut.as_str(), letter.as_str(), "../../etc/passwd"] {
        assert_eq!(bad.parse::<Hash>(), Err(HashError), "{bad}");
    }
}

#[test]
fn a_paper_is_stored_without_a_number_it_does_not_have() {
    let paper = Paper { kind: PaperKind::HandOver, number: None, hash: HASH.parse().unwrap(), size: 12 };
    let stored = serde_json::to_string(&paper).unwrap();
    assert_eq!(stored, format!(r#"{{"kind":"hand-over","hash":"{HASH}","size":12}}"#));
    assert_eq!(serde_json::from_str::<Paper>(&stored).unwrap(), paper);
    let numbered = Paper { number: Some("珠公立〔2026〕1号".parse().unwrap()), ..paper };
    let stored = serde_json::to_string(&numbered).unwrap();
    assert_eq!(serde_json::from_str::<Paper>(&stored).unwrap(), numbered);
}

#[test]
fn a_paper_with_a_bad_address_or_number_does_not_come_out_of_storage() {
    for bad in [
        r#"{"kind":"letter","hash":"3f9a","size":12}"#.to_owned(),
        format!(r#"{{"kind":"letter","hash":"{HASH}","size":-1}}"#),
        format!(r#"{{"kind":"love-letter","hash":"{HASH}","size":1}}"#),
        format!(r#"{{"kind":"letter","number":"seven","hash":"{HASH}","size":1}}"#),
    ] {
        assert!(serde_json::from_str::<Paper>(&bad).is_err(), "{bad}");
    }
}
