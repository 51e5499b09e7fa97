//! Accesses by break-glass as those see them who asked, decide, or audit. Never here: SQL.

use std::str::FromStr;

use domain::actor::{Agency, Role};
use domain::break_glass::Target;
use domain::ids::UnitId;
use domain::matter::Matter;
use hub::call::stream_of;
use hub::caller::scope_of;
use hub::grants::listing::{Filter, Whose};
use hub::page::{behind, cut, token};
use hub::{Caller, Hub, refuse};
use tonic::Request;
use wire::classes::cleared;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// `ListAccess`.
pub(super) async fn list(
    hub: &Hub,
    request: Request<v1::ListAccessRequest>,
) -> Result<v1::ListAccessResponse, Refusal> {
    let caller = hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let size = faults.page_size(asked.page_size);
    let after = behind(&mut faults, &asked.page_token);
    let matter = faults.optional_id::<Target>("matter", &asked.matter);
    let (size, after) = faults.done(size.zip(after))?;
    hub.wait(hub.grants.view(), &caller, &asked.consistency_token).await?;
    let filter = Filter {
        matter: matter.map(|matter| matter.to_string()).unwrap_or_default(),
        pending: asked.pending,
    };
    let (page, now) = ((after.unwrap_or_default(), size + 1), hub.time.now().as_microsecond());
    let mut rows = hub.grants.list(whose(hub, &caller), filter, page, now).await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |row| token(&row.key));
    let accesses = rows.into_iter().map(|row| shown(hub, &caller, row.access));
    Ok(v1::ListAccessResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.unwrap_or_default(),
        accesses: accesses.collect::<Result<_, Refusal>>()?,
    })
}

/// An access as need-to-know lets the caller see it: why is for who asks and who decides, not for an auditor.
fn shown(hub: &Hub, caller: &Caller, access: v1::Access) -> Result<v1::Access, Refusal> {
    let unit = UnitId::from_str(&access.unit).ok();
    let unit = unit.map(|unit| hub.roster.unit(&unit)).transpose().map_err(refuse::view)?.flatten();
    let mut scope = unit.as_ref().map(|entry| scope_of(&entry.unit)).unwrap_or_default();
    scope.parties.extend(unit.and_then(|entry| entry.superior.clone()));
    let sight = hub.sight(&caller.actor, &stream_of(&access.id)?, &Matter::record(scope));
    Ok(cleared(access, &|class, facet| sight.sees_value(class, facet)))
}

/// One's own; those of the unit for whoever decides there; those of the area for an auditor.
fn whose(hub: &Hub, caller: &Caller) -> Whose {
    let may = |action| hub.allow(caller, action, &caller.own()).is_ok();
    let (unit, agency) = (&caller.actor.unit, caller.actor.unit.agency);
    let audits = caller.actor.is(Role::Auditor) && may("audit.log");
    Whose {
        officer: caller.actor.officer.clone(),
        unit: may("view.access").then(|| unit.id.clone()),
        area: audits.then(|| (unit.division, (agency != Agency::Hub).then_some(agency))),
    }
}
