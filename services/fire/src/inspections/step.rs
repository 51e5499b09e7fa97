//! One command on an inspection that a request names, and the receipt of its answer. Never here: what a command says.

use domain::inspection::{Command, InspectionRule, State};
use hub::call::{Call, receipt};
use hub::{Handled, Hub};
use tonic::Request;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::CommandReceipt;
use wire::violations::Violations;

/// What became of a command.
pub(super) type Done = Handled<State>;

/// The receipt of an answer.
pub(super) fn receipted(done: &Done) -> Option<CommandReceipt> {
    receipt::<InspectionRule>(done)
}

/// One command, shaped from its request.
pub(super) async fn step<R: CommandRequest>(
    hub: &Hub,
    request: Request<R>,
    shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<Command>,
) -> Result<Option<CommandReceipt>, Refusal> {
    Ok(receipted(&hub.command::<InspectionRule, _>(request, shape).await?))
}

/// A command that says all by being given.
pub(super) async fn act<R: CommandRequest>(
    hub: &Hub,
    request: Request<R>,
    command: Command,
) -> Result<Option<CommandReceipt>, Refusal> {
    step(hub, request, |_, _, _| Some(command)).await
}
