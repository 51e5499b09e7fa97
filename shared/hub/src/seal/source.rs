//! Where keys come from: the file, or a service that has it. Never here: what is sealed under them.

use std::path::Path;
use std::sync::Arc;

use super::cipher::PlainKey;
use super::file::{Found, KeyFile, Secret};
use super::remote::Remote;
use super::{Deletion, Erasure, SealError};

/// Where keys come from; cheap to clone.
#[derive(Clone)]
pub(super) enum Source {
    File(Arc<KeyFile>),
    Remote(Arc<Remote>),
}

impl Source {
    /// A secret of the store.
    pub(super) fn secret(&self, which: Secret) -> Result<PlainKey, SealError> {
        match self {
            Source::File(file) => file.secret(which),
            Source::Remote(remote) => Ok(remote.secret(which)),
        }
    }

    /// A block of fresh keys, on disk before they are known here.
    pub(super) fn reserve(&self) -> Result<Vec<(u64, PlainKey)>, SealError> {
        match self {
            Source::File(file) => file.reserve(),
            Source::Remote(remote) => remote.reserve(),
        }
    }

    /// The key of this id, from memory or from where it is kept.
    pub(super) fn find(&self, key: u64) -> Result<Found, SealError> {
        match self {
            Source::File(file) => file.find(key),
            Source::Remote(remote) => remote.find(key),
        }
    }

    /// Keeps a fresh key in memory: what was just written is what is read next.
    pub(super) fn remember(&self, key: u64, plain: PlainKey) {
        match self {
            Source::File(file) => file.reader().cache.put(key, plain),
            Source::Remote(remote) => remote.remember(key, plain),
        }
    }

    /// Destroys keys and enters them in the list of deletions.
    pub(super) fn erase(&self, deletions: &[Deletion]) -> Result<Erasure, SealError> {
        match self {
            Source::File(file) => file.erase(deletions),
            Source::Remote(remote) => remote.erase(deletions),
        }
    }

    /// Every erasure, oldest first.
    pub(super) fn deletions(&self) -> Result<Vec<Deletion>, SealError> {
        match self {
            Source::File(file) => file.deletions(),
            Source::Remote(remote) => remote.deletions(),
        }
    }

    /// The lease on the keys of a service.
    #[cfg(test)]
    pub(super) fn lease(&self) -> Option<&super::lease::Lease> {
        match self {
            Source::File(_) => None,
            Source::Remote(remote) => Some(remote.lease()),
        }
    }

    /// Copies the store.
    pub(super) fn copy(&self, to: &Path) -> Result<(), SealError> {
        match self {
            Source::File(file) => file.copy(to),
            Source::Remote(remote) => Err(SealError::Elsewhere { place: remote.place().to_owned() }),
        }
    }

    /// A number that changes whenever what was opened before counts no more, as far as others than this process erase.
    pub(super) fn age(&self) -> u64 {
        match self {
            // The file is asked for its state with every key.
            Source::File(_) => 0,
            Source::Remote(remote) => remote.age(),
        }
    }
}
