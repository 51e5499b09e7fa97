//! Checklists 检查表 as versioned data (data/checklists): what is looked at on a visit, line by line, with the article it
//! rests on, and what a failed line means. An id and a version name an edition for ever: a change of law is a new
//! file with a higher version, never an edit, so that an old visit always shows what it was asked.
//! Never here: what was found on a visit (that is `inspection`).
//!
//! The texts are our own wording of the articles they cite (handbook 2.3, 2.4, 2.13).

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hazard::{Category, Grade};
use crate::text::Text;

/// The id of a line: unique over all checklists, and the same in every version in which the line means the same.
pub type LineId = Text<60>;

/// One version of one checklist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Edition {
    /// The checklist, e.g. `fire-nine-rules`.
    pub checklist: Text<60>,
    /// The version.
    pub version: u32,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// What is looked at, in Chinese.
    pub zh: String,
    /// What is looked at, in English.
    pub en: String,
    /// The article, in Chinese as it is cited.
    pub basis: Text<200>,
    /// The category of the hazard that a failed line is.
    pub category: Category,
    /// Its grade, unless the officers grade otherwise.
    pub grade: Grade,
}

/// One edition of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Its id, stored with every visit.
    pub id: Text<60>,
    /// Its version.
    pub version: u32,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What it was written from.
    pub source: String,
    /// Its lines in their order.
    pub lines: Vec<Line>,
}

impl Checklist {
    /// The name of this edition.
    #[must_use]
    pub fn edition(&self) -> Edition {
        Edition { checklist: self.id.clone(), version: self.version }
    }

    /// A line.
    #[must_use]
    pub fn line(&self, id: &LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == *id)
    }
}

/// All checklists, in all versions.
#[derive(Debug)]
pub struct Checklists {
    all: Vec<Checklist>,
}

const FILES: [&str; 6] = [
    include_str!("../data/checklists/facility-safety.1.json"),
    include_str!("../data/checklists/fire-nine-rules.1.json"),
    include_str!("../data/checklists/semester-start.1.json"),
    include_str!("../data/checklists/perimeter.1.json"),
    include_str!("../data/checklists/school-bus.1.json"),
    include_str!("../data/checklists/gathering-places.1.json"),
];

impl Checklists {
    /// The checklists that ship with the program.
    #[must_use]
    pub fn standard() -> &'static Checklists {
        static STANDARD: OnceLock<Checklists> = OnceLock::new();
        STANDARD.get_or_init(|| Checklists::parse(&FILES))
    }

    /// Reads the JSON form, one edition a text. What does not parse is left out; a test counts the standard ones.
    fn parse(texts: &[&str]) -> Self {
        Self { all: texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect() }
    }

    /// Every edition.
    #[must_use]
    pub fn all(&self) -> &[Checklist] {
        &self.all
    }

    /// One edition, however old.
    #[must_use]
    pub fn find(&self, edition: &Edition) -> Option<&Checklist> {
        self.all.iter().find(|one| one.id == edition.checklist && one.version == edition.version)
    }

    /// The edition a new visit uses.
    #[must_use]
    pub fn newest(&self, checklist: &str) -> Option<&Checklist> {
        self.all.iter().filter(|one| one.id.as_str() == checklist).max_by_key(|one| one.version)
    }
}

#[cfg(test)]
mod tests;
