//! The questions: one inspection with what is open there from before, the calendar, the checklists. Never here: SQL
//! (that is `calendar`).

use domain::actor::Unit;
use domain::checklist::{Checklist, Checklists, Edition};
use domain::decider::Scope;
use domain::division::DivisionCode;
use domain::hazard::HazardRule;
use domain::ids::{CampaignId, InspectionId, InstitutionId, UnitId};
use domain::inspection::{InspectionRule, Stage, Tier};
use domain::text::Text;
use hub::call::stream_of;
use hub::caller::scope_of;
use hub::page::{behind, token};
use hub::reads::Way;
use hub::{Caller, Hub, history, mint, refuse};
use jiff::civil::Date;
use tonic::Request;
use wire::convert::OnWire;
use wire::refusal::Refusal;
use wire::show::{self, inspection};
use wire::v1;
use wire::violations::Violations;

use super::Inspections;
use super::calendar::{Wanted, open_hazards, page};
use super::row::VisitRow;

pub(super) async fn one(
    api: &Inspections,
    request: Request<v1::GetInspectionRequest>,
) -> Result<v1::GetInspectionResponse, Refusal> {
    let (hub, asked) = (&api.hub, request.get_ref());
    let caller = hub.caller(request.metadata())?;
    let mut faults = Violations::new();
    let id = faults.id::<InspectionId>("inspection_id", &asked.inspection_id);
    let id = faults.done(id)?;
    hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let stream = stream_of(&id)?;
    let told = history::<InspectionRule>(hub, &stream).await?;
    let (mut inspection, history) = hub
        .show(&caller, &stream, (Way::Query, "GetInspection"), |eyes| {
            Some((show::inspection(&told, eyes)?, show::history(&told, eyes)))
        })
        .await?;
    inspection.earlier_hazards = earlier(api, &caller, &inspection).await?;
    let consistency_token = asked.consistency_token.clone();
    Ok(v1::GetInspectionResponse { consistency_token, inspection: Some(inspection), history })
}

/// What is open at the institution from earlier visits, and when it is looked at again also from this one; as far as
/// the reader may see it.
async fn earlier(
    api: &Inspections,
    caller: &Caller,
    shown: &v1::Inspection,
) -> Result<Vec<v1::EarlierHazard>, Refusal> {
    let institution = shown.plan.as_ref().map(|plan| plan.institution_id.clone()).unwrap_or_default();
    let open = api.view.read(move |tables| open_hazards(tables, &institution)).await.map_err(refuse::view)?;
    let again = shown.stage == Stage::ReInspection.word();
    let mut found = Vec::new();
    for id in open {
        if again || !shown.hazard_ids.contains(&id) {
            found.extend(hazard(&api.hub, caller, &id).await?);
        }
    }
    Ok(found)
}

async fn hazard(hub: &Hub, caller: &Caller, id: &str) -> Result<Option<v1::EarlierHazard>, Refusal> {
    let stream = stream_of(&id)?;
    let told = history::<HazardRule>(hub, &stream).await?;
    let way = (Way::Query, "GetInspection");
    match hub.show(caller, &stream, way, |eyes| show::hazard(&told, eyes)).await {
        Ok(hazard) => Ok(Some(v1::EarlierHazard {
            hazard_id: hazard.id,
            inspection_id: hazard.inspection_id,
            line: hazard.line,
            category: hazard.category,
            grade: hazard.grade,
            stage: hazard.stage,
            spot: hazard.spot,
        })),
        // Another unit's hazard is not the reader's to see.
        Err(Refusal::Permission) => Ok(None),
        Err(other) => Err(other),
    }
}

pub(super) async fn list(
    api: &Inspections,
    request: Request<v1::ListInspectionsRequest>,
) -> Result<v1::ListInspectionsResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let size = faults.page_size(asked.page_size);
    let after = behind(&mut faults, &asked.page_token);
    let today = mint::beijing_day(api.hub.time.now());
    let wanted = wanted((&asked, today), &mut faults);
    let ((size, after), (wanted, unit, divisions)) = faults.done(size.zip(after).zip(wanted))?;
    let unit = sight(&api.hub, &caller, (unit, &divisions))?;
    let wanted = Wanted { unit: unit.map(|unit| unit.to_string()).unwrap_or_default(), ..wanted };
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let reader = caller.actor.unit.clone();
    let found = api.view.read(move |tables| page(tables, (&wanted, &reader), after.as_ref(), size)).await;
    let (rows, next) = found.map_err(refuse::view)?;
    Ok(v1::ListInspectionsResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.map(|key| token(&key)).unwrap_or_default(),
        entries: rows.into_iter().map(|row| entry(&api.hub, row)).collect::<Result<_, _>>()?,
    })
}

