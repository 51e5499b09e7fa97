//! The guard against repeated visits, asked of the calendar: it shows days and units, and an inspection's id only to those
//! who take part. Never here: the limits (those are data of the law).

use domain::actor::Unit;
use domain::decider::Scope;
use domain::ids::{InspectionId, InstitutionId};
use domain::inspection::repeat::{Limits, Near, to_join, too_soon};
use hub::{Caller, Hub, mint, refuse};
use jiff::ToSpan;
use jiff::civil::Date;
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::{Inspections, calendar};

/// What there is near a day at an institution, without the visit that is asked about.
pub(super) async fn visits(
    api: &Inspections,
    caller: &Caller,
    (institution, on): (&InstitutionId, Date),
    asked: Option<&InspectionId>,
) -> Result<v1::RepeatVisits, Refusal> {
    let limits = Limits::standard();
    let reach = i64::from(limits.reach()).days();
    let (from, to) = (on.saturating_sub(reach).to_string(), on.saturating_add(reach).to_string());
    let place = institution.to_string();
    let found = api.view.read(move |tables| {
        let rows = calendar::around(tables, &place, (&from, &to))?;
        rows.into_iter().map(super::row::VisitRow::near).collect::<rusqlite::Result<Vec<Near>>>()
    });
    let mut near = found.await.map_err(refuse::view)?;
    near.retain(|visit| asked != Some(&visit.inspection));
    let unit = &caller.actor.unit;
    let shown = |visit: &Near| shown(&api.hub, unit, (visit, on));
    let soon = too_soon(limits, (&unit.id, on), &near).into_iter().map(|(limit, visit)| {
        let visit = Some(shown(visit)?);
        let (limit, days) = (limit.id.code().to_owned(), limit.days);
        Ok(v1::VisitLimit { limit, days, source: limits.source.clone(), visit })
    });
    let join = to_join((&unit.id, on), &near).into_iter().map(shown);
    Ok(v1::RepeatVisits {
        too_soon: soon.collect::<Result<_, Refusal>>()?,
        to_join: join.collect::<Result<_, Refusal>>()?,
    })
}

fn shown(hub: &Hub, reader: &Unit, (visit, on): (&Near, Date)) -> Result<v1::NearVisit, Refusal> {
    Ok(v1::NearVisit {
        inspection_id: if visit.has(&reader.id) { visit.inspection.to_string() } else { String::new() },
        lead: Some(hub.unit_shown(&visit.lead).map_err(refuse::view)?),
        on: visit.on.to_string(),
        days: visit.days(on),
    })
}

/// The same before anything is planned, for who works where the institution lies.
pub(super) async fn check(
    api: &Inspections,
    request: Request<v1::CheckRepeatVisitRequest>,
) -> Result<v1::CheckRepeatVisitResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let institution = api.hub.institution_named(&mut faults, "institution_id", &asked.institution_id);
    let on = faults.optional_date("on", &asked.on).unwrap_or_else(|| mint::beijing_day(api.hub.time.now()));
    let institution = faults.done(institution)?;
    let place = Scope { division: Some(institution.division), ..Scope::default() };
    api.hub.allow(&caller, "view.clocks", &place)?;
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let repeat_visits = Some(visits(api, &caller, (&institution.id, on), None).await?);
    Ok(v1::CheckRepeatVisitResponse { consistency_token: asked.consistency_token, repeat_visits })
}
