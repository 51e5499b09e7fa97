//! Papers: documents and recordings, sealed, kept outside the log under the hash of their sealed bytes.
//! Never here: what a paper means, or who may open it.
//!
//! ```text
//! put: seal -> SHA-256 of the sealed bytes -> object <first two digits>/<hash> -> flushed -> receipt
//! get: read -> hash again -> open, or Erased when the key was destroyed
//! ```
//! A command names a paper by its hash only after `put` has answered, so the log never names a paper that
//! a power cut can take. A `put` that is repeated leaves a second sealed copy that nothing names.
//! They stand in a folder or in a bucket of an S3-compatible store (`site`); what else is said here holds for both.

use std::fmt;
use std::future::ready;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use domain::ids::SubjectId;
use domain::paper::Hash;
use futures::{Stream, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _, PutPayload};

use crate::seal::{HEADER_MOST, KeyStore, OpenedBytes, SealError, SealedBytes, SealedHeader};

mod backup;
mod bucket;
mod credentials;
mod durable;
mod error;
mod named;
mod site;

pub use backup::Copied;
pub use credentials::Credentials;
pub use error::{PaperError, Trouble};
pub use named::{Standing, papers_within};
pub use site::{BadSite, Bucket, PaperSite};

use durable::Durable;

/// Most bytes of a paper: 20 MiB.
pub const MOST: u64 = 20 * 1024 * 1024;
/// What the bytes are bound to, so that they open as nothing else.
const FIELD: &str = "paper";
/// Nonce and tag: what a sealed body has above the open one.
const SEALING: u64 = 28;
/// What may stand in front of the body.
const FRONT: u64 = HEADER_MOST as u64;
/// Headers looked at at once.
const AT_ONCE: usize = 16;

/// The store of papers. Cheap to clone.
#[derive(Clone)]
pub struct Papers {
    store: Arc<dyn ObjectStore>,
    durable: Durable,
    /// The place as errors name it.
    at: Arc<str>,
}

/// What is known of a stored paper without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperReceipt {
    /// Its address: SHA-256 of the sealed bytes.
    pub hash: Hash,
    /// Bytes of the open content.
    pub size: u64,
    /// Whose key it is under.
    pub subject: SubjectId,
    /// That data key.
    pub key: u64,
}

/// What reading a paper gives. Its `Debug` form shows no content, so that none reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub enum PaperContent {
    /// The open content.
    Bytes(Vec<u8>),
    /// The key was destroyed: the person was erased.
    Erased,
}

impl fmt::Debug for PaperContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaperContent::Bytes(bytes) => write!(f, "Bytes({} of them)", bytes.len()),
            PaperContent::Erased => f.write_str("Erased"),
        }
    }
}

impl Papers {
    /// Papers as files in a directory, which is made when it is missing.
    ///
    /// # Errors
    /// When the directory cannot be made or read.
    pub fn in_directory(directory: &Path) -> Result<Self, PaperError> {
        let failed = |error: std::io::Error| PaperError::unavailable(&error);
        std::fs::create_dir_all(directory).map_err(failed)?;
        let store =
            LocalFileSystem::new_with_prefix(directory).map_err(|error| PaperError::unavailable(&error))?;
        let root = std::fs::canonicalize(directory).map_err(failed)?;
        let at = Arc::from(root.display().to_string());
        Ok(Self { store: Arc::new(store), durable: Durable::Directory(Arc::from(root)), at })
    }

    /// The place, as people are told: a folder, or bucket and endpoint.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }

