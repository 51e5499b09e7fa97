//! The fire and rescue side: the inbox of clues handed to a fire unit, joint
//! inspections, and hazards until they are gone. Thin on
//! purpose; what it offers works. Never here: the law (that is `domain`), or what the education side keeps.

mod api;
mod hazards;
mod inbox;
mod inspections;
mod reactions;

use std::path::Path;

use hub::project::EventLog;
use hub::serve::{MAX_MESSAGE_BYTES, Watched};
use hub::{Hub, View, ViewError, read_model};
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::fire_service_server::FireServiceServer;

use api::Api;
use inbox::InboxTables;

pub use hazards::{HazardTables, Hazards};
pub use inspections::{InspectionTables, Inspections};

/// The fire service.
pub struct Fire {
    api: Api,
    hazards: Hazards,
    inspections: Inspections,
    openings: Watched,
}

impl Fire {
    /// Opens the views, keeps them current, and starts what follows from events.
    ///
    /// # Errors
    /// When a view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let view = View::start(&hub.views, InboxTables, &hub.log)?;
        let hazards = Hazards::start(hub)?;
        let inspections = Inspections::start(hub)?;
        Ok(Self { api: Api::new(hub.clone(), view), hazards, inspections, openings: reactions::start(hub)? })
    }

    /// The inbox's view: its health is the service's health.
    #[must_use]
    pub fn view(&self) -> &View {
        self.api.view()
    }

    /// Hazards.
    #[must_use]
    pub fn hazards(&self) -> &Hazards {
        &self.hazards
    }

    /// The other views, and what follows from events, each under the name of its health entry.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, Watched)> {
        vec![
            ("safeguard.v1.InspectionService", self.inspections.view().progress()),
            ("safeguard.v1.HazardService", self.hazards.view().progress()),
            ("safeguard.v1.HazardService/openings", self.openings.clone()),
        ]
    }

    /// Adds the services to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        self.hazards.add_to(routes);
        self.inspections.add_to(routes);
        let service = FireServiceServer::new(self.api)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
            .accept_compressed(CompressionEncoding::Gzip);
        routes.add_service(service);
    }
}

/// Forgets the service's views and folds them again from the start, telling after each page how many events were
/// read; it tells from 0 again for each view. The hub must not be running on the same folder.
///
/// # Errors
/// The first error of the log, a view's file or an event.
pub async fn rebuild(folder: &Path, log: &EventLog, mut progress: impl FnMut(u64)) -> Result<(), ViewError> {
    read_model::rebuild(folder, InboxTables, log, &mut progress).await?;
    read_model::rebuild(folder, HazardTables, log, &mut progress).await?;
    read_model::rebuild(folder, InspectionTables, log, &mut progress).await
}

#[cfg(test)]
mod tests;
