//! From what a request says of a visit to what the law takes: the plan, its members, the answers to lines. Everything is
//! parsed, and every fault named at once. Never here: what the law makes of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::actor::Unit;
use domain::campaign;
use domain::checklist::{Checklists, Edition};
use domain::draw::{Algorithm, Drawn, Seed};
use domain::ids::{CampaignId, InstitutionId, OfficerId};
use domain::inspection::{Answer, Captured, Member, Planned, Sheet, Spot};
use hub::{Attached, Caller, Hub, mint};
use jiff::civil::Date;
use uuid::Uuid;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// Units asked to take part.
const INVITED: usize = 20;
/// Checklists of one visit.
const SHEETS: usize = 12;
/// Answers in one request.
const ANSWERS: usize = 200;
/// Papers in one request: as many as are looked up.
const PAPERS: usize = 50;

/// A plan as asked for by a caller whose unit leads; the id is that of the command. The division is the institution's own.
///
/// # Errors
/// When the log cannot be asked for the campaign.
pub(super) async fn read(
    hub: &Hub,
    (caller, command): (&Caller, Uuid),
    asked: Option<&v1::InspectionPlan>,
    faults: &mut Violations,
) -> Result<Option<Planned>, Refusal> {
    let campaign = match asked.and_then(|plan| plan.campaign_id.parse::<CampaignId>().ok()) {
        Some(id) => hub.campaign_plan(&id).await?,
        None => None,
    };
    let lead = &caller.actor.unit;
    Ok(faults.message("plan", asked, |faults, plan| {
        let parts = Parts { hub, lead, plan, campaign: campaign.as_ref() };
        let planned = parts.shape(command, faults)?;
        parts.within_campaign(&planned, faults).then_some(planned)
    }))
}

struct Parts<'a> {
    hub: &'a Hub,
    lead: &'a Unit,
    plan: &'a v1::InspectionPlan,
    campaign: Option<&'a Arc<campaign::Plan>>,
}

impl Parts<'_> {
    fn shape(&self, command: Uuid, faults: &mut Violations) -> Option<Planned> {
        let Parts { hub, lead, plan, .. } = self;
        let institution = hub.institution_named(faults, "institution_id", &plan.institution_id);
        let invited = self.invited(faults);
        let tier = faults.chosen("tier", plan.tier);
        let campaign = faults.optional_id("campaign_id", &plan.campaign_id);
        let earlier = faults.optional_id("earlier_inspection_id", &plan.earlier_inspection_id);
        let sheets = faults.each("sheets", (&plan.sheets, SHEETS), sheet);
        let on: Option<Date> = faults.id("on", &plan.on);
        let drawn = plan.drawn.as_ref().map(|draw| faults.within("drawn", |faults| drawn(draw, faults)));
        let (institution, on) = (institution?, on?);
        Some(Planned {
            id: mint::inspection_id(command, institution.division, on),
            division: institution.division,
            institution: institution.id,
            lead: (*lead).clone(),
            invited: invited?,
            tier: tier?,
            campaign,
            earlier,
            sheets: sheets?,
            on,
            drawn: drawn.flatten(),
        })
    }

    fn invited(&self, faults: &mut Violations) -> Option<Vec<Unit>> {
        let (field, ids) = ("invited_unit_ids", &self.plan.invited_unit_ids);
        let units: Vec<Unit> = faults.each(field, (ids, INVITED), |faults, id| {
            self.hub.unit_named(faults, "", id).map(|entry| entry.unit.clone())
        })?;
        let mut seen = BTreeSet::from([&self.lead.id]);
        if units.iter().all(|unit| seen.insert(&unit.id)) {
            return Some(units);
        }
        faults.add(field, &Flaw::new("TWICE"));
        None
    }

    /// Whether the campaign exists and the day lies in it.
    fn within_campaign(&self, planned: &Planned, faults: &mut Violations) -> bool {
        match (&planned.campaign, self.campaign) {
            (None, _) => true,
            (Some(id), None) => {
                faults.add("campaign_id", &Flaw::new("CAMPAIGN_UNKNOWN").with("campaign", id));
                false
            }
            (Some(_), Some(campaign)) if campaign.covers(planned.on) => true,
            (Some(_), Some(campaign)) => {
                let flaw = Flaw::new("OUTSIDE_CAMPAIGN").with("from", campaign.opens);
                faults.add("on", &flaw.with("to", campaign.closes));
                false
            }
        }
    }
}

/// A checklist; without a version it is the newest. Whether there is one, the law says.
fn sheet(faults: &mut Violations, asked: &v1::InspectionSheet) -> Option<Sheet> {
    let agency = faults.chosen("agency", asked.agency);
    let checklist = faults.required_text("checklist", &asked.checklist)?;
    let newest = || Checklists::standard().newest(checklist.as_str()).map_or(0, |list| list.version);
    let version = if asked.version == 0 { newest() } else { asked.version };
    Some(Sheet { agency: agency?, edition: Edition { checklist, version } })
}