/// The filters, with the unit and the divisions that permission asks about.
fn wanted(
    (asked, today): (&v1::ListInspectionsRequest, Date),
    faults: &mut Violations,
) -> Option<(Wanted, Option<UnitId>, Vec<DivisionCode>)> {
    let unit = faults.optional_id("unit_id", &asked.unit_id);
    let divisions = faults.optional_area("division", &asked.division, today).unwrap_or_default();
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let from = day(faults.optional_date("from", &asked.from));
    let to = day(faults.optional_date("to", &asked.to));
    let stage: Option<Text<60>> = faults.optional_text("stage", &asked.stage);
    let tier: Option<Tier> = faults.optional_chosen("tier", asked.tier);
    let campaign: Option<CampaignId> = faults.optional_id("campaign_id", &asked.campaign_id);
    let institution: Option<InstitutionId> = faults.optional_id("institution_id", &asked.institution_id);
    // The whole country is in no calendar of its own.
    let areas = divisions.iter().filter(|code| **code != DivisionCode::NATION);
    let wanted = Wanted {
        unit: String::new(),
        divisions: areas.map(ToString::to_string).collect(),
        from,
        to,
        stage: text(stage),
        tier: tier.map(OnWire::to_wire),
        campaign: text(campaign),
        institution: text(institution),
    };
    Some((wanted, unit, divisions))
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Whose calendar is read: the own unit's unless another one is named, an area's, or that of an institution.
fn sight(
    hub: &Hub,
    caller: &Caller,
    (unit, divisions): (Option<UnitId>, &[DivisionCode]),
) -> Result<Option<UnitId>, Refusal> {
    let Unit { id: own, division: mine, .. } = &caller.actor.unit;
    // Who is still registered under a code that was merged asks for the own area; others for the one in force.
    if let Some(division) = divisions.iter().find(|code| *code == mine).or(divisions.first()) {
        let area = Scope { division: Some(*division), ..Scope::default() };
        hub.allow(caller, "view.clocks", &area)?;
    } else if unit.is_none() {
        hub.allow(caller, "view.clocks", &caller.own())?;
        return Ok(Some(own.clone()));
    }
    if let Some(unit) = unit.as_ref().filter(|unit| *unit != own) {
        let entry = hub.roster.unit(unit).map_err(refuse::view)?.ok_or(Refusal::Permission)?;
        hub.allow(caller, "view.clocks", &scope_of(&entry.unit))?;
    } else if unit.is_some() {
        hub.allow(caller, "view.clocks", &caller.own())?;
    }
    Ok(unit)
}

fn entry(hub: &Hub, row: VisitRow) -> Result<v1::InspectionEntry, Refusal> {
    // An id in a row was parsed before it was written.
    let institution = row.institution.parse().ok();
    let known = institution.map(|id: InstitutionId| hub.roster.institution(&id)).transpose();
    let known = known.map_err(refuse::view)?.flatten();
    Ok(v1::InspectionEntry {
        id: row.id,
        stage: row.stage,
        on: row.day,
        institution_id: row.institution,
        institution_name: known.map(|known| known.name.to_string()).unwrap_or_default(),
        division: row.division,
        lead: Some(hub.unit_shown(&row.lead).map_err(refuse::view)?),
        invited_unit_ids: row.invited.iter().map(ToString::to_string).collect(),
        tier: row.tier,
        campaign_id: row.campaign,
        earlier_inspection_id: row.earlier,
        hazards: row.hazards,
        members: row.members,
    })
}

pub(super) fn checklists(
    api: &Inspections,
    request: Request<v1::ListChecklistsRequest>,
) -> Result<v1::ListChecklistsResponse, Refusal> {
    api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let standard = Checklists::standard();
    let newest = |list: &&Checklist| {
        asked.older_too || standard.newest(list.id.as_str()).is_none_or(|one| one.version == list.version)
    };
    let mut checklists: Vec<v1::Checklist> =
        standard.all().iter().filter(newest).map(inspection::checklist).collect();
    checklists.sort_by(|one, other| (&one.id, one.version).cmp(&(&other.id, other.version)));
    Ok(v1::ListChecklistsResponse { consistency_token: asked.consistency_token, checklists })
}

pub(super) fn checklist(
    api: &Inspections,
    request: Request<v1::GetChecklistRequest>,
) -> Result<v1::GetChecklistResponse, Refusal> {
    api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let id = faults.required_text("checklist", &asked.checklist);
    let checklist = faults.done(id)?;
    let standard = Checklists::standard();
    let found = match asked.version {
        0 => standard.newest(checklist.as_str()),
        version => standard.find(&Edition { checklist, version }),
    };
    let list = found.ok_or(Refusal::NotFound)?;
    let lines = list.lines.iter().map(inspection::line_of).collect();
    let checklist = Some(v1::Checklist { lines, ..inspection::checklist(list) });
    Ok(v1::GetChecklistResponse { consistency_token: asked.consistency_token, checklist })
}
