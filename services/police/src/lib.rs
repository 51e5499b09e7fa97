//! The police's side: the fast-response queue and what officers of police and procuratorate decide on it.
//! Never here: the law (that is `domain`), or what the education side keeps.

mod api;
mod queue;
mod watch;

use std::path::Path;
use std::sync::Arc;

use hub::project::EventLog;
use hub::serve::MAX_MESSAGE_BYTES;
use hub::{Hub, View, ViewError, telemetry};
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::police_service_server::PoliceServiceServer;

use api::Api;
use queue::QueueTables;

/// The police service.
pub struct Police {
    api: Api,
}

impl Police {
    /// Opens the queue's view and keeps it current.
    ///
    /// # Errors
    /// When the view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let view = View::start(&hub.views, QueueTables, &hub.log)?;
        Ok(Self { api: Api::new(hub.clone(), view) })
    }

    /// The queue's view: its health is the service's health.
    #[must_use]
    pub fn view(&self) -> &View {
        self.api.view()
    }

    /// What waits in the queue, for whoever measures.
    #[must_use]
    pub fn waiting(&self) -> telemetry::Queue {
        let view = self.api.view().clone();
        Arc::new(move || {
            let view = view.clone();
            Box::pin(async move { view.read(queue::waiting).await.ok() })
        })
    }

    /// Adds the service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        let service = PoliceServiceServer::new(self.api)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
            .accept_compressed(CompressionEncoding::Gzip);
        routes.add_service(service);
    }
}

/// Forgets the queue and folds it again from the start, telling how many events were read. The hub must not
/// be running on the same folder.
///
/// # Errors
/// The first error of the log, the view's file or an event.
pub async fn rebuild(folder: &Path, log: &EventLog, progress: impl FnMut(u64)) -> Result<(), ViewError> {
    hub::read_model::rebuild(folder, QueueTables, log, progress).await
}

#[cfg(test)]
mod tests;
