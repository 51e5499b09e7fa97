//! The shape of a request: every field is looked at, every violation is kept, and all are refused at once.
//! Never here: the law, permissions, or anything that needs to be looked up.
//!
//! ```
//! # use domain::{category::Urgency, ids::ClueId};
//! # use wire::{Refusal, Violations, v1};
//! # struct Triage { clue: ClueId, urgency: Urgency }
//! # fn read(request: &v1::TriageClueRequest) -> Result<Triage, Refusal> {
//! let mut look = Violations::new();
//! let clue = look.id::<ClueId>("clue_id", &request.clue_id);
//! let urgency = look.chosen::<Urgency>("urgency", request.urgency);
//! let command = (|| Some(Triage { clue: clue?, urgency: urgency? }))();
//! look.done(command)
//! # }
//! # assert!(matches!(read(&v1::TriageClueRequest::default()), Err(Refusal::Shape(all)) if all.len() == 2));
//! ```
//! A method answers `None` when it has kept a violation; those named `optional_` also when the field is empty.

mod fields;

use std::collections::BTreeSet;
use std::str::FromStr;

use domain::text::{self, Text};

use crate::convert::OnWire;
use crate::flaw::{Fault, Flaw};
use crate::refusal::Refusal;
use crate::texts::{self, Lang};

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, e.g. `persons[2].id_number`; empty for the request as a whole.
    pub field: String,
    /// Stable reason, e.g. `TEXT_TOO_LONG`.
    pub reason: String,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
}

impl Violation {
    /// A violation of a field, with its texts.
    #[must_use]
    pub fn new(field: impl Into<String>, flaw: &Flaw) -> Self {
        Self {
            field: field.into(),
            reason: flaw.reason.to_owned(),
            zh: texts::violation(Lang::Zh, flaw.reason, &flaw.facts),
            en: texts::violation(Lang::En, flaw.reason, &flaw.facts),
        }
    }

    /// What is wrong, in the reader's language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Violations {
    path: String,
    found: Vec<Violation>,
}

impl Violations {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a violation of a field.
    pub fn add(&mut self, field: &str, fault: &impl Fault) {
        let path = match (self.path.as_str(), field) {
            ("", field) => field.to_owned(),
            (path, "") => path.to_owned(),
            (path, field) => format!("{path}.{field}"),
        };
        self.found.push(Violation::new(path, &fault.flaw()));
    }

