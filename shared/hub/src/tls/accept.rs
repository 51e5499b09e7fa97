//! Connections: each shakes hands in a task of its own, so that one that says nothing holds up no other. Never here: what
//! a client may do.
//!
//! Handshakes under way are bounded, and whoever comes is always taken: when there are too many, the oldest one of the
//! address with the most is dropped. Somebody at one address who opens connections and says nothing therefore only drops
//! their own; others are touched when they have as many under way as that address, and who shakes hands at all is done in a
//! few round trips. Where everybody comes from one address, as behind a balancer, it is the oldest that goes, which is
//! the one that had the most time. Addresses of IPv6 count by their /64, which is what one customer is given.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::net::TcpStream;
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::TcpIncoming;

use super::Tls;

/// How long a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes under way at once.
const AT_ONCE: usize = 512;

/// A connection that shook hands; none when it did not.
type Shaken = Option<TlsStream<TcpStream>>;

/// The connections that shook hands, each with what is in use when it came.
pub(crate) fn secured(
    incoming: TcpIncoming,
    tls: Tls,
) -> impl Stream<Item = io::Result<TlsStream<TcpStream>>> + Send {
    let hands = Hands::new(incoming, tls, AT_ONCE);
    futures::stream::unfold(hands, |mut hands| async { Some((hands.next().await?, hands)) })
}

/// The handshakes under way.
struct Hands {
    incoming: TcpIncoming,
    tls: Tls,
    at_once: usize,
    shaking: JoinSet<Shaken>,
    /// Those in `shaking`, the oldest first.
    order: VecDeque<Hand>,
}

/// One handshake.
struct Hand {
    from: IpAddr,
    task: AbortHandle,
}

impl Hands {
    fn new(incoming: TcpIncoming, tls: Tls, at_once: usize) -> Self {
        Self { incoming, tls, at_once, shaking: JoinSet::new(), order: VecDeque::new() }
    }

    async fn next(&mut self) -> Option<io::Result<TlsStream<TcpStream>>> {
        loop {
            tokio::select! {
                Some(ended) = self.shaking.join_next_with_id() => {
                    let (id, shaken) = match ended {
                        Ok(ended) => ended,
                        Err(dropped) => (dropped.id(), None),
                    };
                    self.forget(id);
                    if let Some(secured) = shaken {
                        return Some(Ok(secured));
                    }
                }
                arrived = self.incoming.next() => match arrived? {
                    Ok(arrived) => self.begin(arrived),
                    // What went wrong with listening is for the server to judge.
                    Err(error) => return Some(Err(error)),
                },
            }
        }
    }

    fn begin(&mut self, arrived: TcpStream) {
        // Whoever has no address has hung up already.
        let Ok(peer) = arrived.peer_addr() else { return };
        if self.order.len() >= self.at_once {
            self.drop_one();
        }
        let task = self.shaking.spawn(shake(self.tls.acceptor(), arrived));
        self.order.push_back(Hand { from: network(peer.ip()), task });
    }

    /// Drops the oldest of the address with the most.
    fn drop_one(&mut self) {
        let mut count: HashMap<IpAddr, usize> = HashMap::new();
        for hand in &self.order {
            *count.entry(hand.from).or_default() += 1;
        }
        let most = count.values().max();
        let oldest = self.order.iter().position(|hand| count.get(&hand.from) == most);
        if let Some(hand) = oldest.and_then(|place| self.order.remove(place)) {
            hand.task.abort();
            tracing::debug!("a client that has not shaken hands yet makes room for another");
        }
    }

    fn forget(&mut self, id: Id) {
        if let Some(place) = self.order.iter().position(|hand| hand.task.id() == id) {
            let _ = self.order.remove(place);
        }
    }
}

