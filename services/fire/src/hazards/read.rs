//! The questions: one hazard, and the board. Never here: SQL (that is `board`).

use domain::division::DivisionCode;
use domain::hazard::{HazardRule, Pressure};
use domain::ids::{HazardId, InspectionId, InstitutionId, UnitId};
use hub::answer::moment;
use hub::call::stream_of;
use hub::page::{behind, token};
use hub::reads::Way;
use hub::{Hub, history, mint, refuse};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::show;
use wire::v1;
use wire::violations::Violations;

use super::board::{Counts, DAY, Filters, HazardRow, Key, STAGES, counts, page};
use super::tables::place;
use super::{Hazards, reach};

/// Days that a filter may go back: as long as records are kept, and a little.
const AGE_MOST: u64 = 40_000;

pub(super) async fn get(
    api: &Hazards,
    request: Request<v1::GetHazardRequest>,
) -> Result<v1::GetHazardResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let id = faults.id::<HazardId>("hazard_id", &asked.hazard_id);
    let id = faults.done(id)?;
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let stream = stream_of(&id)?;
    let told = history::<HazardRule>(&api.hub, &stream).await?;
    let shown = api.hub.show(&caller, &stream, (Way::Query, "GetHazard"), |eyes| {
        Some((show::hazard(&told, eyes)?, show::history(&told, eyes)))
    });
    let (hazard, history) = shown.await?;
    Ok(v1::GetHazardResponse { consistency_token: asked.consistency_token, hazard: Some(hazard), history })
}

/// What is asked of the board, checked.
struct Asked {
    size: u16,
    after: Option<Key>,
    unit: Option<UnitId>,
    division: Option<Vec<DivisionCode>>,
    institution: Option<InstitutionId>,
    inspection: Option<InspectionId>,
    filters: Filters,
}

pub(super) async fn list(
    api: &Hazards,
    request: Request<v1::ListHazardsRequest>,
) -> Result<v1::ListHazardsResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let request = request.into_inner();
    let asked = asked(&api.hub, &request)?;
    let mut wanted = reach::of(&api.hub, &caller)?;
    asked.division.iter().for_each(|codes| wanted.within(codes));
    asked.unit.iter().for_each(|unit| wanted.of_unit(unit));
    asked.institution.iter().for_each(|id| wanted.of_institution(id));
    asked.inspection.iter().for_each(|id| wanted.of_inspection(id));
    asked.filters.narrow(&mut wanted);
    api.hub.wait(&api.view, &caller, &request.consistency_token).await?;
    let now = api.hub.time.now().as_microsecond();
    let (size, after) = (asked.size, asked.after);
    let found = api.view.read(move |tables| {
        let counts = if after.is_none() { counts(tables, wanted.clone(), now)? } else { Counts::default() };
        Ok((page(tables, wanted, after.as_ref(), size)?, counts))
    });
    let ((rows, next), counts) = found.await.map_err(refuse::view)?;
    let hazards: Result<_, Refusal> = rows.into_iter().map(|row| entry(&api.hub, row, now)).collect();
    Ok(v1::ListHazardsResponse {
        consistency_token: request.consistency_token,
        next_page_token: next.map(|key| token(&key)).unwrap_or_default(),
        hazards: hazards?,
        total: counts.total,
        stages: counted(counts.stages),
        grades: counted(counts.grades),
        ages: counted(counts.ages),
    })
}

fn asked(hub: &Hub, request: &v1::ListHazardsRequest) -> Result<Asked, Refusal> {
    let mut faults = Violations::new();
    let now = hub.time.now();
    let size = faults.page_size(request.page_size);
    let after = behind(&mut faults, &request.page_token);
    let unit = faults.optional_id("unit_id", &request.unit_id);
    let division = faults.optional_area("division", &request.division, mint::beijing_day(now));
    let institution = faults.optional_id("institution_id", &request.institution_id);
    let inspection = faults.optional_id("inspection_id", &request.inspection_id);
    let stages = faults.each("stages", (&request.stages, STAGES.len()), |faults, stage| {
        let known = STAGES.contains(&stage.as_str());
        if !known {
            faults.add("", &Flaw::new("WORD").with("value", stage.chars().take(40).collect::<String>()));
        }
        known.then(|| stage.clone())
    });
    let grade = faults.optional_chosen("grade", request.grade);
    let category = faults.optional_chosen("category", request.category);
    let age = faults.whole("age_days_least", u64::from(request.age_days_least), (0, AGE_MOST));
    let days = i64::try_from(age.unwrap_or_default()).unwrap_or_default();
    let filters = Filters {
        stages: stages.unwrap_or_default(),
        grade,
        category,
        found_by: (days > 0).then(|| now.as_microsecond() - days * DAY),
        overdue: request.overdue_only,
        pressure: request.listed_only.then(|| place(Pressure::Listed)),
    };
    let page = size.zip(after);
    let (size, after) = faults.done(page)?;
    Ok(Asked { size, after, unit, division, institution, inspection, filters })
}

fn entry(hub: &Hub, row: HazardRow, now: i64) -> Result<v1::HazardEntry, Refusal> {
    let days = (row.ended.unwrap_or(now) - row.found) / DAY;
    let pressure =
        Pressure::ALL.into_iter().find(|one| place(*one) == row.pressure).unwrap_or(Pressure::None);
    Ok(v1::HazardEntry {
        institution_name: institution_name(hub, &row.institution)?,
        age_days: u32::try_from(days).unwrap_or_default(),
        found_at: moment(row.found),
        due_at: row.due().and_then(moment),
        fixed_at: row.fixed.and_then(moment),
        verified_at: row.verified.and_then(moment),
        overdue: row.overdue,
        pressure: pressure.word().to_owned(),
        r#use: row.used,
        id: row.id,
        stage: row.stage,
        category: row.category,
        grade: row.grade,
        division: row.division,
        institution_id: row.institution,
        inspection_id: row.inspection.unwrap_or_default(),
        finder_unit_id: row.finder,
        lead_unit_id: row.lead,
    })
}

/// The name of an institution; empty when it is not known yet.
pub(super) fn institution_name(hub: &Hub, id: &str) -> Result<String, Refusal> {
    let Ok(id) = id.parse::<InstitutionId>() else { return Ok(String::new()) };
    let known = hub.roster.institution(&id).map_err(refuse::view)?;
    Ok(known.map(|known| known.name.to_string()).unwrap_or_default())
}

fn counted(counts: Vec<(String, u64)>) -> Vec<v1::Count> {
    counts.into_iter().map(|(key, count)| v1::Count { key, count, suppressed: false }).collect()
}
