//! Credit codes: the vectors of handbook 4.2, each check by name, and the warnings.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

fn parse(text: &str) -> Result<CreditCode, CreditCodeError> {
    text.parse()
}

#[test]
fn the_valid_vectors_are_valid() {
    for code in ["91350100M000100Y43", "12100000400009880K"] {
        assert_eq!(parse(code).unwrap().as_str(), code);
    }
}

#[test]
fn the_invalid_vectors_name_the_check_that_failed() {
    // The first ends in Z, which no credit code has.
    assert_eq!(parse("91350100M000100Y4Z"), Err(CreditCodeError::Character { place: 18 }));
    assert_eq!(parse("91350100M000100Y44"), Err(CreditCodeError::FinalCheck));
    assert_eq!(parse("91310115MA1H8R7C6D"), Err(CreditCodeError::OrganisationCheck));
}

#[test]
fn spaces_lower_case_and_full_width_letters_are_forgiven() {
    assert_eq!(parse(" 91350100 m000100y43").unwrap().as_str(), "91350100M000100Y43");
    assert_eq!(parse("９１３５０１００Ｍ０００１００ｙ４３").unwrap().as_str(), "91350100M000100Y43");
}

#[test]
fn length_and_alphabet_are_checked_before_the_sums() {
    assert_eq!(parse("110105000000001"), Err(CreditCodeError::Length { length: 15 }));
    assert_eq!(parse(""), Err(CreditCodeError::Length { length: 0 }));
    assert_eq!(parse("9135010OM000100Y43"), Err(CreditCodeError::Character { place: 8 }));
    assert_eq!(parse("91350100M000100Y4网"), Err(CreditCodeError::Character { place: 18 }));
}

#[test]
fn every_single_mistyped_character_is_found() {
    let code = "91350100M000100Y43";
    for place in 0..18 {
        for other in ALPHABET {
            let mut bytes = code.as_bytes().to_vec();
            if std::mem::replace(bytes.get_mut(place).unwrap(), *other) != *other {
                assert!(parse(&String::from_utf8(bytes).unwrap()).is_err(), "place {place}");
            }
        }
    }
}

#[test]
fn a_registrar_of_the_nation_or_of_a_vanished_division_is_a_warning() {
    assert_eq!(parse("12100000400009880K").unwrap().warnings(), [CreditCodeWarning::NationalRegistrar]);
    assert_eq!(parse("91350100M000100Y43").unwrap().warnings(), []);
    let of = |division: &str| CreditCode(format!("91{division}M000100Y43")).warnings();
    let successors = vec!["500157".parse().unwrap()];
    assert_eq!(
        of("500105"),
        [CreditCodeWarning::AbolishedDivision { code: "500105".parse().unwrap(), successors }]
    );
    assert_eq!(of("439999"), [CreditCodeWarning::UnknownDivision]);
    assert_eq!(of("0A0000"), [CreditCodeWarning::UnknownDivision]);
}

#[test]
fn a_code_is_stored_as_text_and_checked_when_read() {
    let code = parse("91350100M000100Y43").unwrap();
    assert_eq!(serde_json::to_string(&code).unwrap(), "\"91350100M000100Y43\"");
    assert!(serde_json::from_str::<CreditCode>("\"91350100M000100Y44\"").is_err());
}
