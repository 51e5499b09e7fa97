//! The campaign itself over gRPC: drafted, signed, sent out, phase by phase, reported, frozen, verified, published.
//! Never here: the records of the visits.

use anyhow::{Context, anyhow};
use domain::actor::Agency;
use domain::campaign::plan::{PhaseKind, Post};
use jiff::civil::Date;
use tonic::Status;
use wire::v1::campaign_service_client::CampaignServiceClient;
use wire::{Lang, v1};

use super::calendar::{Calendar, later};
use super::draw::id;
use super::ground::{NATION, officer};
use super::kinds::returned;
use super::record::Submission;
use super::send::{Line, Sender, ask};
use crate::world::said;

/// The campaign as it goes on.
pub(super) struct Course<'a> {
    pub(super) sender: &'a Sender,
    pub(super) seed: u64,
    pub(super) calendar: &'a Calendar,
    /// Its id.
    pub(super) campaign: String,
    begun: Vec<PhaseKind>,
}

fn done<T>(what: &str, answer: Result<T, Status>) -> anyhow::Result<T> {
    answer.map_err(|status| anyhow!(said(&status, Lang::En))).with_context(|| what.to_owned())
}

const fn on_wire(kind: PhaseKind) -> v1::PhaseKind {
    match kind {
        PhaseKind::SelfCheck => v1::PhaseKind::SelfCheck,
        PhaseKind::CountyInspection => v1::PhaseKind::CountyInspection,
        PhaseKind::CitySpotCheck => v1::PhaseKind::CitySpotCheck,
        PhaseKind::ProvincialSpotCheck => v1::PhaseKind::ProvincialSpotCheck,
        PhaseKind::LookBack => v1::PhaseKind::LookBack,
    }
}

/// The ministry's officer who presides, or leads.
pub(super) fn ministry(agency: Agency, which: char) -> String {
    officer(agency, NATION, which)
}

impl<'a> Course<'a> {
    /// Drafts it, has it signed by all who issue it, and sends it out.
    ///
    /// # Errors
    /// The first refusal, with what was asked.
    pub(super) async fn issue(sender: &'a Sender, seed: u64, calendar: &'a Calendar) -> anyhow::Result<Self> {
        let mut course = Self { sender, seed, calendar, campaign: String::new(), begun: Vec::new() };
        let draft = course.draft();
        let drafted = done("draft", ask!(course.ministry(Agency::Education, 'A')?, draft_campaign, draft))?;
        course.campaign = drafted.campaign_id;
        for agency in [Agency::Education, Agency::Police, Agency::Fire] {
            let (request_id, campaign_id) = course.request(&format!("sign-{}", agency.code()));
            let request = v1::SignCampaignRequest { request_id, campaign_id, ..Default::default() };
            done("sign", ask!(course.ministry(agency, 'A')?, sign_campaign, request))?;
        }
        let (request_id, campaign_id) = course.request("deploy");
        let request = v1::DeployCampaignRequest { request_id, campaign_id, ..Default::default() };
        done("deploy", ask!(course.ministry(Agency::Education, 'A')?, deploy_campaign, request))?;
        Ok(course)
    }

    fn draft(&self) -> v1::DraftCampaignRequest {
        let template = self.calendar.template();
        let share = |share: domain::campaign::ratio::Share| {
            let [part, of] = [share.of(1_000_000), 1_000_000].map(|value| u32::try_from(value).unwrap_or(1));
            v1::Share { part, of }
        };
        let dated = self.calendar.phases().zip(&template.phases);
        let phases = dated.map(|((kind, opens, closes), phase)| v1::CampaignPhase {
            kind: on_wire(kind).into(),
            opens: opens.to_string(),
            closes: closes.to_string(),
            counties: phase.counties.map(share),
            institutions: phase.institutions.map(share),
        });
        // In its own year the template says it all.
        let moved = self.calendar.opens != template.opens;
        v1::DraftCampaignRequest {
            request_id: self.request("draft").0,
            template_id: template.id.clone(),
            opens: if moved { self.calendar.opens.to_string() } else { String::new() },
            closes: if moved { self.calendar.closes.to_string() } else { String::new() },
            phases: if moved { phases.collect() } else { Vec::new() },
            ..Default::default()
        }
    }

    fn line(&self, officer: &str) -> anyhow::Result<CampaignServiceClient<Line>> {
        Ok(CampaignServiceClient::new(self.sender.line(officer)?))
    }

