//! What is wrong with the lines an import must refuse, one kind of fault each and one line with two. Never
//! here: lines that are merely odd.

use jiff::ToSpan;
use jiff::civil::Date;

use super::clue::Line;
use super::codes::with_wrong_check;
use super::people::Person;

/// A sound narrative that a spreadsheet would take for a formula: stored as it is, made harmless in exports.
pub(super) const FORMULA: &str =
    "=HYPERLINK(\"http://example.invalid\",\"点击查看\") 来信原文如此，反映培训机构收费问题。";

/// A kind of fault.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flaw {
    UnknownDivision,
    AbolishedDivision,
    WrongIdentityCheck,
    WrongCreditCheck,
    ControlCharacter,
    ImpossibleDate,
    Future,
    EmptyNarrative,
    LongNarrative,
    UnknownWord,
    NotUtf8,
    CutOff,
    TwoFaults,
}

impl Flaw {
    /// Every kind.
    pub(super) const ALL: [Flaw; 13] = [
        Flaw::UnknownDivision,
        Flaw::AbolishedDivision,
        Flaw::WrongIdentityCheck,
        Flaw::WrongCreditCheck,
        Flaw::ControlCharacter,
        Flaw::ImpossibleDate,
        Flaw::Future,
        Flaw::EmptyNarrative,
        Flaw::LongNarrative,
        Flaw::UnknownWord,
        Flaw::NotUtf8,
        Flaw::CutOff,
        Flaw::TwoFaults,
    ];

    /// Makes the line wrong; returns field and fault of each thing that is.
    pub(super) fn spoil(self, line: &mut Line, base: Date) -> Vec<(&'static str, &'static str)> {
        match self {
            Flaw::UnknownDivision => {
                line.division = "430499".to_owned();
                vec![("division", "unknown-division")]
            }
            Flaw::AbolishedDivision => {
                // Merged into 500157 on 2026-01-25.
                line.division = "500112".to_owned();
                vec![("division", "abolished-division")]
            }
            Flaw::WrongIdentityCheck => {
                line.persons = vec![stranger()];
                vec![("persons[0].id_number", "wrong-check")]
            }
            Flaw::WrongCreditCheck => {
                line.institution = with_wrong_check("91350100M000100Y43");
                vec![("institution", "wrong-check")]
            }
            Flaw::ControlCharacter => {
                line.narrative.insert(0, '\u{7}');
                vec![("narrative", "control-character")]
            }
            Flaw::ImpossibleDate => {
                line.received_at = format!("{}-02-30T10:00:00+08:00", base.year());
                vec![("received_at", "impossible-date")]
            }
            Flaw::Future => {
                line.received_at = format!("{}T10:00:00+08:00", base.saturating_add(5.years()));
                vec![("received_at", "in-future")]
            }
            Flaw::EmptyNarrative => {
                line.narrative = " \n".to_owned();
                vec![("narrative", "empty")]
            }
            Flaw::LongNarrative => {
                line.narrative = line.narrative.chars().cycle().take(4_001).collect();
                vec![("narrative", "too-long")]
            }
            Flaw::UnknownWord => {
                line.category = "tax";
                vec![("category", "unknown-word")]
            }
            Flaw::NotUtf8 => vec![("", "not-utf8")],
            Flaw::CutOff => vec![("", "cut-off")],
            Flaw::TwoFaults => {
                line.division = "430499".to_owned();
                line.persons = vec![stranger()];
                vec![("division", "unknown-division"), ("persons[0].id_number", "wrong-check")]
            }
        }
    }

    /// Makes the written line wrong, where the fault is in the bytes.
    pub(super) fn spoil_bytes(self, mut line: Vec<u8>) -> Vec<u8> {
        match self {
            Flaw::NotUtf8 => {
                // 老师 as an old program writes it (GBK), in front of the closing brace.
                line.pop();
                line.extend_from_slice(b",\"note\":\"\xC0\xCF\xCA\xA6\"}");
            }
            Flaw::CutOff => {
                let text = String::from_utf8_lossy(&line).into_owned();
                let kept = text.chars().count() * 3 / 5;
                line = text.chars().take(kept).collect::<String>().into_bytes();
            }
            Flaw::UnknownDivision
            | Flaw::AbolishedDivision
            | Flaw::WrongIdentityCheck
            | Flaw::WrongCreditCheck
            | Flaw::ControlCharacter
            | Flaw::ImpossibleDate
            | Flaw::Future
            | Flaw::EmptyNarrative
            | Flaw::LongNarrative
            | Flaw::UnknownWord
            | Flaw::TwoFaults => {}
        }
        line
    }
}

/// Somebody whose identity number has a wrong last digit.
fn stranger() -> Person {
    let id_number = with_wrong_check("11010519491231002X");
    Person { part: "witness", name: "无名氏".to_owned(), id_number, minor: "", youth: 0 }
}
