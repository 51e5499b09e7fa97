//! What the events of a clue do to its row and its parties: the rule's own fold in miniature. Never here:
//! clocks (those are `clock`), referrals.

use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;
use serde::Deserialize;

use super::{NEVER, ToUnit, UnitPart};

/// Why a unit is a party, as stored in `party.why`.
#[derive(Clone, Copy)]
enum Why {
    Owner = 1,
    Handler = 2,
    Designator = 3,
    Transfer = 4,
    Police = 5,
    Answer = 6,
}

impl Why {
    const fn code(self) -> i64 {
        self as i64
    }
}

type Folded = Result<(), ProjectError>;

pub(super) fn apply(step: &Step<'_>, name: &str) -> Folded {
    match name {
        "reported" => reported(step),
        "obligation-opened" => obligation_opened(step),
        "obligation-met" => obligation_met(step),
        "absorbed" => absorbed(step),
        "merge-proposed" => stage(step, "merge-proposed"),
        "merged" => stage(step, "merged"),
        "merge-undone" => stage(step, "received"),
        "triaged" => triaged(step),
        "assigned" => assigned(step),
        "returned" => returned(step),
        "verification-started" => stage(step, "verifying"),
        "concluded" => concluded(step),
        "police-transfer-requested" => without_transfer(step, "transfer-requested"),
        "police-transferred" => transferred(step, "transferred-police"),
        "transferred-other" => transferred(step, "transferred-other"),
        "transfer-receipted" => receipted(step),
        "transfer-forwarded" => forwarded(step),
        "transfer-declined" => declined(step),
        "reopened" => back_to_sorting(step, None),
        "feedback-received" => answered(step),
        "admin-case-opened" => without_transfer(step, "admin-handling"),
        "referral-opened" => without_transfer(step, "referral-opened"),
        "referral-ended" => in_referral(step, "'closed'"),
        "referral-resumed" => in_referral(step, "'closed', 'substantiated', 'admin-handling'"),
        "reporter-informed" => without_transfer(step, "closed"),
        "fell-back" => fell_back(step),
        // The rest moves no row: calls, confirmations, acceptance, extensions, fines.
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
struct Reported<'a> {
    channel: &'a str,
    category: &'a str,
    urgency: &'a str,
    minor: &'a str,
    division: &'a str,
    #[serde(default)]
    institution: Option<&'a str>,
    received: jiff::Timestamp,
    reporter: Kind<'a>,
    #[serde(borrow)]
    owner: UnitPart<'a>,
}

#[derive(Deserialize)]
struct Kind<'a> {
    r#type: &'a str,
}

fn reported(step: &Step<'_>) -> Folded {
    let new: Reported<'_> = step.body()?;
    step.run(
        "INSERT INTO clue (id, stage, urgency, category, channel, minor, division, institution, agency, owner,
             received, anonymous, due) VALUES (?1, 'received', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (id) DO NOTHING",
        params![
            step.matter(),
            rank(new.urgency),
            new.category,
            new.channel,
            new.minor,
            new.division,
            new.institution,
            new.owner.agency,
            new.owner.id,
            new.received.as_microsecond(),
            new.reporter.r#type == "anonymous",
            NEVER
        ],
    )?;
    party(step, Why::Owner, Some(new.owner.id))
}

/// `U1` to `U4` as 1 to 4.
fn rank(urgency: &str) -> i64 {
    urgency.strip_prefix('U').and_then(|digit| digit.parse().ok()).unwrap_or(4)
}

/// Makes a unit a party for a reason, in place of the one before; or nobody.
fn party(step: &Step<'_>, why: Why, unit: Option<&str>) -> Folded {
    match unit {
        Some(unit) => step.run(
            "INSERT INTO party (clue, why, unit) VALUES (?1, ?2, ?3)
             ON CONFLICT (clue, why) DO UPDATE SET unit = excluded.unit",
            params![step.matter(), why.code(), unit],
        ),
        None => {
            step.run("DELETE FROM party WHERE clue = ?1 AND why = ?2", params![step.matter(), why.code()])
        }
    }
}

fn stage(step: &Step<'_>, stage: &str) -> Folded {
    step.run("UPDATE clue SET stage = ?2 WHERE id = ?1", params![step.matter(), stage])
}

/// The clue goes on without the transfer it had, if any.
fn without_transfer(step: &Step<'_>, to: &str) -> Folded {
    stage(step, to)?;
    party(step, Why::Transfer, None)?;
    party(step, Why::Designator, None)?;
    receiver(step)
}

