//! A caller who comes from another instance: signed in there a moment ago, with a token for what this one's directory
//! does not show yet. It is given the moment it takes. Never here: whether the caller is let in (that is `caller`).

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use domain::ids::UnitId;
use wire::refusal::Refusal;

use crate::shell::Hub;

/// How long a call waits for the directory at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// The unit whose call this is, once the directory shows everything the log holds when the token is newer than what it
/// shows. A token is verified first, so nobody without one can make a call wait; one that is older than the account
/// waits for nothing, because the directory is level with the log then.
///
/// # Errors
/// `Identity`: nobody's, as far as the directory goes.
pub(super) async fn abreast(hub: &Hub, headers: &HeaderMap) -> Result<UnitId, Refusal> {
    let (unit, behind) = hub.unit_of(headers);
    if !behind {
        return unit;
    }
    if let Err(error) = hub.roster.view().wait_for_head(PATIENCE).await {
        tracing::warn!(%error, "the directory cannot be brought up to a caller's token");
    }
    hub.unit_of(headers).0
}

/// The same before a page, which meets nothing else on its way in.
pub(super) async fn page(State(hub): State<Option<Hub>>, request: Request, next: Next) -> Response {
    if let Some(hub) = &hub {
        // Whether the page is for nobody's eyes, it says itself.
        let _ = abreast(hub, request.headers()).await;
    }
    next.run(request).await
}
