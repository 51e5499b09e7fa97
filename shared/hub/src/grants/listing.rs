//! Accesses by break-glass, page by page, the newest first. Never here: deciding who may see which.

use domain::actor::Agency;
use domain::division::DivisionCode;
use domain::ids::{OfficerId, UnitId};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use wire::v1;

use super::Grants;
use crate::answer::moment;
use crate::read_model::ViewError;
use crate::roster::listing::prefix;

/// Whose accesses may be listed.
#[derive(Debug, Clone)]
pub struct Whose {
    /// The officer's own.
    pub officer: OfficerId,
    /// Those of this unit and of the ones right below it.
    pub unit: Option<UnitId>,
    /// Those of an agency in an area; of all agencies when none is named.
    pub area: Option<(DivisionCode, Option<Agency>)>,
}

/// Which of them.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this matter; empty for all.
    pub matter: String,
    /// Only those that wait for somebody.
    pub pending: bool,
}

/// The place of an access in the order: when it was asked for in microseconds, and its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key(i64, String);

impl Default for Key {
    fn default() -> Self {
        Self(i64::MAX, String::new())
    }
}

/// An access as listed, with its place.
#[derive(Debug, Clone)]
pub struct Listed {
    /// As it is shown.
    pub access: v1::Access,
    /// Where it stands in the order.
    pub key: Key,
}

impl Grants {
    /// Accesses behind a key, at most `most`; `now` says in microseconds which reviews are overdue.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn list(
        &self,
        whose: Whose,
        filter: Filter,
        (after, most): (Key, u16),
        now: i64,
    ) -> Result<Vec<Listed>, ViewError> {
        self.view
            .read(move |tables| {
                let mut find = tables.prepare_cached(
                    "SELECT id, matter, officer, unit, reason, class, reporter, hours, stage, requested, decided_by, until,
                         uses, last_used, review_due, reviewed_by, justified, remarks
                     FROM access
                     WHERE (requested, id) < (?1, ?2)
                       AND (officer = ?3 OR unit = ?4 OR superior = ?4
                            OR (division LIKE ?5 AND (?6 = '' OR agency = ?6)))
                       AND (?7 = '' OR matter = ?7)
                       AND (NOT ?8 OR stage IN ('access-requested', 'access-open', 'access-review-due'))
                     ORDER BY requested DESC, id DESC LIMIT ?9",
                )?;
                // No unit and no division is called NULL.
                let unit = whose.unit.as_ref().map(UnitId::as_str);
                let area = whose.area.map(|(area, _)| format!("{}%", prefix(Some(area))));
                let agency = whose.area.and_then(|(_, agency)| agency).map_or("", Agency::code);
                let rows = find.query_map(
                    params![
                        after.0,
                        after.1,
                        whose.officer.as_str(),
                        unit,
                        area,
                        agency,
                        filter.matter,
                        filter.pending,
                        most
                    ],
                    |row| listed(row, now),
                )?;
                rows.collect()
            })
            .await
    }
}

fn listed(row: &Row<'_>, now: i64) -> rusqlite::Result<Listed> {
    let requested: i64 = row.get(9)?;
    let review_due: Option<i64> = row.get(14)?;
    let terms = v1::AccessTerms { class: row.get(5)?, reporter: row.get(6)?, hours: row.get(7)? };
    let access = v1::Access {
        id: row.get(0)?,
        matter: row.get(1)?,
        officer: row.get(2)?,
        unit: row.get(3)?,
        reason: row.get(4)?,
        terms: Some(terms),
        stage: row.get(8)?,
        requested_at: moment(requested),
        decided_by: row.get(10)?,
        until: row.get::<_, Option<i64>>(11)?.and_then(moment),
        uses: row.get(12)?,
        last_used_at: row.get::<_, Option<i64>>(13)?.and_then(moment),
        review_due: review_due.and_then(moment),
        review_overdue: review_due.is_some_and(|due| due < now),
        reviewed_by: row.get(15)?,
        justified: row.get(16)?,
        remarks: row.get(17)?,
    };
    Ok(Listed { key: Key(requested, access.id.clone()), access })
}
