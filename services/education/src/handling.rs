//! What education does with a clue, from merge to reopening: each request becomes one command on the clue it
//! names. Never here: whether the law allows it, or sending it elsewhere (that is `sending`).

use domain::actor::Unit;
use domain::clue::{Clue, ClueRule, Command, Stage};
use domain::document_number::DocumentNumber;
use domain::ids::{ClueId, OfficerId};
use domain::sealed::Sealed;
use hub::answer::Answer;
use hub::call::{Call, receipt, stream_of};
use hub::{Hub, refuse};
use tonic::{Request, Response};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::inform_reporter_request::Outcome;
use wire::v1::{self, CommandReceipt};
use wire::violations::Violations;

use crate::place::{Named, superior_of};

/// Characters of a finding.
const SUMMARY: usize = 4_000;
/// Characters of what a reporter is told.
const WORD: usize = 1_000;
/// The highest fine: ten thousand million yuan, in fen.
const FEN: u64 = 1_000_000_000_000;

/// One command on the clue that a request names.
pub(crate) async fn on_clue<R: CommandRequest>(
    hub: &Hub,
    request: Request<R>,
    shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<Command>,
) -> Result<Option<CommandReceipt>, Refusal> {
    let handled = hub.command::<ClueRule, R>(request, shape).await?;
    Ok(receipt::<ClueRule>(&handled))
}

/// The clue that a request names, when the caller may see it; none when its id is not one, which the shape of
/// the request will say.
///
/// # Errors
/// `Permission`, also when there is no such clue.
pub(crate) async fn seen<R>(hub: &Hub, request: &Request<R>, id: &str) -> Result<Option<Box<Clue>>, Refusal> {
    let caller = hub.caller(request.metadata())?;
    let Ok(id) = id.parse::<ClueId>() else { return Ok(None) };
    let (state, _) = hub.state::<ClueRule>(&stream_of(&id)?).await.map_err(refuse::handle)?;
    hub.allow(&caller, "view.clue", &<ClueRule as domain::Decider>::scope(&Command::Claim, &state))?;
    match state {
        domain::clue::State::Known(clue) => Ok(Some(clue)),
        domain::clue::State::Unknown => Err(Refusal::Permission),
    }
}

/// A value sealed under the clue's own subject. A failure of the key store is left in `broken` for the answer.
fn sealed(
    hub: &Hub,
    clue: &str,
    (field, plain): (&str, &str),
    broken: &mut Option<Refusal>,
) -> Option<Sealed> {
    let id: ClueId = clue.parse().ok()?;
    hub.sealed(id.as_str(), field, plain).map_err(|refusal| *broken = Some(refusal)).ok()
}

/// Whether nothing goes on in a clue, so that none is merged into it.
fn ended(clue: &Clue) -> bool {
    matches!(clue.stage(), Stage::Closed | Stage::Merged { .. })
}

pub(crate) async fn merge(
    hub: &Hub,
    request: Request<v1::MergeClueRequest>,
) -> Answer<v1::MergeClueResponse> {
    let target = seen(hub, &request, &request.get_ref().into_clue_id).await?;
    let into_ended = target.as_ref().is_some_and(|clue| ended(clue));
    let into_institution = target.and_then(|clue| clue.institution().cloned());
    let receipt = on_clue(hub, request, |request, _, look| {
        let into = look.id("into_clue_id", &request.into_clue_id)?;
        Some(Command::MergeInto { into, into_institution, into_ended })
    });
    Ok(Response::new(v1::MergeClueResponse { receipt: receipt.await? }))
}