    /// Seals and stores a paper; when this answers, it is safe: on disk, or in the store elsewhere.
    ///
    /// # Errors
    /// [`PaperError::TooLarge`], or what the key store or the object store says.
    pub async fn put(
        &self,
        keys: &KeyStore,
        subject: &SubjectId,
        bytes: Vec<u8>,
    ) -> Result<PaperReceipt, PaperError> {
        let size = bytes.len() as u64;
        if size > MOST {
            return Err(PaperError::TooLarge { size, most: MOST });
        }
        let sealer = keys.sealer(subject)?;
        let key = sealer.key();
        // 20 MiB take some 50 ms to seal and hash.
        let (hash, sealed) = blocking(move || {
            let sealed = sealer.seal_bytes(FIELD, &bytes)?.encode();
            Ok((hash_of(&sealed)?, sealed))
        })
        .await?;
        self.keep(&hash, Bytes::from(sealed)).await?;
        Ok(PaperReceipt { hash, size, subject: subject.clone(), key })
    }

    /// Reads and opens a paper.
    ///
    /// # Errors
    /// [`PaperError::Missing`]; [`PaperError::Altered`] when the stored bytes are not those of the hash; or
    /// what the key store or the object store says.
    pub async fn get(&self, keys: &KeyStore, hash: &Hash) -> Result<PaperContent, PaperError> {
        let stored = self.sealed(hash).await?;
        let (keys, hash) = (keys.clone(), hash.clone());
        blocking(move || {
            let sealed = SealedBytes::decode(&stored).map_err(|_| PaperError::Altered { hash })?;
            if sealed.header.field != FIELD {
                return Err(SealError::NotSealed.into());
            }
            Ok(match keys.open_bytes(&sealed)? {
                OpenedBytes::Bytes(bytes) => PaperContent::Bytes(bytes),
                OpenedBytes::Erased => PaperContent::Erased,
            })
        })
        .await
    }

    /// What is known of a stored paper, from its header; the content is neither read nor verified.
    ///
    /// # Errors
    /// [`PaperError::Missing`], [`PaperError::Altered`] when there is no header, or what the store says.
    pub async fn receipt(&self, hash: &Hash) -> Result<PaperReceipt, PaperError> {
        let front = self.front(hash).await?;
        let altered = || PaperError::Altered { hash: hash.clone() };
        let (total, front) = front.ok_or_else(altered)?;
        let (header, body) = SealedHeader::at_front(&front).map_err(|_| altered())?;
        let above = (front.len() - body.len()) as u64 + SEALING;
        Ok(PaperReceipt {
            hash: hash.clone(),
            size: total.checked_sub(above).ok_or_else(altered)?,
            key: header.key_id().map_err(|_| altered())?,
            subject: header.subject,
        })
    }

    /// The data keys of every paper that is concerned, for an erasure. Looks at the header of each stored
    /// paper, some 50 us apiece: the headers are the truth, and an index beside them could miss one.
    ///
    /// # Errors
    /// What the store says. A paper whose header was destroyed is passed over with a warning.
    pub async fn keys_of(
        &self,
        concerned: impl Fn(&PaperReceipt) -> bool + Send,
    ) -> Result<Vec<u64>, PaperError> {
        let looks = self.addresses().map_ok(|hash| async move {
            match self.receipt(&hash).await {
                Ok(receipt) => Ok(Some(receipt)),
                Err(PaperError::Altered { hash }) => {
                    tracing::warn!(%hash, "a paper without a header was passed over");
                    Ok(None)
                }
                Err(error) => Err(error),
            }
        });
        let mut looks = looks.try_buffer_unordered(AT_ONCE);
        let mut keys = Vec::new();
        while let Some(receipt) = looks.try_next().await? {
            keys.extend(receipt.filter(&concerned).map(|receipt| receipt.key));
        }
        Ok(keys)
    }

    /// Asks the store for something, so that an operator is told early what is wrong with it.
    ///
    /// # Errors
    /// What it says.
    pub async fn reach(&self) -> Result<(), PaperError> {
        self.addresses().try_next().await.map(drop)
    }

