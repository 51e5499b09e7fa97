//! Administrative divisions (GB/T 2260): six-digit codes, the county-city-province tree and its history.
//! The table is data/divisions.csv; the parent of a division is a column there, never a prefix of the code
//! (municipalities and province-run counties have no city). Never here: managed areas such as development
//! zones, or which office serves an area.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A division code: six digits, the first not zero. Well formed, not necessarily known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[1-9][0-9]{5}$"))]
pub struct DivisionCode([u8; 6]);

/// A text that is not six digits with the first not zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a division code has 6 digits, the first from 1 to 9")]
pub struct DivisionCodeError;

impl DivisionCode {
    /// The whole country, for units of national level. It stands for itself and is not in the table.
    pub const NATION: DivisionCode = DivisionCode(*b"100000");

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for DivisionCode {
    type Err = DivisionCodeError;
    fn from_str(text: &str) -> Result<Self, DivisionCodeError> {
        let digits: [u8; 6] = text.trim().as_bytes().try_into().map_err(|_| DivisionCodeError)?;
        let fits = digits.iter().all(u8::is_ascii_digit) && !digits.starts_with(b"0");
        if fits { Ok(Self(digits)) } else { Err(DivisionCodeError) }
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = DivisionCodeError;
    fn try_from(text: String) -> Result<Self, DivisionCodeError> {
        text.parse()
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> String {
        code.as_str().to_owned()
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Level of a division, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DivisionLevel {
    /// Province, autonomous region, municipality or special administrative region 省级.
    Province,
    /// Prefecture-level city, prefecture, league 地级.
    City,
    /// County, district, county-level city, banner 县级.
    County,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Division {
    /// Its code.
    pub code: DivisionCode,
    /// Its name, of the last day it had when abolished.
    pub name: String,
    /// Its level.
    pub level: DivisionLevel,
    /// The division right above; none for provinces. A province for counties without a city.
    pub parent: Option<DivisionCode>,
    /// First day it existed; none: before 2015.
    pub valid_from: Option<Date>,
    /// First day it no longer existed; none: in force.
    pub valid_to: Option<Date>,
    /// Where its area went, the main part first; empty while in force.
    #[serde(deserialize_with = "codes")]
    pub successors: Vec<DivisionCode>,
}

fn codes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<DivisionCode>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.split_whitespace().map(|code| code.parse().map_err(serde::de::Error::custom)).collect()
}

impl Division {
    /// Whether it existed on `date`.
    #[must_use]
    pub fn existed_on(&self, date: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= date) && self.valid_to.is_none_or(|to| date < to)
    }
}

/// Why a code does not name a division on a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DivisionError {
    /// Not in the table: reject on input, quarantine on import.
    #[error("division {code} is not known")]
    Unknown {
        /// The code.
        code: DivisionCode,
    },
    /// It came into being later.
    #[error("division {code} exists only from {from}")]
    NotYet {
        /// The code.
        code: DivisionCode,
        /// Its first day.
        from: Date,
    },
    /// It had been abolished.
    #[error("division {code} was abolished on {on}; successors: {successors:?}")]
    Abolished {
        /// The code.
        code: DivisionCode,
        /// First day it no longer existed.
        on: Date,
        /// Where its area went, the main part first.
        successors: Vec<DivisionCode>,
    },
}

/// The table of divisions.
#[derive(Debug)]
pub struct Divisions {
    /// Sorted by code, each code once.
    rows: Vec<Division>,
    version: String,
}

const TABLE: &str = include_str!("../data/divisions.csv");

impl Divisions {
    /// The table that ships with the program: in force on 2026-09-11, with changes since 2015.
    #[must_use]
    pub fn standard() -> &'static Divisions {
        static STANDARD: OnceLock<Divisions> = OnceLock::new();
        STANDARD.get_or_init(|| Divisions::parse(TABLE))
    }

    /// Reads the CSV form. Rows that do not parse are left out; a test counts the standard ones.
    fn parse(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let mut rows: Vec<Division> = reader.deserialize().filter_map(Result::ok).collect();
        rows.sort_by_key(|row| row.code);
        let version = text.lines().find_map(|line| line.strip_prefix("# version: ")).unwrap_or_default();
        Self { rows, version: version.trim().to_owned() }
    }

    /// Which table this is: the day its source was read. Frozen figures name it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The row of a code, in force or abolished.
    #[must_use]
    pub fn find(&self, code: DivisionCode) -> Option<&Division> {
        let place = self.rows.binary_search_by_key(&code, |row| row.code).ok()?;
        self.rows.get(place)
    }

    /// The division a code named on `date`, the day of the event, not today. Where a change is known by
    /// year only, both old and new codes hold during that year.
    ///
    /// # Errors
    /// The code is unknown, not yet or no longer in force on that day.
    pub fn on(&self, code: DivisionCode, date: Date) -> Result<&Division, DivisionError> {
        let row = self.find(code).ok_or(DivisionError::Unknown { code })?;
        match (row.valid_from, row.valid_to) {
            (Some(from), _) if date < from => Err(DivisionError::NotYet { code, from }),
            (_, Some(on)) if on <= date => {
                Err(DivisionError::Abolished { code, on, successors: row.successors.clone() })
            }
            _ => Ok(row),
        }
    }

    /// The division right above, by the column of the table.
    #[must_use]
    pub fn parent(&self, code: DivisionCode) -> Option<&Division> {
        self.find(self.find(code)?.parent?)
    }

    /// The division and all above it: county, city (where there is one), province. Empty when unknown.
    #[must_use]
    pub fn chain(&self, code: DivisionCode) -> Vec<&Division> {
        // Three levels at most; the bound also ends a parent loop in a faulty table.
        std::iter::successors(self.find(code), |row| self.find(row.parent?)).take(3).collect()
    }

    /// Whether `code` is `ancestor` or lies below it. Everything known lies in [`DivisionCode::NATION`].
    /// An abolished division lies where it lay, so old matters stay with their province.
    #[must_use]
    pub fn is_within(&self, code: DivisionCode, ancestor: DivisionCode) -> bool {
        if code == ancestor {
            return true;
        }
        let chain = self.chain(code);
        (ancestor == DivisionCode::NATION && !chain.is_empty())
            || chain.iter().any(|row| row.code == ancestor)
    }

    /// The division that a code lives on in: itself, or what it was merged into. Ids are made with it, so that what is
    /// sent again after a merger bears the same one.
    #[must_use]
    pub fn lasting(&self, code: DivisionCode) -> DivisionCode {
        let next = |row: &&Division| self.find(*row.successors.first()?);
        // A chain of mergers is short; the bound also ends a loop in a faulty table.
        std::iter::successors(self.find(code), next).take(8).last().map_or(code, |row| row.code)
    }

    /// The division that answers for `code` on `day`: itself, or the main one its area went to.
    #[must_use]
    pub fn successor(&self, code: DivisionCode, day: Date) -> Option<&Division> {
        // Three changes of one area since 2015 are the most there can be; the bound also ends a loop in a faulty table.
        std::iter::successors(self.find(code), |row| self.find(*row.successors.first()?))
            .take(4)
            .find(|row| row.existed_on(day))
    }

    /// The codes that are no longer in force on `day`, each with the one that answers for it then.
    pub fn merged(&self, day: Date) -> impl Iterator<Item = (DivisionCode, DivisionCode)> {
        let gone = self.rows.iter().filter(move |row| row.valid_to.is_some_and(|to| to <= day));
        gone.filter_map(move |row| Some((row.code, self.successor(row.code, day)?.code)))
    }

    /// The codes whose records belong to a division as of `day`: the one in force first, then those merged into it. An
    /// abolished code means its successor; one that nothing answers for stands for itself, as the nation does.
    #[must_use]
    pub fn answers_for(&self, code: DivisionCode, day: Date) -> Vec<DivisionCode> {
        let now = self.successor(code, day).map_or(code, |row| row.code);
        let merged = self.merged(day).filter(|(_, into)| *into == now).map(|(from, _)| from);
        std::iter::once(now).chain(merged).collect()
    }

    /// The divisions of a level that existed on `date`, by code.
    pub fn of_level(&self, level: DivisionLevel, date: Date) -> impl Iterator<Item = &Division> {
        self.rows.iter().filter(move |row| row.level == level && row.existed_on(date))
    }

    /// Whether a division does the work of a county on `date`: every county, and a city that has none
    /// (Dongguan 441900, Zhongshan 442000, Danzhou 460400, Jiayuguan 620200).
    #[must_use]
    pub fn acts_as_county(&self, code: DivisionCode, date: Date) -> bool {
        let Ok(row) = self.on(code, date) else { return false };
        match row.level {
            DivisionLevel::County => true,
            DivisionLevel::City => {
                !self.of_level(DivisionLevel::County, date).any(|county| county.parent == Some(code))
            }
            DivisionLevel::Province => false,
        }
    }
}

#[cfg(test)]
mod tests;
