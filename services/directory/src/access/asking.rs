//! What a request for access becomes, and whether whoever asks may know of the matter at all. Never here: the law.

use domain::actor::Actor;
use domain::break_glass::{BreakGlassRule, Ceiling, Command, Requested, State, Target, Terms};
use domain::ids::GrantId;
use hub::call::stream_of;
use hub::handle::Handled;
use hub::{Hub, mint, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

/// `RequestAccess`.
pub(super) async fn request(
    hub: &Hub,
    request: Request<v1::RequestAccessRequest>,
) -> Result<Handled<State>, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let asked = request.into_inner();
    let matter = faults.id::<Target>("matter", &asked.matter);
    let reason = faults.required_text("reason", &asked.reason);
    let terms = faults.message("terms", asked.terms.as_ref(), terms);
    faults.into_result()?;
    let (Some(call), Some(matter), Some(reason), Some(terms)) = (call, matter, reason, terms) else {
        return Err(refuse::internal(&"a request without faults gave no access"));
    };
    let actor = call.actor().clone();
    may_know(hub, &actor, &matter).await?;
    // Whether a review is overdue is asked of a view: it must have seen all there is.
    let seen = hub.grants.view().wait_for_head(call.caller.patience).await.map_err(refuse::view)?;
    if !seen {
        return Err(Refusal::Late);
    }
    let now = hub.time.now();
    let overdue = hub.grants.overdue(&actor.officer, now).map_err(refuse::view)?;
    let superior = hub.roster.superior(&actor.unit.id).map_err(refuse::view)?.map(|unit| unit.id);
    // A client's id has its time in it, so a request repeated after midnight names the same access.
    let day = mint::beijing_day(mint::made(call.id).filter(|made| *made <= now).unwrap_or(now));
    let id = mint::grant_id(call.id, actor.unit.division, day);
    let stream = stream_of(&id)?;
    let asked = Box::new(Requested { id, matter, unit: actor.unit, superior, reason, terms });
    let order = call.order(Command::Request { asked, overdue });
    hub.handle::<BreakGlassRule>(&stream, &order).await.map_err(refuse::handle)
}

/// How much, and for how long.
pub(super) fn terms(faults: &mut Violations, terms: &v1::AccessTerms) -> Option<Terms> {
    let class = faults.chosen::<Ceiling>("class", terms.class);
    // More than a day is bad shape; how much of a day the law allows is the law's to say.
    let hours = faults.whole("hours", terms.hours.into(), (1, 24));
    Some(Terms { class: class?, reporter: terms.reporter, hours: u8::try_from(hours?).ok()? })
}

/// Whether whoever asked for an access may know of its matter now, as the directory has them now.
///
/// # Errors
/// `Permission` when they may not, or there is no such access.
pub(super) async fn may_still_know(
    hub: &Hub,
    request: &Request<v1::ApproveAccessRequest>,
) -> Result<(), Refusal> {
    hub.caller(request.metadata())?;
    // A fault of the id is named when the command is read.
    let Ok(id) = request.get_ref().access_id.parse::<GrantId>() else { return Ok(()) };
    let (state, _) = hub.state::<BreakGlassRule>(&stream_of(&id)?).await.map_err(refuse::handle)?;
    let grant = state.known().ok_or(Refusal::Permission)?;
    let account = hub.roster.account(grant.requester()).map_err(refuse::view)?;
    let account = account.filter(|account| !account.disabled && account.actor.unit == grant.asked().unit);
    let account = account.ok_or(Refusal::Permission)?;
    may_know(hub, &account.actor, &grant.asked().matter).await
}

/// Break-glass opens what is in a matter to those who may know that there is one, and to nobody else.
async fn may_know(hub: &Hub, actor: &Actor, matter: &Target) -> Result<(), Refusal> {
    hub.sight_of(actor, &stream_of(matter)?).await.map(|_| ())
}
