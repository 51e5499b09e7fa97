//! The roster's tables, how directory events fill them, and the look-ups. Never here: caching.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::actor::{Actor, Agency, Level, Unit};
use domain::category::Category;
use domain::division::DivisionCode;
use domain::event::decode;
use domain::ids::{InstitutionId, OfficerId, UnitId};
use domain::institution::{self, Particulars};
use domain::jurisdiction::Jurisdiction;
use domain::officer;
use domain::unit::{self, Registered};
use eventlog::{Position, Positioned};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

use crate::project::{ProjectError, Projection};
use crate::roster::Account;

/// The projection behind the roster.
pub struct RosterTables {
    changes: Arc<AtomicU64>,
    touched: bool,
}

impl RosterTables {
    /// A projection that counts up `changes` after every committed page with directory events.
    #[must_use]
    pub fn new(changes: Arc<AtomicU64>) -> Self {
        Self { changes, touched: false }
    }
}

impl Projection for RosterTables {
    fn name(&self) -> &'static str {
        "roster"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE unit (id TEXT PRIMARY KEY, agency TEXT NOT NULL, level TEXT NOT NULL, division TEXT NOT NULL,
                 name TEXT NOT NULL, entry TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
             CREATE INDEX unit_place ON unit (agency, division);
             CREATE TABLE competence (agency TEXT NOT NULL, division TEXT NOT NULL, category TEXT NOT NULL,
                 fallback INTEGER NOT NULL, unit TEXT NOT NULL) STRICT;
             CREATE INDEX competence_place ON competence (agency, division);
             CREATE INDEX competence_unit ON competence (unit);
             CREATE TABLE officer (id TEXT PRIMARY KEY, unit TEXT NOT NULL, entry TEXT NOT NULL, roles TEXT NOT NULL,
                 credential TEXT, one_time INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
             CREATE INDEX officer_unit ON officer (unit);
             CREATE TABLE institution (id TEXT PRIMARY KEY, credit_code TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
                 division TEXT NOT NULL, entry TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX institution_place ON institution (division, name);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let stream = event.event.stream.as_str();
        match event.event.stream.category() {
            UnitId::PREFIX => apply_unit(tables, stream, &read(event)?)?,
            OfficerId::PREFIX => apply_officer(tables, stream, &read(event)?)?,
            InstitutionId::PREFIX => apply_institution(tables, &read(event)?)?,
            _ => return Ok(()),
        }
        self.touched = true;
        Ok(())
    }

    fn committed(&mut self, _: Position) {
        if std::mem::take(&mut self.touched) {
            self.changes.fetch_add(1, Ordering::AcqRel);
        }
    }
}

fn read<E: domain::event::Stored>(event: &Positioned) -> Result<E, ProjectError> {
    decode(&event.event.kind, event.event.data.as_str()).map_err(|cause| ProjectError::event(event, &cause))
}

fn json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))
}

pub(super) fn parsed<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|cause| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, cause.into())
    })
}

