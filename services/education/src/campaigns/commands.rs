//! What is asked of a campaign, each request one command. Never here: whether the law allows it, or counting.

use domain::campaign::{CampaignRule, Command};
use hub::call::{Call, receipt, stream_of};
use hub::{mint, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::{self, CommandReceipt};
use wire::violations::Violations;

use super::{Campaigns, shape};

impl Campaigns {
    /// One command on the campaign that a request names.
    pub(super) async fn on_campaign<R: CommandRequest>(
        &self,
        request: Request<R>,
        shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<Command>,
    ) -> Result<Option<CommandReceipt>, Refusal> {
        let handled = self.hub.command::<CampaignRule, R>(request, shape).await?;
        Ok(receipt::<CampaignRule>(&handled))
    }

    /// Writes the plan; its id follows from the request's.
    pub(super) async fn draft(
        &self,
        request: Request<v1::DraftCampaignRequest>,
    ) -> Result<v1::DraftCampaignResponse, Refusal> {
        let mut look = Violations::new();
        let call = self.hub.call(&request, &mut look)?;
        let asked = request.into_inner();
        let drafted = call.and_then(|call| {
            let unit = call.actor().unit.clone();
            // The day is that of the command's id when it tells one, so that a repeat names the same campaign.
            let made = mint::made(call.id).or(call.occurred).unwrap_or_else(|| self.hub.time.now());
            let id = mint::campaign_id(call.id, unit.division, mint::beijing_day(made));
            let plan = shape::plan(&mut look, &asked, (id.clone(), unit))?;
            Some((call.order(Command::Draft(Box::new(plan))), id))
        });
        let (order, id) = look.done(drafted)?;
        let handled = self.hub.handle::<CampaignRule>(&stream_of(&id)?, &order).await;
        let handled = handled.map_err(refuse::handle)?;
        Ok(v1::DraftCampaignResponse {
            receipt: receipt::<CampaignRule>(&handled),
            campaign_id: id.to_string(),
        })
    }
}