    fn ministry(&self, agency: Agency, which: char) -> anyhow::Result<CampaignServiceClient<Line>> {
        self.line(&ministry(agency, which))
    }

    fn request(&self, what: &str) -> (String, String) {
        (id(self.seed, "campaign", what).to_string(), self.campaign.clone())
    }

    /// Begins every phase whose first day has come.
    ///
    /// # Errors
    /// The first refusal.
    pub(super) async fn begin(&mut self, today: Date) -> anyhow::Result<()> {
        let due: Vec<PhaseKind> = self
            .calendar
            .phases()
            .filter(|(kind, opens, _)| *opens <= today && !self.begun.contains(kind))
            .map(|(kind, ..)| kind)
            .collect();
        for kind in due {
            let (request_id, campaign_id) = self.request(&format!("begin-{}", kind.code()));
            let phase = on_wire(kind).into();
            let request = v1::BeginPhaseRequest { request_id, campaign_id, phase, ..Default::default() };
            done("begin", ask!(self.ministry(Agency::Education, 'A')?, begin_phase, request))?;
            self.begun.push(kind);
        }
        Ok(())
    }

    /// Reports figures; the token to see that with.
    ///
    /// # Errors
    /// The first refusal.
    pub(super) async fn submit(&self, submission: &Submission) -> anyhow::Result<String> {
        let request = v1::SubmitReturnsRequest {
            request_id: submission.head.request_id.to_string(),
            campaign_id: self.campaign.clone(),
            returns: submission.returns.iter().map(returned).collect(),
            ..Default::default()
        };
        let answer = done("submit", ask!(self.line(&submission.head.by)?, submit_returns, request))?;
        let v1::CommandReceipt { repeated, consistency_token, .. } = answer.receipt.unwrap_or_default();
        self.sender.told.rows("returns", (1, u64::from(!repeated), u64::from(repeated)));
        Ok(consistency_token)
    }

    /// Units that have not reported, as of a token.
    ///
    /// # Errors
    /// As a refusal says.
    pub(super) async fn missing(&self, token: String) -> anyhow::Result<u32> {
        let shown = self.report(0, token).await?;
        Ok(shown.posts.saturating_sub(shown.reported))
    }

    /// The table, as counted now or as frozen, as of a token.
    ///
    /// # Errors
    /// As a refusal says.
    pub(super) async fn report(
        &self,
        version: u32,
        consistency_token: String,
    ) -> anyhow::Result<v1::GetCampaignReportResponse> {
        let campaign_id = self.campaign.clone();
        let request = v1::GetCampaignReportRequest { consistency_token, campaign_id, version };
        done("report", ask!(self.ministry(Agency::Education, 'A')?, get_campaign_report, request))
    }

    /// Freezes, has a second officer verify, and publishes. Units that take no part in a smaller campaign are missing,
    /// and the verification says why. The token to see that with.
    ///
    /// # Errors
    /// The first refusal: a difference between what was reported and what was counted is one.
    pub(super) async fn conclude(&self, missing_reason: &str) -> anyhow::Result<String> {
        let (request_id, campaign_id) = self.request("freeze");
        let request = v1::FreezeCampaignRequest { request_id, campaign_id, ..Default::default() };
        done("freeze", ask!(self.ministry(Agency::Education, 'A')?, freeze_campaign, request))?;
        let (request_id, campaign_id) = self.request("verify");
        let missing_reason = missing_reason.to_owned();
        let request =
            v1::VerifyCampaignRequest { request_id, campaign_id, missing_reason, ..Default::default() };
        done("verify", ask!(self.ministry(Agency::Education, 'B')?, verify_campaign, request))?;
        let (request_id, campaign_id) = self.request("publish");
        let request = v1::PublishCampaignRequest { request_id, campaign_id, ..Default::default() };
        let published =
            done("publish", ask!(self.ministry(Agency::Education, 'A')?, publish_campaign, request))?;
        Ok(published.receipt.unwrap_or_default().consistency_token)
    }
}

/// The day by which units report, and the one by which the late ones have.
pub(super) fn reporting_days(closes: Date) -> [Date; 3] {
    [7, 8, 9].map(|days| later(closes, days))
}

/// The officer who reports for a post: the office above collects.
pub(super) fn reporter(post: Post) -> String {
    officer(Agency::Education, post, 'A')
}
