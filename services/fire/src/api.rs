//! The fire service as it is called: each call is a few lines, by what it is about. Never here: tables or the
//! law.

mod case;
mod read;
mod transfer;

use hub::answer::{Answer, answer};
use hub::{Hub, View};
use tonic::Request;
use wire::v1;
use wire::v1::fire_service_server::FireService;

/// The service.
pub struct Api {
    hub: Hub,
    view: View,
}

impl Api {
    pub(crate) const fn new(hub: Hub, view: View) -> Self {
        Self { hub, view }
    }

    pub(crate) const fn view(&self) -> &View {
        &self.view
    }
}

#[tonic::async_trait]
impl FireService for Api {
    async fn list_inbox(&self, request: Request<v1::ListInboxRequest>) -> Answer<v1::ListInboxResponse> {
        answer(read::list(self, request).await)
    }

    async fn get_fire_transfer(
        &self,
        request: Request<v1::GetFireTransferRequest>,
    ) -> Answer<v1::GetFireTransferResponse> {
        answer(read::transfer(self, request).await)
    }

    async fn claim_fire_transfer(
        &self,
        request: Request<v1::ClaimFireTransferRequest>,
    ) -> Answer<v1::ClaimFireTransferResponse> {
        answer(transfer::claim(&self.hub, request).await)
    }

    async fn release_fire_transfer(
        &self,
        request: Request<v1::ReleaseFireTransferRequest>,
    ) -> Answer<v1::ReleaseFireTransferResponse> {
        answer(transfer::release(&self.hub, request).await)
    }

    async fn sign_fire_receipt(
        &self,
        request: Request<v1::SignFireReceiptRequest>,
    ) -> Answer<v1::SignFireReceiptResponse> {
        answer(transfer::sign(&self.hub, request).await)
    }

    async fn accept_fire_transfer(
        &self,
        request: Request<v1::AcceptFireTransferRequest>,
    ) -> Answer<v1::AcceptFireTransferResponse> {
        answer(transfer::accept(&self.hub, request).await)
    }

    async fn forward_fire_transfer(
        &self,
        request: Request<v1::ForwardFireTransferRequest>,
    ) -> Answer<v1::ForwardFireTransferResponse> {
        answer(transfer::forward(&self.hub, request).await)
    }

    async fn decline_fire_transfer(
        &self,
        request: Request<v1::DeclineFireTransferRequest>,
    ) -> Answer<v1::DeclineFireTransferResponse> {
        answer(transfer::decline(&self.hub, request).await)
    }

    async fn give_fire_feedback(
        &self,
        request: Request<v1::GiveFireFeedbackRequest>,
    ) -> Answer<v1::GiveFireFeedbackResponse> {
        answer(transfer::feedback(&self.hub, request).await)
    }
}
