//! The roster's lists, page by page in the order of their ids. Never here: who may see them.

use domain::actor::{Agency, Level};
use domain::division::DivisionCode;
use domain::ids::UnitId;
use domain::institution::{InstitutionKind, Particulars};
use domain::unit::Registered;
use rusqlite::{Connection, params};

use crate::read_model::ViewError;
use crate::roster::tables::{account, parsed};
use crate::roster::{Account, Roster};

/// One page: what comes after a key, and how much of it.
#[derive(Debug, Clone)]
pub struct Page {
    /// The last key of the page before; empty for the first page.
    pub after: String,
    /// Rows at most.
    pub size: u16,
}

/// Which units.
#[derive(Debug, Clone, Default)]
pub struct UnitFilter {
    /// Of this agency.
    pub agency: Option<Agency>,
    /// In this division or below.
    pub within: Option<DivisionCode>,
    /// Of this level.
    pub level: Option<Level>,
}

/// Which institutions.
#[derive(Debug, Clone, Default)]
pub struct InstitutionFilter {
    /// In this division or below.
    pub within: Option<DivisionCode>,
    /// Of this kind.
    pub kind: Option<InstitutionKind>,
    /// With this text in the name or as the beginning of the credit code.
    pub text: String,
}

impl Roster {
    /// Units, by id.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn units(&self, filter: UnitFilter, page: Page) -> Result<Vec<Registered>, ViewError> {
        self.view
            .read(move |tables| {
                let mut find = tables.prepare_cached(
                    "SELECT entry FROM unit WHERE id > ?1 AND closed = 0 AND (?2 = '' OR agency = ?2)
                       AND (?3 = '' OR level = ?3) AND (?4 = '' OR division LIKE ?4 || '%') ORDER BY id LIMIT ?5",
                )?;
                let agency = filter.agency.map_or("", Agency::code);
                let level = filter.level.map_or("", Level::code);
                let within = prefix(filter.within);
                let rows = find
                    .query_map(params![page.after, agency, level, within, page.size], |row| row.get::<_, String>(0))?;
                rows.map(|entry| parsed(&entry?)).collect()
            })
            .await
    }

    /// The officers of a unit, by id.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn officers(&self, unit: UnitId, page: Page) -> Result<Vec<Account>, ViewError> {
        self.view
            .read(move |tables| {
                let mut find = tables.prepare_cached(
                    "SELECT id FROM officer WHERE unit = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                )?;
                let rows = find.query_map(params![unit.as_str(), page.after, page.size], |row| {
                    row.get::<_, String>(0)
                })?;
                let ids: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
                ids.iter().filter_map(|id| one(tables, id).transpose()).collect()
            })
            .await
    }

    /// Institutions, by id.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn institutions(
        &self,
        filter: InstitutionFilter,
        page: Page,
    ) -> Result<Vec<Particulars>, ViewError> {
        self.view
            .read(move |tables| {
                let mut find = tables.prepare_cached(
                    "SELECT entry FROM institution WHERE id > ?1 AND (?2 = '' OR kind = ?2)
                       AND (?3 = '' OR division LIKE ?3 || '%')
                       AND (?4 = '' OR instr(name, ?4) > 0 OR substr(credit_code, 1, length(?4)) = upper(?4))
                     ORDER BY id LIMIT ?5",
                )?;
                let kind = filter.kind.map_or("", InstitutionKind::code);
                let rows = find.query_map(
                    params![page.after, kind, prefix(filter.within), filter.text, page.size],
                    |row| row.get::<_, String>(0),
                )?;
                rows.map(|entry| parsed(&entry?)).collect()
            })
            .await
    }
}

fn one(tables: &Connection, id: &str) -> rusqlite::Result<Option<Account>> {
    // Ids in the table were parsed before they were written.
    let Ok(id) = id.parse() else { return Ok(None) };
    account(tables, &id)
}

/// The digits all divisions within a division begin with.
pub(crate) fn prefix(within: Option<DivisionCode>) -> String {
    let Some(code) = within else { return String::new() };
    if code == DivisionCode::NATION {
        return String::new();
    }
    let code = code.to_string();
    let province = code.strip_suffix("0000");
    province.or(code.strip_suffix("00")).unwrap_or(&code).to_owned()
}
