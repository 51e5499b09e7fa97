//! Freezing, verifying and correcting the figures of a campaign. What is frozen was counted from the view at the end of
//! the log; what it is held against was counted again from the log itself. Never here: the counting.

use std::time::Duration;

use domain::campaign::figures::Recount;
use domain::campaign::{CampaignRule, Command, Snapshot};
use domain::ids::CampaignId;
use hub::call::{receipt, stream_of};
use hub::project::Position;
use hub::{Caller, Handled, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::show::campaign::snapshot as shown;
use wire::v1;
use wire::violations::Violations;

use super::counted::{Counted, whole};
use super::recount::recount;
use super::tables::plan_of;
use super::{Campaigns, shape};

/// How long the view may take to reach the end of the log.
const PATIENCE: Duration = Duration::from_secs(600);

impl Campaigns {
    /// Ends the counting.
    pub(super) async fn freeze(
        &self,
        request: Request<v1::FreezeCampaignRequest>,
    ) -> Result<v1::FreezeCampaignResponse, Refusal> {
        let id = self.named(&request, "campaign.freeze").await?;
        let snapshot = Box::new(self.counted_at_the_end(&id).await?.snapshot()?);
        let handled = self.hub.command::<CampaignRule, _>(request, |_, _, _| Some(Command::Freeze(snapshot)));
        let handled = handled.await?;
        Ok(v1::FreezeCampaignResponse {
            receipt: receipt::<CampaignRule>(&handled),
            snapshot: last(&handled),
        })
    }

    /// Counts anew, as a new version.
    pub(super) async fn correct(
        &self,
        request: Request<v1::CorrectCampaignRequest>,
    ) -> Result<v1::CorrectCampaignResponse, Refusal> {
        let id = self.named(&request, "campaign.correct").await?;
        let snapshot = Box::new(self.counted_at_the_end(&id).await?.snapshot()?);
        let handled = self.hub.command::<CampaignRule, _>(request, |asked, _, look| {
            let returns = shape::returns(look, &asked.returns, 0);
            let reason = look.required_text("reason", &asked.reason);
            Some(Command::Correct { snapshot, returns: returns?, reason: reason? })
        });
        let handled = handled.await?;
        Ok(v1::CorrectCampaignResponse {
            receipt: receipt::<CampaignRule>(&handled),
            snapshot: last(&handled),
        })
    }

    /// Counts again up to the frozen place, and compares.
    pub(super) async fn verify(
        &self,
        request: Request<v1::VerifyCampaignRequest>,
    ) -> Result<v1::VerifyCampaignResponse, Refusal> {
        let id = self.named(&request, "campaign.verify").await?;
        let counted = self.counted_again(&id).await?;
        let digest = counted.snapshot()?.digest;
        let found = digest.to_string();
        let handled = self.hub.command::<CampaignRule, _>(request, |asked, _, look| {
            let missing = look.optional_text("missing_reason", &asked.missing_reason);
            Some(Command::Verify(Box::new(Recount { digest, figures: counted.posts, missing })))
        });
        let handled = handled.await?;
        Ok(v1::VerifyCampaignResponse { receipt: receipt::<CampaignRule>(&handled), digest: found })
    }

    /// The campaign that a request names, when its caller may do this to it: counting is work, and not for everyone.
    async fn named<R: CommandRequest>(
        &self,
        request: &Request<R>,
        action: &str,
    ) -> Result<CampaignId, Refusal> {
        let caller: Caller = self.hub.caller(request.metadata())?;
        let mut look = Violations::new();
        let (field, text) = request.get_ref().matter();
        let id = look.id(field, text);
        let id: CampaignId = look.done(id)?;
        let matter = self.hub.matter(&stream_of(&id)?).await?.ok_or(Refusal::Permission)?;
        self.hub.allow(&caller, action, &matter.scope)?;
        Ok(id)
    }

    /// The campaign counted from the view, once it shows everything the log holds now.
    async fn counted_at_the_end(&self, id: &CampaignId) -> Result<Counted, Refusal> {
        if !self.view.wait_for_head(PATIENCE).await.map_err(refuse::view)? {
            return Err(Refusal::Late);
        }
        self.counted(id).await
    }

    /// The campaign counted from the view as it stands.
    pub(super) async fn counted(&self, id: &CampaignId) -> Result<Counted, Refusal> {
        let id = id.to_string();
        let counted = self.view.read(move |tables| {
            let Some((number, plan)) = plan_of(tables, &id)? else { return Ok(None) };
            whole(tables, number, plan.lead.division).map(Some)
        });
        counted.await.map_err(refuse::view)?.ok_or(Refusal::Permission)
    }

    /// The campaign counted from the log, up to the place that was frozen last. Before anything was frozen there is
    /// nothing to count, and the law will say so.
    async fn counted_again(&self, id: &CampaignId) -> Result<Counted, Refusal> {
        let (state, _) = self.hub.state::<CampaignRule>(&stream_of(id)?).await.map_err(refuse::handle)?;
        let frozen = state.known().and_then(|campaign| campaign.snapshots().last()).map(place);
        let until = frozen.transpose()?.unwrap_or(Position::new(0));
        recount(&self.hub.log, id.as_str(), until).await
    }
}

/// The place up to which was counted.
fn place(snapshot: &Snapshot) -> Result<Position, Refusal> {
    snapshot.position.as_str().parse().map_err(|error| refuse::internal(&error))
}

/// The version that a command made.
fn last(handled: &Handled<domain::campaign::State>) -> Option<v1::CampaignSnapshot> {
    let snapshots = handled.state.known()?.snapshots();
    Some(shown(u32::try_from(snapshots.len()).unwrap_or(u32::MAX), snapshots.last()?))
}
