//! An entry as it is read, with the facts of its clue and the clock that runs out first. Never here: writing.

use domain::actor::Unit;
use domain::category::{Category, Channel};
use hub::answer::ClockRow;
use hub::step::unit_in;
use rusqlite::{Connection, OptionalExtension, Row};
use wire::show::Standing;

use super::clock::{BREACHED, WARNED};
use super::page::Key;

/// An entry of an inbox; times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// The clue.
    pub clue: String,
    /// `offered`, `claimed`, `receipted`, `accepted`, or a later stage of the clue.
    pub stage: String,
    /// Urgency as its number on the wire.
    pub urgency: i32,
    /// What it is about.
    pub category: Option<Category>,
    /// How it came in.
    pub channel: Option<Channel>,
    /// Minor concerned, as its number on the wire.
    pub minor: i32,
    /// Where.
    pub division: String,
    /// The institution's name; none when unknown.
    pub institution_name: Option<String>,
    /// When the reporter told the officer.
    pub received: i64,
    /// The duty to report to the police is open.
    pub duty: bool,
    /// Who sent it.
    pub from: Unit,
    /// Whose inbox it is in.
    pub to: Unit,
    /// When it came.
    pub offered_at: i64,
    /// Who holds it.
    pub claimed_by: Option<String>,
    /// When the lease runs out.
    pub lease_until: Option<i64>,
    /// The running clock that runs out first.
    pub clock: Option<ClockRow>,
    /// Whether it still waits for the unit.
    pub open: bool,
    due: i64,
}

/// What a row is read from; the columns stand in the order they are read.
pub(super) const SELECT: &str =
    "SELECT entry.clue, entry.step, entry.urgency, clue.category, clue.channel, clue.minor, clue.division,
         institution.name, clue.received, clue.duty, entry.from_unit, entry.to_unit, entry.offered_at, entry.claimed_by,
         entry.lease_until, entry.first_rule, clock.version, clock.started, entry.due, clock.level, entry.open
     FROM entry JOIN clue ON clue.id = entry.clue LEFT JOIN institution ON institution.id = clue.institution
         LEFT JOIN clock ON clock.clue = entry.clue AND clock.rule = entry.first_rule";

impl InboxRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let step: String = row.get(1)?;
        let claimed_by: Option<String> = row.get(13)?;
        let stage = match (step.as_str(), &claimed_by) {
            ("", None) => "offered".to_owned(),
            ("", Some(_)) => "claimed".to_owned(),
            (_, _) => step,
        };
        let (category, channel): (String, String) = (row.get(3)?, row.get(4)?);
        Ok(Self {
            clue: row.get(0)?,
            stage,
            urgency: row.get(2)?,
            category: Category::parse(&category),
            channel: Channel::parse(&channel),
            minor: row.get(5)?,
            division: row.get(6)?,
            institution_name: row.get(7)?,
            received: row.get(8)?,
            duty: row.get(9)?,
            from: unit_in(row, 10)?,
            to: unit_in(row, 11)?,
            offered_at: row.get(12)?,
            claimed_by,
            lease_until: row.get(14)?,
            clock: clock(row)?,
            due: row.get(18)?,
            open: row.get(20)?,
        })
    }

    /// Its place in the order of the inbox.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { urgency: self.urgency, due: self.due, offered_at: self.offered_at, clue: self.clue.clone() }
    }
}

fn clock(row: &Row<'_>) -> rusqlite::Result<Option<ClockRow>> {
    let (rule, version): (Option<String>, Option<u32>) = (row.get(15)?, row.get(16)?);
    let (Some(rule), Some(version)) = (rule, version) else { return Ok(None) };
    let standing = match row.get::<_, i64>(19)? {
        BREACHED => Standing::Breached,
        WARNED => Standing::Warned,
        _ => Standing::Running,
    };
    Ok(Some(ClockRow { rule, version, started: row.get(17)?, due: row.get(18)?, standing }))
}

/// The entry of a clue, also when it has left.
///
/// # Errors
/// What SQLite says.
pub fn one(tables: &Connection, clue: &str) -> rusqlite::Result<Option<InboxRow>> {
    tables
        .prepare_cached(&format!("{SELECT} WHERE entry.clue = ?1"))?
        .query_row([clue], InboxRow::read)
        .optional()
}
