//! One referral with its history, read from the log itself. Never here: lists, or the view.

use domain::ids::ReferralId;
use domain::referral::ReferralRule;
use hub::answer::Answer;
use hub::call::stream_of;
use hub::project::Revision;
use hub::reads::Way;
use hub::{Token, history};
use tonic::{Request, Response};
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
        let shown = self.hub.show(&caller, &stream, (Way::Query, "GetReferral"), |eyes| {
            Some((show::referral(&told, eyes)?, show::history(&told, eyes)))
        });
        let (referral, history) = shown.await?;
        let token = Token { stream, revision: Revision::new(referral.revision) };
        Ok(Response::new(v1::GetReferralResponse {
            consistency_token: token.to_string(),
            referral: Some(referral),
            history,
        }))
    }
}
