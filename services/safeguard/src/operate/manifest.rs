//! What a backup holds, written beside it, so that a restore can tell a whole backup from a damaged one.
//! Never here: a key.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::ensure;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::cli::failure::Told;

/// Its file in the backup.
pub(crate) const FILE: &str = "manifest.json";
/// The log in the backup.
pub(crate) const LOG: &str = "log.db";
/// The key store in the backup: in a folder of its own, to be kept apart from the log.
pub(crate) const KEYS: &str = "keys/keys.db";
/// The attachments in the backup.
pub(crate) const ATTACHMENTS: &str = "attachments";
/// The form of backup this release writes. Form 1 had neither groups, webhooks nor readings, which
/// are in the log by now.
const FORM: u32 = 2;

/// SHA-256 of files by name.
pub(crate) type Hashes = BTreeMap<String, String>;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The form of the backup.
    pub(crate) form: u32,
    /// When it was begun.
    pub(crate) made_at: Timestamp,
    /// The last position in the log's copy; none when it is empty.
    pub(crate) head: Option<u64>,
    /// Events in the log's copy.
    pub(crate) events: u64,
    /// SHA-256 of the log's copy.
    pub(crate) log_sha256: String,
    /// SHA-256 of the key store's copy.
    pub(crate) keys_sha256: String,
    /// Attachments in the copy; each is named by its own hash.
    pub(crate) attachments: u64,
    /// SHA-256 of each copied file that stands beside the log; only those that there were.
    #[serde(default)]
    pub(crate) beside: Hashes,
}

impl Manifest {
    /// A manifest of this release's form.
    pub(crate) fn new(made_at: Timestamp, hashes: (String, String)) -> Self {
        let (log_sha256, keys_sha256) = hashes;
        let beside = Hashes::new();
        Self { form: FORM, made_at, head: None, events: 0, log_sha256, keys_sha256, attachments: 0, beside }
    }

    /// Reads the manifest of a backup.
    ///
    /// # Errors
    /// When there is none, or another release wrote it.
    pub(crate) fn of(backup: &Path) -> anyhow::Result<Self> {
        let file = backup.join(FILE);
        let known = std::fs::read(file).ok().and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        let manifest = known.ok_or_else(|| {
            let backup = backup.display();
            Told::error(
                format!("{backup} 不是完整的备份：读不到 {FILE}。"),
                format!("{backup} is not a whole backup: {FILE} cannot be read."),
            )
        })?;
        ensure!(
            (1..=FORM).contains(&manifest.form),
            "the backup has form {}, this release reads up to {FORM}: use the release that wrote it",
            manifest.form
        );
        Ok(manifest)
    }
}