/// The referral brings the clue back to it from these stages; new facts being looked into stay with their unit.
fn in_referral(step: &Step<'_>, from: &str) -> Folded {
    step.run(
        &format!("UPDATE clue SET stage = 'referral-opened' WHERE id = ?1 AND stage IN ({from})"),
        [step.matter()],
    )
}

/// Who must act on the receiving side: of the transfer under way, else of a duty to report that the police have yet
/// to sign for or to answer; and with it the clocks that wait for them.
fn receiver(step: &Step<'_>) -> Folded {
    step.run(
        "UPDATE clue SET receiver = COALESCE((SELECT unit FROM party WHERE clue = ?1 AND why = 4),
             CASE obligation WHEN 1 THEN police ELSE answering END) WHERE id = ?1",
        [step.matter()],
    )?;
    acting(step)
}

/// The clocks of a clue are those of the unit that must act now.
fn acting(step: &Step<'_>) -> Folded {
    step.run(
        "UPDATE clock SET unit = (SELECT COALESCE(CASE clock.receiver WHEN 1 THEN clue.receiver END, handler, owner)
             FROM clue WHERE id = ?1) WHERE matter = ?1",
        [step.matter()],
    )
}

#[derive(Deserialize)]
struct Obligation<'a> {
    #[serde(borrow)]
    police: UnitPart<'a>,
}

/// A duty to report is a hand-over of its own: the police have it from this moment.
fn obligation_opened(step: &Step<'_>) -> Folded {
    let opened: Obligation<'_> = step.body()?;
    step.run(
        "UPDATE clue SET obligation = 1, police = ?2, handed = COALESCE(handed, ?3),
             receiver = COALESCE((SELECT unit FROM party WHERE clue = ?1 AND why = 4), ?2) WHERE id = ?1",
        params![step.matter(), opened.police.id, step.at()?],
    )?;
    // No clock of the receiving side runs yet: the duty's own starts after this.
    party(step, Why::Police, Some(opened.police.id))
}

fn obligation_met(step: &Step<'_>) -> Folded {
    step.run(
        "UPDATE clue SET obligation = 2, answering = police, receipted = COALESCE(receipted, ?2) WHERE id = ?1",
        params![step.matter(), step.at()?],
    )?;
    receiver(step)
}

#[derive(Deserialize)]
struct Raised<'a> {
    urgency: &'a str,
}

fn absorbed(step: &Step<'_>) -> Folded {
    let raised: Raised<'_> = step.body()?;
    step.run(
        "UPDATE clue SET urgency = MIN(urgency, ?2) WHERE id = ?1",
        params![step.matter(), rank(raised.urgency)],
    )
}

#[derive(Deserialize)]
struct Triaged<'a> {
    category: &'a str,
    urgency: &'a str,
    minor: &'a str,
}

/// Sorting moves a clue only where it waits to be sorted; later it stays with its unit.
fn triaged(step: &Step<'_>) -> Folded {
    let found: Triaged<'_> = step.body()?;
    step.run(
        "UPDATE clue SET category = ?2, urgency = ?3, minor = ?4,
             stage = CASE WHEN stage IN ('received', 'merge-proposed', 'transfer-requested') THEN 'triaged' ELSE stage END,
             handler = CASE WHEN stage IN ('received', 'merge-proposed', 'transfer-requested') THEN NULL ELSE handler END
         WHERE id = ?1",
        params![step.matter(), found.category, rank(found.urgency), found.minor],
    )?;
    step.run(
        "DELETE FROM party WHERE clue = ?1 AND why = 2 AND (SELECT handler FROM clue WHERE id = ?1) IS NULL",
        [step.matter()],
    )?;
    acting(step)
}

fn assigned(step: &Step<'_>) -> Folded {
    let to: ToUnit<'_> = step.body()?;
    step.run(
        "UPDATE clue SET stage = 'assigned', handler = ?2 WHERE id = ?1",
        params![step.matter(), to.to.id],
    )?;
    party(step, Why::Handler, Some(to.to.id))?;
    party(step, Why::Designator, None)?;
    acting(step)
}

#[derive(Deserialize)]
struct Returned<'a> {
    #[serde(borrow, default)]
    designator: Option<UnitPart<'a>>,
}

fn returned(step: &Step<'_>) -> Folded {
    let returned: Returned<'_> = step.body()?;
    back_to_sorting(step, returned.designator.as_ref().map(|unit| unit.id))
}

