//! The line to a key service, for a caller that waits. Never here: how long what it answered counts (`lease`).
//!
//! The line lives on a thread of its own, so that every caller may wait for it, whichever runtime it is in or none. When
//! the service is away, sealing goes on while the pool has keys; opening ends with the lease; both begin again by
//! themselves when it is back.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use opentelemetry::trace::FutureExt as _;
use tokio::runtime::{Builder, Handle, RuntimeFlavor};
use tokio::sync::{oneshot, watch};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};
use wire::v1;
use wire::v1::keys_service_client::KeysServiceClient;
use zeroize::Zeroizing;

use super::cipher::PlainKey;
use super::file::{Found, Secret};
use super::lease::{Lease, Recalled};
use super::{Deletion, Erasure, KeysPlace, SealError, carried};
use crate::config::Config;
use crate::deadline;

mod line;

use line::Line;

/// How long an answer is waited for.
const ANSWER: Duration = Duration::from_secs(5);
/// How long that of an erasure is: it waits for others, and may destroy a million keys.
const ERASED: Duration = Duration::from_secs(60);

/// What goes along with every call.
type Along = fn(Request<()>) -> Result<Request<()>, Status>;
type Client = KeysServiceClient<InterceptedService<Channel, Along>>;

/// A key service as this process reaches it.
pub(super) struct Remote {
    place: String,
    runtime: Handle,
    /// How it is called now: another line when this process's certificate was renewed.
    client: watch::Receiver<Client>,
    lease: Arc<Lease>,
    pseudonym: PlainKey,
    token: PlainKey,
    /// Dropped, it ends the thread.
    _stop: oneshot::Sender<()>,
}

