//! One clue with its history, read from the log itself. Never here: lists.
//!
//! Who sees what (handbook 1.4): a party sees the clue, superiors its metadata. Content is for the working
//! officers of a party. The reporter's name is for the named handler only: the officer who wrote the clue
//! down, a member of the verification team, or who holds the entry at the receiving side. Every reading
//! is noted, with what was shown.

use domain::claim::Claim;
use domain::clue::{self, Clue, ClueRule, Command, Stage};
use domain::decider::Decider;
use domain::ids::{ClueId, OfficerId};
use hub::answer::Answer;
use hub::call::stream_of;
use hub::project::Revision;
use hub::{Caller, Eyes, Hub, Token, View, history, state_of};
use tonic::{Request, Response};
use wire::refusal::Refusal;
use wire::show;
use wire::v1::{GetClueRequest, GetClueResponse};
use wire::violations::Violations;

/// `GetClue`.
pub(crate) async fn get(hub: &Hub, view: &View, request: Request<GetClueRequest>) -> Answer<GetClueResponse> {
    let caller = hub.caller(request.metadata())?;
    let request = request.into_inner();
    let mut look = Violations::new();
    let id = look.id::<ClueId>("clue_id", &request.clue_id);
    let id = look.done(id)?;
    hub.wait(view, &caller, &request.consistency_token).await?;
    let stream = stream_of(&id)?;
    let told = history::<ClueRule>(hub, &stream).await?;
    let state = state_of::<ClueRule>(&told);
    let eyes = eyes(hub, &caller, (&told, &state))?;
    eyes.note(&caller, &id);
    // Whoever may read without being told whether a clue exists is told the same when there is none.
    let clue = show::clue(&told, &eyes).ok_or(Refusal::Permission)?;
    let history = show::history(&told, &eyes);
    let token = Token { stream, revision: Revision::new(clue.revision) };
    Ok(Response::new(GetClueResponse { consistency_token: token.to_string(), clue: Some(clue), history }))
}

/// What the caller may see of a clue.
///
/// # Errors
/// `Permission` when that is nothing.
fn eyes<'a>(
    hub: &'a Hub,
    caller: &Caller,
    (told, state): (&[show::Told<clue::Event>], &clue::State),
) -> Result<Eyes<'a>, Refusal> {
    let scope = ClueRule::scope(&Command::Claim, state);
    hub.allow(caller, "view.clue", &scope)?;
    let content = hub.allow(caller, "view.clue-content", &scope).is_ok();
    let wrote = told.first().map(|first| &first.meta.by.officer);
    let named = state.clue().is_some_and(|clue| is_named(clue, wrote, &caller.actor.officer));
    let reporter = named && hub.allow(caller, "view.reporter", &scope).is_ok();
    Ok(Eyes { reporter, ..Eyes::new(hub, content) })
}

/// Whether the officer is the named handler.
fn is_named(clue: &Clue, wrote: Option<&OfficerId>, officer: &OfficerId) -> bool {
    let in_team = matches!(clue.stage(), Stage::Verifying { team, .. } if team.contains(officer));
    let holds = match clue.claim() {
        Claim::Open => false,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => by == officer,
    };
    wrote == Some(officer) || in_team || holds
}
