//! What the events of a campaign do to its row: plan, stage, additions, returns, frozen versions. Where it stands is
//! taken from the name of the event that led there; a test holds the names to the rule's own fold. Never here: counting.

use domain::campaign::{Event, Return, Snapshot, Stage};
use domain::event::decode;
use hub::Step;
use hub::project::ProjectError;
use rusqlite::params;

use super::number_of;

pub(super) fn apply(step: &Step<'_>) -> Result<(), ProjectError> {
    let stored = &step.event.event;
    let event: Event = decode(&stored.kind, stored.data.as_str()).map_err(|cause| step.fault(&cause))?;
    if let Event::Drafted(plan) = &event {
        step.run(
            "INSERT OR IGNORE INTO campaign (id, title, stage, lead, division, opens, closes, plan)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                step.matter(),
                plan.title.as_str(),
                "campaign-drafting",
                plan.lead.id.as_str(),
                plan.lead.division.as_str(),
                plan.opens.to_string(),
                plan.closes.to_string(),
                kept(step, plan)?,
            ],
        )?;
    }
    if let Some(stage) = stage_after(&event) {
        step.run("UPDATE campaign SET stage = ?2 WHERE id = ?1", params![step.matter(), stage])?;
    }
    match &event {
        Event::Extended(addition) => step.run(
            "INSERT INTO addition (campaign, body) SELECT number, ?2 FROM campaign WHERE id = ?1",
            params![step.matter(), kept(step, addition)?],
        ),
        Event::FiguresSubmitted { returns } => returned(step, returns),
        Event::Frozen(snapshot) => frozen(step, 1, snapshot),
        Event::Corrected { version, snapshot, returns, .. } => {
            returned(step, returns)?;
            frozen(step, *version, snapshot)
        }
        Event::Drafted(_)
        | Event::Signed { .. }
        | Event::Approved {}
        | Event::Deployed {}
        | Event::PhaseBegun { .. }
        | Event::Verified { .. }
        | Event::Published {}
        | Event::Closed {} => Ok(()),
    }
}

/// The word for where it stands after an event; none when the event leaves it where it was.
fn stage_after(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Drafted(_) => "campaign-drafting",
        Event::Approved {} => Stage::Approved.word(),
        Event::Deployed {} => Stage::Deployed.word(),
        Event::PhaseBegun { .. } => "campaign-running",
        Event::Frozen(_) | Event::Corrected { .. } => "campaign-frozen",
        Event::Verified { .. } => Stage::Verified.word(),
        Event::Published {} => Stage::Published.word(),
        Event::Closed {} => Stage::Closed.word(),
        Event::Signed { .. } | Event::Extended(_) | Event::FiguresSubmitted { .. } => return None,
    })
}

fn returned(step: &Step<'_>, returns: &[Return]) -> Result<(), ProjectError> {
    for one in returns {
        step.run(
            "INSERT INTO returned (campaign, post, body, since) SELECT number, ?2, ?3, ?4 FROM campaign WHERE id = ?1
             ON CONFLICT DO UPDATE SET body = excluded.body",
            params![step.matter(), number_of(one.post), kept(step, one)?, step.change()],
        )?;
    }
    Ok(())
}

fn frozen(step: &Step<'_>, version: u32, snapshot: &Snapshot) -> Result<(), ProjectError> {
    step.run(
        "INSERT OR IGNORE INTO snapshot (campaign, version, body, change)
         SELECT number, ?2, ?3, ?4 FROM campaign WHERE id = ?1",
        params![step.matter(), version, kept(step, snapshot)?, step.change()],
    )
}

fn kept(step: &Step<'_>, value: &impl serde::Serialize) -> Result<String, ProjectError> {
    serde_json::to_string(value).map_err(|cause| step.fault(&cause))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use domain::actor::{Actor, Agency, Level, Role, Stamp, Unit};
    use domain::campaign::plan::Template;
    use domain::campaign::{CampaignRule, PhaseKind};
    use domain::decider::Decider;
    use domain::ids::CampaignId;
    use domain::text::Text;

    use super::*;

    #[test]
    fn an_event_leads_where_the_rule_says() {
        let division = "100000".parse().unwrap();
        let id = "UN-EDU-100000".parse().unwrap();
        let unit = Unit { id, agency: Agency::Education, level: Level::Nation, division };
        let by = Actor { officer: "OF-1".parse().unwrap(), unit: unit.clone(), roles: vec![Role::Head] };
        let at = jiff::Timestamp::UNIX_EPOCH;
        let stamp = Stamp { by, at, recorded: at };
        let campaign = CampaignId::new(division, jiff::civil::date(2023, 10, 7), 1);
        let plan = Template::find("safety-guard-2023").unwrap().plan(campaign, unit);
        let snapshot = Box::new(Snapshot {
            position: Text::parse("1").unwrap(),
            frame: Text::parse("0-0").unwrap(),
            divisions: Text::parse("1").unwrap(),
            figures: Default::default(),
            digest: "a".repeat(64).parse().unwrap(),
        });
        let reason = Text::parse("x").unwrap();
        let events = [
            Event::Drafted(Box::new(plan)),
            Event::Signed { agency: Agency::Education },
            Event::Approved {},
            Event::Deployed {},
            Event::PhaseBegun { phase: PhaseKind::CountyInspection },
            Event::FiguresSubmitted { returns: Vec::new() },
            Event::Frozen(snapshot.clone()),
            Event::Verified { missing: Vec::new(), reason: None },
            Event::Corrected { version: 2, snapshot, returns: Vec::new(), reason },
            Event::Published {},
            Event::Closed {},
        ];
        let (mut state, mut word) = (CampaignRule::initial(), "");
        for event in events {
            word = stage_after(&event).unwrap_or(word);
            state = CampaignRule::evolve(state, &event, &stamp);
            assert_eq!(state.known().unwrap().stage().word(), word, "{event:?}");
        }
    }
}
