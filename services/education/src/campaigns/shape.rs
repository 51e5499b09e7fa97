//! The parts of requests about campaigns, from the wire to the words of the law. Never here: a lookup, or the law.

use std::collections::BTreeSet;

use domain::actor::Unit;
use domain::campaign::figures::Figures;
use domain::campaign::plan::Template;
use domain::campaign::ratio::Share;
use domain::campaign::{Addition, Phase, Plan, Post, Return};
use domain::ids::CampaignId;
use domain::text::Title;
use jiff::civil::Date;
use wire::flaw::Flaw;
use wire::v1;
use wire::violations::Violations;

/// Returns of one request at most: every unit of the country, and some.
pub(super) const RETURNS: usize = 4_000;
/// Tasks of a plan or an addition at most.
const TASKS: usize = 50;
/// Phases at most: one of each kind.
const PHASES: usize = 5;

/// A count that is not negative.
pub(super) fn count(look: &mut Violations, field: &str, number: i64) -> Option<u64> {
    let count = u64::try_from(number).ok();
    if count.is_none() {
        look.add(field, &Flaw::new("NEGATIVE"));
    }
    count
}

/// A level and its division.
pub(super) fn post(look: &mut Violations, post: Option<&v1::CampaignPost>) -> Option<Post> {
    look.message("post", post, |look, post| {
        let level = look.chosen("level", post.level);
        Some(Post { division: look.id("division", &post.division)?, level: level? })
    })
}

fn figures(look: &mut Violations, figures: &v1::CampaignFigures) -> Option<Figures> {
    let mut read = |field: &str, number: Option<i64>| match number {
        Some(number) => count(look, field, number),
        None => {
            look.add(field, &Flaw::new("REQUIRED"));
            None
        }
    };
    let dispatch_person_times = read("dispatch_person_times", figures.dispatch_person_times);
    let inst_inspected = read("inst_inspected", figures.inst_inspected);
    let inst_safety_hazard = read("inst_safety_hazard", figures.inst_safety_hazard);
    let inst_fire_hazard = read("inst_fire_hazard", figures.inst_fire_hazard);
    let inst_fire_evacuation = read("inst_fire_evacuation", figures.inst_fire_evacuation);
    let inst_fire_equipment = read("inst_fire_equipment", figures.inst_fire_equipment);
    let staff_queried = read("staff_queried", figures.staff_queried);
    Some(Figures {
        dispatch_person_times: dispatch_person_times?,
        inst_inspected: inst_inspected?,
        inst_safety_hazard: inst_safety_hazard?,
        inst_fire_hazard: inst_fire_hazard?,
        inst_fire_evacuation: inst_fire_evacuation?,
        inst_fire_equipment: inst_fire_equipment?,
        staff_queried: staff_queried?,
    })
}

/// Returns of at least `least` units, no unit twice.
pub(super) fn returns(
    look: &mut Violations,
    returns: &[v1::CampaignReturn],
    least: usize,
) -> Option<Vec<Return>> {
    let read = look.each("returns", (returns, RETURNS), |look, one| {
        let post = post(look, one.post.as_ref());
        let through: Option<Date> = look.id("through", &one.through);
        let figures = look.message("figures", one.figures.as_ref(), figures);
        Some(Return { post: post?, through: through?, figures: figures? })
    })?;
    if read.len() < least {
        look.add("returns", &Flaw::new("TOO_FEW").with("count", read.len()).with("min", least));
        return None;
    }
    let posts: BTreeSet<Post> = read.iter().map(|one| one.post).collect();
    if posts.len() < read.len() {
        look.add("returns", &Flaw::new("TWICE"));
        return None;
    }
    Some(read)
}

fn share(look: &mut Violations, field: &str, share: Option<v1::Share>) -> Option<Option<Share>> {
    let Some(v1::Share { part, of }) = share else { return Some(None) };
    let read = Share::new(part, of).ok();
    if read.is_none() {
        look.add(field, &Flaw::new("SHARE"));
    }
    read.map(Some)
}

fn phases(look: &mut Violations, phases: &[v1::CampaignPhase]) -> Option<Vec<Phase>> {
    look.each("phases", (phases, PHASES), |look, phase| {
        let kind = look.chosen("kind", phase.kind);
        let (opens, closes) = (look.id("opens", &phase.opens), look.id("closes", &phase.closes));
        let counties = share(look, "counties", phase.counties);
        let institutions = share(look, "institutions", phase.institutions);
        Some(Phase {
            kind: kind?,
            opens: opens?,
            closes: closes?,
            counties: counties?,
            institutions: institutions?,
        })
    })
}

fn tasks(look: &mut Violations, tasks: &[String]) -> Option<Vec<Title>> {
    look.each("tasks", (tasks, TASKS), |look, task| look.required_text("", task))
}

/// What a level adds.
pub(super) fn addition(look: &mut Violations, addition: Option<&v1::CampaignAddition>) -> Option<Addition> {
    look.message("addition", addition, |look, addition| {
        let division = look.id("division", &addition.division);
        let tasks = tasks(look, &addition.tasks);
        let phases = phases(look, &addition.phases);
        if addition.tasks.is_empty() && addition.phases.is_empty() {
            look.add("tasks", &Flaw::new("REQUIRED"));
            return None;
        }
        Some(Addition { division: division?, tasks: tasks?, phases: phases? })
    })
}

/// A plan: the template's, with what is stated in place of its parts; without a template everything is stated.
pub(super) fn plan(
    look: &mut Violations,
    asked: &v1::DraftCampaignRequest,
    (id, lead): (CampaignId, Unit),
) -> Option<Plan> {
    let base = template(look, &asked.template_id)?.map(|template| template.plan(id.clone(), lead.clone()));
    let stated = base.is_none();
    let title = if stated {
        look.required_text("title", &asked.title)
    } else {
        look.optional_text("title", &asked.title)
    };
    let mut day = |field, text: &str| -> Option<Date> {
        if stated { look.id(field, text) } else { look.optional_date(field, text) }
    };
    let (opens, closes) = (day("opens", &asked.opens), day("closes", &asked.closes));
    let issuers = look.chosen_many("issuers", &asked.issuers)?;
    let (phases, tasks) = (phases(look, &asked.phases)?, tasks(look, &asked.tasks)?);
    let Some(base) = base else {
        let issuers = issuers.into_iter().collect();
        return Some(Plan {
            id,
            lead,
            title: title?,
            issuers,
            opens: opens?,
            closes: closes?,
            phases,
            tasks,
        });
    };
    Some(Plan {
        title: title.unwrap_or(base.title),
        issuers: if issuers.is_empty() { base.issuers } else { issuers.into_iter().collect() },
        opens: opens.unwrap_or(base.opens),
        closes: closes.unwrap_or(base.closes),
        phases: if phases.is_empty() { base.phases } else { phases },
        tasks: if tasks.is_empty() { base.tasks } else { tasks },
        ..base
    })
}

/// The template that is named: no answer, and a fault, when there is none of this name.
fn template(look: &mut Violations, name: &str) -> Option<Option<&'static Template>> {
    if name.trim().is_empty() {
        return Some(None);
    }
    let found = Template::find(name.trim());
    if found.is_none() {
        let known: Vec<&str> = Template::standard().iter().map(|template| template.id.as_str()).collect();
        look.add("template_id", &Flaw::new("CAMPAIGN_TEMPLATE").with("known", known.join(", ")));
    }
    found.map(Some)
}
