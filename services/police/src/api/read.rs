//! The questions: list, watch, one entry, figures. Never here: SQL (that is `queue`).

use domain::division::DivisionCode;
use domain::ids::{ClueId, ReferralId, UnitId};
use hub::page::{behind, token};
use hub::refuse;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use wire::convert::OnWire;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::Api;
use super::case;
use super::command::either;
use super::show::Showing;
use super::sight::{Asked, sight};
use crate::queue::{QueueRow, Scope, Window, figures, one, page};
use crate::watch::{WINDOW, Watch};

const SECOND: i64 = 1_000_000;

/// Where the caller looks, as far as it is well formed.
struct Place {
    unit: Option<UnitId>,
    division: Option<DivisionCode>,
}

fn place(faults: &mut Violations, unit_id: &str, division: &str) -> Place {
    // A division abolished since is still where its old matters lie.
    Place { unit: faults.optional_id("unit_id", unit_id), division: faults.optional_id("division", division) }
}

pub(super) async fn list(
    api: &Api,
    request: Request<v1::ListQueueRequest>,
) -> Result<v1::ListQueueResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let size = faults.page_size(asked.page_size);
    let place = place(&mut faults, &asked.unit_id, &asked.division);
    let after = behind(&mut faults, &asked.page_token);
    let kind = kind(&mut faults, asked.kind);
    let (size, after, kind) =
        faults.done(size.zip(after).zip(kind).map(|((size, after), kind)| (size, after, kind)))?;
    let (_, scope) = sight(&api.hub, &caller, place.unit, place.division)?;
    let scope = Scope { kind, held_too: asked.include_claimed, ..scope };
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let found = api
        .view
        .read(move |tables| page(tables, &scope, after.as_ref(), size))
        .await
        .map_err(refuse::view)?;
    let showing = Showing::new(&api.hub);
    let entries: Result<_, _> = found.rows.iter().map(|row| showing.entry(row)).collect();
    Ok(v1::ListQueueResponse {
        consistency_token: asked.consistency_token,
        next_page_token: found.next.map(|key| token(&key)).unwrap_or_default(),
        entries: entries.map_err(refuse::view)?,
    })
}

fn kind(faults: &mut Violations, number: i32) -> Option<Option<v1::MatterKind>> {
    match v1::MatterKind::try_from(number) {
        Ok(v1::MatterKind::Unspecified) => Some(None),
        Ok(
            kind
            @ (v1::MatterKind::MandatoryReport | v1::MatterKind::ClueTransfer | v1::MatterKind::Referral),
        ) => Some(Some(kind)),
        Err(_) => {
            faults.add("kind", &Flaw::new("UNKNOWN_VALUE").with("value", number));
            None
        }
    }
}

pub(super) async fn watch(
    api: &Api,
    request: Request<v1::WatchQueueRequest>,
) -> Result<ReceiverStream<Result<v1::WatchQueueResponse, Status>>, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let wanted = request.into_inner();
    let mut faults = Violations::new();
    let place = place(&mut faults, &wanted.unit_id, &wanted.division);
    faults.into_result()?;
    let (asked, scope): (Asked, Scope) = sight(&api.hub, &caller, place.unit, place.division)?;
    let scope = Scope { held_too: wanted.include_claimed, ..scope };
    api.hub.wait(&api.view, &caller, &wanted.consistency_token).await?;
    let (outbox, told) = mpsc::channel(WINDOW);
    let (hub, view, token) = (api.hub.clone(), api.view.clone(), wanted.consistency_token);
    tokio::spawn(Watch { hub, view, caller, asked, scope, token }.run(outbox));
    Ok(ReceiverStream::new(told))
}

pub(super) async fn entry(
    api: &Api,
    request: Request<v1::GetQueueEntryRequest>,
) -> Result<v1::GetQueueEntryResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let mut faults = Violations::new();
    let of_referral = asked.matter.trim().to_ascii_uppercase().starts_with(ReferralId::PREFIX);
    let (row, (case, history)) = if of_referral {
        let id = faults.id::<ReferralId>("matter", &asked.matter);
        let id = faults.done(id)?;
        (row(api, id.as_str()).await?, case::referral(&api.hub, &caller, &id).await?)
    } else {
        let id = faults.id::<ClueId>("matter", &asked.matter);
        let id = faults.done(id).map_err(either)?;
        (row(api, id.as_str()).await?, case::clue(&api.hub, &caller, &id).await?)
    };
    Ok(v1::GetQueueEntryResponse {
        consistency_token: asked.consistency_token,
        entry: Some(Showing::new(&api.hub).entry(&row).map_err(refuse::view)?),
        case: Some(case),
        history,
    })
}

/// A matter that never was on the queue is none of this service's.
async fn row(api: &Api, matter: &str) -> Result<QueueRow, Refusal> {
    let matter = matter.to_owned();
    let found = api.view.read(move |tables| one(tables, &matter)).await.map_err(refuse::view)?;
    found.ok_or(Refusal::Permission)
}

pub(super) async fn statistics(
    api: &Api,
    request: Request<v1::GetQueueStatisticsRequest>,
) -> Result<v1::GetQueueStatisticsResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let place = place(&mut faults, &asked.unit_id, &asked.division);
    let (from, until) = faults.span(
        ("offered_from", "offered_until"),
        asked.offered_from.as_ref(),
        asked.offered_until.as_ref(),
    );
    faults.into_result()?;
    let (_, scope) = sight(&api.hub, &caller, place.unit, place.division)?;
    let window = Window {
        from: from.map(jiff::Timestamp::as_microsecond),
        until: until.map(jiff::Timestamp::as_microsecond),
    };
    api.hub.wait(&api.view, &caller, &asked.consistency_token).await?;
    let found = api.view.read(move |tables| figures(tables, &scope, window)).await.map_err(refuse::view)?;
    let showing = Showing::new(&api.hub);
    let seconds = |wait: i64| u64::try_from(wait / SECOND).unwrap_or_default();
    Ok(v1::GetQueueStatisticsResponse {
        consistency_token: asked.consistency_token,
        open: found.free,
        claimed: found.claimed,
        receipted: found.receipted,
        waiting_by_urgency: found
            .by_urgency
            .into_iter()
            .map(|one| count(urgency_word(one.0), one.1))
            .collect(),
        waiting_by_kind: found.by_kind.into_iter().map(|one| count(kind_word(one.0), one.1)).collect(),
        overdue: found.overdue,
        oldest_open_seconds: found.oldest.map(|oldest| showing.seconds_since(oldest)).unwrap_or_default(),
        receipt_seconds_p50: seconds(found.wait_p50),
        receipt_seconds_p95: seconds(found.wait_p95),
        lapsed: found.lapsed,
    })
}

/// Figures of one agency's own queue are never suppressed.
fn count(key: &str, count: u64) -> v1::Count {
    v1::Count { key: key.to_owned(), count, suppressed: false }
}

fn urgency_word(number: i32) -> &'static str {
    domain::category::Urgency::from_wire(number).map_or("", domain::category::Urgency::code)
}

fn kind_word(number: i32) -> &'static str {
    match v1::MatterKind::try_from(number).unwrap_or_default() {
        v1::MatterKind::Unspecified => "",
        v1::MatterKind::MandatoryReport => "mandatory-report",
        v1::MatterKind::ClueTransfer => "clue-transfer",
        v1::MatterKind::Referral => "referral",
    }
}
