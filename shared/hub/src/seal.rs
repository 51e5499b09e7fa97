//! The key store: personal values are sealed under data keys before an event exists, and erasing a person
//! means destroying the keys (handbook 8.2, crypto-erasure).
//!
//! ```text
//! master.key --wraps--> data keys in keys.db --seal--> values in the log, views, papers, backups
//! ```
//! One fresh data key per command and subject: `Sealed.key` names it. Keys come from a pool committed
//! ahead of use, so sealing costs no flush. A process has the file itself, or asks the key service that
//! has it (`service`), with the same calls. Never here: who may open a value (`permit`), or which values
//! are a person's.

use std::fmt;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac;
use domain::ids::{PlainIdError, SubjectId};
use domain::sealed::{Cipher as Algorithm, Sealed};
use jiff::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::config::Config;

mod access;
mod backup;
mod bytes;
mod carried;
mod cipher;
mod erasure;
mod error;
mod file;
mod holders;
mod lease;
pub(crate) mod master;
mod place;
mod pool;
mod remote;
mod service;
mod socket;
mod source;
mod within;

pub use access::Access;
pub use bytes::{HEADER_MOST, OpenedBytes, SealedBytes, SealedHeader};
pub use erasure::{Deletion, Erasure};
pub use error::SealError;
pub use master::{MASTER_FILE, MasterKey};
pub use place::KeysPlace;
pub use service::KeyService;
pub use socket::{KeySocket, SocketError};
pub use within::sealed_within;

use cipher::Cipher;
use file::{Found, KeyFile, Secret};
use pool::Pool;
use remote::Remote;
use source::Source;

/// Name of the store's file.
pub const STORE_FILE: &str = "keys.db";

/// Letters and digits of pseudonyms: RFC 4648 base 32, five bits each.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The key store. Cheap to clone; every call blocks for at most a read of the file or of the service, except
/// [`KeyStore::erase_keys`], [`KeyStore::apply_deletions`], [`KeyStore::deletion_list`] and
/// [`KeyStore::backup`], which flush or wait and belong on a blocking thread.
#[derive(Clone)]
pub struct KeyStore {
    inner: Arc<Inner>,
}

struct Inner {
    // Dropped first: its thread writes to the source.
    pool: Pool,
    source: Source,
    pseudonym: hmac::Key,
    /// How often keys were destroyed by this process.
    erasures: AtomicU64,
}

/// What opening a sealed value gives. Its `Debug` form shows no content, so that none reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub enum Opened {
    /// The text.
    Text(String),
    /// The key was destroyed: the person was erased.
    Erased,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Opened::Text(_) => "Text(..)",
            Opened::Erased => "Erased",
        })
    }
}

/// One fresh data key for all values of one subject in one command.
pub struct Sealer {
    subject: SubjectId,
    key: u64,
    cipher: Cipher,
}

impl KeyStore {
    /// Opens the store in this directory with the master key beside it, and makes both when there are
    /// neither.
    ///
    /// # Errors
    /// Anything of [`SealError`] about files; a store without its master key is refused, never given a
    /// new one.
    pub fn in_directory(directory: &Path) -> Result<Self, SealError> {
        Self::over(Source::File(Arc::new(KeyFile::of(directory, None)?)))
    }

    /// Opens or makes the store in this directory under a master key from elsewhere.
    ///
    /// # Errors
    /// [`SealError::WrongMasterKey`], or anything about the file.
    pub fn with_master(directory: &Path, master: &MasterKey) -> Result<Self, SealError> {
        Self::over(Source::File(Arc::new(KeyFile::of(directory, Some(master))?)))
    }

    /// The store where the configuration says it is: a directory, or a service that has it.
    ///
    /// # Errors
    /// As [`KeyStore::in_directory`]; [`SealError::Away`], [`SealError::NotAdmitted`] and [`SealError::NoLine`] about a
    /// service.
    pub fn at(config: &Config) -> Result<Self, SealError> {
        match KeysPlace::parse(&config.keys, &config.data)? {
            KeysPlace::Directory(directory) => {
                let made = DirBuilder::new().recursive(true).mode(0o700).create(&directory);
                made.map_err(|error| SealError::unavailable(&directory, &error))?;
                let master = MasterKey::of_setting(&config.master_key)?;
                Self::over(Source::File(Arc::new(KeyFile::of(&directory, master.as_ref())?)))
            }
            served @ (KeysPlace::Socket(_) | KeysPlace::Line(_)) => {
                Self::over(Source::Remote(Remote::reach(&served, config)?))
            }
        }
    }