fn drawn(asked: &v1::InspectionDraw, faults: &mut Violations) -> Option<Drawn> {
    let frame = faults.id("frame", &asked.frame);
    let algorithm = (asked.algorithm == "splitmix64-shuffle-1").then_some(Algorithm::SplitMix64Shuffle);
    if algorithm.is_none() {
        let flaw = Flaw::new("WORD_UNKNOWN").with("word", &asked.algorithm);
        faults.add("algorithm", &flaw.with("allowed", "splitmix64-shuffle-1"));
    }
    let seed = seed(faults, &asked.seed);
    Some(Drawn { frame: frame?, algorithm: algorithm?, seed: seed? })
}

/// A seed in decimal digits.
pub(super) fn seed(faults: &mut Violations, text: &str) -> Option<Seed> {
    let out_of_range = |_| Flaw::new("OUT_OF_RANGE").with("min", 0).with("max", u64::MAX);
    faults.field("seed", text.trim().parse().map(Seed).map_err(out_of_range))
}

/// An officer who goes, of the unit the directory has them in.
pub(super) fn member(hub: &Hub, faults: &mut Violations, asked: &v1::InspectionMember) -> Option<Member> {
    let unit = officer(hub, faults, "officer_id", &asked.officer_id);
    let certificate = faults.optional_text("certificate", &asked.certificate);
    let fire_delegation = faults.optional_text("fire_delegation", &asked.fire_delegation);
    let (officer, unit) = unit?;
    Some(Member { officer, unit, certificate, fire_delegation })
}

/// An officer who serves, with the unit.
pub(super) fn officer(
    hub: &Hub,
    faults: &mut Violations,
    field: &str,
    id: &str,
) -> Option<(OfficerId, Unit)> {
    let id: OfficerId = faults.id(field, id)?;
    match hub.roster.account(&id) {
        Ok(Some(account)) if !account.disabled => return Some((id, account.actor.unit.clone())),
        Ok(_) => faults.add(field, &Flaw::new("OFFICER_UNKNOWN").with("officer", &id)),
        // Without a fault and without an officer the command is answered as an internal error.
        Err(error) => tracing::error!(%error, "the roster cannot be read"),
    }
    None
}

/// The papers of all answers, to be looked up before.
pub(super) fn papers(answers: &[v1::LineAnswer]) -> Vec<v1::PaperRef> {
    answers.iter().flat_map(|answer| answer.papers.iter().cloned()).collect()
}

/// Answers to lines, from `least` on; a line is answered once in a request.
pub(super) fn answers(
    (asked, least): (&[v1::LineAnswer], usize),
    attached: &Attached,
    faults: &mut Violations,
) -> Option<Vec<Answer>> {
    let papers: usize = asked.iter().map(|answer| answer.papers.len()).sum();
    if papers > PAPERS {
        faults.add("answers", &Flaw::new("TOO_MANY").with("count", papers).with("max", PAPERS));
        return None;
    }
    let read = faults.each("answers", (asked, ANSWERS), |faults, one| answer(one, attached, faults))?;
    if read.len() < least {
        faults.add("answers", &Flaw::new("TOO_FEW").with("count", read.len()).with("min", least));
        return None;
    }
    Some(read)
}

fn answer(asked: &v1::LineAnswer, attached: &Attached, faults: &mut Violations) -> Option<Answer> {
    let line = faults.required_text("line", &asked.line);
    let verdict = faults.chosen("verdict", asked.verdict);
    let finding = faults.optional_text("finding", &asked.finding);
    let papers = attached.papers("papers", &asked.papers, faults);
    let captured = captured(asked.captured.as_ref(), faults);
    Some(Answer { line: line?, verdict: verdict?, finding, papers: papers?, captured })
}

/// How a work without a network was dated.
pub(super) fn captured(asked: Option<&v1::CapturedOffline>, faults: &mut Violations) -> Option<Captured> {
    let asked = asked?;
    faults.within("captured", |faults| {
        if asked.device_at.is_none() {
            faults.add("device_at", &Flaw::new("REQUIRED"));
        }
        let device = faults.optional_time("device_at", asked.device_at.as_ref())?;
        Some(Captured { device, offset_seconds: asked.offset_seconds })
    })
}

/// A place on the map, inside its bounds.
pub(super) fn spot(asked: Option<&v1::MapPlace>, faults: &mut Violations) -> Option<Spot> {
    let v1::MapPlace { north, east } = *asked?;
    for (field, value, most) in [("place.north", north, 90_000_000), ("place.east", east, 180_000_000)] {
        if !(-most..=most).contains(&value) {
            faults.add(field, &Flaw::new("OUT_OF_RANGE").with("min", -most).with("max", most));
        }
    }
    Some(Spot { north, east })
}

/// Ids of institutions that need not be registered.
pub(super) fn institutions(
    faults: &mut Violations,
    field: &str,
    (ids, max): (&[String], usize),
) -> Option<BTreeSet<InstitutionId>> {
    let read = faults.each(field, (ids, max), |faults, id| faults.id("", id))?;
    Some(read.into_iter().collect())
}
