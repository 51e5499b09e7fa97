//! The campaign service on the wire: each method hands its request to the part that knows what it means. Never here:
//! shapes of requests, lookups, or counting.

use std::pin::Pin;

use domain::campaign::Command;
use domain::dispatch::{self, DispatchRule};
use domain::staff_count::{self, StaffCountRule};
use futures::{Stream, StreamExt};
use hub::answer::{Answer, answer};
use hub::call::receipt;
use tonic::{Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::campaign_service_server::CampaignService;

use super::{Campaigns, records, shape};

/// Answers to records as they come.
type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl CampaignService for Campaigns {
    type ReportDispatchesStream = Answers<v1::ReportDispatchesResponse>;
    type ReportStaffCountsStream = Answers<v1::ReportStaffCountsResponse>;

    async fn draft_campaign(
        &self,
        request: Request<v1::DraftCampaignRequest>,
    ) -> Answer<v1::DraftCampaignResponse> {
        answer(self.draft(request).await)
    }

    async fn sign_campaign(
        &self,
        request: Request<v1::SignCampaignRequest>,
    ) -> Answer<v1::SignCampaignResponse> {
        let receipt = self.on_campaign(request, |_, _, _| Some(Command::Sign));
        Ok(Response::new(v1::SignCampaignResponse { receipt: receipt.await? }))
    }

    async fn deploy_campaign(
        &self,
        request: Request<v1::DeployCampaignRequest>,
    ) -> Answer<v1::DeployCampaignResponse> {
        let receipt = self.on_campaign(request, |_, _, _| Some(Command::Deploy));
        Ok(Response::new(v1::DeployCampaignResponse { receipt: receipt.await? }))
    }

    async fn extend_campaign(
        &self,
        request: Request<v1::ExtendCampaignRequest>,
    ) -> Answer<v1::ExtendCampaignResponse> {
        let receipt = self.on_campaign(request, |asked, _, look| {
            Some(Command::Extend(shape::addition(look, asked.addition.as_ref())?))
        });
        Ok(Response::new(v1::ExtendCampaignResponse { receipt: receipt.await? }))
    }

    async fn begin_phase(&self, request: Request<v1::BeginPhaseRequest>) -> Answer<v1::BeginPhaseResponse> {
        let receipt = self.on_campaign(request, |asked, _, look| {
            Some(Command::Begin { phase: look.chosen("phase", asked.phase)? })
        });
        Ok(Response::new(v1::BeginPhaseResponse { receipt: receipt.await? }))
    }

    async fn submit_returns(
        &self,
        request: Request<v1::SubmitReturnsRequest>,
    ) -> Answer<v1::SubmitReturnsResponse> {
        let receipt = self.on_campaign(request, |asked, _, look| {
            Some(Command::Submit { returns: shape::returns(look, &asked.returns, 1)? })
        });
        Ok(Response::new(v1::SubmitReturnsResponse { receipt: receipt.await? }))
    }

    async fn freeze_campaign(
        &self,
        request: Request<v1::FreezeCampaignRequest>,
    ) -> Answer<v1::FreezeCampaignResponse> {
        answer(self.freeze(request).await)
    }

    async fn verify_campaign(
        &self,
        request: Request<v1::VerifyCampaignRequest>,
    ) -> Answer<v1::VerifyCampaignResponse> {
        answer(self.verify(request).await)
    }

    async fn publish_campaign(
        &self,
        request: Request<v1::PublishCampaignRequest>,
    ) -> Answer<v1::PublishCampaignResponse> {
        let receipt = self.on_campaign(request, |_, _, _| Some(Command::Publish));
        Ok(Response::new(v1::PublishCampaignResponse { receipt: receipt.await? }))
    }

    async fn correct_campaign(
        &self,
        request: Request<v1::CorrectCampaignRequest>,
    ) -> Answer<v1::CorrectCampaignResponse> {
        answer(self.correct(request).await)
    }

    async fn close_campaign(
        &self,
        request: Request<v1::CloseCampaignRequest>,
    ) -> Answer<v1::CloseCampaignResponse> {
        let receipt = self.on_campaign(request, |_, _, _| Some(Command::Close));
        Ok(Response::new(v1::CloseCampaignResponse { receipt: receipt.await? }))
    }

    async fn list_campaigns(
        &self,
        request: Request<v1::ListCampaignsRequest>,
    ) -> Answer<v1::ListCampaignsResponse> {
        answer(self.list(request).await)
    }

    async fn get_campaign(
        &self,
        request: Request<v1::GetCampaignRequest>,
    ) -> Answer<v1::GetCampaignResponse> {
        answer(self.get(request).await)
    }

    async fn get_campaign_report(
        &self,
        request: Request<v1::GetCampaignReportRequest>,
    ) -> Answer<v1::GetCampaignReportResponse> {
        answer(self.report(request).await)
    }

    async fn get_campaign_progress(
        &self,
        request: Request<v1::GetCampaignProgressRequest>,
    ) -> Answer<v1::GetCampaignProgressResponse> {
        answer(self.progress(request).await)
    }

    async fn list_missing_returns(
        &self,
        request: Request<v1::ListMissingReturnsRequest>,
    ) -> Answer<v1::ListMissingReturnsResponse> {
        answer(self.missing(request).await)
    }

    async fn get_post_figures(
        &self,
        request: Request<v1::GetPostFiguresRequest>,
    ) -> Answer<v1::GetPostFiguresResponse> {
        answer(self.post_figures(request).await)
    }

    async fn report_dispatches(
        &self,
        request: Request<Streaming<v1::ReportDispatchesRequest>>,
    ) -> Result<Response<Self::ReportDispatchesStream>, Status> {
        let hub = self.hub.clone();
        let outcomes =
            self.hub.intake(request, move |caller, record| records::dispatch(hub.clone(), caller, record))?;
        let answer = |outcome| v1::ReportDispatchesResponse { outcome: Some(outcome) };
        Ok(Response::new(Box::pin(outcomes.map(move |outcome| outcome.map(answer)))))
    }

    async fn void_dispatch(
        &self,
        request: Request<v1::VoidDispatchRequest>,
    ) -> Answer<v1::VoidDispatchResponse> {
        let handled = self.hub.command::<DispatchRule, _>(request, |asked, _, look| {
            Some(dispatch::Command::Void { reason: look.required_text("reason", &asked.reason)? })
        });
        let receipt = receipt::<DispatchRule>(&handled.await?);
        Ok(Response::new(v1::VoidDispatchResponse { receipt }))
    }

    async fn report_staff_counts(
        &self,
        request: Request<Streaming<v1::ReportStaffCountsRequest>>,
    ) -> Result<Response<Self::ReportStaffCountsStream>, Status> {
        let hub = self.hub.clone();
        let outcomes =
            self.hub.intake(request, move |caller, record| records::staff(hub.clone(), caller, record))?;
        let answer = |outcome| v1::ReportStaffCountsResponse { outcome: Some(outcome) };
        Ok(Response::new(Box::pin(outcomes.map(move |outcome| outcome.map(answer)))))
    }

    async fn void_staff_count(
        &self,
        request: Request<v1::VoidStaffCountRequest>,
    ) -> Answer<v1::VoidStaffCountResponse> {
        let handled = self.hub.command::<StaffCountRule, _>(request, |asked, _, look| {
            Some(staff_count::Command::Void { reason: look.required_text("reason", &asked.reason)? })
        });
        let receipt = receipt::<StaffCountRule>(&handled.await?);
        Ok(Response::new(v1::VoidStaffCountResponse { receipt }))
    }
}
