//! An entry as it is read, with its institution's name and the clock that runs out first. Never here:
//! writing.

use domain::actor::Unit;
use domain::category::Category;
use hub::answer::ClockRow;
use hub::step::unit_in;
use rusqlite::{Connection, OptionalExtension, Row};
use wire::show::Standing;
use wire::v1::MatterKind;

use super::clock::{HANDLER_WARNED, SUPERIOR_TOLD};
use super::entry::NEVER;
use super::page::Key;

/// An entry of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// The matter.
    pub matter: String,
    /// How it came.
    pub kind: MatterKind,
    /// Urgency as its number on the wire, 1 to 4.
    pub urgency: i32,
    /// Stage on the queue, or a later one of the matter.
    pub stage: String,
    /// Where.
    pub division: String,
    /// The institution's name; none when unknown.
    pub institution_name: Option<String>,
    /// What it is about; none for a referral whose clue the view never saw.
    pub category: Option<Category>,
    /// Who sent it.
    pub from: Unit,
    /// Whose queue it is on.
    pub to: Unit,
    /// The fallback unit on whose queue it is as well.
    pub fallback: Option<Unit>,
    /// When it came, in microseconds.
    pub offered_at: i64,
    /// Who holds it.
    pub claimed_by: Option<String>,
    /// Since when.
    pub claimed_at: Option<i64>,
    /// When the lease runs out.
    pub lease_until: Option<i64>,
    /// The running clock that runs out first.
    pub clock: Option<ClockRow>,
    /// 0 to 4, as on the wire.
    pub escalation: i64,
    /// Whether the police owe something or hold it.
    pub open: bool,
    /// Whether an officer holds it or has signed for it.
    pub held: bool,
    /// Why it left, when it has.
    pub why: String,
    /// By whom.
    pub by: String,
    /// The change that took it from the free entries.
    pub hidden_at: i64,
    /// The change that closed it.
    pub closed_at: i64,
    /// The change that it shows.
    pub change: i64,
    due: i64,
}

/// The columns of a row, in the order they are read; with [`FROM`].
pub(super) const COLUMNS: &str = "entry.matter, entry.kind, entry.urgency, entry.step, entry.division, institution.name,
    entry.category, entry.from_unit, entry.to_unit, entry.offered_at, entry.claimed_by, entry.claimed_at,
    entry.lease_until, entry.first_rule, clock.version, clock.started, entry.due, clock.level,
    entry.escalation, entry.open, entry.held, entry.why, entry.by, entry.hidden_at, entry.closed_at, entry.change,
    entry.fallback_unit";

/// What is joined to an entry.
pub(super) const JOINS: &str = "LEFT JOIN institution ON institution.id = entry.institution
    LEFT JOIN clock ON clock.matter = entry.matter AND clock.rule = entry.first_rule";

impl QueueRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let step: String = row.get(3)?;
        let claimed_by: Option<String> = row.get(10)?;
        let stage = match (step.as_str(), &claimed_by) {
            ("", None) => "offered".to_owned(),
            ("", Some(_)) => "claimed".to_owned(),
            (_, _) => step,
        };
        let category: Option<String> = row.get(6)?;
        Ok(Self {
            matter: row.get(0)?,
            kind: MatterKind::try_from(row.get::<_, i32>(1)?).unwrap_or_default(),
            urgency: row.get(2)?,
            stage,
            division: row.get(4)?,
            institution_name: row.get(5)?,
            category: category.as_deref().and_then(Category::parse),
            from: unit_in(row, 7)?,
            to: unit_in(row, 8)?,
            fallback: row.get::<_, Option<String>>(26)?.map(|_| unit_in(row, 26)).transpose()?,
            offered_at: row.get(9)?,
            claimed_by,
            claimed_at: row.get(11)?,
            lease_until: row.get(12)?,
            clock: clock(row)?,
            escalation: row.get(18)?,
            open: row.get(19)?,
            held: row.get(20)?,
            why: row.get(21)?,
            by: row.get(22)?,
            hidden_at: row.get(23)?,
            closed_at: row.get(24)?,
            change: row.get(25)?,
            due: row.get(16)?,
        })
    }

    /// Its place in the order of the queue.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { urgency: self.urgency, due: self.due, offered_at: self.offered_at, matter: self.matter.clone() }
    }
}

fn clock(row: &Row<'_>) -> rusqlite::Result<Option<ClockRow>> {
    let (rule, version): (Option<String>, Option<u32>) = (row.get(13)?, row.get(14)?);
    let (Some(rule), Some(version)) = (rule, version) else { return Ok(None) };
    let due: i64 = row.get(16)?;
    if due == NEVER {
        return Ok(None);
    }
    let standing = match row.get::<_, i64>(17)? {
        level if level >= SUPERIOR_TOLD => Standing::Breached,
        level if level >= HANDLER_WARNED => Standing::Warned,
        _ => Standing::Running,
    };
    Ok(Some(ClockRow { rule, version, started: row.get(15)?, due, standing }))
}

/// The entry of a matter, also when it has left.
///
/// # Errors
/// What SQLite says.
pub fn one(tables: &Connection, matter: &str) -> rusqlite::Result<Option<QueueRow>> {
    tables
        .prepare_cached(&format!("SELECT {COLUMNS} FROM entry {JOINS} WHERE entry.matter = ?1"))?
        .query_row([matter], QueueRow::read)
        .optional()
}
