//! A matter's history in the reader's words: one entry an event, one sentence in each language. Sentences are
//! fixed by kind and filled with names of units and rules, ids and official numbers; what somebody typed, a
//! reason or a narrative, never enters them. Never here: sealed values.

mod clock;
mod clue;
mod hazard;
mod inspection;
mod referral;
mod reverse;

use domain::clock::ClockEvent;
use domain::document_number::DocumentNumber;
use domain::event::Stored;
use domain::ids::UnitId;

use crate::convert::timestamp;
use crate::show::{Clocks, Lens, Told};
use crate::v1;

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Sentence {
    /// The sentence with the number of its document, when it has one.
    fn by(self, number: Option<&DocumentNumber>) -> Self {
        match number {
            Some(number) => {
                Self { zh: format!("{}，{number}", self.zh), en: format!("{}, {number}", self.en) }
            }
            None => self,
        }
    }
}

/// An event that can be told.
pub trait Tells: Stored {
    /// What happened, without personal data.
    fn sentence(&self, reader: &Reader<'_>) -> Sentence;

    /// The clock event in it, if it is one.
    fn clock(&self) -> Option<&ClockEvent>;
}

/// Who is told, and what the history has said of clocks so far: a warning names its rule in the version that
/// the clock started under.
pub struct Reader<'a> {
    lens: &'a dyn Lens,
    clocks: Clocks,
}

/// Every event as an entry, in the order given.
#[must_use]
pub fn history<E: Tells>(history: &[Told<E>], lens: &dyn Lens) -> Vec<v1::HistoryEntry> {
    let mut reader = Reader { lens, clocks: Clocks::default() };
    history.iter().map(|told| entry(told, &mut reader)).collect()
}

fn entry<E: Tells>(told: &Told<E>, reader: &mut Reader<'_>) -> v1::HistoryEntry {
    if let Some(event) = told.event.clock() {
        reader.clocks.evolve(event);
    }
    let sentence = told.event.sentence(reader);
    v1::HistoryEntry {
        kind: told.event.kind().to_owned(),
        at: Some(timestamp(told.meta.at)),
        recorded_at: Some(timestamp(told.meta.recorded)),
        late: told.meta.late,
        officer: told.meta.by.officer.to_string(),
        unit: told.meta.by.unit.id.to_string(),
        summary_zh: sentence.zh,
        summary_en: sentence.en,
        revision: told.revision,
    }
}

impl Reader<'_> {
    /// A unit by its name; by its id while the name is not known.
    fn unit(&self, id: &UnitId) -> Blank {
        let name = self.lens.unit_name(id);
        if name.is_empty() { Blank::of(id) } else { Blank::of(name) }
    }

    /// A rule by its names in the version that ran.
    fn rule(&self, rule: &str) -> Blank {
        match self.clocks.last(rule).and_then(|run| run.period()) {
            Some(period) => Blank { zh: period.zh.clone(), en: period.en.clone() },
            None => Blank::of(rule),
        }
    }
}

/// What fills a blank of a sentence.
struct Blank {
    zh: String,
    en: String,
}

impl Blank {
    /// The same in both languages: a name, an id, a number.
    fn of(value: impl ToString) -> Self {
        let zh = value.to_string();
        Self { en: zh.clone(), zh }
    }
}

/// The fixed words of a kind of event; `{0}`, `{1}` ... are its blanks.
struct Words {
    zh: &'static str,
    en: &'static str,
}

impl Words {
    const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en }
    }

    /// The sentence, with its blanks filled.
    fn with(&self, blanks: &[Blank]) -> Sentence {
        Sentence {
            zh: filled(self.zh, blanks.iter().map(|blank| blank.zh.as_str())),
            en: filled(self.en, blanks.iter().map(|blank| blank.en.as_str())),
        }
    }

    /// A sentence without blanks.
    fn plain(&self) -> Sentence {
        self.with(&[])
    }

    /// A sentence with one number or id.
    fn one(&self, value: impl ToString) -> Sentence {
        self.with(&[Blank::of(value)])
    }
}

/// Fills from left to right and looks at nothing twice, so that a name with braces in it stays a name.
fn filled<'a>(words: &str, blanks: impl Iterator<Item = &'a str>) -> String {
    let blanks: Vec<&str> = blanks.collect();
    let mut text = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(
            place.parse().ok().and_then(|place: usize| blanks.get(place)).copied().unwrap_or_default(),
        );
        rest = after;
    }
    text.push_str(rest);
    text
}
