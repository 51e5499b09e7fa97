//! The key service: the file of one directory, asked by the processes that may open sealed values. Never here: who they
//! are (`access`), or how long what they remember counts (`lease` tells the crash story of an erasure).

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::keys_service_server::{KeysService, KeysServiceServer};

use super::access::Access;
use super::carried::{self, MAX_BYTES, MOST_FOUND};
use super::file::{Found, KeyFile, Secret};
use super::holders::Holders;
use super::lease::{BEAT, SILENT};
use super::{Deletion, Erasure, MasterKey, SealError};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The service over the store of one directory; cheap to clone.
#[derive(Clone)]
pub struct KeyService {
    file: Arc<KeyFile>,
    holders: Arc<Holders>,
    stopping: Arc<watch::Sender<bool>>,
}

impl KeyService {
    /// Opens the store of a directory, and makes it when there is none. Needs a runtime.
    ///
    /// # Errors
    /// As [`super::KeyStore::in_directory`].
    pub fn open(directory: &Path, master: Option<&MasterKey>) -> Result<Self, SealError> {
        let file = Arc::new(KeyFile::of(directory, master)?);
        let (holders, earlier) = Holders::new();
        let holders = Arc::new(holders);
        let forgetting = Arc::clone(&holders);
        tokio::spawn(async move { forgetting.gone(earlier).await });
        Ok(Self { file, holders, stopping: Arc::new(watch::Sender::new(false)) })
    }

    /// What callers reach, behind the rule of who they may be.
    #[must_use]
    pub fn face(&self, access: Access) -> InterceptedService<KeysServiceServer<Self>, Access> {
        let server = KeysServiceServer::new(self.clone());
        let server = server.max_decoding_message_size(MAX_BYTES).max_encoding_message_size(MAX_BYTES);
        InterceptedService::new(server, access)
    }

    /// Ends the leases, which otherwise last for ever: the process is stopping.
    pub fn stop(&self) {
        let _ = self.stopping.send_replace(true);
    }

    /// Asks the file, which blocks.
    async fn file<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&KeyFile) -> Result<T, SealError> + Send + 'static,
    ) -> Result<T, Status> {
        let file = Arc::clone(&self.file);
        let asked = tokio::task::spawn_blocking(move || ask(&file)).await;
        asked.map_err(|_| Status::unavailable("the key service is stopping"))?.map_err(|error| {
            tracing::error!(%error, "the key store failed");
            Status::unavailable(error.to_string())
        })
    }

    /// The number of erasures, which holders are told when it is new; another process may have erased too.
    async fn erasures(&self) -> Result<u64, Status> {
        let erasures = self.file(KeyFile::erasures).await?;
        self.holders.tell(erasures);
        Ok(erasures)
    }

    /// Destroys keys; answers when nobody remembers them.
    async fn erase(&self, deletions: Vec<Deletion>) -> Result<v1::EraseKeysResponse, Status> {
        let erased = self
            .file(move |file| match file.erase(&deletions) {
                Ok(Erasure { keys }) => Ok((keys, false)),
                Err(SealError::NotScrubbed { .. }) => Ok((0, true)),
                Err(error) => Err(error),
            })
            .await;
        // Also after a failure: what was destroyed before it must not be remembered either.
        match self.erasures().await {
            Ok(erasures) => self.holders.all_forgot(erasures).await,
            // Nobody can be told; nobody's lease is renewed without that number either.
            Err(_) => sleep(SILENT).await,
        }
        let (keys, copies_may_remain) = erased?;
        Ok(v1::EraseKeysResponse { keys: keys as u64, copies_may_remain })
    }

    /// Speaks with one holder until its line ends.
    async fn hold(
        self,
        mut said: Streaming<v1::HoldKeysRequest>,
        tell: mpsc::Sender<Result<v1::HoldKeysResponse, Status>>,
    ) {
        let holder = self.holders.enter();
        let _ = self.converse(holder, &mut said, &tell).await;
        drop(tell);
        if !*self.stopping.borrow() {
            self.holders.gone(holder).await;
        }
    }

    /// `None` when it ended. What the holder forgot counts as soon as it is heard, and is answered with the next beat.
    async fn converse(
        &self,
        holder: u64,
        said: &mut Streaming<v1::HoldKeysRequest>,
        tell: &mpsc::Sender<Result<v1::HoldKeysResponse, Status>>,
    ) -> Option<()> {
        let mut turn = timeout(SILENT, said.message()).await.ok()?.ok()??.turn;
        let (mut news, mut stopping) = (self.holders.told(), self.stopping.subscribe());
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = beat.tick() => {}
                changed = news.changed() => changed.ok()?,
                heard = said.message() => {
                    let heard = heard.ok()??;
                    turn = heard.turn;
                    self.holders.forgot(holder, heard.forgotten);
                    continue;
                }
                _ = stopping.wait_for(|stopping| *stopping) => return None,
            }
            let answer = self.erasures().await.map(|erasures| v1::HoldKeysResponse { erasures, turn });
            let failed = answer.is_err();
            tell.send(answer).await.ok()?;
            if failed {
                return None;
            }
        }
    }
}

