//! Code lists on the command line: the stored words go in, the reader's words come out.
//! Never here: the words themselves (those are in `wire`).

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use domain::actor::{Agency, Level, Role};
use domain::break_glass::Ceiling;
use domain::campaign::PhaseKind;
use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::event::{Conclusion, Part, TransferOutcome};
use domain::erasure::Basis;
use domain::hazard::{Category as HazardCategory, Grade as HazardGrade};
use domain::inspection::{Tier, Verdict};
use domain::institution::InstitutionKind;
use domain::paper::PaperKind;
use domain::referral::event::WithdrawalReason;
use serde::Serialize;
use wire::convert::OnWire;
use wire::{Lang, texts, v1};

/// A code list with its name among the texts.
pub(crate) trait Listed: OnWire + Serialize {
    /// The name of the list.
    const LIST: &'static str;
}

macro_rules! listed {
    ($($ours:ident $list:literal)+) => { $(impl Listed for $ours { const LIST: &'static str = $list; })+ };
}

listed! {
    Agency "agency" Level "level" Role "role" Category "category" Channel "channel" Harm "harm" Minor "minor"
    Urgency "urgency" Conclusion "conclusion" Part "part" TransferOutcome "outcome" PaperKind "paper"
    WithdrawalReason "withdrawal" InstitutionKind "institution" Ceiling "access" Basis "basis"
    HazardCategory "hazard" HazardGrade "grade" PhaseKind "phase" Tier "tier" Verdict "verdict"
}

/// The stored word of a value.
fn stored<T: Listed>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => value.to_wire().to_string(),
    }
}

/// The stored word of a number from the wire; empty when it is not stated.
pub(crate) fn code<T: Listed>(number: i32) -> String {
    match T::from_wire(number) {
        Some(value) => stored(value),
        None if number == 0 => String::new(),
        None => number.to_string(),
    }
}

/// The reader's word of a number from the wire; empty when it is not stated.
pub(crate) fn word<T: Listed>(lang: Lang, number: i32) -> String {
    let code = code::<T>(number);
    if code.is_empty() { code } else { texts::word(lang, T::LIST, &code) }
}

/// The reader's words of several numbers.
pub(crate) fn words<T: Listed>(lang: Lang, numbers: &[i32]) -> String {
    let words: Vec<String> = numbers.iter().map(|number| word::<T>(lang, *number)).collect();
    words.join(super::language::either(lang, "、", ", "))
}

/// The number of a stored word.
pub(crate) fn number<T: Listed>(word: &str) -> Option<i32> {
    (1..).map_while(T::from_wire).find(|value| stored(*value) == word).map(OnWire::to_wire)
}

/// The number of a word, as it is stored or in Chinese.
pub(crate) fn either<T: Listed>(word: &str) -> Option<i32> {
    let named = || {
        (1..).map_while(T::from_wire).find(|value| texts::word(Lang::Zh, T::LIST, &stored(*value)) == word)
    };
    number::<T>(word).or_else(|| named().map(OnWire::to_wire))
}

/// Reads a stored word of a list into its number; the Chinese word is taken too.
pub(crate) fn one_of<T: Listed>() -> impl TypedValueParser<Value = i32> {
    let values = (1..).map_while(T::from_wire).map(|value| {
        let word = stored(value);
        let zh = texts::word(Lang::Zh, T::LIST, &word);
        let both = format!("{zh} / {}", texts::word(Lang::En, T::LIST, &word));
        PossibleValue::new(word).help(both).alias(zh)
    });
    PossibleValuesParser::new(values).map(|given| either::<T>(&given).unwrap_or(0))
}

/// How a matter came to the queue, as its stored word.
fn matter_code(kind: v1::MatterKind) -> &'static str {
    match kind {
        v1::MatterKind::Unspecified => "",
        v1::MatterKind::MandatoryReport => "mandatory-report",
        v1::MatterKind::ClueTransfer => "clue-transfer",
        v1::MatterKind::Referral => "referral",
    }
}

/// How a matter came to the queue, in the reader's words.
pub(crate) fn matter(lang: Lang, kind: v1::MatterKind) -> String {
    texts::word(lang, "matter", matter_code(kind))
}

/// Reads how a matter came to the queue.
pub(crate) fn one_matter() -> impl TypedValueParser<Value = i32> {
    const KINDS: [v1::MatterKind; 3] =
        [v1::MatterKind::MandatoryReport, v1::MatterKind::ClueTransfer, v1::MatterKind::Referral];
    PossibleValuesParser::new(KINDS.map(matter_code))
        .map(|given| KINDS.into_iter().find(|kind| matter_code(*kind) == given).map_or(0, i32::from))
}

/// A stage in the reader's words.
pub(crate) fn stage(lang: Lang, stage: &str) -> String {
    texts::word(lang, "stage", stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_go_both_ways() {
        assert_eq!(number::<Channel>("walk-in"), Some(v1::Channel::WalkIn.into()));
        assert_eq!(code::<Agency>(v1::Agency::Police.into()), "PSB");
        assert_eq!(word::<Category>(Lang::Zh, v1::Category::FeeFraud.into()), "预收费风险");
        assert_eq!(word::<Urgency>(Lang::En, 0), "");
        assert_eq!(number::<Urgency>("U5"), None);
    }
}
