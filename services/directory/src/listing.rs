//! The directory's queries, for everyone signed in. Never here: SQL.

use domain::actor::{Agency, Level};
use domain::category::Category;
use domain::class::Class;
use domain::decider::Scope;
use domain::division::{Division, DivisionCode, DivisionLevel, Divisions};
use domain::ids::{InstitutionId, UnitId};
use domain::institution::{InstitutionKind, Particulars};
use domain::matter::{Kind, Matter};
use domain::sealed::Sealed;
use domain::unit::Registered;
use hub::call::stream_of;
use hub::caller::scope_of;
use hub::page::{behind, cut, token};
use hub::roster::listing::{InstitutionFilter, Page, UnitFilter};
use hub::seal::SealError;
use hub::{Caller, Hub, mint, refuse};
use tonic::Request;
use wire::convert::{self, OnWire};
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// A caller who may read the directory, after the roster has reached their token.
async fn reader<R>(hub: &Hub, request: &Request<R>, token: &str) -> Result<Caller, Refusal> {
    let caller = hub.caller(request.metadata())?;
    hub.allow(&caller, "view.directory", &Scope::default())?;
    hub.wait(hub.roster.view(), &caller, token).await?;
    Ok(caller)
}

/// The page asked for; one row more is read, to know whether another page follows.
fn page(faults: &mut Violations, size: i32, token: &str) -> Option<Page> {
    let (size, after) = (faults.page_size(size), behind::<String>(faults, token));
    Some(Page { after: after?.unwrap_or_default(), size: size? + 1 })
}

fn lost() -> Refusal {
    refuse::internal(&"a request without faults gave no query")
}

fn unit_row(entry: &Registered) -> v1::Unit {
    convert::unit(&entry.unit, entry.name.as_str(), entry.superior.as_ref())
}

pub(crate) async fn unit(
    hub: &Hub,
    request: Request<v1::GetUnitRequest>,
) -> Result<v1::GetUnitResponse, Refusal> {
    reader(hub, &request, &request.get_ref().consistency_token).await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let id = faults.id::<UnitId>("unit_id", &asked.unit_id);
    let id = faults.done(id)?;
    let entry = hub.roster.unit(&id).map_err(refuse::view)?.ok_or(Refusal::NotFound)?;
    let competence = entry.competence.iter().map(|row| v1::Competence {
        division: row.division.to_string(),
        categories: convert::numbers(&row.categories),
        fallback: row.fallback,
    });
    Ok(v1::GetUnitResponse {
        consistency_token: asked.consistency_token,
        unit: Some(unit_row(&entry)),
        competence: competence.collect(),
        closed: false,
    })
}

pub(crate) async fn units(
    hub: &Hub,
    request: Request<v1::ListUnitsRequest>,
) -> Result<v1::ListUnitsResponse, Refusal> {
    reader(hub, &request, &request.get_ref().consistency_token).await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let page = page(&mut faults, asked.page_size, &asked.page_token);
    let agency = faults.optional_chosen::<Agency>("agency", asked.agency);
    let level = faults.optional_chosen::<Level>("level", asked.level);
    let today = mint::beijing_day(hub.time.now());
    let within = faults.optional_division("division", &asked.division, today);
    let page = faults.done(page)?;
    let size = page.size - 1;
    let filter = UnitFilter { agency, within, level };
    let mut rows = hub.roster.units(filter, page).await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |row| token(&row.unit.id));
    let units = rows.iter().map(unit_row).collect();
    Ok(v1::ListUnitsResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.unwrap_or_default(),
        units,
    })
}

pub(crate) async fn officers(
    hub: &Hub,
    request: Request<v1::ListOfficersRequest>,
) -> Result<v1::ListOfficersResponse, Refusal> {
    let caller = reader(hub, &request, &request.get_ref().consistency_token).await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let page = page(&mut faults, asked.page_size, &asked.page_token);
    let unit = match asked.unit_id.as_str() {
        "" => Some(caller.actor.unit.id.clone()),
        id => faults.id::<UnitId>("unit_id", id),
    };
    let (page, unit) = faults.done(page.zip(unit))?;
    // A unit that does not exist is answered like one that is none of the caller's business.
    let entry = hub.roster.unit(&unit).map_err(refuse::view)?;
    let scope = entry.map(|entry| scope_of(&entry.unit)).unwrap_or_default();
    hub.allow(&caller, "view.officers", &scope)?;
    let size = page.size - 1;
    // Who may know the officers of a unit need not know their names.
    let matter = Matter { kind: Kind::Officer, ..Matter::record(scope) };
    let sight = hub.sight(&caller.actor, &stream_of(&unit)?, &matter);
    let sees = sight.sees(Class::Personal);
    let name = |name: &Sealed| if sees { hub.personal(name) } else { Ok(convert::withheld()) };
    let mut rows = hub.roster.officers(unit, page).await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |row| token(&row.actor.officer));
    let officers = rows.iter().map(|row| {
        Ok(v1::Officer {
            id: row.actor.officer.to_string(),
            name: Some(name(&row.name)?),
            unit: row.actor.unit.id.to_string(),
            roles: convert::numbers(&row.actor.roles),
            disabled: row.disabled,
            must_change_password: row.one_time,
        })
    });
    let officers = officers.collect::<Result<_, SealError>>().map_err(refuse::seal)?;
    Ok(v1::ListOfficersResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.unwrap_or_default(),
        officers,
    })
}

