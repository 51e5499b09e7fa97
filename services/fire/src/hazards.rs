//! Hazards as they are served: every step of the loop, one by one or in bulk, the board and the ledger. Any agency's
//! hazards are here; the fire service keeps the desk. Never here: the law (that is `domain::hazard`).

mod api;
mod board;
mod ledger;
mod reach;
mod read;
mod step;
mod tables;
mod work;

use domain::event::decode;
use domain::hazard::{HazardRule, Pressure};
use domain::ids::{HazardId, InspectionId};
use domain::inspection;
use hub::call::stream_of;
use hub::project::Revision;
use hub::serve::MAX_MESSAGE_BYTES;
use hub::{HandleError, Hub, View, ViewError, refuse};
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::refusal::Refusal;
use wire::v1::hazard_service_server::HazardServiceServer;

pub use tables::HazardTables;

/// The hazard service; cheap to clone.
#[derive(Clone)]
pub struct Hazards {
    hub: Hub,
    view: View,
}

impl Hazards {
    /// Opens the view and keeps it current.
    ///
    /// # Errors
    /// When the view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let view = View::start(&hub.views, HazardTables, &hub.log)?;
        Ok(Self { hub: hub.clone(), view })
    }

    /// The view: its health is the service's health.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Adds the service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        let service = HazardServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        routes.add_service(service);
    }
}

/// A hazard that an inspection found and that is neither gone nor with a penalty case: while there is one, the
/// inspection is not closed (handbook 3.5). Read from the log, so that one the reaction has not opened yet counts too.
///
/// # Errors
/// When the log cannot be read.
pub(crate) async fn still_open(hub: &Hub, inspection: &InspectionId) -> Result<Option<HazardId>, Refusal> {
    let stream = stream_of(inspection)?;
    let events = hub.log.read(&stream, Revision::FIRST).await;
    for event in events.map_err(|error| refuse::handle(HandleError::Read(error)))? {
        if event.kind != "inspection.issued" {
            continue;
        }
        let issued: inspection::Event =
            decode(&event.kind, event.data.as_str()).map_err(|error| refuse::handle(error.into()))?;
        let inspection::Event::Issued { hazards } = issued else { continue };
        for draft in hazards {
            let (state, _) = hub.state::<HazardRule>(&stream_of(&draft.id)?).await.map_err(refuse::handle)?;
            let over = state
                .known()
                .is_some_and(|hazard| !hazard.stage().open() || hazard.pressure() == Pressure::PenaltyOpened);
            if !over {
                return Ok(Some(draft.id));
            }
        }
    }
    Ok(None)
}