fn back_to_sorting(step: &Step<'_>, designator: Option<&str>) -> Folded {
    step.run("UPDATE clue SET stage = 'triaged', handler = NULL WHERE id = ?1", [step.matter()])?;
    party(step, Why::Handler, None)?;
    party(step, Why::Transfer, None)?;
    party(step, Why::Designator, designator)?;
    receiver(step)
}

#[derive(Deserialize)]
struct Concluded<'a> {
    result: &'a str,
}

fn concluded(step: &Step<'_>) -> Folded {
    let found: Concluded<'_> = step.body()?;
    step.run(
        "UPDATE clue SET stage = ?2, conclusion = ?2 WHERE id = ?1",
        params![step.matter(), found.result],
    )
}

fn transferred(step: &Step<'_>, to_stage: &str) -> Folded {
    let to: ToUnit<'_> = step.body()?;
    if to_stage == "transferred-police" {
        step.run(
            "UPDATE clue SET transferred = 1, handed = COALESCE(handed, ?2) WHERE id = ?1",
            params![step.matter(), step.at()?],
        )?;
    }
    stage(step, to_stage)?;
    party(step, Why::Transfer, Some(to.to.id))?;
    party(step, Why::Designator, None)?;
    receiver(step)
}

/// The first receipt of the police counts; that of another agency is none.
fn receipted(step: &Step<'_>) -> Folded {
    step.run(
        "UPDATE clue SET receipted = COALESCE(receipted, ?2) WHERE id = ?1 AND stage = 'transferred-police'",
        params![step.matter(), step.at()?],
    )
}

/// A forwarded entry moves with everything on it: the transfer, an open duty to report, or the answer to one.
fn forwarded(step: &Step<'_>) -> Folded {
    let (by, to): (_, ToUnit<'_>) = (step.beside()?.by.unit.id, step.body()?);
    step.run(
        "UPDATE clue SET police = ?2 WHERE id = ?1 AND obligation = 1",
        params![step.matter(), to.to.id],
    )?;
    step.run(
        "UPDATE party SET unit = ?2 WHERE clue = ?1 AND ((why = 4 AND unit = ?3)
             OR (why = 5 AND (SELECT obligation FROM clue WHERE id = ?1) = 1))",
        params![step.matter(), to.to.id, by.as_str()],
    )?;
    if answers(step, by.as_str())? {
        step.run("UPDATE clue SET answering = ?2 WHERE id = ?1", params![step.matter(), to.to.id])?;
        party(step, Why::Answer, Some(to.to.id))?;
    }
    receiver(step)
}

/// Whether the unit still owes the answer to a report.
fn answers(step: &Step<'_>, unit: &str) -> Result<bool, ProjectError> {
    let mut find = step.tables.prepare_cached("SELECT 1 FROM clue WHERE id = ?1 AND answering = ?2")?;
    Ok(find.exists(params![step.matter(), unit])?)
}

/// Whether the clue is in a transfer to the unit.
fn sent_to(step: &Step<'_>, unit: &str) -> Result<bool, ProjectError> {
    let mut find =
        step.tables.prepare_cached("SELECT 1 FROM party WHERE clue = ?1 AND why = 4 AND unit = ?2")?;
    Ok(find.exists(params![step.matter(), unit])?)
}

/// The unit answers the report no more, because it has or because it is no matter of the police.
fn answer_given(step: &Step<'_>, unit: &str) -> Folded {
    step.run(
        "UPDATE clue SET answering = NULL WHERE id = ?1 AND answering = ?2",
        params![step.matter(), unit],
    )
}

/// A declined transfer brings the clue back; a declined report leaves it where it is.
fn declined(step: &Step<'_>) -> Folded {
    let by = step.beside()?.by.unit.id;
    if sent_to(step, by.as_str())? {
        return back_to_sorting(step, None);
    }
    answer_given(step, by.as_str())?;
    receiver(step)
}

fn answered(step: &Step<'_>) -> Folded {
    let by = step.beside()?.by.unit.id;
    answer_given(step, by.as_str())?;
    if sent_to(step, by.as_str())? {
        stage(step, "awaiting-feedback")?;
    }
    receiver(step)
}

fn fell_back(step: &Step<'_>) -> Folded {
    let to: ToUnit<'_> = step.body()?;
    step.run(
        "UPDATE clue SET owner = ?2, agency = ?3 WHERE id = ?1",
        params![step.matter(), to.to.id, to.to.agency],
    )?;
    party(step, Why::Owner, Some(to.to.id))?;
    acting(step)
}
