//! What the records of campaigns do to the rows: visits, hazards, dispatches, staff, institutions. Only the members
//! that rows need are read. Never here: what happens to a campaign itself.

use domain::campaign::Post;
use domain::campaign::figures::{Finding, INSPECTED};
use domain::division::DivisionCode;
use domain::hazard::Category;
use domain::inspection::plan::Tier;
use hub::Step;
use hub::project::ProjectError;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use uuid::Uuid;

use super::{CampaignTables, code_of, number_of};

#[derive(Deserialize)]
struct Planned<'a> {
    institution: &'a str,
    division: DivisionCode,
    tier: Tier,
    #[serde(default, borrow)]
    campaign: Option<&'a str>,
}

#[derive(Deserialize)]
struct Reported<'a> {
    #[serde(borrow)]
    plan: Planned<'a>,
}

pub(super) fn planned(tables: &mut CampaignTables, step: &Step<'_>) -> Result<(), ProjectError> {
    visit(tables, step, &step.body()?)
}

pub(super) fn reported(tables: &mut CampaignTables, step: &Step<'_>) -> Result<(), ProjectError> {
    let reported: Reported<'_> = step.body()?;
    visit(tables, step, &reported.plan)
}

fn visit(tables: &mut CampaignTables, step: &Step<'_>, plan: &Planned<'_>) -> Result<(), ProjectError> {
    let Some(campaign) = plan.campaign else { return Ok(()) };
    let Some(known) = tables.campaign(step, campaign)? else { return Ok(()) };
    let Some((post, county)) = known.places.visit(plan.tier, plan.division) else { return Ok(()) };
    step.run(
        "INSERT OR IGNORE INTO visit (inspection, campaign, post, county, institution)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![step.matter(), known.number, number_of(post), code_of(county), plan.institution],
    )
}

#[derive(Deserialize)]
struct Issued<'a> {
    #[serde(borrow)]
    hazards: Vec<Found<'a>>,
}

#[derive(Deserialize)]
struct Found<'a> {
    id: &'a str,
    category: Category,
}

/// The visit is over: the institution was inspected, and these were found.
pub(super) fn issued(step: &Step<'_>) -> Result<(), ProjectError> {
    let visit: Option<(i64, i64, i64, String)> = step
        .tables
        .prepare_cached("SELECT campaign, post, county, institution FROM visit WHERE inspection = ?1")?
        .query_row([step.matter()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((campaign, post, county, institution)) = visit else { return Ok(()) };
    let Issued { hazards } = step.body()?;
    let mut bits = INSPECTED;
    for Found { id, category } in hazards {
        let Some(finding) = Finding::of(category) else { continue };
        bits |= finding.marks();
        step.run(
            "INSERT OR IGNORE INTO hazard (id, campaign, post, institution, bits) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, campaign, post, institution, finding.marks()],
        )?;
    }
    step.run(
        "INSERT INTO mark (campaign, post, institution, county, bits) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET bits = bits | excluded.bits",
        params![campaign, post, institution, county, bits],
    )
}

/// A hazard was none: its institution keeps the bits of the hazards that remain.
pub(super) fn hazard_voided(step: &Step<'_>) -> Result<(), ProjectError> {
    let gone: Option<(i64, i64, String)> = step
        .tables
        .prepare_cached("DELETE FROM hazard WHERE id = ?1 RETURNING campaign, post, institution")?
        .query_row([step.matter()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some(at) = gone else { return Ok(()) };
    let mut remaining = step
        .tables
        .prepare_cached("SELECT bits FROM hazard WHERE campaign = ?1 AND post = ?2 AND institution = ?3")?;
    let mut bits = INSPECTED;
    for one in remaining.query_map(params![at.0, at.1, at.2], |row| row.get::<_, u8>(0))? {
        bits |= one?;
    }
    step.run(
        "UPDATE mark SET bits = ?4 WHERE campaign = ?1 AND post = ?2 AND institution = ?3",
        params![at.0, at.1, at.2, bits],
    )
}

#[derive(Deserialize)]
struct Dispatched<'a> {
    campaign: &'a str,
    post: Post,
    persons: u32,
}

pub(super) fn dispatched(tables: &mut CampaignTables, step: &Step<'_>) -> Result<(), ProjectError> {
    let Dispatched { campaign, post, persons } = step.body()?;
    let Some(known) = tables.campaign(step, campaign)? else { return Ok(()) };
    let Some(post) = known.places.dispatch(post) else { return Ok(()) };
    step.run(
        "INSERT OR IGNORE INTO dispatch (id, campaign, post, persons) VALUES (?1, ?2, ?3, ?4)",
        params![step.matter(), known.number, number_of(post), persons],
    )
}

pub(super) fn dispatch_voided(step: &Step<'_>) -> Result<(), ProjectError> {
    step.run("DELETE FROM dispatch WHERE id = ?1", [step.matter()])
}

#[derive(Deserialize)]
struct Asked<'a> {
    campaign: &'a str,
    division: DivisionCode,
    persons: Vec<Uuid>,
}

pub(super) fn asked(tables: &mut CampaignTables, step: &Step<'_>) -> Result<(), ProjectError> {
    let Asked { campaign, division, persons } = step.body()?;
    let Some(known) = tables.campaign(step, campaign)? else { return Ok(()) };
    let Some(post) = known.places.staff(division).map(number_of) else { return Ok(()) };
    let all: Vec<u8> = persons.iter().flat_map(Uuid::as_bytes).copied().collect();
    step.run(
        "INSERT OR IGNORE INTO staff_count (id, campaign, post, persons) VALUES (?1, ?2, ?3, ?4)",
        params![step.matter(), known.number, post, all],
    )?;
    let mut count = step.tables.prepare_cached(
        "INSERT INTO staff (campaign, post, person, times) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET times = times + 1",
    )?;
    for person in &persons {
        count.execute(params![known.number, post, person.as_bytes()])?;
    }
    Ok(())
}

/// Whom no other count names is not counted any more.
pub(super) fn count_voided(step: &Step<'_>) -> Result<(), ProjectError> {
    let gone: Option<(i64, i64, Vec<u8>)> = step
        .tables
        .prepare_cached("DELETE FROM staff_count WHERE id = ?1 RETURNING campaign, post, persons")?
        .query_row([step.matter()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((campaign, post, persons)) = gone else { return Ok(()) };
    for person in persons.chunks_exact(16) {
        let at = params![campaign, post, person];
        step.run("UPDATE staff SET times = times - 1 WHERE campaign = ?1 AND post = ?2 AND person = ?3", at)?;
        step.run("DELETE FROM staff WHERE campaign = ?1 AND post = ?2 AND person = ?3 AND times = 0", at)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Institution<'a> {
    id: &'a str,
    division: DivisionCode,
}

pub(super) fn institution(step: &Step<'_>) -> Result<(), ProjectError> {
    let Institution { id, division } = step.body()?;
    step.run(
        "INSERT INTO institution (id, division) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET division = excluded.division",
        params![id, code_of(division)],
    )
}
