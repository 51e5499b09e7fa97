//! Parts that the lists have in common: places as SQL takes them, page tokens, who the reader is. Never here:
//! a list.

use domain::actor::{Actor, Unit};
use domain::decider::Scope;
use domain::division::{DivisionCode, Divisions};
use jiff::Timestamp;
use rusqlite::Connection;
use wire::flaw::Flaw;
use wire::violations::Violations;

/// The scope of a list: the reader's own unit as a party in its own area.
pub(super) fn own(actor: &Actor) -> Scope {
    Scope { division: Some(actor.unit.division), ..Scope::default() }.with(&actor.unit)
}

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
pub(super) fn area(look: &mut Violations, text: &str, otherwise: DivisionCode) -> Option<DivisionCode> {
    let Some(code) = look.optional_id::<DivisionCode>("division", text) else {
        return text.trim().is_empty().then_some(otherwise);
    };
    if code != DivisionCode::NATION && Divisions::standard().find(code).is_none() {
        look.add("division", &Flaw::new("DIVISION_UNKNOWN").with("code", code));
        return None;
    }
    Some(code)
}

/// The parts of a page token, none for the first page; a token that is none is a fault.
pub(super) fn after<const PARTS: usize>(look: &mut Violations, token: &str) -> Option<[String; PARTS]> {
    if token.is_empty() {
        return None;
    }
    let parts: Option<Vec<String>> = hex::decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(|text| text.split('\n').map(str::to_owned).collect());
    let parts = parts.and_then(|parts| <[String; PARTS]>::try_from(parts).ok());
    if parts.is_none() {
        look.add("page_token", &Flaw::new("PAGE_TOKEN"));
    }
    parts
}

/// A number of a page token.
pub(super) fn number(look: &mut Violations, text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| {
        look.add("page_token", &Flaw::new("PAGE_TOKEN"));
        0
    })
}

/// A page token of its parts; opaque to the caller.
pub(super) fn token(parts: &[&str]) -> String {
    hex::encode(parts.join("\n"))
}

/// A stored moment.
pub(super) fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}
