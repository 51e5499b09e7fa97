//! Every parse error of the law has its texts with all facts they show.

use domain::division::DivisionCode;
use domain::document_number::DocumentNumber;
use domain::ids::{ClueId, OfficerId};
use domain::mobile::{Mobile, Phone};
use domain::paper::Hash;
use domain::referral::event::Charge;
use domain::text::Text;
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::*;
use crate::texts::{self, Lang};

fn fails<T, E: Fault>(parsed: Result<T, E>) -> Flaw {
    parsed.err().map(|fault| fault.flaw()).unwrap_or_else(|| Flaw::new("NO_FAULT"))
}

/// Faults met by parsing what people mistype.
fn parsed() -> Vec<Flaw> {
    vec![
        fails("RF-430405-20261121-0123456789ABC-D".parse::<ClueId>()),
        fails("CL-430405".parse::<ClueId>()),
        fails("CL-430405-20261121-0123456789ABC-?".parse::<ClueId>()),
        fails("4302".parse::<OfficerId>()),
        fails("zz".parse::<Hash>()),
        fails("湘教办〔2026〕七".parse::<DocumentNumber>()),
        fails("湘教办7号".parse::<DocumentNumber>()),
        fails("〔2026〕7号".parse::<DocumentNumber>()),
        fails("湘".repeat(99).parse::<DocumentNumber>()),
        fails("12".parse::<Mobile>()),
        fails("12".parse::<Phone>()),
        fails("01".parse::<DivisionCode>()),
        fails("9".parse::<Charge>()),
        fails("x".parse::<Uuid>()),
        fails("2026-02-30".parse::<Date>()),
        fails(Text::<3>::parse(" ")),
        fails(Text::<3>::parse("1234")),
        fails(Text::<3>::parse("1\u{0}")),
    ]
}

/// Every variant that needs more than a mistyped text.
fn built() -> Vec<Flaw> {
    let code = DivisionCode::NATION;
    let day = date(2026, 1, 1);
    vec![
        ResidentIdError::Length { length: 15 }.flaw(),
        ResidentIdError::Character { place: 3 }.flaw(),
        ResidentIdError::Division.flaw(),
        ResidentIdError::Birth.flaw(),
        ResidentIdError::FutureBirth.flaw(),
        ResidentIdError::Check.flaw(),
        CreditCodeError::Length { length: 15 }.flaw(),
        CreditCodeError::Character { place: 3 }.flaw(),
        CreditCodeError::OrganisationCheck.flaw(),
        CreditCodeError::FinalCheck.flaw(),
        IdError::Check.flaw(),
        DivisionError::Unknown { code }.flaw(),
        DivisionError::NotYet { code, from: day }.flaw(),
        DivisionError::Abolished { code, on: day, successors: vec![code, code] }.flaw(),
    ]
}

#[test]
fn every_fault_is_told_in_both_languages_with_all_its_facts() {
    for flaw in parsed().into_iter().chain(built()) {
        for lang in Lang::ALL {
            let text = texts::violation(lang, flaw.reason, &flaw.facts);
            assert!(!text.starts_with("violation-"), "{text}");
        }
    }
}

#[test]
fn every_flaw_this_crate_makes_has_a_text() {
    let sources = [
        include_str!("../flaw.rs"),
        include_str!("../violations.rs"),
        include_str!("../violations/fields.rs"),
        include_str!("../refusal.rs"),
    ];
    let reasons: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.split("Flaw::new(\"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(reasons.len() > 40, "the scan found only {}", reasons.len());
    for reason in reasons {
        assert!(
            include_str!("../../locales/zh-CN/violations.ftl").contains(&format!("violation-{reason} = ")),
            "{reason} has no text"
        );
    }
}

#[test]
fn an_abolished_division_names_its_successors() {
    let code = DivisionCode::NATION;
    let flaw = DivisionError::Abolished { code, on: date(2026, 1, 1), successors: vec![code] }.flaw();
    assert_eq!(
        texts::violation(Lang::En, flaw.reason, &flaw.facts),
        "division 100000 was abolished on 2026-01-01; successors: 100000."
    );
}