fn found(found: Result<Found, SealError>) -> Result<v1::FoundKey, SealError> {
    let (standing, key) = match found {
        Ok(Found::Key(key)) => (v1::KeyStanding::Kept, key.to_vec()),
        Ok(Found::Erased) => (v1::KeyStanding::Erased, Vec::new()),
        Err(SealError::KeyUnknown { .. }) => (v1::KeyStanding::Unknown, Vec::new()),
        Err(SealError::KeyAltered { .. }) => (v1::KeyStanding::Altered, Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(v1::FoundKey { standing: standing.into(), key })
}

#[tonic::async_trait]
impl KeysService for KeyService {
    type ReadDeletionsStream = Answers<v1::ReadDeletionsResponse>;
    type HoldKeysStream = ReceiverStream<Result<v1::HoldKeysResponse, Status>>;

    async fn read_secrets(
        &self,
        _: Request<v1::ReadSecretsRequest>,
    ) -> Result<Response<v1::ReadSecretsResponse>, Status> {
        let secret = |which: Secret| self.file(move |file| Ok(file.secret(which)?.to_vec()));
        let (pseudonym, token) = (secret(Secret::Pseudonym).await?, secret(Secret::Token).await?);
        Ok(Response::new(v1::ReadSecretsResponse { pseudonym, token }))
    }

    async fn reserve_keys(
        &self,
        _: Request<v1::ReserveKeysRequest>,
    ) -> Result<Response<v1::ReserveKeysResponse>, Status> {
        let fresh = self.file(KeyFile::reserve).await?;
        let keys = fresh.into_iter().map(|(id, key)| v1::DataKey { id, key: key.to_vec() }).collect();
        Ok(Response::new(v1::ReserveKeysResponse { keys }))
    }

    async fn find_keys(
        &self,
        request: Request<v1::FindKeysRequest>,
    ) -> Result<Response<v1::FindKeysResponse>, Status> {
        let ids = request.into_inner().ids;
        if ids.len() > MOST_FOUND {
            return Err(Status::invalid_argument(format!("at most {MOST_FOUND} keys at once")));
        }
        let keys = self.file(move |file| ids.into_iter().map(|id| found(file.find(id))).collect()).await?;
        Ok(Response::new(v1::FindKeysResponse { keys }))
    }

    async fn erase_keys(
        &self,
        request: Request<v1::EraseKeysRequest>,
    ) -> Result<Response<v1::EraseKeysResponse>, Status> {
        let deletions = request.into_inner().deletions.into_iter().map(carried::deleted).collect();
        let deletions: Option<Vec<Deletion>> = deletions;
        let deletions = deletions.ok_or_else(|| Status::invalid_argument("no deletion"))?;
        let service = self.clone();
        // A task of its own: when the caller goes, holders are told all the same.
        let erasing = tokio::spawn(async move { service.erase(deletions).await });
        let erased = erasing.await.map_err(|_| Status::unavailable("the key service is stopping"))??;
        Ok(Response::new(erased))
    }

    async fn read_deletions(
        &self,
        _: Request<v1::ReadDeletionsRequest>,
    ) -> Result<Response<Self::ReadDeletionsStream>, Status> {
        let list = self.file(KeyFile::deletions).await?;
        let answers = futures::stream::iter(list)
            .map(|deletion| Ok(v1::ReadDeletionsResponse { deletion: Some(carried::deletion(deletion)) }));
        Ok(Response::new(Box::pin(answers)))
    }

    async fn hold_keys(
        &self,
        request: Request<Streaming<v1::HoldKeysRequest>>,
    ) -> Result<Response<Self::HoldKeysStream>, Status> {
        // One at a time: what is not taken is not piled up, and a holder that takes nothing falls silent.
        let (tell, told) = mpsc::channel(1);
        tokio::spawn(self.clone().hold(request.into_inner(), tell));
        Ok(Response::new(ReceiverStream::new(told)))
    }
}
