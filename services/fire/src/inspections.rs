//! Joint inspections as they are served: planned and carried out step by step, reported whole in bulk, drawn by lot, and
//! read as a calendar. Any agency's inspections are here; the fire service keeps the desk. Never here: the law (that is
//! `domain::inspection`), or what becomes of a hazard.

mod api;
mod calendar;
mod draws;
mod following;
mod near;
mod onsite;
mod plan;
mod read;
mod report;
mod row;
mod sign;
mod step;
mod tables;

use hub::serve::MAX_MESSAGE_BYTES;
use hub::{Hub, View, ViewError};
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::inspection_service_server::InspectionServiceServer;

pub use tables::InspectionTables;

/// The inspection service; cheap to clone.
#[derive(Clone)]
pub struct Inspections {
    hub: Hub,
    view: View,
}

impl Inspections {
    /// Opens the view and keeps it current.
    ///
    /// # Errors
    /// When the view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let view = View::start(&hub.views, InspectionTables, &hub.log)?;
        Ok(Self { hub: hub.clone(), view })
    }

    /// The view: its health is the service's health.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Adds the service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        let service = InspectionServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        routes.add_service(service);
    }
}
