//! Signatures for visits that other units entered, many on one stream. Never here: who signs for whom.

use std::pin::Pin;

use domain::ids::InspectionId;
use domain::inspection::{Command, InspectionRule};
use futures::{Stream, StreamExt};
use hub::bulk::Taken;
use hub::call::stream_of;
use hub::{Caller, Hub, refuse};
use tonic::{Request, Status, Streaming};
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// The answers to a stream of signatures.
pub(super) type Answers = Pin<Box<dyn Stream<Item = Result<v1::SignInspectionsResponse, Status>> + Send>>;

/// Takes a stream of signatures.
pub(super) fn intake(
    hub: &Hub,
    request: Request<Streaming<v1::SignInspectionsRequest>>,
) -> Result<Answers, Refusal> {
    let shell = hub.clone();
    let outcomes = hub.intake(request, move |caller, record: v1::SignInspectionsRequest| {
        let hub = shell.clone();
        async move { take(&hub, caller, record).await }
    })?;
    let answer = |outcome| v1::SignInspectionsResponse { outcome: Some(outcome) };
    Ok(Box::pin(outcomes.map(move |outcome| outcome.map(answer))))
}

async fn take(hub: &Hub, caller: Caller, asked: v1::SignInspectionsRequest) -> Result<Taken, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call_of(caller, &asked, &mut faults);
    let inspection = faults.id::<InspectionId>("inspection_id", &asked.inspection_id);
    let (call, inspection) = faults.done(call.zip(inspection))?;
    let done = hub.handle::<InspectionRule>(&stream_of(&inspection)?, &call.order(Command::Sign)).await;
    Ok(Taken::from(&done.map_err(refuse::handle)?))
}