async fn shake(acceptor: TlsAcceptor, arrived: TcpStream) -> Shaken {
    match timeout(HANDSHAKE, acceptor.accept(arrived)).await {
        Ok(Ok(secured)) => Some(secured),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a client was turned away at the handshake");
            None
        }
        Err(_) => {
            tracing::debug!("a client did not shake hands in time");
            None
        }
    }
}

/// What one customer is given of the addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(whole) => IpAddr::V4(whole),
        IpAddr::V6(whole) => IpAddr::V6(Ipv6Addr::from_bits(whole.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
    use std::net::SocketAddr;
    use std::sync::Arc;

    use rcgen::{CertificateParams, KeyPair};
    use rustls::pki_types::ServerName;
    use rustls::{ClientConfig, RootCertStore};
    use tempfile::TempDir;
    use tokio::net::{TcpListener, TcpSocket};
    use tokio_rustls::TlsConnector;

    use super::*;
    use crate::config::Config;
    use crate::time::Time;

    const ROOM: usize = 8;
    const SOON: Duration = Duration::from_secs(5);

    impl Hands {
        fn last(&self) -> Option<Id> {
            self.order.back().map(|hand| hand.task.id())
        }
    }

    /// A listener with room for few handshakes, and what its clients need.
    struct Scene {
        address: SocketAddr,
        connector: TlsConnector,
        hands: Hands,
        _files: TempDir,
    }

    impl Scene {
        async fn set() -> Self {
            let files = tempfile::tempdir().unwrap();
            let key = KeyPair::generate().unwrap();
            let named = CertificateParams::new(vec!["hub.example.cn".to_owned()]).unwrap();
            let certificate = named.self_signed(&key).unwrap();
            let (cert, keyed) = (files.path().join("cert"), files.path().join("key"));
            std::fs::write(&cert, certificate.pem()).unwrap();
            std::fs::write(&keyed, key.serialize_pem()).unwrap();
            let config = Config { tls_cert: cert, tls_key: keyed, ..Config::default() };
            let tls = Tls::start(&config, &Time::system()).unwrap().unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let hands = Hands::new(TcpIncoming::from(listener), tls, ROOM);
            let mut roots = RootCertStore::empty();
            roots.add(certificate.der().clone()).unwrap();
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let client = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots)
                .with_no_client_auth();
            Self { address, connector: TlsConnector::from(Arc::new(client)), hands, _files: files }
        }

        /// A connection from an address of this machine that says nothing, and has been taken.
        async fn silent(&mut self, from: &str) -> TcpStream {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
            let connected = socket.connect(self.address).await.unwrap();
            let before = self.hands.last();
            while self.hands.last() == before {
                tokio::select! {
                    biased;
                    _ = self.hands.next() => panic!("nobody shakes hands"),
                    () = tokio::task::yield_now() => {}
                }
            }
            connected
        }

        /// Shakes hands on a connection.
        async fn shake(&mut self, connection: TcpStream) -> bool {
            let name = ServerName::try_from("hub.example.cn").unwrap();
            let client = self.connector.connect(name, connection);
            let both = futures::future::join(client, self.hands.next());
            tokio::time::timeout(SOON, both)
                .await
                .is_ok_and(|(client, served)| client.is_ok() && served.is_some_and(|served| served.is_ok()))
        }
    }

    #[tokio::test]
    async fn those_who_say_nothing_hold_up_nobody_and_drop_only_their_own() {
        let mut scene = Scene::set().await;
        let mine = scene.silent("127.0.0.1").await;
        let mut silent = Vec::new();
        for _ in 0..3 * ROOM {
            silent.push(scene.silent("127.0.0.2").await);
        }
        assert!(scene.shake(mine).await, "who came before them still shakes hands");
        let late = TcpStream::connect(scene.address).await.unwrap();
        assert!(scene.shake(late).await, "and who comes after them is taken at once");
        let last = silent.pop().unwrap();
        assert!(scene.shake(last).await, "even of their own only the oldest were dropped");
    }

    #[test]
    fn an_address_of_ipv6_is_its_customers() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