    fn over(source: Source) -> Result<Self, SealError> {
        let secret = source.secret(Secret::Pseudonym)?;
        let pool = Pool::start(source.clone())?;
        Ok(Self {
            inner: Arc::new(Inner {
                pool,
                source,
                pseudonym: hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref()),
                erasures: AtomicU64::new(0),
            }),
        })
    }

    /// Takes a fresh key for the values of one subject in one command.
    ///
    /// # Errors
    /// [`SealError::NoKeys`] when none could be committed, e.g. because the disk is full.
    pub fn sealer(&self, subject: &SubjectId) -> Result<Sealer, SealError> {
        let (key, plain) = self.inner.pool.take()?;
        let cipher = Cipher::new(&plain)?;
        self.inner.source.remember(key, plain);
        Ok(Sealer { subject: subject.clone(), key, cipher })
    }

    /// Seals one value under a key of its own. With several values of a subject use one
    /// [`KeyStore::sealer`].
    ///
    /// # Errors
    /// As [`KeyStore::sealer`].
    pub fn seal(&self, subject: &SubjectId, field: &str, plain: &str) -> Result<Sealed, SealError> {
        self.sealer(subject)?.seal(field, plain)
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// [`SealError::Altered`] when the value, its subject or its field is not what was sealed;
    /// [`SealError::KeyUnknown`] when the store never had the key, so is older than the log.
    pub fn open(&self, sealed: &Sealed) -> Result<Opened, SealError> {
        let altered = || SealError::Altered { subject: sealed.subject.clone(), field: sealed.field.clone() };
        let key = sealed.key.parse().map_err(|_| altered())?;
        let Some(cipher) = self.cipher_of(key)? else {
            return Ok(Opened::Erased);
        };
        let bound = cipher::bound_to(sealed.subject.as_str(), key, &sealed.field);
        cipher::from_base64(&sealed.ct)
            .and_then(|bytes| cipher.open(&bound, &bytes))
            .and_then(|mut text| String::from_utf8(std::mem::take(&mut *text)).ok())
            .map(Opened::Text)
            .ok_or_else(altered)
    }

    fn cipher_of(&self, key: u64) -> Result<Option<Cipher>, SealError> {
        match self.inner.source.find(key)? {
            Found::Key(plain) => Cipher::new(&plain).map(Some),
            Found::Erased => Ok(None),
        }
    }

    /// Destroys these data keys of a subject: every value under them is gone from log, views, papers and
    /// exports. Erasing twice changes nothing. Backups follow by [`KeyStore::apply_deletions`].
    ///
    /// # Errors
    /// [`SealError::NotScrubbed`] when another process kept the write-ahead log: run it again.
    pub fn erase_keys(
        &self,
        keys: &[u64],
        subject: &SubjectId,
        by: &str,
        at: Timestamp,
    ) -> Result<Erasure, SealError> {
        let deletion = Deletion { subject: subject.clone(), at, by: by.to_owned(), keys: keys.to_vec() };
        let erased = self.inner.source.erase(&[deletion]);
        self.inner.erasures.fetch_add(1, Ordering::Release);
        erased
    }

    /// A number that changes whenever this process has destroyed keys, and with a key service whenever any has: what was
    /// opened before is to be forgotten.
    #[must_use]
    pub fn erasures(&self) -> u64 {
        self.inner.erasures.load(Ordering::Acquire) + self.inner.source.age()
    }

    /// Every erasure so far, oldest first; to be kept apart from the backups.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn deletion_list(&self) -> Result<Vec<Deletion>, SealError> {
        self.inner.source.deletions()
    }

    /// Erases again what had been erased after the backup this store was restored from.
    ///
    /// # Errors
    /// As [`KeyStore::erase_keys`].
    pub fn apply_deletions(&self, list: &[Deletion]) -> Result<Erasure, SealError> {
        let erased = self.inner.source.erase(list);
        self.inner.erasures.fetch_add(1, Ordering::Release);
        erased
    }

    /// The pseudonym of a person: the same identity number always gives the same subject, and without
    /// this store nobody can go back or test a guess.
    ///
    /// # Errors
    /// None in fact: a pseudonym always has the form of a subject.
    pub fn person_subject(&self, id_number: &str) -> Result<SubjectId, PlainIdError> {
        let plain = Zeroizing::new(id_number.trim().to_ascii_uppercase());
        let hash = hmac::sign(&self.inner.pseudonym, plain.as_bytes());
        let mut text = String::with_capacity(36);
        text.push_str("SU-P");
        // 32 characters of 5 bits: the first 20 bytes of the hash.
        for five in hash.as_ref().chunks_exact(5).take(4) {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            text.extend((0..8).rev().map(|place| {
                let digit = (bits >> (5 * place)) & 31;
                usize::try_from(digit)
                    .ok()
                    .and_then(|digit| BASE32.get(digit))
                    .map_or('A', |byte| char::from(*byte))
            }));
        }
        text.parse()
    }

    /// The seed of the key that signs tokens: 32 bytes, made with the store.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn signing_seed(&self) -> Result<Zeroizing<[u8; 32]>, SealError> {
        self.inner.source.secret(Secret::Token)
    }

    /// Copies the store; the master key is not in the copy. Take it after the copy of the log, so that
    /// every key the log's copy names is in it.
    ///
    /// # Errors
    /// [`SealError::BackupExists`], [`SealError::Elsewhere`] with a key service, or anything about the files.
    pub fn backup(&self, to: &Path) -> Result<(), SealError> {
        self.inner.source.copy(to)
    }
}

impl Sealer {
    /// Seals a value, bound to subject, key and field.
    ///
    /// # Errors
    /// [`SealError::CipherFailed`], which a working machine never shows.
    pub fn seal(&self, field: &str, plain: &str) -> Result<Sealed, SealError> {
        let bound = cipher::bound_to(self.subject.as_str(), self.key, field);
        Ok(Sealed {
            alg: Algorithm::Aes256Gcm,
            subject: self.subject.clone(),
            key: self.key.to_string(),
            field: field.to_owned(),
            ct: cipher::to_base64(&self.cipher.seal(&bound, plain.as_bytes())?),
        })
    }

    /// The data key's id.
    #[must_use]
    pub fn key(&self) -> u64 {
        self.key
    }
}

/// The subject of a case: values that are about a matter rather than one known person.
///
/// # Errors
/// When the id is longer than a subject can be.
pub fn case_subject(matter: &str) -> Result<SubjectId, PlainIdError> {
    format!("SU-{matter}").parse()
}

/// A name beside this one that nobody else has.
fn draft_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", Uuid::now_v7().simple()))
}

#[cfg(test)]
mod tests;
