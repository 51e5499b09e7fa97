//! The hazard board: a page in its order, and on the first page how many there are by stage, grade and age. Never here:
//! who may see what (that is `reach`), or writing.

use domain::hazard::{Category, Grade};
use hub::page::cut;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use wire::convert::OnWire;

use super::reach::Wanted;
use super::tables::NO_DUE;

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// The ages that are counted apart: the last day of each, in days, and its word.
const AGES: [(i64, &str); 5] = [(7, "0-7"), (15, "8-15"), (30, "16-30"), (90, "31-90"), (i64::MAX, "91-")];

/// The words of all stages, for filters; the last three are ends.
pub(super) const STAGES: [&str; 9] = [
    "hazard-found",
    "hazard-graded",
    "hazard-fixed-on-spot",
    "hazard-noticed",
    "hazard-rectifying",
    "hazard-fix-reported",
    "hazard-verified",
    "hazard-transferred",
    "hazard-voided",
];
/// Those of them that are ends.
const ENDS: [&str; 3] = ["hazard-verified", "hazard-transferred", "hazard-voided"];

/// The place of a hazard in the order of the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Key(i64, i64, i64, i64, String);

/// A row as read; times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HazardRow {
    pub(super) id: String,
    pub(super) stage: String,
    pub(super) grade: i32,
    pub(super) category: i32,
    pub(super) division: String,
    pub(super) institution: String,
    pub(super) inspection: Option<String>,
    pub(super) finder: String,
    pub(super) lead: String,
    pub(super) found: i64,
    pub(super) ended: Option<i64>,
    pub(super) due: i64,
    pub(super) overdue: bool,
    pub(super) pressure: i64,
    pub(super) used: String,
    pub(super) fixed: Option<i64>,
    pub(super) verified: Option<i64>,
    order: (i64, i64),
}

const COLUMNS: &str =
    "id, stage, grade, category, county, institution, inspection, finder, lead, found, ended, due,
    overdue, pressure, used, fixed, verified, closed, rank";

impl HazardRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            stage: row.get(1)?,
            grade: row.get(2)?,
            category: row.get(3)?,
            division: row.get(4)?,
            institution: row.get(5)?,
            inspection: row.get(6)?,
            finder: row.get(7)?,
            lead: row.get(8)?,
            found: row.get(9)?,
            ended: row.get(10)?,
            due: row.get(11)?,
            overdue: row.get(12)?,
            pressure: row.get(13)?,
            used: row.get(14)?,
            fixed: row.get(15)?,
            verified: row.get(16)?,
            order: (row.get(17)?, row.get(18)?),
        })
    }

    fn key(&self) -> Key {
        Key(self.order.0, self.order.1, self.due, self.found, self.id.clone())
    }

    /// The end of the time to rectify; none before it was noticed.
    pub(super) fn due(&self) -> Option<i64> {
        Some(self.due).filter(|due| *due != NO_DUE)
    }
}

/// One page, and the key behind which more follow.
///
/// # Errors
/// What SQLite says.
pub(super) fn page(
    tables: &Connection,
    mut wanted: Wanted,
    after: Option<&Key>,
    size: u16,
) -> rusqlite::Result<(Vec<HazardRow>, Option<Key>)> {
    if let Some(Key(closed, rank, due, found, id)) = after {
        let marks: Vec<String> = [closed, rank, due, found].map(|number| wanted.mark(*number)).into();
        let id = wanted.mark(id.clone());
        wanted.behind(&format!("{}, {id}", marks.join(", ")));
    }
    let more = wanted.mark(i64::from(size) + 1);
    let sql =
        format!("SELECT {COLUMNS} {} ORDER BY closed, rank, due, found, id LIMIT {more}", wanted.rows());
    let mut find = tables.prepare_cached(&sql)?;
    let mut rows = find
        .query_map(params_from_iter(wanted.values), HazardRow::read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let next = cut(&mut rows, size, HazardRow::key);
    Ok((rows, next))
}

/// How many there are of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) total: u64,
    pub(super) stages: Vec<(String, u64)>,
    pub(super) grades: Vec<(String, u64)>,
    pub(super) ages: Vec<(String, u64)>,
}

/// Counts all that the pages show, once through the index.
///
/// # Errors
/// What SQLite says.
pub(super) fn counts(tables: &Connection, mut wanted: Wanted, now: i64) -> rusqlite::Result<Counts> {
    let first = AGES.iter().rev().skip(1).map(|(last, _)| now - (last + 1) * DAY);
    let younger: Vec<String> = first.map(|since| format!("(found <= {})", wanted.mark(since))).collect();
    let sql = format!(
        "SELECT stage, grade, {} AS age, count(*) {} GROUP BY stage, grade, age",
        younger.join(" + "),
        wanted.rows()
    );
    let mut counts = Counts::default();
    let mut find = tables.prepare_cached(&sql)?;
    let mut rows = find.query(params_from_iter(wanted.values))?;
    while let Some(row) = rows.next()? {
        let (stage, grade): (String, i32) = (row.get(0)?, row.get(1)?);
        let (age, many): (u8, u32) = (row.get(2)?, row.get(3)?);
        let many = u64::from(many);
        counts.total += many;
        add(&mut counts.stages, &stage, many);
        add(&mut counts.grades, Grade::from_wire(grade).map_or("", Grade::code), many);
        add(&mut counts.ages, AGES.get(usize::from(age)).map_or("", |(_, word)| word), many);
    }
    let place = |word: &str| AGES.iter().position(|(_, age)| *age == word);
    counts.ages.sort_by_key(|(word, _)| place(word));
    Ok(counts)
}

fn add(counts: &mut Vec<(String, u64)>, word: &str, many: u64) {
    match counts.iter_mut().find(|(known, _)| known == word) {
        Some((_, count)) => *count += many,
        None => counts.push((word.to_owned(), many)),
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Filters {
    pub(super) stages: Vec<String>,
    pub(super) grade: Option<Grade>,
    pub(super) category: Option<Category>,
    /// Found at or before this, in microseconds.
    pub(super) found_by: Option<i64>,
    pub(super) overdue: bool,
    /// The least pressure, as its place.
    pub(super) pressure: Option<i64>,
}

impl Filters {
    pub(super) fn narrow(&self, wanted: &mut Wanted) {
        if self.stages.iter().all(|stage| !ENDS.contains(&stage.as_str())) {
            wanted.open_only();
        }
        if !self.stages.is_empty() {
            let marks: Vec<String> = self.stages.iter().map(|stage| wanted.mark(stage.clone())).collect();
            wanted.plain(format!("stage IN ({})", marks.join(", ")));
        }
        if let Some(grade) = self.grade {
            wanted.and("grade = {}", i64::from(grade.to_wire()));
        }
        if let Some(category) = self.category {
            wanted.and("category = {}", i64::from(category.to_wire()));
        }
        if let Some(at) = self.found_by {
            wanted.and("found <= {}", at);
        }
        if self.overdue {
            wanted.plain("overdue = 1");
        }
        // The rank tells the pressure, and stands in the index: two ranks each, the graver first.
        if let Some(least) = self.pressure {
            wanted.and("rank <= {}", (4 - least) * 2 + 1);
        }
    }
}
