//! An officer's desk: the clients of all services with the officer's token. Never here: what is asked through them.

use anyhow::{Context, ensure};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};
use wire::v1::access_service_client::AccessServiceClient;
use wire::v1::campaign_service_client::CampaignServiceClient;
use wire::v1::directory_service_client::DirectoryServiceClient;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::fire_service_client::FireServiceClient;
use wire::v1::groups_service_client::GroupsServiceClient;
use wire::v1::hazard_service_client::HazardServiceClient;
use wire::v1::inspection_service_client::InspectionServiceClient;
use wire::v1::oversight_service_client::OversightServiceClient;
use wire::v1::police_service_client::PoliceServiceClient;
use wire::v1::session_service_client::SessionServiceClient;
use wire::v1::streams_service_client::StreamsServiceClient;
use wire::v1::webhooks_service_client::WebhooksServiceClient;
use wire::{Lang, Refusal};

use super::Account;

/// Puts the token on every request.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Bearer {
    /// From a token.
    ///
    /// # Errors
    /// The text cannot stand in a header.
    pub fn new(token: &str) -> anyhow::Result<Self> {
        Ok(Self(format!("Bearer {token}").parse().context("a token that is no header value")?))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let _ = request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// A connection that speaks for one officer.
type Line = InterceptedService<Channel, Bearer>;

/// An officer's desk; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// Whose it is.
    pub account: Account,
    line: Line,
}

impl Desk {
    /// The desk of somebody who signed in.
    ///
    /// # Errors
    /// Nobody signed in for them.
    pub fn new(channel: Channel, account: &Account) -> anyhow::Result<Self> {
        ensure!(!account.token.is_empty(), "nobody signed in as {}", account.id);
        let line = InterceptedService::new(channel, Bearer::new(&account.token)?);
        Ok(Self { account: account.clone(), line })
    }

    /// Signing in and passwords.
    #[must_use]
    pub fn session(&self) -> SessionServiceClient<Line> {
        SessionServiceClient::new(self.line.clone())
    }

    /// Units, officers, institutions.
    #[must_use]
    pub fn directory(&self) -> DirectoryServiceClient<Line> {
        DirectoryServiceClient::new(self.line.clone())
    }

    /// Clues, referrals, papers.
    #[must_use]
    pub fn education(&self) -> EducationServiceClient<Line> {
        EducationServiceClient::new(self.line.clone())
    }

    /// Campaigns, dispatches, staff counts.
    #[must_use]
    pub fn campaigns(&self) -> CampaignServiceClient<Line> {
        CampaignServiceClient::new(self.line.clone())
    }

    /// The fast-response queue.
    #[must_use]
    pub fn police(&self) -> PoliceServiceClient<Line> {
        PoliceServiceClient::new(self.line.clone())
    }

    /// The fire service's inbox.
    #[must_use]
    pub fn fire(&self) -> FireServiceClient<Line> {
        FireServiceClient::new(self.line.clone())
    }

    /// Hazards until they are gone.
    #[must_use]
    pub fn hazards(&self) -> HazardServiceClient<Line> {
        HazardServiceClient::new(self.line.clone())
    }

    /// Joint inspections.
    #[must_use]
    pub fn inspections(&self) -> InspectionServiceClient<Line> {
        InspectionServiceClient::new(self.line.clone())
    }

    /// Access by break-glass.
    #[must_use]
    pub fn access(&self) -> AccessServiceClient<Line> {
        AccessServiceClient::new(self.line.clone())
    }

    /// Who has read what, and who would see what.
    #[must_use]
    pub fn oversight(&self) -> OversightServiceClient<Line> {
        OversightServiceClient::new(self.line.clone())
    }

    /// Event streams.
    #[must_use]
    pub fn streams(&self) -> StreamsServiceClient<Line> {
        StreamsServiceClient::new(self.line.clone())
    }

    /// Webhooks.
    #[must_use]
    pub fn webhooks(&self) -> WebhooksServiceClient<Line> {
        WebhooksServiceClient::new(self.line.clone())
    }

    /// Consumer groups.
    #[must_use]
    pub fn groups(&self) -> GroupsServiceClient<Line> {
        GroupsServiceClient::new(self.line.clone())
    }
}

/// What a status says to a reader, with every field violation.
#[must_use]
pub fn said(status: &Status, lang: Lang) -> String {
    let refusal = Refusal::from_status(status);
    let mut text = refusal.say(lang);
    if let Refusal::Shape(violations) = &refusal {
        for violation in violations {
            text.push_str(&format!(" [{}: {}]", violation.field, violation.text(lang)));
        }
    }
    if matches!(refusal, Refusal::Internal | Refusal::LogDown { .. }) {
        text.push_str(&format!(" ({status})"));
    }
    text
}
