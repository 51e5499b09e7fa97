//! One referral with its history, read from the log itself. Never here: lists, or the view.

use domain::event::{Stored, decode};
use domain::ids::ReferralId;
use domain::referral::{Event, Referral, ReferralRule};
use hub::call::stream_of;
use hub::handle::metadata;
use hub::project::{Recorded, Revision, StreamName};
use hub::{HandleError, Hub, Token, refuse};
use tonic::{Request, Response};
use wire::refusal::Refusal;
use wire::show::{self, Told};
use wire::v1;
use wire::violations::Violations;

use super::{Answer, Referrals};
use crate::history::{Reader, state};

impl Referrals {
    /// One referral with its history.
    pub async fn get_referral(
        &self,
        request: Request<v1::GetReferralRequest>,
    ) -> Answer<v1::GetReferralResponse> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let mut look = Violations::new();
        let id = look.id::<ReferralId>("referral_id", &asked.referral_id);
        let stream = stream_of(&look.done(id)?)?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let told = history::<Event>(&self.hub, &stream).await?;
        let known = state::<ReferralRule>(&told);
        let scope = known.known().map(Referral::scope).unwrap_or_default();
        self.hub.allow(&caller, "view.referral", &scope)?;
        let content = self.hub.allow(&caller, "view.referral-content", &scope).is_ok();
        tracing::info!(target: "access", officer = %caller.actor.officer, matter = %stream, content, "referral read");
        let lens = Reader { hub: &self.hub, reporter: false, content, subjects: false };
        let referral = show::referral(&told, &lens).ok_or(Refusal::Permission)?;
        let token = Token { stream, revision: Revision::new(referral.revision) };
        Ok(Response::new(v1::GetReferralResponse {
            consistency_token: token.to_string(),
            referral: Some(referral),
            history: show::history(&told, &lens),
        }))
    }
}

/// A matter's events as they are told; none when there is no such matter.
///
/// # Errors
/// When the log cannot be read or an event cannot be understood.
pub(crate) async fn history<E: Stored>(hub: &Hub, stream: &StreamName) -> Result<Vec<Told<E>>, Refusal> {
    let told = |event: &Recorded| -> Result<Told<E>, HandleError> {
        let happened = decode(&event.kind, event.data.as_str())?;
        Ok(Told { event: happened, meta: metadata(event)?, revision: event.revision.get() })
    };
    let events = hub.log.read(stream, Revision::FIRST).await.map_err(HandleError::Read);
    events.and_then(|events| events.iter().map(told).collect()).map_err(refuse::handle)
}
