//! A connection that breaks: what lies between a sender and a hub, and cuts the first connections in the middle.
//! Never here: what is sent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Connections that are cut.
const CUT: usize = 6;
/// Bytes of requests after which the first of them is, and how many more each later one carries.
const AFTER: usize = 40_000;

/// Cuts connections.
#[derive(Clone, Default)]
pub struct Cutter {
    opened: Arc<AtomicUsize>,
    cuts: Arc<AtomicUsize>,
}

impl Cutter {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many it has cut.
    pub fn cuts(&self) -> usize {
        self.cuts.load(Ordering::SeqCst)
    }

    /// Stands between a sender and this address; where the sender is to connect to.
    pub fn route(&self, hub: SocketAddr) -> SocketAddr {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let cutter = self.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(hub).await.unwrap();
                tokio::spawn(cutter.clone().carry(near, far));
            }
        });
        address
    }

    async fn carry(self, near: TcpStream, far: TcpStream) {
        let number = self.opened.fetch_add(1, Ordering::SeqCst);
        let most = if number < CUT { AFTER * (number + 1) } else { usize::MAX };
        let ((mut from_near, mut to_near), (mut from_far, mut to_far)) =
            (near.into_split(), far.into_split());
        let back = tokio::spawn(async move { tokio::io::copy(&mut from_far, &mut to_near).await });
        let (mut carried, mut bytes) = (0, vec![0; 4_096]);
        while let Ok(read) = from_near.read(&mut bytes).await {
            carried += read;
            if carried > most {
                let _ = self.cuts.fetch_add(1, Ordering::SeqCst);
                break;
            }
            if read == 0 || to_far.write_all(&bytes[..read]).await.is_err() {
                break;
            }
        }
        back.abort();
    }
}
