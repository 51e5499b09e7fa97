//! `safeguard sample`: import files as a county would have them, made from a seed, and the generator's own
//! count of what is in them. The same arguments give the same bytes on every machine.
//!
//! `institutions.csv` has the columns of `ImportInstitutions`; `clues.jsonl` has one object a line whose
//! members are the fields of `ReportClueRequest` by name. Enum values are the stored words (`walk-in`,
//! `fee-fraud`, `U3`, `under14`, `subject-training`, `EDU`), times RFC 3339, a reporter is `{"anonymous":{}}`
//! or `{"named":{...}}`, and members left out are empty. Never here: real people, the clock, real randomness.

pub mod cast;
mod clue;
mod clues;
mod codes;
mod dice;
mod flaw;
mod institutions;
mod people;
mod place;
mod stories;
pub mod tally;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use jiff::civil::{Date, date};

use self::clue::Ground;
use self::dice::Dice;
pub use self::tally::Tally;

/// The day the committed samples came in.
pub const BASE: Date = date(2026, 11, 20);

/// Writes `institutions.csv`, `clues.jsonl` and `tally.json` into `out`, which is created. Clues are received
/// on the day `base`, late ones two to six days before it.
///
/// # Errors
/// The folder or a file cannot be written, or no division is in force on `base`.
pub fn write(out: &Path, seed: u64, institutions: usize, clues: usize, base: Date) -> anyhow::Result<Tally> {
    let places = place::counties(base);
    ensure!(!places.is_empty(), "no county of Hengyang is in force on {base}");
    let sheet = institutions::sheet(&mut Dice::new(seed, "institutions"), &places, institutions)?;
    let ground = Ground { places: &places, institutions: &sheet.rows, base };
    let (lines, counted) = clues::lines(&mut Dice::new(seed, "clues"), &ground, clues)?;
    let tally = Tally { seed, base, institutions: sheet.tally, clues: counted };
    let mut words = serde_json::to_vec_pretty(&tally)?;
    words.push(b'\n');
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    for (name, bytes) in [("institutions.csv", sheet.bytes), ("clues.jsonl", lines), ("tally.json", words)] {
        let file = out.join(name);
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests;
