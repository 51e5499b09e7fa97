//! What a made-up county needs beside import files: a few institutions and people, from the same dice. The demonstration,
//! the benchmark and the end-to-end tests use it. Never here: faults, which only import files have.

use jiff::ToSpan;
use jiff::civil::Date;

use super::dice::Dice;
use super::{BASE, codes, institutions, people, place};

/// Most institutions of one county: a longer list would have the faults of an import file.
pub const MOST: usize = 33;

/// An institution of a county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Premises {
    /// Unified social credit code.
    pub credit_code: String,
    /// Registered name.
    pub name: String,
    /// Stored word of the kind, e.g. `subject-training`.
    pub kind: &'static str,
    /// Six digits.
    pub division: String,
}

/// The institutions of one county, and the same as the bytes of an import file.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What the import must find.
    pub premises: Vec<Premises>,
    /// CSV with a header line.
    pub csv: Vec<u8>,
}

/// Up to [`MOST`] institutions of a county of Hengyang; none of a county nobody knows.
///
/// # Errors
/// None in practice: the writer works in memory.
pub fn premises(seed: u64, county: &str, count: usize) -> anyhow::Result<Listing> {
    let places: Vec<_> =
        place::counties(BASE).into_iter().filter(|known| known.code.as_str() == county).collect();
    let count = if places.is_empty() { 0 } else { count.min(MOST) };
    let sheet = institutions::sheet(&mut Dice::new(seed, county), &places, count)?;
    let listed = |row: institutions::Row| Premises {
        credit_code: row.credit_code,
        name: row.name,
        kind: row.kind,
        division: row.place.code.to_string(),
    };
    Ok(Listing { premises: sheet.rows.into_iter().map(listed).collect(), csv: sheet.bytes })
}

/// The counties of Hengyang, code and full name.
#[must_use]
pub fn counties() -> Vec<(String, String)> {
    place::counties(BASE).into_iter().map(|county| (county.code.to_string(), county.full)).collect()
}

/// A name nobody in particular bears.
#[must_use]
pub fn name(seed: u64, purpose: &str) -> String {
    people::name(&mut Dice::new(seed, purpose))
}

/// An identity number nobody holds, of somebody who turned `age` some time before [`BASE`].
#[must_use]
pub fn identity_number(seed: u64, issuer: &str, age: i64) -> String {
    let birth: Date = BASE.saturating_sub(age.years()).saturating_sub(100.days());
    codes::identity_number(&mut Dice::new(seed, "identity"), issuer, birth)
}

/// The credit code of a training institution that civil affairs registered, by its number among all: no two are the same.
#[must_use]
pub fn credit_code(division: &str, number: u64) -> String {
    codes::completed("52", division, &format!("MJ{:06}", number % 1_000_000))
}

/// The same code with a wrong check character.
#[must_use]
pub fn with_wrong_check(code: &str) -> String {
    codes::with_wrong_check(code)
}
