//! A row of the calendar as it is read. Never here: which rows, or writing.

use domain::actor::Unit;
use domain::ids::{InspectionId, UnitId};
use domain::inspection::Stage;
use domain::inspection::repeat::Near;
use hub::step::unit_in;
use rusqlite::types::Type;
use rusqlite::{Error, Row};
use serde::de::DeserializeOwned;

/// What a row is read from; the columns stand in the order they are read.
pub(super) const COLUMNS: &str =
    "visit.id, visit.stage, visit.day, visit.institution, visit.division, visit.lead, visit.invited, visit.tier,
     visit.campaign, visit.earlier, visit.hazards, visit.members";

/// A visit of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// The inspection.
    pub id: String,
    /// Stable word of its stage.
    pub stage: String,
    /// Its day, `YYYY-MM-DD`.
    pub day: String,
    /// The institution.
    pub institution: String,
    /// The institution's division.
    pub division: String,
    /// The unit that leads.
    pub lead: Unit,
    /// The units asked to take part.
    pub invited: Vec<UnitId>,
    /// Its tier, as its number on the wire.
    pub tier: i32,
    /// The campaign; empty when none.
    pub campaign: String,
    /// The visit it looks back at; empty when none.
    pub earlier: String,
    /// Hazards found.
    pub hazards: u32,
    /// Members confirmed.
    pub members: u32,
}

impl VisitRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            stage: row.get(1)?,
            day: row.get(2)?,
            institution: row.get(3)?,
            division: row.get(4)?,
            lead: unit_in(row, 5)?,
            invited: json(&row.get::<_, String>(6)?, 6)?,
            tier: row.get(7)?,
            campaign: row.get(8)?,
            earlier: row.get(9)?,
            hazards: row.get(10)?,
            members: row.get(11)?,
        })
    }

    /// As the guard against repeated visits asks for it.
    ///
    /// # Errors
    /// When the row holds no id or no day.
    pub(super) fn near(self) -> rusqlite::Result<Near> {
        let Self { id, stage, day, lead, invited, .. } = self;
        let ahead =
            [Stage::Planned, Stage::TeamFormed, Stage::Notified, Stage::Unannounced, Stage::Postponed];
        let inspection: InspectionId = json(&format!("\"{id}\""), 0)?;
        let on = day.parse().map_err(|cause: jiff::Error| unreadable(2, cause.into()))?;
        let units = std::iter::once(lead.id.clone()).chain(invited).collect();
        let ahead = ahead.iter().any(|one| one.word() == stage);
        Ok(Near { inspection, lead, units, on, ahead })
    }
}

fn json<T: DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|cause| unreadable(column, cause.into()))
}

fn unreadable(column: usize, cause: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, cause)
}
