//! What the events of a reverse referral do to its row. Never here: referrals.

use domain::actor::Unit;
use domain::reverse_referral::Step as Stage;
use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;
use serde::Deserialize;

#[derive(Deserialize)]
struct Sent {
    from: Unit,
    to: Unit,
}

pub(super) fn apply(step: &Step<'_>, name: &str) -> Result<(), ProjectError> {
    match name {
        "sent" => {
            let sent: Sent = step.body()?;
            step.run(
                "INSERT OR IGNORE INTO reverse (id, stage, from_unit, to_unit, sent) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![step.matter(), Stage::Sent.word(), sent.from.id.as_str(), sent.to.id.as_str(), step.at()?],
            )
        }
        "receipted" => stage(step, "receipted"),
        "handled" => stage(step, Stage::Handled.word()),
        "reported" => stage(step, Stage::Reported.word()),
        _ => Ok(()),
    }
}

fn stage(step: &Step<'_>, word: &str) -> Result<(), ProjectError> {
    step.run("UPDATE reverse SET stage = ?2 WHERE id = ?1", params![step.matter(), word])
}
