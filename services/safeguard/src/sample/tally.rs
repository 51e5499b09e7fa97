//! The generator's own count of what it wrote, kept in `tally.json` for tests and for readers of the samples.
//! It is counted while writing, by the generator's own arithmetic, never by the import it is compared with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How many of each word.
pub type Counts = BTreeMap<String, usize>;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The seed of the generator.
    pub seed: u64,
    /// The day the clues came in.
    pub base: Date,
    /// About `institutions.csv`.
    pub institutions: InstitutionTally,
    /// About `clues.jsonl`.
    pub clues: ClueTally,
}

/// Something an import must name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Line in the file, from 1, counting the header.
    pub line: usize,
    /// Column or member at fault, e.g. `division` or `persons[0].id_number`; empty when the whole line is.
    pub field: String,
    /// What is wrong, as a word of the generator.
    pub fault: String,
}

impl Fault {
    pub(super) fn new(line: usize, field: &str, fault: &str) -> Self {
        Self { line, field: field.to_owned(), fault: fault.to_owned() }
    }
}

/// Counts of `institutions.csv`; `rows` = `valid` + `duplicates` + `invalid`. The `by_` figures are about the
/// valid rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionTally {
    /// Rows without the header.
    pub rows: usize,
    /// Sound rows, each institution once.
    pub valid: usize,
    /// Sound rows that came before, unchanged.
    pub duplicates: usize,
    /// Rows with at least one fault.
    pub invalid: usize,
    /// Faults by their word; a row with two faults counts twice.
    pub by_fault: Counts,
    /// By kind.
    pub by_kind: Counts,
    /// By division.
    pub by_division: Counts,
    /// By the agency with the lead.
    pub by_lead: Counts,
    /// Valid rows whose credit code is typed in full-width characters.
    pub full_width: usize,
    /// Every fault, in order of lines.
    pub bad: Vec<Fault>,
}

impl InstitutionTally {
    pub(super) fn count(&mut self, kind: &str, division: &str, lead: &str) {
        self.valid += 1;
        add(&mut self.by_kind, kind);
        add(&mut self.by_division, division);
        add(&mut self.by_lead, lead);
    }

    pub(super) fn refuse(&mut self, faults: impl Iterator<Item = Fault>) {
        self.invalid += 1;
        note(&mut self.bad, &mut self.by_fault, faults);
    }
}

/// Counts of `clues.jsonl`; `rows` = `valid` + `duplicates` + `invalid`. All other figures are about the valid
/// lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClueTally {
    /// Lines.
    pub rows: usize,
    /// Sound lines, each source key once.
    pub valid: usize,
    /// Sound lines whose source key came before.
    pub duplicates: usize,
    /// Lines with at least one fault.
    pub invalid: usize,
    /// Faults by their word; a line with two faults counts twice.
    pub by_fault: Counts,
    /// By category.
    pub by_category: Counts,
    /// By channel.
    pub by_channel: Counts,
    /// By urgency after the law.
    pub by_urgency: Counts,
    /// By division.
    pub by_division: Counts,
    /// With a police-report duty: a listed category or situation, or a minor with harm.
    pub mandatory: usize,
    /// Mandatory ones that had been proposed as less than U1.
    pub raised: usize,
    /// With a child under 14 as of the day received.
    pub under_14: usize,
    /// With a minor of 14 to 17 and nobody younger.
    pub minor: usize,
    /// Received more than 24 hours before the day the others came in.
    pub late: usize,
    /// From an anonymous reporter.
    pub anonymous: usize,
    /// About a known institution.
    pub with_institution: usize,
    /// Persons stated.
    pub persons: usize,
    /// Every fault, in order of lines.
    pub bad: Vec<Fault>,
}

impl ClueTally {
    pub(super) fn refuse(&mut self, faults: impl Iterator<Item = Fault>) {
        self.invalid += 1;
        note(&mut self.bad, &mut self.by_fault, faults);
    }
}

impl Tally {
    /// Lines of the institutions that must be refused.
    #[must_use]
    pub fn bad_institution_lines(&self) -> BTreeSet<usize> {
        self.institutions.bad.iter().map(|fault| fault.line).collect()
    }

    /// Lines of the clues that must be refused.
    #[must_use]
    pub fn bad_clue_lines(&self) -> BTreeSet<usize> {
        self.clues.bad.iter().map(|fault| fault.line).collect()
    }
}

pub(super) fn add(counts: &mut Counts, word: &str) {
    *counts.entry(word.to_owned()).or_default() += 1;
}

fn note(bad: &mut Vec<Fault>, by_fault: &mut Counts, faults: impl Iterator<Item = Fault>) {
    for fault in faults {
        add(by_fault, &fault.fault);
        bad.push(fault);
    }
}