pub(crate) async fn confirm_merge(
    hub: &Hub,
    request: Request<v1::ConfirmMergeRequest>,
) -> Answer<v1::ConfirmMergeResponse> {
    let clue = seen(hub, &request, &request.get_ref().clue_id).await?;
    let proposed = clue.as_deref().and_then(|clue| {
        if let Stage::MergeProposed { into, .. } = clue.stage() { Some(into) } else { None }
    });
    // It may have ended since the first officer looked: one stream decides on what was seen of another.
    let goes_on = match proposed {
        Some(into) => {
            seen(hub, &request, into.as_str()).await?.filter(|target| !ended(target)).map(|_| into.clone())
        }
        None => None,
    };
    let receipt = on_clue(hub, request, |_, _, _| Some(Command::ConfirmMerge { goes_on })).await?;
    Ok(Response::new(v1::ConfirmMergeResponse { receipt }))
}

pub(crate) async fn triage(
    hub: &Hub,
    request: Request<v1::TriageClueRequest>,
) -> Answer<v1::TriageClueResponse> {
    let receipt = on_clue(hub, request, |request, _, look| {
        let category = look.chosen("category", request.category);
        let urgency = look.chosen("urgency", request.urgency);
        let minor = look.chosen("minor", request.minor);
        let harm = look.chosen_many("harm", &request.harm);
        Some(Command::Triage { category: category?, urgency: urgency?, minor: minor?, harm: harm? })
    });
    Ok(Response::new(v1::TriageClueResponse { receipt: receipt.await? }))
}

pub(crate) async fn assign(
    hub: &Hub,
    request: Request<v1::AssignClueRequest>,
) -> Answer<v1::AssignClueResponse> {
    let named = Named::find(hub, &request.get_ref().to_unit_id)?;
    let receipt = on_clue(hub, request, |_, _, look| {
        let unit = named.required("to_unit_id", look)?;
        Some(Command::Assign { to: unit.unit.clone(), competence: unit.competence.clone() })
    });
    Ok(Response::new(v1::AssignClueResponse { receipt: receipt.await? }))
}

pub(crate) async fn give_back(
    hub: &Hub,
    request: Request<v1::ReturnClueRequest>,
) -> Answer<v1::ReturnClueResponse> {
    let clue = seen(hub, &request, &request.get_ref().clue_id).await?;
    let superior = clue.map(|clue| superior_of(hub, clue.owner())).transpose()?;
    let receipt = on_clue(hub, request, |request, _, look| {
        let reason = look.required_text("reason", &request.reason);
        Some(Command::Return { reason: reason?, superior: superior? })
    });
    Ok(Response::new(v1::ReturnClueResponse { receipt: receipt.await? }))
}

/// Whoever is named in a team must be an officer of the unit who still serves.
///
/// # Errors
/// When the directory cannot be read.
pub(crate) fn colleagues(
    hub: &Hub,
    team: &[OfficerId],
    unit: &Unit,
    look: &mut Violations,
) -> Result<(), Refusal> {
    for (place, officer) in team.iter().enumerate() {
        let account = hub.roster.account(officer).map_err(refuse::view)?;
        if !account.is_some_and(|account| !account.disabled && account.actor.unit.id == unit.id) {
            look.add(&format!("team[{place}]"), &Flaw::new("OFFICER_UNKNOWN").with("officer", officer));
        }
    }
    Ok(())
}

pub(crate) async fn start(
    hub: &Hub,
    request: Request<v1::StartVerificationRequest>,
) -> Answer<v1::StartVerificationResponse> {
    let mut broken = None;
    let receipt = on_clue(hub, request, |request, call, look| {
        let team: Vec<OfficerId> = look.ids("team", &request.team, 2)?;
        let known = colleagues(hub, &team, &call.actor().unit, look);
        known.map_err(|refusal| broken = Some(refusal)).ok()?;
        Some(Command::StartVerification { team })
    })
    .await;
    let receipt = receipt.map_err(|refusal| broken.unwrap_or(refusal))?;
    Ok(Response::new(v1::StartVerificationResponse { receipt }))
}

