//! Connections: each shakes hands in a task of its own, so that one that says nothing holds up no other. Never here: what
//! a client may do.

use std::io;
use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::TcpIncoming;

use super::Tls;

/// How long a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes under way at once; more connections wait to be accepted.
const AT_ONCE: usize = 512;

/// The connections that shook hands, each with what is in use when it came.
pub(crate) fn secured(
    incoming: TcpIncoming,
    tls: Tls,
) -> impl Stream<Item = io::Result<TlsStream<TcpStream>>> + Send {
    let hands = incoming.map(move |arrived| {
        let acceptor = tls.acceptor();
        tokio::spawn(async move {
            // What went wrong with listening is for the server to judge.
            let arrived = match arrived {
                Ok(arrived) => arrived,
                Err(error) => return Some(Err(error)),
            };
            match timeout(HANDSHAKE, acceptor.accept(arrived)).await {
                Ok(Ok(secured)) => Some(Ok(secured)),
                Ok(Err(error)) => {
                    tracing::debug!(%error, "a client was turned away at the handshake");
                    None
                }
                Err(_) => {
                    tracing::debug!("a client did not shake hands in time");
                    None
                }
            }
        })
    });
    hands.buffer_unordered(AT_ONCE).filter_map(async |shaken| shaken.unwrap_or_default())
}
