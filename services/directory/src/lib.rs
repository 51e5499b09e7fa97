//! Who is who and what is where: units, officers, institutions, divisions, signing in, and access by
//! break-glass. Queries answer from the roster, which every service shares. Never here: clues, referrals.

mod access;
mod api;
mod entries;
mod erasing;
mod first;
mod import;
mod listing;
mod oversight;
mod reset;
mod session;

use std::time::Duration;

use hub::identity::Doors;
use hub::reads::ReadLog;
use hub::serve::MAX_MESSAGE_BYTES;
use hub::{Hub, Token, ViewError};
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::access_service_server::AccessServiceServer;
use wire::v1::directory_service_server::DirectoryServiceServer;
use wire::v1::oversight_service_server::OversightServiceServer;
use wire::v1::session_service_server::SessionServiceServer;

pub use first::{FirstStartError, first_start};
pub use reset::{ResetError, reset};

/// How long a directory command waits for the roster to show it.
const SHOWN: Duration = Duration::from_secs(5);

/// The directory service.
#[derive(Clone)]
pub struct Directory {
    hub: Hub,
    reads: ReadLog,
    doors: Doors,
}

impl Directory {
    /// The service over a hub, with its views of the read log and of doors that are shut.
    ///
    /// # Errors
    /// When a view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let reads = ReadLog::start(&hub.views, &hub.log)?;
        Ok(Self { hub: hub.clone(), reads, doors: Doors::start(&hub.views, &hub.log)? })
    }

    /// The doors that are shut, for their health.
    #[must_use]
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// The read log, for its health.
    #[must_use]
    pub fn read_log(&self) -> &ReadLog {
        &self.reads
    }

    /// Waits until this hub's own roster shows what was just written: every later command looks there, and
    /// whoever registered a unit goes on to name it. A roster that is late is no reason to refuse what is
    /// already recorded.
    pub(crate) async fn shown(hub: &Hub, token: &Token) {
        if let Err(error) = hub.roster.view().wait(token, SHOWN).await {
            tracing::warn!(%error, "the roster is late");
        }
    }

    /// Adds the gRPC services to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        routes
            .add_service(SessionServiceServer::new(self.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES))
            .add_service(
                AccessServiceServer::new(self.clone())
                    .accept_compressed(CompressionEncoding::Gzip)
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            )
            .add_service(
                OversightServiceServer::new(self.clone())
                    .send_compressed(CompressionEncoding::Gzip)
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            )
            .add_service(
                DirectoryServiceServer::new(self)
                    .accept_compressed(CompressionEncoding::Gzip)
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            );
    }
}
