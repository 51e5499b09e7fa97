//! The master key: the one secret that is not in the key store and opens all of it.
//! Never here: what it wraps. It stands in a file of its own so that a backup of the store alone is
//! worth nothing to whoever finds it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::SealError;
use super::cipher::{self, KEY, PlainKey};

/// Name of the file beside `keys.db`.
pub const MASTER_FILE: &str = "master.key";

/// The key under which every data key is wrapped; wiped when dropped.
#[derive(Clone)]
pub struct MasterKey(pub(super) PlainKey);

impl MasterKey {
    /// Reads 64 hexadecimal digits, e.g. from an environment variable; surrounding blanks are ignored.
    ///
    /// # Errors
    /// [`SealError::MasterKeyMalformed`].
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut key = Zeroizing::new([0; KEY]);
        hex::decode_to_slice(text.trim(), key.as_mut()).map_err(|_| SealError::MasterKeyMalformed)?;
        Ok(Self(key))
    }

    /// Reads the setting `master_key`; empty means the file beside the store.
    ///
    /// # Errors
    /// [`SealError::MasterKeyMalformed`].
    pub fn of_setting(text: &str) -> Result<Option<Self>, SealError> {
        if text.is_empty() { Ok(None) } else { Self::parse(text).map(Some) }
    }

    /// Reads the key's file, and makes it with a fresh key when `may_create`.
    pub(super) fn of_file(path: &Path, may_create: bool) -> Result<Self, SealError> {
        match fs::read_to_string(path).map(Zeroizing::new) {
            Ok(text) => {
                warn_when_readable(path);
                Self::parse(&text)
            }
            Err(error) if error.kind() == ErrorKind::NotFound && may_create => {
                create(path).map_err(|error| SealError::unavailable(path, &error))?;
                Self::of_file(path, false)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(SealError::MasterKeyMissing { path: path.to_owned() })
            }
            Err(error) => Err(SealError::unavailable(path, &error)),
        }
    }
}

/// Writes a fresh key under a draft name, flushes it, then links it to its own name.
///
/// A crash before the link leaves a stray draft, which may be deleted; after it, a complete key. The
/// store is made only afterwards, so a store without its key never comes from a crash. When two
/// processes do this at once the first link wins, and both read that.
fn create(path: &Path) -> io::Result<()> {
    let key = cipher::fresh().map_err(|_| io::Error::other("no randomness"))?;
    let text = Zeroizing::new(hex::encode(key.as_ref()));
    let draft = super::draft_of(path);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .and_then(|()| match fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        })
        .and_then(|()| sync_directory_of(path));
    fs::remove_file(&draft).ok();
    written
}

/// Flushes the directory a file stands in, so that its name survives a power cut.
pub(crate) fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(directory) if directory != Path::new("") => File::open(directory)?.sync_all(),
        Some(_) | None => File::open(".")?.sync_all(),
    }
}

fn warn_when_readable(path: &Path) {
    let mode = fs::metadata(path).map_or(0, |file| file.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(
            path = %path.display(),
            mode = format!("{:o}", mode & 0o777),
            "the master key can be read by other accounts; run chmod 600 on it",
        );
    }
}
