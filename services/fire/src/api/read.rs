//! The questions: the inbox, and one clue of it. Never here: SQL (that is `inbox`).

use domain::ids::{ClueId, UnitId};
use hub::answer::{ClockRow, moment};
use hub::caller::scope_of;
use hub::page::{behind, token};
use hub::{Caller, Hub, refuse};
use jiff::Timestamp;
use tonic::Request;
use wire::convert::OnWire;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::{Api, case};
use crate::inbox::{InboxRow, Scope, one, page};

pub(super) async fn list(
    api: &Api,
    request: Request<v1::ListInboxRequest>,
) -> Result<v1::ListInboxResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let size = faults.page_size(asked.page_size);
    let unit: Option<UnitId> = faults.optional_id("unit_id", &asked.unit_id);
    let after = behind(&mut faults, &asked.page_token);
    let (size, after) = faults.done(size.zip(after))?;
    let unit = sight(&api.hub, &caller, unit)?.to_string();
    let scope = Scope { unit, held_too: asked.include_claimed };
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let found = api.view.read(move |tables| page(tables, &scope, after.as_ref(), size)).await;
    let (rows, next) = found.map_err(refuse::view)?;
    let now = api.hub.time.now();
    let entries: Result<_, Refusal> = rows.iter().map(|row| entry(&api.hub, row, now)).collect();
    Ok(v1::ListInboxResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.map(|key| token(&key)).unwrap_or_default(),
        entries: entries?,
    })
}

/// The own unit's inbox as its officers; another's as a superior (handbook 1.4: clocks and counts).
fn sight(hub: &Hub, caller: &Caller, unit: Option<UnitId>) -> Result<UnitId, Refusal> {
    let own = &caller.actor.unit;
    match unit.filter(|unit| *unit != own.id) {
        None => {
            hub.allow(caller, "view.queue", &caller.own())?;
            Ok(own.id.clone())
        }
        Some(unit) => {
            let entry = hub.roster.unit(&unit).map_err(refuse::view)?.ok_or(Refusal::Permission)?;
            hub.allow(caller, "view.clocks", &scope_of(&entry.unit))?;
            Ok(unit)
        }
    }
}

fn entry(hub: &Hub, row: &InboxRow, now: Timestamp) -> Result<v1::InboxEntry, Refusal> {
    Ok(v1::InboxEntry {
        clue: Some(v1::ClueSummary {
            id: row.clue.clone(),
            stage: row.stage.clone(),
            urgency: row.urgency,
            category: row.category.map(OnWire::to_wire).unwrap_or_default(),
            channel: row.channel.map(OnWire::to_wire).unwrap_or_default(),
            minor: row.minor,
            division: row.division.clone(),
            institution_name: row.institution_name.clone().unwrap_or_default(),
            received_at: moment(row.received),
            unit: row.to.id.to_string(),
            obligation_open: row.duty,
            clock: row.clock.as_ref().and_then(ClockRow::on_wire),
        }),
        from: Some(hub.unit_shown(&row.from).map_err(refuse::view)?),
        to: Some(hub.unit_shown(&row.to).map_err(refuse::view)?),
        offered_at: moment(row.offered_at),
        claimed_by: row.claimed_by.clone().unwrap_or_default(),
        lease_until: row.lease_until.and_then(moment),
        seconds_left: row.clock.as_ref().map(|clock| clock.seconds_left(now)).unwrap_or_default(),
    })
}

pub(super) async fn transfer(
    api: &Api,
    request: Request<v1::GetFireTransferRequest>,
) -> Result<v1::GetFireTransferResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let id = faults.id::<ClueId>("clue_id", &asked.clue_id);
    let id = faults.done(id)?;
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let wanted = id.to_string();
    let found = api.view.read(move |tables| one(tables, &wanted)).await.map_err(refuse::view)?;
    // A clue that was never handed to fire is none of this service's.
    found.ok_or(Refusal::Permission)?;
    let (clue, history) = case::clue(&api.hub, &caller, &id).await?;
    Ok(v1::GetFireTransferResponse { consistency_token: asked.consistency_token, clue: Some(clue), history })
}