fn apply_unit(tables: &Connection, stream: &str, event: &unit::Event) -> rusqlite::Result<()> {
    match event {
        unit::Event::Registered(new) => {
            tables
                .prepare_cached("INSERT OR REPLACE INTO unit (id, agency, level, division, name, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                .execute(params![stream, new.unit.agency.code(), new.unit.level.code(), new.unit.division.to_string(), new.name.as_str(), json(new)?])?;
            competences(tables, stream, new.unit.agency, &new.competence)
        }
        unit::Event::CompetenceChanged { competence } => {
            let entry: Option<String> = tables
                .query_row("SELECT entry FROM unit WHERE id = ?1", [stream], |row| row.get(0))
                .optional()?;
            let Some(entry) = entry else { return Ok(()) };
            let mut known: Registered = parsed(&entry)?;
            known.competence.clone_from(competence);
            tables.execute("UPDATE unit SET entry = ?2 WHERE id = ?1", params![stream, json(&known)?])?;
            competences(tables, stream, known.unit.agency, competence)
        }
        unit::Event::Closed {} => {
            tables.execute("UPDATE unit SET closed = 1 WHERE id = ?1", [stream])?;
            tables.execute("DELETE FROM competence WHERE unit = ?1", [stream])?;
            Ok(())
        }
    }
}

fn competences(
    tables: &Connection,
    stream: &str,
    agency: Agency,
    rows: &[Jurisdiction],
) -> rusqlite::Result<()> {
    tables.execute("DELETE FROM competence WHERE unit = ?1", [stream])?;
    let mut insert = tables.prepare_cached(
        "INSERT INTO competence (agency, division, category, fallback, unit) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for row in rows {
        let categories: Vec<&str> = if row.categories.is_empty() {
            vec![""]
        } else {
            row.categories.iter().map(|category| category.code()).collect()
        };
        for category in categories {
            insert.execute(params![
                agency.code(),
                row.division.to_string(),
                category,
                row.fallback,
                stream
            ])?;
        }
    }
    Ok(())
}

fn apply_officer(tables: &Connection, stream: &str, event: &officer::Event) -> rusqlite::Result<()> {
    match event {
        officer::Event::Registered(new) => tables
            .prepare_cached(
                "INSERT OR REPLACE INTO officer (id, unit, entry, roles) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![stream, new.unit.id.as_str(), json(new)?, json(&new.roles)?]),
        officer::Event::RolesChanged { roles } => {
            tables.execute("UPDATE officer SET roles = ?2 WHERE id = ?1", params![stream, json(roles)?])
        }
        officer::Event::CredentialSet { credential, one_time } => tables.execute(
            "UPDATE officer SET credential = ?2, one_time = ?3 WHERE id = ?1",
            params![stream, json(credential)?, one_time],
        ),
        officer::Event::Disabled {} => {
            tables.execute("UPDATE officer SET disabled = 1 WHERE id = ?1", [stream])
        }
        officer::Event::Enabled {} => {
            tables.execute("UPDATE officer SET disabled = 0 WHERE id = ?1", [stream])
        }
    }
    .map(|_| ())
}

fn apply_institution(tables: &Connection, event: &institution::Event) -> rusqlite::Result<()> {
    let (institution::Event::Registered(entry) | institution::Event::Changed(entry)) = event;
    tables
        .prepare_cached("INSERT OR REPLACE INTO institution (id, credit_code, name, kind, division, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![
            entry.id.as_str(),
            entry.credit_code.to_string(),
            entry.name.as_str(),
            entry.kind.code(),
            entry.division.to_string(),
            json(entry)?
        ])
        .map(|_| ())
}

pub(super) fn account(tables: &Connection, officer: &OfficerId) -> rusqlite::Result<Option<Account>> {
    let row = tables
        .prepare_cached("SELECT entry, roles, credential, one_time, disabled FROM officer WHERE id = ?1")?
        .query_row([officer.as_str()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get::<_, bool>(3)?,
                row.get::<_, bool>(4)?,
            ))
        })
        .optional()?;
    let Some((entry, roles, credential, one_time, disabled)) = row else { return Ok(None) };
    let entry: officer::Registered = parsed(&entry)?;
    let credential = credential.map(|text| parsed(&text)).transpose()?;
    let actor = Actor { officer: entry.officer, unit: entry.unit, roles: parsed(&roles)? };
    Ok(Some(Account { actor, name: entry.name, credential, one_time, disabled }))
}

pub(super) fn unit(tables: &Connection, unit: &UnitId) -> rusqlite::Result<Option<Registered>> {
    let entry: Option<String> = tables
        .prepare_cached("SELECT entry FROM unit WHERE id = ?1 AND closed = 0")?
        .query_row([unit.as_str()], |row| row.get(0))
        .optional()?;
    entry.map(|text| parsed(&text)).transpose()
}

/// `chain` runs from the place upward, so the first division with a competent unit is the narrowest.
pub(super) fn competent(
    tables: &Connection,
    agency: Agency,
    chain: &[DivisionCode],
    category: Option<Category>,
    fallback: bool,
) -> rusqlite::Result<Option<Unit>> {
    let wanted = category.map_or("", Category::code);
    let mut find = tables.prepare_cached(
        "SELECT unit.entry FROM competence JOIN unit ON unit.id = competence.unit
         WHERE competence.agency = ?1 AND competence.division = ?2 AND competence.category IN (?3, '')
           AND (?4 = 0 OR competence.fallback = 1)
         ORDER BY competence.category DESC, competence.fallback, unit.id LIMIT 1",
    )?;
    for division in chain {
        let entry: Option<String> = find
            .query_row(params![agency.code(), division.to_string(), wanted, fallback], |row| row.get(0))
            .optional()?;
        if let Some(entry) = entry {
            return Ok(Some(parsed::<Registered>(&entry)?.unit));
        }
    }
    Ok(None)
}

pub(super) fn at_level(
    tables: &Connection,
    agency: Agency,
    chain: &[DivisionCode],
    level: Level,
) -> rusqlite::Result<Option<Unit>> {
    let mut find = tables.prepare_cached(
        "SELECT entry FROM unit WHERE agency = ?1 AND division = ?2 AND level = ?3 AND closed = 0 ORDER BY id LIMIT 1",
    )?;
    for division in chain {
        let entry: Option<String> = find
            .query_row(params![agency.code(), division.to_string(), level.code()], |row| row.get(0))
            .optional()?;
        if let Some(entry) = entry {
            return Ok(Some(parsed::<Registered>(&entry)?.unit));
        }
    }
    Ok(None)
}

pub(super) fn institution(tables: &Connection, id: &InstitutionId) -> rusqlite::Result<Option<Particulars>> {
    let entry: Option<String> = tables
        .prepare_cached("SELECT entry FROM institution WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    entry.map(|text| parsed(&text)).transpose()
}
