//! Intake: a clue is written down, one by one or as a row of an import. The request becomes a report whose
//! types cannot hold a bad value; every fault is named at once. Never here: what the law makes of a report.
//!
//! Order: shape and place first, without touching a key; then, when nothing is wrong, the values are sealed
//! and the command is handled. A refused request leaves no trace in the log, and no key is used for it.

mod place;
mod sealing;
mod shape;

use domain::clue::state::{Obligation, State};
use domain::clue::{ClueRule, Command};
use hub::call::{Call, receipt, stream_of};
use hub::{Attached, Handled, Hub, mint, refuse};
use tonic::{Request, Response, Status};
use wire::convert::OnWire;
use wire::refusal::Refusal;
use wire::v1::{ReportClueRequest, ReportClueResponse};
use wire::violations::Violations;

pub(crate) use shape::{Person, Reporter, Told};

/// `ReportClue`.
pub(crate) async fn report(
    hub: &Hub,
    request: Request<ReportClueRequest>,
) -> Result<Response<ReportClueResponse>, Status> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let told = told(hub, request.get_ref(), &mut faults).await?;
    faults.into_result()?;
    let (Some(call), Some(told)) = (call, told) else {
        return Err(refuse::internal(&"a report without faults gave no clue").into());
    };
    let handled = write_down(hub, &call, &told).await?;
    Ok(Response::new(answer(&handled)))
}

/// Reads a report. Faults are kept in `faults`; `None` when there is one.
///
/// # Errors
/// When the roster or the papers cannot be asked.
pub(crate) async fn told(
    hub: &Hub,
    request: &ReportClueRequest,
    faults: &mut Violations,
) -> Result<Option<Told>, Refusal> {
    let attached = Attached::find(hub, &request.papers).await?;
    shape::read(hub, request, &attached, faults)
}

/// Seals and records a report that has no faults.
///
/// # Errors
/// Every way a command can be refused.
pub(crate) async fn write_down(hub: &Hub, call: &Call, told: &Told) -> Result<Handled<State>, Refusal> {
    let id = mint::clue_id(call.id, told.division, told.received);
    let stream = stream_of(&id)?;
    let report = sealing::report(&hub.keys, told, id)?;
    let order = call.order(Command::Report(Box::new(report)));
    hub.handle::<ClueRule>(&stream, &order).await.map_err(refuse::handle)
}

fn answer(handled: &Handled<State>) -> ReportClueResponse {
    let clue = handled.state.clue();
    ReportClueResponse {
        receipt: receipt::<ClueRule>(handled),
        clue_id: handled.stream.to_string(),
        urgency: clue.map(|clue| clue.urgency().to_wire()).unwrap_or_default(),
        call_110: clue.is_some_and(|clue| matches!(clue.obligation(), Obligation::Open { .. })),
    }
}