    /// Takes a parsed field, or keeps why it could not be parsed.
    pub fn field<T, E: Fault>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|fault| self.add(field, &fault)).ok()
    }

    /// Looks at the fields of a message inside the request, e.g. `within("reporter", ...)`.
    pub fn within<T>(&mut self, field: &str, look: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.path.clone();
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(field);
        let seen = look(self);
        self.path = outer;
        seen
    }

    /// Looks at a message that must be there.
    pub fn message<M, T>(
        &mut self,
        field: &str,
        message: Option<&M>,
        look: impl FnOnce(&mut Self, &M) -> Option<T>,
    ) -> Option<T> {
        match message {
            Some(message) => self.within(field, |violations| look(violations, message)),
            None => {
                self.add(field, &Flaw::new("REQUIRED"));
                None
            }
        }
    }

    /// Looks at every entry of a list of at most `max`; `None` when any is bad.
    pub fn each<M, T>(
        &mut self,
        field: &str,
        (entries, max): (&[M], usize),
        mut look: impl FnMut(&mut Self, &M) -> Option<T>,
    ) -> Option<Vec<T>> {
        if entries.len() > max {
            self.add(field, &Flaw::new("TOO_MANY").with("count", entries.len()).with("max", max));
            return None;
        }
        let seen: Vec<Option<T>> = entries
            .iter()
            .enumerate()
            .map(|(place, entry)| {
                self.within(&format!("{field}[{place}]"), |violations| look(violations, entry))
            })
            .collect();
        seen.into_iter().collect()
    }

    /// A text of 1 to `MAX` characters.
    pub fn required_text<const MAX: usize>(&mut self, field: &str, text: &str) -> Option<Text<MAX>> {
        self.field(field, Text::parse(text))
    }

    /// A text of at most `MAX` characters, or nothing.
    pub fn optional_text<const MAX: usize>(&mut self, field: &str, text: &str) -> Option<Text<MAX>> {
        if text.trim().is_empty() { None } else { self.required_text(field, text) }
    }

    /// A personal text of 1 to `max` characters, trimmed, to be sealed at once.
    pub fn personal(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        self.field(field, text::checked(text, max))
    }

    /// A personal text of at most `max` characters, trimmed, or nothing.
    pub fn optional_personal(&mut self, field: &str, text: &str, max: usize) -> Option<String> {
        if text.trim().is_empty() { None } else { self.personal(field, text, max) }
    }

    /// Anything written as text that must be there: ids, numbers of documents, hashes, codes.
    pub fn id<T: FromStr<Err: Fault>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.trim().is_empty() {
            self.add(field, &Flaw::new("REQUIRED"));
            return None;
        }
        self.field(field, text.parse())
    }

    /// Anything written as text, or nothing.
    pub fn optional_id<T: FromStr<Err: Fault>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.trim().is_empty() { None } else { self.id(field, text) }
    }

    /// Ids of which none may come twice, from `least` to 100 of them.
    pub fn ids<T: FromStr<Err: Fault> + Ord>(
        &mut self,
        field: &str,
        texts: &[String],
        least: usize,
    ) -> Option<Vec<T>> {
        let ids: Vec<T> = self.each(field, (texts, 100), |violations, text| violations.id("", text))?;
        if ids.len() < least {
            self.add(field, &Flaw::new("TOO_FEW").with("count", ids.len()).with("min", least));
            return None;
        }
        if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
            self.add(field, &Flaw::new("TWICE"));
            return None;
        }
        Some(ids)
    }

    /// A value of a code list that must be stated.
    pub fn chosen<T: OnWire>(&mut self, field: &str, number: i32) -> Option<T> {
        if number == 0 {
            self.add(field, &Flaw::new("UNSPECIFIED"));
            return None;
        }
        let value = T::from_wire(number);
        if value.is_none() {
            self.add(field, &Flaw::new("UNKNOWN_VALUE").with("value", number));
        }
        value
    }

    /// A value of a code list, or nothing when it is not stated.
    pub fn optional_chosen<T: OnWire>(&mut self, field: &str, number: i32) -> Option<T> {
        if number == 0 { None } else { self.chosen(field, number) }
    }

    /// Values of a code list, none twice; `None` when any is bad.
    pub fn chosen_many<T: OnWire>(&mut self, field: &str, numbers: &[i32]) -> Option<Vec<T>> {
        let values = self.each(field, (numbers, 100), |violations, number| violations.chosen("", *number))?;
        if numbers.iter().collect::<BTreeSet<_>>().len() < numbers.len() {
            self.add(field, &Flaw::new("TWICE"));
            return None;
        }
        Some(values)
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything found, for callers that report line by line.
    #[must_use]
    pub fn into_found(self) -> Vec<Violation> {
        self.found
    }

    /// Refuses when anything is wrong.
    ///
    /// # Errors
    /// [`Refusal::Shape`] with every violation.
    pub fn into_result(self) -> Result<(), Refusal> {
        if self.found.is_empty() { Ok(()) } else { Err(Refusal::Shape(self.found)) }
    }

    /// Hands over what was built from the fields, or refuses.
    ///
    /// # Errors
    /// [`Refusal::Shape`] with every violation; [`Refusal::Internal`] when nothing was built and nothing is wrong,
    /// which is a mistake in the caller.
    pub fn done<T>(self, built: Option<T>) -> Result<T, Refusal> {
        self.into_result()?;
        built.ok_or(Refusal::Internal)
    }
}

#[cfg(test)]
mod tests;
