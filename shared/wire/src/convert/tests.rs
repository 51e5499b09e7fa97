//! Every value of every code list survives the way to the wire and back.
#![allow(clippy::expect_used, reason = "a test may fail by panicking")]

use super::*;

fn there_and_back<T: OnWire + PartialEq + std::fmt::Debug>(all: &[T]) {
    for value in all {
        assert_ne!(value.to_wire(), 0, "{value:?} must not be the unspecified number");
        assert_eq!(T::from_wire(value.to_wire()), Some(*value));
    }
    let mut seen = numbers(all);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all.len(), "two values share a number");
    assert_eq!(T::from_wire(0), None);
    assert_eq!(T::from_wire(1000), None);
    assert_eq!(T::from_wire(-1), None);
}

#[test]
fn every_code_list_survives_the_way_to_the_wire_and_back() {
    there_and_back(&Urgency::ALL);
    there_and_back(&Category::ALL);
    there_and_back(&Channel::ALL);
    there_and_back(&Agency::ALL);
    there_and_back(&Level::ALL);
    there_and_back(&Role::ALL);
    there_and_back(&PaperKind::ALL);
    there_and_back(&InstitutionKind::ALL);
    there_and_back(&[Minor::None, Minor::Minor, Minor::Under14]);
    there_and_back(&[Harm::Injury, Harm::Sexual, Harm::Danger]);
    there_and_back(&[Part::Victim, Part::Witness, Part::Suspect]);
    there_and_back(&[Conclusion::Substantiated, Conclusion::Unsubstantiated, Conclusion::Unverifiable]);
    there_and_back(&[
        TransferOutcome::FiledCriminal,
        TransferOutcome::FiledAdministrative,
        TransferOutcome::NotPursued,
        TransferOutcome::Handled,
    ]);
    there_and_back(&[
        WithdrawalReason::NoCriminalFacts,
        WithdrawalReason::ClearlyMinor,
        WithdrawalReason::TimeBarred,
        WithdrawalReason::Amnesty,
        WithdrawalReason::SuspectDied,
        WithdrawalReason::NoLiability,
    ]);
}

#[test]
fn a_time_survives_the_way_to_the_wire_and_back_also_before_1970() {
    for text in ["2026-11-21T10:00:00.123456789Z", "1969-12-31T23:59:59.5Z", "0001-01-01T00:00:00Z"] {
        let at: Timestamp = text.parse().expect("a timestamp");
        let sent = timestamp(at);
        assert!((0..1_000_000_000).contains(&sent.nanos), "{sent:?}");
        assert_eq!(moment(&sent), Some(at));
    }
}

#[test]
fn an_impossible_time_is_none() {
    let bad = [
        (0, -1),
        (0, 1_000_000_000),
        (i64::MAX, 0),
        (i64::MIN, 0),
        (-62_135_596_801, 0),
        (253_402_300_800, 0),
    ];
    for (seconds, nanos) in bad {
        assert_eq!(moment(&prost_types::Timestamp { seconds, nanos }), None, "{seconds} {nanos}");
    }
}

#[test]
fn a_unit_survives_the_way_to_the_wire_and_back() {
    let ours = Unit {
        id: "UN-EDU-430405".parse().expect("an id"),
        agency: Agency::Education,
        level: Level::County,
        division: "430405".parse().expect("a division"),
    };
    let sent = unit(&ours, "珠晖区教育局", None);
    assert_eq!(sent.superior, "");
    assert_eq!(known_unit(&sent), Some(ours));
    assert_eq!(known_unit(&v1::Unit { agency: 0, ..sent }), None);
}

#[test]
fn a_paper_without_number_is_answered_with_an_empty_one() {
    let ours = Paper {
        kind: PaperKind::Letter,
        number: None,
        hash: "ab".repeat(32).parse().expect("a hash"),
        size: 7,
    };
    let sent = paper(&ours);
    assert_eq!((sent.kind, sent.number.as_str(), sent.size), (1, "", 7));
    assert_eq!(sent.hash, "ab".repeat(32));
}

#[test]
fn a_personal_value_is_open_or_erased_or_withheld() {
    assert_eq!(open("张三").text, "张三");
    assert!(erased().erased && !erased().withheld && erased().text.is_empty());
    assert!(withheld().withheld && !withheld().erased && withheld().text.is_empty());
}
