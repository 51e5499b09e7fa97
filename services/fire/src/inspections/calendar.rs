//! A page of the calendar, by day and id: of a unit, an area or an institution, as far as the reader's lists may show.
//! A unit sees what it takes part in; a unit above also what its agency takes part in below it (policies/see.cedar,
//! `see-party` and `see-superior`, on the columns of the view). Never here: writing, or one inspection with its content.

use domain::actor::Unit;
use hub::page::cut;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use wire::convert::OnWire;

use super::row::{COLUMNS, VisitRow};
use super::tables::bit;

/// Which visits; an empty text asks for nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Only what this unit takes part in.
    pub(super) unit: String,
    /// Only in one of these divisions or below, of which no place lies in two.
    pub(super) divisions: Vec<String>,
    /// Not before this day.
    pub(super) from: String,
    /// Not after this day.
    pub(super) to: String,
    /// Only in this stage.
    pub(super) stage: String,
    /// Only of this tier.
    pub(super) tier: Option<i32>,
    /// Only of this campaign.
    pub(super) campaign: String,
    /// Only at this institution.
    pub(super) institution: String,
}

/// The place of a visit in the calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key {
    day: String,
    id: String,
}

/// Whether a visit stands in the calendar of the unit or area `?`.
fn stands_with(mark: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM listing AS its
             WHERE its.who = {mark} AND its.day = visit.day AND its.id = visit.id)"
    )
}

impl Wanted {
    /// Where rows are looked for, by the narrowest index: the table whose order it is, the rest of the source, and the
    /// key of the index, `?1`.
    fn source<'a>(&'a self, area: &'a str) -> (&'static str, &'static str, &'a str) {
        let listed = "listing CROSS JOIN visit ON visit.id = listing.id WHERE listing.who = ?1";
        if !self.institution.is_empty() {
            let one = "visit INDEXED BY visit_institution WHERE visit.institution = ?1";
            ("visit", one, &self.institution)
        } else if !self.unit.is_empty() {
            ("listing", listed, &self.unit)
        } else if !area.is_empty() {
            ("listing", listed, area)
        } else {
            ("visit", "visit INDEXED BY visit_day WHERE ?1 = ''", "")
        }
    }

    fn conditions(&self, area: &str) -> Vec<(String, Value)> {
        let text = |value: &str| Value::from(value.to_owned());
        let mut all = Vec::new();
        for who in [self.unit.as_str(), area] {
            if !who.is_empty() {
                all.push((stands_with("{}"), text(who)));
            }
        }
        for (column, value) in [("stage", &self.stage), ("campaign", &self.campaign)] {
            if !value.is_empty() {
                all.push((format!("visit.{column} = {{}}"), text(value)));
            }
        }
        if let Some(tier) = self.tier {
            all.push(("visit.tier = {}".to_owned(), Value::from(tier)));
        }
        all
    }
}

/// The first `size` visits behind a key that the reader's unit may see, and the key behind which more follow.
///
/// # Errors
/// What SQLite says.
pub(super) fn page(
    tables: &Connection,
    (wanted, reader): (&Wanted, &Unit),
    after: Option<&Key>,
    size: u16,
) -> rusqlite::Result<(Vec<VisitRow>, Option<Key>)> {
    let everywhere = [String::new()];
    let areas = if wanted.divisions.is_empty() { everywhere.as_slice() } else { &wanted.divisions };
    let mut rows = Vec::new();
    // The index has the order of one area only, so each is read by itself.
    for area in areas {
        rows.extend(behind(tables, (area, wanted, reader), after, size)?);
    }
    rows.sort_by(|one, other| (&one.day, &one.id).cmp(&(&other.day, &other.id)));
    let next = cut(&mut rows, size, |row| Key { day: row.day.clone(), id: row.id.clone() });
    Ok((rows, next))
}

/// The first visits behind a key in one area, or in all when it is empty: one more than a page.
fn behind(
    tables: &Connection,
    (area, wanted, reader): (&str, &Wanted, &Unit),
    after: Option<&Key>,
    size: u16,
) -> rusqlite::Result<Vec<VisitRow>> {
    let (order, source, key) = wanted.source(area);
    let (day, id) = after.map_or((wanted.from.as_str(), ""), |key| (key.day.as_str(), key.id.as_str()));
    let to = if wanted.to.is_empty() { "9999-12-31" } else { &wanted.to };
    let mut values: Vec<Value> = [key, day, id, to].into_iter().map(|text| text.to_owned().into()).collect();
    let mut conditions = String::new();
    for (condition, value) in wanted.conditions(area) {
        values.push(value);
        conditions.push_str(&format!(" AND {}", condition.replace("{}", &format!("?{}", values.len()))));
    }
    values.extend([
        Value::from(bit(reader)),
        Value::from(i64::from(reader.level.to_wire())),
        Value::from(reader.id.to_string()),
        Value::from(i64::from(size) + 1),
    ]);
    let last = values.len();
    let (agency, level, own) = (last - 3, last - 2, stands_with(&format!("?{}", last - 1)));
    let query = format!(
        "SELECT {COLUMNS} FROM {source} AND ({order}.day, {order}.id) > (?2, ?3) AND {order}.day <= ?4{conditions}
             AND ((visit.agencies & ?{agency} <> 0 AND visit.level < ?{level}) OR {own})
         ORDER BY {order}.day, {order}.id LIMIT ?{last}"
    );
    let mut find = tables.prepare_cached(&query)?;
    find.query_map(params_from_iter(values), VisitRow::read)?.collect()
}

/// The visits to an institution from one day to another that were not called off.
///
/// # Errors
/// What SQLite says.
pub(super) fn around(
    tables: &Connection,
    institution: &str,
    (from, to): (&str, &str),
) -> rusqlite::Result<Vec<VisitRow>> {
    let query = format!(
        "SELECT {COLUMNS} FROM visit INDEXED BY visit_institution WHERE institution = ?1 AND day BETWEEN ?2 AND ?3
             AND stage <> 'inspection-cancelled' ORDER BY day, id LIMIT 200"
    );
    tables.prepare_cached(&query)?.query_map([institution, from, to], VisitRow::read)?.collect()
}

/// The hazards open at an institution, at most 200.
///
/// # Errors
/// What SQLite says.
pub(super) fn open_hazards(tables: &Connection, institution: &str) -> rusqlite::Result<Vec<String>> {
    tables
        .prepare_cached("SELECT id FROM hazard WHERE institution = ?1 ORDER BY id LIMIT 200")?
        .query_map([institution], |row| row.get(0))?
        .collect()
}
