//! The parts of a campaign as they are answered. Nothing in them is above P1 but the reasons of verification and
//! correction, which no answer carries. Never here: who may see a campaign, or counting.

use domain::campaign::figures::Figures;
use domain::campaign::ratio::Share;
use domain::campaign::{Addition, Phase, Plan, Post, Return, Snapshot};

use crate::convert::{OnWire, numbers};
use crate::show::{Lens, unit};
use crate::v1;

/// What was issued.
#[must_use]
pub fn plan(plan: &Plan, lens: &dyn Lens) -> v1::CampaignPlan {
    let issuers: Vec<_> = plan.issuers.iter().copied().collect();
    v1::CampaignPlan {
        id: plan.id.to_string(),
        title: plan.title.to_string(),
        lead: Some(unit(lens, &plan.lead)),
        issuers: numbers(&issuers),
        opens: plan.opens.to_string(),
        closes: plan.closes.to_string(),
        phases: plan.phases.iter().map(phase).collect(),
        tasks: plan.tasks.iter().map(ToString::to_string).collect(),
    }
}

/// A phase.
#[must_use]
pub fn phase(phase: &Phase) -> v1::CampaignPhase {
    let share = |share: Share| v1::Share { part: share.part(), of: share.whole() };
    v1::CampaignPhase {
        kind: phase.kind.to_wire(),
        opens: phase.opens.to_string(),
        closes: phase.closes.to_string(),
        counties: phase.counties.map(share),
        institutions: phase.institutions.map(share),
    }
}

/// Who reports figures.
#[must_use]
pub fn post(post: Post) -> v1::CampaignPost {
    v1::CampaignPost { level: post.level.to_wire(), division: post.division.to_string() }
}

/// The figures.
#[must_use]
pub fn figures(figures: &Figures) -> v1::CampaignFigures {
    let shown = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    v1::CampaignFigures {
        dispatch_person_times: Some(shown(figures.dispatch_person_times)),
        inst_inspected: Some(shown(figures.inst_inspected)),
        inst_safety_hazard: Some(shown(figures.inst_safety_hazard)),
        inst_fire_hazard: Some(shown(figures.inst_fire_hazard)),
        inst_fire_evacuation: Some(shown(figures.inst_fire_evacuation)),
        inst_fire_equipment: Some(shown(figures.inst_fire_equipment)),
        staff_queried: Some(shown(figures.staff_queried)),
    }
}

/// What a unit reported.
#[must_use]
pub fn returned(one: &Return) -> v1::CampaignReturn {
    v1::CampaignReturn {
        post: Some(post(one.post)),
        through: one.through.to_string(),
        figures: Some(figures(&one.figures)),
    }
}

/// A frozen version.
#[must_use]
pub fn snapshot(version: u32, snapshot: &Snapshot) -> v1::CampaignSnapshot {
    v1::CampaignSnapshot {
        version,
        position: snapshot.position.to_string(),
        frame: snapshot.frame.to_string(),
        divisions: snapshot.divisions.to_string(),
        figures: Some(figures(&snapshot.figures)),
        digest: snapshot.digest.to_string(),
    }
}

/// What a level added.
#[must_use]
pub fn addition(addition: &Addition) -> v1::CampaignAddition {
    v1::CampaignAddition {
        division: addition.division.to_string(),
        tasks: addition.tasks.iter().map(ToString::to_string).collect(),
        phases: addition.phases.iter().map(phase).collect(),
    }
}
