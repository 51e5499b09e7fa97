//! One clue with its history, read from the log itself, as need-to-know lets the reader see it. Never here:
//! lists.

use domain::clue::ClueRule;
use domain::ids::ClueId;
use hub::answer::Answer;
use hub::call::stream_of;
use hub::project::Revision;
use hub::reads::Way;
use hub::{Hub, Token, View, history};
use tonic::{Request, Response};
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
    let shown = hub.show(&caller, &stream, (Way::Query, "GetClue"), |eyes| {
        Some((show::clue(&told, eyes)?, show::history(&told, eyes)))
    });
    let (clue, history) = shown.await?;
    let token = Token { stream, revision: Revision::new(clue.revision) };
    Ok(Response::new(GetClueResponse { consistency_token: token.to_string(), clue: Some(clue), history }))
}
