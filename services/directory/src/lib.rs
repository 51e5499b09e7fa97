//! Who is who and what is where: units, officers, institutions, divisions, and signing in. Queries answer
//! from the roster, which every service shares. Never here: clues, referrals.

mod api;
mod entries;
mod first;
mod import;
mod listing;
mod session;

use hub::Hub;
use hub::serve::MAX_MESSAGE_BYTES;
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::directory_service_server::DirectoryServiceServer;
use wire::v1::session_service_server::SessionServiceServer;

pub use first::{FirstStartError, first_start};

/// The directory service.
#[derive(Clone)]
pub struct Directory {
    hub: Hub,
}

impl Directory {
    /// The service over a hub.
    #[must_use]
    pub fn new(hub: &Hub) -> Self {
        Self { hub: hub.clone() }
    }

    /// Adds the two gRPC services to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        routes
            .add_service(SessionServiceServer::new(self.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES))
            .add_service(
                DirectoryServiceServer::new(self)
                    .accept_compressed(CompressionEncoding::Gzip)
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            );
    }
}