fn institution_row(entry: &Particulars) -> v1::Institution {
    v1::Institution {
        id: entry.id.to_string(),
        credit_code: entry.credit_code.to_string(),
        name: entry.name.to_string(),
        kind: entry.kind.to_wire(),
        division: entry.division.to_string(),
        address: entry.address.to_string(),
        lead: entry.lead.to_wire(),
    }
}

pub(crate) async fn institution(
    hub: &Hub,
    request: Request<v1::GetInstitutionRequest>,
) -> Result<v1::GetInstitutionResponse, Refusal> {
    reader(hub, &request, &request.get_ref().consistency_token).await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    // An id, or the credit code it is made of.
    let text = asked.institution.trim();
    let id =
        if text.starts_with("IN-") { text.to_owned() } else { format!("IN-{}", text.to_ascii_uppercase()) };
    let id = faults.id::<InstitutionId>("institution", &id);
    let id = faults.done(id)?;
    let entry = hub.roster.institution(&id).map_err(refuse::view)?.ok_or(Refusal::NotFound)?;
    let institution = Some(institution_row(&entry));
    Ok(v1::GetInstitutionResponse { consistency_token: asked.consistency_token, institution })
}

pub(crate) async fn institutions(
    hub: &Hub,
    request: Request<v1::ListInstitutionsRequest>,
) -> Result<v1::ListInstitutionsResponse, Refusal> {
    reader(hub, &request, &request.get_ref().consistency_token).await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let page = page(&mut faults, asked.page_size, &asked.page_token);
    let kind = faults.optional_chosen::<InstitutionKind>("kind", asked.kind);
    let today = mint::beijing_day(hub.time.now());
    let within = faults.optional_division("division", &asked.division, today);
    let text = faults.optional_text::<100>("text", &asked.text);
    let page = faults.done(page)?;
    let size = page.size - 1;
    let text = text.map(|text| text.to_string()).unwrap_or_default();
    let filter = InstitutionFilter { within, kind, text };
    let mut rows = hub.roster.institutions(filter, page).await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |row| token(&row.id));
    let institutions = rows.iter().map(institution_row).collect();
    Ok(v1::ListInstitutionsResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.unwrap_or_default(),
        institutions,
    })
}

pub(crate) async fn competent(
    hub: &Hub,
    request: Request<v1::FindCompetentUnitRequest>,
) -> Result<v1::FindCompetentUnitResponse, Refusal> {
    reader(hub, &request, &request.get_ref().consistency_token).await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let today = mint::beijing_day(hub.time.now());
    let agency = faults.chosen::<Agency>("agency", asked.agency);
    let division = faults.division("division", &asked.division, today);
    let category = faults.optional_chosen::<Category>("category", asked.category);
    faults.into_result()?;
    let (agency, division) = agency.zip(division).ok_or_else(lost)?;
    let found = hub.roster.competent(agency, division, category).map_err(refuse::view)?;
    let fallback = hub.roster.fallback(agency, division).map_err(refuse::view)?;
    let shown = |unit: Option<domain::Unit>| match unit {
        Some(unit) => hub.unit_on_wire(&unit.id),
        None => Ok(None),
    };
    let (unit, fallback) = (shown(found)?, shown(fallback)?);
    Ok(v1::FindCompetentUnitResponse { consistency_token: asked.consistency_token, unit, fallback })
}

pub(crate) async fn divisions(
    hub: &Hub,
    request: Request<v1::ListDivisionsRequest>,
) -> Result<v1::ListDivisionsResponse, Refusal> {
    reader(hub, &request, "").await?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let day =
        faults.optional_date("on_date", &asked.on_date).unwrap_or_else(|| mint::beijing_day(hub.time.now()));
    let parent = faults.optional_division("parent", &asked.parent, day);
    let page = page(&mut faults, asked.page_size, &asked.page_token);
    let page = faults.done(page)?;
    let mut rows: Vec<&Division> = [DivisionLevel::Province, DivisionLevel::City, DivisionLevel::County]
        .into_iter()
        .flat_map(|level| Divisions::standard().of_level(level, day))
        .filter(|division| division.parent == parent && division.code.as_str() > page.after.as_str())
        .collect();
    rows.sort_by_key(|division| division.code);
    rows.truncate(usize::from(page.size));
    let next = cut(&mut rows, page.size - 1, |row| token(&row.code));
    let divisions = rows.iter().map(|row| division_row(row)).collect();
    Ok(v1::ListDivisionsResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.unwrap_or_default(),
        divisions,
    })
}

fn division_row(row: &Division) -> v1::Division {
    let level = match row.level {
        DivisionLevel::Province => Level::Province,
        DivisionLevel::City => Level::City,
        DivisionLevel::County => Level::County,
    };
    v1::Division {
        code: row.code.to_string(),
        name: row.name.clone(),
        level: level.to_wire(),
        parent: row.parent.map(|code: DivisionCode| code.to_string()).unwrap_or_default(),
    }
}
