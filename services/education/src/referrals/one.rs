//! One referral with its history, read from the log itself. Never here: lists, or the view.

use domain::ids::ReferralId;
use domain::referral::{Referral, ReferralRule};
use hub::answer::Answer;
use hub::call::stream_of;
use hub::project::Revision;
use hub::{Eyes, Token, history, state_of};
use tonic::{Request, Response};
use wire::refusal::Refusal;
use wire::show;
use wire::v1;
use wire::violations::Violations;

use super::Referrals;

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
        let told = history::<ReferralRule>(&self.hub, &stream).await?;
        let known = state_of::<ReferralRule>(&told);
        let scope = known.known().map(Referral::scope).unwrap_or_default();
        self.hub.allow(&caller, "view.referral", &scope)?;
        let content = self.hub.allow(&caller, "view.referral-content", &scope).is_ok();
        let eyes = Eyes::new(&self.hub, content);
        eyes.note(&caller, &stream);
        let referral = show::referral(&told, &eyes).ok_or(Refusal::Permission)?;
        let token = Token { stream, revision: Revision::new(referral.revision) };
        Ok(Response::new(v1::GetReferralResponse {
            consistency_token: token.to_string(),
            referral: Some(referral),
            history: show::history(&told, &eyes),
        }))
    }
}
