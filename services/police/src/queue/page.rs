//! A page of the queue: whose, where, behind which entry. Keyset pagination in the order of urgency, first
//! due, offered, matter: no page shifts when entries come and go. Never here: writing, or who may ask.

use domain::division::DivisionCode;
use hub::page::cut;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};
use wire::v1::MatterKind;

use super::row::{COLUMNS, JOINS, QueueRow};

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only this unit's queue.
    pub unit: Option<String>,
    /// Only this division and those below it.
    pub division: Option<DivisionCode>,
    /// Only this kind.
    pub kind: Option<MatterKind>,
    /// Also what an officer holds or has signed for.
    pub held_too: bool,
}

impl Scope {
    /// Codes from and to which a division reaches: pairs of zeros at its end stand for everything below.
    fn reach(division: DivisionCode) -> (String, String) {
        let code = division.as_str();
        if division == DivisionCode::NATION {
            return ("000000".to_owned(), "999999".to_owned());
        }
        let part = code.strip_suffix("0000").or_else(|| code.strip_suffix("00")).unwrap_or(code);
        (format!("{part:0<6}"), format!("{part:9<6}"))
    }

    /// Whether a row is in it, whoever holds it.
    #[must_use]
    pub fn covers(&self, unit: &str, division: &str) -> bool {
        let here = self.unit.as_deref().is_none_or(|wanted| wanted == unit);
        here && self.division.is_none_or(|wanted| {
            let (from, to) = Self::reach(wanted);
            (from.as_str()..=to.as_str()).contains(&division)
        })
    }

    /// Conditions beside those on lane and key, and their values, numbered after those known; the unit may
    /// stand in any of these columns.
    pub(super) fn conditions(&self, units: &[&str], values: &mut Vec<Value>) -> String {
        let mut text = String::new();
        if let Some(unit) = &self.unit {
            values.push(Value::from(unit.clone()));
            let any: Vec<String> =
                units.iter().map(|unit| format!("entry.{unit} = ?{}", values.len())).collect();
            text.push_str(&format!(" AND ({})", any.join(" OR ")));
        }
        if let Some(division) = self.division.filter(|division| *division != DivisionCode::NATION) {
            let (from, to) = Self::reach(division);
            values.extend([Value::from(from), Value::from(to)]);
            text.push_str(&format!(
                " AND entry.division BETWEEN ?{} AND ?{}",
                values.len() - 1,
                values.len()
            ));
        }
        if let Some(kind) = self.kind {
            values.push(Value::from(kind as i32));
            text.push_str(&format!(" AND entry.kind = ?{}", values.len()));
        }
        text
    }
}

/// The place of an entry in the order of the queue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Most urgent first.
    pub urgency: i32,
    /// Then the clock that runs out first.
    pub due: i64,
    /// Then what came first.
    pub offered_at: i64,
    /// Then by id, so that the order is whole.
    pub matter: String,
}

/// Entries, and whether more follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In order.
    pub rows: Vec<QueueRow>,
    /// The key behind which the next page begins; none on the last.
    pub next: Option<Key>,
}

/// The first `size` open entries of a scope behind a key.
///
/// # Errors
/// What SQLite says.
pub fn page(tables: &Connection, scope: &Scope, after: Option<&Key>, size: u16) -> rusqlite::Result<Page> {
    let wanted = usize::from(size);
    let desks: &[Desk] = if scope.unit.is_some() { &[OWN, FALLBACK] } else { &[AREA] };
    let holding: &[bool] = if scope.held_too { &[false, true] } else { &[false] };
    let mut rows = Vec::new();
    for (desk, held) in desks.iter().flat_map(|desk| holding.iter().map(move |held| (desk, *held))) {
        rows.extend(lane(tables, scope, after, (desk, held, wanted + 1))?);
    }
    rows.sort_by_cached_key(QueueRow::key);
    let next = cut(&mut rows, size, QueueRow::key);
    Ok(Page { rows, next })
}

/// Where entries lie: an index, and the column of the unit whose they are.
struct Desk {
    index: &'static str,
    unit: &'static str,
}

/// Handed to a unit.
const OWN: Desk = Desk { index: "entry_unit", unit: TO };
/// Fallen back to a unit.
const FALLBACK: Desk = Desk { index: "entry_fallback", unit: FELL_TO };
/// Whoever's they are.
const AREA: Desk = Desk { index: "entry_place", unit: TO };
/// The column of the unit it was handed to.
pub(super) const TO: &str = "to_id";
/// The column of the fallback unit.
pub(super) const FELL_TO: &str = "fallback_id";

/// Entries that are free, or held: each lane lies in order in its index.
fn lane(
    tables: &Connection,
    scope: &Scope,
    after: Option<&Key>,
    (desk, held, limit): (&Desk, bool, usize),
) -> rusqlite::Result<Vec<QueueRow>> {
    let Desk { index, unit } = desk;
    let mut values = vec![Value::from(held), Value::from(i64::try_from(limit).unwrap_or(i64::MAX))];
    let mut conditions = scope.conditions(&[unit], &mut values);
    if let Some(key) = after {
        values.extend([
            Value::from(key.urgency),
            Value::from(key.due),
            Value::from(key.offered_at),
            Value::from(key.matter.clone()),
        ]);
        let last = values.len();
        conditions.push_str(&format!(
            " AND (entry.urgency, entry.due, entry.offered_at, entry.matter) > (?{}, ?{}, ?{}, ?{last})",
            last - 3,
            last - 2,
            last - 1,
        ));
    }
    let query = format!(
        "SELECT {COLUMNS} FROM entry INDEXED BY {index} {JOINS} WHERE entry.open = 1 AND entry.held = ?1{conditions}
         ORDER BY entry.urgency, entry.due, entry.offered_at, entry.matter LIMIT ?2"
    );
    let mut find = tables.prepare_cached(&query)?;
    find.query_map(rusqlite::params_from_iter(values), QueueRow::read)?.collect()
}
