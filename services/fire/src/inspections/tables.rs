//! Inspections as rows: one each with what the calendar shows and filters by, one for every unit and area whose calendar
//! it stands in, and the hazards that are open at an institution. Never here: a decision, the time of day, or anything
//! that somebody typed.

use domain::actor::Unit;
use domain::division::{DivisionCode, Divisions};
use domain::event::decode;
use domain::ids::{HazardId, InspectionId, UnitId};
use domain::inspection::stage::stage_after;
use domain::inspection::{Event, Planned, Stage};
use hub::Step;
use hub::project::{Positioned, ProjectError, Projection};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use serde::de::IgnoredAny;
use wire::convert::OnWire;
use wire::v1;

/// The projection behind calendar and guard.
pub struct InspectionTables;

impl Projection for InspectionTables {
    fn name(&self) -> &'static str {
        "inspections"
    }

    fn shape(&self) -> u32 {
        1
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE visit (id TEXT PRIMARY KEY, stage TEXT NOT NULL, day TEXT NOT NULL,
                 institution TEXT NOT NULL, division TEXT NOT NULL, level INTEGER NOT NULL, lead TEXT NOT NULL,
                 invited TEXT NOT NULL, agencies INTEGER NOT NULL, tier INTEGER NOT NULL, campaign TEXT NOT NULL,
                 earlier TEXT NOT NULL, members INTEGER NOT NULL, signed INTEGER NOT NULL DEFAULT 0,
                 said TEXT NOT NULL DEFAULT '', hazards INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
             CREATE INDEX visit_day ON visit (day, id);
             CREATE INDEX visit_institution ON visit (institution, day, id);
             CREATE TABLE listing (who TEXT NOT NULL, day TEXT NOT NULL, id TEXT NOT NULL,
                 PRIMARY KEY (who, day, id)) STRICT, WITHOUT ROWID;
             CREATE TABLE hazard (id TEXT PRIMARY KEY, institution TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX hazard_institution ON hazard (institution, id);",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let step = Step { tables, event };
        match (step.category(), event.event.kind.as_str()) {
            (InspectionId::PREFIX, "inspection.planned") => begun(&step, &step.body()?, (Stage::Planned, 0)),
            (InspectionId::PREFIX, "inspection.reported") => {
                let Reported { plan, team } = step.body()?;
                begun(&step, &plan, (Stage::Recorded, team.len()))
            }
            // None of these moves anything in a row; they are most of the events of an inspection.
            (InspectionId::PREFIX, "inspection.answered" | "inspection.checked-out") => Ok(()),
            (InspectionId::PREFIX, kind) if kind.starts_with("inspection.") => went_on(&step, kind),
            (HazardId::PREFIX, "hazard.found") => {
                let found: Found = step.body()?;
                let open = "INSERT OR REPLACE INTO hazard (id, institution) VALUES (?1, ?2)";
                step.run(open, [step.matter(), found.institution.as_str()])
            }
            (HazardId::PREFIX, "hazard.verified" | "hazard.transferred" | "hazard.voided") => {
                step.run("DELETE FROM hazard WHERE id = ?1", [step.matter()])
            }
            (_, _) => Ok(()),
        }
    }
}

#[derive(Deserialize)]
struct Reported {
    plan: Planned,
    team: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Found {
    institution: String,
}

/// The place of an agency in a set of them.
pub(super) fn bit(unit: &Unit) -> i64 {
    1 << unit.agency.to_wire()
}

fn begun(step: &Step<'_>, plan: &Planned, (stage, members): (Stage, usize)) -> Result<(), ProjectError> {
    let invited: Vec<&UnitId> = plan.invited.iter().map(|unit| &unit.id).collect();
    let invited = serde_json::to_string(&invited).map_err(|cause| step.fault(&cause))?;
    let level = Divisions::standard().find(plan.division).map_or(0, |row| v1::Level::from(row.level) as i32);
    step.run(
        "INSERT OR REPLACE INTO visit (id, stage, day, institution, division, level, lead, invited, agencies, tier,
             campaign, earlier, members) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            plan.id.as_str(),
            stage.word(),
            plan.on.to_string(),
            plan.institution.as_str(),
            plan.division.to_string(),
            level,
            step.kept(&plan.lead)?,
            invited,
            plan.units().fold(0, |agencies, unit| agencies | bit(unit)),
            plan.tier.to_wire(),
            plan.campaign.as_ref().map_or("", |id| id.as_str()),
            plan.earlier.as_ref().map_or("", |id| id.as_str()),
            i64::try_from(members).unwrap_or(i64::MAX),
        ],
    )?;
    let units = plan.units().map(|unit| unit.id.to_string());
    list(step, units.chain(areas(plan.division)), plan.on)
}

