//! Parts that the lists have in common: places as SQL takes them. Never here: a list.

use domain::actor::Unit;
use domain::division::{DivisionCode, Divisions};
use rusqlite::Connection;
use wire::flaw::Flaw;
use wire::violations::Violations;

/// Every division that occurs in a table and is `wanted`, as a JSON list. Read by jumping along the index, so
/// that abolished codes of old matters are found too.
pub(super) fn places(
    tables: &Connection,
    table: &'static str,
    wanted: impl Fn(DivisionCode) -> bool,
) -> rusqlite::Result<String> {
    let sql = format!(
        "WITH RECURSIVE place (code) AS (SELECT MIN(division) FROM {table}
             UNION ALL SELECT (SELECT MIN(division) FROM {table} WHERE division > code) FROM place WHERE code IS NOT NULL)
         SELECT code FROM place WHERE code IS NOT NULL"
    );
    let mut find = tables.prepare_cached(&sql)?;
    let codes = find.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let kept = codes.into_iter().filter(|code| code.parse().is_ok_and(&wanted));
    Ok(json(kept))
}

/// Texts as a JSON list for `json_each`.
pub(super) fn json(texts: impl IntoIterator<Item = String>) -> String {
    serde_json::Value::from(texts.into_iter().collect::<Vec<_>>()).to_string()
}

/// Whether a place lies under a unit that stands above it: of such places a superior sees the metadata.
pub(super) fn below(unit: &Unit, place: DivisionCode) -> bool {
    place != unit.division && Divisions::standard().is_within(place, unit.division)
}

/// A known division, in force or not, or `None` with a fault kept; empty stands for `otherwise`.
pub(crate) fn area(look: &mut Violations, text: &str, otherwise: DivisionCode) -> Option<DivisionCode> {
    let Some(code) = look.optional_id::<DivisionCode>("division", text) else {
        return text.trim().is_empty().then_some(otherwise);
    };
    if code != DivisionCode::NATION && Divisions::standard().find(code).is_none() {
        look.add("division", &Flaw::new("DIVISION_UNKNOWN").with("code", code));
        return None;
    }
    Some(code)
}
