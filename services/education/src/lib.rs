//! The education service: clues from report to close, referrals to the police, papers, figures. It writes
//! through the rules of `domain` and answers from its own views. Never here: another agency's tables; the
//! agencies meet in the log.

mod api;
mod campaigns;
mod clues;
mod follow;
mod handling;
mod import;
mod intake;
mod papers;
mod place;
mod reactions;
mod referrals;
mod reverse;
mod sending;

pub use campaigns::CampaignTables;

use std::path::Path;

use hub::project::EventLog;
use hub::serve::Watched;
use hub::{Hub, View, ViewError, react, read_model};
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::campaign_service_server::CampaignServiceServer;
use wire::v1::education_service_server::EducationServiceServer;

use crate::campaigns::Campaigns;
use crate::clues::ClueTables;
use crate::reactions::Reactions;
use crate::referrals::{ReferralTables, Referrals};

/// The education service, ready to be served.
#[derive(Clone)]
pub struct Education {
    hub: Hub,
    clues: View,
    referrals: Referrals,
    campaigns: Campaigns,
    merges: Watched,
    follows: Watched,
}

impl Education {
    /// Opens the views, keeps them current, and starts what follows from events.
    ///
    /// # Errors
    /// When a view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let clues = View::start(&hub.views, ClueTables, &hub.log)?;
        let referrals = Referrals::start(hub)?;
        let campaigns = Campaigns::start(hub)?;
        let merges = react::start(hub, &hub.views, Reactions::new(follow::hub_itself()?))?;
        let follows = follow::start(hub)?;
        Ok(Self { hub: hub.clone(), clues, referrals, campaigns, merges, follows })
    }

    /// The view of clues and clocks, whose health is the service's.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.clues
    }

    /// The view of referrals.
    #[must_use]
    pub fn referrals_view(&self) -> &View {
        self.referrals.view()
    }

    /// The view of campaigns.
    #[must_use]
    pub fn campaigns_view(&self) -> &View {
        self.campaigns.view()
    }

    /// What follows from events, each under the name of its health entry.
    #[must_use]
    pub fn reactions(&self) -> [(&'static str, Watched); 2] {
        [
            ("safeguard.v1.EducationService/merges", self.merges.clone()),
            ("safeguard.v1.EducationService/follows", self.follows.clone()),
        ]
    }

    /// Adds the service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        let limit = hub::serve::MAX_MESSAGE_BYTES;
        let campaigns = CampaignServiceServer::new(self.campaigns.clone())
            .max_decoding_message_size(limit)
            .max_encoding_message_size(limit)
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        routes.add_service(campaigns);
        let service = EducationServiceServer::new(self)
            .max_decoding_message_size(limit)
            .max_encoding_message_size(limit)
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        routes.add_service(service);
    }
}

/// Forgets the service's views and folds them again from the start, telling after each page how many events
/// were read; it tells from 0 again for each further view. The hub must not be running on the folder.
///
/// # Errors
/// The first error of the log, a view's file or an event.
pub async fn rebuild(folder: &Path, log: &EventLog, mut progress: impl FnMut(u64)) -> Result<(), ViewError> {
    read_model::rebuild(folder, ClueTables, log, &mut progress).await?;
    read_model::rebuild(folder, ReferralTables, log, &mut progress).await?;
    read_model::rebuild(folder, CampaignTables::default(), log, &mut progress).await
}