pub(crate) async fn extend(
    hub: &Hub,
    request: Request<v1::ExtendVerificationRequest>,
) -> Answer<v1::ExtendVerificationResponse> {
    let receipt = on_clue(hub, request, |request, _, look| {
        let reason = look.required_text("reason", &request.reason)?;
        Some(Command::ExtendVerification { reason })
    });
    Ok(Response::new(v1::ExtendVerificationResponse { receipt: receipt.await? }))
}

pub(crate) async fn conclude(
    hub: &Hub,
    request: Request<v1::ConcludeClueRequest>,
) -> Answer<v1::ConcludeClueResponse> {
    let mut broken = None;
    let receipt = on_clue(hub, request, |request, _, look| {
        let result = look.chosen("result", request.result);
        let summary = look.personal("summary", &request.summary, SUMMARY);
        let (result, summary) = (result?, summary?);
        let summary = sealed(hub, &request.clue_id, ("summary", &summary), &mut broken)?;
        Some(Command::Conclude { result, summary })
    })
    .await;
    let receipt = receipt.map_err(|refusal| broken.unwrap_or(refusal))?;
    Ok(Response::new(v1::ConcludeClueResponse { receipt }))
}

pub(crate) async fn record_call(
    hub: &Hub,
    request: Request<v1::RecordCallRequest>,
) -> Answer<v1::RecordCallResponse> {
    let receipt = on_clue(hub, request, |request, _, look| {
        let call = look.required_text("call_number", &request.call_number)?;
        Some(Command::RecordCall { call })
    });
    Ok(Response::new(v1::RecordCallResponse { receipt: receipt.await? }))
}

pub(crate) async fn open_case(
    hub: &Hub,
    request: Request<v1::OpenAdminCaseRequest>,
) -> Answer<v1::OpenAdminCaseResponse> {
    let receipt = on_clue(hub, request, |request, _, look| {
        let number = look.id("number", &request.number)?;
        Some(Command::OpenAdminCase { number })
    });
    Ok(Response::new(v1::OpenAdminCaseResponse { receipt: receipt.await? }))
}

pub(crate) async fn fine(
    hub: &Hub,
    request: Request<v1::DecideFineRequest>,
) -> Answer<v1::DecideFineResponse> {
    let receipt = on_clue(hub, request, |request, _, look| {
        let number = look.id("number", &request.number);
        let fen = look.whole("fen", request.fen, (1, FEN));
        Some(Command::DecideFine { number: number?, fen: fen? })
    });
    Ok(Response::new(v1::DecideFineResponse { receipt: receipt.await? }))
}

pub(crate) async fn inform(
    hub: &Hub,
    request: Request<v1::InformReporterRequest>,
) -> Answer<v1::InformReporterResponse> {
    let mut broken = None;
    let receipt = on_clue(hub, request, |request, _, look| match &request.outcome {
        None => {
            look.add("outcome", &Flaw::new("REQUIRED"));
            None
        }
        Some(Outcome::Text(text)) => {
            let text = look.personal("text", text, WORD)?;
            let text = sealed(hub, &request.clue_id, ("told", &text), &mut broken)?;
            Some(Command::InformReporter { text: Some(text), no_contact: None })
        }
        Some(Outcome::NoContact(reason)) => {
            let reason = look.required_text("no_contact", reason)?;
            Some(Command::InformReporter { text: None, no_contact: Some(reason) })
        }
    })
    .await;
    let receipt = receipt.map_err(|refusal| broken.unwrap_or(refusal))?;
    Ok(Response::new(v1::InformReporterResponse { receipt }))
}

pub(crate) async fn reopen(
    hub: &Hub,
    request: Request<v1::ReopenClueRequest>,
) -> Answer<v1::ReopenClueResponse> {
    let receipt = on_clue(hub, request, |request, _, look| {
        let reason = look.required_text("reason", &request.reason);
        let order = look.optional_id::<DocumentNumber>("order_number", &request.order_number);
        Some(Command::Reopen { reason: reason?, order })
    });
    Ok(Response::new(v1::ReopenClueResponse { receipt: receipt.await? }))
}