/// A division and those above it.
fn areas(division: DivisionCode) -> impl Iterator<Item = String> {
    Divisions::standard().chain(division).into_iter().map(|row| row.code.to_string())
}

fn list(step: &Step<'_>, whose: impl Iterator<Item = String>, on: Date) -> Result<(), ProjectError> {
    let day = on.to_string();
    let mut insert =
        step.tables.prepare_cached("INSERT OR IGNORE INTO listing (who, day, id) VALUES (?1, ?2, ?3)")?;
    for who in whose {
        insert.execute([who.as_str(), &day, step.matter()])?;
    }
    Ok(())
}

fn went_on(step: &Step<'_>, kind: &str) -> Result<(), ProjectError> {
    let event: Event = decode(kind, step.event.event.data.as_str()).map_err(|cause| step.fault(&cause))?;
    if let Some(stage) = stage_after(&event) {
        step.run("UPDATE visit SET stage = ?2 WHERE id = ?1", [step.matter(), stage.word()])?;
    }
    counted(step, &event)?;
    if let Event::Resumed { on } = event { moved(step, on) } else { Ok(()) }
}

/// What an event changes beside the stage, or where more than one event makes a stage.
fn counted(step: &Step<'_>, event: &Event) -> Result<(), ProjectError> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let set = |sql: &str, value: i64| step.run(sql, params![step.matter(), value]);
    if let Event::MemberConfirmed(_) = event {
        set("UPDATE visit SET members = members + ?2 WHERE id = ?1", 1)
    } else if let Event::MemberRecused { .. } = event {
        set("UPDATE visit SET members = members - ?2 WHERE id = ?1", 1)
    } else if let Event::TeamFormed { team } = event {
        set("UPDATE visit SET members = ?2 WHERE id = ?1", number(team.members().len()))
    } else if let Event::Issued { hazards } = event {
        set("UPDATE visit SET hazards = ?2 WHERE id = ?1", number(hazards.len()))
    } else if let Event::CheckedIn(_) = event {
        let came = "UPDATE visit SET stage = ?2 WHERE id = ?1 AND stage = ?3";
        step.run(came, [step.matter(), Stage::OnSite.word(), Stage::EnRoute.word()])
    } else if let Event::MemberSigned {} = event {
        set("UPDATE visit SET signed = signed + ?2 WHERE id = ?1", 1)?;
        locked(step)
    } else if let Event::InstitutionSigned { .. } = event {
        said(step, Stage::Signed)
    } else if let Event::InstitutionRefused { .. } = event {
        said(step, Stage::RefusedToSign)
    } else {
        Ok(())
    }
}

fn said(step: &Step<'_>, stage: Stage) -> Result<(), ProjectError> {
    step.run("UPDATE visit SET said = ?2 WHERE id = ?1", [step.matter(), stage.word()])?;
    locked(step)
}

/// The record is locked once all members and the institution have said what they have to say.
fn locked(step: &Step<'_>) -> Result<(), ProjectError> {
    let all = "UPDATE visit SET stage = said WHERE id = ?1 AND said <> '' AND signed >= members";
    step.run(all, [step.matter()])
}

/// The visit stands on another day of every calendar it is in.
fn moved(step: &Step<'_>, on: Date) -> Result<(), ProjectError> {
    let read = "SELECT day, division, lead, invited FROM visit WHERE id = ?1";
    let row = step.tables.prepare_cached(read)?.query_row([step.matter()], |row| {
        let (day, division): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((day, division, hub::step::unit_in(row, 2)?, row.get::<_, String>(3)?))
    });
    let Some((day, division, lead, invited)) = row.optional()? else { return Ok(()) };
    let invited: Vec<String> = serde_json::from_str(&invited).map_err(|cause| step.fault(&cause))?;
    let division: DivisionCode = division.parse().map_err(|cause| step.fault(&cause))?;
    let whose: Vec<String> =
        areas(division).chain(std::iter::once(lead.id.to_string())).chain(invited).collect();
    let mut gone =
        step.tables.prepare_cached("DELETE FROM listing WHERE who = ?1 AND day = ?2 AND id = ?3")?;
    for who in &whose {
        gone.execute([who.as_str(), &day, step.matter()])?;
    }
    step.run("UPDATE visit SET day = ?2 WHERE id = ?1", [step.matter(), &on.to_string()])?;
    list(step, whose.into_iter(), on)
}