impl Remote {
    /// Calls the service and reads its secrets.
    pub(super) fn reach(place: &KeysPlace, config: &Config) -> Result<Arc<Self>, SealError> {
        let failed = |detail: String| SealError::NoLine { place: place.to_string(), detail };
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let handle = runtime.handle().clone();
        let line = {
            let _inside = handle.enter();
            Line::new(place, config).map_err(failed)?
        };
        let (lease, client) = (Arc::new(Lease::new()), line.client());
        let (stop, stopped) = oneshot::channel();
        let held = Arc::clone(&lease);
        let lasting = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = line.keep(&held) => {}
                }
            });
        };
        let thread = thread::Builder::new().name("key-line".to_owned()).spawn(lasting);
        let _ = thread.map_err(|error| failed(error.to_string()))?;
        let none = Zeroizing::new([0; super::cipher::KEY]);
        let mut remote = Self {
            place: place.to_string(),
            runtime: handle,
            client,
            lease,
            pseudonym: none.clone(),
            token: none,
            _stop: stop,
        };
        let secrets = remote.ask(ANSWER, |mut client| async move {
            client.read_secrets(v1::ReadSecretsRequest {}).await.map(tonic::Response::into_inner)
        })?;
        remote.pseudonym = remote.key(secrets.pseudonym)?;
        remote.token = remote.key(secrets.token)?;
        Ok(Arc::new(remote))
    }

    /// The lease.
    #[cfg(test)]
    pub(super) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Where the service is.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// A secret of the store.
    pub(super) fn secret(&self, which: Secret) -> PlainKey {
        match which {
            Secret::Pseudonym => self.pseudonym.clone(),
            Secret::Token => self.token.clone(),
        }
    }

    /// A block of fresh keys.
    pub(super) fn reserve(&self) -> Result<Vec<(u64, PlainKey)>, SealError> {
        let block = self.ask(ANSWER, |mut client| async move {
            client.reserve_keys(v1::ReserveKeysRequest {}).await.map(tonic::Response::into_inner)
        })?;
        block.keys.into_iter().map(|fresh| Ok((fresh.id, self.key(fresh.key)?))).collect()
    }

    /// Waits for a lease, no longer than the caller does.
    fn leased(&self) -> bool {
        let longest = deadline::at_most(ANSWER);
        patiently(|| self.lease.wait(longest))
    }

    /// The key of this id.
    ///
    /// What the service answered counts only when nothing was forgotten since it was asked: an erasure may have been
    /// answered in between. Then it is asked again.
    pub(super) fn find(&self, id: u64) -> Result<Found, SealError> {
        let begun = Instant::now();
        loop {
            let age = match self.lease.recall(id, Instant::now()) {
                Recalled::Key(key) => return Ok(Found::Key(key)),
                Recalled::Nothing { age } => age,
                Recalled::NoLease if begun.elapsed() < ANSWER && self.leased() => continue,
                Recalled::NoLease => return Err(self.away("it has not renewed the lease".to_owned())),
            };
            let found = self.ask(deadline::at_most(ANSWER), move |mut client| async move {
                client.find_keys(v1::FindKeysRequest { ids: vec![id] }).await.map(tonic::Response::into_inner)
            })?;
            let found = found.keys.into_iter().next().unwrap_or_default();
            match found.standing() {
                v1::KeyStanding::Kept => {
                    let key = self.key(found.key)?;
                    if self.lease.keep(id, &key, age, Instant::now()) {
                        return Ok(Found::Key(key));
                    }
                }
                v1::KeyStanding::Erased => return Ok(Found::Erased),
                v1::KeyStanding::Unknown => return Err(SealError::KeyUnknown { key: id }),
                v1::KeyStanding::Altered => return Err(SealError::KeyAltered { key: id }),
                v1::KeyStanding::Unspecified => return Err(self.away("it answers in other words".to_owned())),
            }
        }
    }

    /// Keeps a fresh key in memory.
    pub(super) fn remember(&self, id: u64, key: PlainKey) {
        self.lease.remember(id, key, Instant::now());
    }

    /// Destroys keys; when this answers, no process opens anything under them.
    pub(super) fn erase(&self, deletions: &[Deletion]) -> Result<Erasure, SealError> {
        let deletions = deletions.iter().cloned().map(carried::deletion).collect();
        let erased = self.ask(ERASED, move |mut client| async move {
            client.erase_keys(v1::EraseKeysRequest { deletions }).await.map(tonic::Response::into_inner)
        });
        // Also after a failure: it may have been the answer that was lost.
        self.lease.forget();
        let erased = erased?;
        if erased.copies_may_remain {
            return Err(SealError::NotScrubbed { store: self.place.clone().into() });
        }
        Ok(Erasure { keys: usize::try_from(erased.keys).unwrap_or(usize::MAX) })
    }

    /// Every erasure, oldest first.
    pub(super) fn deletions(&self) -> Result<Vec<Deletion>, SealError> {
        let list: Vec<v1::ReadDeletionsResponse> = self.ask(ERASED, |mut client| async move {
            client.read_deletions(v1::ReadDeletionsRequest {}).await?.into_inner().try_collect().await
        })?;
        let read = list.into_iter().map(|part| part.deletion.and_then(carried::deleted));
        read.collect::<Option<_>>().ok_or_else(|| self.away("it answers in other words".to_owned()))
    }

    /// A number that changes whenever what was known counts no more.
    pub(super) fn age(&self) -> u64 {
        self.lease.age(Instant::now())
    }

    /// Asks on the line's thread, in the trace of the work here, and waits here.
    fn ask<T, F>(&self, within: Duration, call: impl FnOnce(Client) -> F) -> Result<T, SealError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Status>> + Send + 'static,
    {
        let call = call(self.client.borrow().clone()).with_current_context();
        let (answer, answered) = sync_channel(1);
        self.runtime.spawn(async move {
            // Nobody waits any more: as good as answered.
            let _ = answer.send(tokio::time::timeout(within, call).await);
        });
        match patiently(|| answered.recv()) {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(status))) if status.code() == tonic::Code::PermissionDenied => {
                Err(SealError::NotAdmitted { place: self.place.clone() })
            }
            Ok(Ok(Err(status))) => Err(self.away(line::why(&status))),
            Ok(Err(_)) => Err(self.away(format!("no answer within {} ms", within.as_millis()))),
            Err(_) => Err(self.away("this process is stopping".to_owned())),
        }
    }

    fn key(&self, bytes: Vec<u8>) -> Result<PlainKey, SealError> {
        carried::key(bytes).ok_or_else(|| self.away("it answers in other words".to_owned()))
    }

    fn away(&self, detail: String) -> SealError {
        SealError::Away { place: self.place.clone(), detail }
    }
}

/// Waits without keeping other tasks of a runtime from going on.
fn patiently<T>(wait: impl FnOnce() -> T) -> T {
    let many = Handle::try_current().map(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    if many.unwrap_or(false) { tokio::task::block_in_place(wait) } else { wait() }
}
