//! The questions: the inbox, and one clue of it. Never here: SQL (that is `inbox`).

use domain::actor::Unit;
use domain::decider::Scope as Whose;
use domain::ids::{ClueId, UnitId};
use hub::{Caller, Hub, refuse};
use jiff::Timestamp;
use tonic::Request;
use wire::convert::{self, OnWire, timestamp};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::show::{Run, Standing, clock};
use wire::v1;
use wire::violations::Violations;

use super::{Api, case};
use crate::inbox::{ClockRow, InboxRow, Key, Scope, one, page};

const SECOND: i64 = 1_000_000;

pub(super) async fn list(
    api: &Api,
    request: Request<v1::ListInboxRequest>,
) -> Result<v1::ListInboxResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let size = faults.page_size(asked.page_size);
    let unit: Option<UnitId> = faults.optional_id("unit_id", &asked.unit_id);
    let after: Option<Key> = asked.page_token.parse().ok();
    if after.is_none() && !asked.page_token.is_empty() {
        faults.add("page_token", &Flaw::new("PAGE_TOKEN"));
    }
    let size = faults.done(size)?;
    let unit = sight(&api.hub, &caller, unit)?.to_string();
    let scope = Scope { unit, held_too: asked.include_claimed };
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let found = api.view.read(move |tables| page(tables, &scope, after.as_ref(), size)).await;
    let (rows, next) = found.map_err(refuse::view)?;
    let now = api.hub.time.now().as_microsecond();
    let entries: Result<_, Refusal> = rows.iter().map(|row| entry(&api.hub, row, now)).collect();
    Ok(v1::ListInboxResponse {
        consistency_token: asked.consistency_token,
        next_page_token: next.map(|key| key.to_string()).unwrap_or_default(),
        entries: entries?,
    })
}

/// The own unit's inbox as its officers; another's as a superior (handbook 1.4: clocks and counts).
fn sight(hub: &Hub, caller: &Caller, unit: Option<UnitId>) -> Result<UnitId, Refusal> {
    let own = &caller.actor.unit;
    let of = |unit: &Unit| Whose { division: Some(unit.division), ..Whose::default() }.with(unit);
    match unit.filter(|unit| *unit != own.id) {
        None => {
            hub.allow(caller, "view.queue", &of(own))?;
            Ok(own.id.clone())
        }
        Some(unit) => {
            let entry = hub.roster.unit(&unit).map_err(refuse::view)?.ok_or(Refusal::Permission)?;
            hub.allow(caller, "view.clocks", &of(&entry.unit))?;
            Ok(unit)
        }
    }
}

fn entry(hub: &Hub, row: &InboxRow, now: i64) -> Result<v1::InboxEntry, Refusal> {
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
            received_at: at(row.received),
            unit: row.to.id.to_string(),
            obligation_open: row.duty,
            clock: row.clock.as_ref().and_then(running),
        }),
        from: Some(unit(hub, &row.from)?),
        to: Some(unit(hub, &row.to)?),
        offered_at: at(row.offered_at),
        claimed_by: row.claimed_by.clone().unwrap_or_default(),
        lease_until: row.lease_until.and_then(at),
        seconds_left: row
            .clock
            .as_ref()
            .map(|clock| (clock.due - now).div_euclid(SECOND))
            .unwrap_or_default(),
    })
}

fn at(microsecond: i64) -> Option<prost_types::Timestamp> {
    Timestamp::from_microsecond(microsecond).ok().map(timestamp)
}

fn unit(hub: &Hub, unit: &Unit) -> Result<v1::Unit, Refusal> {
    let known = hub.roster.unit(&unit.id).map_err(refuse::view)?;
    let name = known.as_ref().map(|entry| entry.name.as_str()).unwrap_or_default();
    Ok(convert::unit(unit, name, known.as_ref().and_then(|entry| entry.superior.as_ref())))
}

fn running(row: &ClockRow) -> Option<v1::Clock> {
    let started = Timestamp::from_microsecond(row.started).ok()?;
    let due = Timestamp::from_microsecond(row.due).ok()?;
    let standing = match (row.breached(), row.warned()) {
        (true, _) => Standing::Breached,
        (false, true) => Standing::Warned,
        (false, false) => Standing::Running,
    };
    Some(clock(&Run { standing, ..Run::new(&row.rule, row.version, started, due) }))
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
