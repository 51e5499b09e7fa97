//! Handing a clue to the police or to another agency, and a leader's consent to it. Never here: what the
//! receiving side does, or whether the law allows the transfer.

use domain::actor::Agency;
use domain::clue::Command;
use hub::answer::Answer;
use hub::{Attached, Hub, refuse};
use tonic::{Request, Response};
use wire::flaw::Flaw;
use wire::v1;

use crate::handling::{on_clue, seen};
use crate::place::Named;

pub(crate) async fn to_police(
    hub: &Hub,
    request: Request<v1::TransferClueToPoliceRequest>,
) -> Answer<v1::TransferClueToPoliceResponse> {
    let clue = seen(hub, &request, &request.get_ref().clue_id).await?;
    let named = Named::find(hub, &request.get_ref().to_unit_id)?;
    let competent = match &clue {
        Some(clue) if named.is_none() => hub
            .roster
            .competent(Agency::Police, clue.division(), Some(clue.category()))
            .map_err(refuse::view)?,
        Some(_) | None => None,
    };
    let attached = Attached::find(hub, &request.get_ref().papers).await?;
    let receipt = on_clue(hub, request, |request, _, look| {
        let papers = attached.papers("papers", &request.papers, look);
        let to = if named.is_none() {
            competent
        } else {
            named.required("to_unit_id", look).map(|unit| unit.unit.clone())
        };
        if let (None, true, Some(clue)) = (&to, named.is_none(), &clue) {
            let flaw = Flaw::new("NO_COMPETENT_UNIT").with("agency", Agency::Police.code());
            look.add("to_unit_id", &flaw.with("division", clue.division()));
        }
        Some(Command::TransferPolice { to: to?, papers: papers? })
    });
    Ok(Response::new(v1::TransferClueToPoliceResponse { receipt: receipt.await? }))
}

pub(crate) async fn to_agency(
    hub: &Hub,
    request: Request<v1::TransferClueToAgencyRequest>,
) -> Answer<v1::TransferClueToAgencyResponse> {
    // The caller is known before the store of papers is asked.
    hub.caller(request.metadata())?;
    let named = Named::find(hub, &request.get_ref().to_unit_id)?;
    let attached = Attached::find(hub, &request.get_ref().papers).await?;
    let receipt = on_clue(hub, request, |request, _, look| {
        let papers = attached.papers("papers", &request.papers, look);
        let to = named.required("to_unit_id", look).map(|unit| unit.unit.clone());
        Some(Command::TransferOther { to: to?, papers: papers? })
    });
    Ok(Response::new(v1::TransferClueToAgencyResponse { receipt: receipt.await? }))
}

pub(crate) async fn confirm(
    hub: &Hub,
    request: Request<v1::ConfirmTransferRequest>,
) -> Answer<v1::ConfirmTransferResponse> {
    let receipt = on_clue(hub, request, |_, _, _| Some(Command::ConfirmTransfer)).await?;
    Ok(Response::new(v1::ConfirmTransferResponse { receipt }))
}
