//! Which hazards a reader's lists may show, as a condition on rows: those of the own unit, and for a unit above those
//! of its area that its agency has, where it stands above all who have them. It is the rule of `see-party` and
//! `see-superior` (policies/see.cedar) on the columns of the view. Never here: one hazard with its content.

use std::collections::BTreeMap;

use domain::actor::{Level, Unit};
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use domain::ids::{InspectionId, InstitutionId, UnitId};
use hub::{Caller, Hub};
use rusqlite::types::Value;
use wire::convert::OnWire;
use wire::refusal::Refusal;

use super::tables::bit;

/// Whether a unit has it; `{}` is the unit.
const HAS: &str = "EXISTS (SELECT 1 FROM party AS its WHERE its.unit = {} AND its.hazard = hazard.id)";

/// The index of the whole country.
const NATION: &str = "of_nation";

/// Still open.
const OPEN: &str = "closed = 0";

/// Where rows are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// In an area, by the index that has them in the order of the board.
    Area(&'static str),
    /// Among those of one unit.
    Party,
    /// Among those few of an institution or an inspection, by its index.
    Few(&'static str),
}

/// A condition with its values, in the order of their marks.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    source: Source,
    in_order: bool,
    parts: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Wanted {
    /// Adds a condition on one value; `{}` is its mark.
    pub(super) fn and(&mut self, condition: &str, value: impl Into<Value>) {
        let mark = self.mark(value);
        self.parts.push(condition.replace("{}", &mark));
    }

    /// The mark of one more value.
    pub(super) fn mark(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds a condition without values.
    pub(super) fn plain(&mut self, condition: impl Into<String>) {
        self.parts.push(condition.into());
    }

    /// Only what is still open.
    pub(super) fn open_only(&mut self) {
        self.plain(OPEN);
    }

    /// Only what stands behind a key of the board, given as the marks of its columns.
    pub(super) fn behind(&mut self, key: &str) {
        // SQLite enters the index at the key only when nothing else is said about its first column.
        for part in self.parts.iter_mut().filter(|part| *part == OPEN) {
            part.insert(0, '+');
        }
        self.plain(format!("(closed, rank, due, found, id) > ({key})"));
    }

    /// `FROM` and `WHERE`.
    pub(super) fn rows(&self) -> String {
        let source = match self.source {
            Source::Area(NATION) if !self.in_order => "hazard".to_owned(),
            Source::Area(index) | Source::Few(index) => format!("hazard INDEXED BY {index}"),
            // In this order: a unit has few.
            Source::Party => "party CROSS JOIN hazard ON hazard.id = party.hazard".to_owned(),
        };
        format!("FROM {source} WHERE {}", self.parts.join(" AND "))
    }

    /// Only what a unit has.
    pub(super) fn of_unit(&mut self, unit: &UnitId) {
        match self.source {
            Source::Party => self.and(HAS, unit.to_string()),
            Source::Area(_) | Source::Few(_) => {
                self.source = Source::Party;
                self.and("party.unit = {}", unit.to_string());
            }
        }
    }

    /// All of them are read, in no order: then the index of the whole country is a detour.
    pub(super) fn unordered(&mut self) {
        self.in_order = false;
    }

    /// Only of an institution.
    pub(super) fn of_institution(&mut self, id: &InstitutionId) {
        self.few("of_institution");
        self.and("institution = {}", id.to_string());
    }

    /// Only what an inspection found.
    pub(super) fn of_inspection(&mut self, id: &InspectionId) {
        self.few("of_inspection");
        self.and("inspection = {}", id.to_string());
    }

    fn few(&mut self, index: &'static str) {
        if matches!(self.source, Source::Area(_)) {
            self.source = Source::Few(index);
        }
    }

    /// Narrows to some divisions and those below them.
    pub(super) fn within(&mut self, divisions: &[DivisionCode]) {
        let mut columns = BTreeMap::<_, Vec<DivisionCode>>::new();
        for division in divisions {
            // The whole country is in no table.
            let Some(row) = Divisions::standard().find(*division) else { return };
            columns.entry(column(row.level)).or_default().push(*division);
        }
        // A county that became a city stands in two columns, which no index has together.
        if let (1, Some((index, _))) = (columns.len(), columns.keys().next())
            && matches!(self.source, Source::Area(_))
        {
            self.source = Source::Area(index);
        }
        let either: Vec<String> =
            columns.into_iter().map(|((_, column), codes)| self.one_of((column, ""), &codes)).collect();
        self.plain(format!("({})", either.join(" OR ")));
    }

    /// The condition that a column holds one of some codes, or with `NOT ` none of them.
    pub(super) fn one_of(&mut self, (column, not): (&str, &str), codes: &[DivisionCode]) -> String {
        let marks: Vec<String> = codes.iter().map(|code| self.mark(code.to_string())).collect();
        match marks.as_slice() {
            // The order of the index holds for one code only.
            [one] if not.is_empty() => format!("{column} = {one}"),
            _ => format!("{column} {not}IN ({})", marks.join(", ")),
        }
    }
}

/// The index of the divisions of a level, and their column.
const fn column(level: DivisionLevel) -> (&'static str, &'static str) {
    match level {
        DivisionLevel::Province => ("of_province", "province"),
        DivisionLevel::City => ("of_city", "city"),
        DivisionLevel::County => ("of_county", "county"),
    }
}

/// What a reader's lists may show.
///
/// # Errors
/// `Permission` for who does not work with matters.
pub(super) fn of(hub: &Hub, caller: &Caller) -> Result<Wanted, Refusal> {
    hub.allow(caller, "view.clocks", &caller.own())?;
    let unit = &caller.actor.unit;
    let mut wanted =
        Wanted { source: Source::Area(NATION), in_order: true, parts: Vec::new(), values: Vec::new() };
    if unit.level == Level::County {
        wanted.of_unit(&unit.id);
    } else {
        wanted.within(&[unit.division]);
        above(&mut wanted, unit);
    }
    Ok(wanted)
}

/// What the agency has below, and what the unit has itself.
fn above(wanted: &mut Wanted, unit: &Unit) {
    let agency = wanted.mark(bit(unit));
    let level = wanted.mark(i64::from(unit.level.to_wire()));
    let own = wanted.mark(unit.id.to_string());
    let has = HAS.replace("{}", &own);
    wanted.plain(format!("((agencies & {agency} <> 0 AND level < {level}) OR {has})"));
}

#[cfg(test)]
mod tests;
