//! One clue with its history, read from the log itself. Never here: lists.
//!
//! Who sees what (handbook 1.4): a party sees the clue, superiors its metadata. Content is for the working
//! officers of a party. The reporter's name is for the named handler only: the officer who wrote the clue
//! down, a member of the verification team, or who holds the entry at the receiving side. Every opening of
//! personal values is noted.

use domain::claim::Claim;
use domain::clue::{self, Clue, ClueRule, Command, Stage};
use domain::decider::Decider;
use domain::ids::{ClueId, OfficerId};
use hub::call::stream_of;
use hub::project::Revision;
use hub::{Caller, Hub, Token, View};
use tonic::{Request, Response};
use wire::refusal::Refusal;
use wire::show;
use wire::v1::{GetClueRequest, GetClueResponse};
use wire::violations::Violations;

use crate::handling::Answer;
use crate::history::{self, Reader};
use crate::referrals;

/// `GetClue`.
pub(crate) async fn get(hub: &Hub, view: &View, request: Request<GetClueRequest>) -> Answer<GetClueResponse> {
    let caller = hub.caller(request.metadata())?;
    let request = request.into_inner();
    let mut look = Violations::new();
    let id = look.id::<ClueId>("clue_id", &request.clue_id);
    let id = look.done(id)?;
    hub.wait(view, &caller, &request.consistency_token).await?;
    let stream = stream_of(&id)?;
    let told = referrals::history::<clue::Event>(hub, &stream).await?;
    let state = history::state::<ClueRule>(&told);
    let reader = reader(hub, &caller, (&told, &state))?;
    if reader.content || reader.reporter {
        tracing::info!(target: "access", matter = %id, officer = %caller.actor.officer, reporter = reader.reporter, "personal values shown");
    }
    // Whoever may read without being told whether a clue exists is told the same when there is none.
    let clue = show::clue(&told, &reader).ok_or(Refusal::Permission)?;
    let history = show::history(&told, &reader);
    let token = Token { stream, revision: Revision::new(clue.revision) };
    Ok(Response::new(GetClueResponse { consistency_token: token.to_string(), clue: Some(clue), history }))
}

/// What the caller may see of a clue.
///
/// # Errors
/// `Permission` when that is nothing.
fn reader<'a>(
    hub: &'a Hub,
    caller: &Caller,
    (told, state): (&[show::Told<clue::Event>], &clue::State),
) -> Result<Reader<'a>, Refusal> {
    let scope = ClueRule::scope(&Command::Claim, state);
    hub.allow(caller, "view.clue", &scope)?;
    let content = hub.allow(caller, "view.clue-content", &scope).is_ok();
    let wrote = told.first().map(|first| &first.meta.by.officer);
    let named = state.clue().is_some_and(|clue| is_named(clue, wrote, &caller.actor.officer));
    let reporter = named && hub.allow(caller, "view.reporter", &scope).is_ok();
    Ok(Reader { hub, reporter, content, subjects: false })
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