    /// The addresses of all stored papers, in no order.
    fn addresses(&self) -> impl Stream<Item = Result<Hash, PaperError>> + '_ {
        let all = self.store.list(None).map_err(|error| self.fault(&error));
        all.try_filter_map(|object| ready(Ok(address(&object.location))))
    }

    /// All bytes of a paper counted, and those in front, where the header is; none when the object is empty.
    async fn front(&self, hash: &Hash) -> Result<Option<(u64, Bytes)>, PaperError> {
        let missing = |error| self.fault_of(&error, hash);
        let place = place(hash);
        let wanted = GetOptions { range: Some((0..FRONT).into()), ..GetOptions::default() };
        match self.store.get_opts(&place, wanted).await {
            Ok(found) => Ok(Some((found.meta.size, found.bytes().await.map_err(missing)?))),
            Err(error) => {
                // No range of an empty object can be given: S3 answers 416, the file system some error.
                let fault = missing(error);
                let empty = match &fault {
                    PaperError::Elsewhere { trouble, .. } => {
                        matches!(trouble, Trouble::Answered { status: 416, .. })
                    }
                    PaperError::Unavailable { .. } => {
                        self.store.head(&place).await.is_ok_and(|found| found.size == 0)
                    }
                    PaperError::TooLarge { .. }
                    | PaperError::Missing { .. }
                    | PaperError::Altered { .. }
                    | PaperError::Seal(_)
                    | PaperError::Site(_)
                    | PaperError::NoCredentials { .. } => false,
                };
                if empty { Ok(None) } else { Err(fault) }
            }
        }
    }

    /// Stores sealed bytes under their address, and flushes.
    async fn keep(&self, hash: &Hash, sealed: Bytes) -> Result<(), PaperError> {
        let place = place(hash);
        self.store.put(&place, PutPayload::from_bytes(sealed)).await.map_err(|error| self.fault(&error))?;
        self.durable.flush(&place).await
    }

    /// The stored bytes, which are those of the hash.
    async fn sealed(&self, hash: &Hash) -> Result<Bytes, PaperError> {
        let missing = |error| self.fault_of(&error, hash);
        let found = self.store.get(&place(hash)).await.map_err(missing)?;
        if found.meta.size > MOST + FRONT + SEALING {
            return Err(PaperError::Altered { hash: hash.clone() });
        }
        let stored = found.bytes().await.map_err(missing)?;
        let expected = hash.clone();
        blocking(move || {
            if hash_of(&stored)? == expected {
                Ok(stored)
            } else {
                Err(PaperError::Altered { hash: expected })
            }
        })
        .await
    }
}

impl Papers {
    /// What an error of the store means.
    fn fault(&self, error: &object_store::Error) -> PaperError {
        match self.durable {
            Durable::Directory(_) => PaperError::unavailable(error),
            Durable::ByStore => PaperError::elsewhere(&self.at, error),
        }
    }

    /// The same while looking for one paper.
    fn fault_of(&self, error: &object_store::Error, hash: &Hash) -> PaperError {
        let fault = self.fault(error);
        let no_bucket = matches!(&fault, PaperError::Elsewhere { trouble: Trouble::NoBucket, .. });
        match matches!(error, object_store::Error::NotFound { .. }) && !no_bucket {
            true => PaperError::Missing { hash: hash.clone() },
            false => fault,
        }
    }
}

/// Where the object stands: a directory per first two digits, so that none grows too long.
fn place(hash: &Hash) -> Place {
    let text = hash.as_str();
    Place::from_iter([text.get(..2).unwrap_or_default(), text])
}

/// The address of an object, unless it is something else's file.
fn address(place: &Place) -> Option<Hash> {
    place.filename()?.parse().ok()
}

fn hash_of(sealed: &[u8]) -> Result<Hash, PaperError> {
    let text = hex::encode(digest(&SHA256, sealed));
    text.parse().map_err(|_| PaperError::Seal(SealError::CipherFailed))
}

async fn blocking<T, F>(work: F) -> Result<T, PaperError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, PaperError> + Send + 'static,
{
    crate::blocking::blocking(work).await.map_err(|error| PaperError::unavailable(&error))?
}

#[cfg(test)]
mod tests;
