//! Coming and going, lines, signatures, supplements: the calls that say more than a word. Never here: the stages.

use domain::ids::InspectionId;
use domain::inspection::{Command, InspectionRule, Seen};
use hub::call::stream_of;
use hub::{Attached, Hub, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1::{self, CommandReceipt};
use wire::violations::Violations;

use super::plan::{answers, captured, papers, spot};
use super::step::{receipted, step};

/// Characters of a name.
const NAME: usize = 60;

/// Where and how a member was seen.
pub(super) fn seen(
    (place, offline): (Option<&v1::MapPlace>, Option<&v1::CapturedOffline>),
    faults: &mut Violations,
) -> Seen {
    Seen { spot: spot(place, faults), captured: captured(offline, faults) }
}

pub(super) async fn record(
    hub: &Hub,
    request: Request<v1::RecordLinesRequest>,
) -> Result<Option<CommandReceipt>, Refusal> {
    let attached = Attached::of(hub, &request, &papers(&request.get_ref().answers)).await?;
    step(hub, request, |asked, _, faults| {
        Some(Command::RecordLines(answers((&asked.answers, 1), &attached, faults)?))
    })
    .await
}

pub(super) async fn supplement(
    hub: &Hub,
    request: Request<v1::SupplementInspectionRequest>,
) -> Result<Option<CommandReceipt>, Refusal> {
    let attached = Attached::of(hub, &request, &request.get_ref().papers).await?;
    step(hub, request, |asked, _, faults| {
        let note = faults.required_text("note", &asked.note);
        let papers = attached.papers("papers", &asked.papers, faults);
        Some(Command::Supplement { note: note?, papers: papers? })
    })
    .await
}

/// The name is sealed only when the whole request is well formed.
pub(super) async fn sign_for(
    hub: &Hub,
    request: Request<v1::SignForInstitutionRequest>,
) -> Result<Option<CommandReceipt>, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let asked = request.get_ref();
    let inspection: Option<InspectionId> = faults.id("inspection_id", &asked.inspection_id);
    let name = faults.personal("representative", &asked.representative, NAME);
    let ((call, inspection), name) = faults.done(call.zip(inspection).zip(name))?;
    let representative = hub.sealed(inspection.as_str(), "representative", &name)?;
    let order = call.order(Command::SignForInstitution { representative });
    let done =
        hub.handle::<InspectionRule>(&stream_of(&inspection)?, &order).await.map_err(refuse::handle)?;
    Ok(receipted(&done))
}
