//! Filing supervision: what the procuratorate demands and what the police answer. Never here: other
//! decisions.

use domain::referral::Command;
use hub::Hub;
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1;

use super::command;

pub(super) async fn open(
    hub: &Hub,
    request: Request<v1::OpenSupervisionRequest>,
) -> Result<v1::OpenSupervisionResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        Some(Command::OpenSupervision { number: faults.id("number", &asked.number)? })
    })
    .await?;
    Ok(v1::OpenSupervisionResponse { receipt })
}

pub(super) async fn give_reasons(
    hub: &Hub,
    request: Request<v1::GiveReasonsRequest>,
) -> Result<v1::GiveReasonsResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        let number = faults.id("number", &asked.number);
        let reason = faults.required_text("reason", &asked.reason);
        Some(Command::GiveReasons { number: number?, reason: reason? })
    })
    .await?;
    Ok(v1::GiveReasonsResponse { receipt })
}

pub(super) async fn accept_reasons(
    hub: &Hub,
    request: Request<v1::AcceptReasonsRequest>,
) -> Result<v1::AcceptReasonsResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        Some(Command::AcceptReasons { number: faults.id("number", &asked.number)? })
    })
    .await?;
    Ok(v1::AcceptReasonsResponse { receipt })
}

pub(super) async fn order_filing(
    hub: &Hub,
    request: Request<v1::OrderFilingRequest>,
) -> Result<v1::OrderFilingResponse, Refusal> {
    let receipt = command::referral(hub, request, |asked, _, faults| {
        Some(Command::OrderFiling { number: faults.id("number", &asked.number)? })
    })
    .await?;
    Ok(v1::OrderFilingResponse { receipt })
}
