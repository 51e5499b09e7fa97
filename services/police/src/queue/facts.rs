//! What is known of a matter before it comes to the queue: where, about what, how urgent, whose. Kept for
//! every clue and referral, because any of them may be handed over later. Never here: the queue's own rows.

use domain::actor::Unit;
use domain::category::{Category, Urgency};
use hub::Step;
use hub::project::ProjectError;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use wire::convert::OnWire;

/// The facts of a matter.
pub(super) struct Facts {
    /// The clue a referral comes from.
    pub(super) clue: Option<String>,
    pub(super) division: String,
    pub(super) institution: Option<String>,
    pub(super) category: Option<String>,
    pub(super) urgency: i32,
    /// The agency's unit, as kept.
    pub(super) unit: String,
}

#[derive(Deserialize)]
struct Reported {
    division: String,
    institution: Option<String>,
    category: Category,
    urgency: Urgency,
    owner: Unit,
}

/// A clue was reported.
pub(super) fn reported(step: &Step<'_>) -> Result<(), ProjectError> {
    let new: Reported = step.body()?;
    let facts = Facts {
        clue: None,
        division: new.division,
        institution: new.institution,
        category: Some(new.category.code().to_owned()),
        urgency: new.urgency.to_wire(),
        unit: step.kept(&new.owner)?,
    };
    Ok(keep(step, &facts)?)
}

#[derive(Deserialize)]
struct Drafted {
    clue: String,
    division: String,
    from: Unit,
}

/// A referral was drafted; what it is about is what its clue is about.
pub(super) fn drafted(step: &Step<'_>) -> Result<(), ProjectError> {
    let new: Drafted = step.body()?;
    let of_clue = of(step.tables, &new.clue)?;
    let (institution, category) = of_clue.map_or((None, None), |clue| (clue.institution, clue.category));
    let facts = Facts {
        clue: Some(new.clue),
        division: new.division,
        institution,
        category,
        urgency: Urgency::U2.to_wire(),
        unit: step.kept(&new.from)?,
    };
    Ok(keep(step, &facts)?)
}

fn keep(step: &Step<'_>, facts: &Facts) -> rusqlite::Result<()> {
    step.tables
        .prepare_cached(
            "INSERT OR REPLACE INTO matter (id, clue, division, institution, category, urgency, unit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            step.matter(),
            facts.clue,
            facts.division,
            facts.institution,
            facts.category,
            facts.urgency,
            facts.unit
        ])
        .map(|_| ())
}

/// The facts of a matter, when it is known.
pub(super) fn of(tables: &Connection, matter: &str) -> rusqlite::Result<Option<Facts>> {
    tables
        .prepare_cached(
            "SELECT clue, division, institution, category, urgency, unit FROM matter WHERE id = ?1",
        )?
        .query_row([matter], |row| {
            Ok(Facts {
                clue: row.get(0)?,
                division: row.get(1)?,
                institution: row.get(2)?,
                category: row.get(3)?,
                urgency: row.get(4)?,
                unit: row.get(5)?,
            })
        })
        .optional()
}

/// A clue was sorted, or became more urgent by a merge.
pub(super) fn sorted(step: &Step<'_>, category: Option<Category>, urgency: Urgency) -> rusqlite::Result<()> {
    step.tables
        .prepare_cached("UPDATE matter SET category = coalesce(?2, category), urgency = ?3 WHERE id = ?1")?
        .execute(params![step.matter(), category.map(Category::code), urgency.to_wire()])
        .map(|_| ())
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: String,
}

/// An institution was entered or renamed.
pub(super) fn institution(step: &Step<'_>) -> Result<(), ProjectError> {
    let named: Named = step.body()?;
    step.tables
        .prepare_cached("INSERT OR REPLACE INTO institution (id, name) VALUES (?1, ?2)")?
        .execute([named.id, named.name])?;
    Ok(())
}
